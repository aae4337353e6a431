"""Trajectories: what went on between one reading and the next, week by week."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cascadesim.model.constraints import booked_of, waits_of
from cascadesim.model.counters import CLIENT_LEVELS, CounterLayout, state_levels
from cascadesim.model.enums import Wait
from cascadesim.model.plan import Plan, Scope, TierScope
from cascadesim.model.replication import Snapshot, Tally
from cascadesim.model.units import HOUR_MINUTES, WEEK_MINUTES

STATES = ("candidate", "in_training", "apprentice", "active", "on_notice", "unsupervised", "delivering", "idle_active")
STATES_OF = {"absence": "absent", "target": "vacant", "idle": "not_deployed", "refresher": "missed_refresher"}
"""States that only a mechanism brings about."""
HOURS = {
    "available": "available_rate",
    "supervision_given": "rate.supervision_given",
    "supervision_received": "rate.supervision_received",
    "training_given": "rate.training_given",
    "training_taken": "rate.training_taken",
    "clients": "rate.clients",
    "overtime": "overtime_rate",
}
HOURS_OF = {
    "research": ("research", "rate.research"),
    "duties": ("other_duties", "rate.other_duties"),
    "run_off": ("run_off", "run_off_rate"),
}
TIER_TOTALS = ("recruited", "passed", "certified", "exited")
CLIENT_TOTALS = ("referred", "started", "completed", "dropped_out", "never_started", "reneged", "lost_on_exit")
CLIENT_TOTALS_OF = {"screening": "screened_out", "own_life": "left_for_own_reason"}
Value = Callable[[Snapshot], float]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the mean of a level over the interval, in units of so many; else a total, or what `now` reads.

    The level is of the column's own name unless `source` gives another.
    """

    name: str
    unit: int = 1
    total: bool = False
    now: Value | None = None
    source: str = ""


def _columns(scope: Scope) -> list[Column]:
    """Every column of a run, in order."""
    columns = [column for tier in scope.tiers for column in _tier_columns(tier)]
    if scope.clients is not None:
        mechanisms = scope.clients.mechanisms
        means = (*CLIENT_LEVELS, *(f"waiting.care.{name}" for name in booked_of(Wait.CARE, mechanisms)))
        columns += [Column(f"clients.{name}") for name in means]
        totals = (*CLIENT_TOTALS, *(name for needs, name in CLIENT_TOTALS_OF.items() if needs in mechanisms))
        columns += [Column(f"clients.{name}", total=True) for name in totals]
    states = enumerate(state_levels(scope.states, scope.sites))
    return columns + [Column(f"organisation.{name}", now=_state(index)) for index, name in states]


def _tier_columns(tier: TierScope) -> list[Column]:
    owner, mechanisms = f"tier.{tier.name}.", tier.mechanisms
    states = (*STATES, *(state for needs, state in STATES_OF.items() if needs in mechanisms))
    columns = [Column(owner + name) for name in states]
    hours = HOURS | dict(row for needs, row in HOURS_OF.items() if needs in mechanisms)
    columns += [Column(f"{owner}hours.{name}", HOUR_MINUTES, source=owner + level) for name, level in hours.items()]
    for wait in waits_of(mechanisms):
        columns += [Column(f"{owner}waiting.{wait.name.lower()}.{name}") for name in booked_of(wait, mechanisms)]
    totals = (*TIER_TOTALS, *(f"exits.{reason}" for reason in tier.exit_names))
    columns += [Column(owner + name, total=True) for name in totals]
    if "competence" in mechanisms:
        columns.append(Column(f"{owner}competence", now=_competence(tier.level)))
    return columns


def _competence(level: int) -> Value:
    return lambda snapshot: snapshot.competence[level][1]


def _state(index: int) -> Value:
    return lambda snapshot: snapshot.states[index]


def trajectory_columns(scope: Scope) -> tuple[str, ...]:
    """`week`, the end of the interval that a row describes, then one column each; the replication is not among them.

    People, clients, hours a week and those waiting under a constraint are time means over the interval since the row
    before (the first since week 0); recruited, passed, certified, exited, exits by reason and what became of clients
    are totals since week 0; mean competence and states of the organisation are as they stand at the end of it. A run
    without clients has no `clients.` columns, and one without a mechanism none of those that it brings about.
    """
    return ("week", *(column.name for column in _columns(scope)))


class Trajectories:
    """The trajectories of the replications of one plan, looked up once for all of them."""

    def __init__(self, plan: Plan, layout: CounterLayout) -> None:
        columns = _columns(plan.scope)
        means = [column for column in columns if not column.total and column.now is None]
        totals = [column for column in columns if column.total]
        nows = {column.name: column.now for column in columns if column.now is not None}
        names = [*(column.name for column in means), *(column.name for column in totals), *nows]
        cell_of = {name: cell for cell, name in enumerate(names, start=1)}
        self.names = ("week", *(column.name for column in columns))
        self._arranged = [0, *(cell_of[column.name] for column in columns)]
        self._levels = [layout.level_at[column.source or column.name] for column in means]
        self._units = np.array([column.unit for column in means], np.int64)
        self._counts = [layout.count_at[column.name] for column in totals]
        self._nows = list(nows.values())
        self._ends = set(plan.trajectory)

    def __call__(self, tally: Tally) -> np.ndarray:
        """One row for each of `plan.trajectory`, columns as `names` has them."""
        snapshots = [snapshot for snapshot in tally.snapshots if snapshot.minute in self._ends]
        if not snapshots:
            return np.empty((0, len(self.names)))
        ends = np.array([[snapshot.minute] for snapshot in snapshots], np.int64)
        levels = np.array([snapshot.levels for snapshot in snapshots], np.int64)[:, self._levels]
        times = np.array([snapshot.change_times for snapshot in snapshots], np.int64)[:, self._levels]
        counts = np.array([snapshot.counts for snapshot in snapshots], np.int64)[:, self._counts]
        areas = np.diff(levels * ends - times, axis=0, prepend=0)
        means = areas / (np.diff(ends, axis=0, prepend=0) * self._units)
        nows = np.array([[now(snapshot) for now in self._nows] for snapshot in snapshots], float)
        return np.hstack([ends / WEEK_MINUTES, means, counts, nows])[:, self._arranged]
