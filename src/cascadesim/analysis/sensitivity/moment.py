"""How much fixing a factor changes the whole distribution of the runs, not only its mean or its variance.

The mean squared distance between the cumulative distribution of all runs and that of the runs in which the factor lies
in one slice of its range, as a share of what it could be: the index of Cramer and von Mises of Gamboa, Klein and
Lagnoux (2018), SIAM/ASA Journal on Uncertainty Quantification 6:522-548, of a factor cut into slices. Luck is part of
the distribution, so replications are taken one by one. Squares are taken between different points only, whose luck has
nothing in common, so that without an effect the index is 0 on average.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.sensitivity.levels import LevelIndex, Measured, defined, jackknifed, level_indices

if TYPE_CHECKING:
    import numpy as np

SLICES = 10
THRESHOLDS = 100


def distribution_indices(
    levels: Mapping[str, Sequence[Any]], values: np.ndarray, permutations: int = 0
) -> tuple[tuple[LevelIndex, ...], int]:
    """The index of every factor, from 0 to 1, and how many points were left out since a value of theirs is nan.

    `levels` has a list each, an entry a point; `values` has the shape (points,) or (points, replications). Slices hold
    a tenth of the points each, or all points of one level where levels are few or texts; a slice of one point is left
    out. 1: knowing the slice is knowing the outcome of a run, luck included. `permutations` as in `level_indices`.
    """
    kept, known, dropped = defined(levels, values)
    return level_indices(_distance, jackknifed(_distance), kept, known, permutations), dropped


def _distance(values: np.ndarray) -> Measured:
    import numpy as np

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
    found: np.ndarray = (square - own) / (size * (size - 1))
    return found


def _thresholds(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(values at which distributions are compared, the share of runs that each stands for): all, or THRESHOLDS."""
    import numpy as np

    runs = np.sort(values, axis=None)
    if len(np.unique(runs)) > THRESHOLDS:
        runs = runs[(np.arange(THRESHOLDS) * 2 + 1) * len(runs) // (2 * THRESHOLDS)]
    at, counts = np.unique(runs, return_counts=True)
    return at, counts / len(runs)


def _slices(codes: np.ndarray, ordered: bool) -> np.ndarray:
    """The slice of each point, from 0, none of them empty."""
    import numpy as np

    distinct, place = np.unique(codes, return_inverse=True)
    if not ordered or len(distinct) <= SLICES:
        return place
    below = np.searchsorted(np.sort(codes), codes, side="left")  # equal levels stay together
    return np.unique(below * SLICES // len(codes), return_inverse=True)[1]
