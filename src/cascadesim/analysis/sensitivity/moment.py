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
    order = np.argsort(values, axis=None, kind="stable")
    owner, in_order = order // replications, values.ravel()[order]
    last = np.append(np.diff(in_order) > 0, True)  # a step is complete where the next value differs
    weights = np.diff(np.flatnonzero(last), prepend=-1) / len(order)
    # As a run is passed, the share of its point's runs that were rises from k/R to (k+1)/R, the square of it by more.
    before = np.argsort(np.argsort(values, axis=1, kind="stable"), axis=1, kind="stable").ravel()[order]
    squares = (2 * before + 1) / replications**2

    def between(inside: np.ndarray) -> np.ndarray:
        """At each value, the mean product of the shares of two different points of a slice."""
        share = np.cumsum(inside)[last] / replications
        count = inside.sum() / replications
        found: np.ndarray = (share**2 - np.cumsum(inside * squares)[last]) / (count * (count - 1))
        return found

    every = np.flatnonzero(last) + 1.0
    both = between(np.ones(len(order)))
    most = float(weights @ (every / len(order) - both))

    def measured(codes: np.ndarray, ordered: bool) -> float:
        slices = _slices(codes, ordered)
        sizes = np.bincount(slices)
        found = sum(
            size / points * float(weights @ (between(1.0 * (slices[owner] == each)) - both))
            for each, size in enumerate(sizes)
            if size > 1
        )
        return found / most if most > 0 else math.nan

    return measured


def _slices(codes: np.ndarray, ordered: bool) -> np.ndarray:
    """The slice of each point, from 0, none of them empty."""
    import numpy as np

    distinct, place = np.unique(codes, return_inverse=True)
    if not ordered or len(distinct) <= SLICES:
        return place
    below = np.searchsorted(np.sort(codes), codes, side="left")  # equal levels stay together
    return np.unique(below * SLICES // len(codes), return_inverse=True)[1]
