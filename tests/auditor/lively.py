"""Runs of a scenario in which nearly everything happens, to plant faults in; and what an engine counts in a run."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from auditor.counters import Counters
from auditor.edits import Log
from auditor.replay import Trajectories
from auditor.rows import Row
from cascadesim import load, simulate
from cascadesim.engine.runtime.simpy_calendar import run_plan
from cascadesim.model.counters import counter_layout
from cascadesim.scenario.compile import compile_scenario

HERE = Path(__file__).parent
LIVELY, CAREERS, CLINICS, LIVES = "lively.toml", "careers.toml", "clinics.toml", "lives.toml"
REPLICATIONS = 12
SEED = 1


class Reported(NamedTuple):
    """What a run gives, as `audit` takes it after the scenario."""

    log: Log
    kpis: dict[str, float]
    trajectories: Trajectories
    counters: Counters | None = None
    luck: tuple[int, int] | None = None


@cache
def resolved(file: str = LIVELY) -> dict[str, Any]:
    """A lively scenario with its defaults filled in."""
    return _scenario(file).resolved()


def fresh(file: str = LIVELY) -> Iterator[Reported]:
    """The rows, the KPIs and the trajectories of a few replications, run now."""
    scenario = _scenario(file)
    for number in range(REPLICATIONS):
        run = simulate(scenario, seed=SEED, replication=number, events=True)
        trajectories = (run.trajectories.columns, run.trajectories.rows)
        log = [Row(*row[1:]) for row in run.events.rows]
        yield Reported(log, dict(run.kpis), trajectories, counted(scenario, number), (run.seed, run.replication))


def counted(scenario: Any, replication: int) -> Counters:
    """What the engine counts in one replication, by name."""
    plan = compile_scenario(scenario)
    layout, tally = counter_layout(plan), run_plan(plan, SEED, replication)
    last = tally.snapshots[-1]
    streams, languages = plan.clients.streams if plan.clients else (), (*(name for name, _ in plan.languages), "")
    classes = {
        (streams[stream].name, languages[language]): numbers
        for (stream, language), numbers in zip(layout.classes, tally.classes, strict=True)
    }
    return Counters(
        areas={name: last.integral(level) for level, name in enumerate(layout.levels)},
        counts=dict(zip(layout.counts, last.counts, strict=True)),
        classes=classes,
    )


@cache
def logs(file: str = LIVELY) -> list[Reported]:
    """The same, run once."""
    return list(fresh(file))


@cache
def _scenario(file: str) -> Any:
    return load(HERE / file)


def told(path: str, value: Any, file: str = LIVELY) -> dict[str, Any]:
    """A lively scenario as the auditor would read it with another value at a dotted path."""
    changed = copy.deepcopy(resolved(file))
    *heads, last = path.split(".")
    table = changed
    for head in heads:
        table = table[head]
    table[last] = value
    return changed
