"""One replication, from the plan to the tally."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import replace

from cascadesim.engine.clients import WAITING
from cascadesim.engine.dispatch import Dispatch
from cascadesim.engine.parts import Parts, put_together
from cascadesim.engine.world import World
from cascadesim.errors import UsageError
from cascadesim.model.plan import Plan
from cascadesim.model.priority_rules import Rule
from cascadesim.model.replication import Snapshot, Tally, WaveTally


def run_plan(
    plan: Plan, seed: int, replication: int, log: bool = False, rules: Mapping[str, Rule] | None = None
) -> Tally:
    """Simulate one replication: a pure function of its arguments.

    `seed` and `replication` are non-negative and below 2^63; `log` asks for the event log; `rules` are those of the
    caller's own (`model/priority_rules.py`). A `UsageError` says what one of them does wrong.
    """
    world = World(plan, seed, replication, log, rules or {})
    try:
        return _run(world)
    except UsageError:
        if world.fault is None:
            raise
        raise world.fault from world.fault.__cause__


def _run(world: World) -> Tally:
    plan = world.plan
    parts = put_together(world)
    dispatch = world.clock.conditional_phase = Dispatch(world, parts)
    parts.organisation.begin()
    parts.pressure.begin()
    parts.recruitment.begin()
    parts.enrolment.begin()
    if parts.waiting is not None:
        varying = any(state.referral_ratio != 1.0 for state in plan.organisation)
        parts.waiting.begin(varying)
        for site in range(len(plan.sites) if varying else 0):
            parts.waiting.set_factor(site, parts.organisation.referral_factor(site))
    world.clock.wake()
    snapshots = []
    for minute in plan.snapshots:
        if minute > 0:
            world.clock.run(minute)
        snapshots.append(_snapshot(parts, minute))
    waves = tuple(WaveTally(w.level, w.name, w.minute, w.before, w.lowest, w.back) for w in dispatch.waves.all)
    return _tally(parts, tuple(snapshots), waves)


def _snapshot(parts: Parts, minute: int) -> Snapshot:
    """Every counter just before the events of `minute`."""
    return replace(
        parts.world.record.read(minute),
        competence=parts.ability.summary(minute),
        states=tuple(level for levels in parts.organisation.published for level in levels),
    )


def _tally(parts: Parts, snapshots: tuple[Snapshot, ...], waves: tuple[WaveTally, ...]) -> Tally:
    """Read what is left at the horizon."""
    world, book = parts.world, parts.book
    still, at_end = [], [0, 0, 0]
    if book is not None:
        for client in book.present.values():
            if client.counted:
                at_end[client.state - WAITING] += 1
                if client.state == WAITING:
                    still.append(world.plan.horizon - client.referred)
    return Tally(
        snapshots,
        array("q", book.waits if book else ()),
        tuple(sorted(still)),
        (at_end[0], at_end[1], at_end[2]),
        book.first_start if book else -1,
        tuple(parts.people.first_full),
        world.record.events,
        tuple(world.record.log) if world.record.log is not None else None,
        before_care=world.record.before_care,
        classes=tuple(tuple(book.classes[pair]) for pair in world.layout.classes) if book else (),
        taught=tuple(
            tuple(worker.taught for worker in sorted(teachers, key=lambda worker: worker.key))
            for teachers in parts.training.teachers
        ),
        after_course=tuple(
            tuple(competence for _, competence in sorted(passed)) for passed in parts.ability.after_course
        ),
        waves=waves,
    )
