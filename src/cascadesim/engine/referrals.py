"""A stream of referrals whose rate the organisation acts on: the next is set again when the factor changes (R7.3)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from cascadesim.engine.clock import Due
from cascadesim.model.enums import Kind, Purpose, Rank
from cascadesim.model.hazards import rate_integral, time_from
from cascadesim.model.plan import StreamPlan
from cascadesim.model.rng import entity_stream

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_ARRIVAL = int(Rank.ARRIVAL)


class Source:
    """The i-th referral comes as the integral of rate x factor reaches E1 + ... + Ei; none is thinned out.

    `left` is what the integral still lacks at the real-valued minute `since`.
    """

    def __init__(self, world: World, stream: StreamPlan, place: int, refer: Callable[[int, int], None]) -> None:
        self.world = world
        self.stream = stream
        self.place = place
        self.refer = refer
        self.luck = entity_stream(Kind.STREAM, stream.name_hash, 0)
        self.factor = 1.0
        self.ordinal = 0
        self.since = 0.0
        self.left = self._unit()
        self.exact = math.inf
        self.due: Due | None = None

    def _unit(self) -> float:
        return -math.log(1.0 - self.world.uniform(self.luck, Purpose.INTER_ARRIVAL, self.ordinal))

    def set_factor(self, factor: float) -> None:
        """The rate is multiplied by `factor` from now on."""
        if factor == self.factor and self.due is not None:
            return
        now = float(self.world.clock.now)
        if now > self.since:
            self.left = max(0.0, self.left - self.factor * rate_integral(self.stream.pieces, self.since, now))
            self.since = now
        self.factor = factor
        self._aim()

    def _next(self) -> float:
        if self.factor <= 0.0:
            return math.inf
        return time_from(self.stream.pieces, self.since, self.left / self.factor)

    def _aim(self) -> None:
        if self.due is not None:
            self.due.cancel()
        self.exact = self._next()
        now, horizon = self.world.clock.now, self.world.plan.horizon
        if self.exact >= horizon:
            return
        minute = max(now + 1, math.floor(self.exact + 0.5))
        if minute < horizon:
            self.due = self.world.clock.at(minute, _ARRIVAL, self.place << 1, self._arrive)

    def _arrive(self, _due: Due) -> None:
        """The referral, and those that come within the same minute."""
        now = self.world.clock.now
        self.due = None
        while True:
            self.refer(self.place, self.ordinal)
            self.ordinal += 1
            self.since, self.left = self.exact, self._unit()
            self.exact = self._next()
            if self.exact >= self.world.plan.horizon or math.floor(self.exact + 0.5) > now:
                break
        self._aim()
