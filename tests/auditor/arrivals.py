"""When referrals and recruits come: the i-th as the integral of the rate reaches E1 + ... + Ei (R7.3, R9.1).

States of the organisation multiply the rates of referrals: what the integral still lacks at the real-valued minute
`since` is kept when they change, so that no draw is thrown away.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from auditor.clocks import rate_between, reaching
from auditor.luck import INTER_ARRIVAL, RECRUITS, STREAM, WORD, Luck, named, stream_of
from auditor.rows import FIRST_DATED, Row, client_number, site_of, way_in

if TYPE_CHECKING:
    from auditor.replay import Replay

NEVER = 1 << 62
NOISE = 1e-5
Origin = tuple[str, ...]
"""A tier and a site, or a stream of referrals."""


class Source:
    """One Poisson stream: `early` and `late` are the minutes between which the next, number `ordinal`, comes."""

    def __init__(self, luck: Luck, stream: int, steps: tuple[tuple[int, float], ...], horizon: int) -> None:
        self.luck = luck
        self.stream = stream
        self.steps = steps
        self.horizon = horizon
        self.factor = 1.0
        self.ordinal = 0
        self.since = 0.0
        self.left = luck.unit(stream, INTER_ARRIVAL, 0)
        self.aim(0, again=False)

    def aim(self, now: int, again: bool) -> None:
        """The next one; after one that has come another may come within the same minute."""
        first = now if again else now + 1
        self.exact = reaching(self.steps, self.since, self.left / self.factor)
        self.early = self.late = NEVER
        if self.exact < self.horizon:
            self.early = max(first, math.floor(self.exact + 0.5 - NOISE))
            self.late = max(first, math.floor(self.exact + 0.5 + NOISE))
        if self.late >= self.horizon:
            self.early = self.late = NEVER

    def respond(self, factor: float, now: int) -> None:
        """Another factor from the end of this minute on."""
        if factor != self.factor:
            if now > self.since:
                self.left = max(0.0, self.left - self.factor * rate_between(self.steps, self.since, now))
                self.since = float(now)
            self.factor = factor
            self.aim(now, again=False)

    def come(self, now: int) -> None:
        """One has come."""
        self.ordinal += 1
        self.since, self.left = self.exact, self.luck.unit(self.stream, INTER_ARRIVAL, self.ordinal)
        self.aim(now, again=True)


class Arrivals:
    """Every stream of referrals and of recruits; `missed` says what has not come by the present instant or the next."""

    def __init__(self, replay: Replay, luck: Luck) -> None:
        self.replay = replay
        self.sources: dict[Origin, Source] = {}
        self.missed: list[str] = []
        programme = replay.programme
        for stream in programme.care.streams.values() if programme.care else ():
            if stream.steps:
                steps = _times(stream.steps, programme.recognition.get("referral_factor", 1.0))
                owner = stream_of(STREAM, named(stream.name), 0)
                self.sources[stream.name,] = Source(luck, owner, steps, programme.horizon)
        for tier in programme.cascade:
            for site, staff in tier.staff.items():
                if staff.recruits:
                    steps = _times(staff.recruits, programme.recognition.get("recruitment_factor", 1.0))
                    place = named(site) if site else 0
                    owner = stream_of(RECRUITS, tier.level + place & WORD, 0)
                    self.sources[tier.name, site] = Source(luck, owner, steps, programme.horizon)
        self._respond()

    def next_of(self, row: Row) -> Source | None:
        """The stream from which a row says that somebody comes, None for any other row."""
        if row.event in ("referred", "screened_out") and client_number(row.key) < FIRST_DATED:
            return self.sources.get((row.key.rpartition(":")[0],))
        if row.event == "recruited" and way_in(row) == "poisson":
            return self.sources.get((row.tier, site_of(row.key)))
        return None

    def note(self, row: Row) -> None:
        """After a row: whoever has come has come."""
        source = self.next_of(row)
        if source:
            source.come(row.minute)

    def close_instant(self) -> None:
        """After an instant: who has not come, and which rates are others."""
        self._look(self.replay.now + 1)
        if self.replay.now == 0 or any(row.event == "published" for row in self.replay.instant):
            self._respond()
        self._look(self.replay.until)

    def _respond(self) -> None:
        """The published states multiply the rates of a site (R5.8, R7.3)."""
        care, organisation = self.replay.programme.care, self.replay.organisation
        for stream in care.streams.values() if care else ():
            if (stream.name,) in self.sources:
                factor, site = 1.0, stream.site or self.replay.programme.sites[0]
                for name, state in self.replay.programme.states.items():
                    factor *= state.referral_ratio ** (1.0 - organisation.published[name, site])
                self.sources[stream.name,].respond(factor, self.replay.now)

    def _look(self, until: int) -> None:
        """Who was to come before this minute and did not; nobody is recruited from an empty pool (R9.1)."""
        for origin, source in self.sources.items():
            while source.late < until:
                if self.replay.openings.pools.get(origin) != 0:
                    self.missed.append(f"{':'.join(origin)}: number {source.ordinal} was to come at {source.late}")
                source.come(source.late)


def _times(steps: tuple[tuple[int, float], ...], factor: float) -> tuple[tuple[int, float], ...]:
    return tuple((minute, rate * factor) for minute, rate in steps)
