"""Competence: what courses, supervised sessions and refreshers add, and what time without supervision takes (R6)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cascadesim.engine.people import People
from cascadesim.engine.worker import ABSENT, ACTIVE, APPRENTICE, Worker
from cascadesim.model.distributions import normal_quantile
from cascadesim.model.dynamics import after_course, after_refresher, after_session, decayed
from cascadesim.model.enums import Purpose
from cascadesim.model.plan import CompetencePlan

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_NOBODY = (0, math.nan, math.nan)


class Ability:
    """Changes stored competence, at a worker's own events and at reviews only (R6.3)."""

    def __init__(self, world: World, people: People) -> None:
        self.world = world
        self.people = people
        self.tiers = world.plan.tiers
        self.modelled = any(tier.competence is not None for tier in self.tiers)
        self.after_course: list[list[tuple[int, float]]] = [[] for _ in self.tiers]
        self.sees_clients = [tier.delivers or tier.practises_with_clients for tier in self.tiers]
        above = [None, *(tier.promotion for tier in self.tiers)]
        self.to_rise = [math.inf if plan is None else plan.min_competence for plan in above]  # by level of who rises

    def ready(self, worker: Worker) -> bool:
        """Whether the stored competence is enough for the certificate."""
        plan = self.tiers[worker.level].competence
        return plan is None or worker.competence >= plan.certification_threshold

    def begin(self, worker: Worker) -> None:
        """Somebody who was there before the programme, or whose tier needs no course."""
        plan = self.tiers[worker.level].competence
        if plan is not None and worker.competence < 0.0:
            worker.competence = plan.initial
        if plan is not None:
            worker.competence_at = worker.last_session = self.world.clock.now

    def learned(self, worker: Worker, trainers: float) -> None:
        """After the last stage, given by trainers of this mean competence (R6.1)."""
        plan = self.tiers[worker.level].competence
        if plan is None:
            return
        noise = 0.0
        if plan.noise_sd > 0.0:
            u = self.world.uniform(worker.stream, Purpose.COMPETENCE_NOISE, worker.courses_taken)
            noise = plan.noise_sd * normal_quantile(u)
        worker.competence = after_course(plan.course_level, plan.dilution, trainers, noise, plan.baseline, plan.ceiling)
        worker.competence_at = worker.last_session = self.world.clock.now
        self.after_course[worker.level].append((worker.key, worker.competence))

    def taught_by(self, trainers: list[Worker]) -> float:
        """The mean competence of trainers, who stand in order of keys; 1 where it is not modelled."""
        total = 0.0
        for trainer in trainers:
            total += trainer.competence if trainer.competence >= 0.0 else 1.0
        return total / len(trainers)

    def practised(self, worker: Worker, attendance: float) -> None:
        """A session was held; under supervision it adds (R6.2)."""
        if worker.competence < 0.0:
            return
        self.settle(worker)
        now = self.world.clock.now
        worker.last_session = now
        if worker.supervised:
            plan = self.tiers[worker.level].competence
            assert plan is not None
            gained = after_session(worker.competence, plan.gain_per_session, attendance, plan.ceiling)
            self._store(worker, plan, gained)
        if worker.touched:  # a session that ends no case wakes nobody else
            self.world.clock.wake()

    def refreshed(self, worker: Worker) -> None:
        """A refresher was completed."""
        if worker.competence < 0.0:
            return
        self.settle(worker)
        plan = self.tiers[worker.level].competence
        assert plan is not None
        self._store(worker, plan, after_refresher(worker.competence, plan.refresher_gain, plan.ceiling))

    # --- time -------------------------------------------------------------------------------------------------------

    def value(self, worker: Worker, plan: CompetencePlan, minute: int) -> float:
        """The competence at `minute`, with the decay since it was stored (R6.2)."""
        begins = minute
        if worker.away or worker.unsupervised_since >= 0:
            begins = worker.competence_at
        elif plan.idle_minutes >= 0 and self.sees_clients[worker.level]:
            begins = max(worker.competence_at, worker.last_session + plan.idle_minutes)
        if begins >= minute:
            return worker.competence
        return decayed(worker.competence, plan.baseline, plan.half_life_minutes, minute - begins)

    def settle(self, worker: Worker) -> None:
        """Store the competence as it is now."""
        plan = self.tiers[worker.level].competence
        if plan is None or worker.competence < 0.0:
            return
        self._store(worker, plan, self.value(worker, plan, self.world.clock.now))
        worker.competence_at = self.world.clock.now

    def _store(self, worker: Worker, plan: CompetencePlan, level: float) -> None:
        """Another stored competence: whoever may train by it, or no longer, or rise is looked at again (R6.3)."""
        if (worker.competence < plan.min_trainer) != (level < plan.min_trainer):
            self.people.ledger.touch(worker)
        if worker.competence < self.to_rise[worker.level] <= level:
            self.people.look_above(worker)
            self.people.ledger.touch(worker)
        worker.competence = level

    def review(self) -> None:
        """Store everybody's."""
        for tier in self.tiers:
            if tier.competence is None:
                continue
            present = self.people.present[tier.level]
            for key in sorted(present):
                self.settle(present[key])

    def summary(self, minute: int) -> tuple[tuple[int, float, float], ...]:
        """For each tier (people, mean, standard deviation) just before `minute`, over those in service."""
        return tuple(self._summary(level, minute) for level in range(len(self.tiers))) if self.modelled else ()

    def _summary(self, level: int, minute: int) -> tuple[int, float, float]:
        plan, present = self.tiers[level].competence, self.people.present[level]
        if plan is None:
            return _NOBODY
        values = [
            self.value(present[key], plan, minute)
            for key in sorted(present)
            if present[key].state in (APPRENTICE, ACTIVE, ABSENT)
        ]
        if not values:
            return _NOBODY
        total = squares = 0.0
        for value in values:
            total += value
        mean = total / len(values)
        for value in values:
            squares += (value - mean) * (value - mean)
        spread = math.sqrt(squares / (len(values) - 1)) if len(values) > 1 else math.nan
        return len(values), mean, spread
