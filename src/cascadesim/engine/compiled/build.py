"""What a replication begins with: rooms, circles, halls, queues, everybody's first clocks."""

from __future__ import annotations

from cascadesim.engine.compiled.demands import DEMAND_SIZE
from cascadesim.engine.compiled.memory import address, allocate, compiled, load, reset_arena, store
from cascadesim.engine.compiled.nouns import (
    BEYOND,
    BOOKED,
    CIRCLE,
    HALL,
    LEVEL_STATE,
    PLACE,
    PREMISES,
    SOURCE,
    STATE_LEVEL,
    VENUE,
    beyond_at,
    circle_at,
    demand_at,
    hall_at,
    openings_at,
    premises_at,
    state_level_at,
    venue_at,
)
from cascadesim.engine.compiled.openings import OPENINGS_SIZE
from cascadesim.engine.compiled.plan_nouns import (
    COURSE_PLAN,
    DEMAND_PLAN,
    STATE_PLAN,
    STATE_SITE,
    care_at,
    course_plan_at,
    demand_plan_at,
    refresher_plan_at,
    state_plan_at,
    state_site_at,
    supervision_plan_at,
)
from cascadesim.engine.compiled.pool import new_pool
from cascadesim.engine.compiled.rooms import level_state, place_of, staff_of, tier_at
from cascadesim.engine.compiled.vectors import N_VECTORS, vector
from cascadesim.engine.compiled.waves import begin_waves
from cascadesim.model.counters import CLASS_COUNTS

_SIZES = (VENUE.itemsize, HALL.itemsize, PREMISES.itemsize, CIRCLE.itemsize, BEYOND.itemsize)
_VENUE, _HALL, _PREMISES, _CIRCLE, _BEYOND = _SIZES
_PLACE, _LEVEL, _BOOKED, _SOURCE, _STATE = (
    PLACE.itemsize,
    LEVEL_STATE.itemsize,
    BOOKED.itemsize,
    SOURCE.itemsize,
    STATE_LEVEL.itemsize,
)
_COURSE_PLAN, _STATE_PLAN, _STATE_SITE, _DEMAND_PLAN = (
    COURSE_PLAN.itemsize,
    STATE_PLAN.itemsize,
    STATE_SITE.itemsize,
    DEMAND_PLAN.itemsize,
)
_MASKS = 8 * 8
_CLASS = 8 * len(CLASS_COUNTS)


@compiled
def clear(S):
    """Everything of an earlier replication is forgotten; lists that have grown stay as long as they are."""
    reset_arena(S)
    for number in range(N_VECTORS):
        vector(S, number).size = 0
    for place in range(2 * S.n_levels):
        store(S.levels, place, 0)
    for place in range(S.n_counts):
        store(S.counts, place, 0)
    S.now = S.woken = S.heap_size = S.log_size = S.events = S.unsettled = S.vacancies_changed = 0
    S.awaiting_changed = S.restless_any = S.review_due = S.striking = S.unfilled_any = 0
    S.free_client = S.free_helper = S.free_gift = S.free_slot = S.desks = S.present_clients = S.n_openings = 0
    S.offers_changed = 1
    S.first_start = -1
    S.holding, S.graces, S.wanted, S.masks = new_pool(S), new_pool(S), allocate(S, _BOOKED), allocate(S, 2 * _MASKS)


@compiled
def build(S):
    """Everything that the plan says there is, nothing begun."""
    S.places = allocate(S, S.n_tiers * S.n_sites * _PLACE)
    S.level_states = allocate(S, S.n_tiers * _LEVEL)
    S.openings = allocate(S, S.n_tiers * S.n_sites * OPENINGS_SIZE)
    S.venues = allocate(S, 8 * S.venue_count)
    S.circles = allocate(S, 8 * S.circle_count)
    S.refresher_rooms = allocate(S, 8 * S.n_refresher_rooms)
    S.state_levels = allocate(S, S.n_states * S.n_sites * _STATE)
    S.venue_count = S.circle_count = S.n_refresher_rooms = 0
    for level in range(S.n_tiers):
        for site in range(S.n_sites):
            _build_place(S, level, site)
    for level in range(S.n_tiers):
        here = level_state(S, level)
        here.first_full, here.planned = -1, tier_at(S, level).planned
        here.leaving_factor = here.absence_factor = here.attendance = 1.0
        here.booked_practice, here.booked_certificate = allocate(S, _BOOKED), allocate(S, _BOOKED)
        _build_courses(S, level)
        _build_refreshers(S, level)
        _build_circles(S, level)
    for level in range(S.n_tiers):
        _collect(S, level)
    _build_states(S)
    begin_waves(S)
    if S.care != 0:
        _build_care(S)
    for level in range(S.n_tiers):
        _look(S, level)


@compiled
def _build_place(S, level, site):
    place, staff = place_of(S, level, site), staff_of(S, level, site)
    place.level, place.site, place.pool = level, site, staff.pool
    if staff.target >= 0:
        desk = openings_at(S.openings + S.n_openings * OPENINGS_SIZE)
        S.n_openings += 1
        desk.level, desk.site, desk.booked = level, site, allocate(S, _BOOKED)
        place.openings, place.targeted, place.unfilled = address(desk), 1, 1
        S.unfilled_any = 1


@compiled
def _new_venue(S, level, site, needed, rate, hall):
    venue = venue_at(allocate(S, _VENUE))
    venue.level, venue.site, venue.needed, venue.rate, venue.hall = level, site, needed, rate, hall
    venue.trainers, venue.masks, venue.booked = new_pool(S), allocate(S, _MASKS), allocate(S, _BOOKED)
    venue.changed = venue.unpublished = 1
    venue.enough_since = -1
    if hall != 0:
        venue.next_of_hall = hall_at(hall).venues
        hall_at(hall).venues = address(venue)
    return venue


@compiled
def _new_hall(S, level, rate, refresher):
    hall = hall_at(allocate(S, _HALL))
    hall.level, hall.rate, hall.refresher = level, rate, refresher
    hall.trainers, hall.masks = new_pool(S), allocate(S, S.n_sites * _MASKS)
    _add_hall(S, level - 1, address(hall))
    return address(hall)


@compiled
def _add_hall(S, above, hall):
    here = level_state(S, above)
    if here.halls == 0:
        here.halls = allocate(S, 8 * (tier_at(S, above + 1).n_courses + 1))
    store(here.halls, here.n_halls, hall)
    here.n_halls += 1


@compiled
def _build_courses(S, level):
    tier = tier_at(S, level)
    if tier.n_courses == 0:
        return
    for site in range(S.n_sites):
        place = place_of(S, level, site)
        place.rooms, place.n_rooms = allocate(S, 8 * tier.n_courses), tier.n_courses
        premises = premises_at(allocate(S, _PREMISES))
        premises.rooms = tier.rooms
        store(place.rooms, 0, address(premises))
    for stage in range(tier.n_courses):
        at = tier.courses + stage * _COURSE_PLAN
        plan = course_plan_at(at)
        hall = _new_hall(S, level, plan.trainer_rate + plan.travel_rate, 0) if tier.trainers_across_sites else 0
        for site in range(S.n_sites):
            place = place_of(S, level, site)
            first = load(place.rooms, 0)
            premises = premises_at(first if stage == 0 else venue_at(first).premises)
            room = _new_venue(S, level, site, plan.trainers, plan.trainer_rate, hall)
            room.plan, room.stage, room.candidates, room.premises = at, stage, new_pool(S), address(premises)
            room.next_of_premises = premises.venues
            premises.venues = address(room)
            store(place.rooms, stage, address(room))


@compiled
def _build_refreshers(S, level):
    tier = tier_at(S, level)
    if tier.refresher == 0:
        return
    plan = refresher_plan_at(tier.refresher)
    hall = _new_hall(S, level, plan.trainer_rate + plan.travel_rate, 1) if tier.trainers_across_sites else 0
    for site in range(S.n_sites):
        room = _new_venue(S, level, site, plan.trainers, plan.trainer_rate, hall)
        room.plan, room.refresher, room.participants = tier.refresher, 1, new_pool(S)
        place_of(S, level, site).refresher_room = address(room)
        store(S.refresher_rooms, S.n_refresher_rooms, address(room))
        S.n_refresher_rooms += 1


@compiled
def _build_circles(S, level):
    tier = tier_at(S, level)
    if tier.supervision == 0:
        return
    plan, beyond = supervision_plan_at(tier.supervision), 0
    if plan.across_sites:
        beyond = allocate(S, _BEYOND)
        there = beyond_at(beyond)
        there.rate, there.openers = plan.group_rate + plan.travel_rate, new_pool(S)
        there.masks = allocate(S, S.n_sites * _MASKS)
    for site in range(S.n_sites):
        circle = circle_at(allocate(S, _CIRCLE))
        circle.level, circle.site, circle.plan, circle.beyond = level, site, tier.supervision, beyond
        circle.extra_rate, circle.masks = tier.apprentice_extra_rate, allocate(S, _MASKS)
        circle.plain, circle.extra, circle.seats, circle.openers = new_pool(S), new_pool(S), new_pool(S), new_pool(S)
        circle.unpublished, circle.booked = 1, allocate(S, _BOOKED)
        if beyond != 0:
            circle.next_of_beyond = beyond_at(beyond).circles
            beyond_at(beyond).circles = address(circle)
        place_of(S, level, site).circle = address(circle)
        store(S.circles, S.circle_count, address(circle))
        S.circle_count += 1


@compiled
def _collect(S, level):
    """Classrooms in order of tier, site and stage; and for each site what the workers of a tier could give there."""
    for site in range(S.n_sites):
        here = place_of(S, level, site)
        for stage in range(here.n_rooms):
            store(S.venues, S.venue_count, load(here.rooms, stage))
            S.venue_count += 1
        if level + 1 < S.n_tiers:
            below = place_of(S, level + 1, site)
            here.venues = allocate(S, 8 * (below.n_rooms + 1))
            for stage in range(below.n_rooms):
                store(here.venues, stage, load(below.rooms, stage))
            here.n_venues = below.n_rooms
            if below.refresher_room != 0:
                store(here.venues, here.n_venues, below.refresher_room)
                here.n_venues += 1


@compiled
def _build_states(S):
    for state in range(S.n_states):
        plan = state_plan_at(S.states + state * _STATE_PLAN)
        for site in range(S.n_sites):
            here = state_level_at(S.state_levels + (state * S.n_sites + site) * _STATE)
            here.level = here.published = state_site_at(plan.sites + site * _STATE_SITE).start


@compiled
def _build_care(S):
    S.demands = allocate(S, S.n_demands * DEMAND_SIZE)
    S.classes, S.nobody = allocate(S, S.n_classes * _CLASS), allocate(S, _CLASS)
    S.other_counts = allocate(S, 8 * (S.n_counts - (S.client_counts - S.counts) // 8))
    S.sources = allocate(S, care_at(S.care).n_streams * _SOURCE)
    S.only = 0
    for place in range(S.n_demands):
        plan = demand_plan_at(S.demand_plans + place * _DEMAND_PLAN)
        demand = demand_at(S.demands + place * DEMAND_SIZE)
        demand.place, demand.site, demand.language, demand.form = place, plan.site, plan.language, plan.form
        demand.need, demand.far_need, demand.handovers = plan.need, plan.far_need, new_pool(S)
        demand.individual = S.demands + plan.individual * DEMAND_SIZE
    if S.n_demands == 1:
        S.only = S.demands


@compiled
def _look(S, level):
    """What there is to look at for a worker of this tier."""
    tier, here = tier_at(S, level), level_state(S, level)
    held = tier.delivers and tier.caseload > 0
    practised = tier.practises_with_clients and tier.apprentice_caseload > 0
    here.looks_clients = S.care != 0 and (held or practised)
    here.looks_seats = level + 1 < S.n_tiers and tier_at(S, level + 1).supervision != 0
    here.looks_courses = place_of(S, level, 0).n_venues > 0
    here.looks_supervisee = tier.supervision != 0
    here.looks_participant = tier.refresher != 0
    here.practising_clients = S.care != 0 and tier.practises_with_clients
