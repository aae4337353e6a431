"""Records by address: what lets compiled functions pass a worker or a group on without counting references (T15).

A noun (`nouns.py`) is a NumPy record type. To Numba a record is the place where it lies, so that `worker_at(address)`
costs nothing, and a record is kept in another one as its address, 0 for none. Records come out of an arena that never
moves them; lists that grow are reached through the world each time.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.extending import intrinsic, register_jitable

BLOCK = 1 << 20
_HEAD = 16
_WORD = ir.IntType(64)


def compiled(function):
    """A function of the engine: called by compiled functions only, without the GIL, division by IEEE rules."""
    return register_jitable(nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def caster(noun: np.dtype):
    """The function that gives the record of this noun at an address."""
    record = from_dtype(noun)

    @intrinsic
    def at(typing_context, address):
        def code(context, builder, signature, arguments):
            return builder.inttoptr(arguments[0], context.get_value_type(record))

        return record(types.int64), code

    return at


@intrinsic
def address(typing_context, record):
    """Where a record lies."""

    def code(context, builder, signature, arguments):
        return builder.ptrtoint(arguments[0], _WORD)

    return types.int64(record), code


def _pointer(builder, arguments, kind):
    base = builder.inttoptr(arguments[0], kind.as_pointer())
    return builder.gep(base, [arguments[1]])


@intrinsic
def load(typing_context, at, place):
    """The whole number at this place of a list."""

    def code(context, builder, signature, arguments):
        return builder.load(_pointer(builder, arguments, _WORD))

    return types.int64(types.int64, types.int64), code


@intrinsic
def store(typing_context, at, place, value):
    """Put a whole number at this place of a list."""

    def code(context, builder, signature, arguments):
        builder.store(arguments[2], _pointer(builder, arguments, _WORD))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), code


@intrinsic
def load_float(typing_context, at, place):
    """The real number at this place of a list."""

    def code(context, builder, signature, arguments):
        return builder.load(_pointer(builder, arguments, ir.DoubleType()))

    return types.float64(types.int64, types.int64), code


@intrinsic
def store_float(typing_context, at, place, value):
    """Put a real number at this place of a list."""

    def code(context, builder, signature, arguments):
        builder.store(arguments[2], _pointer(builder, arguments, ir.DoubleType()))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.float64), code


@intrinsic
def load_word(typing_context, at, place):
    """The 64 unsigned bits at this place of a list."""

    def code(context, builder, signature, arguments):
        return builder.load(_pointer(builder, arguments, _WORD))

    return types.uint64(types.int64, types.int64), code


@intrinsic
def pointer(typing_context, at):
    """An address as `numba.carray` wants it."""

    def code(context, builder, signature, arguments):
        return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), code


# Numba's own allocator: the same on every system, and known by these names to code that comes out of the cache.
_allocate = types.ExternalFunction("NRT_Allocate", types.int64(types.uint64))
_free = types.ExternalFunction("NRT_Free", types.void(types.int64))


@compiled
def new_memory(S, size):
    """Bytes that nobody else has. Where there are no more, 0: the run ends after this instant (`no_memory`)."""
    found = _allocate(np.uint64(size))
    if found == 0:
        S.no_memory = 1
    return found


@compiled
def give_back(at):
    """Bytes that nobody needs any more."""
    _free(at)


@compiled
def more_memory(S, at, size, more):
    """What lies at an address (0 for nothing), so many bytes, with room for more: where it lies now, 0 if nowhere."""
    found = new_memory(S, more)
    if found != 0:
        for place in range(size // 8):
            store(found, place, load(at, place))
        if at != 0:
            give_back(at)
    return found


@compiled
def allocate(S, size):
    """Zeroed bytes (a multiple of 8) out of the arena, for as long as the replication lasts."""
    if S.arena_left < size:
        _next_block(S, size)
    found = S.arena
    S.arena += size
    S.arena_left -= size
    for place in range(size // 8):
        store(found, place, 0)
    return found


@compiled
def _next_block(S, size):
    """The next block of the arena, kept from an earlier replication if it is large enough. A block begins with
    (address of the next one, its size)."""
    following = load(S.block, 0)
    while following != 0 and load(following, 1) < size + _HEAD:
        following = load(following, 0)  # too small for this list, and left out until the next replication
    if following == 0:
        following = _new_block(S, max(BLOCK, size + _HEAD))
        if following == 0:  # the rest of this instant happens in what was laid by for it, and is thrown away
            following = S.reserve
        else:
            last = S.block
            while load(last, 0) != 0:
                last = load(last, 0)
            store(last, 0, following)
    _use(S, following)


@compiled
def _new_block(S, space):
    block = new_memory(S, space)
    if block != 0:
        store(block, 0, 0)
        store(block, 1, space)
    return block


@compiled
def _use(S, block):
    S.block = block
    S.arena = block + _HEAD
    S.arena_left = load(block, 1) - _HEAD


@compiled
def reset_arena(S):
    """Begin again with the first block."""
    S.no_memory = 0
    _use(S, S.first_block)


@compiled
def free_arena(S):
    """Give all blocks back but the first, which is not ours."""
    block = load(S.first_block, 0)
    while block != 0:
        following = load(block, 0)
        give_back(block)
        block = following
    store(S.first_block, 0, 0)
