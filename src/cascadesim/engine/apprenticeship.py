"""Between the course and the certificate: practice under supervision, with clients or simulated (R2.8, R2.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.clock import Due
from cascadesim.engine.leaving import Leaving
from cascadesim.engine.people import People
from cascadesim.engine.worker import APPRENTICE, Worker
from cascadesim.model.codes import Rank

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_PRACTICE_END = int(Rank.PRACTICE_END)


class Apprenticeship:
    """Leads apprentices to their certificate.

    Weeks of simulated practice count only while the apprentice is supervised: the clock stops at the end of an instant
    that leaves them without a supervisor and goes on when they have one again.
    """

    def __init__(self, world: World, people: People, leaving: Leaving) -> None:
        self.world = world
        self.people = people
        self.leaving = leaving
        self.tiers = world.plan.tiers

    def begin(self, worker: Worker) -> None:
        """The course is passed; certified at once where no practice is asked for."""
        practice = self.tiers[worker.level].practice
        self.people.start_practising(worker)
        if practice.kind == "none":
            self.people.certify(worker)
            return
        self.leaving.limit_apprenticeship(worker)
        worker.practice_left = practice.minutes
        if practice.kind == "simulated" and worker.supervised:
            self.resume(worker)

    def resume(self, worker: Worker) -> None:
        """Simulated practice runs on: the apprentice is supervised."""
        simulated = self.tiers[worker.level].practice.kind == "simulated"
        if worker.state != APPRENTICE or not simulated or worker.practice_due is not None:
            return
        now = self.world.clock.now
        worker.practice_since = now
        due = self.world.clock.at(now + worker.practice_left, _PRACTICE_END, worker.key, self._done, worker)
        worker.practice_due = due

    def pause(self, worker: Worker) -> None:
        """Simulated practice stands still: the apprentice has lost their supervisor."""
        if worker.practice_due is None:
            return
        worker.practice_left -= self.world.clock.now - worker.practice_since
        worker.practice_due.cancel()
        worker.practice_due = None

    def _done(self, due: Due) -> None:
        worker: Worker = due.who
        self.world.record.events += 1
        worker.practice_due = None
        self.people.certify(worker)
        self.world.clock.wake()

    def case_ended(self, worker: Worker, sessions: int, unsupervised: bool) -> None:
        """An apprentice's case is over; it counts if enough sessions were attended, all of them supervised."""
        practice = self.tiers[worker.level].practice
        if practice.kind != "clients" or sessions < practice.min_sessions or unsupervised:
            return
        worker.cases += 1
        if worker.cases >= practice.cases:
            self.people.certify(worker)
