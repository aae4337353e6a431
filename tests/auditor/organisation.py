"""The states of the organisation, worked out again: decay, lifts, reviews, and the duties that follow (R7, R2.5)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from auditor.amounts import WEEK
from auditor.programme import Programme

if TYPE_CHECKING:
    from auditor.people import Worker

Place = tuple[str, str]
"""A state and a site."""
NOISE = 1e-6


class Organisation:
    """The level of every state at every site, and what was last published of it."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.levels: dict[Place, float] = {}
        self.settled: dict[Place, int] = {}
        self.lifts: dict[Place, list[int]] = {}  # minutes of trainings that have been held
        for name, state in programme.states.items():
            for site, (start, _, _) in state.sites.items():
                self.levels[name, site] = start
                self.settled[name, site] = 0
                self.lifts[name, site] = []
        self.published = dict(self.levels)

    def level(self, place: Place, minute: int) -> float:
        """The level now: its distance from nothing halves every half-life."""
        half_life, elapsed = self.programme.states[place[0]].half_life, minute - self.settled[place]
        return self.levels[place] * 2.0 ** (-elapsed / half_life) if half_life else self.levels[place]

    def lift(self, place: Place, minute: int) -> None:
        """A workplace training."""
        level, share = self.level(place, minute), self.programme.states[place[0]].sites[place[1]][1]
        self.levels[place], self.settled[place] = level + share * (1.0 - level), minute
        self.lifts[place].append(minute)
        if minute == 0:
            self.published[place] = self.levels[place]

    def publish(self, place: Place, minute: int) -> None:
        """A review: everybody responds to this level from now on."""
        self.published[place] = self.level(place, minute)

    def duties(self, worker: Worker, minute: int) -> int:
        """Minutes a week of other duties: never more than there are (R2.5)."""
        tier, in_training = worker.tier, 0
        for name, state in self.programme.states.items():
            for begun in self.lifts.get((name, worker.site), ()):
                in_training += state.staff_rate if begun <= minute < begun + WEEK else 0
        lost = sum(rate * (1.0 - self.published.get((name, worker.site), 1.0)) for name, rate in tier.lost.items())
        return min(worker.available, tier.duties + in_training + max(0, math.ceil(lost - NOISE)))
