"""Which factors separate success from failure, going by the chance of success at each point, not by single runs.

Every point counts as a success with the share of its runs that succeed, and as a failure with the rest. The
distribution of a factor's levels under either is compared: by the largest distance of the two cumulative distributions
(Kolmogorov and Smirnov) where levels are numbers, by the total variation distance where they are texts. Hornberger and
Spear (1981), Journal of Environmental Management 12:7-18, did so with single runs.

Both distributions are sums of shares, so that their distance at any one level is right on average however few the
replications are. The largest of many is too large by chance: for each twentieth of the points it is found where it is
largest among the others, and then taken there, which is 0 on average without an effect. Whether there is one is judged
by permutation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cascadesim.analysis.intervals import Estimate, ratio_of_sums, student_t
from cascadesim.analysis.sensitivity.given_data import (
    FEWEST,
    PARTS,
    LevelIndex,
    Measured,
    coded,
    defined,
    level_indices,
    parts,
)
from cascadesim.errors import UsageError


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
