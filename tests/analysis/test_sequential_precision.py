"""A study that goes on until it is precise enough: the rule, and what the interval covers where it stops."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from scipy import stats

from cascadesim.analysis.intervals import skewed_mean, wilson
from cascadesim.analysis.sequential_precision import LOOK, UNVARIED, Precision, PrecisionTarget, all_enough, enough
from cascadesim.errors import UsageError

Draw = Callable[[np.random.Generator, int], np.ndarray]


class Law(NamedTuple):
    """Numbers to draw, with their true mean and standard deviation."""

    draw: Draw
    mean: float
    sd: float


LAWS = {
    "normal, mean 0": Law(lambda rng, n: rng.normal(0, 1, n), 0, 1),
    "normal, mean -5": Law(lambda rng, n: rng.normal(-5, 1, n), -5, 1),
    "exponential": Law(lambda rng, n: rng.exponential(1, n), 1, 1),
    "exponential, negative": Law(lambda rng, n: -rng.exponential(1, n), -1, 1),
    "exponential, mean 0": Law(lambda rng, n: rng.exponential(1, n) - 1, 0, 1),
    "counts, mean 0.5": Law(lambda rng, n: rng.poisson(0.5, n).astype(float), 0.5, math.sqrt(0.5)),
    "counts, mean 0.1": Law(lambda rng, n: rng.poisson(0.1, n).astype(float), 0.1, math.sqrt(0.1)),
    "lognormal, sigma 1": Law(
        lambda rng, n: rng.lognormal(0, 1, n), math.exp(0.5), math.sqrt((math.e - 1) * math.e)
    ),
}  # fmt: skip


def stop(values: np.ndarray, target: PrecisionTarget, *, chance: bool = False) -> Precision:
    """Follow the rule on these values, as many as may be needed, to where it stops."""
    found = enough(values[: target.least], target, chance=chance)
    while found.next_runs > found.runs:
        found = enough(values[: found.next_runs], target, chance=chance)
    return found


def covered(
    law: Law, target: PrecisionTarget, repetitions: int, seed: int, *, chance: bool = False
) -> tuple[int, float]:
    """How often the interval held the mean, and the runs that it took on average."""
    rng = np.random.default_rng(seed)
    found = [stop(law.draw(rng, target.most), target, chance=chance) for _ in range(repetitions)]
    hits = sum(each.low <= law.mean <= each.high for each in found)
    return hits, sum(each.runs for each in found) / repetitions


def half_for(law: Law, runs: int) -> float:
    """The half-width that so many runs would just reach if the standard deviation were known."""
    return 1.959964 * law.sd / math.sqrt(runs)


FALSE_ALARM = 1e-5
EVEN = np.array([-3.0, -2, -1, 0, 0, 0, 0, 1, 2, 3])  # no skewness


def test_without_skewness_the_interval_is_that_of_t() -> None:
    expected = stats.t.interval(0.9, 9, 4.0, stats.sem(EVEN))
    assert skewed_mean(EVEN + 4, 0.9) == pytest.approx(expected, rel=1e-12)


def test_skewness_moves_both_ends_towards_the_long_tail() -> None:
    values = np.array([0.0, 0, 1, 1, 1, 2, 2, 3, 5, 9])
    low, high = skewed_mean(values, 0.95)
    plain = stats.t.interval(0.95, 9, values.mean(), stats.sem(values))
    assert low > plain[0] and high > plain[1]
    assert skewed_mean(-values, 0.95) == pytest.approx((-high, -low), rel=1e-12)


def test_the_interval_inverts_the_transformation_of_hall_and_johnson() -> None:
    """At either end the transformed t is the t quantile: t + a t^2/3 ... as a cubic, whose root is taken exactly."""
    values = np.array([0.0, 0, 1, 1, 1, 2, 2, 3, 5, 9])
    tilt = stats.skew(values, bias=False) / (6 * math.sqrt(10))
    # (1 + 2 a G)^3 = 1 + 6 a (q - a), so that q = G + 2 a G^2 + 4 a^2 G^3 / 3 + a.
    for end, quantile in zip(skewed_mean(values, 0.95), stats.t.ppf([0.975, 0.025], 9), strict=True):
        t = (values.mean() - end) / stats.sem(values)
        assert t + 2 * tilt * t**2 + 4 * tilt**2 * t**3 / 3 + tilt == pytest.approx(quantile, rel=1e-9)


@pytest.mark.parametrize("halves", [{"absolute": 0.5}, {"relative": 0.1}, {"relative": 0.1, "absolute": 0.2}])
def test_a_negative_mean_needs_what_a_positive_one_needs(halves: dict[str, float]) -> None:
    target = PrecisionTarget(**halves)  # type: ignore[arg-type]
    values = np.random.default_rng(3).normal(4, 2, 1_000)
    positive, negative = stop(values, target), stop(-values, target)
    assert (negative.runs, negative.low, negative.met) == (positive.runs, pytest.approx(-positive.high), positive.met)
    assert negative.runs > 10


def test_near_zero_a_relative_half_width_cannot_be_met() -> None:
    values = np.random.default_rng(4).normal(0, 1, 500)
    found = stop(values, PrecisionTarget(relative=0.1, most=500))
    assert (found.runs, found.met) == (500, "")
    assert "contains 0" in found.why and "none is given" in found.why and "most runs" in found.why
    both = stop(values, PrecisionTarget(relative=0.1, absolute=0.3, most=500))
    assert both.met == "absolute" and both.runs < 200


def test_a_relative_half_width_holds_for_every_mean_in_the_interval() -> None:
    found = stop(np.random.default_rng(5).normal(-3, 1, 1_000), PrecisionTarget(relative=0.05))
    assert found.met == "relative" and (found.high - found.low) / 2 <= 0.05 * abs(found.high) < 0.05 * abs(found.low)


def test_never_fewer_than_asked_for_at_least() -> None:
    narrow = EVEN / 1e6
    assert enough(narrow[:4], PrecisionTarget(absolute=1)).next_runs == 10
    assert enough(narrow, PrecisionTarget(absolute=1)).met == "absolute"
    assert enough(narrow, PrecisionTarget(absolute=1, least=25)).next_runs == 25
    assert enough([], PrecisionTarget(absolute=1, least=25)).next_runs == 25


def test_the_next_look_follows_from_the_spread() -> None:
    """Half-width h with n runs: about n (h/d)^2 are needed for d, within half as many again and thrice as many."""
    found = enough(EVEN, PrecisionTarget(absolute=1))
    half = (found.high - found.low) / 2
    assert half == pytest.approx(stats.t.ppf((1 + LOOK) / 2, 9) * stats.sem(EVEN))
    for ratio, runs in ((1.1, 15), (math.sqrt(2), 20), (10, 30)):
        assert enough(EVEN, PrecisionTarget(absolute=half / ratio * (1 + 1e-9))).next_runs == runs
    assert enough(EVEN, PrecisionTarget(absolute=half / 10, most=12)).next_runs == 12


def test_what_never_differs_goes_on_for_a_while() -> None:
    """Ten runs of a rare event without any say little: 0 +- 0 is not what they show."""
    target = PrecisionTarget(absolute=0.1)
    found = stop(np.zeros(1_000), target)
    assert (found.runs, found.why) == (UNVARIED, "no two runs differ")
    assert 1 - 0.95**UNVARIED > 0.95
    assert stop(np.zeros(1_000), PrecisionTarget(relative=0.1, most=90)).met == ""
    assert stop(np.full(1_000, -7.0), PrecisionTarget(relative=0.1)).met == "relative"


def test_undefined_runs_do_not_count() -> None:
    values = np.where(np.arange(40) % 2, np.tile(EVEN, 4), math.nan)
    found = enough(values[:18], PrecisionTarget(absolute=100))
    assert (found.runs, found.defined, found.met) == (18, 9, "")
    assert enough(values[:20], PrecisionTarget(absolute=100)).met == "absolute"
    assert enough(values[:20], PrecisionTarget(absolute=100, least=20)).next_runs == 40  # half of them are defined
    nothing = enough([math.nan] * 10, PrecisionTarget(absolute=1, most=20))
    assert (nothing.next_runs, math.isnan(nothing.mean)) == (20, True) and "0 of 10" in nothing.why
    assert enough([math.nan] * 20, PrecisionTarget(absolute=1, most=20)).next_runs == 20


def test_a_chance_has_the_interval_of_wilson() -> None:
    found = enough([0.0] * 10, PrecisionTarget(absolute=0.05), chance=True)
    assert (found.low, found.high) == wilson(0, 10, LOOK) and not found.met


def test_a_study_goes_on_until_its_last_measure_is_known() -> None:
    easy, hard = enough(EVEN, PrecisionTarget(absolute=100)), enough(EVEN, PrecisionTarget(absolute=0.1))
    assert all_enough({"a": easy, "b": hard}) == hard.next_runs > 10
    assert all_enough({"a": easy}) == 10


@pytest.mark.parametrize(
    "asked", [{}, {"absolute": 0.0}, {"relative": -1}, {"absolute": 1, "least": 3}, {"absolute": 1, "most": 5}]
)
def test_a_target_that_cannot_be_is_refused(asked: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        PrecisionTarget(**asked)  # type: ignore[arg-type]


def _at_least(hits: int, repetitions: int, share: float) -> bool:
    return hits >= stats.binom.ppf(FALSE_ALARM, repetitions, share)


@pytest.mark.parametrize(("law", "share"), [("normal, mean 0", 0.95), ("normal, mean -5", 0.95), ("exponential", 0.93),
                                            ("exponential, negative", 0.93), ("counts, mean 0.5", 0.95)])  # fmt: skip
def test_where_it_stops_the_interval_covers(law: str, share: float) -> None:
    """1,500 studies that need 20 and 40 runs: at least 95 % to within 2.6 points; skewed laws 93 % (measured: 92.3).

    Looks at 95 % with the interval of t cover 86 % of an exponential law, and would be seen.
    """
    for runs in (20, 40):
        hits, _ = covered(LAWS[law], PrecisionTarget(absolute=half_for(LAWS[law], runs), most=1_000), 1_500, seed=runs)
        assert _at_least(hits, 1_500, share), hits


@pytest.mark.parametrize("law", ["normal, mean -5", "exponential, negative"])
def test_where_it_stops_at_a_relative_half_width_the_interval_covers(law: str) -> None:
    hits, runs = covered(LAWS[law], PrecisionTarget(relative=0.03 if "normal" in law else 0.15), 500, seed=8)
    assert _at_least(hits, 500, 0.95), hits
    assert runs > 30


def test_where_it_stops_a_chance_is_covered() -> None:
    law = Law(lambda rng, n: (rng.random(n) < 0.05).astype(float), 0.05, math.sqrt(0.05 * 0.95))
    hits, _ = covered(law, PrecisionTarget(absolute=0.05), 1_500, seed=9, chance=True)
    assert _at_least(hits, 1_500, 0.95), hits


@pytest.mark.campaign
@pytest.mark.parametrize("law", LAWS)
def test_coverage_table(law: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The figures of docs/explanation/methods.md: coverage and cost where 12 to 300 runs would do, 20,000 studies."""
    shares = {}
    for runs in (12, 40, 100, 300):
        target = PrecisionTarget(absolute=half_for(LAWS[law], runs), most=3_000)
        hits, mean = covered(LAWS[law], target, 20_000, seed=runs)
        shares[runs] = (hits / 20_000, mean / runs)
    with capsys.disabled():
        print(f"\n{law}:", *(f"{runs} runs {share:.1%} x{cost:.2f}" for runs, (share, cost) in shares.items()))
    assert min(share for share, _ in shares.values()) > (0.87 if "lognormal" in law else 0.91)
