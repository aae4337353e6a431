"""From one number a replication to a statement about all of them: means, intervals, chances."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

CONFIDENCE = 0.95
NORMAL_975 = 1.959963984540054  # the 97.5 % quantile of the standard normal distribution


@dataclass(frozen=True)
class Summary:
    """One measure over replications. `low` and `high` bound its mean; `p10` and `p90` are of the runs themselves.

    `defined` of the `runs` replications gave a number (a wait has none where nobody started); the rest are left out.
    All are nan where nothing is defined, `low` and `high` also with one run, which shows no spread.
    """

    runs: int
    defined: int
    mean: float
    low: float
    high: float
    p10: float
    p90: float


def summarise(values: Iterable[float]) -> Summary:
    """Mean, its 95 % Student t interval, and the 10th and 90th percentile over replications; nan values are left out.

    Percentiles interpolate linearly (definition 7 of Hyndman and Fan 1996).
    """
    import numpy as np
    from scipy.special import stdtrit  # type: ignore[import-untyped]

    every = np.asarray(list(values), dtype=float)
    known = every[~np.isnan(every)]
    runs, defined = len(every), len(known)
    if not defined:
        return Summary(runs, 0, *(math.nan,) * 5)
    mean = float(known.mean())
    p10, p90 = (float(each) for each in np.quantile(known, (0.1, 0.9)))
    if defined == 1:
        return Summary(runs, 1, mean, math.nan, math.nan, p10, p90)
    half = float(stdtrit(defined - 1, (1 + CONFIDENCE) / 2)) * float(known.std(ddof=1)) / math.sqrt(defined)
    return Summary(runs, defined, mean, mean - half, mean + half, p10, p90)


def wilson(hits: int, runs: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a chance of which `hits` of `runs` came true; (nan, nan) of no runs.

    Wilson (1927), Journal of the American Statistical Association 22:209-212; without continuity correction, method 3
    of Newcombe (1998), Statistics in Medicine 17:857-872.
    """
    if not runs:
        return math.nan, math.nan
    squared = NORMAL_975 * NORMAL_975
    centre = (hits + squared / 2) / (runs + squared)
    half = NORMAL_975 / (runs + squared) * math.sqrt(hits * (runs - hits) / runs + squared / 4)
    # At 0 and at all hits one bound is 0 or 1 but for rounding.
    return (0.0 if hits == 0 else centre - half), (1.0 if hits == runs else centre + half)
