"""Which mechanisms of the model occurred in a run, and how often: a comparison of what never happens says nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cascadesim.experiment.twin.outcome import Found
from cascadesim.model.constraints import COMBINATIONS, SEVERAL, TESTS, constraint_names
from cascadesim.model.counters import CLASS_COUNTS, PURPOSES, CounterLayout
from cascadesim.model.enums import Event
from cascadesim.model.plan import Plan, TierPlan
from cascadesim.model.replication import LogRow, Tally

EVENTS, CLOCKS, CONSTRAINTS, HOURS, FORMATS = "events", "clocks", "constraints", "hours", "formats"
IN_SCENARIOS = (CONSTRAINTS, HOURS, FORMATS)
"""These chapters count scenarios, the others rows of the log."""

_CLOCK_KINDS = ("exponential", "weibull", "life_table", "date", "shock")
_STRIKES = {
    int(Event.EXITED): "exited",
    int(Event.ABSENT): "absent",
    int(Event.HOURS_CHANGED): "hours_changed",
    int(Event.LEFT): "left",
}
_BUILT_IN = ("failed_training", "gave_up_waiting", "not_selected", "not_certified", "not_deployed", "promoted")
_DETAILS = {
    int(Event.GROUP_CLOSED): ("empty", "merged", "dissolved"),
    int(Event.COURSE_ENDED): ("held", "empty", "cancelled"),
    int(Event.REFRESHER_ENDED): ("held", "empty", "cancelled"),
    int(Event.CLIENT_GROUP_ENDED): ("held", "empty", "dissolved"),
    int(Event.DROPPED_OUT): ("continue", "no_shows"),
    int(Event.SESSION): ("supervised", "unsupervised"),
    int(Event.JOINED_GROUP): ("started", "not_starting"),
}
_STARTED = CLASS_COUNTS.index("started")
_ENTRIES = ("initial", "intake", "poisson", "vacancy", "promotion")


def every_name() -> dict[str, tuple[str, ...]]:
    """All that could occur, by chapter."""
    events = [event.name.lower() for event in Event]
    details = [f"{Event(event).name.lower()}:{how}" for event, hows in _DETAILS.items() for how in hows]
    clocks = [f"{strike}:{kind}" for strike in _STRIKES.values() for kind in _CLOCK_KINDS]
    several = {wait for wait, sets in COMBINATIONS.items() if sets}
    constraints = [
        f"{wait.name.lower()}.{test}"
        for wait in TESTS
        for test in constraint_names(wait)
        if test != SEVERAL or wait in several
    ]
    return {
        EVENTS: (*events, *details, *(f"recruited:{entry}" for entry in _ENTRIES)),
        CLOCKS: (*clocks, *(f"exited:{reason}" for reason in _BUILT_IN)),
        CONSTRAINTS: tuple(constraints),
        HOURS: (*PURPOSES, "overtime", "run_off"),
        FORMATS: ("individual", "another_individual", "group"),
    }


def occurred(plan: Plan, layout: CounterLayout, tally: Tally) -> Found:
    """How often each mechanism occurred in one replication."""
    found: Found = {chapter: Counter() for chapter in every_name()}
    for row in tally.log or ():
        found[EVENTS].update(_of_event(row))
        if row.event in _STRIKES:
            found[CLOCKS][f"{_STRIKES[row.event]}:{_kind(plan, row)}"] += 1
    last = tally.snapshots[-1]
    for name, level, moment in zip(layout.levels, last.levels, last.change_times, strict=True):
        if level or moment:
            found[CONSTRAINTS].update(_of_constraint(name))
            found[HOURS].update(_of_hours(name))
    found[CONSTRAINTS] = Counter(dict.fromkeys(found[CONSTRAINTS], 1))
    found[HOURS] = Counter(dict.fromkeys(found[HOURS], 1))
    found[FORMATS] = Counter(dict.fromkeys(_of_formats(plan, layout, tally), 1))
    return found


def _of_event(row: LogRow) -> Iterator[str]:
    name = Event(row.event).name.lower()
    yield name
    if row.event == Event.RECRUITED:
        yield f"{name}:{row.detail.partition(':')[0]}"
    elif row.detail in _DETAILS.get(row.event, ()):
        yield f"{name}:{row.detail}"


def _kind(plan: Plan, row: LogRow) -> str:
    """The kind of clock that struck, or the model's own reason."""
    if row.event == Event.LEFT:
        reasons = {reason.name: reason.clock.kind for reason in plan.clients.reasons} if plan.clients else {}
    else:
        tier: TierPlan = plan.tiers[row.level]
        reasons = {reason.name: reason.clock.kind for reason in tier.reasons}
    return reasons.get(row.detail, row.detail)


def _of_constraint(name: str) -> Iterator[str]:
    _, _, constraint = name.partition("waiting.")
    if constraint and f".{SEVERAL}." not in name:
        yield constraint


def _of_hours(name: str) -> Iterator[str]:
    owner, _, purpose = name.rpartition(".")
    if owner.endswith(".rate"):
        yield purpose
    elif purpose in ("overtime_rate", "run_off_rate"):
        yield purpose.removesuffix("_rate")


def _of_formats(plan: Plan, layout: CounterLayout, tally: Tally) -> Iterator[str]:
    """In which ways clients were seen; a client's format is that of their stream."""
    if plan.clients is None:
        return
    started = {stream for (stream, _), counts in zip(layout.classes, tally.classes, strict=True) if counts[_STARTED]}
    for place in {plan.clients.streams[stream].format for stream in started}:
        individual = "individual" if place == plan.clients.individual else "another_individual"
        yield "group" if plan.clients.formats[place].group_max > 1 else individual
