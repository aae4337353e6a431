"""Which of several plans is better: against scipy, against known answers, and what the intervals hold together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from cascadesim.analysis.intervals import holm
from cascadesim.analysis.multiple_comparison import against_first, all_pairs, comparison_sentence
from cascadesim.analysis.paired_comparison import chance_difference
from cascadesim.errors import UsageError

FALSE_ALARM = 1e-5
MORE, LESS = "clients.completed", "clients.wait_mean_weeks"
ONE = [3.0, 4.5, 4.5, 7.0, 11.0, 2.0]
TWO = [4.0, 4.5, 6.5, 6.0, 14.0, 3.5]
FAR = [value + 20 for value in TWO]


def test_two_plans_give_the_paired_t_test() -> None:
    (found,) = against_first({"a": ONE, "b": TWO}, MORE)
    expected = stats.ttest_rel(TWO, ONE)
    interval = expected.confidence_interval(0.95)
    assert (found.found.paired.low, found.found.paired.high) == pytest.approx((interval.low, interval.high), rel=1e-12)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-12) == found.p_adjusted
    assert found.variance_reduction == pytest.approx(1 - np.var(np.subtract(TWO, ONE)) / (np.var(ONE) + np.var(TWO)))


def test_intervals_are_wider_for_more_comparisons() -> None:
    plans = {"a": ONE, "b": TWO, "c": FAR}
    first, every = against_first(plans, MORE), all_pairs(plans, MORE)
    assert [(each.first, each.second) for each in every] == [("a", "b"), ("a", "c"), ("b", "c")]
    for found, of in ((first, 2), (every, 3)):
        interval = stats.ttest_rel(TWO, ONE).confidence_interval(1 - 0.05 / of)
        assert found[0].found.paired.low == pytest.approx(interval.low, rel=1e-12)
        assert f"all {of} comparisons together, Bonferroni" in found[0].joint


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [((0.01, 0.04, 0.03, 0.005), (0.03, 0.06, 0.06, 0.02)), ((0.5, math.nan, 0.8), (1, math.nan, 1)), ((), ())],
)
def test_holm_by_hand(p_values: tuple[float, ...], adjusted: tuple[float, ...]) -> None:
    assert holm(p_values) == pytest.approx(list(adjusted), nan_ok=True)


def test_better_is_the_direction_of_the_measure() -> None:
    assert [each.verdict for each in against_first({"a": ONE, "b": TWO, "c": FAR}, MORE)] == ["undecided", "better"]
    assert against_first({"a": ONE, "c": FAR}, LESS)[0].verdict == "worse"
    assert against_first({"c": FAR, "a": ONE}, LESS)[0].verdict == "better"
    assert against_first({"a": ONE, "c": FAR}, "clients.referred")[0].verdict == "different"
    assert against_first({"a": ONE, "b": ONE}, MORE)[0].verdict == "same"
    assert against_first({"a": ONE, "b": [math.nan] * 6}, MORE)[0].verdict == "undefined"


def test_sentences() -> None:
    assert comparison_sentence(against_first({"a": ONE, "c": [v + 2 for v in ONE[:-1]] + [4.5]}, MORE)[0]) == (
        "c is better than a on clients completed: 2.1 higher (+1.9 to +2.3, 95 % interval; 6 pairs)."
    )
    assert comparison_sentence(against_first({"a": ONE, "b": TWO, "c": FAR}, MORE)[0]) == (
        "b cannot be told from a on clients completed "
        "(-0.76 to +2.9, 95 % for all 2 comparisons together, Bonferroni; 6 pairs)."
    )
    assert comparison_sentence(against_first({"a": ONE, "b": ONE}, MORE)[0]).startswith("No run differs between b and a")
    assert "no run defines it" in comparison_sentence(against_first({"a": ONE, "b": [math.nan]}, MORE)[0])
    assert comparison_sentence(against_first({"a": [1.0], "b": [2.0]}, MORE)[0]).startswith("One pair of runs cannot")


def test_pairs_are_what_both_have_and_define() -> None:
    (found,) = against_first({"a": [1.0, math.nan, 3.0, 8.0, 1.0], "b": [2.0, 5.0, 5.0, 12.0]}, MORE)
    assert (found.unpaired, found.found.paired.runs, found.found.paired.defined) == (1, 4, 3)
    assert found.found.paired.mean == pytest.approx(7 / 3)


def test_without_pairing_the_test_is_that_of_welch() -> None:
    other = [*TWO, 9.0, math.nan]
    (found,) = against_first({"a": ONE, "b": other}, MORE, paired=False)
    expected = stats.ttest_ind(other[:-1], ONE, equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert (found.found.paired.low, found.found.paired.high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    assert math.isnan(found.variance_reduction) and "not paired" in comparison_sentence(found)
    assert against_first({"a": ONE, "b": ONE[::-1]}, MORE, paired=False)[0].verdict == "undecided"


def test_chances_have_the_intervals_of_newcombe() -> None:
    one, other = [1.0] * 38 + [0.0] * 12, [1.0] * 36 + [0.0] * 2 + [1.0] * 12
    (found,) = against_first({"a": one, "b": other}, MORE, chance=True)
    expected = chance_difference([bool(v) for v in one], [bool(v) for v in other]).paired
    assert (found.found.paired.low, found.found.paired.high) == (expected.low, expected.high)
    assert found.p_value == pytest.approx(stats.binomtest(2, 14).pvalue)


def test_one_plan_alone_is_refused() -> None:
    with pytest.raises(UsageError, match="one plan"):
        against_first({"a": ONE}, MORE)
    with pytest.raises(UsageError, match="by pairs"):
        all_pairs({"a": ONE, "b": TWO}, MORE, paired=False, chance=True)


@pytest.mark.parametrize("compare", [against_first, all_pairs])
def test_all_intervals_hold_together(compare) -> None:  # type: ignore[no-untyped-def]
    """2,000 studies of 5 plans by 10 runs with common luck: all differences held in at least 95 % to within 2.1 points.

    Intervals of 95 % each hold together in about 82 and 75 %, and would be seen. Nor are they far too wide: below 99 %.
    """
    rng, shifts, held = np.random.default_rng(17), np.array([0, 0, 1, 2, -3.0]), 0
    for _ in range(2_000):
        values = rng.normal(size=(10, 1)) + 0.7 * rng.normal(size=(10, 5)) + shifts
        plans = {str(place): list(values[:, place]) for place in range(5)}
        held += all(
            each.found.paired.low <= shifts[int(each.second)] - shifts[int(each.first)] <= each.found.paired.high
            for each in compare(plans, MORE)
        )
    assert stats.binom.ppf(FALSE_ALARM, 2_000, 0.95) <= held <= stats.binom.ppf(1 - FALSE_ALARM, 2_000, 0.985)
