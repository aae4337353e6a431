"""Trajectories: what went on between one reading and the next, week by week."""

from __future__ import annotations

from cascadesim.model.codes import HOUR_MINUTES, WEEK_MINUTES, Wait
from cascadesim.model.layout import CLIENT_LEVELS, PURPOSES, STATE_LEVELS, TIER_WAITS, Layout, booked_names
from cascadesim.model.plan import Plan
from cascadesim.model.tally import Tally

TIER_MEANS = (*STATE_LEVELS, "on_notice", "unsupervised", "delivering", "idle_active")
HOURS = {
    "available": "available_rate",
    **{purpose: f"rate.{purpose}" for purpose in PURPOSES},
    "overtime": "overtime_rate",
}
TIER_TOTALS = ("recruited", "passed", "certified", "exited")
CLIENT_TOTALS = ("referred", "started", "completed", "dropped_out", "never_started", "reneged", "lost_on_exit")


def _columns(plan: Plan) -> list[tuple[str, str, bool, int]]:
    """(column, level or count, whether it is a count, minutes in its unit), in order."""
    columns: list[tuple[str, str, bool, int]] = []
    for tier in plan.tiers:
        owner = f"tier.{tier.name}."
        columns += [(owner + name, owner + name, False, 1) for name in TIER_MEANS]
        columns += [(f"{owner}hours.{name}", owner + level, False, HOUR_MINUTES) for name, level in HOURS.items()]
        waits = [f"{owner}waiting.{wait.name.lower()}.{each}" for wait in TIER_WAITS for each in booked_names(wait)]
        columns += [(name, name, False, 1) for name in waits]
        totals = (*TIER_TOTALS, *(f"exits.{reason}" for reason in tier.exit_names))
        columns += [(owner + name, owner + name, True, 1) for name in totals]
    if plan.clients is not None:
        means = (*CLIENT_LEVELS, *(f"waiting.care.{each}" for each in booked_names(Wait.CARE)))
        columns += [(f"clients.{name}", f"clients.{name}", False, 1) for name in means]
        columns += [(f"clients.{name}", f"clients.{name}", True, 1) for name in CLIENT_TOTALS]
    return columns


def trajectory_columns(plan: Plan, layout: Layout) -> tuple[str, ...]:
    """`week`, the end of the interval that a row describes, then one column each; the replication is not among them.

    People, clients, hours a week and those waiting under a constraint are time means over the interval since the row
    before (the first since week 0); recruited, passed, certified, exited, exits by reason and what became of clients
    are totals since week 0. A plan without clients has no `clients.` columns.
    """
    del layout
    return ("week", *(column for column, *_ in _columns(plan)))


def trajectory_rows(plan: Plan, layout: Layout, tally: Tally) -> list[tuple[float, ...]]:
    """One row for each of `plan.trajectory`, as `trajectory_columns` names them."""
    levels = {name: place for place, name in enumerate(layout.levels)}
    counts = {name: place for place, name in enumerate(layout.counts)}
    places = [
        (counts[source] if is_count else levels[source], is_count, unit) for _, source, is_count, unit in _columns(plan)
    ]
    closing = set(plan.trajectory)
    rows: list[tuple[float, ...]] = []
    before_minute, before_areas = 0, (0,) * len(layout.levels)
    for snapshot in tally.snapshots:
        if snapshot.minute not in closing:
            continue
        minutes, areas = snapshot.minute - before_minute, snapshot.areas
        row = [snapshot.minute / WEEK_MINUTES]
        for place, is_count, unit in places:
            if is_count:
                row.append(float(snapshot.counts[place]))
            else:
                row.append((areas[place] - before_areas[place]) / (minutes * unit))
        rows.append(tuple(row))
        before_minute, before_areas = snapshot.minute, areas
    return rows
