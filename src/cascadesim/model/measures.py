"""The measures (KPIs) of one replication: integers in, one float each, derived once at the end.

What each is stands in `measure_rows.py` and the tables that it brings together, and in `money.py`; the trajectories are
in `trajectory.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from cascadesim.lookup import pick
from cascadesim.model.class_rows import CLASS_MEASURES, KINDS
from cascadesim.model.kinds import HIGHER, LOWER, Rows
from cascadesim.model.layout import Layout
from cascadesim.model.measure_rows import (
    CLIENT_MEASURES,
    CLIENT_REPORTS,
    TIER_MEASURES,
    TIER_REPORTS,
    client_rows,
    tier_rows,
)
from cascadesim.model.mechanism_rows import CLIENT_MECHANISMS, TIER_MECHANISMS
from cascadesim.model.money import COSTS, cost_names, costs
from cascadesim.model.organisation_rows import organisation_rows
from cascadesim.model.plan import Plan
from cascadesim.model.readings import read
from cascadesim.model.skills import COMPETENCE_REPORTS
from cascadesim.model.tally import Tally
from cascadesim.model.trajectory import trajectory_columns, trajectory_rows
from cascadesim.model.waves import WAVE_MEASURES

__all__ = ["Meter", "better", "measure", "measure_names", "trajectory_columns", "trajectory_rows", "unit_of"]

Units = dict[str, tuple[str, str]]

TARGET = "target.met"
"""What the chance of the target is called where it is compared like a measure: 1 in a run that meets it, else 0."""

_AT_WEEK = re.compile(r"_at_week_\d+$")


def _units(rows: Rows, table: dict[str, Rows]) -> Units:
    every = rows | {name: row for brought in table.values() for name, row in brought.items()}
    return {name: (row.unit, row.better) for name, row in every.items()}


_COMPETENCE = {name: ("level", better) for name, better in COMPETENCE_REPORTS.items()}
_CLIENTS = _units(CLIENT_MEASURES, CLIENT_MECHANISMS)
_TIERS = _units(TIER_MEASURES, TIER_MECHANISMS) | _COMPETENCE
_CLIENT_REPORTS = {name: ("clients", better) for name, better in CLIENT_REPORTS.items()}
_TIER_REPORTS = {name: ("people", better) for name, better in TIER_REPORTS.items()} | _COMPETENCE
_CLASSES = {name: (unit, better) for name, (unit, better, _) in CLASS_MEASURES.items()}


def measure(plan: Plan, layout: Layout, tally: Tally) -> dict[str, float]:
    """Every KPI of one replication by name: clients, tiers from the top, organisation, costs; nan where undefined.

    Names and their order depend on the plan alone. A plan without clients has no `clients.` KPIs.
    """
    return Meter(plan, layout)(tally)


class Meter:
    """What is measured in the replications of one plan, looked up once for all of them: every KPI, or `only` these."""

    def __init__(self, plan: Plan, layout: Layout, only: Collection[str] | None = None) -> None:
        self.plan = plan
        self.layout = layout
        values = {
            owner: [
                (owner + name, row.value)
                for name, row in _rows(plan, owner, level).items()
                if only is None or owner + name in only
            ]
            for owner, level in _owners(plan)
        }
        self._values = {owner: named for owner, named in values.items() if named}
        self._costs = only is None or any(name.startswith("cost.") for name in only)

    def __call__(self, tally: Tally) -> dict[str, float]:
        """The KPIs of one replication by name, as `measure` gives them; of the costs all, where one is asked for."""
        found: dict[str, float] = {}
        for readings in read(self.plan, self.layout, tally):
            for name, value in self._values.get(readings.owner, ()):
                found[name] = value(readings)
        return found | costs(self.plan, self.layout, tally) if self._costs else found


def measure_names(plan: Plan) -> tuple[str, ...]:
    """The names of these KPIs in order."""
    return (*(owner + name for owner, level in _owners(plan) for name in _rows(plan, owner, level)), *cost_names(plan))


def _owners(plan: Plan) -> list[tuple[str, int]]:
    return [("clients.", -1), *((f"tier.{tier.name}.", tier.level) for tier in plan.tiers), ("organisation.", -1)]


def _rows(plan: Plan, owner: str, level: int) -> Rows:
    if level >= 0:
        return tier_rows(plan, plan.tiers[level])
    return client_rows(plan) if owner == "clients." else organisation_rows(plan)


def unit_of(name: str) -> str:
    """The unit of a KPI: people, clients, courses, share, weeks, week (a date), money, ...-weeks and the like."""
    return _describe(name)[0]


def better(name: str) -> str:
    """`higher` or `lower`, whichever is better for the programme; empty where neither is."""
    return _describe(name)[1]


def _describe(name: str) -> tuple[str, str]:
    """(unit, better) from the name alone; an unknown name is a `UsageError` that says what is known."""
    if name == TARGET:
        return "share", HIGHER
    owner, _, what = name.partition(".")
    where = f"measure in {name!r}: "
    if owner == "cost":
        return pick(COSTS, what, where) if "." not in what else ("money", LOWER)
    if owner == "organisation":
        return ("trainings", "") if what.endswith(".trainings") else ("share", HIGHER)
    if owner == "clients":
        return _described(what, "client-weeks", _CLIENTS, _CLIENT_REPORTS, where)
    return _described(what.partition(".")[2], "person-weeks", _TIERS, _TIER_REPORTS, where)


def _described(what: str, waited: str, known: Units, reports: Units, where: str) -> tuple[str, str]:
    kind, last = what.partition(".")[0], what.rpartition(".")[2]
    if kind == "waiting" and what.endswith("_weeks"):
        return waited, LOWER
    if kind == "exits":
        return "people", LOWER
    if kind == "wave":
        return WAVE_MEASURES[last]
    if kind in KINDS and "." in what:
        return _CLASSES[last]
    reported = _AT_WEEK.sub("", what)
    if reported != what and reported in reports:
        return reports[reported]
    return pick(known, what, where)
