"""Lists as the rules use them, in either runtime, against lists of Python."""

from __future__ import annotations

from typing import Any

import pytest
from engines import ENGINES
from hypothesis import given, settings
from hypothesis import strategies as st

from cascadesim.engine.records import Worker, World
from cascadesim.engine.runtime.fields import new
from cascadesim.engine.runtime.lists import insert_by_key, new_numbers, sort_by_key, swap_remove, take_out, taken
from engine.worlds import outcome

APPEND, POP, CLEAR, SORT, SWAP_REMOVE, TAKEN, TAKE_OUT, INSERT, SET = range(9)
WIDTH = 40
"""How many of a list are written down."""

STEPS = st.lists(st.tuples(st.integers(APPEND, SET), st.integers(0, 10**9)), min_size=1, max_size=120)


def play(world: World, steps: Any, out: Any) -> None:
    """Steps with a list of numbers and one of workers, who are known by their keys: all of both, after each step."""
    numbers, workers = world.waits, world.touched
    for row in range(len(steps)):
        what, value = steps[row, 0], steps[row, 1]
        size = len(numbers)
        if what == APPEND:
            numbers.append(value)
            worker = new(world, Worker)
            worker.key = value
            workers.append(worker)
        elif what == CLEAR:
            if value % 5 == 0:
                numbers.clear()
                workers.clear()
        elif what == SORT:
            sort_by_key(workers)
            for place in range(size):
                numbers[place] = workers[place].key
        elif what == INSERT:
            sort_by_key(workers)
            worker = new(world, Worker)
            worker.key = value
            insert_by_key(workers, worker)
            numbers.append(0)
            for place in range(size + 1):
                numbers[place] = workers[place].key
        elif what == TAKEN:
            found = taken(world, workers)
            out[row, 1] = len(workers)
            numbers.clear()
            for worker in found:
                numbers.append(worker.key)
                workers.append(worker)
        elif size > 0:
            place = value % size
            if what == POP:
                out[row, 1] = numbers.pop()
                workers.pop()
            elif what == SWAP_REMOVE:
                swap_remove(numbers, place)
                moved = swap_remove(workers, place)
                out[row, 1] = -1 if moved is None else moved.key
            elif what == TAKE_OUT:
                take_out(workers, workers[place])
                for at in range(place, size - 1):
                    numbers[at] = numbers[at + 1]
                numbers.pop()
            else:
                numbers[place] = value
                workers[place].key = value
        out[row, 0] = len(numbers) if len(numbers) == len(workers) else -1
        at = 2
        for number in numbers:
            if at < WIDTH:
                out[row, at] = number
                at += 1
        for worker in workers:
            if at < 2 * WIDTH:
                out[row, at] = worker.key
                at += 1


def expected(steps: list[tuple[int, int]]) -> list[list[int]]:
    """The same by a list of Python."""
    rows, items = [], list[int]()
    for what, value in steps:
        returned, size = -99, len(items)
        if what == APPEND:
            items.append(value)
        elif what == CLEAR:
            if value % 5 == 0:
                items.clear()
        elif what == SORT:
            items.sort()
        elif what == INSERT:
            items = sorted([*items, value])
        elif size and what == TAKE_OUT:
            del items[value % size]
        elif what == TAKEN:
            items.sort()
            returned = 0
        elif size and what == POP:
            returned = items.pop()
        elif size and what == SWAP_REMOVE:
            last = items.pop()
            returned = -1
            if value % size < len(items):
                items[value % size] = returned = last
        elif size and what == SET:
            items[value % size] = value
        row = [len(items), returned, *items[: WIDTH - 2]]
        row += items[: 2 * WIDTH - len(row)]
        rows.append(row + [-99] * (2 * WIDTH - len(row)))
    return rows


@pytest.mark.parametrize("engine", ENGINES)
@settings(derandomize=True, max_examples=150, deadline=None)
@given(steps=STEPS)
def test_lists_of_numbers_and_of_records(engine: str, steps: list[tuple[int, int]]) -> None:
    assert outcome(engine, play, [*steps], 2 * WIDTH) == expected(steps)


def play_large(world: World, steps: Any, out: Any) -> None:
    """Lists that grow beside one another, each out of its room many times; numbers that are there from the start."""
    zeros = new_numbers(world, len(steps))
    for row in range(len(steps)):
        world.waits.append(steps[row, 0])
        worker = new(world, Worker)
        worker.key = steps[row, 0]
        worker.place = row
        world.touched.append(worker)
        out[row, 3] = zeros[row]
        zeros[row] = -1
    sort_by_key(world.touched)
    for row in range(len(steps)):
        out[row, 0] = world.waits[row]
        out[row, 1] = world.touched[row].key
        out[row, 2] = world.touched[row].place


@pytest.mark.parametrize("engine", ENGINES)
def test_large_lists(engine: str) -> None:
    """Three thousand in a list; keys that rise, fall and go up and down."""
    number = 3_000
    for key in (lambda place: place, lambda place: number - place, lambda place: place * 7919 % number):
        keys = [key(place) for place in range(number)]
        in_order = sorted(range(number), key=keys.__getitem__)
        rows = outcome(engine, play_large, [(each,) for each in keys], 4)
        assert rows == [[keys[row], keys[first], first, 0] for row, first in enumerate(in_order)]
