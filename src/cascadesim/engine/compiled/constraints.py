"""Why somebody waits: which test alone stands in the way, or several (R12.1). Published at the end of every C-phase.

A set of tests is a whole number, a bit for each in the order of `model/constraints.py`.
"""

from __future__ import annotations

from cascadesim.engine.compiled.demands import count_masks, demand_of, lone_masks
from cascadesim.engine.compiled.enrolment import full, gathering
from cascadesim.engine.compiled.memory import compiled, load, store
from cascadesim.engine.compiled.nouns import beyond_at, booked_at, circle_at, group_at, openings_at, venue_at, worker_at
from cascadesim.engine.compiled.openings import OPENINGS_SIZE
from cascadesim.engine.compiled.people import ACTIVE, APPRENTICE
from cascadesim.engine.compiled.plan_nouns import course_plan_at, format_at
from cascadesim.engine.compiled.pool import size
from cascadesim.engine.compiled.record import note_coded, shift
from cascadesim.engine.compiled.rooms import level_state, tier_at
from cascadesim.engine.compiled.teaching import MASKS, failing_trainers, on_offer
from cascadesim.engine.compiled.texts import BINDS
from cascadesim.model.constraints import TESTS
from cascadesim.model.enums import Event, Kind, Wait

NEGLIGIBLE = 10
_SITE, _BINDS = int(Kind.SITE), int(Event.BINDS)
_COURSE, _SEAT, _PRACTICE, _CARE, _REFRESHER, _VACANCY, _CERTIFICATE = (int(wait) for wait in Wait)


def _bit(wait: Wait, test: str) -> int:
    return 1 << TESTS[wait].index(test)


_CALENDAR, _FEW_CANDIDATES, _GATHERING, _NO_ROOM, _FEW_TRAINERS = (
    _bit(Wait.COURSE, test)
    for test in ("calendar", "too_few_candidates", "gathering", "no_room", "too_few_trainers")
)
_TRAINER_SHIFT = TESTS[Wait.COURSE].index("trainer_hours")
_OWN_HOURS, _SUPERVISOR_ABSENT, _FEW_SUPERVISORS = (
    _bit(Wait.SEAT, test) for test in ("own_hours", "supervisor_absent", "too_few_supervisors")
)
_SEAT_SHIFT = TESTS[Wait.SEAT].index("supervisor_hours")
_SUPERVISOR_HOURS = 1 << _SEAT_SHIFT
_GROUP_FORMING, _FEW_WORKERS, _WORKER_HOURS = (
    _bit(Wait.CARE, test) for test in ("group_forming", "too_few_workers", "worker_hours")
)
_CARE_SHIFT = TESTS[Wait.CARE].index("caseload")
_REFRESHER_SHIFT = TESTS[Wait.REFRESHER].index("trainer_hours") - _TRAINER_SHIFT  # from the tests of a course
_REFRESHER_OWN, _REFRESHER_HOURS = _bit(Wait.REFRESHER, "own_hours"), _bit(Wait.REFRESHER, "trainer_hours")
_LAG, _PROMOTION, _POOL_EMPTY = (_bit(Wait.VACANCY, test) for test in TESTS[Wait.VACANCY])
_BITS_A_SET = 16


@compiled
def failing(masks, bits, offset, nobody, otherwise):
    """The tests that stand in the way, given how many resources fail which tests (of `bits` ones), from this bit on.

    `nobody` is the answer where there is no resource at all, `otherwise` where one passes every test and the unit that
    waits does not fit all the same.
    """
    some, union = False, 0
    for mask in range(1 << bits):
        if load(masks, mask) != 0:
            some = True
            union |= mask
    if not some:
        return nobody
    if load(masks, 0) != 0:
        return otherwise
    held, found = 0, 0
    for bit in range(bits):
        held += load(masks, 1 << bit)
    for bit in range(bits):
        if held > 0 and load(masks, 1 << bit) * NEGLIGIBLE >= held:
            found |= 1 << bit
    return (found if held > 0 else union) << offset


# --- booking ----------------------------------------------------------------------------------------------------------


@compiled
def _shift(S, wait, base, tests, by):
    """`by` more wait under these tests; where there are several, under their combination too."""
    places = load(S.wait_places, wait)
    shift(S, base + load(places, 2 * tests), by)
    second = load(places, 2 * tests + 1)
    if second >= 0:
        shift(S, base + second, by)


@compiled
def _base(S, level, wait):
    tier = tier_at(S, level)
    if wait == _COURSE:
        return tier.wait_course
    if wait == _SEAT:
        return tier.wait_seat
    if wait == _PRACTICE:
        return tier.wait_practice
    if wait == _REFRESHER:
        return tier.wait_refresher
    return tier.wait_vacancy if wait == _VACANCY else tier.wait_certificate


@compiled
def _want(wanted, tests, units):
    """So many more are to be booked under these tests."""
    if units == 0:
        return
    for place in range(wanted.size):
        if wanted.tests[place] == tests:
            wanted.units[place] += units
            return
    wanted.tests[wanted.size] = tests
    wanted.units[wanted.size] = units
    wanted.size += 1


@compiled
def _units(booked, tests):
    for place in range(booked.size):
        if booked.tests[place] == tests:
            return booked.units[place]
    return 0


@compiled
def _book(S, level, site, stage, wait, booked, wanted):
    """Make what is booked what is wanted; a row of the log where the tests are others than before."""
    same_tests, same = booked.size == wanted.size, booked.size == wanted.size
    for place in range(wanted.size):
        units = _units(booked, wanted.tests[place])
        same_tests = same_tests and units != 0
        same = same and units == wanted.units[place]
    if same:
        return
    base, said = _base(S, level, wait), 0
    for place in range(booked.size):
        _shift(S, wait, base, booked.tests[place], -booked.units[place])
    booked.size = wanted.size
    for place in range(wanted.size):
        tests, units = wanted.tests[place], wanted.units[place]
        _shift(S, wait, base, tests, units)
        booked.tests[place], booked.units[place] = tests, units
        said |= tests << _BITS_A_SET * place
    if not same_tests:
        kind, where = (_SITE, site) if S.n_sites > 1 and site >= 0 else (0, -1)
        note_coded(S, _BINDS, 0, -1, level, kind, where, BINDS, wait, said, stage)


@compiled
def _book_one(S, level, wait, booked, tests, units):
    wanted = booked_at(S.wanted)
    wanted.size = 0
    _want(wanted, tests, units)
    _book(S, level, -1, 0, wait, booked, wanted)


# --- what waits -------------------------------------------------------------------------------------------------------


@compiled
def publish_constraints(S):
    """Book everybody who waits under what binds them now; nothing is done where nothing changed."""
    for place in range(S.n_demands):
        demand = demand_of(S, place)
        if demand.waiting > 0 or demand.booked > 0:
            _publish_care(S, demand)
    for number in range(S.venue_count):
        room = venue_at(load(S.venues, number))
        if room.unpublished:
            room.unpublished = 0
            _publish_course(S, room)
    for number in range(S.circle_count):
        circle = circle_at(load(S.circles, number))
        if circle.unpublished:
            circle.unpublished = 0
            _publish_seats(S, circle)
    for number in range(S.n_refresher_rooms):
        room = venue_at(load(S.refresher_rooms, number))
        if room.unpublished:
            room.unpublished = 0
            _publish_refresher(S, room)
    _publish_apprentices(S)
    if S.vacancies_changed:
        S.vacancies_changed = 0
        _publish_vacancies(S)


@compiled
def _publish_apprentices(S):
    if S.offers_changed:
        S.offers_changed = 0
        for level in range(S.n_tiers):
            here = level_state(S, level)
            if here.practising_clients:
                _book_one(S, level, _PRACTICE, booked_at(here.booked_practice), 1, here.free_apprentices)
    if S.awaiting_changed:
        S.awaiting_changed = 0
        for level in range(S.n_tiers):
            here = level_state(S, level)
            _book_one(S, level, _CERTIFICATE, booked_at(here.booked_certificate), 1, here.awaiting)


@compiled
def _publish_care(S, demand):
    """The clients' wait changes with every referral: only the number is booked where the tests are the same."""
    waiting, booked, before = demand.waiting, demand.booked, demand.booked_tests
    tests = _care_tests(S, demand) if waiting > 0 else 0
    if tests == before:
        if waiting != booked:
            _shift(S, _CARE, S.care_wait, tests, waiting - booked)
    else:
        if booked > 0:
            _shift(S, _CARE, S.care_wait, before, -booked)
        if waiting > 0:
            _shift(S, _CARE, S.care_wait, tests, waiting)
        note_coded(S, _BINDS, 0, -1, -1, 0, -1, BINDS, _CARE, tests, demand.place)
        demand.booked_tests = tests
    demand.booked = waiting


@compiled
def _care_tests(S, demand):
    form = format_at(demand.form)
    if demand.waiting < form.group_min:
        return _GROUP_FORMING
    masks, bits = lone_masks(demand), 3
    if masks == 0:
        masks, bits = S.masks, 4
        count_masks(demand, masks)
    if form.facilitators > 1:
        return _lacking(masks, form.facilitators, bits)
    return failing(masks, bits, _CARE_SHIFT, _FEW_WORKERS, _WORKER_HOURS)


@compiled
def _lacking(masks, needed, bits):
    """The same where several are needed at once: a test stands alone in the way if, without it, they suffice."""
    there, union, alone = 0, 0, 0
    for mask in range(1 << bits):
        there += load(masks, mask)
        if load(masks, mask) > 0:
            union |= mask
    if there < needed:
        return _FEW_WORKERS
    for bit in range(bits):
        if load(masks, 0) + load(masks, 1 << bit) >= needed:
            alone |= 1 << bit
    return (alone if alone else union) << _CARE_SHIFT


@compiled
def _publish_course(S, room):
    room.tests = _course_tests(S, room)
    wanted = booked_at(S.wanted)
    wanted.size = 0
    _want(wanted, room.tests, size(room.candidates))
    _book(S, room.level, room.site, course_plan_at(room.plan).stage, _COURSE, booked_at(room.booked), wanted)


@compiled
def _course_tests(S, room):
    """What candidates wait for: the calendar; else the cohort, the gathering time, a room, the trainers."""
    plan = course_plan_at(room.plan)
    if plan.n_dates > 0 and room.windows == 0:
        return _CALENDAR
    tests = 0
    if size(room.candidates) < plan.min_cohort:
        tests = _FEW_CANDIDATES
    elif gathering(S, room):
        tests = _GATHERING
    if full(room):
        tests |= _NO_ROOM
    return tests | _trainer_tests(S, room)


@compiled
def _trainer_tests(S, venue):
    ready = on_offer(venue)
    if ready >= venue.needed:
        return 0
    there, union, alone = 0, 0, 0
    for mask in range(MASKS):
        number = failing_trainers(S, venue, mask)
        there += number
        if number > 0:
            union |= mask
    if there < venue.needed:
        return _FEW_TRAINERS
    for bit in range(3):
        if ready + failing_trainers(S, venue, 1 << bit) >= venue.needed:
            alone |= 1 << bit
    return (alone if alone else union) << _TRAINER_SHIFT


@compiled
def _publish_refresher(S, room):
    """What those wait for who may be placed in a refresher, and how many of them."""
    tests = _trainer_tests(S, room)
    tests = _REFRESHER_HOURS if tests == 0 else tests >> -_REFRESHER_SHIFT
    wanted = booked_at(S.wanted)
    wanted.size = 0
    _want(wanted, _REFRESHER_OWN, room.blocked)
    _want(wanted, tests, size(room.participants))
    _book(S, room.level, room.site, 0, _REFRESHER, booked_at(room.booked), wanted)


@compiled
def _publish_seats(S, circle):
    """What the unsupervised wait for, and how many of them."""
    masks = circle.masks
    if circle.beyond != 0:
        masks = S.masks
        _seat_masks(S, circle)
    tests = failing(masks, 3, _SEAT_SHIFT, _FEW_SUPERVISORS, _SUPERVISOR_HOURS)
    wanted = booked_at(S.wanted)
    wanted.size = 0
    _want(wanted, _OWN_HOURS, circle.blocked)
    _want(wanted, _SUPERVISOR_ABSENT, _held(circle))
    _want(wanted, tests, size(circle.plain) + size(circle.extra))
    _book(S, circle.level, circle.site, 0, _SEAT, booked_at(circle.booked), wanted)


@compiled
def _seat_masks(S, circle):
    """How many supervisors fail exactly which tests, those of other sites by what they would need to travel."""
    others = beyond_at(circle.beyond).masks
    for mask in range(MASKS):
        found = load(circle.masks, mask)
        for site in range(S.n_sites):
            if site != circle.site:
                found += load(others, MASKS * site + mask)
        store(S.masks, mask, found)


@compiled
def _held(circle):
    """How many practise and keep a seat with a supervisor who is away."""
    held, at = 0, circle.suspended
    while at != 0:
        member = group_at(at).members
        while member != 0:
            w = worker_at(member)
            if w.state == APPRENTICE or w.state == ACTIVE:
                held += 1
            member = w.after
        at = group_at(at).held_after
    return held


@compiled
def _publish_vacancies(S):
    for number in range(S.n_openings):
        desk = openings_at(S.openings + number * OPENINGS_SIZE)
        wanted = booked_at(S.wanted)
        wanted.size = 0
        _want(wanted, _LAG, desk.under_way)
        _want(wanted, _PROMOTION, desk.promised)
        _want(wanted, _POOL_EMPTY, desk.unfillable)
        _book(S, desk.level, desk.site, 0, _VACANCY, booked_at(desk.booked), wanted)
