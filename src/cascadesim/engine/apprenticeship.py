"""Between the course and the certificate: practice under supervision, with clients or simulated (R2.8, R2.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.ability import Ability
from cascadesim.engine.clock import Due
from cascadesim.engine.leaving import Leaving
from cascadesim.engine.people import People
from cascadesim.engine.worker import APPRENTICE, Worker
from cascadesim.model.enums import Rank

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_PRACTICE_END = int(Rank.PRACTICE_END)


class Apprenticeship:
    """Leads apprentices to their certificate.

    Weeks of simulated practice count only while the apprentice is supervised and there: the clock stops at the end of
    an instant that leaves them without a supervisor, and while they are away. `awaiting` counts, for each tier, those
    who have practised enough and lack only competence, and are there.
    """

    def __init__(self, world: World, people: People, leaving: Leaving, ability: Ability) -> None:
        self.world = world
        self.people = people
        self.leaving = leaving
        self.ability = ability
        self.tiers = world.plan.tiers
        self.awaiting = [0] * len(self.tiers)

    def begin(self, worker: Worker) -> None:
        """The last stage is passed; certified at once where no practice is asked for."""
        practice = self.tiers[worker.level].practice
        self.people.start_practising(worker)
        if practice.kind == "none":
            self.people.certify(worker)
            return
        self.leaving.limit_apprenticeship(worker)
        worker.practice_left = practice.minutes
        if practice.kind == "clients":
            self._test(worker)
        elif worker.supervised:
            self.resume(worker)

    def resume(self, worker: Worker) -> None:
        """Simulated practice runs on: the apprentice is supervised, and there."""
        simulated = self.tiers[worker.level].practice.kind == "simulated"
        if worker.state != APPRENTICE or not simulated or worker.practice_due is not None or not worker.practice_left:
            return
        now = self.world.clock.now
        worker.practice_since = now
        due = self.world.clock.at(now + worker.practice_left, _PRACTICE_END, worker.key, self._done, worker)
        worker.practice_due = due

    def pause(self, worker: Worker) -> None:
        """Simulated practice stands still: the apprentice has lost their supervisor, or is away."""
        if worker.practice_due is None:
            return
        worker.practice_left -= self.world.clock.now - worker.practice_since
        worker.practice_due.cancel()
        worker.practice_due = None

    def go_away(self, worker: Worker) -> None:
        """Absent from now on: practice stands still, and who is away waits for no certificate (R2.7, R12.1)."""
        self.pause(worker)
        if worker.awaits_competence:
            self.awaiting[worker.level] -= 1

    def come_back(self, worker: Worker) -> None:
        """There again: a case that ended meanwhile may have been the last one; simulated practice goes on (R2.8)."""
        if worker.awaits_competence:
            self.awaiting[worker.level] += 1
        if worker.state == APPRENTICE and self.tiers[worker.level].practice.kind == "clients":
            self._test(worker)
        if worker.supervised:
            self.resume(worker)

    def _done(self, due: Due) -> None:
        worker: Worker = due.who
        self.world.record.events += 1
        worker.practice_due = None
        worker.practice_left = 0
        self._test(worker)
        self.world.clock.wake()

    def case_ended(self, worker: Worker, sessions: int, to_have: int, unsupervised: bool) -> None:
        """An apprentice's case is over; it counts if enough of the sessions `to_have` were attended, all supervised.

        So does that of an apprentice who is away: the client has left meanwhile.
        """
        practice = self.tiers[worker.level].practice
        if APPRENTICE not in (worker.state, worker.left_state if worker.away else -1) or practice.kind != "clients":
            return
        if sessions >= (practice.min_sessions or to_have) and not unsupervised:
            worker.cases += 1
            if not worker.away:
                self._test(worker)

    def session_held(self, worker: Worker) -> None:
        """An apprentice has had a supervised session: competence may be enough now (R2.8)."""
        if worker.awaits_competence:
            self._test(worker)

    def _test(self, worker: Worker) -> None:
        """Certify whoever has practised enough and is competent enough."""
        practice = self.tiers[worker.level].practice
        enough = worker.cases >= practice.cases if practice.kind == "clients" else worker.practice_left == 0
        if not enough:
            return
        if self.ability.ready(worker):
            self.stop_waiting(worker)
            self.people.certify(worker)
        elif not worker.awaits_competence:
            worker.awaits_competence = True
            self.awaiting[worker.level] += 1

    def stop_waiting(self, worker: Worker) -> None:
        """The worker no longer waits for competence: certified, or gone."""
        if worker.awaits_competence:
            worker.awaits_competence = False
            self.awaiting[worker.level] -= 0 if worker.away else 1
