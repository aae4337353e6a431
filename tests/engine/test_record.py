"""The record: integrals against a sum over every minute, readings just before the events of a minute."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from cascadesim.engine.record import Record

Change = tuple[int, int, int]
CHANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 1), st.integers(-5, 5)), max_size=30)


def level_during(changes: list[Change], index: int, minute: int) -> int:
    """The level during [minute, minute + 1)."""
    return sum(by for at, which, by in changes if which == index and at <= minute)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(CHANGES, st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_integral_is_the_sum_over_minutes(changes: list[Change], readings: list[int]) -> None:
    """Several readings of one record; a change at the minute of a reading is not in it yet."""
    clock = SimpleNamespace(now=0)
    layout = SimpleNamespace(levels=("a", "b"), counts=("n",))
    record = Record(clock, layout, log=False)  # type: ignore[arg-type]
    ahead = sorted(changes)
    for reading in sorted(readings):
        while ahead and ahead[0][0] < reading:
            clock.now, index, by = ahead.pop(0)
            record.shift(index, by)
            record.counts[0] += 1
        record.snapshot(reading)
    assert record.log is None
    for snapshot, reading in zip(record.snapshots, sorted(readings), strict=True):
        assert snapshot.minute == reading
        assert snapshot.counts == (sum(minute < reading for minute, _, _ in changes),)
        for index in (0, 1):
            by_minute = [level_during(changes, index, minute) for minute in range(reading)]
            assert snapshot.areas[index] == sum(by_minute)
            assert snapshot.levels[index] == (by_minute[-1] if by_minute else 0)
