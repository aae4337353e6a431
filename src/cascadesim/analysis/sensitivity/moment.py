"""How much fixing a factor changes the whole distribution of the runs, not only its mean or its variance.

The largest distance between the cumulative distribution of all runs and that of the runs in which the factor lies in
one slice of its range, averaged over slices: PAWN of Pianosi and Wagener (2018), Environmental Modelling & Software
108:197-207. Luck is part of the distribution, so replications are taken one by one and need no correction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.sensitivity.levels import LevelIndex, Measured, defined, level_indices

if TYPE_CHECKING:
    import numpy as np

SLICES = 10


def distribution_indices(
    levels: Mapping[str, Sequence[Any]], values: np.ndarray, permutations: int = 0
) -> tuple[tuple[LevelIndex, ...], int]:
    """The index of every factor, from 0 to 1, and how many points were left out since a value of theirs is nan.

    `levels` has a list each, an entry a point; `values` has the shape (points,) or (points, replications). Slices hold
    a tenth of the points each, or all points of one level where levels are few or texts. With few points in a slice
    even a factor without effect is far above 0: compare with `chance`. `permutations` as in `level_indices`.
    """
    kept, known, dropped = defined(levels, values)
    return level_indices(_pawn, kept, known, permutations), dropped


def _pawn(values: np.ndarray) -> Measured:
    import numpy as np

    points, replications = values.shape
    order = np.argsort(values, axis=None, kind="stable")
    owner, in_order = order // replications, values.ravel()[order]
    last = np.append(np.diff(in_order) > 0, True)  # a step is complete where the next value differs
    every = (np.flatnonzero(last) + 1) / len(order)

    def measured(codes: np.ndarray, ordered: bool) -> float:
        if points < 2:
            return math.nan
        slices, total = _slices(codes, ordered)[owner], 0.0
        for each in range(int(slices.max()) + 1):
            inside = slices == each
            count = int(inside.sum())
            total += count / len(order) * float(abs(inside.cumsum()[last] / count - every).max())
        return total

    return measured


def _slices(codes: np.ndarray, ordered: bool) -> np.ndarray:
    """The slice of each point, from 0, none of them empty."""
    import numpy as np

    distinct, place = np.unique(codes, return_inverse=True)
    if not ordered or len(distinct) <= SLICES:
        return place
    below = np.searchsorted(np.sort(codes), codes, side="left")  # equal levels stay together
    return np.unique(below * SLICES // len(codes), return_inverse=True)[1]
