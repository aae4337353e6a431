"""Every fault of form at once: find, repair with something harmless, look again until the document stands."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from cascadesim.scenario.fault import DROP, Fault
from cascadesim.scenario.faults import read
from cascadesim.scenario.keys import tree
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario

MOST_FAULTS = 500
"""More are not told: a file with so many is not a scenario with mistakes in it."""

_MOST_ROUNDS = 30


@dataclass(frozen=True)
class Form:
    """What a document says once its faults are repaired.

    `scenario` is None where no repair helped. `doubts` are the paths that do not say what the file says; nothing
    further should be concluded from them.
    """

    scenario: Scenario | None
    data: dict[str, Any]
    faults: tuple[Fault, ...]
    doubts: frozenset[Path]


def look(data: dict[str, Any]) -> Form:
    """Check the form of a whole document against the schema."""
    repaired = data
    faults: list[Fault] = []
    doubts: set[Path] = set()
    for _ in range(_MOST_ROUNDS):
        if len(faults) >= MOST_FAULTS:
            break
        try:
            scenario = Scenario.model_validate(repaired)
        except ValidationError as error:
            records = error.errors(include_url=False, include_context=True)
        else:
            return Form(scenario, repaired, tuple(faults), frozenset(doubts))
        repaired = copy.deepcopy(data) if repaired is data else repaired
        found = [read(tree(), repaired, record) for record in records[:MOST_FAULTS]]
        for fault in sorted(found, key=lambda fault: fault.code == "missing"):
            if not _doubtful(fault, doubts):
                faults.append(fault)
            doubts.update(fault.doubts if fault.repair is DROP else (fault.path, fault.mends or fault.path))
            _repair(repaired, fault)
    return Form(None, repaired, tuple(faults), frozenset(doubts))


def _doubtful(fault: Fault, doubts: set[Path]) -> bool:
    """Whether a fault only follows from one already told."""
    size = len(fault.path)
    inside = fault.together and any(doubt[:size] == fault.path for doubt in doubts)
    return inside or any(fault.path[: len(doubt)] == doubt for doubt in doubts)


def _repair(data: dict[str, Any], fault: Fault) -> None:
    *tables, key = fault.mends or fault.path
    home: Any = data
    for part in tables:
        if isinstance(home, dict) and part not in home:
            return  # the table around it is gone already
        home = home[part]
    if fault.repair is DROP:
        if isinstance(home, dict):
            home.pop(key, None)
    else:
        home[key] = fault.repair
