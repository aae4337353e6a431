"""Where workers come from: those there at the start, dated intakes, and a Poisson stream (R9.1)."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING

import simpy

from cascadesim.engine.people import People
from cascadesim.model.arrivals import time_of
from cascadesim.model.codes import Entry, Kind, Purpose, Rank
from cascadesim.model.draws import entity_stream
from cascadesim.model.plan import Piece

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_ARRIVAL = int(Rank.ARRIVAL)
# Among the arrivals of one instant referrals come first (their key is the stream's place), then intakes, then recruits.
_INTAKE_KEY, _RECRUIT_KEY = 1 << 20, 2 << 20


def arrival_minutes(world: World, pieces: tuple[Piece, ...], stream: int) -> Generator[int, None, None]:
    """The minutes of a Poisson stream: the i-th when the integrated rate reaches E1 + ... + Ei, rounded once (R7.3)."""
    total, ordinal, horizon = 0.0, 0, world.plan.horizon
    while True:
        total -= math.log(1.0 - world.uniform(stream, Purpose.INTER_ARRIVAL, ordinal))
        exact = time_of(pieces, total)
        if exact >= horizon:
            return
        minute = max(1, math.floor(exact + 0.5))
        if minute >= horizon:
            return
        yield minute
        ordinal += 1


class Recruitment:
    """Brings in everybody whom the plan brings in."""

    def __init__(self, world: World, people: People) -> None:
        self.world = world
        self.people = people

    def begin(self) -> None:
        """Those there at the start come in now; the others get a process each."""
        for tier in self.world.plan.tiers:
            for position in range(tier.initial):
                self.people.recruit(tier.level, Entry.INITIAL, 0, position)
        for tier in self.world.plan.tiers:
            if tier.intake:
                self.world.env.process(self.intakes(tier.level))
            if tier.recruits:
                self.world.env.process(self.recruits(tier.level))

    def intakes(self, level: int) -> Generator[simpy.Event, None, None]:
        """The dated intakes of one tier, in order."""
        clock = self.world.clock
        for minute, count in self.world.plan.tiers[level].intake:
            if minute >= self.world.plan.horizon:
                return
            yield clock.due(minute, _ARRIVAL, _INTAKE_KEY + level)
            self.world.record.events += 1
            for position in range(count):
                self.people.recruit(level, Entry.INTAKE, minute, position)
            clock.wake()

    def recruits(self, level: int) -> Generator[simpy.Event, None, None]:
        """The Poisson stream of one tier; several may come within one minute."""
        clock = self.world.clock
        stream = entity_stream(Kind.RECRUITS, level, 0)
        pieces = self.world.plan.tiers[level].recruits
        for number, minute in enumerate(arrival_minutes(self.world, pieces, stream)):
            if minute > clock.now:
                yield clock.due(minute, _ARRIVAL, _RECRUIT_KEY + level)
            self.world.record.events += 1
            self.people.recruit(level, Entry.POISSON, number, 0)
            clock.wake()
