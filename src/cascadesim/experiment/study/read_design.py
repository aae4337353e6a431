"""The design of a study: its numbers and groups, and the rows of a list in a CSV file, a column for each factor.

And its settings: what is kept of every replication, when there are enough of them, and which constraints hold.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cascadesim.errors import MAX_REPLICATIONS, EnvironmentFault, Problem, nearest, suggestion
from cascadesim.experiment.study.constraints import UnreadableConstraint, read_constraint
from cascadesim.experiment.study.definition import (
    CHANCE,
    CHANCE_NAME,
    DUMMY,
    DUMMY_NAME,
    TARGET,
    Dependence,
    Design,
    Factor,
    Fixed,
    StudyDefinition,
    Until,
    plain_number,
)
from cascadesim.experiment.study.designs import DESIGNS, GroupedSettings, ListSettings
from cascadesim.experiment.study.file_schema import MOST, FactorTable, UntilTable
from cascadesim.experiment.study.read_factors import FactorRow, label
from cascadesim.experiment.study.reader import BaseScenarios, Reader
from cascadesim.model.measures.trajectories import trajectory_columns
from cascadesim.scenario import defaults
from cascadesim.scenario.compile import measure_names, measured_scope
from cascadesim.scenario.document import KeyPath, is_too_deep, read_bytes
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.renames import new_outcome, outcome_hint
from cascadesim.scenario.schema import ParsedTarget, Scenario, parse_target

_LONGEST_HINT = 200


def main_names(scenario: Scenario) -> Iterator[str]:
    """The outcomes that `compare` begins with, and that of the target.

    `analysis/wording.py` has them with their words; a test holds the two together.
    """
    week, known = defaults.report_weeks(scenario)[-1], measure_names(scenario)
    deliver = [name for level, name in enumerate(scenario.cascade) if defaults.delivers(scenario, level)]
    what = "delivering" if deliver else "active"
    yield from (f"tier.{tier}.{what}_at_week_{week}" for tier in deliver or [scenario.cascade[-1]])
    clients = ("clients.started", "clients.completed", "clients.wait_mean_weeks")
    skills = [f"tier.{tier}.competence_mean_at_week_{week}" for tier in scenario.cascade]
    yield from (name for name in (*clients, *skills, "cost.total", "cost.per_completed") if name in known)
    yield from (figure.outcome for figure in scenario.published)
    goal = defaults.target(scenario)
    if goal is not None and goal.kpi in known:
        yield goal.kpi


def goal_of(study: StudyDefinition) -> ParsedTarget | None:
    """The target of the scenarios of a study, which all have the same; None where the first has none."""
    resolved = next(iter(study.bases.values()))
    if "target" not in resolved:
        return None
    return parse_target(resolved["target"]["reach"], math.floor(resolved["horizon_weeks"]))


def read_outcomes(reader: Reader, scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """The outcomes that the file names, else the main ones of every base."""
    if reader.file.outcomes is None:
        return tuple(dict.fromkeys(name for scenario in scenarios for name in main_names(scenario)))
    if not reader.is_sound(("outcomes",)):
        return ()
    _check_names(reader, "outcomes", reader.file.outcomes, set().union(*map(measure_names, scenarios)))
    return reader.file.outcomes


def read_trajectories(reader: Reader, scenarios: Iterable[Scenario]) -> tuple[str, ...]:
    """The columns of the trajectories that the file names; none where it names none."""
    if reader.file.trajectories is None:
        return ()
    known = {name for scenario in scenarios for name in trajectory_columns(measured_scope(scenario))} - {"week"}
    _check_names(reader, "trajectories", reader.file.trajectories, known)
    return reader.file.trajectories


def _check_names(reader: Reader, key: str, names: Sequence[str], known: Collection[str]) -> None:
    what = "outcome" if key == "outcomes" else "column"
    for index, name in enumerate(names if known else ()):
        if name not in known:
            hint = name_hint(name, known)
            reader.fault((key, index), f"a run has no {what} {shown(name)}.", hint, "no_such_outcome")


def name_hint(name: str, known: Collection[str]) -> str:
    """What an old name is today; else the name that was probably meant, sought among its like before all others."""
    if new_outcome(name) != name:
        return outcome_hint(name, known)
    head = name.rsplit("_at_week_", 1)[0] if "_at_week_" in name else ""
    like = [other for other in sorted(known) if head and other.startswith(head)]
    close = nearest(name, like) or nearest(name, sorted(known))
    if close:
        return f"Did you mean {close}?"
    listed = f"Known: {', '.join(sorted(known))}."
    return listed if len(listed) <= _LONGEST_HINT else "The tables of a run list every one."


def read_replications(
    reader: Reader, usual: int, outcomes: tuple[str, ...], scenarios: Sequence[Scenario]
) -> Fixed | Until:
    """How many of each point; `usual` where the file does not say. With a target its chance can be asked for too."""
    asked = reader.file.replications
    if not isinstance(asked, UntilTable):
        return Fixed(usual if asked is None else asked)
    most = max(MOST, asked.least) if asked.most is None else asked.most
    if most < asked.least:
        message = f"got {most}; it must be at least `least`, which is {asked.least}."
        reader.fault(("replications", "most"), message)
    if asked.relative is None and asked.absolute is None:
        hint = "Write relative = 0.05 for 5 % of the mean, or absolute = { NAME = 2.0 } in the unit of the outcome."
        reader.fault(("replications",), "a half-width to reach is needed.", hint, "missing")
    kept = (*outcomes, TARGET) if _keeps_target(scenarios, outcomes) else outcomes
    for name, width in (asked.absolute or {}).items():
        at = ("replications", "absolute", name)
        _check_kept(reader, at, name, kept)
        if name == TARGET and width >= 1:
            reader.fault(at, f"got {shown(width)}; allowed: a share, below 1.", "0.05 is 5 percentage points.")
    for index, name in enumerate(asked.outcomes or ()):
        _check_kept(reader, ("replications", "outcomes", index), name, outcomes)
    absolute = tuple((asked.absolute or {}).items())
    judged = tuple(name for name, _ in absolute) if asked.relative is None else asked.outcomes or outcomes
    return Until(asked.least, most, asked.relative, absolute, judged)


def _keeps_target(scenarios: Iterable[Scenario], outcomes: tuple[str, ...]) -> bool:
    """Whether the scenarios have one target, and its measure is kept."""
    goals = {defaults.target(scenario) for scenario in scenarios}
    goal = next(iter(goals), None)
    return len(goals) == 1 and goal is not None and goal.kpi in outcomes


def _check_kept(reader: Reader, at: KeyPath, name: str, outcomes: tuple[str, ...]) -> None:
    if outcomes and name not in outcomes:
        hint = suggestion(name, outcomes) if len(outcomes) <= 10 else name_hint(name, outcomes)
        hint = "Add the outcome of the scenario's [target] to outcomes." if name == TARGET else hint
        reader.fault(at, f"{shown(name)} is not among the outcomes that are kept.", hint, "no_such_outcome")


def read_constraints(reader: Reader, scenarios: BaseScenarios, factors: Sequence[Factor]) -> tuple[str, ...]:
    """The constraints of a file, each of which can be read, and whose names are known and stand for numbers."""
    for index, text in enumerate(reader.file.constraints or ()):
        at = ("constraints", index)
        try:
            names = read_constraint(text).names
        except UnreadableConstraint as error:
            reader.fault(at, error.message, error.hint, "constraint")
            continue
        for name in names:
            _check_number(reader, scenarios, at, name, factors)
    return reader.file.constraints or ()


def _check_number(reader: Reader, scenarios: BaseScenarios, at: KeyPath, name: str, factors: Sequence[Factor]) -> None:
    named = {factor.name: factor for factor in factors}
    if name in named:
        if any(plain_number(level) is None for level in named[name].labels):
            reader.fault(at, f"the levels of {shown(name)} are no numbers.", code="constraint")
        return
    if "." not in name and named:
        reader.unknown(at, name, [*named], "factor")
        return
    path = scenarios.find(at, name)
    varied = any(name in factor.paths for factor in factors)
    if path is not None and not varied and any(plain_number(value) is None for value in path.values.values()):
        reader.fault(at, f"the scenario has no number at {name}.", code="constraint")


MAX_BYTES, MAX_ROWS, MAX_COLUMNS = 50_000_000, 200_000, 1_000
_FILE = ("design", "file")
_WHOLE = re.compile(r"[-+]?\d{1,15}")

Rows = list[tuple[float | None, ...]]


def kind_of(reader: Reader) -> str:
    """Which design it is."""
    design = reader.file.design
    return design if isinstance(design, str) else str(dict(design)["kind"])


def read_design(
    reader: Reader, scenarios: BaseScenarios, factors: list[Factor], dependences: Sequence[Dependence]
) -> tuple[Design, list[Factor]]:
    """(the design, the factors with those that it adds: columns of a list, the dummy of morris, chance)."""
    kind, settings = kind_of(reader), reader.file.design
    if isinstance(settings, str) and DESIGNS[kind].settings is ListSettings:
        hint = 'design = { kind = "list", file = "points.csv" }'
        reader.fault(("design",), "a list needs its file.", hint, "missing")
        return Design(kind), factors
    if isinstance(settings, str):
        settings = DESIGNS[kind].settings.model_validate({"kind": kind})
    numbers = tuple((key, value) for key, value in settings if type(value) is int)
    groups = _groups(reader, settings, factors, dependences) if isinstance(settings, GroupedSettings) else ()
    chance = bool(dict(settings).get("seed_as_factor"))
    rows: Rows = []
    if isinstance(settings, ListSettings):
        factors, rows = _read_list(reader, scenarios, factors, settings.file)
    if DESIGNS[kind].dummy:
        factors = [*factors, Factor(DUMMY_NAME, (), DUMMY)]
    if chance:
        factors = [*factors, Factor(CHANCE_NAME, (), CHANCE, high=float(MAX_REPLICATIONS - 1), whole=True)]
    return Design(kind, numbers, groups, tuple(rows), chance), factors


def _groups(
    reader: Reader, settings: GroupedSettings, factors: Sequence[Factor], dependences: Sequence[Dependence]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Factors that are moved as one; those that depend on one another stay together."""
    at, groups = ("design", "groups"), settings.groups or {}
    known = {factor.name: factor for factor in factors}
    used: dict[str, str] = {}
    for name, members in groups.items():
        for index, member in enumerate(members):
            if member not in known:
                reader.unknown((*at, name, index), member, known, "factor")
            elif member in used:
                reader.fault((*at, name, index), f"{shown(member)} is in {used[member]} already.", code="twice")
            used[member] = name
        if name in known and name not in members:
            reader.fault((*at, name), f"{shown(name)} is the name of a factor.", "Choose another name.", "name")
    for dependence in dependences if groups else ():
        if len({used.get(member) for member in dependence.factors}) > 1:
            message = f"{dependence.name} cannot be taken apart: its factors belong in one group."
            reader.fault(at, message, code="conflict")
    return tuple(groups.items())


def _read_list(
    reader: Reader, scenarios: BaseScenarios, factors: Sequence[Factor], name: str
) -> tuple[list[Factor], Rows]:
    """(factors, their codes row by row) of the CSV file of a list.

    A column is headed by the name of one of `factors`, of which the cells give levels, or by a dotted path. An empty
    cell leaves what the scenario has. Faults in the file are told with its lines.
    """
    text = _text_of(reader, name) if reader.is_sound(_FILE) else None
    if text is None:
        return list(factors), []
    return _CsvReader(reader, scenarios, factors, str(Path(reader.document.file).parent / name)).read(text)


def _text_of(reader: Reader, name: str) -> str | None:
    try:
        file = Path(reader.document.file).parent / name
        if "\0" in name or (file.exists() and not file.is_file()):
            raise EnvironmentFault(f"{shown(name)} is no file.")
        raw = read_bytes(file, MAX_BYTES)
        if len(raw) <= MAX_BYTES:
            return raw.decode("utf-8-sig")
        reader.fault(_FILE, f"{name} is larger than {MAX_BYTES:,} bytes.", code="too_large")
    except EnvironmentFault as error:
        problem = error.problems[0]
        message = f"there is no file {name}." if problem.code == "no_file" else problem.message
        reader.fault(_FILE, message, code="no_file")
    except OSError:
        reader.fault(_FILE, f"the path {shown(name)} leads nowhere.", code="no_file")
    except UnicodeDecodeError:
        reader.fault(_FILE, f"{name} is not UTF-8 text.", "Save it as CSV in UTF-8.", "encoding")
    return None


class _CsvReader:
    """One file being read."""

    def __init__(self, reader: Reader, scenarios: BaseScenarios, factors: Sequence[Factor], file: str) -> None:
        self.reader, self.scenarios, self.file = reader, scenarios, file
        self.known = {factor.name: factor for factor in factors}

    def read(self, text: str) -> tuple[list[Factor], Rows]:
        """(factors, their codes row by row)."""
        try:
            reader = csv.reader(io.StringIO(text, newline=""), strict=True)
            lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
        except csv.Error as error:
            self._fault(1, f"this is not CSV: {error}.")
            return [], []
        lines = [(number, row) for number, row in lines if any(row)]
        if not 2 <= len(lines) <= MAX_ROWS:
            self._fault(1, f"{max(0, len(lines) - 1):,} rows below the header; allowed: 1 to {MAX_ROWS:,}.")
            return [], []
        header, rows = lines[0][1], lines[1:]
        if not self._is_table(lines[0][0], header, rows):
            return [], []
        columns = [
            self._column(name, [(number, row[index]) for number, row in rows]) for index, name in enumerate(header)
        ]
        sound = [(factor, codes) for factor, codes in columns if factor is not None]
        return [factor for factor, _ in sound], list(zip(*(codes for _, codes in sound), strict=True))

    def _is_table(self, line: int, header: list[str], rows: list[tuple[int, list[str]]]) -> bool:
        """Whether every column has a heading of its own, and every row a cell for each."""
        twice = next((name for name, times in Counter(header).items() if times > 1), None)
        uneven = next(((number, row) for number, row in rows if len(row) != len(header)), None)
        if len(header) == 1 and (mark := next((mark for mark in ";\t" if mark in header[0]), "")):
            named = {";": "semicolons", "\t": "tabs"}[mark]
            self._fault(line, f"the columns are separated by {named}; commas are needed. Save it as CSV (comma).")
        elif len(header) > MAX_COLUMNS:
            self._fault(line, f"{len(header):,} columns; at most {MAX_COLUMNS:,}.")
        elif "" in header:
            self._fault(line, "a column has no heading.")
        elif twice is not None:
            self._fault(line, f"two columns are headed {shown(twice)}.")
        else:
            for name in self.known:
                if name not in header:
                    self._fault(line, f"there is no column for the factor {shown(name)}.")
            if uneven is None:
                return True
            self._fault(uneven[0], f"{len(uneven[1])} cells under {len(header)} headings.")
        return False

    def _column(self, name: str, cells: list[tuple[int, str]]) -> tuple[Factor | None, list[float | None]]:
        values = [(number, _value(cell)) for number, cell in cells]
        factor = self.known.get(name)
        if factor is None:
            levels = list({json.dumps(value): value for _, value in values if value is not None}.values())
            if not levels:
                self._fault(1, f"the column {shown(name)} is empty.")
                return None, []
            problems = self.reader.problems
            before = len(problems)
            factors, _ = FactorRow(self.reader, self.scenarios, name, FactorTable(levels=tuple(levels)), _FILE).read()
            problems[before:] = [self._in_file(problem, name, values) for problem in problems[before:]]
            factor = factors[0] if factors else None
        return factor, [] if factor is None else [self._code(factor, name, *value) for value in values]

    def _code(self, factor: Factor, name: str, number: int, value: Any) -> float | None:
        """The code of a cell."""
        if value is None and factor.paths:
            return None
        if factor.listed:
            labels = list(factor.labels)
            own = [json.dumps(values[0]) for values in factor.values] if name in factor.paths else []
            if json.dumps(value) in own:
                return float(own.index(json.dumps(value)))
            called = next((name for name in (value, label(value), str(value)) if name in labels), None)
            if called is not None:
                return float(labels.index(called))
        elif isinstance(value, int | float) and not isinstance(value, bool) and factor.low <= value <= factor.high:
            return float(value)
        allowed = ", ".join(map(str, factor.labels[:10])) or f"{factor.low:g} to {factor.high:g}"
        self._fault(number, f"{name}: got {shown(value)}; allowed: {allowed}.")
        return None

    def _fault(self, line: int, message: str) -> None:
        self.reader.note(Problem(message, file=self.file, line=line, code="list"))

    def _in_file(self, problem: Problem, name: str, values: list[tuple[int, Any]]) -> Problem:
        """A fault of a column at the line of the level that it is about, if it is about one."""
        message = problem.message.removeprefix(f"{name}: ")
        levels = [(number, shown(own)) for number, value in values for own in (label(value), str(label(value)))]
        lines = (number for number, level in levels if message.startswith(f"at {level}: "))
        return replace(problem, message=message, file=self.file, line=next(lines, 1), path=name, source="")


def _value(cell: str) -> Any:
    """A cell as TOML would have it: a number, true or false, a list or table in JSON, else a text; None if empty."""
    if not cell:
        return None
    if cell.lower() in ("true", "false"):  # spreadsheets write TRUE
        return cell.lower() == "true"
    if _WHOLE.fullmatch(cell):
        return int(cell)
    try:
        number = float(cell)
        if number.is_integer() and abs(number) < 2**53:  # a table of numbers writes 1.0 for 1
            return int(number)
        return number if math.isfinite(number) else cell
    except ValueError:
        pass
    if cell[0] in "[{":
        try:
            value = json.loads(cell, parse_constant=str)
            return cell if is_too_deep(value) else value
        except (ValueError, RecursionError):
            return cell
    return cell
