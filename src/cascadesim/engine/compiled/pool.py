"""Pools that know their best member: pairing heaps of slots, ordered by five whole numbers, the last of them a key.

M. Fredman, R. Sedgewick, D. Sleator and R. Tarjan (1986), The pairing heap: a new form of self-adjusting heap,
Algorithmica 1:111-129. A slot's `before` is its elder sibling, or its parent where it is the first child.
"""

from __future__ import annotations

from cascadesim.engine.compiled.memory import address, allocate, compiled
from cascadesim.engine.compiled.nouns import POOL, SLOT, pool_at, slot_at

POOL_SIZE, SLOT_SIZE = POOL.itemsize, SLOT.itemsize


@compiled
def new_pool(S):
    """The address of an empty pool."""
    return allocate(S, POOL_SIZE)


@compiled
def new_slots(S, number, item):
    """The address of so many slots in a row, for one item."""
    at = allocate(S, number * SLOT_SIZE)
    for place in range(number):
        slot_at(at + place * SLOT_SIZE).item = item
    return at


@compiled
def precedes(one, other):
    """Whether one slot comes before another."""
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
def _meld(one, other):
    """The root of two heaps made one."""
    top, below = slot_at(one), slot_at(other)
    if precedes(below, top):
        one, other = other, one
        top, below = below, top
    below.after = top.child
    if top.child != 0:
        slot_at(top.child).before = other
    below.before = one
    top.child = other
    return one


@compiled
def _merge(first):
    """The root of a row of siblings: pairs from the left, then all from the right."""
    done = 0
    while first != 0:
        one = slot_at(first)
        second = one.after
        following = 0
        paired = first
        one.after = one.before = 0
        if second != 0:
            other = slot_at(second)
            following = other.after
            other.after = other.before = 0
            paired = _meld(first, second)
        slot_at(paired).after = done  # a stack of pairs
        done = paired
        first = following
    root = 0
    while done != 0:
        following = slot_at(done).after
        slot_at(done).after = 0
        root = done if root == 0 else _meld(root, done)
        done = following
    return root


@compiled
def withdraw(slot):
    """Take the slot out of its pool; False if it was in none."""
    if slot.pool == 0:
        return False
    pool = pool_at(slot.pool)
    children = _merge(slot.child)
    if pool.root == address(slot):
        pool.root = children
    else:
        before = slot_at(slot.before)
        if before.child == address(slot):
            before.child = slot.after
        else:
            before.after = slot.after
        if slot.after != 0:
            slot_at(slot.after).before = slot.before
        if children != 0:
            pool.root = _meld(pool.root, children)
    pool.size -= 1
    slot.pool = slot.child = slot.after = slot.before = 0
    return True


@compiled
def offer(pool_address, slot, a, b, c, d, e):
    """Put the slot in, or change its order; False if it was there with this order."""
    if slot.pool == pool_address:
        if slot.a == a and slot.b == b and slot.c == c and slot.d == d and slot.e == e:
            return False
        withdraw(slot)
    slot.a, slot.b, slot.c, slot.d, slot.e = a, b, c, d, e
    put_back(pool_address, slot)
    return True


@compiled
def put_back(pool_address, slot):
    """Put a slot in under the order that it has."""
    pool = pool_at(pool_address)
    slot.pool = pool_address
    pool.size += 1
    pool.root = address(slot) if pool.root == 0 else _meld(pool.root, address(slot))


@compiled
def best(pool_address):
    """The item with the lowest order, left in; 0 if there is none."""
    root = pool_at(pool_address).root
    return 0 if root == 0 else slot_at(root).item


@compiled
def size(pool_address):
    """How many are in."""
    return pool_at(pool_address).size


@compiled
def lend_slot(S, item):
    """A slot that is given back when it comes up."""
    found = S.free_slot
    if found == 0:
        found = allocate(S, SLOT_SIZE)
    else:
        S.free_slot = slot_at(found).after
    slot = slot_at(found)
    slot.item, slot.after = item, 0
    return slot


@compiled
def take_back(S, slot):
    """A lent slot, out of its pool, for the next who needs one."""
    withdraw(slot)
    slot.after = S.free_slot
    S.free_slot = address(slot)
