"""Being without a supervisor: from when, for how long it is tolerated, and what follows (R4.5, R4.6)."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from cascadesim.engine.apprenticeship import Apprenticeship
from cascadesim.engine.clock import Due
from cascadesim.engine.ledger import Ledger
from cascadesim.engine.people import People
from cascadesim.engine.worker import ACTIVE, APPRENTICE, EXITED, Worker
from cascadesim.model.enums import Event, Kind, Rank

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_WORKER, _DEADLINE = int(Kind.WORKER), int(Rank.DEADLINE)


class Grace:
    """Marks the unsupervised at the end of an instant and says whose grace has run out."""

    def __init__(self, world: World, people: People, ledger: Ledger, apprenticeship: Apprenticeship) -> None:
        self.world = world
        self.record = world.record
        self.people = people
        self.ledger = ledger
        self.apprenticeship = apprenticeship
        self.newly_unseated: list[Worker] = []
        self._running: list[tuple[int, int, int, Worker]] = []  # (end, key, unsupervised since, worker)

    def publish(self) -> None:
        """Whoever is still without a seat is unsupervised from now; their grace runs (R4.5)."""
        now = self.world.clock.now
        for worker in sorted(self.newly_unseated, key=lambda worker: worker.key):
            if worker.state not in (APPRENTICE, ACTIVE) or worker.supervised or worker.unsupervised_since >= 0:
                continue
            self.people.mark_unsupervised(worker, now)
            self.apprenticeship.pause(worker)
            supervision = self.world.plan.tiers[worker.level].supervision
            assert supervision is not None
            ends = now + max(1, supervision.grace_minutes)  # nothing is due at the instant that made it
            heappush(self._running, (ends, worker.key, now, worker))
            self.world.clock.at(ends, _DEADLINE, worker.key, self._grace_ends, worker, now)
        self.newly_unseated.clear()

    def _grace_ends(self, due: Due) -> None:
        if due.who.state != EXITED and due.who.unsupervised_since == due.generation:
            self.record.events += 1
            self.world.clock.wake()

    def expired(self) -> list[Worker]:
        """Those whose grace has run out and who are still unsupervised, in ascending key (R4.6)."""
        if not self._running:
            return []
        lapsed = []
        while self._running and self._running[0][0] <= self.world.clock.now:
            _, _, since, worker = heappop(self._running)
            if worker.state != EXITED and worker.unsupervised_since == since:
                lapsed.append(worker)
        return sorted(lapsed, key=lambda worker: worker.key)

    def lapse(self, worker: Worker) -> None:
        """Grace is over: the worker opens no group and gives no course until supervised again."""
        worker.lapsed = True
        self.record.note(Event.LAPSED, _WORKER, worker.key, worker.level)
        self.ledger.touch(worker)
