"""Inverse distribution functions: against scipy, against the scenario's own means, and what every family promises."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from scipy import integrate, stats

from cascadesim.model.distributions import QUANTILES, quantile
from cascadesim.model.normal import normal_quantile
from cascadesim.scenario.distributions import DISTRIBUTIONS, Amount

ROUNDING = 1e-11
AMOUNT: TypeAdapter[Any] = TypeAdapter(Amount)


def lattice(u: float) -> float:
    """The nearest value that `draws.uniform` can take, so that 1 - u is exact."""
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


def drawn(table: dict[str, Any], u: float) -> float:
    standard = AMOUNT.validate_python(table).standard()
    return quantile(standard.name, standard.numbers, u)


def label(table: object) -> str:
    return " ".join(str(part) for part in table.values()) if isinstance(table, dict) else ""


def test_every_family_of_a_scenario_has_a_quantile_and_no_other() -> None:
    assert set(QUANTILES) == set(DISTRIBUTIONS) == {table["dist"] for table in ALL}


@pytest.mark.parametrize(("table", "theirs"), [(t, s) for t, s in CONTINUOUS if s is not None], ids=label)
def test_quantiles_agree_with_scipy(table: dict[str, Any], theirs: Any) -> None:
    """Relative 1e-10 from 1e-12 to 1 - 1e-12 and at the two outermost uniforms; each tail against its own inverse."""
    for u in GRID:
        expected = theirs.ppf(u) if u < 0.5 else theirs.isf(1.0 - u)
        assert drawn(table, u) == pytest.approx(expected, rel=1e-10, abs=1e-300)


@pytest.mark.parametrize("table", ALL, ids=label)
def test_the_mean_is_the_one_that_the_scenario_states(table: dict[str, Any]) -> None:
    """By integration of the quantile over u; 1e-6 for smooth families, one part in 10^5 for those with steps."""
    if table in STEPPED:
        name, numbers = AMOUNT.validate_python(table).standard()
        mean = math.fsum(quantile(name, numbers, (i + 0.5) / 100_000) for i in range(100_000)) / 100_000
        assert mean == pytest.approx(AMOUNT.validate_python(table).mean_value, rel=1e-5)
    else:
        mean = integrate.quad(lambda u: drawn(table, u), 0.0, 0.5, limit=200)[0]
        mean += integrate.quad(lambda v: drawn(table, 1.0 - v), 0.0, 0.5, limit=400)[0]
        assert mean == pytest.approx(AMOUNT.validate_python(table).mean_value, rel=1e-6)


@pytest.mark.parametrize("table", ALL, ids=label)
def test_draws_lie_within_the_support_and_never_decrease(table: dict[str, Any]) -> None:
    low, high = AMOUNT.validate_python(table).support
    values = [drawn(table, u) for u in GRID]
    assert all(math.isfinite(value) and low <= value <= high for value in values)
    assert values == sorted(values)


shares = st.floats(0.0, 1.0).map(lattice)
positive = st.floats(0.01, 200.0)


@st.composite
def standards(draw: st.DrawFn) -> tuple[str, tuple[float, ...]]:
    """Any family with any numbers that a scenario can lead to."""
    name = draw(st.sampled_from(sorted(QUANTILES)))
    a, b, c = sorted(draw(st.tuples(positive, positive, positive)))
    values = tuple(sorted(draw(st.lists(st.floats(0.0, 100.0), min_size=1, max_size=6))))
    weights = [draw(st.integers(0, 5)) for _ in values]
    weights[-1] += 1
    numbers = {
        "constant": (a,),
        "uniform": (a, a + b),
        "triangular": (a, b, c + 0.1),
        "exponential": (a,),
        "weibull": (max(a, 0.1), b),
        "gamma": (b, a),
        "lognormal": (math.log(a), min(b, 3.0)),
        "beta": (a, c, 1.0, b) if draw(st.booleans()) else (c, a, 1.0, b),
        "empirical": values,
        "discrete": (*values, *(weight / sum(weights) for weight in weights)),
    }
    return name, numbers[name]


def check_order(standard: tuple[str, tuple[float, ...]], u: float, v: float) -> None:
    """Up to rounding where the docstring allows it, exactly elsewhere."""
    below, above = (quantile(*standard, share) for share in sorted((u, v)))
    slack = ROUNDING if standard[0] in ("gamma", "beta", "lognormal") else 0.0
    assert math.isfinite(above)
    assert 0.0 <= below <= above * (1.0 + slack)


@settings(derandomize=True, deadline=None, max_examples=600)
@given(standards(), shares, shares)
def test_every_quantile_is_finite_and_never_decreases(
    standard: tuple[str, tuple[float, ...]], u: float, v: float
) -> None:
    check_order(standard, u, v)


@settings(derandomize=True, deadline=None, max_examples=600)
@given(standards(), st.floats(0.0, 0.999).map(lattice), st.integers(1, 8))
def test_nor_between_neighbouring_uniforms(standard: tuple[str, tuple[float, ...]], u: float, steps: int) -> None:
    check_order(standard, u, u + steps * 2.0**-52)


def test_lognormal_and_normal_follow_scipy() -> None:
    for u in GRID:
        expected = stats.norm.ppf(u) if u < 0.5 else stats.norm.isf(1.0 - u)
        assert normal_quantile(u) == pytest.approx(expected, rel=1e-14, abs=1e-15)
        assert quantile("lognormal", (0.3, 0.8), u) == pytest.approx(math.exp(0.3 + 0.8 * expected), rel=1e-13, abs=0.0)


def test_beta_is_stretched_to_its_ends() -> None:
    """Mean 4, sd 1 on [2, 7]: a = 2, b = 3 by the method of moments, by hand."""
    for u in GRID:
        expected = 2.0 + 5.0 * (stats.beta.ppf(u, 2.0, 3.0) if u < 0.5 else stats.beta.isf(1.0 - u, 2.0, 3.0))
        assert drawn({"dist": "beta", "mean": 4.0, "sd": 1.0, "low": 2.0, "high": 7.0}, u) == pytest.approx(
            expected, rel=1e-11
        )


def test_empirical_gives_each_value_the_same_share() -> None:
    values = (1.0, 1.0, 2.0, 4.0, 7.5)
    edges = [lattice(i / 5) for i in range(6)]
    for i, value in enumerate(values):
        assert quantile("empirical", values, edges[i]) == value
        assert quantile("empirical", values, edges[i + 1] - 2.0**-50) == value


def test_discrete_cuts_the_interval_at_the_cumulative_probabilities() -> None:
    numbers = (2.0, 4.0, 8.0, 0.5, 0.0, 0.5)
    assert [quantile("discrete", numbers, u) for u in (GRID[0], 0.4999, 0.5, 0.5001, GRID[-1])] == [2, 2, 8, 8, 8]


def test_discrete_gives_what_rounding_leaves_to_the_last_possible_value() -> None:
    assert quantile("discrete", (1.0, 2.0, 3.0, 4.0, 0.3333, 0.3333, 0.3333, 0.0), GRID[-1]) == 3.0


def test_unbounded_families_stay_finite_where_exp_would_overflow() -> None:
    assert math.isfinite(quantile("weibull", (0.004, 1.0), GRID[-1]))
    assert math.isfinite(quantile("lognormal", (600.0, 20.0), GRID[-1]))


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError, match="cauchy"):
        quantile("cauchy", (1.0,), 0.5)
