"""Lists that grow: who has to be looked at, and what is kept until the end. One of each in a world, by number."""

from __future__ import annotations

from cascadesim.engine.compiled.memory import compiled, load, more_memory, store
from cascadesim.engine.compiled.nouns import VECTOR, vector_at
from cascadesim.model.ids import MAX_TIERS

(
    TOUCHED,
    UNAIMED,
    ENDED,
    ABSENT_NOW,
    RETURNED,
    IDLED,
    UNDEPLOYED,
    FALLEN,
    UNSEATED,
    OVERDUE,
    BEREFT,
    TO_MERGE,
    BEREFT_GROUPS,
    PROMOTING,
    READY,
    GRACE,
    HOLDING,
    LAPSED,
    CLIENTS_UNAIMED,
    NEWCOMERS,
    GONE_CLIENTS,
    WAITS,
    SORTED,
    PASSED_OVER,
    CHOSEN,
    CHANGED,
    HELPERS,
    MEMBERS,
) = range(28)
PRESENT = 28  # from here on one for each tier
TEACHERS = PRESENT + MAX_TIERS
AFTER_COURSE = TEACHERS + MAX_TIERS
N_VECTORS = AFTER_COURSE + MAX_TIERS
VECTOR_SIZE = VECTOR.itemsize
_ROOM = 64


@compiled
def vector(S, number):
    """The list of this number."""
    return vector_at(S.vectors + number * VECTOR_SIZE)


@compiled
def push(S, v, value):
    """At its end."""
    if v.size == v.room:
        room = max(_ROOM, 2 * v.room)
        found = more_memory(S, v.at, 8 * v.size, 8 * room)
        if found == 0:
            return
        v.at, v.room = found, room
    store(v.at, v.size, value)
    v.size += 1


@compiled
def pop(v):
    """From its end."""
    v.size -= 1
    return load(v.at, v.size)


@compiled
def get(v, place):
    """What is at this place."""
    return load(v.at, place)


@compiled
def swap_remove(v, place):
    """Take out what is at this place; the last one takes it. What is there now, 0 if nothing."""
    v.size -= 1
    if place == v.size:
        return 0
    last = load(v.at, v.size)
    store(v.at, place, last)
    return last


@compiled
def sort_by_key(v):
    """Records in ascending order of their keys, the first field of each: a heap sort, in place."""
    at, size = v.at, v.size
    ordered = True
    for place in range(1, size):
        if _key(at, place - 1) > _key(at, place):
            ordered = False
            break
    if ordered:
        return
    for root in range(size // 2 - 1, -1, -1):
        _sink(at, root, size)
    for last in range(size - 1, 0, -1):
        greatest = load(at, 0)
        store(at, 0, load(at, last))
        store(at, last, greatest)
        _sink(at, 0, last)


@compiled
def _key(at, place):
    return load(load(at, place), 0)


@compiled
def _sink(at, root, size):
    item = load(at, root)
    key = load(item, 0)
    while True:
        child = 2 * root + 1
        if child >= size:
            break
        if child + 1 < size and _key(at, child + 1) > _key(at, child):
            child += 1
        if _key(at, child) <= key:
            break
        store(at, root, load(at, child))
        root = child
    store(at, root, item)


@compiled
def drop_first(v, number):
    """Take so many out from the front; those who came meanwhile stay."""
    for place in range(number, v.size):
        store(v.at, place - number, load(v.at, place))
    v.size -= number
