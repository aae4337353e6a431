"""The measures (KPIs) of one replication: integers in, one float each, derived once at the end.

What each is stands in the tables of `clients.py`, `tiers.py` and `costs.py`; trajectories are in `trajectories.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from cascadesim.errors import pick
from cascadesim.model.counters import CounterLayout
from cascadesim.model.measures.clients import CLASS_MEASURES, CLIENT_MEASURES, CLIENT_REPORTS, KINDS, client_measures
from cascadesim.model.measures.costs import COST, COSTS, cost_names, costs
from cascadesim.model.measures.tiers import (
    COMPETENCE,
    STATE,
    TIER_MEASURES,
    TIER_REPORTS,
    TRAININGS,
    exits_for,
    organisation_measures,
    tier_measures,
    wave_measures,
)
from cascadesim.model.measures.types import (
    HIGHER,
    LOWER,
    MARGINS,
    OTHER_MARGIN,
    Margin,
    Measure,
    Measures,
    Value,
    count,
    whole_window,
)
from cascadesim.model.plan import Plan, Scope
from cascadesim.model.replication import Tally

TARGET_MET = "target.met"
"""What the chance of the target is called where it is compared like a measure: 1 in a run that meets it, else 0."""

_AT_WEEK = re.compile(r"_at_week_\d+$")


def measure(plan: Plan, layout: CounterLayout, tally: Tally) -> dict[str, float]:
    """Every KPI of one replication by name: clients, tiers from the top, organisation, costs; nan where undefined.

    Names and their order depend on the plan alone. A plan without clients has no `clients.` KPIs.
    """
    return Meter(plan, layout)(tally)


class Meter:
    """What is measured in the replications of one plan, looked up once for all of them: every KPI, or `only` these."""

    def __init__(self, plan: Plan, layout: CounterLayout, only: Collection[str] | None = None) -> None:
        self.plan = plan
        self.layout = layout
        self._values: list[tuple[str, int, list[tuple[str, Value]]]] = []
        for owner, level, rows in _tables(plan.scope):
            kept = {name: row for name, row in rows.items() if only is None or owner + name in only}
            values = [(owner + name, row.value or count(name)) for name, row in kept.items()]
            if values:
                self._values.append((owner, level, values))
        self._costs = only is None or any(name.startswith("cost.") for name in only)

    def __call__(self, tally: Tally) -> dict[str, float]:
        """The KPIs of one replication by name, as `measure` gives them; of the costs all, where one is asked for."""
        values: dict[str, float] = {}
        everything = whole_window(self.plan, self.layout, tally)
        for owner, level, named in self._values:
            window = replace(everything, owner=owner, level=level)
            values.update((name, value(window)) for name, value in named)
        return values | costs(self.plan, self.layout, tally) if self._costs else values


def measure_names(scope: Scope) -> tuple[str, ...]:
    """The names of the KPIs of a run in order."""
    return (*(owner + name for owner, _, rows in _tables(scope) for name in rows), *cost_names(scope))


def _tables(scope: Scope) -> list[tuple[str, int, Measures]]:
    """The measures of each owner with the beginning of their names and the level of a tier, -1 for others."""
    tiers = [(f"tier.{tier.name}.", tier.level, tier_measures(scope, tier)) for tier in scope.tiers]
    return [("clients.", -1, client_measures(scope)), *tiers, ("organisation.", -1, organisation_measures(scope))]


def unit_of(name: str) -> str:
    """The unit of a KPI: people, clients, courses, share, weeks, week (a date), money, ...-weeks and the like."""
    return _row(name).unit


def better(name: str) -> str:
    """`higher` or `lower`, whichever is better for the programme; empty where neither is."""
    return _row(name).better


def margin_of(name: str, own: Mapping[str, float]) -> Margin:
    """The smallest difference of a KPI that matters: what `own` gives in its unit, else what is usual for its unit."""
    return Margin(own[name]) if name in own else MARGINS.get(unit_of(name), OTHER_MARGIN)


_OVER_WHOLE_RUN = re.compile(
    r"\.(reach|never_trained_share|per_certified|(graduates_per_trainer|competence_after_course)_\w+)$"
)
_AT_THE_END = re.compile(r"\.(\w+_at_end|still_waiting_mean_weeks|competence_(mean|sd))$")


def depends_on(name: str) -> tuple[bool, bool]:
    """Whether what a KPI counts depends on (where the window begins, where the run ends).

    Sums over the window do on both, what is read at the horizon on its end, the clients of a report week on where the
    window begins. Shares, means over time and dates do on neither: over other weeks they are still of one kind.
    """
    if _AT_WEEK.search(name):
        return name.startswith("clients."), False
    if _AT_THE_END.search(name):
        return False, True
    row = _row(name)
    summed = row.value is None and row.unit not in MARGINS and ".per_" not in name
    whole = summed or _OVER_WHOLE_RUN.search(name) is not None
    return whole, whole


def _row(name: str) -> Measure:
    """The row of a KPI from its name alone; an unknown name is a `UsageError` that says what is known."""
    if name == TARGET_MET:
        return Measure("share", HIGHER, "of runs that meet the target")
    owner, _, what = name.partition(".")
    where = f"measure in {name!r}: "
    if owner == "cost":
        return COST if "." in what else pick(COSTS, what, where)
    if owner == "organisation":
        return TRAININGS if what.endswith(".trainings") else STATE
    waited, known, reports = "client-weeks", CLIENT_MEASURES, CLIENT_REPORTS
    if owner != "clients":
        what = what.partition(".")[2]
        waited, known, reports = "person-weeks", TIER_MEASURES | COMPETENCE, TIER_REPORTS | COMPETENCE
    kind, last = what.partition(".")[0], what.rpartition(".")[2]
    if kind == "waiting" and what.endswith("_weeks"):
        return Measure(waited, LOWER, "time spent waiting")
    if kind == "exits":
        return exits_for(last)
    if kind == "wave":
        return wave_measures("")[last]
    if kind in KINDS and kind != what:
        return CLASS_MEASURES[last][0]
    reported = _AT_WEEK.sub("", what)
    return reports[reported] if reported != what and reported in reports else pick(known, what, where)


__all__ = ["TARGET_MET", "Meter", "better", "depends_on", "margin_of", "measure", "measure_names", "unit_of"]
