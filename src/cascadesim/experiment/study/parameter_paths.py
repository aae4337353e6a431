"""Where a dotted path leads in the scenarios of a study: what stands there, and whether a value may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cascadesim.errors import CascadeError, UsageError
from cascadesim.experiment.study.factors import plain_number
from cascadesim.experiment.study.reader import Reader, about
from cascadesim.scenario.document import Document, KeyPath
from cascadesim.scenario.key_tree import Node
from cascadesim.scenario.load import from_resolved, with_changes
from cascadesim.scenario.overrides import look_up

if TYPE_CHECKING:
    from cascadesim.scenario.schema import Scenario

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
        value = self.first
        while isinstance(value, dict | list):
            if isinstance(value, dict) and "low" in value and "high" in value and "dist" not in value:
                low, high = plain_number(value["low"]), plain_number(value["high"])
                return None if low is None or high is None else (low, high)
            inner = value.get("value", value.get("rate")) if isinstance(value, dict) else value[:1]
            value = inner[0] if isinstance(inner, list) and len(value) == 1 and inner else inner
            if isinstance(value, list):
                return None
        return None

    @property
    def whole(self) -> bool:
        """Whether it takes whole numbers only."""
        return self.node.kind == "whole"

    @property
    def unit(self) -> str:
        """Its unit, as `cascadesim explain` has it; empty where it has none."""
        from cascadesim.scenario.explain import scenario_reference

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
