"""The counters: integrals against a sum over every minute, readings just before the events of a minute."""

from __future__ import annotations

from typing import Any

import pytest
from engines import ENGINES
from hypothesis import given, settings
from hypothesis import strategies as st

from cascadesim.engine.records import World
from cascadesim.engine.runtime.lists import read_counters
from cascadesim.engine.state import count, shift, swap
from cascadesim.model.counters import counter_layout
from cascadesim.model.replication import Snapshot
from engine.worlds import ALONE, outcome

LEVELS = len(counter_layout(ALONE).levels)
Change = tuple[int, int, int]  # minute, level, by how much
CHANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 1), st.integers(-5, 5)), max_size=30)


def level_during(changes: list[Change], index: int, minute: int) -> int:
    """The level during [minute, minute + 1)."""
    return sum(by for at, which, by in changes if which == index and at <= minute)


SHIFT, SWAP, READ = range(3)
COUNTERS = 2 * LEVELS + len(counter_layout(ALONE).counts)


def play(world: World, steps: Any, out: Any) -> None:
    """Changes of levels, and readings of every counter, each into its row."""
    for row in range(len(steps)):
        if steps[row, 0] == READ:
            read_counters(world, out[row])
        else:
            world.now = steps[row, 1]
            if steps[row, 0] == SHIFT:
                shift(world, steps[row, 2], steps[row, 3])
                count(world, 0, 1)
            else:
                swap(world, steps[row, 2], steps[row, 3])


def read(counters: list[int], minute: int) -> Snapshot:
    """A reading just before the events of a minute."""
    return Snapshot(minute, counters[:LEVELS], counters[LEVELS : 2 * LEVELS], counters[2 * LEVELS :])


@pytest.mark.parametrize("engine", ENGINES)
@settings(derandomize=True, max_examples=200, deadline=None)
@given(changes=CHANGES, readings=st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_integral_is_the_sum_over_minutes(engine: str, changes: list[Change], readings: list[int]) -> None:
    """Several readings of one world; a change at the minute of a reading is not in it yet."""
    ahead, steps = sorted(changes), []
    for reading in sorted(readings):
        while ahead and ahead[0][0] < reading:
            minute, index, by = ahead.pop(0)
            steps.append((SHIFT, minute, index, by))
        steps.append((READ, 0, 0, 0))
    rows = outcome(engine, play, [*steps], COUNTERS)
    snapshots = [row for row, step in zip(rows, steps, strict=True) if step[0] == READ]
    for counters, reading in zip(snapshots, sorted(readings), strict=True):
        snapshot = read(counters, reading)
        assert snapshot.counts[0] == sum(minute < reading for minute, _, _ in changes)
        for index in (0, 1):
            by_minute = [level_during(changes, index, minute) for minute in range(reading)]
            assert snapshot.integral(index) == sum(by_minute)
            assert snapshot.levels[index] == (by_minute[-1] if by_minute else 0)


@pytest.mark.parametrize("engine", ENGINES)
def test_swapping_is_leaving_and_entering(engine: str) -> None:
    swapped, shifted = [], []
    for minute, left, entered in ((3, 0, 1), (8, 1, 0), (8, 1, 0), (20, 0, 1)):
        swapped.append((SWAP, minute, left, entered))
        shifted += [(SHIFT, minute, left, -1), (SHIFT, minute, entered, 1)]
    one, other = (outcome(engine, play, [*steps, (READ, 0, 0, 0)], COUNTERS)[-1] for steps in (swapped, shifted))
    assert one[: 2 * LEVELS] == other[: 2 * LEVELS] and any(one)
    integrals = [[read(row, 30).integral(level) for level in range(LEVELS)] for row in (one, other)]
    assert integrals[0] == integrals[1]
