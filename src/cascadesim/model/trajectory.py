"""Trajectories: what went on between one reading and the next, week by week."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter

from cascadesim.model.codes import HOUR_MINUTES, WEEK_MINUTES, Wait
from cascadesim.model.layout import CLIENT_LEVELS, Layout
from cascadesim.model.organisation_rows import places
from cascadesim.model.plan import Plan, TierPlan
from cascadesim.model.tally import Snapshot, Tally
from cascadesim.model.waits import booked_of, waits_of

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
HOURS_OF = {"research": "rate.research", "duties": "rate.other_duties", "run_off": "run_off_rate"}
TIER_TOTALS = ("recruited", "passed", "certified", "exited")
CLIENT_TOTALS = ("referred", "started", "completed", "dropped_out", "never_started", "reneged", "lost_on_exit")
CLIENT_TOTALS_OF = {"screening": "screened_out", "own_life": "left_for_own_reason"}
Value = Callable[[Snapshot], float]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the mean of a level over the interval, in units of so many; else a total, or what `now` reads."""

    name: str
    source: str = ""
    unit: int = 1
    total: bool = False
    now: Value | None = None


def hours_name(mechanism: str) -> str:
    """The purpose whose hours a mechanism brings about."""
    return HOURS_OF[mechanism].removeprefix("rate.").removesuffix("_rate")


def _columns(plan: Plan) -> list[Column]:
    """Every column of a plan, in order."""
    columns = [column for tier in plan.tiers for column in _tier_columns(tier)]
    if plan.clients is not None:
        mechanisms = plan.clients.mechanisms
        means = (*CLIENT_LEVELS, *(f"waiting.care.{each}" for each in booked_of(Wait.CARE, mechanisms)))
        columns += [Column(f"clients.{name}", f"clients.{name}") for name in means]
        totals = (*CLIENT_TOTALS, *(name for each, name in CLIENT_TOTALS_OF.items() if each in mechanisms))
        columns += [Column(f"clients.{name}", f"clients.{name}", total=True) for name in totals]
    columns += [Column(f"organisation.{name}", now=_state(place)) for name, place in places(plan).items()]
    return columns


def _tier_columns(tier: TierPlan) -> list[Column]:
    owner, mechanisms = f"tier.{tier.name}.", tier.mechanisms
    states = (*STATES, *(state for mechanism, state in STATES_OF.items() if mechanism in mechanisms))
    columns = [Column(owner + name, owner + name) for name in states]
    hours = HOURS | {hours_name(each): level for each, level in HOURS_OF.items() if each in mechanisms}
    columns += [Column(f"{owner}hours.{name}", owner + level, HOUR_MINUTES) for name, level in hours.items()]
    for wait in waits_of(mechanisms):
        names = (f"{owner}waiting.{wait.name.lower()}.{each}" for each in booked_of(wait, mechanisms))
        columns += [Column(name, name) for name in names]
    totals = (*TIER_TOTALS, *(f"exits.{reason}" for reason in tier.exit_names))
    columns += [Column(owner + name, owner + name, total=True) for name in totals]
    if "competence" in mechanisms:
        columns.append(Column(f"{owner}competence", now=_competence(tier.level)))
    return columns


def _competence(level: int) -> Value:
    return lambda snapshot: snapshot.competence[level][1]


def _state(place: int) -> Value:
    return lambda snapshot: snapshot.states[place]


def trajectory_columns(plan: Plan, layout: Layout) -> tuple[str, ...]:
    """`week`, the end of the interval that a row describes, then one column each; the replication is not among them.

    People, clients, hours a week and those waiting under a constraint are time means over the interval since the row
    before (the first since week 0); recruited, passed, certified, exited, exits by reason and what became of clients
    are totals since week 0; mean competence and states of the organisation are as they stand at the end of it. A plan
    without clients has no `clients.` columns, and one without a mechanism none of those that it brings about.
    """
    del layout
    return ("week", *(column.name for column in _columns(plan)))


def trajectory_rows(plan: Plan, layout: Layout, tally: Tally) -> list[tuple[float, ...]]:
    """One row for each of `plan.trajectory`, as `trajectory_columns` names them."""
    levels, counts = layout.level_at, layout.count_at
    columns = _columns(plan)
    means = [column for column in columns if not column.total and column.now is None]
    totals = [column for column in columns if column.total]
    nows = [column.now for column in columns if column.now is not None]
    by_kind = [*means, *totals, *(column for column in columns if column.now is not None)]
    cell_of = {column.name: cell for cell, column in enumerate(by_kind)}
    arranged = itemgetter(*(cell_of[column.name] for column in columns))
    units = [column.unit for column in means]
    level_at, count_at = [levels[each.source] for each in means], [counts[each.source] for each in totals]
    closing = set(plan.trajectory)
    rows: list[tuple[float, ...]] = []
    before, opened = 0, [0] * len(means)
    for snapshot in tally.snapshots:
        if snapshot.minute not in closing:
            continue
        minute, level, moment = snapshot.minute, snapshot.levels, snapshot.moments
        areas = [level[place] * minute - moment[place] for place in level_at]
        minutes = minute - before
        cells = [
            *[(area - was) / (minutes * unit) for area, was, unit in zip(areas, opened, units, strict=True)],
            *[float(snapshot.counts[place]) for place in count_at],
            *[now(snapshot) for now in nows],
        ]
        rows.append((minute / WEEK_MINUTES, *arranged(cells)))
        before, opened = minute, areas
    return rows
