"""Where workers come from: those there at the start, dated intakes, and a Poisson stream (R9.1)."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING

import simpy

from cascadesim.engine.people import People
from cascadesim.model.enums import Entry, Kind, Purpose, Rank
from cascadesim.model.hazards import time_of
from cascadesim.model.plan import Piece
from cascadesim.model.rng import MASK, entity_stream

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_ARRIVAL = int(Rank.ARRIVAL)
_SITE_BITS = 8
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
    """Brings in everybody whom the plan brings in. `pools` is how many are left outside, -1 where there is no end."""

    def __init__(self, world: World, people: People) -> None:
        self.world = world
        self.people = people
        self.pools = [[staff.pool for staff in tier.staff] for tier in world.plan.tiers]

    def begin(self) -> None:
        """Those there at the start come in now; the others get a process each."""
        for tier in self.world.plan.tiers:
            for site, staff in enumerate(tier.staff):
                for position in range(staff.initial):
                    self.people.recruit(tier.level, site, Entry.INITIAL, 0, position)
        for tier in self.world.plan.tiers:
            for site, staff in enumerate(tier.staff):
                if staff.intake:
                    self.world.env.process(self.intakes(tier.level, site))
                if staff.recruits:
                    self.world.env.process(self.recruits(tier.level, site))

    def from_outside(self, level: int, site: int, entry: int, date: int, position: int) -> bool:
        """Recruit somebody from the pool; False if nobody is left in it."""
        left = self.pools[level][site]
        if left == 0:
            return False
        if left > 0:
            self.pools[level][site] = left - 1
        self.people.recruit(level, site, entry, date, position)
        return True

    def intakes(self, level: int, site: int) -> Generator[simpy.Event, None, None]:
        """The dated intakes of one tier at one site, in order."""
        clock = self.world.clock
        for minute, count in self.world.plan.tiers[level].staff[site].intake:
            if minute >= self.world.plan.horizon:
                return
            yield clock.due(minute, _ARRIVAL, _INTAKE_KEY + (level << _SITE_BITS | site))
            self.world.record.events += 1
            for position in range(count):
                self.from_outside(level, site, Entry.INTAKE, minute, position)
            clock.wake()

    def recruits(self, level: int, site: int) -> Generator[simpy.Event, None, None]:
        """The Poisson stream of one tier at one site; several may come within one minute."""
        clock = self.world.clock
        stream = entity_stream(Kind.RECRUITS, level + self.world.plan.sites[site][1] & MASK, 0)
        pieces = self.world.plan.tiers[level].staff[site].recruits
        for number, minute in enumerate(arrival_minutes(self.world, pieces, stream)):
            if minute > clock.now:
                yield clock.due(minute, _ARRIVAL, _RECRUIT_KEY + (level << _SITE_BITS | site))
            self.world.record.events += 1
            self.from_outside(level, site, Entry.POISSON, number, 0)
            clock.wake()
