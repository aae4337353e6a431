"""Referrals, the queues, and the patience of those in them (R8.3 to R8.5)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import simpy

from cascadesim.engine.clients import SCREENED_OUT, WAITING, Client, ClientBook
from cascadesim.engine.clock import Due
from cascadesim.engine.demands import Demands
from cascadesim.engine.recruitment import arrival_minutes
from cascadesim.engine.referrals import Source
from cascadesim.model.distributions import Draw
from cascadesim.model.enums import Event, Kind, Purpose, Rank
from cascadesim.model.ids import client_key
from cascadesim.model.plan import ClientPlan
from cascadesim.model.rng import entity_stream

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_CLIENT, _STREAM = int(Kind.CLIENT), int(Kind.STREAM)
_PATIENCE, _ARRIVAL = int(Rank.PATIENCE), int(Rank.ARRIVAL)
_PATIENCE_DRAW = int(Purpose.PATIENCE)
_DATED = 1 << 39  # ordinals of dated referrals, beyond those of any rate


class WaitingRoom:
    """Takes referrals in, and out when they have lost patience."""

    def __init__(self, world: World, plan: ClientPlan, book: ClientBook, demands: Demands) -> None:
        self.world = world
        self.plan = plan
        self.book = book
        self.demands = demands
        self.clock = world.clock
        self.record = world.record
        self.unaimed: list[Client] = []  # referred in this instant: no patience on the clock yet
        self.newcomers: list[Client] = []  # the same, for the events of their own lives
        self.sources: list[Source] = []

    def begin(self, varying: bool) -> None:
        """A process for each stream of referrals; `varying` where the organisation acts on their rates."""
        for place, stream in enumerate(self.plan.streams):
            if stream.pieces and varying:
                self.sources.append(Source(self.world, stream, place, self._referred))
            elif stream.pieces:
                self.world.env.process(self.referrals(place))
            if stream.dates:
                self.world.env.process(self.dated(place))

    def set_factor(self, site: int, factor: float) -> None:
        """The referral rates of a site are multiplied by this from now on."""
        for source in self.sources:
            if source.stream.site == site:
                source.set_factor(factor)

    def referrals(self, place: int) -> Generator[simpy.Event, None, None]:
        """One stream: wait for the next referral, take it in; several may come within one minute."""
        clock, stream = self.clock, self.plan.streams[place]
        source = entity_stream(_STREAM, stream.name_hash, 0)
        for ordinal, minute in enumerate(arrival_minutes(self.world, stream.pieces, source)):
            if minute > clock.now:
                yield clock.due(minute, _ARRIVAL, place << 1)
            self._referred(place, ordinal)

    def dated(self, place: int) -> Generator[simpy.Event, None, None]:
        """The referrals whose dates are given."""
        clock = self.clock
        for number, minute in enumerate(self.plan.streams[place].dates):
            if minute >= self.world.plan.horizon:
                return
            if max(1, minute) > clock.now:
                yield clock.due(max(1, minute), _ARRIVAL, place << 1 | 1)  # in the order of the clients' keys
            self._referred(place, _DATED + number)

    def _referred(self, place: int, ordinal: int) -> None:
        """One potential referral: eligible or not, with a language and a degree of urgency."""
        self.record.events += 1
        self.clock.wake()
        plan, world = self.plan.streams[place], self.world
        key, stream = client_key(place, ordinal), entity_stream(_CLIENT, plan.name_hash, ordinal)
        if plan.eligibility < 1.0 and not world.chance(plan.eligibility, stream, Purpose.ELIGIBILITY):
            self.book.window()[SCREENED_OUT] += 1
            self.record.note(Event.SCREENED_OUT, _CLIENT, key, detail=plan.name)
            return
        language = world.cut(plan.languages, stream, Purpose.LANGUAGE) if plan.languages else -1
        urgent = plan.urgent_probability > 0.0 and world.chance(plan.urgent_probability, stream, Purpose.URGENT)
        demand = self.demands.at(plan.site, language, plan.format)
        client = Client(key, stream, self.clock.now, demand, 0 if urgent else 1, plan.priority)
        self.book.enter(client, (place, language))
        demand.join(client)
        self.unaimed.append(client)
        if self.plan.reasons:
            self.newcomers.append(client)
        if self.record.keeps_log:
            spoken = f":{world.plan.languages[language][0]}" if language >= 0 else ""
            self.record.note(Event.REFERRED, _CLIENT, key, detail=plan.name + spoken, amount=int(urgent))

    def join_handovers(self, client: Client) -> None:
        """Wait for another worker, with fresh patience (R8.3)."""
        client.demand.waiting += 1
        client.demand.join_handovers(client)
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
        self.book.end(client, "reneged" if client.state == WAITING else "lost_on_exit")
        self.clock.wake()
