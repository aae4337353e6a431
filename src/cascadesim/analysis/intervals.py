"""From one number a replication to a statement about all of them: means, chances, quantiles and ratios with intervals.

Every interval and every test of the package is worked out here, so that each formula stands once, with its source.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.special import bdtr, stdtr, stdtrit  # type: ignore[import-untyped]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class MeanInterval:
    """The mean of one measure over replications, bounded by `low` and `high`.

    `defined` of the `runs` replications gave a number (a wait has none where nobody started); the rest are left out.
    All are nan where nothing is defined, `low` and `high` also with one run, which shows no spread.
    """

    runs: int
    defined: int
    mean: float
    low: float
    high: float

    @property
    def missing(self) -> bool:
        """Whether some of the replications gave no number, while others did."""
        return 0 < self.defined < self.runs

    def beyond(self, margin: float) -> bool:
        """Whether all of the interval is further from 0 than this."""
        return self.low > margin or self.high < -margin

    def within(self, margin: float) -> bool:
        """Whether none of it is."""
        return self.low >= -margin and self.high <= margin


@dataclass(frozen=True)
class Summary(MeanInterval):
    """The same, with the 10th and the 90th percentile of the runs themselves; nan where nothing is defined."""

    p10: float
    p90: float


@dataclass(frozen=True)
class Estimate:
    """A number and the bounds of its 95 % interval; nan where undefined."""

    value: float
    low: float = math.nan
    high: float = math.nan

    def columns(self, name: str) -> dict[str, float]:
        """As three columns of a table."""
        return {name: self.value, f"{name}_low": self.low, f"{name}_high": self.high}


@dataclass(frozen=True)
class Quantile:
    """A quantile of the runs themselves, and an interval of it that holds whatever their distribution.

    `covers` is the chance with which it does at least, never less than was asked for. A bound is nan where no run is
    far enough out to be one, and `covers` then too.
    """

    defined: int
    value: float
    low: float
    high: float
    covers: float


def student_t(freedom: float, confidence: float = CONFIDENCE) -> float:
    """How many standard errors to either side a t interval reaches; `freedom` are its degrees of freedom."""
    return float(stdtrit(freedom, (1 + confidence) / 2))


def mean_interval(values: Iterable[float], confidence: float = CONFIDENCE) -> MeanInterval:
    """The mean over replications and its Student t interval; nan values are left out."""
    every = np.asarray(list(values), dtype=float)
    known = every[~np.isnan(every)]
    runs, defined = len(every), len(known)
    mean = float(known.mean()) if defined else math.nan
    if defined < 2:
        return MeanInterval(runs, defined, mean, math.nan, math.nan)
    half = student_t(defined - 1, confidence) * float(known.std(ddof=1)) / math.sqrt(defined)
    return MeanInterval(runs, defined, mean, mean - half, mean + half)


def summarise(values: Iterable[float]) -> Summary:
    """`mean_interval`, and the 10th and 90th percentile over replications.

    Percentiles interpolate linearly (definition 7 of Hyndman and Fan 1996).
    """
    every = np.asarray(list(values), dtype=float)
    known, interval = every[~np.isnan(every)], mean_interval(every)
    p10, p90 = map(float, np.quantile(known, (0.1, 0.9))) if len(known) else (math.nan, math.nan)
    return Summary(**vars(interval), p10=p10, p90=p90)


def summaries(kpis: pd.DataFrame) -> dict[str, Summary]:
    """The summary of each KPI by name, in the order of the columns. `kpis` has one row a replication."""
    return {name: summarise(kpis[name]) for name in kpis.columns if name != "replication"}


def row_means(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(the mean of each row, half the width of its 95 % t interval); nan values are left out, nan where undefined."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, values, 0).sum(axis=1) / np.where(count > 0, count, np.nan)
        apart = np.where(known, values - mean[:, np.newaxis], 0)
        error = np.sqrt((apart**2).sum(axis=1) / np.where(count > 1, count - 1, np.nan) / count)
        return mean, np.asarray(stdtrit(np.maximum(count - 1, 1), (1 + CONFIDENCE) / 2) * error)


def skewed_mean(known: np.ndarray, confidence: float) -> tuple[float, float]:
    """An interval of the mean that allows for skewness: Willink (2005), Communications in Statistics 34:1-6.

    With no skewness it is that of Student's t. It goes by Johnson's modified t, whose transformation it inverts.
    `known` are two numbers or more, none of them nan.
    """
    runs, mean, spread = len(known), float(known.mean()), float(known.std(ddof=1))
    if spread == 0 or float(np.ptp(known)) == 0:
        return float(known[0]), float(known[0])
    student, error = student_t(runs - 1, confidence), spread / math.sqrt(runs)
    third = float((((known - mean) / spread) ** 3).sum()) * runs / ((runs - 1) * (runs - 2)) if runs > 2 else 0.0
    tilt = third / (6 * math.sqrt(runs))
    if abs(tilt) < 1e-9:  # the limit: no skewness
        return mean - student * error, mean + student * error
    ends = (float(np.cbrt(1 + 6 * tilt * (end - tilt)) - 1) / (2 * tilt) for end in (student, -student))
    low, high = (mean - end * error for end in ends)
    return low, high


def t_test(values: np.ndarray, *, two_sided: bool = True) -> float:
    """The chance of such a mean, or one further from 0, where the true one is 0; one-sided: of one as far above.

    nan values are left out; nan with fewer than two others. Where no two differ it is 0 or 1.
    """
    known = values[~np.isnan(values)]
    if len(known) < 2:
        return math.nan
    mean, error = float(known.mean()), float(known.std(ddof=1)) / math.sqrt(len(known))
    if error == 0:
        return float(known[0] == 0 if two_sided else known[0] <= 0)
    if two_sided:
        return float(2 * stdtr(len(known) - 1, -abs(mean) / error))
    return float(stdtr(len(known) - 1, -mean / error))


def welch(one: np.ndarray, other: np.ndarray, confidence: float) -> tuple[MeanInterval, float]:
    """(the mean of `other` less that of `one`, the two-sided p-value) of runs that are not paired, none of them nan.

    With Satterthwaite's degrees of freedom: Welch (1938), Biometrika 29:350-362.
    """
    runs = min(len(one), len(other))
    mean, half, p = float(other.mean()) - float(one.mean()) if runs else math.nan, math.nan, math.nan
    if runs > 1:
        errors = one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)
        error = math.sqrt(sum(errors))
        bottom = errors[0] ** 2 / (len(one) - 1) + errors[1] ** 2 / (len(other) - 1)
        freedom = error**4 / bottom if bottom > 0 else runs - 1
        half = student_t(freedom, confidence) * error
        p = float(2 * stdtr(freedom, -abs(mean) / error)) if error > 0 else float(mean == 0)
    return MeanInterval(runs, runs, mean, mean - half, mean + half), p


def wilson(hits: int, runs: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The Wilson score interval of a chance of which `hits` of `runs` came true; (nan, nan) of no runs.

    Wilson (1927), Journal of the American Statistical Association 22:209-212; without continuity correction, method 3
    of Newcombe (1998), Statistics in Medicine 17:857-872.
    """
    if not runs:
        return math.nan, math.nan
    normal = NormalDist().inv_cdf((1 + confidence) / 2)
    squared = normal * normal
    centre = (hits + squared / 2) / (runs + squared)
    half = normal / (runs + squared) * math.sqrt(hits * (runs - hits) / runs + squared / 4)
    # At 0 and at all hits one bound is 0 or 1 but for rounding.
    return (0.0 if hits == 0 else centre - half), (1.0 if hits == runs else centre + half)


def fewest_runs(chance: float) -> int:
    """With how many runs, all of which come true, the Wilson interval is above this chance, which is below 1."""
    return math.ceil(NormalDist().inv_cdf((1 + CONFIDENCE) / 2) ** 2 * chance / (1 - chance))


def newcombe(both: int, only_one: int, only_other: int, runs: int, confidence: float) -> tuple[float, float]:
    """The interval of P(one) - P(other), where both hold in `both` runs and only one of them in the next two.

    Method 10 of Newcombe (1998), Statistics in Medicine 17:2635-2650.
    """
    neither = runs - both - only_one - only_other
    one, other = both + only_one, both + only_other
    spread = one * (runs - one) * other * (runs - other)
    agree = float(both * neither - only_one * only_other)
    if agree > 0:
        agree = max(agree - runs / 2, 0)
    phi = agree / math.sqrt(spread) if spread else 0.0
    (low_1, high_1), (low_2, high_2) = wilson(one, runs, confidence), wilson(other, runs, confidence)
    p_1, p_2 = one / runs, other / runs

    def joined(first: float, second: float) -> float:
        return math.sqrt(max(0.0, first * first - 2 * phi * first * second + second * second))

    return p_1 - p_2 - joined(p_1 - low_1, high_2 - p_2), p_1 - p_2 + joined(high_1 - p_1, p_2 - low_2)


def mcnemar(apart: np.ndarray) -> float:
    """The two-sided, exact p-value of paired chances; `apart` is 1 or -1 where the two differ, else 0 or nan.

    McNemar (1947), Psychometrika 12:153-157.
    """
    gained, lost = int((apart > 0).sum()), int((apart < 0).sum())
    return min(1.0, 2 * float(bdtr(min(gained, lost), gained + lost, 0.5))) if gained + lost else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted for all of them together, in their order; nan stays and does not count.

    Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    known = sorted((p, index) for index, p in enumerate(p_values) if not math.isnan(p))
    adjusted, worst = [math.nan] * len(p_values), 0.0
    for rank, (p, index) in enumerate(known):
        worst = max(worst, min(1.0, p * (len(known) - rank)))
        adjusted[index] = worst
    return adjusted


def quantile(values: Iterable[float], share: float, confidence: float = CONFIDENCE) -> Quantile:
    """The value that `share` of the runs do not exceed, with two of the runs as bounds; nan values are left out.

    The bounds are order statistics, whose ranks come from the binomial distribution: David and Nagaraja (2003), Order
    Statistics, 3rd edition, section 7.1. Each errs in at most half of what `confidence` leaves. Values interpolate
    linearly (definition 7 of Hyndman and Fan 1996).
    """
    every = np.asarray(list(values), dtype=float)
    known = np.sort(every[~np.isnan(every)])
    runs, err = len(known), (1 - confidence) / 2
    if not runs:
        return Quantile(0, *(math.nan,) * 4)
    below = bdtr(np.arange(runs), runs, share)  # chance that at most 0, 1, ... runs lie below the quantile
    low = int((below <= err).sum())  # the highest rank, from 1, with a chance of at most `err` to lie above it
    high = int((1 - below > err).sum()) + 1  # the lowest rank with a chance of at most `err` to lie below it
    left, right = (float(known[rank - 1]) if 1 <= rank <= runs else math.nan for rank in (low, high))
    covers = float(below[high - 1] - below[low - 1]) if low >= 1 and high <= runs else math.nan
    return Quantile(runs, float(np.quantile(known, share)), left, right, covers)


def around(value: float, parts: np.ndarray, confidence: float = CONFIDENCE) -> Estimate:
    """`value` with the half-width of the t interval of the mean of `parts`."""
    spread = mean_interval(parts, confidence)
    half = (spread.high - spread.low) / 2
    return Estimate(value, value - half, value + half)


def jackknife(whole: float, without: np.ndarray) -> Estimate:
    """A number made from all parts, with the t interval of its pseudo-values; `without` leaves out each part in turn.

    Tukey (1958); Miller (1974), Biometrika 61:1-15.
    """
    parts = len(without)
    return around(whole, parts * whole - (parts - 1) * without)


def ratio_of_sums(tops: np.ndarray, bottoms: np.ndarray) -> Estimate:
    """The sum of `tops` over the sum of `bottoms`, an entry a part, all parts independent of each other.

    The interval is that of the jackknife. One part gives none, and where the bottom is not above 0 nothing is defined.
    """
    top, bottom = float(tops.sum()), float(bottoms.sum())
    if not bottom > 0:
        return Estimate(math.nan)
    if len(tops) < 2:
        return Estimate(top / bottom)
    with np.errstate(divide="ignore", invalid="ignore"):
        without = (top - tops) / (bottom - bottoms)
    return jackknife(top / bottom, without) if np.isfinite(without).all() else Estimate(top / bottom)
