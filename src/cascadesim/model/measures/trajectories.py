"""Trajectories: what went on between one reading and the next, week by week."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter

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


def trajectory_rows(plan: Plan, layout: CounterLayout, tally: Tally) -> list[tuple[float, ...]]:
    """One row for each of `plan.trajectory`, as `trajectory_columns` names them."""
    columns = _columns(plan.scope)
    means = [column for column in columns if not column.total and column.now is None]
    totals = [column for column in columns if column.total]
    by_kind = [*means, *totals, *(column for column in columns if column.now is not None)]
    nows = [column.now for column in columns if column.now is not None]
    cell_of = {column.name: cell for cell, column in enumerate(by_kind)}
    arranged = itemgetter(*(cell_of[column.name] for column in columns))
    units = [column.unit for column in means]
    levels = [layout.level_at[column.source or column.name] for column in means]
    counts = [layout.count_at[column.name] for column in totals]
    closing = set(plan.trajectory)
    rows: list[tuple[float, ...]] = []
    before, opened = 0, [0] * len(means)
    for snapshot in tally.snapshots:
        if snapshot.minute not in closing:
            continue
        minute, values, times = snapshot.minute, snapshot.levels, snapshot.change_times
        integrals = [values[level] * minute - times[level] for level in levels]
        minutes = minute - before
        cells = [
            *[(now - was) / (minutes * unit) for now, was, unit in zip(integrals, opened, units, strict=True)],
            *[float(snapshot.counts[count]) for count in counts],
            *[now(snapshot) for now in nows],
        ]
        rows.append((minute / WEEK_MINUTES, *arranged(cells)))
        before, opened = minute, integrals
    return rows
