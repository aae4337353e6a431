"""What happens in workers' lives: a clock for each reason, the earliest strikes; notice; the time limit on an
apprenticeship (R5). What makes the clocks go faster is in `pressure.py`."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Generator
from typing import TYPE_CHECKING

import simpy

from cascadesim.engine.hazard import ABSENCE, DATED, EXIT, HOURS, NOTHING, Hazard
from cascadesim.engine.people import People
from cascadesim.engine.worker import APPRENTICE, CANDIDATE, EXITED, IN_TRAINING, Worker
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind, Purpose, Rank
from cascadesim.model.plan import ReasonPlan
from cascadesim.model.rng import MASK
from cascadesim.model.units import WEEK_MINUTES, scaled_rate

if TYPE_CHECKING:
    from cascadesim.engine.absence import Absences
    from cascadesim.engine.world import World

_EXIT, _HOURS, _NOTICE = int(Rank.EXIT), int(Rank.HOURS_CHANGE), int(Rank.NOTICE)
_WORKER = int(Kind.WORKER)
_MODEL_CLOCK = -1
_HOURS_CHANGES = TIER_COUNTS.index("hours_changes")
NOT_CERTIFIED = "not_certified"


class Leaving:
    """Runs the clocks of every worker. An entry of `worker.clocks` is (minute, rank, order, place of the hazard)."""

    def __init__(self, world: World, people: People) -> None:
        self.world = world
        self.people = people
        self.tiers = world.plan.tiers
        self.absences: Absences
        self._limit_order = [
            sorted({NOT_CERTIFIED, *tier.exit_names, *(reason.name for reason in tier.reasons)}).index(NOT_CERTIFIED)
            for tier in self.tiers
        ]
        self._striking: Worker | None = None

    # --- setting clocks ---------------------------------------------------------------------------------------------

    def start_clocks(self, worker: Worker, tenure: int, from_certification: bool) -> None:
        """Start the clocks that run from recruitment, or from certification, `tenure` minutes ago."""
        now = self.world.clock.now
        for reason in self.tiers[worker.level].reasons:
            if reason.from_certification == from_certification:
                hazard = Hazard(reason, now - tenure, now)
                hazard.threshold = self._unit(worker, reason, 0)
                worker.hazards.append(hazard)
                self.set(worker, len(worker.hazards) - 1)
        self._aim(worker)

    def _unit(self, worker: Worker, reason: ReasonPlan, occurrence: int) -> float:
        """One draw of the unit exponential for each occurrence; dates need none."""
        if reason.clock.kind in DATED:
            return 0.0
        index = reason.name_hash + occurrence & MASK
        return -math.log(1.0 - self.world.uniform(worker.stream, Purpose.THRESHOLD, index))

    def set(self, worker: Worker, place: int) -> None:
        """Put the next strike of a hazard among the worker's clocks, if there is one within the run."""
        hazard = worker.hazards[place]
        reason = hazard.plan
        while (outcome := self._outcome(worker, reason, hazard.occurrence)) == NOTHING:
            if not reason.recurring or reason.clock.kind in DATED:
                hazard.done = True
                return
            if self._due(worker, hazard) >= self.world.plan.horizon:
                return  # nor does anything that comes after it happen within the run, unless the clock is set again
            hazard.occurrence += 1
            hazard.threshold += self._unit(worker, reason, hazard.occurrence)
        hazard.outcome = outcome
        minute = self._due(worker, hazard)
        if minute < self.world.plan.horizon:
            leaves_at_once = outcome == EXIT and not reason.notice_minutes
            rank = _EXIT if leaves_at_once else _HOURS if outcome == HOURS else _NOTICE
            insort(worker.clocks, (minute, rank, reason.order, place))

    def _outcome(self, worker: Worker, reason: ReasonPlan, occurrence: int) -> int:
        """What follows the strike: one draw over the probabilities, in the order exit, hours, absence (R5.2)."""
        if reason.exit_probability >= 1.0:
            return EXIT
        if reason.only_absence and reason.absence_probability >= 1.0:
            return ABSENCE
        index = reason.name_hash + occurrence & MASK
        u = self.world.uniform(worker.stream, Purpose.CONSEQUENCE, index)
        if u < reason.exit_probability:
            return EXIT
        changed = reason.exit_probability + reason.hours_probability
        if u < changed:
            return HOURS
        return ABSENCE if u < changed + reason.absence_probability else NOTHING

    def _due(self, worker: Worker, hazard: Hazard) -> int:
        """The minute of the next strike; the horizon if it never comes."""
        reason, now, never = hazard.plan, self.world.clock.now, self.world.plan.horizon
        if reason.clock.kind in DATED:
            return self._dated(worker, reason, now)
        multiplier = 1.0 if reason.external else worker.multipliers[1 if reason.only_absence else 0]
        at = hazard.strikes_at(multiplier)
        return max(now + 1, math.ceil(at)) if at < never else never

    def _dated(self, worker: Worker, reason: ReasonPlan, now: int) -> int:
        """Only those whose clock began before the date are struck; a shock's share over its week (R5.7)."""
        clock = reason.clock
        if clock.minute <= now:
            return self.world.plan.horizon
        if clock.kind == "date":
            return clock.minute
        if not self.world.chance(clock.share, worker.stream, Purpose.THRESHOLD, reason.name_hash):
            return self.world.plan.horizon
        u = self.world.uniform(worker.stream, Purpose.SHOCK_TIME, reason.name_hash)
        return clock.minute + math.floor(u * WEEK_MINUTES)

    def limit_apprenticeship(self, worker: Worker) -> None:
        """An apprentice who is not certified in time leaves (R2.8)."""
        minute = self.world.clock.now + self.tiers[worker.level].practice.limit_minutes
        if minute < self.world.plan.horizon:
            insort(worker.clocks, (minute, _EXIT, self._limit_order[worker.level], _MODEL_CLOCK))
            self._aim(worker)

    def certified(self, worker: Worker, tenure: int) -> None:
        """The time limit is lifted and the clocks that run from certification begin."""
        worker.clocks = [clock for clock in worker.clocks if clock[3] != _MODEL_CLOCK]
        self.start_clocks(worker, tenure, from_certification=True)

    def respond(self, worker: Worker, multipliers: tuple[float, float]) -> None:
        """The worker's multipliers are these from now on: every clock that responds is set again (R5.4, T6)."""
        old, now = worker.multipliers, self.world.clock.now
        moved = []
        for place, hazard in enumerate(worker.hazards):
            which = 1 if hazard.plan.only_absence else 0
            if hazard.responds and old[which] != multipliers[which]:
                hazard.spend(old[which], now)
                moved.append(place)
        worker.multipliers = multipliers
        worker.clocks = [clock for clock in worker.clocks if clock[3] not in moved]
        for place in moved:
            if not worker.hazards[place].frozen:
                self.set(worker, place)
        self._aim(worker)

    def thaw(self, worker: Worker, hazard: Hazard, frozen_at: int) -> None:
        """An absence is over: its own clock goes on from where it stood."""
        now = self.world.clock.now
        hazard.frozen = False
        hazard.origin += now - frozen_at
        hazard.since = now
        self.set(worker, worker.hazards.index(hazard))
        self._aim(worker)

    # --- the worker's process ---------------------------------------------------------------------------------------

    def _aim(self, worker: Worker) -> None:
        """Let the worker's process wait for the soonest of their clocks."""
        if worker is self._striking:
            return
        if worker.alarm is None:
            if worker.clocks:
                self._set_alarm(worker)
                self.world.env.process(self.life(worker))
        elif worker.clocks:
            minute, rank, _, _ = worker.clocks[0]
            worker.alarm = self.world.clock.move(worker.alarm, minute, rank, worker.key)
        else:
            worker.alarm.cancel()
            worker.alarm = None

    def _set_alarm(self, worker: Worker) -> None:
        minute, rank, _, _ = worker.clocks[0]
        worker.alarm = self.world.clock.due(minute, rank, worker.key)

    def life(self, worker: Worker) -> Generator[simpy.Event, None, None]:
        """A worker's life as far as its clocks go: wait for the soonest, act on it, until gone or none is left."""
        while worker.alarm is not None:
            yield worker.alarm
            self.world.record.events += 1
            self._striking = worker
            self._strike(worker, *worker.clocks.pop(0))
            self._striking = None
            self.world.clock.wake()
            if worker.state == EXITED or not worker.clocks:
                worker.alarm = None
            else:
                self._set_alarm(worker)

    def _strike(self, worker: Worker, minute: int, rank: int, _order: int, place: int) -> None:
        if place == _MODEL_CLOCK:
            self.people.exit(worker, NOT_CERTIFIED)
            return
        hazard = worker.hazards[place]
        if rank == _EXIT:
            self.people.exit(worker, hazard.plan.name)
        elif hazard.outcome == EXIT:
            hazard.done = True
            self._notice(worker, place, minute)
        else:
            self._strike_on(worker, hazard, place)

    def _strike_on(self, worker: Worker, hazard: Hazard, place: int) -> None:
        """A strike after which the worker stays: other hours, or an absence; what recurs is set for the next time."""
        reason, now = hazard.plan, self.world.clock.now
        occurrence = hazard.occurrence
        if reason.recurring and reason.clock.kind not in DATED:
            multiplier = 1.0 if reason.external else worker.multipliers[1 if reason.only_absence else 0]
            hazard.spend(multiplier, now)
            hazard.occurrence += 1
            hazard.threshold += self._unit(worker, reason, hazard.occurrence)
        else:
            hazard.done = True
        if hazard.outcome == HOURS:
            self._change_hours(worker, reason)
        elif not worker.away:
            hazard.frozen = True
            self.absences.begin(worker, hazard, occurrence)
        if not hazard.done and not hazard.frozen:
            self.set(worker, place)

    def _change_hours(self, worker: Worker, reason: ReasonPlan) -> None:
        available = scaled_rate(worker.available, reason.hours_factor)
        self.people.change_hours(worker, available)
        self.world.record.counts[self.world.layout.tier_counts[worker.level] + _HOURS_CHANGES] += 1
        self.world.record.note(
            Event.HOURS_CHANGED, _WORKER, worker.key, worker.level, detail=reason.name, amount=available
        )

    def _notice(self, worker: Worker, place: int, now: int) -> None:
        """Notice begins; candidates and trainees leave at once (R5.6)."""
        reason = worker.hazards[place].plan
        if worker.state in (CANDIDATE, IN_TRAINING):
            self.people.exit(worker, reason.name)
            return
        assert worker.state >= APPRENTICE
        ends = now + reason.notice_minutes
        self.people.give_notice(worker, reason.name, ends)
        insort(worker.clocks, (ends, _EXIT, reason.order, place))
