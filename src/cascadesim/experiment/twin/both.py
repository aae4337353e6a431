"""One scenario in both engines: what differs, and what occurred."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from cascadesim.engine.choose import compiled_engine, missing, warm_up
from cascadesim.engine.simulate import run_plan
from cascadesim.errors import EnvironmentFault, ScenarioError
from cascadesim.experiment.twin.compare import compare
from cascadesim.experiment.twin.mechanisms import occurred
from cascadesim.experiment.twin.outcome import Difference, Outcome, Subject
from cascadesim.model.counters import CounterLayout, counter_layout
from cascadesim.model.enums import Event, Kind
from cascadesim.model.ids import label
from cascadesim.model.plan import Plan
from cascadesim.model.replication import LogRow, Tally
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.document import Document
from cascadesim.scenario.generated.whole import seeded
from cascadesim.scenario.load import build, load
from cascadesim.scenario.schema import Scenario

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


def judge(subject: Subject) -> Outcome:
    """Run both engines on `subject` and compare them."""
    try:
        plan = compile_scenario(_scenario(subject))
    except ScenarioError:
        if subject.file:
            raise
        return Outcome(subject, valid=False)
    layout = counter_layout(plan)
    simpy, fault = _guarded(lambda: run_plan(plan, subject.seed, subject.replication, True))
    tallies, other_fault = _guarded(lambda: _compiled(plan, layout, subject))
    if simpy is None or tallies is None:
        stopped = Difference("an engine stopped", -1, (fault or "done",), (other_fault or "done",))
        return Outcome(subject, difference=stopped)
    log = simpy.log or ()
    minutes = Counter(row.minute for row in log)
    return Outcome(
        subject,
        rows=len(log),
        shared=sum(number for number in minutes.values() if number > 1),
        found=occurred(plan, layout, simpy),
        difference=_difference(plan, layout, simpy, tallies),
    )


def _scenario(subject: Subject) -> Scenario:
    if subject.document is not None:
        return build(Document(subject.document))
    return load(subject.file) if subject.file else build(Document(seeded(subject.seed)))


def _guarded(run: Callable[[], T]) -> tuple[T | None, str]:
    """What a run gives, or what it stopped with."""
    try:
        return run(), ""
    except EnvironmentFault:
        raise
    except Exception as fault:
        return None, f"{type(fault).__name__}: {fault}"


def _compiled(plan: Plan, layout: CounterLayout, subject: Subject) -> tuple[Tally, Tally]:
    """With the log and without; in memory that others have used before and use again afterwards, as in a batch."""
    engine = compiled_engine()(plan, layout)
    engine.run(subject.seed, subject.replication + 1, False)
    with_log = engine.run(subject.seed, subject.replication, True)
    without = engine.run(subject.seed, subject.replication, False)
    engine.run(subject.seed, subject.replication + 2, False)
    return with_log, without


def _difference(plan: Plan, layout: CounterLayout, simpy: Tally, tallies: tuple[Tally, Tally]) -> Difference | None:
    with_log, without = tallies
    in_words = functools.partial(_in_words, plan)
    found = compare(plan, layout, simpy, with_log, in_words)
    if found is not None:
        return found
    found = compare(plan, layout, replace(with_log, log=None), without, in_words)
    return found and replace(found, what=f"the compiled engine without its log: {found.what}")


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
