"""Memory, lists, pools and the calendar as Numba compiles them: other forms of what `lists.py` and others say plainly.

A pool is a binary heap of entries, each of which knows its place, so that it can be taken out from anywhere (J. W. J.
Williams (1964), Algorithm 232: Heapsort, Communications of the ACM 7:347-348). So is the calendar.
"""

from __future__ import annotations

import operator
from types import FunctionType
from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload, overload_method, register_jitable

from cascadesim.engine import calendar, custom_rules, records, sampling
from cascadesim.engine.runtime import fields, lists
from cascadesim.engine.runtime.memory import (
    FIELD,
    POINTER,
    WORD,
    Listed,
    Reference,
    get_item,
    set_item,
    store_word,
)
from cascadesim.model import rng

BLOCK = 1 << 20
_HEAD = 16
OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


def compiled(function: Any) -> Any:
    """A function that compiled functions may call: without the GIL, division by IEEE rules."""
    return register_jitable(**OPTIONS)(function)


def form_of(function: Any) -> Any:
    """Make what follows the compiled form of a plain function."""
    return overload(function, jit_options=OPTIONS)


# --- words ------------------------------------------------------------------------------------------------------------


def _pointer(builder: Any, kind: Any, value: Any) -> Any:
    return builder.inttoptr(value, POINTER) if isinstance(kind, types.Integer) else value


@intrinsic
def peek(typingctx: Any, at: Any, place: Any) -> Any:
    """The whole number so many words from an address, a record or a growing list."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(builder.gep(_pointer(builder, at, arguments[0]), [arguments[1]]))

    return types.int64(at, types.int64), code


@intrinsic
def poke(typingctx: Any, at: Any, place: Any, value: Any) -> Any:
    """Put a whole number there."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[2], builder.gep(_pointer(builder, at, arguments[0]), [arguments[1]]))
        return context.get_dummy_value()

    return types.void(at, types.int64, types.int64), code


@intrinsic
def address(typingctx: Any, record: Any) -> Any:
    """Where a record lies; a number is what it is."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return arguments[0] if isinstance(record, types.Integer) else builder.ptrtoint(arguments[0], WORD)

    return types.int64(types.int64 if isinstance(record, types.Integer) else record), code


def caster(kind: types.Type) -> Any:
    """The function that gives the record or the list of this kind at an address; a number is what it is."""

    @intrinsic
    def at(typingctx: Any, where: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return arguments[0] if kind is types.int64 else builder.inttoptr(arguments[0], POINTER)

        return kind(types.int64), code

    return at


world_at = caster(Reference("World"))
_numbers_at = caster(Listed("list", "int"))

# --- memory -----------------------------------------------------------------------------------------------------------

# Numba's own allocator: the same on every system, and known by these names to code that comes out of the cache.
_allocate = types.ExternalFunction("NRT_Allocate", types.int64(types.uint64))
_free = types.ExternalFunction("NRT_Free", types.void(types.int64))


@compiled
def allocate(world, size):
    """Bytes (a multiple of 8) out of the arena, for as long as the replication lasts; 0 where there are none."""
    if world.arena_left < size and not _next_block(world, size):
        return 0
    where = world.arena
    world.arena += size
    world.arena_left -= size
    return where


@compiled
def _next_block(world, size):
    """The next block of the arena, kept from an earlier replication if it is large enough. A block begins with (address
    of the next one, its size). Where there is no memory for one the rest of this instant happens in what was laid by
    for it, and the run ends (`no_memory`)."""
    last, following, space = world.block, peek(world.block, 0), max(BLOCK, size + _HEAD)
    while following != 0 and peek(following, 1) < size + _HEAD:  # too small: left out until the next replication
        last, following = following, peek(following, 0)
    if following == 0:
        following = _allocate(np.uint64(space))
        if following != 0:
            poke(following, 0, 0)
            poke(following, 1, space)
            poke(last, 0, following)
        else:
            world.no_memory = True
            following = world.reserve
            if peek(following, 1) < size + _HEAD:
                return False
    _use(world, following)
    return True


@compiled
def _use(world, block):
    world.block = block
    world.arena = block + _HEAD
    world.arena_left = peek(block, 1) - _HEAD


@compiled
def reset_arena(world):
    """Begin again with the first block."""
    world.no_memory = False
    _use(world, world.first_block)


@compiled
def free_arena(world):
    """Give all blocks back but the first, which is not ours."""
    block = peek(world.first_block, 0)
    while block != 0:
        following = peek(block, 0)
        _free(block)
        block = following
    poke(world.first_block, 0, 0)


# --- records ----------------------------------------------------------------------------------------------------------


def _initialise(name: str) -> Any:
    """An intrinsic that makes a new record of this kind at an address."""

    @intrinsic
    def initialise(typingctx: Any, world: Any, where: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            pointer = builder.inttoptr(arguments[1], POINTER)
            cgutils.memset(builder, pointer, WORD(8 * fields.words(name)), 0)
            for each in fields.layout(name):
                place = builder.gep(pointer, [WORD(each.offset)])
                if each.size:
                    builder.store(builder.ptrtoint(builder.gep(place, [WORD(2)]), WORD), place)
                    builder.store(WORD(each.size), builder.gep(place, [WORD(1)]))
                elif each.kind == "Growing":
                    builder.store(builder.ptrtoint(arguments[0], WORD), builder.gep(place, [WORD(3)]))
                elif each.default:
                    kind, plain = (types.float64, float) if each.kind == "float" else (types.int64, int)
                    store_word(context, builder, kind, context.get_constant(kind, plain(each.default)), place, FIELD)
            return pointer

        return Reference(name)(world, types.int64), code

    return initialise


@compiled
def _new_list(world, number, size):
    """Where a list of so many elements begins, for which there are so many bytes after its two words."""
    where = allocate(world, _HEAD + size)
    poke(where, 0, where + _HEAD)
    poke(where, 1, number)
    return where


@form_of(fields.new)
def _new(world, kind):
    size, initialise = 8 * fields.words(kind.record), _initialise(kind.record)
    return lambda world, kind: initialise(world, allocate(world, size))  # noqa: ARG005 - of the form that it is for


@form_of(fields.new_rows)
def _new_rows(world, kind, number):
    size, initialise = 8 * fields.words(kind.record), _initialise(kind.record)
    rows_at = caster(Listed("Rows", kind.record))

    def make(world, kind, number):
        where = _new_list(world, number, number * size)
        for place in range(number):
            initialise(world, where + _HEAD + place * size)
        return rows_at(where)

    return make


@form_of(custom_rules.new_pool)
def _new_pool(world, choice):
    return lambda world, choice: fields.new(world, records.Pool)  # noqa: ARG005


@form_of(lists.new_numbers)
def _new_numbers(world, size):
    def make(world, size):
        numbers = _numbers_at(_new_list(world, size, 8 * size))
        for place in range(size):
            numbers[place] = 0
        return numbers

    return make


# --- lists ------------------------------------------------------------------------------------------------------------


@overload(len)
def _len(items):
    return (lambda items: peek(items, 1)) if isinstance(items, Listed) else None


@overload(operator.getitem)
def _getitem(items, place):
    return (lambda items, place: get_item(items, place)) if isinstance(items, Listed) else None


@overload(operator.setitem)
def _setitem(items, place, value):
    return (lambda items, place, value: set_item(items, place, value)) if isinstance(items, Listed) else None


@compiled
def _grow(grown):
    size, room = peek(grown, 1), max(8, 2 * peek(grown, 2))
    where = allocate(world_at(peek(grown, 3)), 8 * room)
    if where == 0:
        return False
    at = peek(grown, 0)
    for place in range(size):
        poke(where, place, peek(at, place))
    poke(grown, 0, where)
    poke(grown, 2, room)
    return True


@overload_method(Listed, "append", jit_options=OPTIONS)
def _append(grown, value):
    def append(grown, value):
        size = peek(grown, 1)
        if size == peek(grown, 2) and not _grow(grown):
            return
        poke(grown, 1, size + 1)
        set_item(grown, size, value)

    return append


@overload_method(Listed, "extend", jit_options=OPTIONS)
def _extend(grown, values):
    def extend(grown, values):
        for value in values:
            grown.append(value)

    return extend


@overload_method(Listed, "pop", jit_options=OPTIONS)
def _pop(grown):
    def pop(grown):
        size = peek(grown, 1) - 1
        poke(grown, 1, size)
        return get_item(grown, size)

    return pop


@overload_method(Listed, "clear", jit_options=OPTIONS)
def _clear(grown):
    return lambda grown: poke(grown, 1, 0)


for _function in (lists.insert_by_key, lists.swap_remove, lists.take_out):
    compiled(_function)


@form_of(lists.taken)
def _taken(world, items):
    list_at = caster(Listed("list", items.element))

    def taken(world, items):
        lists.sort_by_key(items)
        where = _new_list(world, len(items), 0)
        poke(where, 0, peek(items, 0))
        for word in range(3):  # the elements are no longer those of the growing list, which begins anew
            poke(items, word, 0)
        return list_at(where)

    return taken


@form_of(lists.sort_by_key)
def _sort_by_key(items):
    return lambda items: _sort(items)


@compiled
def _sort(items):
    """In place, by D. Shell's sort with gaps of 1, 4, 13, ... (Knuth, TAOCP 5.2.1); mostly they are in order."""
    size, gap, place = len(items), 1, 1
    while place < size and items[place - 1].key < items[place].key:
        place += 1
    if place >= size:
        return
    while 3 * gap < size:
        gap = 3 * gap + 1
    while gap > 0:
        for first in range(gap, size):
            item, place = items[first], first
            while place >= gap and items[place - gap].key > item.key:
                items[place] = items[place - gap]
                place -= gap
            items[place] = item
        gap //= 3


@form_of(lists.read_counters)
def _read_counters(world, row):
    def read(world, row):
        n = len(world.levels) // 2
        for index in range(n):
            row[index] = world.levels[2 * index]
            row[n + index] = world.levels[2 * index + 1]
        for index in range(len(world.counts)):
            row[2 * n + index] = world.counts[index]

    return read


# --- heaps ------------------------------------------------------------------------------------------------------------


@overload_method(Reference, "precedes", jit_options=OPTIONS)
def _precedes(entry, other):
    if entry.record == "CalendarEntry":
        return lambda entry, other: entry.when < other.when or (entry.when == other.when and entry.key < other.key)

    def precedes(entry, other):
        if entry.a != other.a:
            return entry.a < other.a
        if entry.b != other.b:
            return entry.b < other.b
        if entry.c != other.c:
            return entry.c < other.c
        if entry.d != other.d:
            return entry.d < other.d
        return entry.e < other.e

    return precedes


@compiled
def _set_in(heap, place, entry):
    heap[place] = entry
    entry.place = place


@compiled
def _rise(heap, place, entry):
    """Put an entry in at this place, or above it where it precedes what is there."""
    while place > 0:
        above = heap[(place - 1) >> 1]
        if not entry.precedes(above):
            break
        _set_in(heap, place, above)
        place = (place - 1) >> 1
    _set_in(heap, place, entry)


@compiled
def _put_in(heap, entry):
    """One entry more."""
    size = len(heap)
    heap.append(entry)
    if len(heap) > size:  # else there is no memory
        _rise(heap, size, entry)


@compiled
def _take_out(heap, place):
    """Take out what is at this place: the last one goes down from there, or up."""
    last, size = heap.pop(), len(heap)
    while place < size:
        child = 2 * place + 1
        if child + 1 < size and heap[child + 1].precedes(heap[child]):
            child += 1
        if child >= size or not heap[child].precedes(last):
            _rise(heap, place, last)
            break
        _set_in(heap, place, heap[child])
        place = child


# --- pools ------------------------------------------------------------------------------------------------------------


@overload_method(Reference, "withdraw", jit_options=OPTIONS)
def _withdraw(entry):
    def withdraw(entry):
        pool = entry.pool
        if pool is None:
            return False
        pool.size -= 1
        entry.pool = None
        _take_out(pool.entries, entry.place)
        return True

    return withdraw


@overload_method(Reference, "best", jit_options=OPTIONS)
def _best(pool):
    return lambda pool: pool.entries[0] if pool.size > 0 else None


@overload_method(Reference, "put_back", jit_options=OPTIONS)
def _put_back(pool, entry):
    return lambda pool, entry: _insert(pool, entry)


@compiled
def _insert(pool, entry):
    entry.pool = pool
    pool.size += 1
    _put_in(pool.entries, entry)


@compiled
def _offer(pool, entry, a, b, c, d, e):
    if entry.pool is pool and entry.a == a and entry.b == b and entry.c == c and entry.d == d and entry.e == e:
        return False
    entry.withdraw()
    entry.a, entry.b, entry.c, entry.d, entry.e = a, b, c, d, e
    _insert(pool, entry)
    return True


@overload_method(Reference, "offer", jit_options=OPTIONS)
def _offer_form(pool, entry, order):
    size = len(order)
    if size == 2:
        return lambda pool, entry, order: _offer(pool, entry, order[0], order[1], 0, 0, 0)
    if size == 3:
        return lambda pool, entry, order: _offer(pool, entry, order[0], order[1], order[2], 0, 0)
    return lambda pool, entry, order: _offer(pool, entry, order[0], order[1], order[2], order[3], order[4])


# --- the calendar -----------------------------------------------------------------------------------------------------

RANK_BITS = 4


@compiled
def _put(world, minute, rank, key, kind, who, number):
    if minute < world.horizon:
        entry = world.free_entries.pop() if world.free_entries else fields.new(world, records.CalendarEntry)
        entry.when, entry.key = minute << RANK_BITS | rank, key
        entry.kind, entry.who, entry.number = kind, who, number
        _put_in(world.calendar, entry)


@form_of(calendar.put)
def _put_form(world, minute, rank, key, kind, who, number):
    def put(world, minute, rank, key, kind, who, number):
        _put(world, minute, rank, key, kind, address(who), address(number))

    return put


@compiled
def soonest(world):
    """The minute of the next entry, the horizon if there is none."""
    return world.calendar[0].when >> RANK_BITS if world.calendar else world.horizon


@compiled
def take(world):
    """Take the next entry out; it is to be given back to `free_entries`."""
    entry = world.calendar[0]
    _take_out(world.calendar, 0)
    return entry


# --- draws --------------------------------------------------------------------------------------------------------


@form_of(sampling.word)
def _word(number):
    return lambda number: np.uint64(number)


_bits = compiled(FunctionType(rng.uniform.__code__, vars(rng), "bits"))


@form_of(rng.uniform)
def _uniform(key, stream, purpose, index):
    return lambda key, stream, purpose, index: _bits(key, stream, np.uint64(purpose), np.uint64(index))
