"""Lists and lasting memory as the rules use them: the plain form. `compiled_forms.py` has that for Numba."""

from __future__ import annotations

from bisect import insort
from operator import attrgetter
from typing import Any

from cascadesim.engine.records import World

_KEY = attrgetter("key")


def new_numbers(world: World, size: int) -> list[int]:
    """So many zeros."""
    return [0] * size


def sort_by_key(items: list[Any]) -> None:
    """In ascending order of keys."""
    items.sort(key=_KEY)


def insert_by_key(items: list[Any], item: Any) -> None:
    """Put it into a list that is in ascending order of keys."""
    insort(items, item, key=_KEY)


def take_out(items: list[Any], item: Any) -> None:
    """Take it out of a list in which it is; the others stay in their order."""
    items.remove(item)


def swap_remove(items: list[Any], place: int) -> Any:
    """Take out what is at this place; the last one takes it. What is there now, None if nothing."""
    last = items.pop()
    if place == len(items):
        return None
    items[place] = last
    return last


def drop_first(items: list[Any], number: int) -> None:
    """Take so many out from the front; those who came meanwhile stay."""
    del items[:number]


def read_counters(world: World, row: list[int]) -> None:
    """Every counter as it stands now, into a row: levels, then their change times, then counts."""
    row[:] = [*world.levels[::2], *world.levels[1::2], *world.counts, *world.client_counts]
