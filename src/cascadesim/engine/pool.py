"""A set that knows its best member, at a cost that follows what changed and not how many there are (R10.2)."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

Item = TypeVar("Item")
Order = tuple[float, ...]

_SLACK = 64


class Pool(Generic[Item]):
    """Items with an order each; the lowest is the best. An order must end in a key that no other item has.

    A heap in which an outdated entry stays until it comes up or until half of the heap is outdated.
    """

    by_most_free = True
    """Of pools of supervisors: the order is the built-in one."""

    def __init__(self) -> None:
        self._heap: list[tuple[Order, Item]] = []
        self._order: dict[Item, Order] = {}

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._order)

    def __contains__(self, item: Item) -> bool:
        return item in self._order

    def order(self, item: Item) -> Order:
        """The order under which `item` is in."""
        return self._order[item]

    def offer(self, item: Item, order: Order) -> bool:
        """Put `item` in, or change its order; False if it was there with this order."""
        if self._order.get(item) == order:
            return False
        self._order[item] = order
        heappush(self._heap, (order, item))
        if len(self._heap) > 2 * len(self._order) + _SLACK:
            self._heap = [(order, item) for item, order in self._order.items()]
            heapify(self._heap)
        return True

    def withdraw(self, item: Item) -> bool:
        """Take `item` out; False if it was not in."""
        return self._order.pop(item, None) is not None

    def put_back(self, item: Item, order: Order) -> None:
        """Put `item` in again, who was withdrawn for a moment, with the order that it had."""
        self.offer(item, order)

    def best(self) -> Item | None:
        """The item with the lowest order, left in; None if there is none."""
        heap, orders = self._heap, self._order
        while heap:
            order, item = heap[0]
            if orders.get(item) is order:
                return item
            heappop(heap)
        return None

    def take(self) -> Item | None:
        """The item with the lowest order, taken out."""
        item = self.best()
        if item is not None:
            del self._order[item]
        return item
