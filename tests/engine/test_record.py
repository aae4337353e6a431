"""The record: integrals against a sum over every minute, readings just before the events of a minute."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cascadesim.engine.clock import Clock
from cascadesim.engine.record import Record
from cascadesim.model.counters import counter_layout
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.load import from_resolved

ALONE = {"horizon_weeks": 1, "cascade": ["w"], "tier": {"w": {"initial": 1, "hours_per_week": 5}}}
LAYOUT = counter_layout(compile_scenario(from_resolved(ALONE)))
Change = tuple[int, int, int]  # minute, level, by how much
CHANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 1), st.integers(-5, 5)), max_size=30)


def level_during(changes: list[Change], index: int, minute: int) -> int:
    """The level during [minute, minute + 1)."""
    return sum(by for at, which, by in changes if which == index and at <= minute)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(CHANGES, st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_integral_is_the_sum_over_minutes(changes: list[Change], readings: list[int]) -> None:
    """Several readings of one record; a change at the minute of a reading is not in it yet."""
    clock = Clock()
    record = Record(clock, LAYOUT, log=False)
    ahead, snapshots = sorted(changes), []
    for reading in sorted(readings):
        while ahead and ahead[0][0] < reading:
            clock.now, index, by = ahead.pop(0)
            record.shift(index, by)
            record.counts[0] += 1
        snapshots.append(record.read(reading))
    assert record.log is None
    for snapshot, reading in zip(snapshots, sorted(readings), strict=True):
        assert snapshot.minute == reading
        assert snapshot.counts[0] == sum(minute < reading for minute, _, _ in changes)
        for index in (0, 1):
            by_minute = [level_during(changes, index, minute) for minute in range(reading)]
            assert snapshot.integrals[index] == sum(by_minute)
            assert snapshot.levels[index] == (by_minute[-1] if by_minute else 0)


def test_swapping_is_leaving_and_entering() -> None:
    clock = Clock()
    swapped, shifted = Record(clock, LAYOUT, log=False), Record(clock, LAYOUT, log=False)
    for minute, left, entered in ((3, 0, 1), (8, 1, 0), (8, 1, 0), (20, 0, 1)):
        clock.now = minute
        swapped.swap(left, entered)
        shifted.shift(left, -1)
        shifted.shift(entered, 1)
    assert swapped.read(30) == shifted.read(30)


def test_rows_of_the_log_carry_the_minute() -> None:
    clock = Clock()
    record = Record(clock, LAYOUT, log=True)
    clock.now = 17
    record.note(1, 2, 3, 4, 5, 6, "why", 7)
    assert record.log is not None
    assert [tuple(row) for row in record.log] == [(17, 1, 2, 3, 4, 5, 6, "why", 7)]
