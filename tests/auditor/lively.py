"""Runs of a scenario in which nearly everything happens, to plant faults in."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from auditor.edits import Log
from auditor.replay import Trajectories
from auditor.rows import Row
from cascadesim import load, simulate

SCENARIO = Path(__file__).with_name("lively.toml")
REPLICATIONS = 12


class Reported(NamedTuple):
    """What a run gives, as `audit` takes it after the scenario."""

    log: Log
    kpis: dict[str, float]
    trajectories: Trajectories


@cache
def resolved() -> dict[str, Any]:
    """The lively scenario with its defaults filled in."""
    return _scenario().resolved()


def fresh() -> Iterator[Reported]:
    """The rows, the KPIs and the trajectories of a few replications, run now."""
    for number in range(REPLICATIONS):
        run = simulate(_scenario(), replication=number, events=True)
        trajectories = (run.trajectories.columns, run.trajectories.rows)
        yield Reported([Row(*row[1:]) for row in run.events.rows], dict(run.kpis), trajectories)


@cache
def logs() -> list[Reported]:
    """The same, run once."""
    return list(fresh())


@cache
def _scenario() -> Any:
    return load(SCENARIO)


def told(path: str, value: Any) -> dict[str, Any]:
    """The lively scenario as the auditor would read it with another value at a dotted path."""
    changed = copy.deepcopy(resolved())
    *heads, last = path.split(".")
    table = changed
    for head in heads:
        table = table[head]
    table[last] = value
    return changed
