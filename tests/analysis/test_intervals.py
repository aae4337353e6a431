"""Means, intervals and chances against scipy, against print, and against what they promise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from cascadesim.analysis.intervals import quantile, summarise, wilson

FALSE_ALARM = 1e-5


def test_summary_is_that_of_scipy() -> None:
    values = [3.0, 4.5, 4.5, 7.0, 11.0]
    found = summarise(values)
    low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
    assert (found.runs, found.defined) == (5, 5)
    assert found.mean == 6.0
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-12)
    assert (found.p10, found.p90) == pytest.approx((3.6, 9.4))  # at places 0.4 and 3.6 of 0 to 4


def test_undefined_values_are_left_out_and_counted() -> None:
    found = summarise([math.nan, 2.0, math.nan, 4.0])
    assert (found.runs, found.defined, found.mean) == (4, 2, 3.0)
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.95, 1, 3.0, 1.0), rel=1e-12)


def test_one_value_has_no_interval() -> None:
    found = summarise([5.0])
    assert (found.mean, found.p10, found.p90) == (5.0, 5.0, 5.0)
    assert math.isnan(found.low) and math.isnan(found.high)


def test_nothing_defined_gives_nothing() -> None:
    found = summarise([math.nan, math.nan])
    assert (found.runs, found.defined) == (2, 0)
    assert math.isnan(found.mean) and math.isnan(found.p10)


@pytest.mark.parametrize(
    ("hits", "runs", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_printed_by_newcombe(hits: int, runs: int, low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3, to its four decimals."""
    assert wilson(hits, runs) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("hits", "runs"), [(0, 1), (1, 1), (43, 100), (200, 200), (1, 7)])
def test_wilson_is_that_of_scipy(hits: int, runs: int) -> None:
    expected = stats.binomtest(hits, runs).proportion_ci(method="wilson")
    assert wilson(hits, runs) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_chance_of_no_runs_is_unknown() -> None:
    assert all(math.isnan(bound) for bound in wilson(0, 0))


def test_intervals_of_a_mean_cover_as_often_as_they_say() -> None:
    """5,000 samples of 6 from a normal: 95 % to within 1.4 percentage points (a false alarm in 100,000).

    A normal in place of the t quantile would cover 89 % and be seen.
    """
    samples = np.random.default_rng(11).normal(3.0, 2.0, size=(5_000, 6))
    covered = sum(found.low <= 3.0 <= found.high for found in map(summarise, samples))
    low, high = stats.binom.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], 5_000, 0.95)
    assert low <= covered <= high


def test_wilson_covers_as_often_as_it_says_on_average() -> None:
    """Exact coverage, a sum over 41 outcomes, is near 95 % on average over chances (Agresti and Coull 1998).

    The interval of Wald covers 90 % on average and would be seen.
    """
    counts = np.arange(41)
    low, high = np.array([wilson(int(hits), 40) for hits in counts]).T
    chances = np.linspace(0.02, 0.98, 97)
    covered = [stats.binom.pmf(counts, 40, p)[(low <= p) & (p <= high)].sum() for p in chances]
    assert 0.94 < np.mean(covered) < 0.96


def test_wilson_at_another_level_is_that_of_scipy() -> None:
    expected = stats.binomtest(7, 30).proportion_ci(confidence_level=0.99, method="wilson")
    assert wilson(7, 30, 0.99) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("runs", "low", "high"), [(6, 1, 6), (10, 2, 9), (20, 6, 15), (30, 10, 21), (50, 18, 33)])
def test_bounds_of_a_median_are_those_of_the_sign_test(runs: int, low: int, high: int) -> None:
    """Ranks as tabled, for instance, by Conover (1999), Practical Nonparametric Statistics: 95 % for the median."""
    found = quantile(range(1, runs + 1), 0.5)
    assert (found.low, found.high, found.value) == (low, high, (runs + 1) / 2)
    assert found.covers == pytest.approx(1 - 2 * stats.binom.cdf(low - 1, runs, 0.5))


def test_a_bound_beyond_all_runs_is_unknown() -> None:
    """Of 58 runs none bounds the 95 % quantile from above at 90 % (0.95^58 = 5.1 %), of 59 the largest (4.9 %)."""
    few, more = quantile(range(58), 0.95, 0.9), quantile(range(59), 0.95, 0.9)
    assert math.isnan(few.high) and math.isnan(few.covers) and few.low < few.value
    assert more.high == 58
    assert math.isnan(quantile([1, 2, 3, math.nan], 0.5).low)
    assert quantile([math.nan], 0.5).defined == 0


@pytest.mark.parametrize(("share", "runs"), [(0.1, 60), (0.5, 25), (0.9, 60), (0.75, 200)])
def test_intervals_of_quantiles_cover_what_they_say(share: float, runs: int) -> None:
    """4,000 samples of a skewed law, where a quantile has an exact value; ranks off by one would be seen at 0.5."""
    samples = np.random.default_rng(31).exponential(size=(4_000, runs))
    found = [quantile(sample, share) for sample in samples]
    truth, covers = -math.log(1 - share), found[0].covers
    assert 0.95 <= covers < 0.985
    low, high = stats.binom.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], len(found), covers)
    assert low <= sum(each.low <= truth <= each.high for each in found) <= high
