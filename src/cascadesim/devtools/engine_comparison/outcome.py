"""What is asked of both engines, what came of it, and which mechanisms of the model occurred on the way.

A comparison of what never happens says nothing, so every outcome counts what did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cascadesim.model.constraints import COMBINATIONS, SEVERAL, TESTS, constraint_names
from cascadesim.model.counters import CLASS_COUNTS, PURPOSES, CounterLayout
from cascadesim.model.enums import Event
from cascadesim.model.plan import Plan, TierPlan
from cascadesim.model.replication import LogRow, Tally

MechanismCounts = dict[str, "Counter[str]"]
"""How often each mechanism occurred, by chapter and name (`mechanism_names`)."""

EVENTS, CLOCKS, CONSTRAINTS, HOURS, FORMATS = "events", "clocks", "constraints", "hours", "formats"
IN_SCENARIOS = (CONSTRAINTS, HOURS, FORMATS)
"""These chapters count scenarios, the others rows of the log."""

_CLOCK_KINDS = ("exponential", "weibull", "life_table", "date", "shock")
_LIFE_EVENTS: dict[int, str] = {
    event: event.name.lower() for event in (Event.EXITED, Event.ABSENT, Event.HOURS_CHANGED, Event.LEFT)
}
_BUILT_IN = ("failed_training", "gave_up_waiting", "not_selected", "not_certified", "not_deployed", "promoted")
_DETAILS: dict[int, tuple[str, ...]] = {
    Event.GROUP_CLOSED: ("empty", "merged", "dissolved"),
    Event.COURSE_ENDED: ("held", "empty", "cancelled"),
    Event.REFRESHER_ENDED: ("held", "empty", "cancelled"),
    Event.CLIENT_GROUP_ENDED: ("held", "empty", "dissolved"),
    Event.DROPPED_OUT: ("continue", "no_shows"),
    Event.SESSION: ("supervised", "unsupervised"),
    Event.JOINED_GROUP: ("started", "not_starting"),
}
_STARTED = CLASS_COUNTS.index("started")
_ENTRIES = ("initial", "intake", "poisson", "vacancy", "promotion")


@dataclass(frozen=True)
class ComparisonRequest:
    """One scenario for both engines: that of a number (`seed`), of a file, or a document as `tomllib` gives it."""

    seed: int
    replication: int
    file: str = ""
    document: dict[str, Any] | None = None

    def __str__(self) -> str:
        return self.file or f"scenario {self.seed}"


@dataclass(frozen=True)
class EngineDifference:
    """The first thing in which the engines differ: what it is, and how each has it.

    `row` is the number of the first row of the log that differs, -1 where the logs agree and something else does not;
    `simpy` and `compiled` are then the lines around it, in words.
    """

    what: str
    row: int = -1
    simpy: tuple[str, ...] = ()
    compiled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """`rows` of the log, how many of them were `shared` (at the instant of another row), and what occurred in them.

    `valid` is False where the scenario is none that could be run; then there is nothing else.
    """

    request: ComparisonRequest
    valid: bool = True
    rows: int = 0
    shared: int = 0
    occurred: MechanismCounts = field(default_factory=dict)
    difference: EngineDifference | None = None


def mechanism_names() -> dict[str, tuple[str, ...]]:
    """All that could occur, by chapter."""
    events = [event.name.lower() for event in Event]
    details = [f"{Event(event).name.lower()}:{detail}" for event, details in _DETAILS.items() for detail in details]
    clocks = [f"{event}:{kind}" for event in _LIFE_EVENTS.values() for kind in _CLOCK_KINDS]
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


def mechanism_counts(plan: Plan, layout: CounterLayout, tally: Tally) -> MechanismCounts:
    """How often each mechanism occurred in one replication."""
    log, last = tally.log or (), tally.snapshots[-1]
    values = zip(layout.levels, last.levels, last.change_times, strict=True)
    levels = [name for name, level, integral in values if level or integral]
    clocks = (f"{_LIFE_EVENTS[row.event]}:{_clock_kind(plan, row)}" for row in log if row.event in _LIFE_EVENTS)
    return {
        EVENTS: Counter(name for row in log for name in _events(row)),
        CLOCKS: Counter(clocks),
        CONSTRAINTS: _once(name for level in levels for name in _constraints(level)),
        HOURS: _once(name for level in levels for name in _hours(level)),
        FORMATS: _once(_formats(plan, layout, tally)),
    }


def _once(names: Iterable[str]) -> Counter[str]:
    return Counter(dict.fromkeys(names, 1))


def _events(row: LogRow) -> Iterator[str]:
    name = Event(row.event).name.lower()
    yield name
    if row.event == Event.RECRUITED:
        yield f"{name}:{row.detail.partition(':')[0]}"
    elif row.detail in _DETAILS.get(row.event, ()):
        yield f"{name}:{row.detail}"


def _clock_kind(plan: Plan, row: LogRow) -> str:
    """The kind of clock that struck, or the model's own reason."""
    if row.event == Event.LEFT:
        reasons = {each.name: each.clock for each in plan.clients.reasons} if plan.clients else {}
    else:
        tier: TierPlan = plan.tiers[row.level]
        reasons = {each.name: each.clock for each in tier.reasons}
    return reasons[row.detail].kind.name.lower() if row.detail in reasons else row.detail


def _constraints(level: str) -> Iterator[str]:
    _, _, constraint = level.partition("waiting.")
    if constraint and f".{SEVERAL}." not in level:
        yield constraint


def _hours(level: str) -> Iterator[str]:
    owner, _, purpose = level.rpartition(".")
    if owner.endswith(".rate"):
        yield purpose
    elif purpose in ("overtime_rate", "run_off_rate"):
        yield purpose.removesuffix("_rate")


def _formats(plan: Plan, layout: CounterLayout, tally: Tally) -> Iterator[str]:
    """In which ways clients were seen; a client's format is that of their stream."""
    if plan.clients is None:
        return
    started = {stream for (stream, _), counts in zip(layout.classes, tally.classes, strict=True) if counts[_STARTED]}
    for index in {plan.clients.streams[stream].format for stream in started}:
        individual = "individual" if index == plan.clients.individual else "another_individual"
        yield "group" if plan.clients.formats[index].group_max > 1 else individual
