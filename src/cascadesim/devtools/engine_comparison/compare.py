"""One scenario on both engines, compared: the event log row by row, then every other number bit for bit.

A comparison of what never happens says nothing, so every outcome counts which mechanisms of the model occurred.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from itertools import zip_longest
from typing import Any, TypeVar

from cascadesim.devtools.random_scenarios.document import seeded
from cascadesim.engine.backends import COMPILED, SIMPY, Runner, missing, warm_up
from cascadesim.errors import EnvironmentFault, ScenarioError
from cascadesim.model.constraints import COMBINATIONS, MULTIPLE, TESTS, constraint_names
from cascadesim.model.counters import CLASS_COUNTS, PURPOSES, CounterLayout, counter_layout
from cascadesim.model.enums import Event, Kind
from cascadesim.model.ids import label
from cascadesim.model.measures import measure
from cascadesim.model.plan import Plan, TierPlan
from cascadesim.model.replication import LogRow, Tally
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.document import Document
from cascadesim.scenario.load import build, load
from cascadesim.scenario.schema import Scenario

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
        if test != MULTIPLE or wait in several
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
        reasons = {reason.name: reason.clock for reason in plan.clients.reasons} if plan.clients else {}
    else:
        tier: TierPlan = plan.tiers[row.level]
        reasons = {reason.name: reason.clock for reason in tier.reasons}
    return reasons[row.detail].kind.name.lower() if row.detail in reasons else row.detail


def _constraints(level: str) -> Iterator[str]:
    _, _, constraint = level.partition("waiting.")
    if constraint and f".{MULTIPLE}." not in level:
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


ROWS_AROUND = 3
"""So many rows before the one that differs, and after it, are shown."""

T = TypeVar("T")


def prepare_engine() -> None:
    """Compile the compiled engine, if that has not been done; an `EnvironmentFault` where there is none."""
    if missing():
        raise EnvironmentFault(
            f"there is no compiled engine to compare with: {missing()}.",
            hint="Install numba and try again: python -m pip install numba",
            code="engine",
        )
    warm_up()


def compare_engines(request: ComparisonRequest) -> Comparison:
    """Run both engines on what is asked and compare them.

    A scenario at random that cannot be run is told as not valid; one of a file raises its `ScenarioError`.
    """
    try:
        plan = compile_scenario(_scenario(request))
    except ScenarioError:
        if request.file:
            raise
        return Comparison(request, valid=False)
    layout = counter_layout(plan)
    simpy, fault = _guarded(lambda: Runner(plan, layout, SIMPY)(request.seed, request.replication, True))
    compiled, other_fault = _guarded(lambda: _run_compiled(plan, layout, request))
    if simpy is None or compiled is None:
        stopped = EngineDifference("an engine stopped", -1, (fault or "done",), (other_fault or "done",))
        return Comparison(request, difference=stopped)
    minutes = Counter(row.minute for row in simpy.log or ())
    return Comparison(
        request,
        rows=minutes.total(),
        shared=sum(number for number in minutes.values() if number > 1),
        occurred=mechanism_counts(plan, layout, simpy),
        difference=_first_difference(plan, layout, simpy, *compiled),
    )


def _scenario(request: ComparisonRequest) -> Scenario:
    if request.file and request.document is None:
        return load(request.file)
    return build(Document(seeded(request.seed) if request.document is None else request.document))


def _guarded(run: Callable[[], T]) -> tuple[T | None, str]:
    """What a run gives, or what it stopped with."""
    try:
        return run(), ""
    except EnvironmentFault:
        raise
    except Exception as fault:
        return None, f"{type(fault).__name__}: {fault}"


def _run_compiled(plan: Plan, layout: CounterLayout, request: ComparisonRequest) -> tuple[Tally, Tally]:
    """With the log and without; in memory that others have used before and use again afterwards, as in a batch."""
    run, seed, replication = Runner(plan, layout, COMPILED), request.seed, request.replication
    run(seed, replication + 1, False)
    with_log = run(seed, replication, True)
    without_log = run(seed, replication, False)
    run(seed, replication + 2, False)
    return with_log, without_log


def _first_difference(
    plan: Plan, layout: CounterLayout, simpy: Tally, with_log: Tally, without_log: Tally
) -> EngineDifference | None:
    difference = compare_tallies(plan, layout, simpy, with_log)
    if difference is not None:
        return difference
    difference = compare_tallies(plan, layout, replace(with_log, log=None), without_log)
    return difference and replace(difference, what=f"the compiled engine without its log: {difference.what}")


def row_words(plan: Plan, row: LogRow) -> str:
    """A row for a reader; as bare numbers where an engine has written what cannot be told."""
    try:
        who = f"{Event(row.event).name.lower()} {label(plan, row.kind, row.key)}"
        tier = f" tier {plan.tiers[row.level].name}" if row.level >= 0 else ""
        other = f" other {Kind(row.other_kind).name.lower()} {label(plan, row.other_kind, row.other)}"
    except (ValueError, IndexError, AssertionError):
        return str(tuple(row))
    detail = f" {row.detail!r}" if row.detail else ""
    return f"minute {row.minute} {who}{tier}{other if row.other >= 0 else ''}{detail} {row.amount}"


def compare_tallies(plan: Plan, layout: CounterLayout, simpy: Tally, compiled: Tally) -> EngineDifference | None:
    """The first difference of two tallies, None where there is none."""
    logs = (simpy.log, compiled.log) if simpy.log is not None and compiled.log is not None else ()
    for number, rows in enumerate(zip_longest(*logs)):
        if rows[0] != rows[1]:
            around = (_around(plan, log, number) for log in logs)
            return EngineDifference(f"row {number} of the event log differs", number, *around)
    for path, one, other in _unequal(simpy, compiled, ""):
        what = f"the logs agree, {_named(path, layout)} does not"
        return EngineDifference(what, -1, (str(one),), (str(other),))
    for name, one, other in _unequal(measure(plan, layout, simpy), measure(plan, layout, compiled), ""):
        return EngineDifference(f"the counters agree, the KPI {name} does not", -1, (str(one),), (str(other),))
    return None


def _around(plan: Plan, log: Sequence[LogRow], number: int) -> tuple[str, ...]:
    """The rows around this one in words, the one itself marked."""
    first, end = max(0, number - ROWS_AROUND), number + ROWS_AROUND + 1
    lines = [
        f"{'>' if index == number else ' '} {index}: {row_words(plan, row)}"
        for index, row in enumerate(log[first:end], start=first)
    ]
    return tuple(lines if len(log) > number else [*lines, f"> {number}: the log ends here"])


def _unequal(one: Any, other: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """(path, value, value) of whatever is not the same in two values of any shape."""
    if is_dataclass(one) and type(one) is type(other):
        for field in fields(one):
            if field.name != "log":
                yield from _unequal(getattr(one, field.name), getattr(other, field.name), f"{path}.{field.name}")
    elif isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            yield from _unequal(one.get(name), other.get(name), f"{path}{name}")
    elif _is_list(one) and _is_list(other):
        if _same_integers(one, other):
            return
        if len(one) != len(other):
            yield f"{path} (how many)", len(one), len(other)
        for index, (first, second) in enumerate(zip(one, other, strict=False)):
            yield from _unequal(first, second, f"{path}[{index}]")
    elif not same(one, other):
        yield path, one, other


def _is_list(value: Any) -> bool:
    """Of whatever make: the compiled engine hands over its counters as they lie in memory."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def _same_integers(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Nearly all that there is to compare, told at once."""
    return set(map(type, one)) == set(map(type, other)) == {int} and list(one) == list(other)


def same(one: Any, other: Any) -> bool:
    """Equal to the last bit, as the text of a float is: of one type, nan equal to nan, 0.0 not equal to -0.0."""
    return type(one) is type(other) and repr(one) == repr(other)


def _named(path: str, layout: CounterLayout) -> str:
    """`snapshots[3].levels[12] (tier.NAME.active)`: a path to a counter with the counter's name."""
    path = path.removeprefix(".")
    names = {"levels": layout.levels, "change_times": layout.levels, "counts": layout.counts}
    kind, _, number = path.rpartition(".")[2].removesuffix("]").partition("[")
    return f"{path} ({names[kind][int(number)]})" if kind in names and number.isdigit() else path
