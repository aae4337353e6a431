"""The hours ledger: whole minutes a week, committed for as long as something stands (R1.4, R2.4)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cascadesim.model.layout import PURPOSES, TIER_LEVELS

if TYPE_CHECKING:
    from cascadesim.engine.worker import Worker
    from cascadesim.engine.world import World

SUPERVISION_GIVEN, SUPERVISION_RECEIVED, TRAINING_GIVEN, TRAINING_TAKEN, CLIENTS = range(len(PURPOSES))
_AVAILABLE = TIER_LEVELS.index("available_rate")
_OVERTIME = TIER_LEVELS.index("overtime_rate")
_FIRST_RATE = TIER_LEVELS.index(f"rate.{PURPOSES[0]}")
_NOISE = 1e-6  # floats such as 2400 * 1.1 fall a hair short of the whole number that they mean


def limit(available: int, overtime_fraction: float) -> int:
    """The most that may be committed to courses and supervision (R2.4), in minutes a week."""
    return math.floor(available * (1.0 + overtime_fraction) + _NOISE)


class Ledger:
    """Books what is committed, by worker and by tier and purpose."""

    def __init__(self, world: World) -> None:
        self.record = world.record
        self.touched = world.touched
        self.bases = world.layout.tier_levels

    def open(self, worker: Worker) -> None:
        """From now on the worker's hours count as available."""
        self.record.shift(self.bases[worker.level] + _AVAILABLE, worker.available)
        self.touch(worker)

    def close(self, worker: Worker) -> None:
        """The worker leaves: nothing is available and nothing committed any more."""
        self.record.shift(self.bases[worker.level] + _AVAILABLE, -worker.available)
        for purpose, rate in enumerate(worker.rates):
            if rate:
                self.book(worker, purpose, -rate)

    def book(self, worker: Worker, purpose: int, rate: int) -> None:
        """Commit `rate` more minutes a week of the worker to `purpose`; release them where it is negative."""
        shift, base = self.record.shift, self.bases[worker.level]
        shift(base + _FIRST_RATE + purpose, rate)
        worker.rates[purpose] += rate
        before = worker.committed
        worker.committed = after = before + rate
        available = worker.available
        if before > available or after > available:
            shift(base + _OVERTIME, max(0, after - available) - max(0, before - available))
        if not worker.touched:
            worker.touched = True
            self.touched.append(worker)

    def study(self, worker: Worker, rate: int) -> None:
        """Hours of the initial course: recorded for the trainee, not limited by the week (R2.3)."""
        self.record.shift(self.bases[worker.level] + _FIRST_RATE + TRAINING_TAKEN, rate)

    def touch(self, worker: Worker) -> None:
        """The worker's offers may have changed; they are looked at again before the next conditional activity."""
        if not worker.touched:
            worker.touched = True
            self.touched.append(worker)
