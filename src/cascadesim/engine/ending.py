"""The first conditional activity: end what may not continue, after exits, absences, returns and falls of hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.clients import Client
from cascadesim.engine.worker import ACTIVE, APPRENTICE, CANDIDATE, EXITED, Worker
from cascadesim.model.enums import Kind

if TYPE_CHECKING:
    from cascadesim.engine.classroom import Course
    from cascadesim.engine.facilitation import ClientGroup
    from cascadesim.engine.parts import Parts
    from cascadesim.engine.world import World

_COURSE = int(Kind.COURSE)


class Ending:
    """Settles for others what has become of a worker: seats, groups led, courses, cases; one by one, in key order."""

    def __init__(self, world: World, parts: Parts) -> None:
        self.world = world
        self.people = parts.people
        self.offers = parts.offers
        self.enrolment = parts.enrolment
        self.training = parts.training
        self.teaching = parts.teaching
        self.refreshers = parts.refreshers
        self.dissolution = parts.dissolution
        self.supervision = parts.supervision
        self.absences = parts.absences
        self.organisation = parts.organisation
        self.care = parts.care
        self.facilitation = parts.facilitation
        self.lost: dict[int, Worker] = {}  # the facilitator whom a group of clients lost last, by the group's key

    def settle(self) -> None:
        """Everybody whom something has happened to in this instant."""
        people = self.people
        for worker in _taken(people.undeployed):
            if worker.state != EXITED:
                people.exit(worker, "not_deployed")
        people.unsettled = False
        bereft: list[Course] = []
        for worker in _taken(people.ended):
            bereft += self._gone(worker)
        for worker in _taken(people.absent):
            if worker.away and worker.state != EXITED:
                bereft += self._away(worker)
        self._expire_holds()
        for worker in _taken(people.returned):
            if not worker.away and worker.state != EXITED:
                self._back(worker)
        for worker in _taken(people.idled):
            self._idle(worker)
        for worker in _taken(people.fallen):
            if worker.state in (APPRENTICE, ACTIVE):
                self.organisation.set_duties(worker)
                self.dissolution.fit(worker)
        self.offers.refresh_touched()
        for course in sorted(bereft, key=lambda course: (course.kind, course.key)):
            (self.training if course.kind == _COURSE else self.refreshers).substitute(course)
            self.offers.refresh_touched()
        self._after()

    def expire_holds(self) -> None:
        """Those who have been away for too long keep neither cases nor groups; a group without clients ends."""
        self._expire_holds()
        self._after()

    def _after(self) -> None:
        if self.facilitation is not None and self.facilitation.bereft:
            self.offers.refresh_touched()
            self.facilitation.mend(self.lost)
            self.lost.clear()
        to_merge = self.dissolution.to_merge
        for key in sorted(to_merge):
            self.dissolution.merge(to_merge[key])
        to_merge.clear()
        self.offers.refresh_touched()

    def _gone(self, worker: Worker) -> list[Course]:
        self.enrolment.withdraw(worker)
        self.dissolution.give_up_seat(worker)
        self.dissolution.dissolve(worker)
        self.training.drop_trainee(worker)
        self.refreshers.drop(worker)
        bereft = self.teaching.leave(worker, gone=True)
        self.release_all(worker)
        return bereft

    def _away(self, worker: Worker) -> list[Course]:
        """What stands still for a while, or is given up at once (R2.7)."""
        self.enrolment.withdraw(worker)
        self.training.drop_trainee(worker)
        self.enrolment.withdraw(worker)
        self.refreshers.drop(worker)
        bereft = self.teaching.leave(worker, gone=False)
        if worker.open or worker.leads:
            if self.absences.hold(worker):
                self.dissolution.suspend(worker)
                self._pause_all(worker)
            else:
                self.dissolution.dissolve(worker)
                self.release_all(worker)
        return bereft

    def _back(self, worker: Worker) -> None:
        if worker.state == CANDIDATE:
            self.enrolment.rejoin(worker)
            return
        self.organisation.set_duties(worker)
        self.dissolution.resume(worker)
        self.dissolution.fit(worker)
        for key in sorted(worker.open):
            case = worker.open[key]
            if isinstance(case, Client):
                assert self.care is not None
                self.care.unpause(case, worker)

    def _idle(self, worker: Worker) -> None:
        """Certified but not deployed: no seat is needed."""
        if worker.state != EXITED:
            self.dissolution.give_up_seat(worker)
            self.people.mark_supervised(worker)
            self.release_all(worker)

    def lapse(self, worker: Worker) -> None:
        """Grace is over: cases go to hand-over, and the groups led too where the scenario says so (R4.6)."""
        supervision = self.world.plan.tiers[worker.level].supervision
        if supervision is not None and supervision.lapse_ends_groups:
            self.dissolution.dissolve(worker)
        self.release_all(worker)
        self._after()

    def _expire_holds(self) -> None:
        for worker in self.absences.expired():
            self.dissolution.dissolve(worker)
            self.release_all(worker)

    def release_all(self, worker: Worker) -> None:
        """Every open case of the worker waits for somebody else (R8.5)."""
        for key in sorted(worker.open):
            case: Client | ClientGroup = worker.open[key]
            if isinstance(case, Client):
                assert self.care is not None
                self.care.release(case, worker)
            else:
                assert self.facilitation is not None
                self.lost[case.key] = worker
                self.facilitation.lose(case, worker)
        worker.open.clear()

    def _pause_all(self, worker: Worker) -> None:
        for key in sorted(worker.open):
            case = worker.open[key]
            if isinstance(case, Client):
                assert self.care is not None
                self.care.pause(case, worker)
            else:
                assert self.facilitation is not None
                self.lost[case.key] = worker
                self.facilitation.lose(case, worker)


def _taken(workers: list[Worker]) -> list[Worker]:
    """The list in order of keys, emptied."""
    taken = sorted(workers, key=lambda worker: worker.key)
    workers.clear()
    return taken
