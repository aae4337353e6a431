"""How far a factor alone settles where a point ranks among all: Chatterjee's xi, whatever the shape of the effect.

0 without any effect, 1 where the factor settles everything. It estimates the first-order index of Cramer and von Mises,
which does without means and variances. Chatterjee (2021), Journal of the American Statistical Association
116:2009-2022; Gamboa, Gremaud, Klein and Lagnoux (2022), Bernoulli 28:2345-2374.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.sensitivity.levels import SEED, LevelIndex, Measured, defined, jackknifed, level_indices

if TYPE_CHECKING:
    import numpy as np


def rank_indices(
    levels: Mapping[str, Sequence[Any]], values: np.ndarray, permutations: int = 0
) -> tuple[tuple[LevelIndex, ...], int]:
    """xi of the point means for every factor, and how many points were left out since a value of theirs is nan.

    `levels` has a list each, an entry a point; `values` has the shape (points,) or (points, replications). What is left
    of replication noise in the means makes all indices smaller. `permutations` as in `level_indices`.
    """
    kept, known, dropped = defined(levels, values)
    return level_indices(_xi, jackknifed(_xi), kept, known.mean(axis=1), permutations), dropped


def _xi(values: np.ndarray) -> Measured:
    import numpy as np

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
