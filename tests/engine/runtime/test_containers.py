"""What lies in compiled memory: the arena, new records, and the calendar."""

from __future__ import annotations

import heapq
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cascadesim.engine import custom_rules, records
from cascadesim.engine.calendar import put
from cascadesim.engine.records import Worker, World
from cascadesim.engine.runtime.compiled import Record
from cascadesim.engine.runtime.containers import address, soonest, take
from cascadesim.engine.runtime.fields import RECORDS, layout, new, new_rows
from engine.worlds import ALONE, WITHOUT_COMPILED, compiled_world, outcome

pytestmark = pytest.mark.skipif(WITHOUT_COMPILED, reason="of the compiled runtime")

PUT, TAKE = range(2)
KEYS = st.integers(0, 5) | st.just((1 << 63) - 1)
STEPS = st.lists(
    st.tuples(st.integers(PUT, TAKE), st.integers(0, 30), st.integers(0, 11), KEYS),
    min_size=1,
    max_size=200,
)


def play(world: World, steps: Any, out: Any) -> None:
    """Entries put on the calendar, each with the number of its step, and taken from it."""
    for row in range(len(steps)):
        if steps[row, 0] == PUT:
            put(world, steps[row, 1], steps[row, 2], steps[row, 3], row % 27, row, row)
            out[row, 0] = len(world.calendar)
        else:
            out[row, 0] = soonest(world)
            if out[row, 0] < world.horizon:
                due = take(world)
                out[row, 1], out[row, 2], out[row, 3] = due.key, due.kind, due.number


def expected(steps: list[tuple[int, ...]]) -> tuple[list[Any], list[Any]]:
    """By a heap of Python: what is put and taken; and the (minute, rank, key) of what is taken."""
    rows: list[Any] = []
    taken, heap = [], list[tuple[int, ...]]()
    for row, (what, *order) in enumerate(steps):
        if what == PUT:
            if order[0] < ALONE.horizon:
                heapq.heappush(heap, (*order, row))
            rows.append([len(heap), -99, -99, -99])
        elif heap:
            minute, _, key, number = heapq.heappop(heap)
            rows.append([minute, key, number % 27, number])
            taken.append(order)
        else:
            rows.append([ALONE.horizon, -99, -99, -99])
    return rows, taken


@settings(derandomize=True, max_examples=150, deadline=None)
@given(steps=STEPS)
def test_the_calendar_is_a_heap(steps: list[tuple[int, ...]]) -> None:
    """By minute, rank and key. Which of two equal entries is first is nobody's business, so here there are none."""
    seen: set[tuple[int, ...]] = set()
    different = [step for step in steps if step[0] == TAKE or not (step[1:] in seen or seen.add(step[1:]))]
    if different:
        assert outcome("compiled", play, different, 4) == expected(different)[0]


def test_a_calendar_that_grows_keeps_every_entry() -> None:
    """Five thousand entries, in an order that is none, and those at the horizon and later left out."""
    put_in: list[tuple[int, ...]] = [(PUT, minute * 4001 % 12_000, 3, minute) for minute in range(12_000)]
    steps = [*put_in, *[(TAKE, 0, 0, 0)] * 12_000]
    rows = outcome("compiled", play, steps, 4)
    assert rows == expected(steps)[0]
    assert rows[len(put_in) - 1][0] == ALONE.horizon < 12_000


# --- the arena --------------------------------------------------------------------------------------------------------


def fill(world: World, steps: Any, out: Any) -> None:
    """Workers for many blocks of the arena, each with the number of its row; what they were made with."""
    for row in range(len(steps)):
        worker = new(world, Worker)
        out[row, 0], out[row, 1] = worker.recruited_at, worker.key
        if worker.leaving_multiplier == 1.0 and worker.trainer and not worker.away and worker.course is None:
            out[row, 2] = len(worker.care_entries)
        worker.key, worker.away, worker.trainer, worker.leaving_multiplier = row, True, False, 2.0
        world.touched.append(worker)
    for row in range(len(steps)):
        out[row, 3] = world.touched[row].key


def test_memory_that_is_used_again_is_fresh() -> None:
    """Twice in the same blocks: every record begins as it should and keeps what is put into it."""
    many = [(0,)] * 20_000
    for _ in range(2):
        assert outcome("compiled", fill, many, 4) == [[-1, 0, 0, row] for row in range(len(many))]


def new_one_of_each(world: World, steps: Any, out: Any) -> None:  # noqa: ARG001
    """A new record of every kind, after memory that was something else; where each lies."""
    out[0, 0] = address(new(world, records.TeachingAssignment))
    out[1, 0] = address(new(world, records.BookedWaits))
    out[2, 0] = address(new(world, records.CalendarEntry))
    out[3, 0] = address(new(world, records.Client))
    out[4, 0] = address(new(world, records.ClientGroup))
    out[5, 0] = address(new(world, records.Course))
    out[6, 0] = address(new(world, records.CrossSiteOffer))
    out[7, 0] = address(new(world, records.PoolEntry))
    out[8, 0] = address(new(world, records.Facilitator))
    out[9, 0] = address(new(world, records.CourseOffering))
    out[10, 0] = address(new(world, records.ProviderPool))
    out[11, 0] = address(new(world, records.ClientClass))
    out[12, 0] = address(new(world, records.Rooms))
    out[13, 0] = address(new(world, records.SupervisionGroup))
    out[14, 0] = address(new(world, records.SupervisionUnit))
    out[15, 0] = address(new(world, records.TierSite))
    out[16, 0] = address(new(world, records.StartWindow))
    out[17, 0] = address(new(world, records.Worker))
    out[18, 0] = address(new(world, records.Offer))
    out[19, 0] = address(custom_rules.new_pool(world, custom_rules.NO_CHOICE))
    out[20, 0] = address(new_rows(world, records.ClassCounts, 3)[2])
    out[21, 0] = address(new_rows(world, records.ClientClass, 3)[2])
    out[22, 0] = address(new_rows(world, records.PoolEntry, 3)[2])
    out[23, 0] = address(new_rows(world, records.Hazard, 3)[2])
    out[24, 0] = address(new_rows(world, records.Offer, 3)[2])
    out[25, 0] = address(new_rows(world, records.OrganisationState, 3)[2])
    out[26, 0] = address(new_rows(world, records.ShockEffect, 3)[2])
    out[27, 0] = address(new_rows(world, records.ReferralSource, 3)[2])
    out[28, 0] = address(new_rows(world, records.TierSite, 3)[2])
    out[29, 0] = address(new_rows(world, records.TierState, 3)[2])


KINDS = """TeachingAssignment BookedWaits CalendarEntry Client ClientGroup Course CrossSiteOffer PoolEntry Facilitator
    CourseOffering ProviderPool ClientClass Rooms SupervisionGroup SupervisionUnit TierSite StartWindow Worker
    Offer Pool ClassCounts ClientClass PoolEntry Hazard Offer OrganisationState ShockEffect ReferralSource
    TierSite TierState"""
"""The records that the rules make, in the order of `new_one_of_each`."""


def test_new_records_are_as_the_plain_ones() -> None:
    """Every field of every record that the rules make has its default."""
    expected_kinds = [RECORDS[name] for name in KINDS.split()]
    made = {name for name, kind in RECORDS.items() if kind.__module__ == records.__name__} - {"World"}
    assert set(KINDS.split()) == made
    outcome("compiled", fill, [(0,)] * 20_000, 4)
    rows = outcome("compiled", new_one_of_each, [(0,)] * len(expected_kinds), 1)
    for kind, (at,) in zip(expected_kinds, rows, strict=True):
        plain, record = kind(), Record(kind.__name__, at)
        for each in layout(kind.__name__):
            value, found = getattr(plain, each.name), getattr(record, each.name)
            if each.size:
                assert found.tolist() == value, (kind, each)
            elif each.kind in ("list", "Rows", "Growing"):
                assert len(found) == 0, (kind, each)
            else:
                assert found == (0 if value is None and each.kind == "int" else value), (kind, each)


def read_fixed(world: World, steps: Any, out: Any) -> None:
    """Lists within a record: all zeros at first, and each number in a place of its own."""
    booked, worker = new(world, records.BookedWaits), new(world, Worker)
    for row in range(len(steps)):
        out[row, 0] = len(booked.tests) * 10_000 + len(worker.rates)
        out[row, 1] = 0
        for number in booked.tests:
            out[row, 1] += number
        for number in booked.units:
            out[row, 1] += 10 * number
        for number in worker.rates:
            out[row, 1] += 1000 * number
        out[row, 2] = booked.size + worker.committed + (1 if worker.away else 0)
        booked.tests[2], booked.units[0], worker.rates[6] = 1, 2, 4


def test_lists_within_records() -> None:
    rows = outcome("compiled", read_fixed, [(0,), (0,)], 3)
    assert rows == outcome("simpy", read_fixed, [(0,), (0,)], 3) == [[30007, 0, 0], [30007, 4021, 0]]
    assert compiled_world().no_memory is False
