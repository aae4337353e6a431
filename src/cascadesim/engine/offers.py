"""What each worker can take on just now, kept up to date for the touched ones only (R10.2).

As a resource a worker is offered in several places: for clients, as a supervisor, as a trainer. Whoever fails a test
there is counted under the tests that they fail: those counts say which constraint binds (R12.1), without looking at
everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cascadesim.engine.demands import Demands
from cascadesim.engine.enrolment import Enrolment
from cascadesim.engine.grace import Grace
from cascadesim.engine.groups import Circle
from cascadesim.engine.refreshers import RefresherRoom, Refreshers
from cascadesim.engine.supervision import Supervision
from cascadesim.engine.teaching import Hall, Venue
from cascadesim.engine.worker import ACTIVE, APPRENTICE, EXITED, Worker
from cascadesim.model.enums import WorkerState
from cascadesim.model.plan import TierPlan

if TYPE_CHECKING:
    from cascadesim.engine.world import World

CASELOAD, HOURS, UNSUPERVISED = 1, 2, 4  # tests of a worker for a client
GROUP_HOURS, SPAN, GRACE = 1, 2, 4  # tests of a supervisor for a new group
COURSE_HOURS, COURSE_GRACE, COURSE_COMPETENCE = 1, 2, 4  # tests of a trainer for a course


class Offers:
    """Keeps the pools of workers for clients, seats and courses, and how many workers fail which tests."""

    def __init__(
        self,
        world: World,
        enrolment: Enrolment,
        refreshers: Refreshers,
        supervision: Supervision,
        grace: Grace,
        demands: Demands | None,
    ) -> None:
        self.world = world
        self.touched = world.touched
        self.refreshers = refreshers
        self.grace = grace
        self.supervision = supervision
        self.demands = demands
        self.tiers = world.plan.tiers
        self.free_apprentices = [0] * len(self.tiers)
        self.changed = True  # free_apprentices changed since the constraints were last published
        self.places = [_places(tier) for tier in self.tiers]
        cared_for = demands is not None
        self.practising_tiers = [tier.level for tier in self.tiers if cared_for and tier.practises_with_clients]
        sites = range(len(world.plan.sites))
        venues: list[Venue] = [*enrolment.in_order, *refreshers.in_order]
        halls = [*enrolment.halls, *refreshers.halls]
        self.venues = [
            [[venue for venue in venues if venue.level == tier.level + 1 and venue.site == site] for site in sites]
            for tier in self.tiers
        ]
        self.halls = [[hall for hall in halls if hall.level == tier.level + 1] for tier in self.tiers]
        self.looks = [self._looks(tier.level) for tier in self.tiers]

    def _looks(self, level: int) -> tuple[Callable[[Worker], None], ...]:
        """What there is to look at for a worker of this tier."""
        looks: list[Callable[[Worker], None]] = []
        circles = {tier for tier, _ in self.supervision.circles}
        if self.demands is not None and any(self.places[level]):
            looks.append(self._for_clients)
        if level + 1 in circles:
            looks.append(self._for_seats)
        if self.venues[level][0]:
            looks.append(self._for_courses)
        if level in circles:
            looks.append(self._as_supervisee)
        if (level, 0) in self.refreshers.rooms:
            looks.append(self._as_participant)
        return tuple(looks)

    def refresh_touched(self) -> None:
        """Look again at every worker who was touched."""
        touched = self.touched
        while touched:
            worker = touched.pop()
            worker.touched = False
            for look in self.looks[worker.level]:
                look(worker)

    # --- as a resource ----------------------------------------------------------------------------------------------

    def _for_clients(self, worker: Worker) -> None:
        demands = self.demands
        assert demands is not None
        desk = worker.desk
        if desk is None:
            desk = worker.desk = demands.desk_of(worker)
            worker.care_masks = [-1] * len(demands.needs)
        state, masks, found = worker.state, worker.care_masks, -1
        places = self.places[worker.level][state]
        if places and worker.placeable:
            found = CASELOAD if len(worker.open) >= places else 0
            if not worker.supervised:
                found |= UNSUPERVISED
        tier = self.tiers[worker.level]
        short = state == APPRENTICE and worker.cases + len(worker.open) < tier.practice.cases  # of cases (R2.9)
        free = worker.available - worker.committed
        if tier.reserve_rate:
            free -= self.supervision.reserve(worker)
        turn = 0 if short and tier.practice.first else 1
        for place, (need, grouped) in enumerate(demands.needs):
            mask = found | HOURS if found >= 0 and need > free else found
            if grouped and state != ACTIVE:
                mask = -1
            if mask == 0:
                # the level, since somebody promoted has the key of the worker who they were
                order = (turn, len(worker.open), worker.last_start, worker.key, worker.level)
                desk.pools[place].offer(worker, order)
            else:
                desk.pools[place].withdraw(worker)
            if mask != masks[place]:
                _recount(desk.masks[place], masks[place], mask)
                masks[place] = mask
        ready = short and 0 in masks
        if ready != worker.free_apprentice:
            worker.free_apprentice = ready
            self.free_apprentices[worker.level] += 1 if ready else -1
            self.changed = True

    def _for_seats(self, worker: Worker) -> None:
        circle = self.supervision.circles[(worker.level + 1, worker.site)]
        free, mask = self.supervision.spare(worker), -1
        if worker.state == ACTIVE and worker.placeable:
            mask = GROUP_HOURS if circle.plan.group_rate > free else 0
            if worker.supervisees >= circle.plan.max_supervisees:
                mask |= SPAN
            if worker.lapsed:
                mask |= GRACE
        if mask == 0:
            circle.changed |= circle.openers.offer(worker, (-free, worker.key))
        else:
            circle.openers.withdraw(worker)
        if mask != worker.seat_mask:
            _recount(circle.masks, worker.seat_mask, mask)
            worker.seat_mask = mask
            circle.unpublished = True
        if circle.beyond is not None:
            self._for_far_seats(worker, circle, free, mask)
        self.supervision.offer_seats(worker)

    def _for_far_seats(self, worker: Worker, circle: Circle, free: int, mask: int) -> None:
        """The same for groups at other sites, travel included."""
        beyond = circle.beyond
        assert beyond is not None
        if mask >= 0 and beyond.rate > free:
            mask |= GROUP_HOURS
        changed = False
        if mask == 0:
            changed = beyond.openers.offer(worker, (-free, worker.key))
        else:
            beyond.openers.withdraw(worker)
        if mask != worker.far_seat_mask:
            _recount(beyond.masks[worker.site], worker.far_seat_mask, mask)
            worker.far_seat_mask = mask
            for each in beyond.circles:
                each.unpublished = True
        if changed:
            for each in beyond.circles:
                each.changed = True

    def _for_courses(self, worker: Worker) -> None:
        venues, halls = self.venues[worker.level][worker.site], self.halls[worker.level]
        if not worker.course_masks:
            worker.course_masks = [-1] * (len(venues) + len(halls))
        found = -1
        if worker.state == ACTIVE and worker.placeable and worker.trainer:
            found = COURSE_GRACE if worker.lapsed else 0
            plan = self.tiers[worker.level].competence
            if plan is not None and worker.competence < plan.min_trainer:
                found |= COURSE_COMPETENCE
        free = worker.spare()
        for place, venue in enumerate(venues):
            spare = free - self.supervision.reserve(worker) if isinstance(venue, RefresherRoom) else free
            mask = found | COURSE_HOURS if found >= 0 and venue.rate > spare else found
            if mask == 0:
                order = (-free, worker.last_course, worker.key)
                venue.changed |= venue.trainers.offer(worker, order)
            else:
                venue.trainers.withdraw(worker)
            if mask != worker.course_masks[place]:
                _recount(venue.masks, worker.course_masks[place], mask)
                worker.course_masks[place] = mask
                venue.unpublished = True
        for place, hall in enumerate(halls, len(venues)):
            self._for_hall(worker, hall, place, found, free)

    def _for_hall(self, worker: Worker, hall: Hall, place: int, found: int, free: int) -> None:
        """The same for courses at other sites, travel included."""
        refresher = hall.venues and isinstance(hall.venues[0], RefresherRoom)
        spare = free - self.supervision.reserve(worker) if refresher else free
        mask = found | COURSE_HOURS if found >= 0 and hall.rate > spare else found
        changed = False
        if mask == 0:
            changed = hall.trainers.offer(worker, (-free, worker.last_course, worker.key))
        else:
            hall.trainers.withdraw(worker)
        if mask != worker.course_masks[place]:
            _recount(hall.masks[worker.site], worker.course_masks[place], mask)
            worker.course_masks[place] = mask
            for venue in hall.venues:
                venue.unpublished = True
        if changed:
            for venue in hall.venues:
                venue.changed = True

    # --- as one who needs something ---------------------------------------------------------------------------------

    def _as_supervisee(self, worker: Worker) -> None:
        circle = self.supervision.circles[(worker.level, worker.site)]
        if worker.group is not None and worker.group.suspended:
            circle.unpublished = True
        lacks = not worker.supervised and worker.state in (APPRENTICE, ACTIVE) and worker.deployed
        waits = lacks and worker.group is None
        blocked = waits and worker.committed + circle.plan.seat_rate > worker.limit
        if blocked != worker.blocked:
            worker.blocked = blocked
            circle.blocked += 1 if blocked else -1
            circle.unpublished = True
        if not waits or blocked:
            circle.unpublished |= circle.withdraw(worker)
        else:
            self._queue(worker, circle)
        if lacks and worker.unsupervised_since < 0:
            self.grace.newly_unseated.append(worker)

    def _queue(self, worker: Worker, circle: Circle) -> None:
        queue = circle.queue_of(worker)
        if worker not in queue:
            circle.withdraw(worker)  # from the other one: the worker was certified meanwhile
            circle.unpublished = True
        since = worker.unsupervised_since if worker.unsupervised_since >= 0 else self.world.clock.now
        circle.changed |= queue.offer(worker, (0 if worker.open else 1, since, worker.key))

    def _as_participant(self, worker: Worker) -> None:
        """Whoever may be placed in a refresher, in order of their due dates."""
        room = self.refreshers.rooms[(worker.level, worker.site)]
        wanted = worker.state != EXITED and self.refreshers.wanted(worker)
        fits = worker.committed + room.plan.trainee_rate <= worker.available
        if wanted and fits:
            room.changed |= room.participants.offer(worker, (worker.refresher_due, worker.key))
        else:
            room.unpublished |= room.participants.withdraw(worker)
        if (wanted and not fits) != (worker.key in room.blocked):
            room.blocked ^= {worker.key}
            room.unpublished = True


def _places(tier: TierPlan) -> tuple[int, ...]:
    """How many clients a worker of this tier may have at once, by state."""
    places = [0] * len(WorkerState)
    places[APPRENTICE] = tier.apprentice_caseload if tier.practises_with_clients else 0
    places[ACTIVE] = tier.caseload if tier.delivers else 0
    return tuple(places)


def _recount(masks: list[int], before: int, after: int) -> None:
    if before >= 0:
        masks[before] -= 1
    if after >= 0:
        masks[after] += 1
