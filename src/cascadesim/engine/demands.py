"""Clients who wait, by what they need: a site, a language, a format; and the workers who could see them, likewise."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from cascadesim.engine.clients import HANDED_OVER, WAITING, Client
from cascadesim.engine.pool import Pool
from cascadesim.engine.worker import ALL_LANGUAGES, Worker
from cascadesim.model.plan import ClientPlan, FormatPlan, care_needs, needed_rates

if TYPE_CHECKING:
    from cascadesim.engine.world import World

LANGUAGE = 8  # the test of a worker who does not speak a client's language; the others are in offers.py


class Desk:
    """Workers of one site who speak the same languages: on offer for each of the `needs` (minutes a week)."""

    def __init__(self, world: World, site: int, speaks: int, needs: int) -> None:
        self.site = site
        self.speaks = speaks
        self.pools: list[Pool[Worker]] = [world.pool("client_worker") for _ in range(needs)]
        self.masks = [[0] * 8 for _ in range(needs)]


class Demand:
    """The clients who need the same: `near` desks speak their language, `far` ones need an interpreter or cannot help.

    `need` and `far_need` are places among the needs; `far_need` is -1 where no interpreter is paid for.
    """

    def __init__(self, place: int, site: int, language: int, plan: FormatPlan, need: int, far_need: int) -> None:
        self.place = place
        self.site = site
        self.language = language
        self.plan = plan
        self.need = need
        self.far_need = far_need
        self.near: list[Desk] = []
        self.far: list[Desk] = []
        self.lone: Desk | None = None  # where there is only one, and it can help
        self.waiting = 0
        self.groups = 0
        self._queues: dict[tuple[int, int], deque[Client]] = {}
        self._classes: list[tuple[int, int]] = []
        self._handovers: list[tuple[int, int, int, Client]] = []

    def meet(self, desk: Desk) -> None:
        """A new kind of worker: whether they can help."""
        if desk.site == self.site:
            speaks = self.language < 0 or desk.speaks == ALL_LANGUAGES or desk.speaks >> self.language & 1
            (self.near if speaks else self.far).append(desk)
            self.lone = self.near[0] if len(self.near) == 1 and not self.far else None

    # --- the queue --------------------------------------------------------------------------------------------------

    def join(self, client: Client) -> None:
        """At the end of the queue of its class: urgent first, then by priority."""
        order = (client.urgency, client.priority)
        queue = self._queues.get(order)
        if queue is None:
            queue = self._queues[order] = deque()
            self._classes = sorted(self._queues)
        queue.append(client)

    def join_handovers(self, client: Client) -> None:
        """Among those who wait for another worker, by referral and key."""
        heappush(self._handovers, (client.referred, client.key, client.spells, client))

    def next_handover(self) -> Client | None:
        """Who is next of those handed over, left in; None if there is nobody."""
        while self._handovers:
            _, _, spells, client = self._handovers[0]
            if client.state == HANDED_OVER and client.spells == spells:
                return client
            heappop(self._handovers)
        return None

    def next_referral(self) -> Client | None:
        """Who is next of those referred, left in; None if there is nobody."""
        for order in self._classes:
            queue = self._queues[order]
            while queue:
                if queue[0].state == WAITING:
                    return queue[0]
                queue.popleft()
        return None

    def turn(self) -> tuple[int, int, int, int]:
        """That of whoever is next of those referred; somebody has to be waiting."""
        client = self.next_referral()
        assert client is not None
        return client.turn

    def first(self, most: int) -> list[Client]:
        """The first `most` of those referred, left in; who heads a queue and waits no longer is taken out of it."""
        found: list[Client] = []
        for order in self._classes:
            queue = self._queues[order]
            while queue and queue[0].state != WAITING:
                queue.popleft()
            for client in queue:
                if client.state == WAITING:
                    found.append(client)
                    if len(found) == most:
                        return found
        return found

    # --- workers ----------------------------------------------------------------------------------------------------

    def best(self) -> tuple[Worker | None, bool]:
        """The worker who is next for a client of this demand, and whether they need an interpreter (R8.4)."""
        if self.lone is not None:
            return self.lone.pools[self.need].best(), False
        worker = _best(self.near, self.need)
        if worker is not None or self.far_need < 0:
            return worker, False
        return _best(self.far, self.far_need), True

    def masks(self) -> list[int]:
        """How many workers of the site fail which tests, among them the language."""
        if self.lone is not None:
            return self.lone.masks[self.need]
        total = [0] * (2 * LANGUAGE)
        for desk in self.near:
            for mask, count in enumerate(desk.masks[self.need]):
                total[mask] += count
        for desk in self.far:
            if self.far_need >= 0:
                for mask, count in enumerate(desk.masks[self.far_need]):
                    total[mask] += count
            else:
                for mask, count in enumerate(desk.masks[self.need]):
                    total[mask | LANGUAGE] += count
        return total


def _best(desks: list[Desk], need: int) -> Worker | None:
    if len(desks) == 1:
        return desks[0].pools[need].best()
    found, order = None, None
    for desk in desks:
        worker = desk.pools[need].best()
        if worker is not None:
            this = desk.pools[need].order(worker)
            if order is None or this < order:
                found, order = worker, this
    return found


class Demands:
    """Every demand that a plan can have, and the desks of the workers that there are."""

    def __init__(self, world: World, plan: ClientPlan) -> None:
        self.world = world
        self.needs = needed_rates(plan)
        self.desks: dict[tuple[int, int], Desk] = {}
        self.all: list[Demand] = []
        self._at: dict[tuple[int, int, int], Demand] = {}
        for place, wanted in enumerate(care_needs(plan)):
            site, language, form = wanted.site, wanted.language, wanted.form
            far_need = -1 if wanted.far_need is None else self.needs.index(wanted.far_need)
            demand = Demand(place, site, language, plan.formats[form], self.needs.index(wanted.need), far_need)
            self.all.append(demand)
            self._at[(site, language, form)] = demand
        self.individual = [demand for demand in self.all if demand.plan.group_max == 1]
        self.grouped = [demand for demand in self.all if demand.plan.group_max > 1]

    def at(self, site: int, language: int, form: int) -> Demand:
        """The demand of clients of this site, language and format."""
        return self._at[(site, language, form)]

    def desk_of(self, worker: Worker) -> Desk:
        """The desk at which this worker is on offer."""
        place = (worker.site, worker.speaks)
        desk = self.desks.get(place)
        if desk is None:
            desk = self.desks[place] = Desk(self.world, *place, len(self.needs))
            for demand in self.all:
                demand.meet(desk)
        return desk
