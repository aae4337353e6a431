"""What each worker can take on just now, kept up to date for the touched ones only (R10.2).

As a resource a worker is offered in several places: for clients, as a supervisor, as a trainer. Whoever fails a test
there is counted under the tests that they fail: those counts say which constraint binds (R12.1).
"""

from __future__ import annotations

from cascadesim.engine.client_queue import MASKS, providers_of
from cascadesim.engine.hours_ledger import spare_minutes
from cascadesim.engine.plan import TierPlan
from cascadesim.engine.records import (
    ABSENT,
    ACTIVE,
    APPRENTICE,
    EXITED,
    CourseOffering,
    CrossSiteSupervisors,
    CrossSiteTrainers,
    NeedOffer,
    SupervisionUnit,
    Worker,
    World,
    new_entries,
    new_entry,
)
from cascadesim.engine.state import tier_site
from cascadesim.engine.teaching import left_of_reserve
from cascadesim.model.enums import Kind

CASELOAD, HOURS, UNSUPERVISED = 1, 2, 4  # tests of a worker for a client
GROUP_HOURS, SPAN, GRACE = 1, 2, 4  # tests of a supervisor for a new group
COURSE_HOURS, COURSE_GRACE, COURSE_COMPETENCE = 1, 2, 4  # tests of a trainer for a course
_COURSE = int(Kind.COURSE)


def refresh_touched(world: World) -> None:
    """Look again at every worker who was touched."""
    while world.touched:
        worker = world.touched.pop()
        worker.touched = False
        looks = worker.tier_state
        if looks.looks_clients:
            _for_clients(world, worker)
        if looks.looks_seats:
            _for_groups(world, worker)
        if looks.looks_courses:
            _for_courses(world, worker)
        if looks.looks_supervisee:
            _as_supervisee(world, worker)
        if looks.looks_participant:
            _as_participant(world, worker)


def _recount(masks: list[int], first: int, before: int, after: int) -> None:
    """One resource fails other tests than before; the counts of its site begin at `first`."""
    if before >= 0:
        masks[first + before] -= 1
    if after >= 0:
        masks[first + after] += 1


def reserve(worker: Worker) -> int:
    """What is left of the reserve for courses beside those that the worker gives now."""
    rate = worker.tier.reserve_rate
    return 0 if rate == 0 else left_of_reserve(rate, worker, _COURSE)


def spare(worker: Worker) -> int:
    """Minutes a week still to go into groups; the training reserve is kept, as far as no course uses it (R3.2)."""
    return spare_minutes(worker) - reserve(worker)


# --- as a resource ----------------------------------------------------------------------------------------------------


def _for_clients(world: World, worker: Worker) -> None:
    tier, needs = worker.tier, world.plan.clients.needs
    if worker.providers is None:
        worker.providers = providers_of(world, worker)
        worker.care_entries = new_entries(world, len(needs))
        for entry in worker.care_entries:
            entry.worker = worker
    failed, places = -1, _caseload(tier, worker.state)
    if places > 0 and worker.placeable:
        failed = (CASELOAD if worker.n_open >= places else 0) | (0 if worker.supervised else UNSUPERVISED)
    short = worker.state == APPRENTICE and worker.cases + worker.n_open < tier.practice.cases  # of cases (R2.9)
    free = worker.available - worker.committed - reserve(worker)
    ready = False
    for place in range(len(needs)):
        mask = failed | HOURS if failed >= 0 and needs[place].rate > free else failed
        if needs[place].certified and worker.state != ACTIVE:
            mask = -1
        _offer_for_need(worker, place, worker.providers.needs[place], mask, 0 if short and tier.practice.first else 1)
        ready = ready or (mask == 0 and short)
    if ready != worker.free_apprentice:
        worker.free_apprentice = ready
        worker.tier_state.free_apprentices += 1 if ready else -1
        world.offers_changed = True


def _offer_for_need(worker: Worker, place: int, need: NeedOffer, mask: int, turn: int) -> None:
    entry = worker.care_entries[place]
    if mask == 0:
        # the level, since somebody promoted has the key of the worker who they were
        need.pool.offer(entry, (turn, worker.n_open, worker.last_start, worker.key, worker.level))
    else:
        entry.withdraw()
    if mask != entry.mask:
        _recount(need.masks, 0, entry.mask, mask)
        entry.mask = mask


def _caseload(tier: TierPlan, state: int) -> int:
    """How many clients a worker of this tier may have at once, by state."""
    if state == ACTIVE:
        return tier.caseload if tier.delivers else 0
    return tier.apprentice_caseload if state == APPRENTICE and tier.practises_with_clients else 0


def _for_groups(world: World, worker: Worker) -> None:
    unit = tier_site(world, worker.level + 1, worker.site).unit
    if worker.opener is None:
        worker.opener, worker.far_opener = new_entry(world), new_entry(world)
        worker.opener.worker = worker.far_opener.worker = worker
    free, mask, entry = spare(worker), -1, worker.opener
    if worker.state == ACTIVE and worker.placeable:
        mask = GROUP_HOURS if unit.plan.group_rate > free else 0
        mask |= (SPAN if worker.supervisees >= unit.plan.max_supervisees else 0) | (GRACE if worker.lapsed else 0)
    if mask == 0:
        if unit.openers.offer(entry, (-free, worker.key)):
            unit.changed = True
    else:
        entry.withdraw()
    if mask != entry.mask:
        _recount(unit.masks, 0, entry.mask, mask)
        entry.mask = mask
        unit.unpublished = True
    if unit.cross_site is not None:
        _for_far_groups(worker, unit.cross_site, free, mask)
    _offer_seats(worker)


def _for_far_groups(worker: Worker, cross_site: CrossSiteSupervisors, free: int, mask: int) -> None:
    """The same for groups at other sites, travel included."""
    entry, changed = worker.far_opener, False
    if mask >= 0 and cross_site.rate > free:
        mask |= GROUP_HOURS
    if mask == 0:
        changed = cross_site.openers.offer(entry, (-free, worker.key))
    else:
        entry.withdraw()
    recounted = mask != entry.mask
    if recounted:
        _recount(cross_site.masks, worker.site * MASKS, entry.mask, mask)
        entry.mask = mask
    if changed or recounted:
        for unit in cross_site.units:
            unit.unpublished = unit.unpublished or recounted
            unit.changed = unit.changed or changed


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
        worker.course_entries = new_entries(world, len(teaches) + len(cross_site))
        for entry in worker.course_entries:
            entry.worker = worker
    failed, competence = -1, worker.tier.competence
    if worker.state == ACTIVE and worker.placeable and worker.trainer:
        failed = COURSE_GRACE if worker.lapsed else 0
        if competence is not None and worker.competence < competence.min_trainer:
            failed |= COURSE_COMPETENCE
    for place in range(len(teaches)):
        _for_offering(worker, teaches[place], place, failed)
    for place in range(len(cross_site)):
        _for_cross_site(worker, cross_site[place], len(teaches) + place, failed)


def _course_mask(worker: Worker, rate: int, is_refresher: bool, failed: int) -> int:
    free = spare_minutes(worker)
    if is_refresher:
        free -= reserve(worker)
    return failed | COURSE_HOURS if failed >= 0 and rate > free else failed


def _for_offering(worker: Worker, offering: CourseOffering, place: int, failed: int) -> None:
    mask = _course_mask(worker, offering.rate, offering.is_refresher, failed)
    entry = worker.course_entries[place]
    if mask == 0:
        if offering.trainers.offer(entry, (-spare_minutes(worker), worker.last_course, worker.key)):
            offering.changed = True
    else:
        entry.withdraw()
    if mask != entry.mask:
        _recount(offering.masks, 0, entry.mask, mask)
        entry.mask = mask
        offering.unpublished = True


def _for_cross_site(worker: Worker, trainers: CrossSiteTrainers, place: int, failed: int) -> None:
    """The same for courses at other sites, travel included."""
    mask = _course_mask(worker, trainers.rate, trainers.is_refresher, failed)
    entry, changed = worker.course_entries[place], False
    if mask == 0:
        changed = trainers.trainers.offer(entry, (-spare_minutes(worker), worker.last_course, worker.key))
    else:
        entry.withdraw()
    recounted = mask != entry.mask
    if recounted:
        _recount(trainers.masks, worker.site * MASKS, entry.mask, mask)
        entry.mask = mask
    if changed or recounted:
        for offering in trainers.offerings:
            offering.unpublished = offering.unpublished or recounted
            offering.changed = offering.changed or changed


# --- as one who needs something ---------------------------------------------------------------------------------------


def extra_of(unit: SupervisionUnit, worker: Worker) -> int:
    """What a member adds to the supervisor's commitment (R2.10)."""
    return unit.extra_rate if worker.state == APPRENTICE else 0


def _as_supervisee(world: World, worker: Worker) -> None:
    unit = worker.tier_site.unit
    if worker.group is not None and worker.group.suspended:
        unit.unpublished = True
    practises = worker.state == APPRENTICE or worker.state == ACTIVE
    lacks = not worker.supervised and practises and worker.deployed
    waits = lacks and worker.group is None
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
    if lacks and worker.unsupervised_since < 0:
        world.unseated.append(worker)


def _wait_for_seat(world: World, worker: Worker, unit: SupervisionUnit) -> None:
    if worker.queue is None:
        worker.queue = new_entry(world)
        worker.queue.worker = worker
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
        worker.participant = new_entry(world)
        worker.participant.worker = worker
    due = worker.state == ACTIVE and worker.placeable and worker.refresher is None and worker.refresher_due >= 0
    due = due and world.now >= worker.refresher_from
    fits = worker.committed + offering.refresher.trainee_rate <= worker.available
    if due and fits:
        if offering.participants.offer(worker.participant, (worker.refresher_due, worker.key)):
            offering.changed = True
    elif worker.participant.withdraw():
        offering.unpublished = True
    blocked = due and not fits
    if blocked != worker.blocked_refresher:
        offering.blocked += 1 if blocked else -1
        worker.blocked_refresher = blocked
        offering.unpublished = True
