"""Referrals, the queue, and the patience of those in it (R8.3 to R8.5)."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import simpy

from cascadesim.engine.clients import HANDED_OVER, REFERRED, WAITING, Client, ClientBook
from cascadesim.engine.clock import Due
from cascadesim.engine.recruitment import arrival_minutes
from cascadesim.model.codes import Event, Kind, Purpose, Rank
from cascadesim.model.draws import entity_stream
from cascadesim.model.keys import client_key
from cascadesim.model.plan import ClientPlan, Draw

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_CLIENT, _STREAM = int(Kind.CLIENT), int(Kind.STREAM)
_PATIENCE, _ARRIVAL = int(Rank.PATIENCE), int(Rank.ARRIVAL)
_PATIENCE_DRAW = int(Purpose.PATIENCE)


class WaitingRoom:
    """Takes referrals in and says who is next."""

    def __init__(self, world: World, plan: ClientPlan, book: ClientBook) -> None:
        self.world = world
        self.plan = plan
        self.book = book
        self.clock = world.clock
        self.record = world.record
        self.queue: deque[Client] = deque()
        self.handovers: list[tuple[int, int, Client]] = []
        self.unaimed: list[Client] = []  # referred in this instant: no patience on the clock yet

    def begin(self) -> None:
        """A process for each stream of referrals."""
        for place in range(len(self.plan.streams)):
            self.world.env.process(self.referrals(place))

    def referrals(self, place: int) -> Generator[simpy.Event, None, None]:
        """One stream: wait for the next referral, take it in; several may come within one minute."""
        clock, stream = self.clock, self.plan.streams[place]
        source = entity_stream(_STREAM, stream.name_hash, 0)
        for ordinal, minute in enumerate(arrival_minutes(self.world, stream.pieces, source)):
            if minute > clock.now:
                yield clock.due(minute, _ARRIVAL, place)
            self.record.events += 1
            self._refer(client_key(place, ordinal), entity_stream(_CLIENT, stream.name_hash, ordinal), stream.name)
            clock.wake()

    def _refer(self, key: int, stream: int, name: str) -> None:
        now, book = self.clock.now, self.book
        counted = now >= self.world.plan.measure_from
        client = Client(key, stream, now, counted, book.counts if counted else book.others)
        book.present[key] = client
        self.queue.append(client)
        self.unaimed.append(client)
        self.record.shift(book.waiting, 1)
        client.counts[REFERRED] += 1
        if self.record.keeps_log:
            self.record.note(Event.REFERRED, _CLIENT, key, detail=name)

    def take_next(self) -> Client | None:
        """Hand-overs first, then referrals, each by time of referral and key (R8.4); None if all have gone."""
        while self.handovers:
            client = heappop(self.handovers)[2]
            if client.state == HANDED_OVER:
                return client
        while self.queue:
            client = self.queue.popleft()
            if client.state == WAITING:
                return client
        return None

    def join_handovers(self, client: Client) -> None:
        """Wait for another worker, with fresh patience (R8.3)."""
        heappush(self.handovers, (client.referred, client.key, client))
        if self.plan.handover_patience is not None:
            self._aim(client, self.plan.handover_patience)

    def aim_patience(self) -> None:
        """Whoever is still waiting at the end of the instant of referral can lose patience from now on."""
        if self.plan.patience is not None:
            for client in self.unaimed:
                if client.state == WAITING:
                    self._aim(client, self.plan.patience)
        self.unaimed.clear()

    def _aim(self, client: Client, patience: Draw) -> None:
        minute = self.clock.now + self.world.minutes(patience, client.stream, _PATIENCE_DRAW, client.spells)
        if minute < self.world.plan.horizon:
            self.clock.at(minute, _PATIENCE, client.key, self._lose_patience, client, client.generation)

    def _lose_patience(self, due: Due) -> None:
        client: Client = due.who
        if client.generation != due.generation:
            return
        self.record.events += 1
        if client.state == WAITING:
            self.record.shift(self.book.waiting, -1)
            self.book.end(client, "reneged")
        else:
            self.record.shift(self.book.in_handover, -1)
            self.book.end(client, "lost_on_exit")
        self.clock.wake()
