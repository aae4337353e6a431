"""How much of the variance each factor is responsible for, where every run has luck of its own.

A point's mean over R replications still holds noise of variance s^2/R. Plain indices take it for an effect: it is part
of their variance and, because A and AB_i have each their own, of every total effect. Here every square and product is
between different replications only, whose noise has nothing in common. On average that takes off just what the noise
adds: mean(s^2)/R from the variance of the point means, and the same from half the mean squared difference of a total
effect. It stays true where points share their luck, and where two rows share a point.

First-order effects follow Saltelli et al. (2010), Computer Physics Communications 181:259-270; total effects Jansen
(1999), Computer Physics Communications 117:35-43. On noise: Marrel et al. (2012), Statistics and Computing 22:833-847.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cascadesim.analysis.intervals import Estimate, ratio_of_sums
from cascadesim.errors import UsageError


@dataclass(frozen=True)
class SobolIndex:
    """Shares of the variance between points. `first`: of this factor alone; `total`: with all that it takes part in.

    The plain ones are those that a simulator without noise would have; they are biased by whatever noise there is.
    """

    factor: str
    first: Estimate
    total: Estimate
    plain_first: Estimate
    plain_total: Estimate


@dataclass(frozen=True)
class SobolResult:
    """The indices of every factor or group, in the order given, and how they came about.

    `chance` is the share of a single run's variance that no factor explains: luck. `variance` is between points, free
    of noise where `corrected`. `rows` of the design were used, `dropped` had a block that failed.
    """

    indices: tuple[SobolIndex, ...]
    chance: Estimate
    variance: Estimate
    corrected: bool
    scrambles: int
    rows: int
    dropped: int
    replications: int
    note: str

    def frame(self) -> pd.DataFrame:
        """A row a factor, then one for chance, whose share of a single run's variance stands under `total`."""
        kinds = ("first", "total", "plain_first", "plain_total")
        rows: list[dict[str, Any]] = []
        for index in self.indices:
            rows.append({"factor": index.factor})
            for kind in kinds:
                rows[-1] |= getattr(index, kind).columns(kind)
        return pd.DataFrame([*rows, {"factor": "chance"} | self.chance.columns("total")])


def sobol_indices(values: np.ndarray, factors: Sequence[str]) -> SobolResult:
    """First-order and total indices with 95 % intervals.

    `values` has the shape (scrambles, blocks, rows, replications); blocks are A, B and then, for every factor or group
    in the order of `factors`, A with its columns from B. A row in which any block has a nan is left out of all blocks.

    Intervals come from the scrambles, which are independent randomisations of one design: t with one degree of freedom
    fewer than scrambles. Take eight; one gives no interval. Where points share their luck they hold for that luck. With
    one replication nothing can be corrected, and the result says so; where luck plays no part, nothing is taken off.
    """
    values = _checked(values, factors)
    scrambles, _, rows, replications = values.shape
    whole = ~np.isnan(values).any(axis=(1, 3))
    kept = [scramble[:, good] for scramble, good in zip(values, whole, strict=True) if good.any()]
    dropped = int((~whole).sum())
    if not kept:
        nothing = Estimate(math.nan)
        empty = tuple(SobolIndex(name, nothing, nothing, nothing, nothing) for name in factors)
        note = "no row of the design has results for all its settings"
        return SobolResult(empty, nothing, nothing, False, scrambles, 0, dropped, replications, note)
    # One centre a replication: it takes away what its luck does to all points alike.
    centre = sum(each[:2].sum(axis=(0, 1)) for each in kept) / (2 * sum(each.shape[1] for each in kept))
    parts = [_parts(each - centre) for each in kept]
    plain, free = (np.array([part[which] for part in parts]) for which in (0, 1))
    sizes, corrected = np.array([each.shape[1] for each in kept], dtype=float), replications > 1
    used = free if corrected else plain
    indices = tuple(
        SobolIndex(name, *(ratio_of_sums(table[:, column], table[:, 0]) for table in (used, plain) for column in pair))
        for name, pair in ((name, (1 + 2 * at, 2 + 2 * at)) for at, name in enumerate(factors))
    )
    chance = Estimate(math.nan)
    if corrected:
        noise = np.array([each[:2].var(axis=2, ddof=1).sum() / 2 for each in kept])
        chance = ratio_of_sums(noise, noise + free[:, 0])
    variance, left = ratio_of_sums(used[:, 0], sizes), scrambles * rows - dropped
    note = _note(corrected, variance, len(kept), dropped)
    return SobolResult(indices, chance, variance, corrected, len(kept), left, dropped, replications, note)


def _parts(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(plain, free of noise): sums over the rows of one scramble of the variance, then first and total a factor."""
    a, b = values[:2]
    pairs: list[tuple[tuple[np.ndarray, np.ndarray], ...]] = [((a, a), (b, b))]
    for mixed in values[2:]:
        pairs += [((b, mixed - a),), ((mixed - a, mixed - a),)]
    plain, free = np.empty(len(pairs)), np.empty(len(pairs))
    for at, terms in enumerate(pairs):
        products = [_products(one, other) for one, other in terms]
        halved = 2 if at % 2 == 0 else 1  # two blocks in the variance; half of a squared difference
        plain[at] = sum(one for one, _ in products) / halved
        free[at] = sum(one for _, one in products) / halved
    return plain, free


def _products(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """The products of two arrays (rows, replications), summed over rows: of their means, and between replications.

    The second averages over all pairs of different replications; nan with one.
    """
    replications = one.shape[1]
    every = float((one.sum(axis=1) * other.sum(axis=1)).sum())
    same = float((one * other).sum())
    between = (every - same) / (replications * (replications - 1)) if replications > 1 else math.nan
    return every / replications**2, between


def _checked(values: np.ndarray, factors: Sequence[str]) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    if values.ndim != 4 or values.shape[1] != len(factors) + 2 or not values.shape[3]:
        raise UsageError(
            f"values of shape {values.shape} are not a design for {len(factors)} factors.",
            hint=f"Expected (scrambles, {len(factors) + 2} blocks, rows, replications).",
            code="shape",
        )
    return values


def _note(corrected: bool, variance: Estimate, scrambles: int, dropped: int) -> str:
    parts = ["corrected for replication noise" if corrected else "uncorrected: one replication does not show its noise"]
    if corrected and not (variance.value > 0 and not variance.low <= 0):
        parts.append("no effect of any factor is visible above chance, so the indices mean little")
    if scrambles < 2:
        parts.append("no intervals: they need two scrambles or more")
    if dropped:
        parts.append(f"{dropped} rows of the design left out: one of their settings has no result")
    return "; ".join(parts)
