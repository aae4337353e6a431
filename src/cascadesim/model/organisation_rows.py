"""The measures of the organisation: the level of each state at the report weeks, and how often it was lifted."""

from __future__ import annotations

from cascadesim.model.kinds import HIGHER, NEITHER, Measure, Rows, Value, counted
from cascadesim.model.plan import Plan

LEVELS = ("share", HIGHER)


def places(plan: Plan) -> dict[str, int]:
    """Every state at every site, `STATE` or `STATE.SITE`, by its place among `Snapshot.states`."""
    sites = [f".{site}" for site, _ in plan.sites] if len(plan.sites) > 1 else [""]
    names = [state.name + site for state in plan.organisation for site in sites]
    return {name: place for place, name in enumerate(names)}


def organisation_rows(plan: Plan) -> Rows:
    """The measures of the organisation, without their prefix, in order."""
    rows = counted("trainings", NEITHER, *(f"{state.name}.trainings" for state in plan.organisation))
    for week, minute in plan.reports:
        for name, place in places(plan).items():
            rows[f"{name}_at_week_{week}"] = Measure(*LEVELS, _level(place, minute))
    return rows


def _level(place: int, minute: int) -> Value:
    return lambda readings: readings.snapshot(minute).states[place]
