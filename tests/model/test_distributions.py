"""Inverse distribution functions: against scipy, against the scenario's own means, and what every family promises."""

from __future__ import annotations

import math
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from scipy import integrate, special, stats

from cascadesim.engine import sampling
from cascadesim.model.distributions import Draw, Family, normal_quantile, quantile
from cascadesim.scenario.distributions import Amount, AnyDistribution, beta_draw, gamma_draw

TABLE = 2e-11
"""A table's relative error; scipy's inverses are no better."""
AMOUNT: TypeAdapter[Any] = TypeAdapter(Amount)
LEAST = 1e-289
"""Below this the smallest floats lose digits, ours and scipy's."""


def lattice(u: float) -> float:
    """The nearest value that `rng.uniform` can take, so that 1 - u is exact."""
    return (min(int(u * 2.0**52), 2**52 - 1) + 0.5) * 2.0**-52


TAIL = (1e-12, 1e-9, 1e-6, 1e-3)
GRID = [lattice(u) for u in (0.0, *TAIL, *np.linspace(0.01, 0.99, 99), *(1.0 - q for q in reversed(TAIL)), 1.0)]

# A scenario's table, and scipy's frozen distribution of the same meaning where it has one.
CONTINUOUS: list[tuple[dict[str, Any], Any]] = [
    ({"dist": "uniform", "low": 2.0, "high": 5.0}, stats.uniform(2.0, 3.0)),
    ({"dist": "uniform", "low": 0.0, "high": 0.1}, stats.uniform(0.0, 0.1)),
    ({"dist": "triangular", "low": 1.0, "mode": 2.0, "high": 6.0}, stats.triang(0.2, 1.0, 5.0)),
    ({"dist": "triangular", "low": 1.0, "mode": 1.0, "high": 6.0}, stats.triang(0.0, 1.0, 5.0)),
    ({"dist": "triangular", "low": 1.0, "mode": 6.0, "high": 6.0}, stats.triang(1.0, 1.0, 5.0)),
    ({"dist": "exponential", "mean": 4.0}, stats.expon(scale=4.0)),
    ({"dist": "weibull", "shape": 0.6, "mean": 4.0}, stats.weibull_min(0.6, scale=4.0 / math.gamma(1 + 1 / 0.6))),
    ({"dist": "weibull", "shape": 3.0, "mean": 4.0}, stats.weibull_min(3.0, scale=4.0 / math.gamma(1 + 1 / 3.0))),
    ({"dist": "gamma", "mean": 4.0, "cv": 0.3}, stats.gamma(1 / 0.09, scale=4.0 * 0.09)),
    ({"dist": "gamma", "mean": 4.0, "sd": 6.0}, stats.gamma(1 / 2.25, scale=9.0)),
    ({"dist": "gamma", "mean": 4.0, "cv": 0.1}, stats.gamma(100.0, scale=0.04)),
    ({"dist": "lognormal", "mean": 4.0, "cv": 0.5}, None),
    ({"dist": "lognormal", "mean": 4.0, "sd": 6.0}, None),
    ({"dist": "beta", "mean": 0.7, "sd": 0.2}, stats.beta(0.7 * 4.25, 0.3 * 4.25)),
    ({"dist": "beta", "mean": 4.0, "sd": 1.0, "low": 2.0, "high": 7.0}, None),
]
STEPPED: list[dict[str, Any]] = [
    {"dist": "constant", "value": 3.5},
    {"dist": "empirical", "values": [4.0, 1.0, 1.0, 7.5, 2.0]},
    {"dist": "empirical", "values": [0.5]},
    {"dist": "discrete", "values": [8.0, 2.0, 4.0], "probabilities": [0.2, 0.5, 0.3]},
    {"dist": "discrete", "values": [1.0, 2.0, 3.0], "probabilities": [0.0, 1.0, 0.0]},
]
ALL = [table for table, _ in CONTINUOUS] + STEPPED


def value(draw: Draw, u: float) -> float:
    return quantile(draw.family, draw.numbers, u)


def drawn(table: dict[str, Any], u: float) -> float:
    return value(AMOUNT.validate_python(table).draw(), u)


def label(table: object) -> str:
    return " ".join(str(part) for part in table.values()) if isinstance(table, dict) else ""


def test_every_distribution_and_every_family_is_tried() -> None:
    known = {get_args(one.model_fields["dist"].annotation)[0] for one in get_args(AnyDistribution)}
    assert known == {table["dist"] for table in ALL}
    assert {AMOUNT.validate_python(table).draw().family for table in ALL} == set(Family)


@pytest.mark.parametrize(("table", "theirs"), [(t, s) for t, s in CONTINUOUS if s is not None], ids=label)
def test_quantiles_agree_with_scipy(table: dict[str, Any], theirs: Any) -> None:
    """Relative 1e-10 from 1e-12 to 1 - 1e-12 and at the two outermost uniforms; each tail against its own inverse."""
    for u in GRID:
        expected = theirs.ppf(u) if u < 0.5 else theirs.isf(1.0 - u)
        assert drawn(table, u) == pytest.approx(expected, rel=1e-10, abs=1e-300)


@pytest.mark.parametrize("table", ALL, ids=label)
def test_the_mean_is_the_one_that_the_scenario_states(table: dict[str, Any]) -> None:
    """By integration of the quantile over u; 1e-6 for smooth families, one part in 10^5 for those with steps."""
    amount = AMOUNT.validate_python(table)
    draw = amount.draw()
    if table in STEPPED:
        mean = math.fsum(value(draw, (i + 0.5) / 100_000) for i in range(100_000)) / 100_000
        assert mean == pytest.approx(amount.mean_value, rel=1e-5)
    else:
        mean = integrate.quad(lambda u: value(draw, u), 0.0, 0.5, limit=200)[0]
        mean += integrate.quad(lambda v: value(draw, 1.0 - v), 0.0, 0.5, limit=400)[0]
        assert mean == pytest.approx(amount.mean_value, rel=1e-6)


@pytest.mark.parametrize("table", ALL, ids=label)
def test_draws_lie_within_the_support_and_never_decrease(table: dict[str, Any]) -> None:
    low, high = AMOUNT.validate_python(table).support
    values = [drawn(table, u) for u in GRID]
    assert all(math.isfinite(value) and low <= value <= high for value in values)
    assert values == sorted(values)


shares = st.floats(0.0, 1.0).map(lattice)
positive = st.floats(0.01, 200.0)
weights = st.lists(st.integers(0, 5), min_size=6, max_size=6)


@st.composite
def draws(draw: st.DrawFn) -> Draw:
    """Any family with any numbers that a scenario can lead to."""
    family = draw(st.sampled_from(Family))
    a, b, c = sorted(draw(st.tuples(positive, positive, positive)))
    values = tuple(sorted(draw(st.lists(st.floats(0.0, 100.0), min_size=1, max_size=6))))
    if family == Family.TABULATED:
        shapes = (a, c) if draw(st.booleans()) else (c, a)
        return gamma_draw(b, a) if draw(st.booleans()) else beta_draw(*shapes, 1.0, b)
    chances = draw(weights)[: len(values)]
    chances[-1] += 1
    numbers = {
        Family.CONSTANT: (a,),
        Family.UNIFORM: (a, a + b),
        Family.TRIANGULAR: (a, b, c + 0.1),
        Family.EXPONENTIAL: (a,),
        Family.WEIBULL: (max(a, 0.1), b),
        Family.LOGNORMAL: (math.log(a), min(b, 3.0)),
        Family.EMPIRICAL: values,
        Family.DISCRETE: (*values, *(chance / sum(chances) for chance in chances)),
    }
    return Draw(family, numbers[family])


def check_order(draw: Draw, u: float, v: float) -> None:
    """Up to rounding, or a table's error, where the docstring allows it, exactly elsewhere."""
    below, above = (value(draw, share) for share in sorted((u, v)))
    slack = 2 * TABLE if draw.family in (Family.TABULATED, Family.LOGNORMAL) else 0.0
    assert math.isfinite(above)
    assert 0.0 <= below <= above * (1.0 + slack) + LEAST


@settings(derandomize=True, deadline=None, max_examples=600)
@given(draws(), shares, shares)
def test_every_quantile_is_finite_and_never_decreases(draw: Draw, u: float, v: float) -> None:
    check_order(draw, u, v)


@settings(derandomize=True, deadline=None, max_examples=600)
@given(draws(), st.floats(0.0, 0.999).map(lattice), st.integers(1, 8))
def test_nor_between_neighbouring_uniforms(draw: Draw, u: float, steps: int) -> None:
    check_order(draw, u, u + steps * 2.0**-52)


def test_lognormal_and_normal_follow_scipy() -> None:
    for u in GRID:
        expected = stats.norm.ppf(u) if u < 0.5 else stats.norm.isf(1.0 - u)
        assert normal_quantile(u) == pytest.approx(expected, rel=1e-14, abs=1e-15)
        found = quantile(Family.LOGNORMAL, (0.3, 0.8), u)
        assert found == pytest.approx(math.exp(0.3 + 0.8 * expected), rel=1e-13, abs=0.0)


def test_beta_is_stretched_to_its_ends() -> None:
    """Mean 4, sd 1 on [2, 7]: a = 2, b = 3 by the method of moments, by hand."""
    for u in GRID:
        expected = 2.0 + 5.0 * (stats.beta.ppf(u, 2.0, 3.0) if u < 0.5 else stats.beta.isf(1.0 - u, 2.0, 3.0))
        table = {"dist": "beta", "mean": 4.0, "sd": 1.0, "low": 2.0, "high": 7.0}
        assert drawn(table, u) == pytest.approx(expected, rel=1e-11)


def test_empirical_gives_each_value_the_same_share() -> None:
    values = (1.0, 1.0, 2.0, 4.0, 7.5)
    edges = [lattice(i / 5) for i in range(6)]
    for i, one in enumerate(values):
        assert quantile(Family.EMPIRICAL, values, edges[i]) == one
        assert quantile(Family.EMPIRICAL, values, edges[i + 1] - 2.0**-50) == one


def test_discrete_cuts_the_interval_at_the_cumulative_probabilities() -> None:
    numbers = (2.0, 4.0, 8.0, 0.5, 0.0, 0.5)
    found = [quantile(Family.DISCRETE, numbers, u) for u in (GRID[0], 0.4999, 0.5, 0.5001, GRID[-1])]
    assert found == [2, 2, 8, 8, 8]


def test_discrete_gives_what_rounding_leaves_to_the_last_possible_value() -> None:
    numbers = (1.0, 2.0, 3.0, 4.0, 0.3333, 0.3333, 0.3333, 0.0)
    assert quantile(Family.DISCRETE, numbers, GRID[-1]) == 3.0


def test_unbounded_families_stay_finite_where_exp_would_overflow() -> None:
    assert math.isfinite(quantile(Family.WEIBULL, (0.004, 1.0), GRID[-1]))
    assert math.isfinite(quantile(Family.LOGNORMAL, (600.0, 20.0), GRID[-1]))


def test_an_unknown_family_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown family"):
        quantile(len(Family), (1.0, 0.5), 0.5)


def test_both_runtimes_sample_by_the_same_function() -> None:
    """So that no family can be taken for another: neither has a list of its own."""
    assert sampling.quantile is quantile


# --- tables -----------------------------------------------------------------------------------------------------------

SHAPES = [0.01, 0.03, 0.05, 0.1, 0.3, 0.5, 0.9, 1.0, 1.1, 2.0, 3.3, 8.0, 20.0, 49.9, 50.0, 80.0, 200.0, 1e3, 1e4]
SHARES = (0.0, 1e-12, 1e-9, 1e-6, 1e-4, 0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.45)
FINE = [lattice(u) for u in (*SHARES, 0.5, *(1.0 - u for u in reversed(SHARES)))]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_table_of_a_gamma_agrees_with_scipy(shape: float) -> None:
    """Relative 2e-11, from the least to the greatest uniform and all between; each tail against its own inverse."""
    draw = gamma_draw(shape, 1.0)
    for u in (*FINE, *np.random.default_rng(1).random(300).tolist()):
        expected = special.gammaincinv(shape, u) if u < 0.5 else special.gammainccinv(shape, 1.0 - u)
        assert value(draw, u) == pytest.approx(expected, rel=TABLE, abs=LEAST), u


@pytest.mark.parametrize("a", SHAPES)
def test_a_table_of_a_beta_agrees_with_scipy(a: float) -> None:
    """Relative 2e-11 in x, with every second shape from 0.01 to 10,000; scipy itself is 1e-8 off here and there."""
    apart = 0
    for b in SHAPES:
        draw = beta_draw(a, b, 0.0, 1.0)
        for u in FINE:
            expected = special.betaincinv(a, b, u) if u < 0.5 else special.betainccinv(a, b, 1.0 - u)
            assert value(draw, u) == pytest.approx(expected, rel=1e-8, abs=LEAST), (b, u)
            apart += value(draw, u) != pytest.approx(expected, rel=TABLE, abs=LEAST)
    assert apart <= len(SHAPES) * len(FINE) // 100


def test_a_beta_with_a_huge_second_shape_is_a_gamma() -> None:
    """x = G / b to first order, with a relative rest of about (G + a) / b; scipy is not exact here."""
    for a in (0.1, 1.0, 3.0, 49.0, 1000.0):
        draw, near = beta_draw(a, 1e14, 0.0, 1.0), gamma_draw(a, 1e-14)
        for u in FINE:
            assert value(draw, u) == pytest.approx(value(near, u), rel=1e-10, abs=LEAST)


@pytest.mark.parametrize("a", [0.1, 1.0, 30.0, 500.0])
def test_the_two_ways_to_a_beta_meet(a: float) -> None:
    """A little below the shape from which on a gamma is near, scipy gives the same."""
    b = 1000.0 * max(a, 100.0)
    for u in FINE:
        expected = special.betaincinv(a, b, u) if u < 0.5 else special.betainccinv(a, b, 1.0 - u)
        assert value(beta_draw(a, b, 0.0, 1.0), u) == pytest.approx(expected, rel=1e-8, abs=LEAST)


def test_beta_is_mirrored() -> None:
    """x(a, b, u) = 1 - x(b, a, 1 - u)."""
    for a, b in ((0.2, 3.0), (2.0, 2.0), (60.0, 0.4), (2e5, 3.0), (70.0, 300.0)):
        for u in FINE:
            mirrored = value(beta_draw(b, a, 0.0, 1.0), 1.0 - u)
            assert value(beta_draw(a, b, 0.0, 1.0), u) + mirrored == pytest.approx(1.0, abs=1e-11)


def test_simple_shapes_have_closed_forms() -> None:
    """Gamma of shape 1 is exponential; beta(a, 1) is a power of u and beta(1/2, 1/2) an arc sine."""
    for u in FINE:
        assert value(gamma_draw(1.0, 1.0), u) == pytest.approx(-math.log1p(-u), rel=TABLE, abs=LEAST)
        for a in (0.1, 3.0, 40.0, 400.0):
            assert value(beta_draw(a, 1.0, 0.0, 1.0), u) == pytest.approx(u ** (1.0 / a), rel=TABLE, abs=LEAST)
        sine = math.sin(math.pi * u / 2.0) ** 2
        assert value(beta_draw(0.5, 0.5, 0.0, 1.0), u) == pytest.approx(sine, rel=TABLE, abs=LEAST)


@pytest.mark.parametrize("shape", [1e-4, 1e-9, 1e-200])
def test_the_tiniest_shapes_give_zero_and_not_an_error(shape: float) -> None:
    """A quantile below the smallest floats is as good as 0, the lower end of the support."""
    small, even = gamma_draw(shape, 1.0), beta_draw(shape, shape, 0.0, 1.0)
    assert 0.0 <= max(value(small, 0.25), value(even, 0.25)) < LEAST
    assert 0.0 <= value(small, FINE[-1]) < 40.0
    assert value(even, 0.75) == 1.0


def test_a_beta_as_wide_as_can_be_is_one_end_or_the_other() -> None:
    table = {"dist": "beta", "mean": 0.5, "sd": math.nextafter(0.5, 0.0)}
    assert [round(drawn(table, u), 9) for u in (0.25, 0.75)] == [0.0, 1.0]


@pytest.mark.parametrize(("a", "b"), [(1e-9, 1e-4), (1e3, 1e9), (1e-300, 1e17), (1e17, 1e17), (1e-12, 1e12)])
def test_a_table_stays_small_where_digits_jump(a: float, b: float) -> None:
    draw = beta_draw(a, b, 0.0, 1.0)
    assert len(draw.numbers) < 12_000
    assert all(0.0 <= value(draw, u) <= 1.0 for u in FINE)
