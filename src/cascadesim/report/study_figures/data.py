"""What a picture of a study is drawn from: its results, one measure, and the words, units and numbers on its axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cascadesim.analysis.headline_measures import kpi_words
from cascadesim.analysis.study.point_estimates import PointEstimate, point_estimates
from cascadesim.analysis.study.results import Results
from cascadesim.analysis.wording import count_of, named, sentence, target_text
from cascadesim.experiment.study import Until
from cascadesim.experiment.study.definition import TARGET
from cascadesim.experiment.study.factors import BASE, Factor
from cascadesim.model.measures import unit_of
from cascadesim.report.measures import currency_of

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
        return kpi_words(self.measure)

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
            return self.at, f"{self.at:g} {self.shown_unit}"
        goal, target = self.results.target, self.results.base.target
        if goal is None or target is None:
            return None
        if self.measure == TARGET:
            return 100 * target.chance.value, f"target: {100 * target.chance.value:g} %"
        return (goal.number, f"target: {goal.op} {goal.number:g}") if self.measure == goal.kpi else None

    @cached_property
    def estimates(self) -> list[PointEstimate]:
        """An entry a point, in the unit of the picture."""
        scale, estimates = self.scale, point_estimates(self.results, self.measure)
        return [PointEstimate(scale * each.value, scale * each.low, scale * each.high, each.runs) for each in estimates]

    @property
    def has_intervals(self) -> bool:
        """Whether any point shows how closely it is known."""
        return any(not math.isnan(each.low) for each in self.estimates)

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
        return level_words(level) if factor.kind == BASE else f"{factor_words(factor)} {level_words(level)}"


def factor_words(factor: Factor) -> str:
    """A factor in words: its name, `tier.NAME.training.course_weeks` as `NAME training course weeks`."""
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
    return f"{level:.3g}" if isinstance(level, float) else named(str(level))


def spread_out(count: int, most: int) -> list[int]:
    """At most so many of 0 ... count - 1, first and last among them, evenly apart."""
    if count <= most:
        return list(range(count))
    return sorted({round(step * (count - 1) / (most - 1)) for step in range(most)})


def ordered(data: StudyFigureData) -> list[int]:
    """The points that have a number, lowest first."""
    defined = [point for point, each in enumerate(data.estimates) if not math.isnan(each.value)]
    return sorted(defined, key=lambda point: (data.estimates[point].value, point))
