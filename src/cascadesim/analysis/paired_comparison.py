"""How much each measure differs between a base and a variant, paired replication by replication.

Replication k draws the same luck in both, so what chance does to both alike drops out of the difference: common random
numbers (Law 2015, Simulation Modeling and Analysis, 5th edition, section 11.2). Intervals are those of the paired t.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.intervals import CONFIDENCE, MeanInterval, mean_interval, newcombe, wilson
from cascadesim.errors import UsageError
from cascadesim.model.measures import unit_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class Difference:
    """One measure in the base and in a variant. `paired` is of the differences, variant minus base, run by run.

    Each is over the replications that define it: for `paired`, those that do so in both. `sd_ratio` is the standard
    deviation of the differences over the one that independent runs would give: at 0.5 the interval is half as wide, and
    a quarter of the runs show as much. It is nan where nothing varies.
    """

    base: MeanInterval
    variant: MeanInterval
    paired: MeanInterval
    sd_ratio: float

    @property
    def clear(self) -> bool:
        """Whether the interval of the mean difference leaves out 0."""
        return self.paired.low > 0 or self.paired.high < 0

    @property
    def same(self) -> bool:
        """Whether no run differs."""
        return self.paired.mean == 0 and not self.sd_ratio > 0

    def row(self, unit: str) -> dict[str, Any]:
        """What a table of differences says of a measure in this unit; nan where undefined."""
        return {
            "unit": unit,
            "base_mean": self.base.mean,
            "variant_mean": self.variant.mean,
            "pairs": self.paired.defined,
            "difference": self.paired.mean,
            "low": self.paired.low,
            "high": self.paired.high,
            "sd_ratio": self.sd_ratio,
        }


def difference(base: Sequence[float], variant: Sequence[float], confidence: float = CONFIDENCE) -> Difference:
    """Two lists of one measure, an entry a replication, in the same order; nan where undefined."""
    import numpy as np

    one, other = np.asarray(base, dtype=float), np.asarray(variant, dtype=float)
    first, second, paired = (mean_interval(values, confidence) for values in (one, other, other - one))
    return Difference(first, second, paired, _sd_ratio(one, other))


def _sd_ratio(one: np.ndarray, other: np.ndarray) -> float:
    import numpy as np

    both = ~np.isnan(one - other)
    if both.sum() < 2:
        return math.nan
    apart = float(one[both].var(ddof=1) + other[both].var(ddof=1))
    return math.sqrt(float((other - one)[both].var(ddof=1)) / apart) if apart > 0 else math.nan


def chance_difference(base: Sequence[bool], variant: Sequence[bool], confidence: float = CONFIDENCE) -> Difference:
    """The same for what comes true or does not, run by run: intervals of chances, which few runs do not break.

    Each chance has its Wilson interval, their difference that of Newcombe. One run gives no interval.
    """
    plain = difference([float(hit) for hit in base], [float(hit) for hit in variant], confidence)
    runs = len(base)
    if runs < 2:
        return plain
    both = sum(one and other for one, other in zip(base, variant, strict=True))
    first, second = sum(base), sum(variant)
    low, high = newcombe(both, second - both, first - both, runs, confidence)
    bounds = [wilson(hits, runs, confidence) for hits in (first, second)]
    return Difference(
        replace(plain.base, low=bounds[0][0], high=bounds[0][1]),
        replace(plain.variant, low=bounds[1][0], high=bounds[1][1]),
        replace(plain.paired, low=low, high=high),
        plain.sd_ratio,
    )


def differences(base: pd.DataFrame, variant: pd.DataFrame) -> dict[str, Difference]:
    """Every KPI of either by name, those of the base first. A KPI that one of the two does not have is undefined there.

    Both have one row a replication; a `UsageError` where these are not the same replications.
    """
    if list(base["replication"]) != list(variant["replication"]):
        raise UsageError("only the same replications can be paired.", code="replications")
    nothing = [math.nan] * len(base)
    names = [name for name in dict.fromkeys([*base.columns, *variant.columns]) if name != "replication"]
    return {name: difference(base.get(name, nothing), variant.get(name, nothing)) for name in names}


def comparison_frame(variants: Mapping[str, Mapping[str, Difference]]) -> pd.DataFrame:
    """The table of a comparison: `variants[variant][kpi]` has a row each, in that order."""
    import pandas as pd

    rows = [
        {"variant": variant, "outcome": kpi, **apart.row(unit_of(kpi))}
        for variant, measures in variants.items()
        for kpi, apart in measures.items()
    ]
    return pd.DataFrame(rows)
