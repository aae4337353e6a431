"""What a replication leaves behind, read from the world of either runtime."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from cascadesim.engine.event_log import log_rows
from cascadesim.engine.records import WAITING
from cascadesim.engine.runtime.plan_tables import Tables, shocks_of
from cascadesim.model.counters import CLASS_COUNTS
from cascadesim.model.replication import LateSnapshots, Snapshot, Tally, WaveTally


def read_tally(
    tables: Tables,
    world: Any,
    snapshots: tuple[Snapshot, ...] | LateSnapshots,
    before_care: Snapshot | None,
    waits: array[int],
    log: Sequence[int] | None,
) -> Tally:
    """What is left at the horizon."""
    still, at_end = [], [0, 0, 0]
    for client in world.present_clients:
        if client.counted:
            state = client.state
            at_end[state] += 1
            if state == WAITING:
                still.append(tables.plan.horizon - client.referred)
    states = world.tier_states
    taught = [sorted((worker.key, worker.taught) for worker in state.teachers) for state in states]
    trained = [sorted(zip(state.trained_keys, state.trained_competence, strict=True)) for state in states]
    return Tally(
        snapshots,
        waits,
        tuple(sorted(still)),
        (at_end[0], at_end[1], at_end[2]),
        world.first_start,
        tuple(state.first_full for state in states),
        world.events,
        None if log is None else log_rows(tables.plan, tables.texts, log),
        before_care=before_care,
        classes=tuple(tuple(getattr(each, name) for name in CLASS_COUNTS) for each in world.class_counts),
        taught=tuple(tuple(graduates for _, graduates in pairs) for pairs in taught),
        after_course=tuple(tuple(float(competence) for _, competence in pairs) for pairs in trained),
        waves=tuple(
            WaveTally(level, name, minute, effect.before, effect.lowest, effect.back)
            for (level, name, minute), effect in zip(shocks_of(tables.plan), world.shocks, strict=True)
        ),
    )
