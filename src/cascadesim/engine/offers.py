"""What each worker can take on just now, kept up to date for the touched ones only (R10.2).

As a resource a worker is offered in three places: for clients, as a supervisor, as a trainer. Whoever fails exactly one
test there is counted under it: those counts say which constraint binds (R12.1), without looking at everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cascadesim.engine.enrolment import Enrolment
from cascadesim.engine.grace import Grace
from cascadesim.engine.groups import Circle
from cascadesim.engine.pool import Pool
from cascadesim.engine.supervision import Supervision
from cascadesim.engine.worker import ACTIVE, APPRENTICE, Worker
from cascadesim.model.codes import State
from cascadesim.model.plan import TierPlan

if TYPE_CHECKING:
    from cascadesim.engine.world import World

CASELOAD, HOURS, UNSUPERVISED = 1, 2, 4  # tests of a worker for a client
GROUP_HOURS, SPAN, GRACE = 1, 2, 4  # tests of a supervisor for a new group
COURSE_HOURS, COURSE_GRACE = 1, 2  # tests of a trainer for a course


class Offers:
    """The pool of workers for clients, and how many workers fail which tests."""

    def __init__(self, world: World, enrolment: Enrolment, supervision: Supervision, grace: Grace) -> None:
        self.world = world
        self.touched = world.touched
        self.rooms = enrolment.rooms
        self.grace = grace
        self.supervision = supervision
        self.tiers = world.plan.tiers
        self.episode_rate = world.plan.clients.episode_rate if world.plan.clients else 0
        self.care: Pool[Worker] = Pool()
        self.care_masks = [0] * 8
        self.seat_masks = [[0] * 8 for _ in self.tiers]
        self.course_masks = [[0] * 4 for _ in self.tiers]
        self.free_apprentices = [0] * len(self.tiers)
        self.changed = True  # free_apprentices changed since the constraints were last published
        cared_for = world.plan.clients is not None
        self.places = [_places(tier) for tier in self.tiers]
        self.practising_tiers = [tier.level for tier in self.tiers if cared_for and tier.practises_with_clients]
        self.looks = [self._looks(tier.level) for tier in self.tiers]

    def _looks(self, level: int) -> tuple[Callable[[Worker], None], ...]:
        """What there is to look at for a worker of this tier."""
        looks = []
        if self.world.plan.clients is not None and any(self.places[level]):
            looks.append(self._for_clients)
        if level + 1 in self.supervision.circles:
            looks.append(self._for_seats)
        if level + 1 in self.rooms:
            looks.append(self._for_courses)
        if level in self.supervision.circles:
            looks.append(self._as_supervisee)
        return tuple(looks)

    def refresh_touched(self) -> None:
        """Look again at every worker who was touched."""
        touched = self.touched
        while touched:
            worker = touched.pop()
            worker.touched = False
            for look in self.looks[worker.level]:
                look(worker)

    def _for_clients(self, worker: Worker) -> None:
        state, mask = worker.state, -1
        places = self.places[worker.level][state]
        if places and not worker.on_notice:
            mask = CASELOAD if len(worker.open) >= places else 0
            if worker.committed + self.episode_rate > worker.available:
                mask |= HOURS
            if not worker.supervised:
                mask |= UNSUPERVISED
        practice = self.tiers[worker.level].practice
        short = state == APPRENTICE and worker.cases + len(worker.open) < practice.cases  # of cases (R2.9)
        if mask == 0:
            first = 0 if short and practice.first else 1
            self.care.offer(worker, (first, len(worker.open), worker.last_start, worker.key))
        else:
            self.care.withdraw(worker)
        if mask != worker.care_mask:
            _recount(self.care_masks, worker.care_mask, mask)
            worker.care_mask = mask
        free = mask == 0 and short
        if free != worker.free_apprentice:
            worker.free_apprentice = free
            self.free_apprentices[worker.level] += 1 if free else -1
            self.changed = True

    def _for_seats(self, worker: Worker) -> None:
        circle = self.supervision.circles[worker.level + 1]
        mask = -1
        if worker.state == ACTIVE and not worker.on_notice:
            mask = 0
            if circle.plan.group_rate > worker.spare():
                mask = GROUP_HOURS
            if worker.supervisees >= circle.plan.max_supervisees:
                mask |= SPAN
            if worker.lapsed:
                mask |= GRACE
        if mask == 0:
            circle.changed |= circle.openers.offer(worker, (-worker.spare(), worker.key))
        else:
            circle.openers.withdraw(worker)
        if mask != worker.seat_mask:
            _recount(self.seat_masks[worker.level], worker.seat_mask, mask)
            worker.seat_mask = mask
            circle.unpublished = True
        self.supervision.offer_seats(worker)

    def _for_courses(self, worker: Worker) -> None:
        room = self.rooms[worker.level + 1]
        mask = -1
        if worker.state == ACTIVE and not worker.on_notice:
            mask = COURSE_HOURS if room.plan.trainer_rate > worker.spare() else 0
            if worker.lapsed:
                mask |= COURSE_GRACE
        if mask == 0:
            order = (-worker.spare(), worker.last_course, worker.key)
            room.changed |= room.trainers.offer(worker, order)
        else:
            room.trainers.withdraw(worker)
        if mask != worker.course_mask:
            _recount(self.course_masks[worker.level], worker.course_mask, mask)
            worker.course_mask = mask
            room.unpublished = True

    def _as_supervisee(self, worker: Worker) -> None:
        circle = self.supervision.circles[worker.level]
        waits = not worker.supervised and worker.state in (APPRENTICE, ACTIVE)
        blocked = waits and worker.committed + circle.plan.seat_rate > worker.limit
        if blocked != worker.blocked:
            worker.blocked = blocked
            circle.blocked += 1 if blocked else -1
            circle.unpublished = True
        if not waits or blocked:
            circle.unpublished |= circle.withdraw(worker)
        else:
            self._queue(worker, circle)
        if waits and worker.unsupervised_since < 0:
            self.grace.newly_unseated.append(worker)

    def _queue(self, worker: Worker, circle: Circle) -> None:
        queue = circle.queue_of(worker)
        if worker not in queue:
            circle.withdraw(worker)  # from the other one: the worker was certified meanwhile
            circle.unpublished = True
        since = worker.unsupervised_since if worker.unsupervised_since >= 0 else self.world.clock.now
        circle.changed |= queue.offer(worker, (0 if worker.open else 1, since, worker.key))


def _places(tier: TierPlan) -> tuple[int, ...]:
    """How many clients a worker of this tier may have at once, by state."""
    places = [0] * len(State)
    places[APPRENTICE] = tier.apprentice_caseload if tier.practises_with_clients else 0
    places[ACTIVE] = tier.caseload if tier.delivers else 0
    return tuple(places)


def _recount(masks: list[int], before: int, after: int) -> None:
    if before >= 0:
        masks[before] -= 1
    if after >= 0:
        masks[after] += 1
