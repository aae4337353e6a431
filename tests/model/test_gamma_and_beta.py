"""The gamma and beta quantiles over all shapes: against scipy, the published expansions, and each other."""

from __future__ import annotations

import math

import pytest
from scipy import special

from cascadesim.model import beta, gamma
from cascadesim.model.asymptotic import LARGE, deviation, expansion
from cascadesim.model.beta import beta_quantile
from cascadesim.model.gamma import gamma_quantile


def lattice(u: float) -> float:
    """The nearest value that `draws.uniform` can take, so that 1 - u is exact."""
    return (min(int(u * 2.0**52), 2**52 - 1) + 0.5) * 2.0**-52


SHARES = (0.0, 1e-12, 1e-9, 1e-6, 1e-4, 0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.45)
GRID = [lattice(u) for u in (*SHARES, 0.5, *(1.0 - u for u in reversed(SHARES)))]
GAMMA_SHAPES = [0.05, 0.1, 0.2, 0.3, 0.49, 0.5, 0.9, 1.0, 1.1, 2.0, 3.3, 8.0, 20.0, 49.9, 50.0, 80.0, 200.0, 500.0]
BETA_SHAPES = [0.05, 0.3, 0.9, 1.0, 1.01, 1.5, 3.0, 5.1, 8.0, 20.0, 49.9, 50.0, 150.0, 500.0]
LEAST = 1e-290
"""Below this the smallest floats lose digits, ours and scipy's."""


@pytest.mark.parametrize("shape", GAMMA_SHAPES)
def test_gamma_agrees_with_scipy(shape: float) -> None:
    """Relative 1e-10, from the least to the greatest uniform; each tail against its own inverse."""
    for u in GRID:
        expected = special.gammaincinv(shape, u) if u < 0.5 else special.gammainccinv(shape, 1.0 - u)
        assert gamma_quantile(shape, u) == pytest.approx(expected, rel=1e-10, abs=LEAST), u


@pytest.mark.parametrize("a", [*BETA_SHAPES, 9_999.0, 10_000.0, 1e5])
def test_beta_agrees_with_scipy(a: float) -> None:
    """Relative 1e-10 in x, from the least to the greatest uniform, with every second shape from 0.05 to 500."""
    for b in BETA_SHAPES:
        for u in GRID:
            expected = special.betaincinv(a, b, u) if u < 0.5 else special.betainccinv(a, b, 1.0 - u)
            assert beta_quantile(a, b, u) == pytest.approx(expected, rel=1e-10, abs=LEAST), (b, u)


def test_beta_with_a_huge_second_shape_is_a_gamma() -> None:
    """x = G / b to first order, with a relative rest of about (G + a) / b; scipy is not exact here."""
    for a in (0.1, 1.0, 3.0, 49.0):
        for u in GRID:
            g = gamma_quantile(a, u)
            assert beta_quantile(a, 1e12, u) == pytest.approx(g / 1e12, rel=2e-10, abs=LEAST)


def test_beta_is_mirrored() -> None:
    """x(a, b, u) = 1 - x(b, a, 1 - u)."""
    for a, b in ((0.2, 3.0), (2.0, 2.0), (60.0, 0.4), (2e4, 3.0), (70.0, 300.0)):
        for u in GRID:
            assert beta_quantile(a, b, u) + beta_quantile(b, a, 1.0 - u) == pytest.approx(1.0, abs=1e-12)


def test_simple_shapes_have_closed_forms() -> None:
    """Gamma of shape 1 is exponential; beta(a, 1) is a power of u and beta(1/2, 1/2) an arc sine."""
    for u in GRID:
        assert gamma_quantile(1.0, u) == pytest.approx(-math.log1p(-u), rel=1e-12, abs=LEAST)
        for a in (0.1, 3.0, 40.0, 400.0):
            assert beta_quantile(a, 1.0, u) == pytest.approx(u ** (1.0 / a), rel=1e-11, abs=LEAST)
        assert beta_quantile(0.5, 0.5, u) == pytest.approx(math.sin(math.pi * u / 2.0) ** 2, rel=1e-11, abs=LEAST)


@pytest.mark.parametrize("shape", [1e4, 1e8, 1e12])
def test_a_huge_shape_is_nearly_normal(shape: float) -> None:
    """Cornish and Fisher's first two terms: z sqrt(a) + (z^2 - 1) / 3, the rest being of order z^3 / sqrt(a)."""
    for u in GRID[2:-2]:
        z = special.ndtri(u) if u < 0.5 else -special.ndtri(1.0 - u)
        scaled = (gamma_quantile(shape, u) - shape) / math.sqrt(shape)
        rounding = 1e-15 * math.sqrt(shape)
        assert scaled == pytest.approx(z + (z * z - 1.0) / (3.0 * math.sqrt(shape)), abs=10.0 / shape + rounding)


@pytest.mark.parametrize("shape", [1e-4, 1e-9, 1e-200])
def test_the_tiniest_shapes_give_zero_and_not_an_error(shape: float) -> None:
    """A quantile below the smallest float is 0, the lower end of the support."""
    assert gamma_quantile(shape, 0.25) == beta_quantile(shape, shape, 0.25) == 0.0
    assert 0.0 <= gamma_quantile(shape, GRID[-1]) < 40.0
    assert beta_quantile(shape, shape, 0.75) == 1.0


def test_the_expansion_has_the_published_coefficients() -> None:
    """Temme (1992): w = s + s^2/3 + s^3/36 - s^4/270 + ..., e1 = -1/3 + s/36 + s^2/1620 - ..., e2 = -7/405 - ..."""
    m = 1e12
    value, correction = expansion(0.0, 1.0, m)
    assert value[::-1][:6] == pytest.approx((0.0, 1.0, 1 / 3, 1 / 36, -1 / 270, 1 / 4320), rel=1e-12)
    first = [m * c for c in correction[::-1][:5]]
    assert first == pytest.approx((-1 / 3, 1 / 36, 1 / 1620, -7 / 6480, 5 / 18144), rel=1e-9)
    one, two = (expansion(0.0, 1.0, m)[1][-1] for m in (1e4, 2e4))
    assert (1e4 * one - 2e4 * two) * 2e4 == pytest.approx(-7 / 405, rel=1e-3), "the constant of e2"


def test_methods_agree_where_they_meet() -> None:
    """At the least large shape the expansion gives what the iteration gives: 2e-11 at worst."""
    for u in GRID:
        just_below = gamma_quantile(math.nextafter(LARGE, 0.0), u)
        assert just_below == pytest.approx(LARGE * (1.0 + deviation(0.0, 1.0, LARGE, u)), rel=2e-11)
        for a in (0.1, 1.0, 10.0, 49.9):
            at = beta_quantile(a, beta.NEARLY_GAMMA, u)
            before = beta_quantile(a, math.nextafter(beta.NEARLY_GAMMA, 0.0), u)
            assert at == pytest.approx(before, rel=5e-11, abs=LEAST)


def test_the_fixed_numbers_of_terms_suffice() -> None:
    """At the split, where convergence is slowest, 200 terms more change the sums by no more than rounding."""
    for a in (0.05, 0.5, 1.0, 3.0, 10.0, 25.0, 49.9):
        split = math.exp(gamma.small_gamma_numbers(a)[1])
        terms, total, upper = gamma.series_terms(a), 1.0, split + 2 * 200 + 1.0 - a
        for k in range(terms + 200, 0, -1):
            total = 1.0 + total * split / (a + k)
        for k in range(200, 0, -1):
            upper = split + (2 * k - 1.0) - a - k * (k - a) / upper
        assert gamma.lower(a, split) == pytest.approx(total, rel=1e-13)
        assert gamma.upper(a, split) == pytest.approx(upper, rel=1e-13)
        for b in (0.05, 1.1, 7.0, 40.0, 300.0, 9_999.0):
            *_, terms, terms_above = beta._setup(a, b)
            for one, two, count in ((a, b, terms), (b, a, terms_above)):
                x = (one + 1.0) / (one + two + 2.0)
                assert beta.fraction(one, two, x, count) == pytest.approx(
                    beta.fraction(one, two, x, count + 200), rel=1e-13
                )


def test_the_logarithm_of_the_beta_function() -> None:
    """Against log-gammas where they do not cancel, and Stirling's rest at its least argument."""
    for a, b in ((0.05, 0.4), (3.0, 9.9), (0.05, 10.0), (8.0, 12.0), (30.0, 70.0)):
        expected = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
        assert beta._log_beta(a, b) == beta._log_beta(b, a) == pytest.approx(expected, rel=1e-13, abs=1e-13)
    leading = 9.5 * math.log(10.0) - 10.0 + math.log(2.0 * math.pi) / 2.0
    assert beta._stirling_rest(10.0) == pytest.approx(math.lgamma(10.0) - leading, abs=3e-14)
    assert beta._log_beta(0.5, 1e15) == pytest.approx(math.log(math.pi / 1e15) / 2.0, rel=1e-13)


def test_small_numbers_keep_their_digits() -> None:
    """Without these two, beta quantiles far below 1 would lose up to five digits of their precision."""
    for x in (1e-300, 1e-17, 1e-16, 3e-10, 1e-5, 0.1, 0.9, 30.0):
        assert beta.log1p(x) == pytest.approx(math.log1p(x), rel=5e-16, abs=0.0)
        assert beta.less_exp(x) == pytest.approx(-math.expm1(-x), rel=5e-16, abs=0.0)


@pytest.mark.parametrize("module", [gamma, beta])
def test_one_step_more_changes_nothing(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the fixed number of steps is enough: the iteration has converged everywhere."""

    def values() -> list[float]:
        shapes = [shape for shape in BETA_SHAPES if shape < LARGE]
        if module is gamma:
            return [gamma_quantile(a, u) for a in shapes for u in GRID]
        return [beta_quantile(a, b, u) for a in (*shapes, 9_999.0) for b in shapes for u in GRID]

    found = values()
    monkeypatch.setattr(module, "STEPS", 4)
    assert found == pytest.approx(values(), rel=2e-12, abs=LEAST)
