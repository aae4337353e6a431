"""Pools that know their first entry, at a cost that follows what changed and not how many there are (R10.2).

An order ends in a key that no other entry of the pool has; the lowest comes first. The plain form is a heap in which an
outdated entry stays until it comes up or until half of the heap is outdated; the compiled form is a pairing heap
(`runtime/containers.py`).
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

from cascadesim.engine.runtime.fields import plain_only, record

if TYPE_CHECKING:
    from cascadesim.engine.records import Client, SupervisionGroup, Worker, World

_SLACK = 64
Order = tuple[float, ...]
(
    NO_CHOICE,
    CLIENT_WORKER,
    COURSE_CANDIDATE,
    COURSE_TRAINER,
    REFRESHER_PARTICIPANT,
    SEAT_WORKER,
    SEAT_GROUP,
    GROUP_SUPERVISOR,
) = range(8)
"""The choices for which a caller may have a rule of their own (`custom_rules.py`)."""


@record
class PoolEntry:
    """Somebody's entry in a pool. `mask` are the tests that a worker fails as a resource, -1 where they are not counted
    (`binding_constraints.py`); `minute` and `number` are of a deadline."""

    pool: Pool
    worker: Worker
    group: SupervisionGroup
    client: Client
    mask: int = -1
    minute: int
    number: int
    order: Any = plain_only()
    # compiled: the place in the heap, and the order
    child: PoolEntry
    after: PoolEntry
    before: PoolEntry
    a: int
    b: int
    c: int
    d: int
    e: int

    def withdraw(self) -> bool:
        """Take the entry out of its pool; False if it was in none."""
        if self.pool is None:
            return False
        self.pool.size -= 1
        self.pool = None
        return True

    def precedes(self, other: PoolEntry) -> bool:
        """Whether it comes before an entry of another pool."""
        first: bool = self.order < other.order
        return first


@record
class Pool:
    """Entries in an order, of which the first is known."""

    root: PoolEntry
    size: int
    by_most_free: bool = True  # of pools of supervisors: the order is the built-in one
    heap: Any = plain_only()

    def offer(self, entry: PoolEntry, order: Order) -> bool:
        """Put an entry in, or change its order; False if it was there with this order."""
        if entry.pool is self:
            if entry.order == order:
                return False
        else:
            if entry.pool is not None:
                entry.pool.size -= 1
            entry.pool = self
            self.size += 1
        entry.order = order
        self.put_back(entry)
        return True

    def put_back(self, entry: PoolEntry) -> None:
        """Put an entry in again, which was withdrawn for a moment, in the order that it had."""
        if entry.pool is None:
            entry.pool = self
            self.size += 1
        heap = self.heap
        if heap is None:
            heap = self.heap = []
        heappush(heap, (entry.order, entry))
        if len(heap) > 2 * self.size + _SLACK:
            self.heap = list({id(one): (order, one) for order, one in heap if self._holds(order, one)}.values())
            heapify(self.heap)

    def _holds(self, order: Order, entry: PoolEntry) -> bool:
        return entry.pool is self and entry.order is order

    def best(self) -> PoolEntry | None:
        """The first entry, left in; None if there is none."""
        heap = self.heap
        while heap:
            order, entry = heap[0]
            if entry.pool is self and entry.order is order:
                return entry  # type: ignore[no-any-return]
            heappop(heap)
        return None


def new_pool(world: World, choice: int) -> Pool:
    """A pool with nobody in it, in the order of the caller's rule for this choice if there is one."""
    pool: Pool = world.pool(choice)  # type: ignore[attr-defined]
    return pool
