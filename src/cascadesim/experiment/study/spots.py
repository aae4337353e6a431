"""Where a dotted path leads in the scenarios of a study: what stands there, and whether a value may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cascadesim.errors import CascadeError, UsageError
from cascadesim.experiment.study.ask import about
from cascadesim.scenario.document import Document, KeyPath
from cascadesim.scenario.key_tree import Node
from cascadesim.scenario.load import from_resolved, with_changes
from cascadesim.scenario.overrides import look_up

if TYPE_CHECKING:
    from cascadesim.experiment.study.ask import Ask
    from cascadesim.scenario.schema import Scenario

FORM = frozenset({"wrong_value", "unknown_key", "missing", "conflict", "wrong_table", "invalid"})
"""What is said of a value that may not stand at its place whatever else the scenario says."""


@dataclass(frozen=True)
class Spot:
    """One key: its dotted path, what may stand there, and what does in each base (None where nothing is given)."""

    path: str
    node: Node
    values: dict[str, Any]

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


def plain_number(value: Any) -> float | None:
    """The number that a value is, or that a quantity, a constant or an unchanging rate has; else None."""
    while isinstance(value, dict | list):
        if isinstance(value, dict):
            value = value.get("value", value.get("rate"))
        else:
            value = value[0] if len(value) == 1 else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def origins(ask: Ask, place: KeyPath, spots: list[Spot]) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """(base, the number of each path in it) for a factor that multiplies; a path without a number is noted."""
    found: dict[str, list[float]] = {}
    for spot in spots:
        for base, value in spot.values.items():
            number = plain_number(value)
            if number is None:
                ask.fault(place, f"{spot.path} is no number that could be multiplied.", code="wrong_value")
                return ()
            found.setdefault(base, []).append(number)
    return tuple((base, tuple(numbers)) for base, numbers in found.items())


class Spots:
    """The scenarios of a study, in which paths are looked up."""

    def __init__(self, ask: Ask, bases: dict[str, Scenario]) -> None:
        self.ask = ask
        self.bases = bases
        self.data = {name: base.resolved() for name, base in bases.items()}
        self._documents = {name: Document(data, name=name) for name, data in self.data.items()}
        self._resolved = {name: from_resolved(data) for name, data in self.data.items()}

    def find(self, place: KeyPath, path: str, whole_table: bool = False) -> Spot | None:
        """The key of this path in every base; None where one of them has none, which is noted at `place`."""
        found, node = {}, None
        for name, document in self._documents.items():
            try:
                _, node, found[name] = look_up(document, path, whole_table)
            except UsageError as fault:
                self.ask.passed_on(place, fault, self._of(name), path if place[-1:] == (path,) else "")
                return None
        return None if node is None else Spot(path, node, found)

    def refuses(self, place: KeyPath, changes: dict[str, Any], base: str, said: str) -> str:
        """Why the scenario `base` cannot be run with these changes, if it cannot.

        What is wrong whatever else a point changes is noted as a fault.
        """
        try:
            with_changes(self._resolved[base], changes, warn=False)
        except CascadeError as fault:
            by_form = [problem for problem in fault.problems if problem.code in FORM]
            for problem in by_form[:1]:
                message = f"{said}{self._of(base)}{about(problem, *changes)}"
                self.ask.fault(place, message, problem.hint, problem.code)
            return "" if by_form else about(fault.problems[0], *changes)
        return ""

    def _of(self, name: str) -> str:
        return f'in "{name}": ' if len(self.bases) > 1 else ""


def unit_at(path: str) -> str:
    """The unit of a key, as `cascadesim explain` has it; empty where it has none."""
    from cascadesim.scenario.explain import scenario_reference

    try:
        entries = scenario_reference().find(path.removesuffix(".value"))
    except UsageError:
        return ""
    unit = entries[0].unit if len(entries) == 1 else ""
    return "" if unit.split()[0] in ("none", "that", "table", "list", "true", "text", "name", "names") else unit
