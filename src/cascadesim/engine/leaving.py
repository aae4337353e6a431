"""Why workers leave: a clock for each reason, the earliest wins; notice; the time limit on an apprenticeship (R5)."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Generator
from typing import TYPE_CHECKING

import simpy

from cascadesim.engine.people import People
from cascadesim.engine.worker import APPRENTICE, CANDIDATE, EXITED, IN_TRAINING, Worker
from cascadesim.model.codes import Purpose, Rank
from cascadesim.model.hazards import tenure_at
from cascadesim.model.plan import ReasonPlan

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_EXIT, _NOTICE = int(Rank.EXIT), int(Rank.NOTICE)
_MODEL_CLOCK = -1
NOT_CERTIFIED = "not_certified"


class Leaving:
    """Runs the clocks of every worker."""

    def __init__(self, world: World, people: People) -> None:
        self.world = world
        self.people = people
        self.tiers = world.plan.tiers

    def start_clocks(self, worker: Worker, tenure: int, from_certification: bool) -> None:
        """Start the clocks that run from recruitment, or from certification, `tenure` minutes ago."""
        now = self.world.clock.now
        for index, reason in enumerate(self.tiers[worker.level].reasons):
            if reason.from_certification != from_certification:
                continue
            minute = self._due(worker, reason, now, tenure)
            if minute < self.world.plan.horizon:
                rank = _NOTICE if reason.notice_minutes else _EXIT
                insort(worker.clocks, (minute, rank, reason.order, index))
        self._aim(worker)

    def _due(self, worker: Worker, reason: ReasonPlan, now: int, tenure: int) -> int:
        """The minute at which a reason's clock strikes; the horizon if it never does."""
        never = self.world.plan.horizon
        if reason.clock == "date":
            return reason.date_minute if reason.date_minute > now else never
        threshold = -math.log(1.0 - self.world.uniform(worker.stream, Purpose.THRESHOLD, reason.name_hash))
        at = now - tenure + tenure_at(reason.clock, reason.shape, reason.scale_minutes, float(tenure), threshold)
        return max(now + 1, math.ceil(at)) if at < never else never

    def limit_apprenticeship(self, worker: Worker) -> None:
        """An apprentice who is not certified in time leaves (R2.8)."""
        tier = self.tiers[worker.level]
        minute = self.world.clock.now + tier.practice.limit_minutes
        if minute < self.world.plan.horizon:
            insort(worker.clocks, (minute, _EXIT, tier.exit_names.index(NOT_CERTIFIED), _MODEL_CLOCK))
            self._aim(worker)

    def certified(self, worker: Worker, tenure: int) -> None:
        """The time limit is lifted and the clocks that run from certification begin."""
        worker.clocks = [clock for clock in worker.clocks if clock[3] != _MODEL_CLOCK]
        self.start_clocks(worker, tenure, from_certification=True)

    def _aim(self, worker: Worker) -> None:
        """Let the worker's process wait for the soonest of their clocks."""
        if worker.alarm is None:
            if worker.clocks:
                self._set(worker)
                self.world.env.process(self.life(worker))
        elif worker.clocks:
            minute, rank, _, _ = worker.clocks[0]
            worker.alarm = self.world.clock.move(worker.alarm, minute, rank, worker.key)
        else:
            worker.alarm.cancel()
            worker.alarm = None

    def _set(self, worker: Worker) -> None:
        minute, rank, _, _ = worker.clocks[0]
        worker.alarm = self.world.clock.due(minute, rank, worker.key)

    def life(self, worker: Worker) -> Generator[simpy.Event, None, None]:
        """A worker's life as far as leaving goes: wait for the soonest clock, act on it, until gone or none is left."""
        while worker.alarm is not None:
            yield worker.alarm
            self.world.record.events += 1
            minute, rank, order, index = worker.clocks.pop(0)
            if rank == _EXIT:
                self.people.exit(worker, self.tiers[worker.level].exit_names[order])
            else:
                self._notice(worker, index, minute)
            self.world.clock.wake()
            if worker.state == EXITED or not worker.clocks:
                worker.alarm = None
            else:
                self._set(worker)

    def _notice(self, worker: Worker, index: int, now: int) -> None:
        """Notice begins; candidates and trainees leave at once (R5.6)."""
        reason = self.tiers[worker.level].reasons[index]
        if worker.state in (CANDIDATE, IN_TRAINING):
            self.people.exit(worker, reason.name)
            return
        assert worker.state >= APPRENTICE
        ends = now + reason.notice_minutes
        self.people.give_notice(worker, reason.name, ends)
        insort(worker.clocks, (ends, _EXIT, reason.order, index))
