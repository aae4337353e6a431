"""One factor at a time, at its low and at its high end: the bars of a tornado, with intervals.

Replication k has the same luck at every point, so all differences are paired.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cascadesim.analysis.comparison import Difference, difference
from cascadesim.analysis.statistics import CONFIDENCE

Ends = tuple[Sequence[float], Sequence[float]]


@dataclass(frozen=True)
class Bar:
    """What one factor does to a measure. `low` and `high`: at either end, minus the base; `swing`: high minus low.

    The intervals hold with 95 % for all bars together (Bonferroni): those of `low` and `high` as one family, those of
    `swing` as another.
    """

    factor: str
    low: Difference
    high: Difference
    swing: Difference

    @property
    def width(self) -> float:
        """How far the measure moves at most between low, base and high; 0 where undefined."""
        ends = [each.paired.mean for each in (self.low, self.high) if not math.isnan(each.paired.mean)]
        return max([0.0, *ends]) - min([0.0, *ends])


def tornado(base: Sequence[float], ends: Mapping[str, Ends]) -> tuple[Bar, ...]:
    """The widest bar first. `base` has an entry a replication, `ends` the same at (low, high) of each factor."""
    each_end = 1 - (1 - CONFIDENCE) / max(1, 2 * len(ends))
    each_swing = 1 - (1 - CONFIDENCE) / max(1, len(ends))
    bars = [
        Bar(name, difference(base, low, each_end), difference(base, high, each_end), difference(low, high, each_swing))
        for name, (low, high) in ends.items()
    ]
    return tuple(sorted(bars, key=lambda bar: -bar.width))
