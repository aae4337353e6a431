"""What each worker can take on just now, kept up to date for the touched ones only (R10.2).

As a resource a worker is offered in several places: for clients, as a supervisor, as a trainer. Whoever fails a test
there is counted under the tests that they fail: those counts say which constraint binds (R12.1).
"""

from __future__ import annotations

from cascadesim.engine.compiled.demands import MASKS, desk_of, pool_of
from cascadesim.engine.compiled.ledger import spare_minutes
from cascadesim.engine.compiled.memory import address, allocate, compiled, load, store
from cascadesim.engine.compiled.nouns import (
    beyond_at,
    circle_at,
    desk_at,
    group_at,
    hall_at,
    slot_at,
    venue_at,
    worker_at,
)
from cascadesim.engine.compiled.people import ABSENT, ACTIVE, APPRENTICE, EXITED
from cascadesim.engine.compiled.plan_nouns import (
    competence_plan_at,
    refresher_plan_at,
    supervision_plan_at,
    tier_plan_at,
)
from cascadesim.engine.compiled.pool import SLOT_SIZE, new_slots, offer, withdraw
from cascadesim.engine.compiled.rooms import level_state, place_of
from cascadesim.engine.compiled.teaching import reserved_for_courses
from cascadesim.engine.compiled.vectors import TOUCHED, UNSEATED, pop, push, vector
from cascadesim.model.enums import Kind

CASELOAD, HOURS, UNSUPERVISED = 1, 2, 4  # tests of a worker for a client
GROUP_HOURS, SPAN, GRACE = 1, 2, 4  # tests of a supervisor for a new group
COURSE_HOURS, COURSE_GRACE, COURSE_COMPETENCE = 1, 2, 4  # tests of a trainer for a course
_COURSE = int(Kind.COURSE)


@compiled
def refresh_touched(S):
    """Look again at every worker who was touched."""
    touched = vector(S, TOUCHED)
    while touched.size > 0:
        w = worker_at(pop(touched))
        w.touched = 0
        looks = level_state(S, w.level)
        if looks.looks_clients:
            _for_clients(S, w)
        if looks.looks_seats:
            _for_seats(S, w)
        if looks.looks_courses:
            _for_courses(S, w)
        if looks.looks_supervisee:
            _as_supervisee(S, w)
        if looks.looks_participant:
            _as_participant(S, w)


@compiled
def _recount(masks, before, after):
    if before >= 0:
        store(masks, before, load(masks, before) - 1)
    if after >= 0:
        store(masks, after, load(masks, after) + 1)


@compiled
def reserve(w):
    """What is left of the reserve for courses beside those that the worker gives now."""
    rate = tier_plan_at(w.tier).reserve_rate
    return 0 if rate == 0 else reserved_for_courses(rate, w, _COURSE)


@compiled
def spare(w):
    """Minutes a week still to go into groups; the training reserve is kept, as far as no course uses it (R3.2)."""
    return spare_minutes(w) - reserve(w)


# --- as a resource ----------------------------------------------------------------------------------------------------


@compiled
def _for_clients(S, w):
    tier = tier_plan_at(w.tier)
    if w.desk == 0:
        w.desk = desk_of(S, w)
        w.care_masks = allocate(S, 8 * S.n_needs)
        for need in range(S.n_needs):
            store(w.care_masks, need, -1)
        w.care_slots = new_slots(S, S.n_needs, address(w))
    desk = desk_at(w.desk)
    found, places = -1, _places(tier, w.state)
    if places > 0 and w.placeable:
        found = (CASELOAD if w.n_open >= places else 0) | (0 if w.supervised else UNSUPERVISED)
    short = w.state == APPRENTICE and w.cases + w.n_open < tier.practice_cases  # of cases (R2.9)
    free = w.available - w.committed - reserve(w)
    turn = 0 if short and tier.practice_first else 1
    ready = False
    for need in range(S.n_needs):
        mask = found | HOURS if found >= 0 and load(S.needs, 2 * need) > free else found
        if load(S.needs, 2 * need + 1) and w.state != ACTIVE:
            mask = -1
        slot = slot_at(w.care_slots + need * SLOT_SIZE)
        if mask == 0:
            # the level, since somebody promoted has the key of the worker who they were
            offer(pool_of(desk, need), slot, turn, w.n_open, w.last_start, w.key, w.level)
            ready = ready or short
        else:
            withdraw(slot)
        before = load(w.care_masks, need)
        if mask != before:
            _recount(desk.masks + need * MASKS * 8, before, mask)
            store(w.care_masks, need, mask)
    if ready != (w.free_apprentice != 0):
        w.free_apprentice = 1 if ready else 0
        level_state(S, w.level).free_apprentices += 1 if ready else -1
        S.offers_changed = 1


@compiled
def _places(tier, state):
    """How many clients a worker of this tier may have at once, by state."""
    if state == ACTIVE:
        return tier.caseload if tier.delivers else 0
    return tier.apprentice_caseload if state == APPRENTICE and tier.practises_with_clients else 0


@compiled
def _for_seats(S, w):
    circle = circle_at(place_of(S, w.level + 1, w.site).circle)
    plan = supervision_plan_at(circle.plan)
    if w.opener == 0:
        w.opener = new_slots(S, 2, address(w))
        w.far_opener = w.opener + SLOT_SIZE
    free, mask = spare(w), -1
    if w.state == ACTIVE and w.placeable:
        mask = GROUP_HOURS if plan.group_rate > free else 0
        mask |= (SPAN if w.supervisees >= plan.max_supervisees else 0) | (GRACE if w.lapsed else 0)
    if mask == 0:
        if offer(circle.openers, slot_at(w.opener), -free, w.key, 0, 0, 0):
            circle.changed = 1
    else:
        withdraw(slot_at(w.opener))
    if mask != w.seat_mask:
        _recount(circle.masks, w.seat_mask, mask)
        w.seat_mask = mask
        circle.unpublished = 1
    if circle.beyond != 0:
        _for_far_seats(w, beyond_at(circle.beyond), free, mask)
    _offer_seats(w)


@compiled
def _for_far_seats(w, beyond, free, mask):
    """The same for groups at other sites, travel included."""
    if mask >= 0 and beyond.rate > free:
        mask |= GROUP_HOURS
    changed = False
    if mask == 0:
        changed = offer(beyond.openers, slot_at(w.far_opener), -free, w.key, 0, 0, 0)
    else:
        withdraw(slot_at(w.far_opener))
    recounted = mask != w.far_seat_mask
    if recounted:
        _recount(beyond.masks + w.site * MASKS * 8, w.far_seat_mask, mask)
        w.far_seat_mask = mask
    if changed or recounted:
        at = beyond.circles
        while at != 0:
            circle = circle_at(at)
            circle.unpublished |= recounted
            circle.changed |= changed
            at = circle.next_of_beyond


@compiled
def _offer_seats(supervisor):
    """Offer the free seats of the groups that this worker leads, as they are now."""
    if supervisor.leads == 0:
        return
    free = spare(supervisor)
    present = supervisor.state != EXITED and supervisor.state != ABSENT and supervisor.placeable
    at = supervisor.leads
    while at != 0:
        group = group_at(at)
        circle = circle_at(group.circle)
        plan = supervision_plan_at(circle.plan)
        room = group.size < plan.group_size and supervisor.supervisees < plan.max_supervisees
        if present and room:
            if offer(circle.seats, slot_at(group.seat), -group.size, -free, group.key, 0, 0):
                circle.changed = 1
        else:
            withdraw(slot_at(group.seat))
        at = group.after


@compiled
def _for_courses(S, w):
    place, looks, tier = place_of(S, w.level, w.site), level_state(S, w.level), tier_plan_at(w.tier)
    number = place.n_venues + looks.n_halls
    if w.course_masks == 0:
        w.course_masks = allocate(S, 8 * number)
        for each in range(number):
            store(w.course_masks, each, -1)
        w.course_slots = new_slots(S, number, address(w))
    found = -1
    if w.state == ACTIVE and w.placeable and w.trainer:
        found = COURSE_GRACE if w.lapsed else 0
        if tier.competence != 0 and w.competence < competence_plan_at(tier.competence).min_trainer:
            found |= COURSE_COMPETENCE
    for each in range(place.n_venues):
        _for_venue(w, venue_at(load(place.venues, each)), each, found)
    for each in range(looks.n_halls):
        _for_hall(w, hall_at(load(looks.halls, each)), place.n_venues + each, found)


@compiled
def _course_mask(w, rate, refresher, found):
    free = spare_minutes(w)
    if refresher:
        free -= reserve(w)
    return found | COURSE_HOURS if found >= 0 and rate > free else found


@compiled
def _for_venue(w, venue, place, found):
    mask = _course_mask(w, venue.rate, venue.refresher, found)
    slot = slot_at(w.course_slots + place * SLOT_SIZE)
    if mask == 0:
        if offer(venue.trainers, slot, -spare_minutes(w), w.last_course, w.key, 0, 0):
            venue.changed = 1
    else:
        withdraw(slot)
    before = load(w.course_masks, place)
    if mask != before:
        _recount(venue.masks, before, mask)
        store(w.course_masks, place, mask)
        venue.unpublished = 1


@compiled
def _for_hall(w, hall, place, found):
    """The same for courses at other sites, travel included."""
    mask = _course_mask(w, hall.rate, hall.refresher, found)
    slot = slot_at(w.course_slots + place * SLOT_SIZE)
    changed = False
    if mask == 0:
        changed = offer(hall.trainers, slot, -spare_minutes(w), w.last_course, w.key, 0, 0)
    else:
        withdraw(slot)
    before = load(w.course_masks, place)
    if mask != before:
        _recount(hall.masks + w.site * MASKS * 8, before, mask)
        store(w.course_masks, place, mask)
    if changed or mask != before:
        at = hall.venues
        while at != 0:
            venue = venue_at(at)
            venue.unpublished |= mask != before
            venue.changed |= changed
            at = venue.next_of_hall


# --- as one who needs something ---------------------------------------------------------------------------------------


@compiled
def extra_of(circle, w):
    """What a member adds to the supervisor's commitment (R2.10)."""
    return circle.extra_rate if w.state == APPRENTICE else 0


@compiled
def _as_supervisee(S, w):
    circle = circle_at(place_of(S, w.level, w.site).circle)
    if w.group != 0 and group_at(w.group).suspended:
        circle.unpublished = 1
    lacks = not w.supervised and (w.state == APPRENTICE or w.state == ACTIVE) and w.deployed
    waits = lacks and w.group == 0
    blocked = waits and w.committed + supervision_plan_at(circle.plan).seat_rate > w.limit
    if blocked != (w.blocked != 0):
        w.blocked = 1 if blocked else 0
        circle.blocked += 1 if blocked else -1
        circle.unpublished = 1
    if not waits or blocked:
        if w.queue != 0 and withdraw(slot_at(w.queue)):
            circle.unpublished = 1
    else:
        _queue(S, w, circle)
    if lacks and w.unsupervised_since < 0:
        push(S, vector(S, UNSEATED), address(w))


@compiled
def _queue(S, w, circle):
    if w.queue == 0:
        w.queue = new_slots(S, 1, address(w))
    queue, slot = circle.extra if extra_of(circle, w) else circle.plain, slot_at(w.queue)
    if slot.pool != queue:
        withdraw(slot)  # from the other one: the worker was certified meanwhile
        circle.unpublished = 1
    since = w.unsupervised_since if w.unsupervised_since >= 0 else S.now
    if offer(queue, slot, 0 if w.n_open > 0 else 1, since, w.key, 0, 0):
        circle.changed = 1


@compiled
def _as_participant(S, w):
    """Whoever may be placed in a refresher, in order of their due dates."""
    room = venue_at(place_of(S, w.level, w.site).refresher_room)
    plan = refresher_plan_at(room.plan)
    if w.participant == 0:
        w.participant = new_slots(S, 1, address(w))
    wanted = w.state == ACTIVE and w.placeable and w.refresher == 0 and w.refresher_due >= 0
    wanted = wanted and S.now >= w.refresher_from
    fits = w.committed + plan.trainee_rate <= w.available
    if wanted and fits:
        if offer(room.participants, slot_at(w.participant), w.refresher_due, w.key, 0, 0, 0):
            room.changed = 1
    elif withdraw(slot_at(w.participant)):
        room.unpublished = 1
    blocked = 1 if wanted and not fits else 0
    if blocked != w.blocked_refresher:
        room.blocked += blocked - w.blocked_refresher
        w.blocked_refresher = blocked
        room.unpublished = 1
