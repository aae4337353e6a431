"""A study with its rows and points: laid out by its design as plain numbers, so that a million of them fit into memory.

Each `Row` and `Point` is made when it is looked at, and so is the scenario of a point. A study goes to JSON and back
with its scenarios in it: a store needs no file beside it.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any

from pydantic import TypeAdapter

from cascadesim.errors import MAX_REPLICATIONS, EnvironmentFault, UsageError
from cascadesim.experiment.study.constraints import Constraints
from cascadesim.experiment.study.definition import (
    BASE,
    CHANCE,
    COMMON,
    DISTRIBUTIONS,
    DUMMY,
    INDEPENDENT,
    RANGE,
    TARGET,
    Factor,
    Fixed,
    Point,
    Row,
    StudyDefinition,
)
from cascadesim.experiment.study.designs import DESIGNS, MOST_CELLS, MOST_ROWS, DesignRow
from cascadesim.model.replication import LazySequence
from cascadesim.model.rng import MAX_SEED
from cascadesim.scenario.checks.names import LONGEST_NAME, is_name
from cascadesim.scenario.load import from_resolved, with_changes
from cascadesim.scenario.schema import Scenario


class Study(StudyDefinition):
    """Many runs and what is asked of them: read with `read_study`, never edited.

    `rows` and `points` follow from its definition: the same on every machine.
    """

    @cached_property
    def table(self) -> DesignTable:
        """The rows and points as plain numbers."""
        return _laid_out(self)

    @cached_property
    def rows(self) -> Sequence[Row]:
        """Every row of the design, in order; each is made when it is looked at."""
        return LazySequence(len(self.table.point), self._row)

    @cached_property
    def points(self) -> Sequence[Point]:
        """Every distinct setting, in order; each is made when it is looked at."""
        return LazySequence(len(self.table.first), self._point)

    def _row(self, number: int) -> Row:
        table, codes = self.table, self.table.codes_of(number)
        base = self._base_of(codes)
        levels = tuple(factor.level(code, base) for factor, code in zip(self.factors, codes, strict=True))
        block = table.blocks[table.block[number]]
        return Row(number, block, table.replicate[number], table.index[number], table.point[number], levels)

    def _point(self, number: int) -> Point:
        table, codes = self.table, self.table.codes_of(self.table.first[number])
        base = self._base_of(codes) or next(iter(self.bases))
        pairs = zip(self.factors, codes, strict=True)
        changes = tuple(change for factor, code in pairs for change in factor.changes(code, base))
        return Point(number, base, changes, table.problems.get(number, ""), table.random_numbers[number])

    def _base_of(self, codes: Sequence[float]) -> str:
        """The level of the factor that says which scenario it is; empty where there is none."""
        pairs = zip(self.factors, codes, strict=True)
        return next((str(factor.level(code)) for factor, code in pairs if factor.kind == BASE), "")

    @cached_property
    def _base_scenarios(self) -> dict[str, Scenario]:
        """Those that have been built so far."""
        return {}


@dataclass(frozen=True)
class DesignTable:
    """Row by row: the number of its block in `blocks`, its replicate, index and point, and `width` codes.

    Point by point: the row that first asks for it, and its random numbers. `problems` has the points that are not run.
    """

    width: int
    blocks: list[str] = field(default_factory=list)
    block: array[int] = field(default_factory=lambda: array("q"))
    replicate: array[int] = field(default_factory=lambda: array("q"))
    index: array[int] = field(default_factory=lambda: array("q"))
    point: array[int] = field(default_factory=lambda: array("q"))
    codes: array[float] = field(default_factory=lambda: array("d"))
    first: array[int] = field(default_factory=lambda: array("q"))
    random_numbers: array[int] = field(default_factory=lambda: array("q"))
    problems: dict[int, str] = field(default_factory=dict)

    def codes_of(self, row: int) -> Sequence[float]:
        """The levels of a row."""
        return self.codes[row * self.width : (row + 1) * self.width]


def _laid_out(study: StudyDefinition) -> DesignTable:
    """The rows of the design, and the points: rows that ask for the same share one."""
    design, constraints = DESIGNS[study.design.kind], Constraints(study)
    shared = study.random_numbers != INDEPENDENT or design.shares
    table = DesignTable(len(study.factors))
    block_numbers: dict[str, int] = {}
    point_of: dict[tuple[float, ...], int] = {}
    for row in design.rows(study):
        if row.block not in block_numbers:
            block_numbers[row.block] = len(block_numbers)
            table.blocks.append(row.block)
        numbers = _random_numbers(study, row, len(table.first))
        key = (*_setting(study.factors, row.codes), numbers if study.random_numbers != INDEPENDENT else 0)
        point = point_of.setdefault(key, len(table.first)) if shared else len(table.first)
        if point == len(table.first):
            table.first.append(len(table.point))
            table.random_numbers.append(numbers)
            problem = constraints.broken(row.codes) if design.marks and constraints.any else ""
            if problem:
                table.problems[point] = problem
        table.block.append(block_numbers[row.block])
        table.replicate.append(row.replicate)
        table.index.append(row.index)
        table.point.append(point)
        table.codes.extend(row.codes)
    return table


def _setting(factors: Sequence[Factor], codes: Sequence[float]) -> tuple[float, ...]:
    """The levels that change the scenario."""
    return tuple(code for factor, code in zip(factors, codes, strict=True) if factor.kind not in (DUMMY, CHANCE))


def _random_numbers(study: StudyDefinition, row: DesignRow, point: int) -> int:
    """The random numbers of a row whose point, if it is new, has this number.

    Where random numbers are common and there is a dummy, each trajectory has its own, and another one once the dummy
    has moved.
    """
    if study.random_numbers == INDEPENDENT:
        return point
    by_kind = {factor.kind: code for factor, code in zip(study.factors, row.codes, strict=True)}
    if study.random_numbers == CHANCE:
        return int(by_kind[CHANCE])
    levels = study.design.number("levels") if DUMMY in by_kind else 1
    return row.replicate * levels + round(by_kind[DUMMY] * (levels - 1)) if levels > 1 else 0


def point_scenario(study: Study, point: Point) -> Scenario:
    """The scenario of a point: its base with its changes.

    Raises `ScenarioError` or `UsageError` where such a scenario cannot be run.
    """
    built = study._base_scenarios
    if point.base not in built:
        name = safe_name(study.name if point.base == "base" else point.base)
        built[point.base] = from_resolved(study.bases[point.base], name)
    return with_changes(built[point.base], dict(point.changes), warn=False)


def first_replication(study: StudyDefinition, point: Point) -> int:
    """What is added to the numbers of a point's replications for their draws (`Task.shift`); tables count from 0.

    Points with the same random numbers have the same replications, so that they are paired; others have blocks that do
    not meet.
    """
    return point.random_numbers * (1 if study.random_numbers == CHANCE else study.replications.most)


def safe_name(name: str) -> str:
    """A name in letters that the name of a scenario may have."""
    return "".join(letter if is_name(letter) else "-" for letter in name)[:LONGEST_NAME]


FORMAT = 2


@cache
def _as_data() -> TypeAdapter[Study]:
    return TypeAdapter(Study)


def study_document(study: Study) -> dict[str, Any]:
    """Everything that makes the study what it is, as plain data for JSON; rows and points follow from it."""
    return {"format": FORMAT, **_as_data().dump_python(study, mode="json")}


def study_from(document: dict[str, Any]) -> Study:
    """The study that `study_document` gave. Raises `EnvironmentFault` where the document is none, whoever wrote it."""
    try:
        return _study_from(json.dumps(document, allow_nan=False))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError, UsageError):
        message, hint = "this is no study of this version of cascadesim.", "Start it again from its study file."
        raise EnvironmentFault(message, hint=hint, code="study") from None


@lru_cache(maxsize=1)
def _study_from(text: str) -> Study:
    """The study of a document, which a command asks for several times, with its points laid out."""
    document = json.loads(text)
    study = _as_data().validate_python(document)
    as_written = document["format"] == FORMAT and study_document(study) == document
    if not (as_written and _in_bounds(study) and all(_is_sound(factor, study) for factor in study.factors)):
        raise ValueError
    for points in (study.points[:_LOOKED_AT], study.points[-_LOOKED_AT:]):
        if not points or not all(point.base in study.bases for point in points):
            raise ValueError
    return study


_LOOKED_AT = 20
_RESERVED = {"task", "setting", "replication", "week"}


def _in_bounds(study: Study) -> bool:
    """Whether all sizes are those that a study file may have, and all names can be those of columns and files."""
    runs, names = study.replications, (*study.outcomes, *study.trajectories)
    judged = () if isinstance(runs, Fixed) else (*runs.outcomes, *(name for name, _ in runs.absolute))
    most = min(MOST_ROWS, MOST_CELLS // max(1, len(study.factors)))
    return (
        1 <= DESIGNS[study.design.kind].count(study) <= most
        and 1 <= runs.least <= runs.most <= MAX_REPLICATIONS
        and 0 <= study.seed <= MAX_SEED
        and min(len(study.name), len(study.outcomes), len(study.bases)) > 0
        and study.random_numbers in (COMMON, INDEPENDENT, CHANCE)
        and all(0 < len(name) <= _LONGEST_COLUMN and name.isprintable() and not {*"/\\"} & {*name} for name in names)
        and not _RESERVED & {*names}
        and all(name.isprintable() for name in (*study.bases, *(factor.name for factor in study.factors)))
        and all(len({*map(str.casefold, each)}) == len(each) for each in (study.outcomes, study.trajectories))
        and {*judged} <= {*study.outcomes, TARGET}
        and all(_fits(row, study.factors) for row in study.design.list_rows)
    )


_LONGEST_COLUMN = 500


def _fits(codes: Sequence[float | None], factors: Sequence[Factor]) -> bool:
    """Whether a row of a list has a level of every factor."""
    pairs = zip(codes, factors, strict=True)
    return all(code is None or not factor.listed or 0 <= code < len(factor.labels) for code, factor in pairs)


def _is_sound(factor: Factor, study: Study) -> bool:
    """Whether a factor has all that its kind needs, for each of its paths."""
    width = len(factor.paths)
    if factor.times and not all(len(dict(factor.origins)[base]) == width for base in study.bases):
        return False
    if factor.listed:
        values = not width or [len(each) for each in factor.values] == [width] * len(factor.labels)
        of_bases = factor.kind != BASE or {*factor.labels} <= {*study.bases}
        return values and of_bases and all(isinstance(label, str | int | float) for label in factor.labels)
    needs = len(DISTRIBUTIONS[factor.distribution].needs) == len(factor.numbers)
    return factor.kind in (RANGE, DUMMY, CHANCE) and needs and len(factor.spans) == width
