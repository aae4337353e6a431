"""When reasons of their own take clients away: clocks from referral that nothing hastens, drawn again (R8.3)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from auditor.amounts import WEEK
from auditor.clientele import Client
from auditor.clinic import OwnReason
from auditor.luck import CLIENT, CONSEQUENCE, SHOCK_TIME, THRESHOLD, Luck, named, stream_of
from auditor.rows import Row, client_number

if TYPE_CHECKING:
    from auditor.replay import Replay

NOISE = 1e-5


class Departure(NamedTuple):
    """A reason, and the minutes between which it strikes."""

    late: int
    name: str
    early: int


class Departures:
    """The first of each client's own reasons; `missed` says who stayed through it."""

    def __init__(self, replay: Replay, luck: Luck) -> None:
        self.replay = replay
        self.luck = luck
        self.due: dict[str, Departure] = {}
        self.order: list[tuple[int, str]] = []
        self.missed: list[str] = []

    def note(self, row: Row) -> None:
        """After a row: a client who is referred has a life of their own."""
        care, client = self.replay.programme.care, self.replay.clients.get(row.key)
        if row.event != "referred" or not care or not client:
            return
        stream = stream_of(CLIENT, named(client.stream.name), client_number(row.key))
        strikes: list[Departure] = []
        for name, reason in care.reasons.items():
            strikes += self._strikes(client, stream, name, reason)
        first = min(strikes, default=None)
        if first and first.late < self.replay.programme.horizon:
            self.due[row.key] = first
            heappush(self.order, (first.late, row.key))

    def _strikes(self, client: Client, stream: int, name: str, reason: OwnReason) -> Iterator[Departure]:
        """When it strikes, if it does."""
        index, now = named(name), client.referred_at
        if self.luck.uniform(stream, CONSEQUENCE, index) >= reason.leaves:
            return
        if reason.dates is None:
            exact = now + reason.clock.tenure(0.0, self.luck.unit(stream, THRESHOLD, index))
            if exact < self.replay.programme.horizon:
                early, late = (max(now + 1, math.ceil(exact + by)) for by in (-NOISE, NOISE))
                yield Departure(late, name, early)
        elif reason.dates[0] > now:
            struck = self.luck.uniform(stream, THRESHOLD, index) < reason.share
            spread = self.luck.uniform(stream, SHOCK_TIME, index) if reason.clock.kind == "shock" else 0.0
            minute = reason.dates[0] + math.floor(spread * WEEK)
            if struck or reason.clock.kind == "date":
                yield Departure(minute, name, minute)

    def close_instant(self) -> None:
        """After an instant: who is still there, and was to leave before the next one."""
        while self.order and self.order[0][0] < self.replay.until:
            minute, label = heappop(self.order)
            if not self.replay.clients[label].ended:
                self.missed.append(f"{label} stays through {self.due[label].name} at {minute}")
