"""A study file being read: the form of its keys, where each of them stands, and everything that is wrong so far.

And where a dotted path leads in the scenarios of the study: what stands there, and whether a value may.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cascadesim.errors import CascadeError, Problem, ScenarioError, UsageError, nearest
from cascadesim.experiment.study.definition import layers, plain_number
from cascadesim.experiment.study.file_schema import RANGE_KEYS, FactorTable, QuickTable, StudyFile
from cascadesim.experiment.study.renames import TABLES_OF_SCENARIOS, study_renames
from cascadesim.scenario.document import Document, KeyPath
from cascadesim.scenario.explain import scenario_reference
from cascadesim.scenario.key_tree import Node, key_tree, standing, walk
from cascadesim.scenario.load import from_resolved, with_changes
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.overrides import look_up
from cascadesim.scenario.problems import FileHints
from cascadesim.scenario.renames import in_new_names
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.schema_errors import validate_form

_MOST_FAULTS = 200
_FEW = 20


class _StudyHints(FileHints):
    def wrong_value(self, data: dict[str, Any], path: KeyPath, node: Node, value: Any) -> str | None:
        """How a factor is written, and a scenario."""
        del data, value
        if path[:1] in (("scenario",), ("scenarios",)) and node.kind == "text":
            return 'Write the name of a file, "../plan.toml".'
        of_factor = path[:1] == ("factors",) and node.kind == "forms"
        return "Write a list of values, [1, 2], or a range, { low = 1, high = 2 }." if of_factor else None


class Reader:
    """A study file being read: `file` is what it says once its form is repaired, `problems` what is wrong so far.

    `faults` counts them, those that follow from others and are not told too. `lost` are names of factors that could not
    be read. The only part of this package that changes.
    """

    def __init__(self, document: Document) -> None:
        self.document = with_whole_paths(in_new_names(document, study_renames(document.data)))
        form = validate_form(StudyFile, self.document.data, _StudyHints())
        self._suspect_paths = form.suspect_paths
        self.problems = [*self.document.faults, *form.problems(self.document)][:_MOST_FAULTS]
        if form.value is None:
            self.stop()
        assert form.value is not None
        self.file = form.value
        self.faults = 0
        self.lost: set[str] = set()
        self._check_lists(form.data)

    def _check_lists(self, data: dict[str, Any]) -> None:
        """No list names anything twice."""
        for path, node, value in walk(key_tree(StudyFile), data):
            real = standing(node, value)
            if real is not None and real.kind == "list" and real.item is not None and real.item.kind == "text":
                first: dict[str, int] = {}
                for index, name in enumerate(value):
                    if first.setdefault(name, index) != index:
                        self.fault((*path, index), f"{shown(name)} is named twice.", code="twice")

    def is_sound(self, path: KeyPath) -> bool:
        """Whether nothing was wrong with the form of a key, nor of what is above and below it."""
        return not any(suspect[: len(path)] == path[: len(suspect)] for suspect in self._suspect_paths)

    def fault(self, path: KeyPath, message: str, hint: str = "", code: str = "wrong_value") -> None:
        """Note a fault of the key at `path`.

        It is not told where the form of the key was at fault already. A key at the top of the file is told of all the
        same if only something below it was.
        """
        self.faults += 1
        if self.is_sound(path) or (len(path) == 1 and path not in self._suspect_paths):
            self.note(self.document.problem(path, message, hint, code))

    def note(self, *problems: Problem) -> None:
        """Tell what is wrong here or in another file."""
        self.problems += problems[: max(0, _MOST_FAULTS - len(self.problems))]

    def passed_on(self, path: KeyPath, error: CascadeError, before: str = "", key: str = "") -> None:
        """Note what somebody else found wrong with the value at `path`, at its line here; `key` is known from it."""
        for problem in error.problems:
            self.fault(path, before + about(problem, key), problem.hint, problem.code)

    def unknown(self, path: KeyPath, name: str, names: Collection[str], what: str) -> None:
        """Note a name that is none of those that there are, unless it is of something that could not be read."""
        if name in self.lost:
            return
        close = nearest(name, names)
        listed = f"Known: {', '.join(names)}." if len(names) <= _FEW else ""
        hint = f"Did you mean {close}?" if close else listed
        self.fault(path, f"there is no {what} {shown(name)}.", hint, "unknown_name")

    def stop(self) -> None:
        """Raise every fault so far: those of the study first, by line, then those of other files."""
        if self.problems:
            own = self.document.file
            order = sorted(self.problems, key=lambda problem: (problem.file != own, problem.file, problem.line or 0))
            raise ScenarioError(tuple(dict.fromkeys(order)))


def about(problem: Problem, *known: str) -> str:
    """What a problem of a scenario says, with the key that it says it of, if that is none of those `known`."""
    message = problem.message
    for key in known:
        message = message.removeprefix(f"{key}: ")
    path = problem.path.removesuffix(".value")
    return f"{problem.path}: {message}" if path and path not in known else message


def with_whole_paths(document: Document) -> Document:
    """The study with every dotted path as one key: TOML reads a path without quotes as tables in tables."""
    data, moved, faults = dict(document.data), dict[KeyPath, KeyPath](), list(document.faults)
    if isinstance(factors := data.get("factors"), dict):
        data["factors"] = factors = _whole_paths(factors, FactorTable.model_fields, ("factors",), moved)
        if len(factors) < len(moved):
            message = "a path is given twice, with quotes and without."
            faults.append(document.problem(("factors",), message, code="twice"))
        for name, factor in factors.items():
            if isinstance(factor, dict) and isinstance(together := factor.get("together"), dict):
                at = ("factors", name, "together")
                factors[name] = {**factor, "together": _whole_paths(together, RANGE_KEYS, at, moved)}
    if isinstance(changes := data.get("set"), dict):
        data["set"] = _whole_paths(changes, (), ("set",), moved)
    locations = {_moved(_moved(path, moved), moved): location for path, location in document.locations.items()}
    return replace(document, data=data, locations=locations, faults=tuple(faults))


def _whole_paths(
    table: dict[str, Any], ends: Collection[str], at: KeyPath, moved: dict[KeyPath, KeyPath]
) -> dict[str, Any]:
    """A table of dotted paths; tables of it are gone into down to one that has a key of `ends`."""
    whole = {}
    for keys, value in _rows(table, ends):
        whole[".".join(keys)] = value
        moved[(*at, *keys)] = (*at, ".".join(keys))
    return whole


def _rows(
    table: dict[str, Any], ends: Collection[str], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in table.items():
        goes_on = isinstance(value, dict) and value and "." not in key and not set(ends) & set(value)
        if goes_on and (above or key in TABLES_OF_SCENARIOS):
            yield from _rows(value, ends, (*above, key))
        else:
            yield (*above, key), value


def _moved(path: KeyPath, moved: dict[KeyPath, KeyPath]) -> KeyPath:
    size = next((size for size in range(len(path), 1, -1) if path[:size] in moved), 0)
    return (*moved[path[:size]], *path[size:]) if size else path


def in_quick_size(document: Document) -> Document:
    """The study that `[quick]` asks for: its keys in the place of those of the study, factors one by one.

    Faults are told at the lines of `[quick]`. Raises `UsageError` where the study has no such table.
    """
    quick = document.data.get("quick")
    if not isinstance(quick, dict):
        raise UsageError(
            f"{document.file or document.name} has no small size.",
            hint="Give one: [quick] with design, replications or factors; or leave out --quick.",
            code="no_quick",
        )
    data = {key: value for key, value in document.data.items() if key != "quick"}
    changed = {key: value for key, value in quick.items() if key in QuickTable.model_fields}
    if isinstance(changed.get("factors"), dict) and isinstance(data.get("factors"), dict):
        changed["factors"] = data["factors"] | changed["factors"]
    inside = {path[1:]: location for path, location in document.locations.items() if path[0] == "quick" and path[1:]}
    heads = {path[:2] if path[0] == "factors" else path[:1] for path in inside}
    kept = {
        path: location
        for path, location in document.locations.items()
        if path[0] != "quick" and not {path[:1], path[:2]} & heads
    }
    return replace(document, data=data | changed, locations=kept | inside, name=f"{document.name}-quick")


_OF_FORM = frozenset({"wrong_value", "unknown_key", "missing", "conflict", "wrong_table", "invalid"})
"""Codes of what is said of a value that may not stand at its key whatever else the scenario says."""


@dataclass(frozen=True)
class ParameterPath:
    """One key: its dotted path, what may stand there, and what does in each base (None where nothing is given)."""

    path: str
    node: Node
    values: Mapping[str, Any]

    @property
    def first(self) -> Any:
        """What stands there in the first base."""
        return next(iter(self.values.values()))

    @property
    def number(self) -> float | None:
        """The number there in the first base, if it is one."""
        return plain_number(self.first)

    @property
    def marked(self) -> tuple[float, float] | None:
        """The range that the first base marks there, if it marks one."""
        for value in layers(self.first):
            if isinstance(value, dict) and "low" in value and "high" in value and "dist" not in value:
                low, high = plain_number(value["low"]), plain_number(value["high"])
                return None if low is None or high is None else (low, high)
        return None

    @property
    def whole(self) -> bool:
        """Whether it takes whole numbers only."""
        return self.node.kind == "whole"

    @property
    def unit(self) -> str:
        """Its unit, as `cascadesim explain` has it; empty where it has none."""
        try:
            entries = scenario_reference().find(self.path.removesuffix(".value"))
        except UsageError:
            return ""
        unit = entries[0].unit if len(entries) == 1 else ""
        return "" if unit.split()[0] in ("none", "that", "table", "list", "true", "text", "name", "names") else unit


class BaseScenarios:
    """The scenarios that a study starts from, in which paths are looked up; `data` has them resolved, by name."""

    def __init__(self, reader: Reader, scenarios: Mapping[str, Scenario]) -> None:
        self._reader = reader
        self.scenarios = scenarios
        self.data = {name: scenario.resolved() for name, scenario in scenarios.items()}
        self._documents = {name: Document(data, name=name) for name, data in self.data.items()}
        self._resolved = {name: from_resolved(data) for name, data in self.data.items()}

    @property
    def first(self) -> str:
        """The name of the first base."""
        return next(iter(self.data))

    def find(self, at: KeyPath, path: str, whole_table: bool = False) -> ParameterPath | None:
        """The key of this dotted path in every base; None where one of them has none, which is noted at `at`."""
        values, node = {}, None
        for name, document in self._documents.items():
            try:
                _, node, values[name] = look_up(document, path, whole_table)
            except UsageError as error:
                self._reader.passed_on(at, error, self._in(name), path if at[-1:] == (path,) else "")
                return None
        return None if node is None else ParameterPath(path, node, values)

    def refusal(self, at: KeyPath, changes: dict[str, Any], base: str, before: str) -> str:
        """Why the scenario `base` cannot be run with these changes, if it cannot.

        What is wrong whatever else a point changes is noted as a fault, with `before` before it.
        """
        try:
            with_changes(self._resolved[base], changes, warn=False)
        except CascadeError as error:
            of_form = [problem for problem in error.problems if problem.code in _OF_FORM]
            for problem in of_form[:1]:
                message = f"{before}{self._in(base)}{about(problem, *changes)}"
                self._reader.fault(at, message, problem.hint, problem.code)
            return "" if of_form else about(error.problems[0], *changes)
        return ""

    def _in(self, name: str) -> str:
        return f'in "{name}": ' if len(self.scenarios) > 1 else ""
