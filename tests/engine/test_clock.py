"""The clock: order within an instant, moving and cancelling, one C-phase an instant."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import pytest
import simpy
from cascadesim.engine.clock import Clock, Due


def recorder(clock: Clock, said: list[Any]) -> None:
    """Each entry says who it is and wakes the C-phase, which says when it ran."""
    clock.conditional_phase = lambda: said.append(("C", clock.now))


@pytest.mark.parametrize("shuffle", range(5))
def test_an_instant_runs_by_rank_and_key_whatever_the_insertion_order(shuffle: int) -> None:
    clock, said = Clock(), []
    recorder(clock, said)

    def call(due: Due) -> None:
        said.append(due.who)
        clock.wake()

    largest = (1 << 63) - 1
    entries = [(m, rank, key) for m in (3, 7) for rank in (0, 4, 11) for key in (0, 5, largest)]
    inserted = entries.copy()
    random.Random(shuffle).shuffle(inserted)
    for minute, rank, key in inserted:
        clock.at(minute, rank, key, call, (minute, rank, key))
    clock.run(8)
    assert said == [*entries[:9], ("C", 3), *entries[9:], ("C", 7)]


def test_what_is_due_at_the_end_does_not_happen() -> None:
    clock, said = Clock(), []
    for minute in (9, 10, 11):
        clock.at(minute, 0, 0, lambda due: said.append(due.who), minute)
    clock.run(10)
    assert said == [9]
    clock.run(12)
    assert said == [9, 10, 11]


def test_moved_and_cancelled_entries_are_stale() -> None:
    """A stale entry calls nobody and brings no C-phase (T4)."""
    clock, said = Clock(), []
    recorder(clock, said)

    def call(due: Due) -> None:
        said.append((due.who, clock.now))
        clock.wake()

    clock.at(5, 0, 0, call, "cancelled").cancel()

    def wait(name: str, due: Due) -> Generator[simpy.Event, None, None]:
        yield due
        said.append((name, clock.now))

    for name, to in (("earlier", 3), ("later", 9)):
        due = clock.due(6, 4, 0)
        clock.env.process(wait(name, due))
        clock.at(1, 0, 0, lambda _, due=due, to=to: clock.move(due, to, 4, 0))
    clock.run(20)
    assert said == [("earlier", 3), ("later", 9)]


def test_waking_twice_runs_the_c_phase_once_and_after_everything() -> None:
    clock, said = Clock(), []
    recorder(clock, said)

    def call(due: Due) -> None:
        said.append(due.who)
        clock.wake()
        clock.wake()

    clock.at(4, 2, 0, call, "second")
    clock.at(4, 11, 0, call, "third")
    clock.at(4, 1, 0, call, "first")
    clock.at(5, 1, 0, lambda _: said.append("quiet"))
    clock.run(10)
    assert said == ["first", "second", "third", ("C", 4), "quiet"]


def test_the_c_phase_also_runs_at_the_start() -> None:
    clock, said = Clock(), []
    recorder(clock, said)
    clock.wake()
    clock.run(1)
    assert said == [("C", 0)]


def test_the_last_instant_before_a_reading_has_its_c_phase() -> None:
    """Readings are taken between calls of `run`; nothing is left undone at one."""
    clock, said = Clock(), []
    recorder(clock, said)
    clock.at(9, 0, 0, lambda _: clock.wake())
    clock.run(10)
    assert said == [("C", 9)]
