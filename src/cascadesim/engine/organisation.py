"""States of the workplaces: they decay, whole-of-workplace trainings lift them, reviews publish them (R7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cascadesim.engine.clock import Due
from cascadesim.engine.ledger import OTHER_DUTIES, Ledger
from cascadesim.engine.people import People
from cascadesim.engine.worker import ABSENT, ACTIVE, APPRENTICE, Worker
from cascadesim.model.dynamics import decayed_level, lifted
from cascadesim.model.enums import Event, Kind, Rank
from cascadesim.model.hazards import multiplier
from cascadesim.model.units import WEEK_MINUTES, whole_minutes_lost

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_LIFT, _REVIEW = int(Rank.LIFT), int(Rank.REVIEW)
_STATE, _SITE = int(Kind.STATE), int(Kind.SITE)
_SITE_BITS = 8
_END_KEY = 1 << 24  # trainings that begin come before those of a week ago that end


class Organisation:
    """The levels of every state at every site, and the other duties that follow from them.

    `published` holds the levels of the last review, by state and site; everything else in the model reads those.
    """

    def __init__(self, world: World, people: People, ledger: Ledger) -> None:
        self.world = world
        self.record = world.record
        self.clock = world.clock
        self.people = people
        self.ledger = ledger
        self.states = world.plan.organisation
        self.levels = [[start for start, _, _ in state.sites] for state in self.states]
        self.settled = [[0 for _ in state.sites] for state in self.states]
        self.published = [list(levels) for levels in self.levels]
        self.in_training = [0 for _ in world.plan.sites]  # minutes a week that a workplace training takes of everybody
        self.restless: set[int] = set()  # sites whose other duties have changed
        self.review_due = False
        tiers = world.plan.tiers
        self.reviews = bool(self.states) or any(tier.strain or tier.competence for tier in tiers)
        self.on_referral_factor: Callable[[int, float], None] = lambda _site, _factor: None

    def begin(self) -> None:
        """Put trainings and reviews on the clock."""
        horizon = self.world.plan.horizon
        for place, state in enumerate(self.states):
            for site, (_, _, minutes) in enumerate(state.sites):
                for minute in minutes:
                    if 0 < minute < horizon:
                        key = place << _SITE_BITS | site
                        self.clock.at(minute, _LIFT, key, self._lift, (place, site))
                    elif minute == 0:
                        self._train(place, site)
                        self.published[place][site] = self.levels[place][site]
        if self.reviews and self.world.plan.review_minutes < horizon:
            self.clock.at(self.world.plan.review_minutes, _REVIEW, 0, self._review)

    # --- levels -----------------------------------------------------------------------------------------------------

    def _settle(self, place: int, site: int) -> None:
        now = self.clock.now
        half_life = self.states[place].half_life_minutes
        elapsed = now - self.settled[place][site]
        self.levels[place][site] = decayed_level(self.levels[place][site], half_life, elapsed)
        self.settled[place][site] = now

    def _lift(self, due: Due) -> None:
        self.record.events += 1
        self._train(*due.who)
        self.clock.wake()

    def _train(self, place: int, site: int) -> None:
        """A whole-of-workplace training: the level is lifted, and takes everybody's hours for a week."""
        self._settle(place, site)
        state = self.states[place]
        self.levels[place][site] = lifted(self.levels[place][site], state.sites[site][1])
        self.record.counts[self.world.layout.state_counts + place] += 1
        self.record.note(Event.WORKPLACE_TRAINING, _STATE, place, -1, _SITE, site, state.name)
        if state.staff_rate:
            self.in_training[site] += state.staff_rate
            self.restless.add(site)
            ends = self.clock.now + WEEK_MINUTES
            key = _END_KEY + (place << _SITE_BITS | site)
            if ends < self.world.plan.horizon:
                self.clock.at(ends, _LIFT, key, self._training_ends, (place, site))

    def _training_ends(self, due: Due) -> None:
        self.record.events += 1
        place, site = due.who
        self.in_training[site] -= self.states[place].staff_rate
        self.restless.add(site)
        self.clock.wake()

    def _review(self, _due: Due) -> None:
        self.record.events += 1
        self.review_due = True
        following = self.clock.now + self.world.plan.review_minutes
        if following < self.world.plan.horizon:
            self.clock.at(following, _REVIEW, 0, self._review)
        self.clock.wake()

    def publish(self) -> None:
        """The levels as they are now hold until the next review."""
        self.review_due = False
        for place, state in enumerate(self.states):
            for site in range(len(state.sites)):
                self._settle(place, site)
                if self.published[place][site] != self.levels[place][site]:
                    self.published[place][site] = self.levels[place][site]
                    self._tell(place, site)
        for site in range(len(self.world.plan.sites)):
            self.on_referral_factor(site, self.referral_factor(site))

    def _tell(self, place: int, site: int) -> None:
        """A new level: who responds to it has clocks and duties to set again."""
        level = self.published[place][site]
        self.record.note(
            Event.PUBLISHED, _STATE, place, -1, _SITE, site, self.states[place].name, round(level * 1e9)
        )
        for tier in self.world.plan.tiers:
            if tier.hazards.states[place] != 1.0:
                for worker in self.people.present[tier.level].values():
                    if worker.site == site:
                        self.world.unaim(worker)
            if tier.lost_rates[place] > 0.0:
                self.restless.add(site)

    def referral_factor(self, site: int) -> float:
        """What the states make of the referral rates of a site (R5.8)."""
        product = 1.0
        for place, state in enumerate(self.states):
            product *= multiplier(state.referral_ratio, 1.0 - self.published[place][site])
        return product

    # --- other duties -----------------------------------------------------------------------------------------------

    def duties(self, worker: Worker) -> int:
        """Minutes a week of other duties, hours lost to low levels and workplace training, at most all there are."""
        tier = self.world.plan.tiers[worker.level]
        lost = 0.0
        for place, rate in enumerate(tier.lost_rates):
            lost += rate * (1.0 - self.published[place][worker.site])
        wanted = tier.duties_rate + self.in_training[worker.site]
        return min(wanted + whole_minutes_lost(lost), worker.available)

    def set_duties(self, worker: Worker) -> bool:
        """Book the other duties that the worker has now (R2.5); False if they are as they were."""
        change = self.duties(worker) - worker.rates[OTHER_DUTIES]
        if change:
            self.ledger.book(worker, OTHER_DUTIES, change)
        return change != 0

    def apply(self) -> list[Worker]:
        """Set the other duties of everybody at the sites where they have changed: those for whom they have."""
        changed = []
        for present in self.people.present:
            for key in sorted(present):
                worker = present[key]
                here = worker.site in self.restless and worker.state in (APPRENTICE, ACTIVE, ABSENT)
                if here and self.set_duties(worker):
                    changed.append(worker)
        self.restless.clear()
        return changed
