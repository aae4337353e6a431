"""Indices from given data, which any design that fills space gives: ranks, whole distributions, success and failure.

A factor's levels are numbers, whose order counts, or texts, whose order does not. Every index stands beside what chance
alone gives, by permutation, and has the interval of parts of the design left out in turn.

Which factors separate success from failure goes by the chance of success at each point, not by single runs. Every point
counts as a success with the share of its runs that succeed, and as a failure with the rest. The distribution of a
factor's levels under either is compared: by the largest distance of the two cumulative distributions (Kolmogorov and
Smirnov) where levels are numbers, by the total variation distance where they are texts. Hornberger and Spear (1981),
Journal of Environmental Management 12:7-18, did so with single runs.

Both distributions are sums of shares, so that their distance at any one level is right on average however few the
replications are. The largest of many is too large by chance: for each twentieth of the points it is found where it is
largest among the others, and then taken there, which is 0 on average without an effect. Whether there is one is judged
by permutation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cascadesim.analysis.intervals import Estimate, holm, jackknife, ratio_of_sums, student_t
from cascadesim.errors import UsageError

SEED = 20_240_229  # of permutations and parts: the same answer whenever it is asked for
PERMUTATIONS = 999
PARTS = 20
FEWEST = 2 * PARTS  # points for an interval
SLICES = 10  # of a factor's range, for the distribution
THRESHOLDS = 100  # at which distributions are compared

Measured = Callable[["np.ndarray", bool], float]  # an index, of (codes, whether their order counts)
Statistic = Callable[["np.ndarray"], Measured]  # what the values need only once, then the index of any codes
Estimated = Callable[["np.ndarray", "np.ndarray", bool], Estimate]  # of (codes, values, whether their order counts)


@dataclass(frozen=True)
class LevelIndex:
    """An index of one factor, with a 95 % interval, beside what chance alone gives.

    `plain` is the index as it is usually worked out, which differs where that is above 0 even without any effect:
    `chance` is then its mean, `chance_high` what it stays below in 95 %, `p_adjusted` the chance of one as large,
    adjusted by Holm for all factors.
    """

    factor: str
    index: Estimate
    plain: float
    chance: float
    chance_high: float
    p_adjusted: float

    @property
    def above(self) -> bool:
        """Whether the factor rises above chance, at 5 % for all factors together."""
        return self.p_adjusted < 0.05


def level_indices(
    statistic: Statistic,
    estimated: Estimated,
    levels: Mapping[str, Sequence[Any]],
    values: np.ndarray,
    permutations: int = 0,
) -> tuple[LevelIndex, ...]:
    """An index for every factor. `levels` has a list each, an entry a point; `values` a row a point, no nan.

    Chance: the same points with the levels shuffled, `permutations` times (0: 999, or more for more than ten factors,
    so that adjusted p-values can be as small as 1 %).
    """
    shuffles = permutations or max(PERMUTATIONS, 100 * len(levels) - 1)
    nulls: dict[tuple[bool, bytes], np.ndarray] = {}
    indices, p_values = [], []
    measured = statistic(values)
    for name, column in levels.items():
        codes, ordered = coded(column)
        # Shuffled levels differ from factor to factor only in how many points share each level.
        alike = (ordered, np.unique(codes, return_counts=True)[1].tobytes())
        if alike not in nulls:
            rng = np.random.default_rng([SEED, len(nulls)])
            nulls[alike] = np.array([measured(rng.permutation(codes), ordered) for _ in range(shuffles)])
        plain, chance = measured(codes, ordered), nulls[alike]
        indices.append((name, estimated(codes, values, ordered), plain, chance))
        p_values.append(float((1 + (chance >= plain).sum()) / (shuffles + 1)) if plain == plain else math.nan)
    return tuple(
        LevelIndex(name, index, plain, float(chance.mean()), float(np.quantile(chance, 0.95)), p)
        for (name, index, plain, chance), p in zip(indices, holm(p_values), strict=True)
    )


def coded(column: Sequence[Any]) -> tuple[np.ndarray, bool]:
    """(numbers, whether their order counts); texts and truth values become the rank of each among all in order."""
    if all(isinstance(each, int | float | np.number) and not isinstance(each, bool) for each in column):
        return np.asarray(column, dtype=float), True
    ranks = {text: rank for rank, text in enumerate(sorted({str(level) for level in column}))}
    return np.array([ranks[str(level)] for level in column], dtype=float), False


def defined(levels: Mapping[str, Sequence[Any]], values: np.ndarray) -> tuple[dict[str, list[Any]], np.ndarray, int]:
    """Without the points of which a value is nan, and how many these are; values then have two axes."""
    values = np.asarray(values, dtype=float)
    values = values[:, np.newaxis] if values.ndim == 1 else values
    whole = ~np.isnan(values).any(axis=1)
    for name, column in levels.items():
        if len(column) != len(values):
            raise UsageError(f"{name}: {len(column)} levels for {len(values)} points.", code="shape")
    kept = {name: [each for each, good in zip(column, whole, strict=True) if good] for name, column in levels.items()}
    return kept, values[whole], int((~whole).sum())


def levels_frame(indices: Sequence[LevelIndex]) -> pd.DataFrame:
    """A row a factor."""
    others = ("plain", "chance", "chance_high", "p_adjusted", "above")
    return pd.DataFrame(
        {"factor": each.factor, "index": each.index.value, "low": each.index.low, "high": each.index.high}
        | {name: getattr(each, name) for name in others}
        for each in indices
    )


def jackknifed(statistic: Statistic) -> Estimated:
    """The index with the interval of the jackknife, PARTS groups of points left out in turn; from FEWEST points on.

    Shao and Wu (1989), Annals of Statistics 17:1176-1197.
    """

    def estimated(codes: np.ndarray, values: np.ndarray, ordered: bool) -> Estimate:
        index = statistic(values)(codes, ordered)
        if len(codes) < FEWEST:
            return Estimate(index)
        part = parts(len(codes))
        without = [statistic(values[part != out])(codes[part != out], ordered) for out in range(PARTS)]
        return jackknife(index, np.array(without))

    return estimated


def parts(points: int) -> np.ndarray:
    """Which of PARTS groups, as equal as can be, each point belongs to; always the same ones."""
    return np.random.default_rng([SEED, points]).permutation(points) % PARTS


def rank_indices(
    levels: Mapping[str, Sequence[Any]], values: np.ndarray, permutations: int = 0
) -> tuple[tuple[LevelIndex, ...], int]:
    """How far a factor alone settles where a point ranks among all, whatever the shape of the effect.

    Chatterjee's xi of the point means for every factor, and how many points were left out since a value of theirs is
    nan: 0 without any effect, 1 where the factor settles everything. It estimates the first-order index of Cramer and
    von Mises, which does without means and variances. Chatterjee (2021), Journal of the American Statistical
    Association 116:2009-2022; Gamboa, Gremaud, Klein and Lagnoux (2022), Bernoulli 28:2345-2374.

    `levels` has a list each, an entry a point; `values` has the shape (points,) or (points, replications). What is left
    of replication noise in the means makes all indices smaller. `permutations` as in `level_indices`.
    """
    kept, known, dropped = defined(levels, values)
    return level_indices(_xi, jackknifed(_xi), kept, known.mean(axis=1), permutations), dropped


def _xi(values: np.ndarray) -> Measured:
    points = len(values)
    in_order = np.sort(values)
    ranks = np.searchsorted(in_order, values, side="right")  # how many are at most this one
    above = points - np.searchsorted(in_order, values, side="left")  # how many are at least this one
    bottom = 2 * float((above * (points - above)).sum())
    mixed = np.random.default_rng([SEED, points]).permutation(points)

    def measured(codes: np.ndarray, _: bool) -> float:
        # Equal levels in random order, not in that of the design, which other factors follow.
        order = mixed[np.argsort(codes[mixed], kind="stable")]
        return 1 - points * float(abs(np.diff(ranks[order])).sum()) / bottom if bottom > 0 else math.nan

    return measured


def distribution_indices(
    levels: Mapping[str, Sequence[Any]], values: np.ndarray, permutations: int = 0
) -> tuple[tuple[LevelIndex, ...], int]:
    """How much fixing a factor changes the whole distribution of the runs, not only its mean or its variance.

    The index of every factor, from 0 to 1, and how many points were left out since a value of theirs is nan. The mean
    squared distance between the cumulative distribution of all runs and that of the runs in which the factor lies in
    one slice of its range, as a share of what it could be: the index of Cramer and von Mises of Gamboa, Klein and
    Lagnoux (2018), SIAM/ASA Journal on Uncertainty Quantification 6:522-548, of a factor cut into slices. Chance
    variation is part of the distribution, so replications are taken one by one. Squares are taken between different
    points only, whose chance variation has nothing in common, so that without an effect the index is 0 on average.

    `levels` has a list each, an entry a point; `values` has the shape (points,) or (points, replications). Slices hold
    a tenth of the points each, or all points of one level where levels are few or texts; a slice of one point is left
    out. 1: knowing the slice is knowing the outcome of a run, chance variation included. `permutations` as in
    `level_indices`.
    """
    kept, known, dropped = defined(levels, values)
    return level_indices(_cramer_von_mises, jackknifed(_cramer_von_mises), kept, known, permutations), dropped


def _cramer_von_mises(values: np.ndarray) -> Measured:
    points, replications = values.shape
    if points < 2:
        return lambda _codes, _ordered: math.nan
    at, weights = _thresholds(values)
    # For each point and threshold, the share of its runs that do not exceed it.
    first = np.searchsorted(at, values)
    shares = np.stack([np.bincount(each, minlength=len(at) + 1)[:-1] for each in first]).cumsum(axis=1) / replications
    own = shares**2 @ weights
    every = _between(shares.sum(axis=0) ** 2 @ weights, own.sum(), points)
    most = float(shares.mean(axis=0) @ weights - every)

    def measured(codes: np.ndarray, ordered: bool) -> float:
        slices = _slices(codes, ordered)
        sizes = np.bincount(slices)
        order, used = np.argsort(slices, kind="stable"), sizes > 1
        if most <= 0 or not used.any():
            return math.nan
        sums = np.add.reduceat(shares[order], np.cumsum(sizes) - sizes, axis=0)[used]
        inside = _between(sums**2 @ weights, np.bincount(slices, own)[used], sizes[used])
        return float((sizes[used] / points * (inside - every)).sum()) / most

    return measured


def _between(square: np.ndarray, own: np.ndarray, size: np.ndarray | int) -> np.ndarray:
    """The mean product of two different ones of `size`, from the square of their sum and the sum of their squares."""
    products: np.ndarray = (square - own) / (size * (size - 1))
    return products


def _thresholds(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(values at which distributions are compared, the share of runs that each stands for): all, or THRESHOLDS."""
    runs = np.sort(values, axis=None)
    if len(np.unique(runs)) > THRESHOLDS:
        runs = runs[(np.arange(THRESHOLDS) * 2 + 1) * len(runs) // (2 * THRESHOLDS)]
    at, counts = np.unique(runs, return_counts=True)
    return at, counts / len(runs)


def _slices(codes: np.ndarray, ordered: bool) -> np.ndarray:
    """The slice of each point, from 0, none of them empty."""
    distinct, rank = np.unique(codes, return_inverse=True)
    if not ordered or len(distinct) <= SLICES:
        return rank
    below = np.searchsorted(np.sort(codes), codes, side="left")  # equal levels stay together
    return np.unique(below * SLICES // len(codes), return_inverse=True)[1]


@dataclass(frozen=True)
class RegionalIndex:
    """The distance of one factor's levels between success and failure.

    `favours` is `high` or `low` levels, or a category: where success is more frequent. `success_mean` and
    `failure_mean` are the average levels under either, nan for texts.
    """

    distance: LevelIndex
    favours: str
    success_mean: float
    failure_mean: float


@dataclass(frozen=True)
class RegionalResult:
    """An index for every factor; `chance` of success over all runs; points left out because none of their runs counts.

    `note` says where there is nothing to compare.
    """

    indices: tuple[RegionalIndex, ...]
    chance: float
    points: int
    dropped: int
    note: str


def regional_indices(
    levels: Mapping[str, Sequence[Any]], hits: Sequence[int], runs: Sequence[int], permutations: int = 0
) -> RegionalResult:
    """`levels` has a list a factor, an entry a point; `hits` of the `runs` of each point were a success.

    `permutations` as in `level_indices`.
    """
    succeeded, of = np.asarray(hits, dtype=float), np.asarray(runs, dtype=float)
    if succeeded.shape != of.shape or (succeeded > of).any() or (succeeded < 0).any():
        raise UsageError("each setting needs its hits and its runs, no more hits than runs.", code="shape")
    shares = np.divide(succeeded, of, out=np.full(of.shape, math.nan), where=of > 0)
    kept, known, dropped = defined(levels, shares)
    chances = known[:, 0]
    distances = level_indices(_distance, _held_out, kept, chances, permutations)
    overall = float(chances.mean()) if len(chances) else math.nan
    note = "" if 0 < overall < 1 else "success and failure cannot be compared: all runs end alike"
    indices = tuple(_index(each, kept[each.factor], chances) for each in distances)
    return RegionalResult(indices, overall, len(chances), dropped, note)


def _distance(chances: np.ndarray) -> Measured:
    def measured(codes: np.ndarray, ordered: bool) -> float:
        apart = _apart(codes, chances)
        if apart is None:
            return math.nan
        return float(abs(apart.cumsum()).max()) if ordered else float(abs(apart).sum() / 2)

    return measured


def _held_out(codes: np.ndarray, chances: np.ndarray, ordered: bool) -> Estimate:
    """The distance at a level is the covariance of not exceeding it and of the chance, over p (1 - p)."""
    points, mean = len(codes), float(chances.mean()) if len(chances) else math.nan
    if points < FEWEST or not 0 < mean < 1:
        return Estimate(math.nan)
    distinct, rank = np.unique(codes, return_inverse=True)
    part, excess, shares = parts(points), chances - mean, np.bincount(rank) / points
    tables = np.array([np.bincount(rank[part == out], excess[part == out], len(distinct)) for out in range(PARTS)])
    tables -= shares * np.array([excess[part == out].sum() for out in range(PARTS)])[:, np.newaxis]
    curves = tables.cumsum(axis=1) if ordered else tables
    others = curves.sum(axis=0) - curves
    if ordered:
        at = abs(others).argmax(axis=1)[:, np.newaxis]
        tops = (np.sign(np.take_along_axis(others, at, 1)) * np.take_along_axis(curves, at, 1))[:, 0]
    else:
        tops = (np.sign(others) * curves).sum(axis=1) / 2
    sizes = np.bincount(part, minlength=PARTS)
    # p (1 - p), as a sum over parts: to first order in what each of them adds to the mean.
    sums = np.bincount(part, excess, PARTS)
    held_out = ratio_of_sums(tops, sizes * mean * (1 - mean) + (1 - 2 * mean) * sums)
    # The level itself is chosen by chance, which no part shows; by how much that counts, the plain distance tells,
    # which errs the other way.
    gap = student_t(PARTS - 1) * (_distance(chances)(codes, ordered) - held_out.value)
    half = math.hypot((held_out.high - held_out.low) / 2, gap)
    return Estimate(held_out.value, held_out.value - half, held_out.value + half)


def _apart(codes: np.ndarray, chances: np.ndarray) -> np.ndarray | None:
    """For each distinct level in order, its share among successes less that among failures; None without either."""
    if not 0 < chances.sum() < len(chances):
        return None
    distinct, rank = np.unique(codes, return_inverse=True)
    won, lost = (np.bincount(rank, weights, len(distinct)) / weights.sum() for weights in (chances, 1 - chances))
    apart: np.ndarray = won - lost
    return apart


def _index(distance: LevelIndex, column: Sequence[Any], chances: np.ndarray) -> RegionalIndex:
    codes, ordered = coded(column)
    apart = _apart(codes, chances)
    if apart is None:
        return RegionalIndex(distance, "", math.nan, math.nan)
    if not ordered:
        return RegionalIndex(distance, sorted({str(each) for each in column})[int(apart.argmax())], math.nan, math.nan)
    won, lost = (float((codes * weights).sum() / weights.sum()) for weights in (chances, 1 - chances))
    ahead = apart.cumsum()
    # Fewer low levels among successes: success is found higher up.
    side = "high" if ahead[int(abs(ahead).argmax())] < 0 else "low"
    return RegionalIndex(distance, side, won, lost)
