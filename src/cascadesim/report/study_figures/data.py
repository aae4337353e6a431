"""What a picture of a study is drawn from: its results, one measure, and the words, units and numbers on its axes.

Those are estimates, distributions, differences and paths of its points, and slices of its grid.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd

from cascadesim.analysis.comparison import PairwiseComparison, beside_first
from cascadesim.analysis.intervals import Estimate, mean_interval, wilson
from cascadesim.analysis.study.by_design import best_and_others
from cascadesim.analysis.study.results import Results
from cascadesim.analysis.wording import amount_text, count_of, named, number, sentence, target_text
from cascadesim.errors import UsageError
from cascadesim.experiment.parquet import check_table, read_table
from cascadesim.experiment.study.definition import BASE, COMMON, TARGET, Factor, Until
from cascadesim.experiment.sweep.parts import TRAJECTORIES
from cascadesim.experiment.sweep.results import TABLES
from cascadesim.model.measures import unit_of
from cascadesim.report.measures import currency_of, outcome_words
from cascadesim.scenario.explain import DISTRIBUTION, scenario_reference

MOST_WORDS = 4
"""A point is told by its levels where no more factors vary, else by its number."""


@dataclass(frozen=True, eq=False)
class StudyFigureData:
    """One picture to be made: of `measure` (or `TARGET`, or a column of the trajectories), along the factors x and y.

    `at` is a value of the measure, in the unit of the picture, to be marked in place of the target.
    """

    results: Results
    measure: str
    x: int | None = None
    y: int | None = None
    at: float | None = None

    @property
    def scale(self) -> float:
        """What a value is multiplied by to be drawn: shares and chances are in per cent."""
        return 100.0 if self.unit == "share" else 1.0

    @property
    def unit(self) -> str:
        """That of the measure, as the model has it."""
        return "share" if self.measure == TARGET else unit_of(self.measure)

    @property
    def words(self) -> str:
        """The measure in words, without its unit."""
        if self.measure == TARGET:
            assert self.results.target is not None
            return f"chance that {target_text(self.results.base, self.results.target)}"
        return outcome_words(self.results.base, self.measure)

    @property
    def shown_unit(self) -> str:
        """The unit as an axis names it."""
        unit = {"share": "%", "level": "on the scale of the scenario", "money": currency_of(self.results.base)}
        return unit.get(self.unit, self.unit)

    @property
    def apart_unit(self) -> str:
        """That of a difference."""
        return "percentage points" if self.unit == "share" else self.shown_unit

    @property
    def label(self) -> str:
        """The measure with its unit."""
        plain = self.words.endswith(self.shown_unit)  # ... wait mean weeks
        return sentence(self.words if plain else f"{self.words} ({self.shown_unit})")

    @property
    def line(self) -> tuple[float, str] | None:
        """(value, what it is) to be marked, in the unit of the picture: `at`, or without it that of the target."""
        if self.at is not None:
            return self.at, f"{number(self.at)} {self.shown_unit}"
        goal, target = self.results.target, self.results.base.target
        if goal is None or target is None:
            return None
        if self.measure == TARGET:
            return 100 * target.chance.value, f"target: {number(100 * target.chance.value)} %"
        return (goal.number, f"target: {amount_text(goal)}") if self.measure == goal.kpi else None

    @cached_property
    def estimates(self) -> list[Estimate]:
        """An entry a point, in the unit of the picture."""
        scale, estimates = self.scale, point_estimates(self.results, self.measure)
        return [Estimate(scale * each.value, scale * each.low, scale * each.high) for each in estimates]

    @property
    def has_intervals(self) -> bool:
        """Whether any point shows how closely it is known."""
        return any(not math.isnan(each.low) for each in self.estimates)

    @cached_property
    def factor_names(self) -> dict[str, str]:
        """The factors in words, by their names."""
        return {factor.name: factor_words(factor) for factor in self.results.study.factors}

    @cached_property
    def note(self) -> str:
        """Which study, how many points and runs, and how many points have no result."""
        study, table = self.results.study, self.results.points
        done = table[table["status"] == "done"]
        if isinstance(study.replications, Until):
            runs = f"{done['replications'].min()} to {done['replications'].max()}" if len(done) else "0"
            each = f"{runs} runs each"
        else:
            each = f"{count_of(study.replications.most, 'run')} each"
        without = len(table) - len(done)
        left = f" ({without} more without a result)" if without else ""
        return f"{study.title or study.name}; {count_of(len(done), 'setting')}{left}, {each}"

    def point_words(self, point: int) -> str:
        """A point by the levels of the factors that vary; of one factor at a time, by the one that was changed."""
        study = self.results.study
        levels = study.rows[study.table.first[point]].levels
        indices = self._varying
        if study.design.kind == "oat":
            indices = [index for index, level in enumerate(levels) if level != study.rows[0].levels[index]]
        elif len(indices) > MOST_WORDS:
            return f"setting {point}"
        return ", ".join(self._level_words(index, levels[index]) for index in indices) or "base"

    @cached_property
    def _varying(self) -> list[int]:
        rows = [row.levels for row in self.results.study.rows]
        return [index for index, first in enumerate(rows[0]) if any(levels[index] != first for levels in rows)]

    def _level_words(self, index: int, level: Any) -> str:
        factor = self.results.study.factors[index]
        return level_words(level) if factor.kind == BASE else f"{short_words(factor)} {level_words(level)}"


def factor_words(factor: Factor) -> str:
    """A factor in words: its name, or for a key whom it is about and its meaning as `cascadesim explain` has it.

    `tier.NAME.events.REASON.time_to_event.mean_weeks` is `NAME, REASON: mean time until this reason would occur`.
    """
    if factor.name not in factor.paths:
        return named(factor.name)
    path, which = factor.name.removesuffix(".value"), ""
    try:
        (entry,) = scenario_reference().find(path)
        if entry.key.startswith(DISTRIBUTION):  # the mean of a time, say: what time it is, stands at the key around it
            path, _, which = path.rpartition(".")
            (entry,) = scenario_reference().find(path)
    except (UsageError, ValueError):
        return short_words(factor)
    parts, pattern = path.split("."), entry.key.split(".")
    given = [part for part, key in zip_longest(parts, pattern) if part != key]
    who = [part for part in parts[:1] if part in ("clients", "organisation")] + [_numbered(part) for part in given]
    meaning = re.split(r"[,:;] ", entry.meaning)[0].removeprefix("The ") + (f" ({named(which)})" if which else "")
    meaning = meaning[:1].lower() + meaning[1:]
    return f"{', '.join(who)}: {meaning}" if who else meaning


def _numbered(name: str) -> str:
    """A place in a list, which begins at 0, as people count."""
    return f"number {int(name) + 1}" if name.isdigit() else named(name)


def short_words(factor: Factor) -> str:
    """The same beside a level: its name, `tier.NAME.training.course_weeks` as `NAME training course weeks`."""
    if factor.name not in factor.paths:
        return named(factor.name)
    parts = factor.name.removesuffix(".value").removeprefix("tier.").split(".")
    return " ".join(map(named, parts))  # with the number that the key has: 1 is the second of a list


def factor_unit(factor: Factor) -> str:
    """Its unit, short: what explains it further is left out. Empty where it has none."""
    unit = factor.unit.partition(":")[0].partition(",")[0]
    return {"share from 0 to 1": "share"}.get(unit, unit)


def factor_label(factor: Factor) -> str:
    """A factor with its unit, for an axis."""
    unit = factor_unit(factor)
    return sentence(factor_words(factor)) + (f" ({unit})" if unit else "")


def level_words(level: Any) -> str:
    """A level of a factor: a number to three digits or a name."""
    if level is None:
        return "unchanged"
    if isinstance(level, bool):
        return str(level).lower()
    if isinstance(level, int | float):
        return f"{level:,.3g}" if abs(level) < 999.5 else f"{level:,.0f}"
    return named(str(level))


def spread_out(count: int, most: int) -> list[int]:
    """At most so many of 0 ... count - 1, first and last among them, evenly apart."""
    if count <= most:
        return list(range(count))
    return sorted({round(step * (count - 1) / (most - 1)) for step in range(most)})


def ordered(data: StudyFigureData) -> list[int]:
    """The points that have a number, lowest first."""
    defined = [point for point, each in enumerate(data.estimates) if not math.isnan(each.value)]
    return sorted(defined, key=lambda point: (data.estimates[point].value, point))


def point_estimates(results: Results, measure: str) -> list[Estimate]:
    """An entry a point: the mean of a measure with its t interval, or the chance of the `TARGET` with Wilson's."""
    if measure == TARGET:
        return [
            Estimate(hits / runs if runs else math.nan, *wilson(hits, runs))
            for hits, runs in zip(*results.hits(), strict=True)
        ]
    return [_mean(values) for values in results.cube(measure)]


def running_estimates(values: np.ndarray) -> list[Estimate]:
    """Of one point's replications in their order: what was known after each that defines the measure."""
    defined = values[~np.isnan(values)]
    return [_mean(defined[:runs]) for runs in range(1, len(defined) + 1)]


def _mean(values: np.ndarray) -> Estimate:
    mean = mean_interval(values)
    return Estimate(mean.mean, mean.low, mean.high)


def cumulative(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(values in order, the share of runs at or below each) of one point; runs that are undefined do not count."""
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
        paired, margins = results.study.random_numbers == COMMON, results.margins
        rest = beside_first(plans, measure, paired=paired, margins=margins) if len(plans) > 1 else ()
        first, others = next(iter(points.values()), -1), {points[each.second]: each for each in rest}
    return PointComparisons(first, best, tuple(others.items())) if others else None


_MOST_INTERVALS, _MOST_ROWS = 10_000, 100_000_000


def paths(results: Results, column: str) -> pd.DataFrame:
    """`point`, `replication`, `week` and one column of the trajectories, in this order."""
    file = results.folder / TABLES / f"{TRAJECTORIES}.parquet"
    kinds = {"setting": "BIGINT", "replication": "BIGINT"}
    check_table(file, kinds, min(_MOST_ROWS, _MOST_INTERVALS * len(results.replications)), ("BIGINT", "DOUBLE"))
    return read_table(file, (*kinds, "week", column))


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
