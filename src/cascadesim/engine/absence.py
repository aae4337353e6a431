"""Being away for a while: from when to when, and how long cases and groups are held (R2.7, R4.4)."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from cascadesim.engine.apprenticeship import Apprenticeship
from cascadesim.engine.clock import Due
from cascadesim.engine.hazard import Hazard
from cascadesim.engine.leaving import Leaving
from cascadesim.engine.people import People
from cascadesim.engine.worker import EXITED, Worker
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind, Purpose, Rank
from cascadesim.model.rng import MASK

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_WORKER, _ABSENCE_END, _DEADLINE = int(Kind.WORKER), int(Rank.ABSENCE_END), int(Rank.DEADLINE)
_ABSENCES = TIER_COUNTS.index("absences")


class Absences:
    """Begins and ends absences, and says whose time of grace for what they hold is over."""

    def __init__(self, world: World, people: People, leaving: Leaving, apprenticeship: Apprenticeship) -> None:
        self.world = world
        self.people = people
        self.leaving = leaving
        self.apprenticeship = apprenticeship
        leaving.absences = self
        self.holding: list[tuple[int, int, int, Worker]] = []  # (end, key, number of the absence, worker)

    def begin(self, worker: Worker, hazard: Hazard, occurrence: int) -> None:
        """Away from now on, for a length of its own."""
        reason, now = hazard.plan, self.world.clock.now
        assert reason.absence is not None
        index = reason.name_hash + occurrence & MASK
        ends = now + self.world.minutes(reason.absence, worker.stream, Purpose.ABSENCE_LENGTH, index)
        self.apprenticeship.go_away(worker)
        self.people.go_away(worker)
        worker.absences += 1
        self.world.record.counts[self.world.layout.tier_counts[worker.level] + _ABSENCES] += 1
        self.world.record.note(
            Event.ABSENT, _WORKER, worker.key, worker.level, detail=reason.name, amount=ends
        )
        if ends < self.world.plan.horizon:
            who = (worker, hazard, now)
            self.world.clock.at(ends, _ABSENCE_END, worker.key, self._end, who, worker.absences)

    def _end(self, due: Due) -> None:
        worker, hazard, began = due.who
        if worker.state == EXITED or worker.absences != due.generation:
            return
        self.world.record.events += 1
        self.people.come_back(worker)
        self.world.record.note(Event.RETURNED, _WORKER, worker.key, worker.level)
        self.apprenticeship.come_back(worker)
        if hazard.plan.recurring:
            self.leaving.thaw(worker, hazard, began)
        self.world.clock.wake()

    def hold(self, worker: Worker) -> bool:
        """Hold the cases and groups of somebody who went away just now; False if they are not held at all."""
        minutes = self.world.plan.tiers[worker.level].hold_minutes
        if minutes == 0:
            return False
        ends = self.world.clock.now + minutes
        heappush(self.holding, (ends, worker.key, worker.absences, worker))
        self.world.clock.at(ends, _DEADLINE, worker.key, self._hold_ends, worker, worker.absences)
        return True

    def _hold_ends(self, due: Due) -> None:
        if due.who.away and due.who.state != EXITED and due.who.absences == due.generation:
            self.world.record.events += 1
            self.world.clock.wake()

    def over(self) -> bool:
        """Whether anybody's time is over now."""
        return self.holding[0][0] <= self.world.clock.now

    def expired(self) -> list[Worker]:
        """Those still away for whom nothing is held any longer, in ascending key."""
        gone = []
        while self.holding and self.holding[0][0] <= self.world.clock.now:
            _, _, number, worker = heappop(self.holding)
            if worker.away and worker.state != EXITED and worker.absences == number:
                gone.append(worker)
        return sorted(gone, key=lambda worker: worker.key)
