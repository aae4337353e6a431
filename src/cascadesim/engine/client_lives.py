"""Clients' own lives: a move, a change of status, that ends their time with the programme (R8.3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cascadesim.engine.clients import GONE, IN_CARE, Client
from cascadesim.engine.clock import Due
from cascadesim.engine.hazard import DATED
from cascadesim.model.enums import Purpose, Rank
from cascadesim.model.hazards import tenure_at
from cascadesim.model.plan import ClientReasonPlan
from cascadesim.model.units import WEEK_MINUTES

if TYPE_CHECKING:
    from cascadesim.engine.care import Care
    from cascadesim.engine.facilitation import Facilitation
    from cascadesim.engine.waiting import WaitingRoom
    from cascadesim.engine.world import World

_PATIENCE = int(Rank.PATIENCE)
_KEY = 1 << 62  # after lost patience at one instant


class ClientLives:
    """Puts on the clock the first thing in each client's life that ends their time here."""

    def __init__(self, world: World, waiting: WaitingRoom, care: Care, facilitation: Facilitation) -> None:
        self.world = world
        self.waiting = waiting
        self.care = care
        self.facilitation = facilitation
        self.reasons = care.plan.reasons

    def begin(self) -> None:
        """Set the clocks of those referred in this instant, and present at its end."""
        for client in self.waiting.newcomers:
            strikes = [(self._due(client, reason), reason.order) for reason in self.reasons]
            minute, order = min(strikes)
            if minute < self.world.plan.horizon and client.state != GONE:
                self.world.clock.at(minute, _PATIENCE, _KEY + client.key, self._leave, client, order)
        self.waiting.newcomers.clear()

    def _due(self, client: Client, reason: ClientReasonPlan) -> int:
        """The minute at which the reason takes the client away; the horizon if it never does."""
        clock, horizon = reason.clock, self.world.plan.horizon
        if not self.world.chance(
            reason.leave_probability, client.stream, Purpose.CONSEQUENCE, reason.name_hash
        ):
            return horizon
        if clock.kind in DATED:
            return self._dated(client, reason)
        threshold = -math.log(1.0 - self.world.uniform(client.stream, Purpose.THRESHOLD, reason.name_hash))
        at = client.referred + tenure_at(clock.kind, clock.shape, clock.scale_minutes, 0.0, threshold, clock.table)
        return max(client.referred + 1, math.ceil(at)) if at < horizon else horizon

    def _dated(self, client: Client, reason: ClientReasonPlan) -> int:
        clock, horizon = reason.clock, self.world.plan.horizon
        if clock.minute <= client.referred:
            return horizon
        if clock.kind == "date":
            return clock.minute
        if not self.world.chance(clock.share, client.stream, Purpose.THRESHOLD, reason.name_hash):
            return horizon
        u = self.world.uniform(client.stream, Purpose.SHOCK_TIME, reason.name_hash)
        return clock.minute + math.floor(u * WEEK_MINUTES)

    def _leave(self, due: Due) -> None:
        client: Client = due.who
        if client.state == GONE:
            return
        self.world.record.events += 1
        reason = self.reasons[due.generation].name
        if client.state != IN_CARE:
            self.care.book.end(client, "left_for_own_reason", None, reason)
        elif client.group is not None:
            self.facilitation.leave(client, reason)
        else:
            self.care.leave(client, reason)
        self.world.clock.wake()
