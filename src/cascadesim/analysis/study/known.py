"""What pictures of a study show of its points: means with intervals, running means, distributions, rivals, paths."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cascadesim.analysis.several import Contest, against_first
from cascadesim.analysis.statistics import summarise, wilson
from cascadesim.analysis.study.contrasts import contests
from cascadesim.analysis.study.results import Results
from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.parquet import read_table
from cascadesim.experiment.study.factors import BASE
from cascadesim.experiment.study.nouns import COMMON, TARGET
from cascadesim.experiment.sweep.parts import TRAJECTORIES
from cascadesim.experiment.sweep.results import TABLES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

@dataclass(frozen=True)
class Known:
    """A mean or a chance with the bounds of its 95 % interval, from so many runs; nan where undefined."""

    value: float
    low: float
    high: float
    runs: int


def known(results: Results, measure: str) -> list[Known]:
    """An entry a point: the mean of a measure with its t interval, or the chance of the `TARGET` with Wilson's."""
    if measure == TARGET:
        hits, runs = results.hits()
        found = []
        for met, of in zip(hits, runs, strict=True):
            low, high = wilson(met, of)
            found.append(Known(met / of if of else math.nan, low, high, of))
        return found
    summaries = [summarise(values) for values in results.cube(measure)]
    return [Known(each.mean, each.low, each.high, each.defined) for each in summaries]


def running(values: np.ndarray) -> list[Known]:
    """Of one point's replications in their order: what was known after each that defines the measure."""
    import numpy as np

    defined = values[~np.isnan(values)]
    summaries = [summarise(defined[: runs + 1]) for runs in range(len(defined))]
    return [Known(each.mean, each.low, each.high, each.defined) for each in summaries]


def cumulative(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(values in order, the share of runs at or below each) of one point; runs that are undefined do not count."""
    import numpy as np

    defined = np.sort(values[~np.isnan(values)])
    return defined, np.arange(1, len(defined) + 1) / max(1, len(defined))


@dataclass(frozen=True)
class Rivals:
    """One point beside others, nearest first where it is the `best` by its mean, else the first of several bases."""

    point: int
    best: bool
    others: tuple[tuple[int, Contest], ...]


def rivals(results: Results, measure: str) -> Rivals | None:
    """The base of variants beside every other point, or else the best beside the rest; None where one has numbers."""
    points = results.names(point for point in range(len(results.study.points)) if not results.bad[point])
    best = not any(factor.kind == BASE for factor in results.study.factors)
    if best:
        first, found = contests(results, measure)
    else:
        cube = results.cube(measure)
        plans = {name: cube[point] for name, point in points.items()}
        rest = against_first(plans, measure, paired=results.study.luck == COMMON) if len(plans) > 1 else ()
        first, found = next(iter(points.values()), -1), {points[each.second]: each for each in rest}
    return Rivals(first, best, tuple(found.items())) if found else None


def paths(results: Results, column: str) -> pd.DataFrame:
    """`point`, `replication`, `week` and one column of the trajectories, in this order."""
    place = results.folder / TABLES / f"{TRAJECTORIES}.parquet"
    if column not in results.study.trajectories:
        raise EnvironmentFault(f"the study kept no column {column}.", code="missing_file", file=str(place))
    return read_table(place, ("point", "replication", "week", column))
