"""Lists as the rules use them. What Numba can compile is one text; `containers.py` has other forms of the rest."""

from __future__ import annotations

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


def taken(world: World, items: list[Any]) -> list[Any]:
    """All that is in a list, in ascending order of keys; the list is left empty, for those who come meanwhile."""
    found = sorted(items, key=_KEY)
    items.clear()
    return found


def insert_by_key(items: list[Any], item: Any) -> None:
    """Put it into a list that is in ascending order of keys."""
    items.append(item)
    place = len(items) - 1
    while place > 0 and items[place - 1].key > item.key:
        items[place] = items[place - 1]
        place -= 1
    items[place] = item


def take_out(items: list[Any], item: Any) -> None:
    """Take it out of a list in which it is; the others stay in their order."""
    place = 0
    while items[place] is not item:
        place += 1
    for after in range(place + 1, len(items)):
        items[after - 1] = items[after]
    items.pop()


def swap_remove(items: list[Any], place: int) -> Any:
    """Take out what is at this place; the last one takes it. What is there now, None if nothing."""
    last = items.pop()
    if place == len(items):
        return None
    items[place] = last
    return last


def read_counters(world: World, row: list[int]) -> None:
    """Every counter as it stands now, into a row: levels, then their change times, then counts."""
    row[:] = [*world.levels[::2], *world.levels[1::2], *world.counts, *world.client_counts]
