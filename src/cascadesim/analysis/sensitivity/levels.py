"""What the indices of any space-filling design share: levels as codes, chance by permutation, parts left out in turn.

A factor's levels are numbers, whose order counts, or texts, whose order does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.sensitivity.spread import Estimate, around
from cascadesim.analysis.several import holm
from cascadesim.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SEED = 20_240_229  # of permutations and parts: the same answer whenever it is asked for
PERMUTATIONS = 999
PARTS = 20
FEWEST = 2 * PARTS  # points for an interval

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
    import numpy as np

    shuffles = permutations or max(PERMUTATIONS, 100 * len(levels) - 1)
    nulls: dict[tuple[bool, bytes], np.ndarray] = {}
    found, p_values = [], []
    measured = statistic(values)
    for name, column in levels.items():
        codes, ordered = coded(column)
        # Shuffled levels differ from factor to factor only in how many points share each level.
        alike = (ordered, np.unique(codes, return_counts=True)[1].tobytes())
        if alike not in nulls:
            rng = np.random.default_rng([SEED, len(nulls)])
            nulls[alike] = np.array([measured(rng.permutation(codes), ordered) for _ in range(shuffles)])
        plain, chance = measured(codes, ordered), nulls[alike]
        found.append((name, estimated(codes, values, ordered), plain, chance))
        p_values.append(float((1 + (chance >= plain).sum()) / (shuffles + 1)) if plain == plain else math.nan)
    return tuple(
        LevelIndex(name, index, plain, float(chance.mean()), float(np.quantile(chance, 0.95)), p)
        for (name, index, plain, chance), p in zip(found, holm(p_values), strict=True)
    )


def coded(column: Sequence[Any]) -> tuple[np.ndarray, bool]:
    """(numbers, whether their order counts); texts and truth values become the place of each among all in order."""
    import numpy as np

    if all(isinstance(each, int | float | np.number) and not isinstance(each, bool) for each in column):
        return np.asarray(column, dtype=float), True
    places = {text: place for place, text in enumerate(sorted({str(each) for each in column}))}
    return np.array([places[str(each)] for each in column], dtype=float), False


def defined(levels: Mapping[str, Sequence[Any]], values: np.ndarray) -> tuple[dict[str, list[Any]], np.ndarray, int]:
    """Without the points of which a value is nan, and how many these are; values then have two axes."""
    import numpy as np

    values = np.asarray(values, dtype=float)
    values = values[:, np.newaxis] if values.ndim == 1 else values
    whole = ~np.isnan(values).any(axis=1)
    for name, column in levels.items():
        if len(column) != len(values):
            raise UsageError(f"{name}: {len(column)} levels for {len(values)} points.", code="shape")
    kept = {name: [each for each, good in zip(column, whole, strict=True) if good] for name, column in levels.items()}
    return kept, values[whole], int((~whole).sum())


def levels_frame(found: Sequence[LevelIndex]) -> pd.DataFrame:
    """A row a factor."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "factor": each.factor,
                "index": each.index.value,
                "low": each.index.low,
                "high": each.index.high,
                "plain": each.plain,
                "chance": each.chance,
                "chance_high": each.chance_high,
                "p_adjusted": each.p_adjusted,
                "above": each.above,
            }
            for each in found
        ]
    )


def jackknifed(statistic: Statistic) -> Estimated:
    """The index with the interval of the jackknife, PARTS groups of points left out in turn; from FEWEST points on.

    Shao and Wu (1989), Annals of Statistics 17:1176-1197.
    """
    import numpy as np

    def estimated(codes: np.ndarray, values: np.ndarray, ordered: bool) -> Estimate:
        index = statistic(values)(codes, ordered)
        if len(codes) < FEWEST:
            return Estimate(index)
        part = parts(len(codes))
        without = [statistic(values[part != out])(codes[part != out], ordered) for out in range(PARTS)]
        return around(index, PARTS * index - (PARTS - 1) * np.array(without))

    return estimated


def parts(points: int) -> np.ndarray:
    """Which of PARTS groups, as equal as can be, each point belongs to; always the same ones."""
    import numpy as np

    return np.random.default_rng([SEED, points]).permutation(points) % PARTS
