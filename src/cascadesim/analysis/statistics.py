"""From one number a replication to a statement about all of them: means, intervals, chances."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

CONFIDENCE = 0.95


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


def summarise(values: Iterable[float], confidence: float = CONFIDENCE) -> Summary:
    """Mean, its Student t interval, and the 10th and 90th percentile over replications; nan values are left out.

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
    half = float(stdtrit(defined - 1, (1 + confidence) / 2)) * float(known.std(ddof=1)) / math.sqrt(defined)
    return Summary(runs, defined, mean, mean - half, mean + half, p10, p90)


def wilson(hits: int, runs: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The Wilson score interval of a chance of which `hits` of `runs` came true; (nan, nan) of no runs.

    Wilson (1927), Journal of the American Statistical Association 22:209-212; without continuity correction, method 3
    of Newcombe (1998), Statistics in Medicine 17:857-872.
    """
    if not runs:
        return math.nan, math.nan
    normal = NormalDist().inv_cdf((1 + confidence) / 2)
    squared = normal * normal
    centre = (hits + squared / 2) / (runs + squared)
    half = normal / (runs + squared) * math.sqrt(hits * (runs - hits) / runs + squared / 4)
    # At 0 and at all hits one bound is 0 or 1 but for rounding.
    return (0.0 if hits == 0 else centre - half), (1.0 if hits == runs else centre + half)


@dataclass(frozen=True)
class Quantile:
    """A quantile of the runs themselves, and an interval of it that holds whatever their distribution.

    `covers` is the chance with which it does at least, never less than was asked for. A bound is nan where no run is
    far enough out to be one, and `covers` then too.
    """

    defined: int
    value: float
    low: float
    high: float
    covers: float


def quantile(values: Iterable[float], share: float, confidence: float = CONFIDENCE) -> Quantile:
    """The value that `share` of the runs do not exceed, with two of the runs as bounds; nan values are left out.

    The bounds are order statistics, whose ranks come from the binomial distribution: David and Nagaraja (2003), Order
    Statistics, 3rd edition, section 7.1. Each errs in at most half of what `confidence` leaves. Values interpolate
    linearly (definition 7 of Hyndman and Fan 1996).
    """
    import numpy as np
    from scipy.special import bdtr

    every = np.asarray(list(values), dtype=float)
    known = np.sort(every[~np.isnan(every)])
    runs, err = len(known), (1 - confidence) / 2
    if not runs:
        return Quantile(0, *(math.nan,) * 4)
    below = bdtr(np.arange(runs), runs, share)  # chance that at most 0, 1, ... runs lie below the quantile
    low = int((below <= err).sum())  # the highest rank, from 1, with a chance of at most `err` to lie above it
    high = int((1 - below > err).sum()) + 1  # the lowest rank with a chance of at most `err` to lie below it
    found = float(np.quantile(known, share))
    left, right = (float(known[rank - 1]) if 1 <= rank <= runs else math.nan for rank in (low, high))
    covers = float(below[high - 1] - below[low - 1]) if low >= 1 and high <= runs else math.nan
    return Quantile(runs, found, left, right, covers)
