"""What pictures of a study show of its points: estimates, distributions, differences, paths; and slices of its grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.intervals import mean_interval, wilson
from cascadesim.analysis.multiple_comparison import PairwiseComparison, against_first
from cascadesim.analysis.study.by_design import best_and_others
from cascadesim.analysis.study.results import Results
from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.parquet import read_table
from cascadesim.experiment.study.definition import COMMON, TARGET
from cascadesim.experiment.study.factors import BASE
from cascadesim.experiment.sweep.parts import TRAJECTORIES
from cascadesim.experiment.sweep.results import TABLES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class PointEstimate:
    """A mean or a chance with the bounds of its 95 % interval, from so many runs; nan where undefined."""

    value: float
    low: float
    high: float
    runs: int


def point_estimates(results: Results, measure: str) -> list[PointEstimate]:
    """An entry a point: the mean of a measure with its t interval, or the chance of the `TARGET` with Wilson's."""
    if measure == TARGET:
        return [
            PointEstimate(hits / runs if runs else math.nan, *wilson(hits, runs), runs)
            for hits, runs in zip(*results.hits(), strict=True)
        ]
    return [_mean(values) for values in results.cube(measure)]


def running_estimates(values: np.ndarray) -> list[PointEstimate]:
    """Of one point's replications in their order: what was known after each that defines the measure."""
    import numpy as np

    defined = values[~np.isnan(values)]
    return [_mean(defined[: runs + 1]) for runs in range(len(defined))]


def _mean(values: np.ndarray) -> PointEstimate:
    mean = mean_interval(values)
    return PointEstimate(mean.mean, mean.low, mean.high, mean.defined)


def cumulative(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(values in order, the share of runs at or below each) of one point; runs that are undefined do not count."""
    import numpy as np

    defined = np.sort(values[~np.isnan(values)])
    return defined, np.arange(1, len(defined) + 1) / max(1, len(defined))


@dataclass(frozen=True)
class PointComparisons:
    """One point beside others, nearest first where it is the `best` by its mean, else the first of several bases."""

    point: int
    best: bool
    others: tuple[tuple[int, PairwiseComparison], ...]


def point_comparisons(results: Results, measure: str) -> PointComparisons | None:
    """The base of variants beside every other point, or else the best beside the rest; None where one has numbers."""
    best = not any(factor.kind == BASE for factor in results.study.factors)
    if best:
        first, others = best_and_others(results, measure)
    else:
        points = results.names(point for point in range(len(results.study.points)) if not results.bad[point])
        cube = results.cube(measure)
        plans = {name: cube[point] for name, point in points.items()}
        rest = against_first(plans, measure, paired=results.study.random_numbers == COMMON) if len(plans) > 1 else ()
        first, others = next(iter(points.values()), -1), {points[each.second]: each for each in rest}
    return PointComparisons(first, best, tuple(others.items())) if others else None


def paths(results: Results, column: str) -> pd.DataFrame:
    """`point`, `replication`, `week` and one column of the trajectories, in this order."""
    file = results.folder / TABLES / f"{TRAJECTORIES}.parquet"
    if column not in results.study.trajectories:
        raise EnvironmentFault(f"the study kept no column {column}.", code="missing_file", file=str(file))
    return read_table(file, ("setting", "replication", "week", column))


@dataclass(frozen=True)
class Slice:
    """A grid of settings, or a list, seen along some of its factors while the others stay where they are.

    `points` by the levels of the `factors`, which are numbered as in the study; `levels` has those of each in order,
    `held` those of the others.
    """

    factors: tuple[int, ...]
    levels: tuple[tuple[Any, ...], ...]
    points: dict[tuple[Any, ...], int]
    held: dict[str, Any]


def varied_factors(results: Results) -> list[int]:
    """The numbers of the factors with several levels: numeric ones before named, else in the order of the study."""
    factors = range(len(results.study.factors))
    return sorted((at for at in factors if len(levels_at(results, at)) > 1), key=lambda at: _named(results, at))


def levels_at(results: Results, factor: int) -> tuple[Any, ...]:
    """The levels of one factor, numbers ascending, names as they come."""
    levels = dict.fromkeys(row.levels[factor] for row in results.study.rows)
    return tuple(levels) if _named(results, factor) else tuple(sorted(levels, key=lambda each: (each is None, each)))


def slice_along(results: Results, factors: Sequence[int]) -> Slice:
    """The points along these factors; every other is at its level in the scenario, else at a middle one."""
    study = results.study
    levels = {at: levels_at(results, at) for at in range(len(study.factors))}
    held = {}
    for at, factor in enumerate(study.factors):
        if at not in factors:
            held[at] = factor.base if factor.base in levels[at] else levels[at][(len(levels[at]) - 1) // 2]
    points = {
        tuple(row.levels[at] for at in factors): row.point
        for row in study.rows
        if all(row.levels[at] == level for at, level in held.items())
    }
    others = {study.factors[at].name: level for at, level in held.items() if len(levels[at]) > 1}
    return Slice(tuple(factors), tuple(levels[at] for at in factors), points, others)


def _named(results: Results, factor: int) -> bool:
    own = results.study.factors[factor]
    return own.kind == BASE or any(isinstance(label, str) for label in own.labels)
