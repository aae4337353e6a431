"""Indices of the designs that are made for them: one factor at a time, Morris, and Sobol.

One factor at a time is each at its ends (the bars of a tornado), or from many starting points (Morris). Sobol's indices
are how much of the variance each factor is responsible for, where every run has random numbers of its own.

A point's mean over R replications still holds noise of variance s^2/R. Plain indices take it for an effect: it is part
of their variance and, because A and AB_i have each their own, of every total effect. Here every square and product is
between different replications only, whose noise has nothing in common. On average that takes off just what the noise
adds: mean(s^2)/R from the variance of the point means, and the same from half the mean squared difference of a total
effect. It stays true where points share their random numbers, and where two rows share a point.

Where the variance between points is not above chance a share of it is a share of nothing, and there is no index. It is
judged as Morris effects are: the products of different replications at one row of the design are 0 on average where
points do not differ, which is what a one-sided t test over rows asks.

First-order effects follow Saltelli et al. (2010), Computer Physics Communications 181:259-270; total effects Jansen
(1999), Computer Physics Communications 117:35-43. On noise: Marrel et al. (2012), Statistics and Computing 22:833-847.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from cascadesim.analysis.comparison import Difference, difference
from cascadesim.analysis.intervals import CONFIDENCE, Estimate, around, holm, mean_interval, ratio_of_sums, t_test
from cascadesim.errors import UsageError, pick
from cascadesim.model.measures.types import ANY_DIFFERENCE, Margin

Ends = tuple[Sequence[float], Sequence[float]]


@dataclass(frozen=True)
class TornadoBar:
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


def tornado(base: Sequence[float], ends: Mapping[str, Ends], margin: Margin = ANY_DIFFERENCE) -> tuple[TornadoBar, ...]:
    """The widest bar first. `base` has an entry a replication, `ends` the same at (low, high) of each factor.

    Replication k has the same random numbers at every point, so all differences are paired. `margin` is the smallest
    difference that matters, by the mean of the base.
    """
    own = Margin(margin.at(mean_interval(base).mean))
    of_ends, of_swings = (1 - (1 - CONFIDENCE) / max(1, many) for many in (2 * len(ends), len(ends)))
    bars = [
        TornadoBar(
            name,
            low=difference(base, low, of_ends).judged(own),
            high=difference(base, high, of_ends).judged(own),
            swing=difference(low, high, of_swings).judged(own),
        )
        for name, (low, high) in ends.items()
    ]
    return tuple(sorted(bars, key=lambda bar: -bar.width))


@dataclass(frozen=True)
class MorrisEffect:
    """The effects of one factor, per unit of its step, over trajectories.

    `mu` is their mean, `mu_star` that of their sizes, each with the 95 % t interval over trajectories; `mu_star` holds
    noise, so compare it with `floor`: what it would be on average by chance alone (nan if unknown). `sigma` is the
    standard deviation of the effects without noise (0 where noise explains all of it), `plain_sigma` with it.
    `p_adjusted` is the probability of such effects by chance alone, adjusted by Holm for all factors.
    """

    factor: str
    mu: Estimate
    mu_star: Estimate
    sigma: float
    plain_sigma: float
    floor: float
    p_adjusted: float

    @property
    def above(self) -> bool:
        """Whether the factor rises above chance variation, at 5 % for all factors together."""
        return self.p_adjusted < 0.05


@dataclass(frozen=True)
class MorrisResult:
    """An effect for every factor but the dummy. `judged_by`: "dummy", "replications", or empty where nothing can."""

    effects: tuple[MorrisEffect, ...]
    dummy: MorrisEffect | None
    judged_by: str
    trajectories: int
    dropped: int
    replications: int

    def frame(self) -> pd.DataFrame:
        """A row a factor, the dummy last."""
        rows = []
        for each in (*self.effects, *([self.dummy] if self.dummy else [])):
            row = {name: value for name, value in asdict(each).items() if not isinstance(value, dict)}
            rows.append(row | each.mu.columns("mu") | each.mu_star.columns("mu_star") | {"above": each.above})
        return pd.DataFrame(rows)


def morris_effects(
    values: np.ndarray, moved: np.ndarray, steps: np.ndarray, factors: Sequence[str], dummy: str = ""
) -> MorrisResult:
    """Effects from trajectories in which one factor (or group) moves at a time.

    `values` has the shape (trajectories, points, replications); `moved` and `steps`, (trajectories, points - 1), say
    which of `factors` moves next, as its number among them, and by how much: a signed share of its range. Trajectories
    with a nan are left out. Every factor has to move once in each. `dummy` names the factor that only changes random
    numbers.

    Morris (1991), Technometrics 33:161-174; mu_star of Campolongo, Cariboni and Saltelli (2007), Environmental
    Modelling & Software 22:1509-1518. In a simulation with chance variation a factor without any effect has a mu_star
    above 0. The design may hold a dummy factor, which changes nothing but the random numbers: its mu_star is the floor,
    and a factor is judged by how its effects exceed those of the dummy, trajectory by trajectory. Without a dummy it is
    judged by the replications: the product of its effects in different ones is above 0 on average only if there is an
    effect. Either is a one-sided t test over trajectories.
    """
    effects, dropped = _effects(values, moved, steps, factors)
    trajectories, _, replications = effects.shape
    at = list(factors).index(pick({name: name for name in factors}, dummy, "dummy factor")) if dummy else -1
    judged_by = "dummy" if dummy else "replications" if replications > 1 else ""
    real = [factor for factor in range(len(factors)) if factor != at]
    floors = _floors(effects, at)
    p_values = [t_test(_evidence(effects, factor, at), two_sided=False) for factor in real]
    summaries = [
        _summary(factors[factor], effects[:, factor], floor, p)
        for factor, floor, p in zip(real, np.array(floors)[real], holm(p_values), strict=True)
    ]
    own = _summary(dummy, effects[:, at], floors[at], math.nan) if dummy else None
    return MorrisResult(tuple(summaries), own, judged_by, trajectories, dropped, replications)


def _effects(
    values: np.ndarray, moved: np.ndarray, steps: np.ndarray, factors: Sequence[str]
) -> tuple[np.ndarray, int]:
    """((trajectories, factors, replications) of elementary effects, trajectories left out)."""
    values, moved, steps = np.asarray(values, dtype=float), np.asarray(moved), np.asarray(steps, dtype=float)
    points = len(factors) + 1
    if values.ndim != 3 or values.shape[1] != points or not moved.shape == steps.shape == (len(values), points - 1):
        raise UsageError(
            f"values of shape {values.shape} are no trajectories of {len(factors)} factors.",
            hint=f"Expected (trajectories, {points} points, replications), and moves of one point fewer.",
            code="shape",
        )
    if not (np.sort(moved, axis=1) == np.arange(points - 1)).all() or not (steps != 0).all():
        raise UsageError("every factor has to move once in each trajectory.", code="trajectories")
    whole = ~np.isnan(values).any(axis=(1, 2))
    apart = np.diff(values, axis=1) / steps[..., np.newaxis]
    ordered = np.take_along_axis(apart, np.argsort(moved, axis=1)[..., np.newaxis], axis=1)
    return ordered[whole], int((~whole).sum())


def _floors(effects: np.ndarray, dummy: int) -> list[float]:
    """The mean size of each factor's effects by chance alone: the dummy's, else of a normal with their own noise."""
    trajectories, factors, replications = effects.shape
    if not trajectories or (dummy < 0 and replications < 2):
        return [math.nan] * factors
    if dummy >= 0:
        return [float(abs(effects[:, dummy].mean(axis=1)).mean())] * factors
    noise = effects.var(axis=2, ddof=1) / replications
    return [float(each) for each in np.sqrt(2 / math.pi * noise.mean(axis=0))]


def _evidence(effects: np.ndarray, factor: int, dummy: int) -> np.ndarray:
    """One number a trajectory, with a mean of 0 where the factor has no effect, above 0 where it has."""
    if dummy >= 0:
        sizes = abs(effects.mean(axis=2))
        excess: np.ndarray = sizes[:, factor] - sizes[:, dummy]
        return excess
    return _between(effects[:, factor])


def _between(effects: np.ndarray) -> np.ndarray:
    """The mean product of the effects in two different replications, a trajectory; nan with one."""
    replications = effects.shape[1]
    if replications < 2:
        return np.full(len(effects), math.nan)
    products: np.ndarray = effects.sum(axis=1) ** 2 - (effects**2).sum(axis=1)
    products /= replications * (replications - 1)
    return products


def _summary(factor: str, effects: np.ndarray, floor: float, p_adjusted: float) -> MorrisEffect:
    """Of one factor's effects (trajectories, replications)."""
    means = effects.mean(axis=1)
    if not len(means):
        nothing = Estimate(math.nan)
        return MorrisEffect(factor, nothing, nothing, math.nan, math.nan, floor, p_adjusted)
    mu, mu_star = float(means.mean()), float(abs(means).mean())
    variance = float(means.var(ddof=1)) if len(means) > 1 else math.nan
    noise = float((effects.var(axis=1, ddof=1) / effects.shape[1]).mean()) if effects.shape[1] > 1 else 0.0
    sigma = math.sqrt(max(0.0, variance - noise)) if variance == variance else math.nan
    return MorrisEffect(
        factor, around(mu, means), around(mu_star, abs(means)), sigma, math.sqrt(variance), floor, p_adjusted
    )


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

    `chance` is the share of a single run's variance that no factor explains: chance variation. `variance` is between
    points, free of noise where `corrected`, and `p_value` the probability of one as large by chance alone (nan where
    nothing is corrected). `rows` of the design were used, `dropped` had a block that failed.
    """

    indices: tuple[SobolIndex, ...]
    chance: Estimate
    variance: Estimate
    p_value: float
    corrected: bool
    scrambles: int
    rows: int
    dropped: int
    replications: int
    note: str

    @property
    def varies(self) -> bool:
        """Whether points differ, beyond chance where that can be judged: else no factor has a share."""
        return self.variance.value > 0 and (self.p_value < 0.05 or not self.corrected)

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
    fewer than scrambles. Take eight; one gives no interval. Where points share their random numbers they hold for these
    alone. With one replication nothing can be corrected, and the result says so; where chance plays no part, nothing is
    taken off. Where the variance between points is not above chance at 5 %, no index is defined.
    """
    values = _checked(values, factors)
    scrambles, _, rows, replications = values.shape
    whole = ~np.isnan(values).any(axis=(1, 3))
    kept = [scramble[:, good] for scramble, good in zip(values, whole, strict=True) if good.any()]
    dropped = int((~whole).sum())
    if not kept:
        note = "no row of the design has results for all its settings"
        none = _no_indices(factors)
        return SobolResult(none, _NOTHING, _NOTHING, math.nan, False, scrambles, 0, dropped, replications, note)
    apart = _centred(kept)
    parts = [_parts(each) for each in apart]
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
    counts = (corrected, len(kept), left, dropped, replications)
    note = _note(corrected, len(kept), dropped)
    result = SobolResult(indices, chance, variance, _p_value(apart), *counts, note)
    return result if result.varies else replace(result, indices=_no_indices(factors), chance=_NOTHING)


_NOTHING = Estimate(math.nan)
_ROUNDING = 1e-12
"""A smaller difference from the centre, as a share of it, comes from taking the centre off."""


def _centred(kept: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Less one centre a replication, which takes away what its random numbers do to all points alike."""
    centre = sum(each[:2].sum(axis=(0, 1)) for each in kept) / (2 * sum(each.shape[1] for each in kept))
    apart = [each - centre for each in kept]
    return [np.where(abs(each) <= _ROUNDING * abs(centre), 0.0, each) for each in apart]


def _p_value(apart: Sequence[np.ndarray]) -> float:
    """The probability by chance alone of points that differ as much as A and B do; nan with one replication."""
    blocks = np.concatenate([each[:2].reshape(2, -1, each.shape[2]) for each in apart], axis=1)
    if blocks.shape[2] > 1 and not np.ptp(blocks, axis=2).any():
        return float(not blocks.any())  # no chance variation: whatever differs, differs
    return t_test((_between(blocks[0]) + _between(blocks[1])) / 2, two_sided=False)


def _no_indices(factors: Sequence[str]) -> tuple[SobolIndex, ...]:
    return tuple(SobolIndex(name, _NOTHING, _NOTHING, _NOTHING, _NOTHING) for name in factors)


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


def _note(corrected: bool, scrambles: int, dropped: int) -> str:
    parts = ["corrected for replication noise" if corrected else "uncorrected: one replication does not show its noise"]
    if scrambles < 2:
        parts.append("no intervals: they need two scrambles or more")
    if dropped:
        parts.append(f"{dropped} rows of the design left out: one of their settings has no result")
    return "; ".join(parts)
