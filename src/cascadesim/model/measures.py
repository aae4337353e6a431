"""The measures (KPIs) of one replication: integers in, one float each, derived once at the end.

What each is stands in `measure_rows.py`; the trajectories are in `trajectory.py`.
"""

from __future__ import annotations

import re

from cascadesim.lookup import pick
from cascadesim.model.layout import Layout
from cascadesim.model.measure_rows import (
    CLIENT_MEASURES,
    CLIENT_REPORTS,
    COURSE_MEASURES,
    IDLE,
    LOWER,
    SHARE_MEASURES,
    STATE_MEASURES,
    SUPERVISED,
    TIER_COUNT_MEASURES,
    TIER_REPORTS,
    YIELD_MEASURES,
    client_rows,
    tier_rows,
)
from cascadesim.model.plan import Plan
from cascadesim.model.readings import read
from cascadesim.model.tally import Tally
from cascadesim.model.trajectory import trajectory_columns, trajectory_rows

__all__ = ["better", "measure", "trajectory_columns", "trajectory_rows", "unit_of"]

_AT_WEEK = re.compile(r"_at_week_\d+$")
_CLIENT_UNITS = {name: (row.unit, row.better) for name, row in CLIENT_MEASURES.items()}
_TIER_UNITS = {
    name: (row.unit, row.better)
    for table in (
        TIER_COUNT_MEASURES,
        COURSE_MEASURES,
        STATE_MEASURES,
        SHARE_MEASURES,
        SUPERVISED,
        IDLE,
        YIELD_MEASURES,
    )
    for name, row in table.items()
}


def measure(plan: Plan, layout: Layout, tally: Tally) -> dict[str, float]:
    """Every KPI of one replication by name: clients first, then tiers from the top; nan where undefined.

    Names and their order depend on the plan alone. A plan without clients has no `clients.` KPIs.
    """
    found: dict[str, float] = {}
    for readings in read(plan, layout, tally):
        rows = client_rows(plan) if readings.level < 0 else tier_rows(plan, plan.tiers[readings.level])
        for name, row in rows.items():
            found[readings.owner + name] = row.value(readings)
    return found


def unit_of(name: str) -> str:
    """The unit of a KPI: people, clients, courses, sessions, hand-overs, share, weeks, week (a date), ...-weeks."""
    return _describe(name)[0]


def better(name: str) -> str:
    """`higher` or `lower`, whichever is better for the programme; empty where neither is."""
    return _describe(name)[1]


def _describe(name: str) -> tuple[str, str]:
    """(unit, better) from the name alone; an unknown name is a `UsageError` that says what is known."""
    owner, _, rest = name.partition(".")
    clients = owner == "clients"
    what = rest if clients else rest.partition(".")[2]
    if what.startswith("waiting.") and what.endswith("_weeks"):
        return ("client-weeks" if clients else "person-weeks"), LOWER
    if what.startswith("exits.") and not clients:
        return "people", LOWER
    reports = CLIENT_REPORTS if clients else TIER_REPORTS
    reported = _AT_WEEK.sub("", what)
    if reported != what and reported in reports:
        return ("clients" if clients else "people"), reports[reported]
    return pick(_CLIENT_UNITS if clients else _TIER_UNITS, what, f"measure in {name!r}: ")
