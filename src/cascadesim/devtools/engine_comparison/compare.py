"""One scenario on both engines, compared: the event log row by row, then every other number bit for bit."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import zip_longest
from typing import Any, TypeVar

from cascadesim.devtools.engine_comparison.outcome import (
    Comparison,
    ComparisonRequest,
    EngineDifference,
    mechanism_counts,
)
from cascadesim.devtools.random_scenarios.document import seeded
from cascadesim.engine.backends import COMPILED, SIMPY, Runner, missing, warm_up
from cascadesim.errors import EnvironmentFault, ScenarioError
from cascadesim.model.counters import CounterLayout, counter_layout
from cascadesim.model.enums import Event, Kind
from cascadesim.model.ids import label
from cascadesim.model.measures import measure
from cascadesim.model.plan import Plan
from cascadesim.model.replication import LogRow, Tally
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.document import Document
from cascadesim.scenario.load import build, load
from cascadesim.scenario.schema import Scenario

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
    in_words = functools.partial(_in_words, plan)
    difference = compare_tallies(plan, layout, simpy, with_log, in_words)
    if difference is not None:
        return difference
    difference = compare_tallies(plan, layout, replace(with_log, log=None), without_log, in_words)
    return difference and replace(difference, what=f"the compiled engine without its log: {difference.what}")


def _in_words(plan: Plan, row: LogRow) -> str:
    """A row for a reader; as bare numbers where an engine has written what cannot be told."""
    try:
        who = f"{Event(row.event).name.lower()} {label(plan, row.kind, row.key)}"
        tier = f" tier {plan.tiers[row.level].name}" if row.level >= 0 else ""
        other = f" other {Kind(row.other_kind).name.lower()} {label(plan, row.other_kind, row.other)}"
    except (ValueError, IndexError, AssertionError):
        return str(tuple(row))
    detail = f" {row.detail!r}" if row.detail else ""
    return f"minute {row.minute} {who}{tier}{other if row.other >= 0 else ''}{detail} {row.amount}"


def compare_tallies(
    plan: Plan, layout: CounterLayout, simpy: Tally, compiled: Tally, in_words: Callable[[LogRow], str]
) -> EngineDifference | None:
    """The first difference of two tallies, None where there is none; `in_words` tells a row of the log."""
    if simpy.log is not None and compiled.log is not None:
        difference = _compare_logs(simpy.log, compiled.log, in_words)
        if difference is not None:
            return difference
    for path, one, other in _unequal(simpy, compiled, ""):
        what = f"the logs agree, {_named(path, layout)} does not"
        return EngineDifference(what, -1, (str(one),), (str(other),))
    return _compare_kpis(measure(plan, layout, simpy), measure(plan, layout, compiled))


def _compare_logs(
    simpy: Sequence[LogRow], compiled: Sequence[LogRow], in_words: Callable[[LogRow], str]
) -> EngineDifference | None:
    for number, (one, other) in enumerate(zip_longest(simpy, compiled)):
        if one != other:
            around = (_around(log, number, in_words) for log in (simpy, compiled))
            return EngineDifference(f"row {number} of the event log differs", number, *around)
    return None


def _around(log: Sequence[LogRow], number: int, in_words: Callable[[LogRow], str]) -> tuple[str, ...]:
    """The rows around this one in words, the one itself marked."""
    first, end = max(0, number - ROWS_AROUND), number + ROWS_AROUND + 1
    lines = [
        f"{'>' if index == number else ' '} {index}: {in_words(row)}"
        for index, row in enumerate(log[first:end], start=first)
    ]
    return tuple(lines if len(log) > number else [*lines, f"> {number}: the log ends here"])


def _unequal(one: Any, other: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """(path, value, value) of whatever is not the same in two values of any shape."""
    if is_dataclass(one) and type(one) is type(other):
        for field in fields(one):
            if field.name != "log":
                yield from _unequal(getattr(one, field.name), getattr(other, field.name), f"{path}.{field.name}")
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
    """Equal to the last bit: of one type, nan equal to nan, 0.0 not equal to -0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        both_nan = math.isnan(one) and math.isnan(other)
        return both_nan or (one == other and math.copysign(1, one) == math.copysign(1, other))
    return bool(one == other)


def _named(path: str, layout: CounterLayout) -> str:
    """`snapshots[3].levels[12] (tier.NAME.active)`: a path to a counter with the counter's name."""
    path = path.removeprefix(".")
    names = {"levels": layout.levels, "change_times": layout.levels, "counts": layout.counts}
    kind, _, number = path.rpartition(".")[2].removesuffix("]").partition("[")
    return f"{path} ({names[kind][int(number)]})" if kind in names and number.isdigit() else path


def _compare_kpis(simpy: dict[str, float], compiled: dict[str, float]) -> EngineDifference | None:
    for name in {**simpy, **compiled}:
        one, other = simpy.get(name), compiled.get(name)
        if not same(one, other):
            what = f"the counters agree, the KPI {name} does not"
            return EngineDifference(what, -1, (str(one),), (str(other),))
    return None
