"""What a compiled replication has left behind, as the `Tally` that the SimPy engine gives."""

from __future__ import annotations

import ctypes
from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

from cascadesim.engine.compiled.nouns import (
    CLIENT,
    LEVEL_STATE,
    LOG_ROW,
    VECTOR,
    WAVE,
    WORKER,
)
from cascadesim.engine.compiled.tables import waves_of
from cascadesim.engine.compiled.texts import RECRUITED, TESTS, TEXT, in_words
from cascadesim.engine.compiled.vectors import AFTER_COURSE, TEACHERS, WAITS
from cascadesim.model.counters import CLASS_COUNTS
from cascadesim.model.enums import Entry, Wait
from cascadesim.model.replication import LateSnapshots, LogRow, Snapshot, Tally, WaveTally

if TYPE_CHECKING:
    from cascadesim.engine.compiled.driver import Engine

_BITS_A_SET = 16
_ENTRIES = (*(entry.name.lower() for entry in Entry), "promotion")


def memory(at: int, noun: Any, size: int) -> np.ndarray[Any, Any]:
    """The records of this kind that lie at an address, as they are now."""
    noun = np.dtype(noun)
    if size == 0:
        return np.zeros(0, noun)
    raw = (ctypes.c_char * (noun.itemsize * size)).from_address(at)
    return np.frombuffer(raw, noun)


def tally(engine: Engine, log: bool) -> Tally:
    """Read what is left at the horizon."""
    world, plan = engine.world[0], engine.plan
    care = plan.clients is not None
    still, at_end = _present(engine) if care else ([], [0, 0, 0])
    levels = memory(int(world["level_states"]), LEVEL_STATE, len(plan.tiers))
    first = int(world["first_start"])
    return Tally(
        _snapshots(engine),
        array("q", _vector(engine, WAITS).tobytes()),
        tuple(sorted(still)),
        (at_end[0], at_end[1], at_end[2]),
        first,
        tuple(int(number) for number in levels["first_full"]),
        int(world["events"]),
        tuple(_rows(engine)) if log else None,
        before_care=_counters(engine, engine.before_care.copy(), first) if first >= 0 else None,
        classes=_classes(engine) if care else (),
        taught=tuple(_taught(engine, level) for level in range(len(plan.tiers))),
        after_course=tuple(_after_course(engine, level) for level in range(len(plan.tiers))),
        waves=_waves(engine),
    )


def _vector(engine: Engine, number: int) -> np.ndarray[Any, Any]:
    vector = memory(int(engine.world["vectors"][0]) + number * VECTOR.itemsize, VECTOR, 1)[0]
    return memory(int(vector["at"]), np.int64, int(vector["size"]))


def _counters(engine: Engine, row: np.ndarray[Any, Any], minute: int) -> Snapshot:
    n, numbers = len(engine.layout.levels), row.data
    return Snapshot(minute, numbers[:n], numbers[n : 2 * n], numbers[2 * n :])


def _snapshots(engine: Engine) -> LateSnapshots:
    """Every counter just before the events of each of the plan's minutes, in memory of its own."""
    rows, competence, states = engine.snapshots.copy(), engine.competence.copy(), engine.states.copy()
    modelled, n, minutes = bool(engine.world["modelled"][0]), len(engine.layout.levels), engine.plan.snapshots

    def make(place: int) -> Snapshot:
        numbers = rows[place].data
        able = tuple((int(many), mean, sd) for many, mean, sd in competence[place].tolist()) if modelled else ()
        counters = numbers[:n], numbers[n : 2 * n], numbers[2 * n :]
        return Snapshot(minutes[place], *counters, able, tuple(states[place].tolist()))

    return LateSnapshots(minutes, make)


def _present(engine: Engine) -> tuple[list[int], list[int]]:
    """How long those who still wait have waited, and how many wait, are in hand-over and in care."""
    still, at_end, at = [], [0, 0, 0], int(engine.world["present_clients"][0])
    while at:
        client = memory(at, CLIENT, 1)[0]
        if client["counted"]:
            state = int(client["state"])
            at_end[state] += 1
            if state == 0:
                still.append(engine.plan.horizon - int(client["referred"]))
        at = int(client["present_after"])
    return still, at_end


def _classes(engine: Engine) -> tuple[tuple[int, ...], ...]:
    size = len(CLASS_COUNTS)
    counts = memory(int(engine.world["classes"][0]), np.int64, size * len(engine.layout.classes))
    return tuple(tuple(row) for row in counts.reshape(-1, size).tolist())


def _waves(engine: Engine) -> tuple[WaveTally, ...]:
    found = waves_of(engine.plan)
    rows = memory(int(engine.world["waves"][0]), WAVE, len(found)).tolist()
    return tuple(
        WaveTally(level, name, minute, *row[3:])
        for (level, name, minute), row in zip(found, rows, strict=True)
    )


def _taught(engine: Engine, level: int) -> tuple[int, ...]:
    workers = (memory(int(at), WORKER, 1)[0] for at in _vector(engine, TEACHERS + level))
    return tuple(taught for _, taught in sorted((int(w["key"]), int(w["taught"])) for w in workers))


def _after_course(engine: Engine, level: int) -> tuple[float, ...]:
    pairs = _vector(engine, AFTER_COURSE + level).reshape(-1, 2)
    keys, values = pairs[:, 0].tolist(), np.ascontiguousarray(pairs[:, 1]).view(np.float64).tolist()
    return tuple(value for _, value in sorted(zip(keys, values, strict=True)))


def _rows(engine: Engine) -> list[LogRow]:
    world = engine.world[0]
    rows = memory(int(world["log"]), LOG_ROW, int(world["log_size"])).tolist()
    return [LogRow._make((*row[:7], _detail(engine, *row[7:10]), row[10])) for row in rows]


def _detail(engine: Engine, kind: int, detail: int, more: int) -> str:
    """The detail of a row of the log, in words."""
    if kind == TEXT:
        return engine.tables.texts[detail]
    if kind == RECRUITED:
        spoken = [name for bit, (name, _) in enumerate(engine.plan.languages) if more >> bit & 1]
        return _ENTRIES[detail] + (f":{'+'.join(spoken)}" if spoken else "")
    if kind == TESTS:
        return in_words(detail, more)
    sets = []
    while more:
        sets.append(in_words(detail, more & (1 << _BITS_A_SET) - 1))
        more >>= _BITS_A_SET
    return f"{Wait(detail).name.lower()}:{'|'.join(sets)}"
