"""An estimate with its interval, from parts of a design that are independent of each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cascadesim.analysis.statistics import CONFIDENCE, summarise

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Estimate:
    """A number and the bounds of its 95 % interval; nan where undefined."""

    value: float
    low: float = math.nan
    high: float = math.nan

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def ratio_of_sums(tops: np.ndarray, bottoms: np.ndarray) -> Estimate:
    """The sum of `tops` over the sum of `bottoms`, an entry a part, all parts independent of each other.

    The interval is that of Student's t on the jackknife's pseudo-values, each part left out in turn: Tukey (1958);
    Miller (1974), Biometrika 61:1-15. One part gives none, and where the bottom is not above 0 nothing is defined.
    """
    import numpy as np

    top, bottom, parts = float(tops.sum()), float(bottoms.sum()), len(tops)
    if not bottom > 0:
        return Estimate(math.nan)
    found = top / bottom
    if parts < 2:
        return Estimate(found)
    with np.errstate(divide="ignore", invalid="ignore"):
        without = (top - tops) / (bottom - bottoms)
    if not np.isfinite(without).all():
        return Estimate(found)
    return around(found, parts * found - (parts - 1) * without)


def around(found: float, parts: np.ndarray, confidence: float = CONFIDENCE) -> Estimate:
    """`found` with the half-width of the t interval of the mean of `parts`."""
    spread = summarise(parts, confidence)
    half = (spread.high - spread.low) / 2
    return Estimate(found, found - half, found + half)
