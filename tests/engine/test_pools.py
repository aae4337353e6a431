"""The pools of either runtime against a plain sorted list."""

from __future__ import annotations

from typing import Any

import pytest
from engines import ENGINES
from hypothesis import given, settings
from hypothesis import strategies as st

from cascadesim.engine.custom_rules import NO_CHOICE, new_pool
from cascadesim.engine.records import _SLACK, PoolEntry, World
from cascadesim.engine.runtime.fields import new, new_rows
from engine.worlds import outcome, plain_world

ENTRIES = 6
OFFER, WITHDRAW, PUT_BACK, TAKE = range(4)
STEPS = st.lists(
    st.tuples(st.integers(OFFER, TAKE), st.integers(0, ENTRIES - 1), st.integers(0, 1), st.integers(0, 3)),
    min_size=1,
    max_size=400,
)


def play(world: World, steps: Any, out: Any) -> None:
    """Every step in one of two pools, whose orders have three and five numbers: what it returned, how many there are in
    either pool, who is first in either, and which of these firsts precedes the other."""
    short, long = new_pool(world, NO_CHOICE), new_pool(world, NO_CHOICE)
    entries = new_rows(world, PoolEntry, ENTRIES)
    for number in range(ENTRIES):
        entries[number].minute = number
    for row in range(len(steps)):
        what, entry, value = steps[row, 0], entries[steps[row, 1]], steps[row, 3]
        pool = short if steps[row, 2] == 0 else long
        done = False
        if what == OFFER:
            if steps[row, 2] == 0:
                done = pool.offer(entry, (value, -value, entry.minute))
            else:
                done = pool.offer(entry, (1, value, 7, value, entry.minute))
        elif what == WITHDRAW:
            done = entry.withdraw()
        elif what == PUT_BACK:
            home = entry.pool
            if entry.withdraw():
                home.put_back(entry)
                done = True
        else:
            first = pool.best()
            if first is not None:
                done = first.withdraw()
        one, other = short.best(), long.best()
        out[row, 0] = 1 if done else 0
        out[row, 1], out[row, 2] = short.size, long.size
        out[row, 3] = -1 if one is None else one.minute
        out[row, 4] = -1 if other is None else other.minute
        out[row, 5] = 2 if one is None or other is None else 1 if one.precedes(other) else 0


class SortedLists:
    """The same by a dictionary for each pool, sorted at every look."""

    def __init__(self) -> None:
        self.pools: list[dict[int, tuple[int, ...]]] = [{}, {}]

    def first(self, which: int) -> int:
        """Who is first in a pool, -1 if nobody is."""
        pool = self.pools[which]
        return min(pool, key=pool.__getitem__, default=-1)

    def step(self, what: int, number: int, which: int, value: int) -> bool:
        """What a step returns."""
        pool, other = self.pools[which], self.pools[1 - which]
        if what == OFFER:
            order = (value, -value, number) if which == 0 else (1, value, 7, value, number)
            other.pop(number, None)
            before = pool.get(number)
            pool[number] = order
            return before != order
        if what == WITHDRAW:
            return (pool.pop(number, None) or other.pop(number, None)) is not None
        if what == PUT_BACK:
            return number in pool or number in other
        return pool.pop(self.first(which), None) is not None

    def row(self, done: bool) -> list[int]:
        """What `play` writes."""
        one, other = self.first(0), self.first(1)
        orders = (self.pools[0].get(one), self.pools[1].get(other))
        precedes = 2 if None in orders else int(orders[0] < orders[1])  # type: ignore[operator]
        return [int(done), len(self.pools[0]), len(self.pools[1]), one, other, precedes]


@pytest.mark.parametrize("engine", ENGINES)
@settings(derandomize=True, max_examples=150, deadline=None)
@given(steps=STEPS)
def test_a_pool_is_a_sorted_list(engine: str, steps: list[tuple[int, int, int, int]]) -> None:
    lists = SortedLists()
    expected = [lists.row(lists.step(*step)) for step in steps]
    assert outcome(engine, play, [*steps], 6) == expected


def test_outdated_entries_do_not_pile_up() -> None:
    """Ten thousand changes of order leave a heap of the size of the pool, and the best is still the best."""
    world = plain_world()
    pool, entries = new_pool(world, NO_CHOICE), new_rows(world, PoolEntry, ENTRIES)
    for turn in range(10_000):
        number = turn % ENTRIES
        pool.offer(entries[number], (turn % 7 if number else 5_000 - turn, number))
    assert len(pool.heap) <= 2 * pool.size + _SLACK + 1
    left = sorted(entries, key=lambda entry: entry.order)
    for entry in left:
        assert pool.best() is entry
        entry.withdraw()
    assert pool.best() is None and pool.size == 0


def test_who_is_put_back_has_the_order_of_before() -> None:
    """Also where another entry was put in and taken out in between."""
    world = plain_world()
    pool = new_pool(world, NO_CHOICE)
    one, other = new(world, PoolEntry), new(world, PoolEntry)
    pool.offer(one, (1, 1))
    pool.offer(other, (2, 2))
    one.withdraw()
    assert pool.best() is other
    pool.put_back(one)
    assert pool.best() is one and isinstance(one, PoolEntry) and one.order == (1, 1) and pool.size == 2
