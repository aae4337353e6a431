"""What hastens or holds back the clocks of workers: hazard ratios, frailty, engagement, strain (R5.8, R5.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.leaving import Leaving
from cascadesim.engine.ledger import Ledger
from cascadesim.engine.people import People
from cascadesim.engine.worker import ABSENT, ACTIVE, APPRENTICE, EXITED, Worker
from cascadesim.model.dynamics import strain_after, strain_target
from cascadesim.model.enums import Event, Kind, Rank
from cascadesim.model.hazards import multiplier
from cascadesim.model.plan import StrainPlan

if TYPE_CHECKING:
    from cascadesim.engine.clock import Due
    from cascadesim.engine.organisation import Organisation
    from cascadesim.engine.world import World

_LIFT = int(Rank.LIFT)
_WORKER = int(Kind.WORKER)
_ENGAGEMENT_KEY = 1 << 32  # after the workplace trainings of an instant


class Pressure:
    """Keeps the multipliers of every worker up to date, once an instant, after everything else (T6)."""

    def __init__(
        self, world: World, people: People, ledger: Ledger, leaving: Leaving, organisation: Organisation
    ) -> None:
        self.world = world
        self.people = people
        self.ledger = ledger
        self.leaving = leaving
        self.organisation = organisation
        self.tiers = world.plan.tiers
        self.leaving_factor = [1.0] * len(self.tiers)  # of the engagement in force
        self.absence_factor = [1.0] * len(self.tiers)
        self.attendance = [self._attendance(level) for level in range(len(self.tiers))]

    def begin(self) -> None:
        """Put the beginning and the end of each engagement measure on the clock."""
        for tier in self.tiers:
            for place, measure in enumerate(tier.engagement):
                for minute in (measure.from_minute, measure.until_minute):
                    if 0 < minute < self.world.plan.horizon:
                        key = _ENGAGEMENT_KEY + (tier.level << 16) + place
                        self.world.clock.at(minute, _LIFT, key, self._switch, tier.level)
            self._engage(tier.level)

    def _switch(self, due: Due) -> None:
        self.world.record.events += 1
        self._engage(due.who)
        for worker in self.people.present[due.who].values():
            self.world.unaim(worker)
        self.world.clock.wake()

    def _engage(self, level: int) -> None:
        """The factors of the measures in force now, multiplied in the order of their names."""
        self.leaving_factor[level] = self.absence_factor[level] = 1.0
        for measure in self._in_force(level):
            self.leaving_factor[level] *= measure.leaving_ratio
            self.absence_factor[level] *= measure.absence_ratio
        self.attendance[level] = self._attendance(level)

    def _in_force(self, level: int) -> list:  # type: ignore[type-arg]
        now = self.world.clock.now
        return [each for each in self.tiers[level].engagement if each.from_minute <= now < each.until_minute]

    def _attendance(self, level: int) -> float:
        """The share of supervision meetings that the workers of a tier attend, at most 1 (R4.7)."""
        supervision = self.tiers[level].supervision
        attendance = 1.0 if supervision is None else supervision.attendance
        for measure in self._in_force(level):
            attendance *= measure.attendance_ratio
        return min(1.0, attendance)

    # --- multipliers ------------------------------------------------------------------------------------------------

    def newcomer(self, worker: Worker) -> None:
        """The multipliers with which somebody begins, before their clocks are set."""
        if self.tiers[worker.level].hazards.responsive:
            worker.multipliers = self._multipliers(worker)

    def aim(self) -> None:
        """Let everybody respond whose multipliers have changed in this instant."""
        unaimed = self.world.unaimed
        while unaimed:
            worker = unaimed.pop()
            worker.unaimed = False
            if worker.state == EXITED:
                continue
            multipliers = self._multipliers(worker)
            if multipliers != worker.multipliers:
                self.leaving.respond(worker, multipliers)

    def _multipliers(self, worker: Worker) -> tuple[float, float]:
        """Of reasons to leave and of reasons to be away: a product in a fixed order."""
        hazards = self.tiers[worker.level].hazards
        product = worker.frailty * hazards.constant
        degrees = float(worker.unsupervised_since >= 0), float(worker.missed_refresher), worker.strain
        for ratio, degree in zip(hazards.flags, degrees, strict=True):  # in the order of `model/hazards.FLAGS`
            product *= multiplier(ratio, degree)
        for state, ratio in enumerate(hazards.states):
            product *= multiplier(ratio, 1.0 - self.organisation.published[state][worker.site])
        return product * self.leaving_factor[worker.level], product * self.absence_factor[worker.level]

    # --- strain -----------------------------------------------------------------------------------------------------

    def review(self) -> None:
        """Strain follows the load of the weeks since the last review (R5.9)."""
        for tier in self.tiers:
            if tier.strain is None:
                continue
            present = self.people.present[tier.level]
            for key in sorted(present):
                worker = present[key]
                if worker.state in (APPRENTICE, ACTIVE, ABSENT):
                    self._strain(worker, tier.strain, tier.overtime_fraction)

    def _strain(self, worker: Worker, plan: StrainPlan, overtime: float) -> None:
        elapsed = self.world.clock.now - worker.strained_at  # less than a review for who began since the last one
        worker.strained_at = self.world.clock.now
        target = strain_target(self.ledger.utilisation(worker), plan.comfort, overtime)
        strain = strain_after(
            worker.strain, target, plan.half_life_minutes, plan.recovery_half_life_minutes, elapsed
        )
        if strain != worker.strain:
            worker.strain = strain
            self.world.unaim(worker)
            self.world.record.note(
                Event.STRAINED, _WORKER, worker.key, worker.level, amount=round(strain * 1e9)
            )
