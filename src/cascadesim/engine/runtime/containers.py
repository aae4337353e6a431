"""Memory, lists, pools and the calendar as Numba compiles them: other forms of what `lists.py` and others say plainly.

A pool is a pairing heap. M. Fredman, R. Sedgewick, D. Sleator and R. Tarjan (1986), The pairing heap: a new form of
self-adjusting heap, Algorithmica 1:111-129. An entry's `before` is its elder sibling, or its parent where it is the
first child.
"""

from __future__ import annotations

import operator
from types import FunctionType
from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload, overload_method, register_jitable

from cascadesim.engine import calendar, custom_rules, event_log, records, sampling
from cascadesim.engine.runtime import fields, lists
from cascadesim.engine.runtime.memory import (
    POINTER,
    WORD,
    Grown,
    Listed,
    Reference,
    as_list,
    get_item,
    set_item,
    size_of,
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


def caster(name: str) -> Any:
    """The function that gives the record of this kind at an address; a number is what it is."""
    kind = Reference(name) if name in fields.RECORDS else types.int64

    @intrinsic
    def at(typingctx: Any, where: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return arguments[0] if kind is types.int64 else builder.inttoptr(arguments[0], POINTER)

        return kind(types.int64), code

    return at


world_at = caster("World")
entry_at = caster("CalendarEntry")

# --- memory -----------------------------------------------------------------------------------------------------------

# Numba's own allocator: the same on every system, and known by these names to code that comes out of the cache.
_allocate = types.ExternalFunction("NRT_Allocate", types.int64(types.uint64))
_free = types.ExternalFunction("NRT_Free", types.void(types.int64))


@compiled
def new_memory(world, size):
    """Bytes that nobody else has. Where there are no more, 0: the run ends after this instant (`no_memory`)."""
    where = _allocate(np.uint64(size))
    if where == 0:
        world.no_memory = True
    return where


@compiled
def give_back(at):
    """Bytes that nobody needs any more."""
    _free(at)


@compiled
def more_memory(world, at, size, more):
    """What lies at an address (0 for nothing), so many bytes, with room for more: where it lies now, 0 if nowhere."""
    where = new_memory(world, more)
    if where != 0:
        for place in range(size // 8):
            poke(where, place, peek(at, place))
        if at != 0:
            give_back(at)
    return where


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
    of the next one, its size). Without any the rest of this instant happens in what was laid by for it."""
    following = peek(world.block, 0)
    while following != 0 and peek(following, 1) < size + _HEAD:
        following = peek(following, 0)  # too small for this list, and left out until the next replication
    if following == 0:
        following = _new_block(world, max(BLOCK, size + _HEAD))
        if following == 0:
            following = world.reserve
            if peek(following, 1) < size + _HEAD:
                return False
        else:
            last = world.block
            while peek(last, 0) != 0:
                last = peek(last, 0)
            poke(last, 0, following)
    _use(world, following)
    return True


@compiled
def _new_block(world, space):
    block = new_memory(world, space)
    if block != 0:
        poke(block, 0, 0)
        poke(block, 1, space)
    return block


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
        give_back(block)
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
                if each.kind == "Growing":
                    builder.store(builder.ptrtoint(arguments[0], WORD), builder.gep(place, [WORD(3)]))
                elif each.default:
                    kind, plain = (types.float64, float) if each.kind == "float" else (types.int64, int)
                    store_word(context, builder, kind, context.get_constant(kind, plain(each.default)), place)
            return pointer

        return Reference(name)(world, types.int64), code

    return initialise


def _listed(kind: str, element: str) -> Any:
    """The function that gives a list of so many elements that lie at an address."""
    listed = Listed(kind, element)

    @intrinsic
    def at(typingctx: Any, where: Any, number: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            made = cgutils.create_struct_proxy(listed)(context, builder)
            made.at, made.size = builder.inttoptr(arguments[0], POINTER), arguments[1]
            return made._getvalue()

        return listed(types.int64, types.int64), code

    return at


_numbers = _listed("list", "int")


@form_of(fields.new)
def _new(world, kind):
    size, initialise = 8 * fields.words(kind.record), _initialise(kind.record)
    return lambda world, kind: initialise(world, allocate(world, size))  # noqa: ARG005 - of the form that it is for


@form_of(fields.new_rows)
def _new_rows(world, kind, number):
    name = kind.record
    size, initialise, rows = 8 * fields.words(name), _initialise(name), _listed("Rows", name)

    def make(world, kind, number):
        where = allocate(world, number * size)
        for place in range(number):
            initialise(world, where + place * size)
        return rows(where, number)

    return make


@form_of(custom_rules.new_pool)
def _new_pool(world, choice):
    return lambda world, choice: fields.new(world, records.Pool)  # noqa: ARG005


@form_of(lists.new_numbers)
def _new_numbers(world, size):
    def make(world, size):
        where = allocate(world, 8 * size)
        for place in range(size):
            poke(where, place, 0)
        return _numbers(where, size)

    return make


# --- lists ------------------------------------------------------------------------------------------------------------


@overload(len)
def _len(items):
    if isinstance(items, Listed):
        return lambda items: size_of(items)
    if isinstance(items, Grown):
        return lambda items: peek(items, 1)
    return None


@overload(operator.getitem)
def _getitem(items, place):
    if isinstance(items, Listed):
        return lambda items, place: get_item(items, place)
    if isinstance(items, Grown):
        return lambda items, place: get_item(as_list(items), place)
    return None


@overload(operator.setitem)
def _setitem(items, place, value):
    if isinstance(items, Listed):
        return lambda items, place, value: set_item(items, place, value)
    if isinstance(items, Grown):
        return lambda items, place, value: set_item(as_list(items), place, value)
    return None


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


@overload_method(Grown, "append", jit_options=OPTIONS)
def _append(grown, value):
    def append(grown, value):
        size = peek(grown, 1)
        if size == peek(grown, 2) and not _grow(grown):
            return
        poke(grown, 1, size + 1)
        set_item(as_list(grown), size, value)

    return append


@overload_method(Grown, "pop", jit_options=OPTIONS)
def _pop(grown):
    def pop(grown):
        size = peek(grown, 1) - 1
        poke(grown, 1, size)
        return get_item(as_list(grown), size)

    return pop


@overload_method(Grown, "clear", jit_options=OPTIONS)
def _clear(grown):
    return lambda grown: poke(grown, 1, 0)


for _function in (lists.insert_by_key, lists.swap_remove, lists.take_out):
    compiled(_function)


@form_of(lists.taken)
def _taken(world, items):
    listed = _listed("list", items.element)

    def taken(world, items):
        lists.sort_by_key(items)
        where, size = allocate(world, 8 * len(items)), len(items)
        for place in range(size):
            if where != 0:
                poke(where, place, peek(peek(items, 0), place))
        items.clear()
        return listed(where, size if where != 0 else 0)

    return taken


@form_of(lists.sort_by_key)
def _sort_by_key(items):
    return lambda items: _sort(peek(items, 0), len(items))


@compiled
def _sort(at, size):
    """Records in ascending order of their keys, the first word of each: a heap sort, in place."""
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
        greatest = peek(at, 0)
        poke(at, 0, peek(at, last))
        poke(at, last, greatest)
        _sink(at, 0, last)


@compiled
def _key(at, place):
    return peek(peek(at, place), 0)


@compiled
def _sink(at, root, size):
    item = peek(at, root)
    key = peek(item, 0)
    while True:
        child = 2 * root + 1
        if child >= size:
            break
        if child + 1 < size and _key(at, child + 1) > _key(at, child):
            child += 1
        if _key(at, child) <= key:
            break
        poke(at, root, peek(at, child))
        root = child
    poke(at, root, item)


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


# --- pools ------------------------------------------------------------------------------------------------------------


@compiled
def precedes(one, other):
    """Whether one entry comes before another."""
    if one.a != other.a:
        return one.a < other.a
    if one.b != other.b:
        return one.b < other.b
    if one.c != other.c:
        return one.c < other.c
    if one.d != other.d:
        return one.d < other.d
    return one.e < other.e


@compiled
def _meld(top, below):
    """The root of two heaps made one."""
    if precedes(below, top):
        top, below = below, top
    below.after = top.child
    if top.child is not None:
        top.child.before = below
    below.before = top
    top.child = below
    return top


@compiled
def _merge(first):
    """The root of a row of siblings: pairs from the left, then all from the right."""
    done = None
    while first is not None:
        second = first.after
        following = None
        paired = first
        first.after = first.before = None
        if second is not None:
            following = second.after
            second.after = second.before = None
            paired = _meld(first, second)
        paired.after = done  # a stack of pairs
        done = paired
        first = following
    root = None
    while done is not None:
        following = done.after
        done.after = None
        root = done if root is None else _meld(root, done)
        done = following
    return root


@overload_method(Reference, "withdraw", jit_options=OPTIONS)
def _withdraw(entry):
    def withdraw(entry):
        pool = entry.pool
        if pool is None:
            return False
        children = _merge(entry.child)
        if pool.root is entry:
            pool.root = children
        else:
            before = entry.before
            if before.child is entry:
                before.child = entry.after
            else:
                before.after = entry.after
            if entry.after is not None:
                entry.after.before = before
            if children is not None:
                pool.root = _meld(pool.root, children)
        pool.size -= 1
        entry.pool = None
        entry.child = entry.after = entry.before = None
        return True

    return withdraw


@overload_method(Reference, "precedes", jit_options=OPTIONS)
def _precedes(entry, other):
    return lambda entry, other: precedes(entry, other)


@overload_method(Reference, "best", jit_options=OPTIONS)
def _best(pool):
    return lambda pool: pool.root


@overload_method(Reference, "put_back", jit_options=OPTIONS)
def _put_back(pool, entry):
    return lambda pool, entry: _insert(pool, entry)


@compiled
def _insert(pool, entry):
    entry.pool = pool
    pool.size += 1
    pool.root = entry if pool.root is None else _meld(pool.root, entry)


@compiled
def _offer(pool, entry, a, b, c, d, e):
    if entry.pool is pool:
        if entry.a == a and entry.b == b and entry.c == c and entry.d == d and entry.e == e:
            return False
        entry.withdraw()
    elif entry.pool is not None:
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
_WORDS = 5  # when, key, kind, who, number
_SIZE = 8 * _WORDS
_ROOM = 1024


@compiled
def _put(world, minute, rank, key, kind, who, number):
    if world.calendar_size == world.calendar_room:
        room = max(_ROOM, 2 * world.calendar_room)
        where = more_memory(world, world.calendar, _SIZE * world.calendar_size, _SIZE * room)
        if where == 0:
            return
        world.calendar, world.calendar_room = where, room
    when = minute << RANK_BITS | rank
    heap, place = world.calendar, world.calendar_size
    world.calendar_size += 1
    while place > 0:
        parent = (place - 1) >> 1
        above = entry_at(heap + parent * _SIZE)
        if above.when < when or (above.when == when and above.key <= key):
            break
        _copy(heap, parent, place)
        place = parent
    at = heap + place * _SIZE
    poke(at, 0, when)
    poke(at, 1, key)
    poke(at, 2, kind)
    poke(at, 3, who)
    poke(at, 4, number)


@form_of(calendar.put)
def _put_form(world, minute, rank, key, kind, who, number):
    def put(world, minute, rank, key, kind, who, number):
        if minute < world.horizon:
            _put(world, minute, rank, key, kind, address(who), number)

    return put


@compiled
def _copy(heap, source, target):
    for word in range(_WORDS):
        poke(heap, target * _WORDS + word, peek(heap, source * _WORDS + word))


@compiled
def soonest(world):
    """The minute of the next entry, the horizon if there is none."""
    return world.horizon if world.calendar_size == 0 else peek(world.calendar, 0) >> RANK_BITS


@compiled
def take(world):
    """Take the next entry out, into `world.due`."""
    heap, due = world.calendar, address(world.due)
    for word in range(_WORDS):
        poke(due, word, peek(heap, word))
    world.calendar_size -= 1
    size, place = world.calendar_size, 0
    last = entry_at(heap + size * _SIZE)
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        one = entry_at(heap + child * _SIZE)
        if child + 1 < size:
            other = entry_at(heap + (child + 1) * _SIZE)
            if other.when < one.when or (other.when == one.when and other.key < one.key):
                child += 1
                one = other
        if last.when < one.when or (last.when == one.when and last.key <= one.key):
            break
        _copy(heap, child, place)
        place = child
    _copy(heap, size, place)


# --- draws and the log ------------------------------------------------------------------------------------------------


@form_of(sampling.word)
def _word(number):
    return lambda number: np.uint64(number)


_bits = compiled(FunctionType(rng.uniform.__code__, vars(rng), "bits"))


@form_of(rng.uniform)
def _uniform(key, stream, purpose, index):
    return lambda key, stream, purpose, index: _bits(key, stream, np.uint64(purpose), np.uint64(index))


LOG_WORDS = 11
_LOG_SIZE, _LOG_ROOM = 8 * LOG_WORDS, 4096


@form_of(event_log.write)
def _write(world, event, subject, other, detail, amount):
    def write(world, event, subject, other, detail, amount):
        if world.log_size == world.log_room:
            room = max(_LOG_ROOM, 2 * world.log_room)
            where = more_memory(world, world.log, _LOG_SIZE * world.log_size, _LOG_SIZE * room)
            if where == 0:
                return
            world.log, world.log_room = where, room
        at = world.log + world.log_size * _LOG_SIZE
        world.log_size += 1
        poke(at, 0, world.now)
        poke(at, 1, event)
        poke(at, 2, subject[0])
        poke(at, 3, subject[1])
        poke(at, 4, subject[2])
        poke(at, 5, other[0])
        poke(at, 6, other[1])
        poke(at, 7, detail[0])
        poke(at, 8, detail[1])
        poke(at, 9, detail[2])
        poke(at, 10, amount)

    return write
