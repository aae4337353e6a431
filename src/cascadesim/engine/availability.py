"""What each worker can take on just now, kept up to date for the touched ones only (R10.2).

As a resource a worker is offered in several places: for clients, as a supervisor, as a trainer. Whoever fails a test
there is counted under the tests that they fail: those counts say which constraint binds (R12.1).
"""

from __future__ import annotations

from cascadesim.engine.clients import MASKS, providers_of
from cascadesim.engine.hours_ledger import spare_minutes
from cascadesim.engine.plan import TierPlan
from cascadesim.engine.records import (
    ABSENT,
    ACTIVE,
    APPRENTICE,
    EXITED,
    CourseOffering,
    Offer,
    Order,
    PoolEntry,
    SupervisionUnit,
    Worker,
    World,
)
from cascadesim.engine.state import lacks_supervisor, may_practise, new_entries, new_entry

CASELOAD, HOURS, UNSUPERVISED = 1, 2, 4  # tests of a worker for a client
GROUP_HOURS, SPAN, GRACE = 1, 2, 4  # tests of a supervisor for a new group
COURSE_HOURS, COURSE_GRACE, COURSE_COMPETENCE = 1, 2, 4  # tests of a trainer for a course
_TURN, _TESTS = 1, 2  # what has changed of an offer: whose turn it is, or who fails which tests


def refresh_touched(world: World) -> None:
    """Look again at every worker who was touched."""
    while world.touched:
        worker = world.touched.pop()
        worker.touched = False
        place = worker.tier_site
        if worker.tier_state.looks_clients:
            _for_clients(world, worker)
        if place.supervises is not None:
            _for_groups(world, worker, place.supervises)
        if place.teaches:
            _for_courses(world, worker)
        if place.unit is not None:
            _as_supervisee(world, worker)
        if worker.unsupervised_since < 0 and lacks_supervisor(worker):
            world.unseated.append(worker)
        if place.refreshers is not None:
            _as_participant(world, worker)


def _place(entry: PoolEntry, mask: int, offer: Offer, first: int, order: Order) -> int:
    """On offer where no test fails, and counted under those that do, from `first` on; what of it has changed."""
    changed = 0
    if mask == 0:
        changed = _TURN if offer.pool.offer(entry, order) else 0
    else:
        entry.withdraw()
    before, masks = entry.mask, offer.masks
    if mask != before:
        if before >= 0:
            masks[first + before] -= 1
        if mask >= 0:
            masks[first + mask] += 1
        entry.mask = mask
        changed |= _TESTS
    return changed


def _look_again(place: SupervisionUnit | CourseOffering, changed: int) -> None:
    """What has changed of an offer is looked at by whoever waits for it."""
    if changed & _TURN != 0:
        place.changed = True
    if changed & _TESTS != 0:
        place.unpublished = True


def reserve(worker: Worker) -> int:
    """What is left of the reserve for courses beside those that the worker gives now (R3.2)."""
    left = worker.tier.reserve_rate
    if left == 0:
        return 0
    for assignment in worker.giving:
        if not assignment.course.offering.is_refresher:
            left -= assignment.rate
    return max(0, left)


def spare(worker: Worker) -> int:
    """Minutes a week still to go into groups; the training reserve is kept, as far as no course uses it (R3.2)."""
    return spare_minutes(worker) - reserve(worker)


# --- as a resource ----------------------------------------------------------------------------------------------------


def _for_clients(world: World, worker: Worker) -> None:
    tier, needs = worker.tier, world.plan.clients.needs
    if worker.providers is None:
        worker.providers = providers_of(world, worker)
        worker.care_entries = new_entries(world, worker, len(needs))
    failed, places = -1, _caseload(tier, worker.state)
    if places > 0 and worker.placeable:
        failed = (CASELOAD if worker.n_open >= places else 0) | (0 if may_practise(worker) else UNSUPERVISED)
    short = worker.state == APPRENTICE and worker.cases + worker.n_open < tier.practice.cases  # of cases (R2.9)
    free = worker.available - worker.committed - reserve(worker)
    ready = False
    for place in range(len(needs)):
        mask = failed | HOURS if failed >= 0 and needs[place].rate > free else failed
        if needs[place].certified and worker.state != ACTIVE:
            mask = -1
        # the level, since somebody promoted has the key of the worker who they were
        turn = (0 if short and tier.practice.first else 1, worker.n_open, worker.last_start, worker.key, worker.level)
        _place(worker.care_entries[place], mask, worker.providers.needs[place], 0, turn)
        ready = ready or (mask == 0 and short)
    if ready != worker.free_apprentice:
        worker.free_apprentice = ready
        worker.tier_state.free_apprentices += 1 if ready else -1
        world.offers_changed = True


def _caseload(tier: TierPlan, state: int) -> int:
    """How many clients a worker of this tier may have at once, by state."""
    if state == ACTIVE:
        return tier.caseload if tier.delivers else 0
    return tier.apprentice_caseload if state == APPRENTICE and tier.practises_with_clients else 0


def _for_groups(world: World, worker: Worker, unit: SupervisionUnit) -> None:
    if worker.opener is None:
        worker.opener, worker.far_opener = new_entry(world, worker), new_entry(world, worker)
    free, mask, far = spare(worker), -1, unit.cross_site
    if worker.state == ACTIVE and worker.placeable:
        mask = GROUP_HOURS if unit.plan.group_rate > free else 0
        mask |= (SPAN if worker.supervisees >= unit.plan.max_supervisees else 0) | (GRACE if worker.lapsed else 0)
    changed = _place(worker.opener, mask, unit.openers, 0, (-free, worker.key))
    _look_again(unit, changed)
    if far is not None:
        if mask >= 0 and far.rate > free:  # with travel
            mask |= GROUP_HOURS
        changed = _place(worker.far_opener, mask, far.offer, worker.site * MASKS, (-free, worker.key))
        for other in far.units:
            _look_again(other, changed)
    _offer_seats(worker)


def _offer_seats(supervisor: Worker) -> None:
    """Offer the free places of the groups that this worker leads, as they are now."""
    if not supervisor.leads:
        return
    free = spare(supervisor)
    present = supervisor.state != EXITED and supervisor.state != ABSENT and supervisor.placeable
    for group in supervisor.leads:
        unit, size = group.unit, len(group.members)
        room = size < unit.plan.group_size and supervisor.supervisees < unit.plan.max_supervisees
        if present and room:
            if unit.seats.offer(group.seat, (-size, -free, group.key)):
                unit.changed = True
        else:
            group.seat.withdraw()


def _for_courses(world: World, worker: Worker) -> None:
    teaches, cross_site = worker.tier_site.teaches, worker.tier_state.cross_site
    if not worker.course_entries:
        worker.course_entries = new_entries(world, worker, len(teaches) + len(cross_site))
    failed, competence = -1, worker.tier.competence
    if worker.state == ACTIVE and worker.placeable and worker.trainer:
        failed = COURSE_GRACE if worker.lapsed else 0
        if competence is not None and worker.competence < competence.min_trainer:
            failed |= COURSE_COMPETENCE
    free, place = spare_minutes(worker), 0
    turn, kept = (-free, worker.last_course, worker.key), reserve(worker)
    for offering in teaches:
        mask = _course_mask(offering.plan.trainer_rate, free - (kept if offering.is_refresher else 0), failed)
        changed = _place(worker.course_entries[place], mask, offering.trainers, 0, turn)
        _look_again(offering, changed)
        place += 1
    for far in cross_site:  # with travel
        mask = _course_mask(far.rate, free - (kept if far.is_refresher else 0), failed)
        changed = _place(worker.course_entries[place], mask, far.offer, worker.site * MASKS, turn)
        for offering in far.offerings:
            _look_again(offering, changed)
        place += 1


def _course_mask(rate: int, free: int, failed: int) -> int:
    return failed | COURSE_HOURS if failed >= 0 and rate > free else failed


# --- as one who needs something ---------------------------------------------------------------------------------------


def extra_of(unit: SupervisionUnit, worker: Worker) -> int:
    """What a member adds to the supervisor's commitment (R2.10)."""
    return unit.extra_rate if worker.state == APPRENTICE else 0


def _as_supervisee(world: World, worker: Worker) -> None:
    unit = worker.tier_site.unit
    if worker.group is not None and worker.group.suspended:
        unit.unpublished = True
    waits = worker.group is None and lacks_supervisor(worker)
    blocked = waits and worker.committed + unit.plan.seat_rate > worker.limit
    if blocked != worker.blocked:
        worker.blocked = blocked
        unit.blocked += 1 if blocked else -1
        unit.unpublished = True
    if not waits or blocked:
        if worker.queue is not None and worker.queue.withdraw():
            unit.unpublished = True
    else:
        _wait_for_seat(world, worker, unit)


def _wait_for_seat(world: World, worker: Worker, unit: SupervisionUnit) -> None:
    if worker.queue is None:
        worker.queue = new_entry(world, worker)
    queue, entry = unit.extra if extra_of(unit, worker) != 0 else unit.plain, worker.queue
    if entry.pool is not queue:
        entry.withdraw()  # from the other one: the worker was certified meanwhile
        unit.unpublished = True
    since = worker.unsupervised_since if worker.unsupervised_since >= 0 else world.now
    if queue.offer(entry, (0 if worker.n_open > 0 else 1, since, worker.key)):
        unit.changed = True


def _as_participant(world: World, worker: Worker) -> None:
    """Whoever may be placed in a refresher, in order of their due dates."""
    offering = worker.tier_site.refreshers
    if worker.participant is None:
        worker.participant = new_entry(world, worker)
    due = worker.state == ACTIVE and worker.placeable and worker.course is None and worker.refresher_due >= 0
    due = due and world.now >= worker.refresher_from
    fits = worker.committed + offering.plan.trainee_rate <= worker.available
    if due and fits:
        if offering.queue.offer(worker.participant, (worker.refresher_due, worker.key)):
            offering.changed = True
    elif worker.participant.withdraw():
        offering.unpublished = True
    blocked = due and not fits
    if blocked != worker.blocked_refresher:
        offering.blocked += 1 if blocked else -1
        worker.blocked_refresher = blocked
        offering.unpublished = True
