"""From uniforms to levels, and from levels to changes: known distributions, within their ends, never decreasing."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from cascadesim.experiment.study.definition import AS_IS, DISTRIBUTIONS, Factor
from cascadesim.experiment.study.dependence import RULES, SamplingSpace
from experiment.study.studies import study

QUIET = settings(max_examples=200, deadline=None, derandomize=True, database=None)
US = st.floats(0, 1, allow_nan=False)

SIGMA = math.sqrt(math.log1p((3 / 4) ** 2))
TRUTHS: dict[str, tuple[tuple[float, ...], Any]] = {
    "uniform": ((), stats.uniform(2, 7)),
    "log_uniform": ((), stats.loguniform(2, 9)),
    "triangular": ((3.0,), stats.triang((3 - 2) / 7, 2, 7)),
    "normal": ((4.0, 3.0), stats.truncnorm((2 - 4) / 3, (9 - 4) / 3, 4, 3)),
    "lognormal": ((4.0, 3.0), None),
}


def ranged(
    spread: str, numbers: tuple[float, ...] = (), low: float = 2.0, high: float = 9.0, whole: bool = False
) -> Factor:
    what = {"low": low, "high": high, "distribution": spread, "numbers": numbers, "spans": ((low, high),)}
    return Factor("f", ("p",), "range", **what, whole=whole)


@pytest.mark.parametrize("spread", sorted(DISTRIBUTIONS))
def test_quantiles_are_those_of_scipy(spread: str) -> None:
    numbers, truth = TRUTHS[spread]
    for u in (0.0, 1e-9, 0.01, 0.25, 0.5, 0.75, 0.99, 1 - 1e-9, 1.0):
        if truth is None:  # the lognormal with this mean and sd, cut off at the ends
            whole = stats.lognorm(SIGMA, scale=4 * math.exp(-(SIGMA**2) / 2))
            assert whole.mean() == pytest.approx(4) and whole.std() == pytest.approx(3)
            expected = whole.ppf(whole.cdf(2) + u * (whole.cdf(9) - whole.cdf(2)))
        else:
            expected = truth.ppf(u)
        assert ranged(spread, numbers).code(u) == pytest.approx(expected, rel=1e-9)


@QUIET
@given(
    st.sampled_from(sorted(DISTRIBUTIONS)),
    st.lists(st.floats(0.01, 1e6), min_size=4, max_size=4),
    US,
    US,
    st.booleans(),
)
def test_levels_lie_within_the_range_and_never_decrease(
    spread: str, ends: list[float], one: float, other: float, whole: bool
) -> None:
    low, mode, high, sd = (*sorted(ends[:3]), ends[3])
    if whole:
        low, high = max(1, math.floor(low)), math.ceil(high)
    assume(low < high)
    numbers = {"mode": mode, "mean": mode, "sd": sd}
    factor = ranged(spread, tuple(numbers[key] for key in DISTRIBUTIONS[spread].needs), low, high, whole)
    first, second = factor.code(min(one, other)), factor.code(max(one, other))
    assert low <= first <= high and low <= second <= high
    assert first <= second or math.isclose(first, second, rel_tol=1e-9)
    assert isinstance(factor.level(first), int) is whole
    assert factor.code(0.0) == pytest.approx(low, rel=1e-6) or spread in ("normal", "lognormal") or whole


def test_whole_numbers_of_a_uniform_range_are_equally_likely() -> None:
    factor = ranged("uniform", (), 2, 6, whole=True)
    assert Counter(factor.code(place / 1000) for place in range(1000)) == dict.fromkeys([2.0, 3.0, 4.0, 5.0, 6.0], 200)


def test_listed_levels_are_equally_likely() -> None:
    factor = Factor("f", ("p",), "levels", labels=("x", "y", "z", "w"), values=((1,), (2,), (3,), (4,)))
    assert Counter(factor.level(factor.code(place / 1000)) for place in range(1000)) == dict.fromkeys("xyzw", 250)
    assert factor.level(factor.code(1.0)) == "w"


def test_the_far_tail_of_a_normal_keeps_its_digits() -> None:
    expected = stats.truncnorm(7, 8).ppf(0.5)
    assert ranged("normal", (0.0, 1.0), 7.0, 8.0).code(0.5) == pytest.approx(expected, rel=1e-9)
    assert ranged("normal", (15.0, 1.0), 7.0, 8.0).code(0.5) == pytest.approx(15 - expected, rel=1e-9)


@QUIET
@given(st.lists(US, min_size=1, max_size=9))
def test_shares_sum_to_one(us: list[float]) -> None:
    found = RULES["shares"].codes((), us)
    assert len(found) == len(us) + 1 and min(found) >= 0
    assert sum(found) == pytest.approx(1, abs=1e-9)


def test_every_division_into_shares_is_as_likely() -> None:
    """Each share of k is Beta(1, k - 1), and their order is as likely as any other.

    Kolmogorov-Smirnov on a grid of 101 x 101 uniforms: exact up to the grid, 0.02.
    """
    grid = [(place + 0.5) / 101 for place in range(101)]
    found = [RULES["shares"].codes((), (u, v)) for u in grid for v in grid]
    for share in range(3):
        assert stats.ks_1samp([each[share] for each in found], stats.beta(1, 2).cdf).statistic < 0.02
    orders = Counter(tuple(sorted(range(3), key=each.__getitem__)) for each in found)
    assert min(orders.values()) > 0.97 * len(found) / 6 and len(orders) == 6


@QUIET
@given(st.lists(US, min_size=3, max_size=3))
def test_ordered_factors_are_in_order(us: list[float]) -> None:
    factors = [
        ranged("uniform", (), 1, 9, whole=True),
        Factor("g", ("q",), "levels", labels=(2, 4, 8), values=((2,), (4,), (8,))),
        ranged("triangular", (5.0,), 3, 9),
    ]
    codes = RULES["ordered"].codes(factors, us)
    levels = [factor.level(code) for factor, code in zip(factors, codes, strict=True)]
    assert levels == sorted(levels)
    assert 1 <= levels[0] <= 8 and levels[1] in (2, 4, 8) and 3 <= levels[2] <= 9


def test_of_two_ordered_factors_the_first_keeps_its_spread_and_the_second_lies_evenly_above() -> None:
    factors = [ranged("uniform", (), 0, 1), ranged("uniform", (), 0, 1)]
    assert RULES["ordered"].codes(factors, (0.25, 0.5)) == (0.25, 0.625)
    assert RULES["ordered"].codes(factors, (1.0, 0.5)) == (1.0, 1.0)


def test_changes() -> None:
    linked = Factor("f", ("p", "q"), "range", low=0.0, high=2.0, spans=((0.0, 2.0), (10.0, 20.0)))
    assert linked.changes(0.5, "base") == (("p", 0.5), ("q", 12.5))
    origins = (("base", (3, 2.5)), ("more", (4, 5.0)))
    times = Factor("f", ("p", "q"), "range", low=0.5, high=2.0, spans=((0.5, 2.0),) * 2, times=True, origins=origins)
    assert times.changes(1.5, "base") == (("p", 5), ("q", 3.75))  # a whole number stays whole, halves up
    assert times.changes(1.5, "more") == (("p", 6), ("q", 7.5))
    assert times.changes(AS_IS, "base") == () and times.level(AS_IS) is None


def test_linked_factors_take_as_many_uniforms_as_they_need(tmp_path: Path) -> None:
    text = """
        design = "latin_hypercube"
        ordered = [["least", "most"]]
        [factors]
        "tier.peer.training.min_cohort" = { name = "least", low = 2, high = 8 }
        "tier.peer.training.max_cohort" = { name = "most", low = 4, high = 12 }
        [factors.people]
        shares = [
            "tier.peer.events.moving.time_to_event.rate_per_year",
            "clients.no_show_probability",
            "clients.start_probability",
        ]
    """
    axes = SamplingSpace(study(tmp_path, text))
    assert [(group.name, group.uniforms, group.factors) for group in axes.groups] == [
        ("least <= most", (0, 1), (0, 1)),
        ("people", (2, 3), (2, 3, 4)),
    ]
    codes = axes.codes([0.5, 0.5, 0.5, 0.5])
    assert codes[0] <= codes[1] and sum(codes[2:]) == pytest.approx(1)
