"""The hours ledger: whole minutes a week, committed for as long as something stands (R1.4, R2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.worker import ACTIVE, APPRENTICE, Worker
from cascadesim.model.counters import PURPOSES, TIER_LEVELS
from cascadesim.model.units import committed_limit

if TYPE_CHECKING:
    from cascadesim.engine.world import World

SUPERVISION_GIVEN, SUPERVISION_RECEIVED, TRAINING_GIVEN, TRAINING_TAKEN, CLIENTS, RESEARCH, OTHER_DUTIES = range(
    len(PURPOSES)
)
_AVAILABLE = TIER_LEVELS.index("available_rate")
_OVERTIME = TIER_LEVELS.index("overtime_rate")
_RUN_OFF = TIER_LEVELS.index("run_off_rate")
_COURSE = TIER_LEVELS.index("course_rate")
_REFRESHER = TIER_LEVELS.index("refresher_rate")
_FIRST_RATE = TIER_LEVELS.index(f"rate.{PURPOSES[0]}")


class Ledger:
    """Books what is committed, by worker and by tier and purpose.

    Beyond what is available lies overtime, up to the worker's limit; beyond that, `run_off`: what had begun before the
    worker's hours fell (R2.5). While somebody is away nothing of theirs counts, and what is booked then is only noted
    for the day on which they take it up again (R2.7).
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.record = world.record
        self.touched = world.touched
        self.bases = world.layout.tier_levels
        self.tiers = world.plan.tiers

    def open(self, worker: Worker) -> None:
        """From now on the worker's hours count as available."""
        if self.tiers[worker.level].strain is not None:
            worker.metered_at = worker.strained_at = self.world.clock.now
        self._count(worker, 1)
        self.touch(worker)

    def close(self, worker: Worker) -> None:
        """The worker leaves: nothing is available and nothing committed any more."""
        if not worker.away:
            self._count(worker, -1)
        worker.rates = [0] * len(PURPOSES)
        worker.committed = worker.refreshing = 0

    def suspend(self, worker: Worker) -> None:
        """The worker is away: nothing is available, what is committed stands still."""
        self._count(worker, -1)
        worker.away = True
        self.touch(worker)

    def resume(self, worker: Worker) -> None:
        """The worker is back, with what they are still committed to."""
        self._meter(worker)  # while still away: an absence is no load (R5.9)
        worker.away = False
        self._count(worker, 1)
        self.touch(worker)

    def _count(self, worker: Worker, sign: int) -> None:
        """Add the worker's whole week to the levels of the tier, or take it off."""
        self._meter(worker)
        shift, base = self.record.shift, self.bases[worker.level]
        shift(base + _AVAILABLE, sign * worker.available)
        for purpose, rate in enumerate(worker.rates):
            if rate:
                shift(base + _FIRST_RATE + purpose, sign * rate)
        if worker.refreshing:
            shift(base + _REFRESHER, sign * worker.refreshing)
        if worker.committed > worker.available:
            over = min(worker.committed, worker.limit) - worker.available
            shift(base + _OVERTIME, sign * over)
            shift(base + _RUN_OFF, sign * max(0, worker.committed - worker.limit))

    def set_hours(self, worker: Worker, available: int) -> None:
        """The worker has other hours from now on."""
        counted = worker.state in (APPRENTICE, ACTIVE)
        if counted:
            self._count(worker, -1)
        worker.available = available
        worker.limit = committed_limit(available, self.tiers[worker.level].overtime_fraction)
        if counted:
            self._count(worker, 1)
        self.touch(worker)

    def book(self, worker: Worker, purpose: int, rate: int) -> None:
        """Commit `rate` more minutes a week of the worker to `purpose`; release them where it is negative."""
        if worker.metered_at >= 0:
            self._meter(worker)
        worker.rates[purpose] += rate
        before = worker.committed
        worker.committed = after = before + rate
        if not worker.away:
            shift, base = self.record.shift, self.bases[worker.level]
            shift(base + _FIRST_RATE + purpose, rate)
            available = worker.available
            if before > available or after > available:
                self._overrun(worker, base, before, after)
        if not worker.touched:
            worker.touched = True
            self.touched.append(worker)

    def _overrun(self, worker: Worker, base: int, before: int, after: int) -> None:
        available, most = worker.available, worker.limit
        over = max(0, min(after, most) - available) - max(0, min(before, most) - available)
        self.record.shift(base + _OVERTIME, over)
        if before > most or after > most:
            self.record.shift(base + _RUN_OFF, max(0, after - most) - max(0, before - most))

    def teach(self, worker: Worker, rate: int, refresher: bool) -> None:
        """Hours given to a course or a refresher, booked as training; those of refreshers are told apart, too."""
        self.book(worker, TRAINING_GIVEN, rate)
        if refresher:
            worker.refreshing += rate
            if not worker.away:
                self.record.shift(self.bases[worker.level] + _REFRESHER, rate)

    def study(self, worker: Worker, rate: int) -> None:
        """Hours of the initial course: recorded for the trainee, not limited by the week (R2.3)."""
        self.record.shift(self.bases[worker.level] + _FIRST_RATE + TRAINING_TAKEN, rate)
        self.record.shift(self.bases[worker.level] + _COURSE, rate)

    def touch(self, worker: Worker) -> None:
        """The worker's offers may have changed; they are looked at again before the next conditional activity."""
        if not worker.touched:
            worker.touched = True
            self.touched.append(worker)

    # --- the load of a worker since the last review (R5.9) ----------------------------------------------------------

    def _meter(self, worker: Worker) -> None:
        if worker.metered_at < 0:
            return
        now = self.world.clock.now
        if not worker.away:
            worker.load += worker.committed * (now - worker.metered_at)
            worker.room += worker.available * (now - worker.metered_at)
        worker.metered_at = now

    def utilisation(self, worker: Worker) -> float:
        """Committed over available since the last reading, absence left out; 0.0 where nothing was available."""
        self._meter(worker)
        used = worker.load / worker.room if worker.room else 0.0
        worker.load = worker.room = 0
        return used
