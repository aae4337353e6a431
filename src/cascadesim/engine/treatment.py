"""Clients to workers: hand-overs first, then groups, then individual episodes (R8.4, R8.6, R10.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.client_lives import ClientLives
from cascadesim.engine.clients import Client
from cascadesim.engine.demands import Demand

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascadesim.engine.parts import Parts


class Treatment:
    """Places whoever can be placed; a client who fits nobody is passed over and blocks nobody."""

    def __init__(self, parts: Parts) -> None:
        assert parts.care is not None and parts.waiting is not None
        assert parts.demands is not None and parts.facilitation is not None
        self.care = parts.care
        self.waiting = parts.waiting
        self.demands = parts.demands
        self.facilitation = parts.facilitation
        self.offers = parts.offers
        alone = len(self.demands.all) == 1
        self.only = self.demands.individual[0] if alone else None
        self.lives = ClientLives(parts.world, parts.waiting, parts.care, parts.facilitation)

    def give_clients(self) -> None:
        """Each in turn to the worker who is next for one."""
        individual, only = self.demands.individual, self.only
        if only is not None:
            if only.waiting:
                self._give_one(only)
            return
        self._give(individual, Demand.next_handover)
        self._gather()
        self._give(individual, Demand.next_referral)

    def _give_one(self, demand: Demand) -> None:
        """The same where everybody needs the same."""
        while demand.waiting:
            worker, interpreted = demand.best()
            if worker is None:
                return
            client = demand.next_handover() or demand.next_referral()
            if client is None:
                return
            self.care.place(client, worker, interpreted)
            self.offers.refresh_touched()

    def _give(self, demands: list[Demand], following: Callable[[Demand], Client | None]) -> None:
        while True:
            chosen = None
            for demand in demands:
                if not demand.waiting:
                    continue
                client = following(demand)
                if client is None or (chosen is not None and client.turn >= chosen[0].turn):
                    continue
                worker, interpreted = demand.best()
                if worker is not None:
                    chosen = (client, worker, interpreted)
            if chosen is None:
                return
            self.care.place(*chosen)
            self.offers.refresh_touched()

    def _gather(self) -> None:
        """Groups, that first whose first client is first in turn: never by the name of a language or a format (R8.4).

        A start only takes hours and places, so what could not start before it cannot start after it.
        """
        ready = [demand for demand in self.demands.grouped if demand.waiting >= demand.plan.group_min]
        while ready:
            demand = min(ready, key=Demand.turn)
            if self.facilitation.start(demand):
                self.offers.refresh_touched()
                ready = [each for each in ready if each.waiting >= each.plan.group_min]
            else:
                ready.remove(demand)

    def aim(self) -> None:
        """The clocks of those referred in this instant: their patience, and their own lives."""
        if self.waiting.unaimed:
            self.waiting.aim_patience()
        if self.waiting.newcomers:
            self.lives.begin()
