"""Why somebody waits: which test alone stands in the way, or several (R12.1). Published at the end of every C-phase.

A set of tests is a whole number, a bit for each in the order of `model/constraints.py`.
"""

from __future__ import annotations

from cascadesim.engine.clients import count_masks, is_grouped, only_providers
from cascadesim.engine.course_queue import MASKS, gathering, no_room_left, trainers_on_offer
from cascadesim.engine.event_log import BINDS, note_tests
from cascadesim.engine.records import (
    ACTIVE,
    APPRENTICE,
    BookedWaits,
    ClientClass,
    CourseOffering,
    CrossSiteOffer,
    Offer,
    SupervisionUnit,
    World,
)
from cascadesim.engine.state import shift
from cascadesim.model.constraints import TESTS
from cascadesim.model.enums import Event, Wait

NEGLIGIBLE = 10
_COURSE, _SEAT, _PRACTICE, _CARE, _REFRESHER, _VACANCY, _CERTIFICATE = (int(wait) for wait in Wait)


def _bit(wait: Wait, test: str) -> int:
    return 1 << TESTS[wait].index(test)


_CALENDAR, _FEW_CANDIDATES, _GATHERING, _NO_ROOM, _FEW_TRAINERS = (
    _bit(Wait.COURSE, test) for test in ("calendar", "too_few_candidates", "gathering", "no_room", "too_few_trainers")
)
_TRAINER_SHIFT = TESTS[Wait.COURSE].index("trainer_hours")
_OWN_HOURS, _SUPERVISOR_ABSENT, _FEW_SUPERVISORS = (
    _bit(Wait.SUPERVISION_PLACE, test) for test in ("own_hours", "supervisor_absent", "too_few_supervisors")
)
_SEAT_SHIFT = TESTS[Wait.SUPERVISION_PLACE].index("supervisor_hours")
_SUPERVISOR_HOURS = 1 << _SEAT_SHIFT
_GROUP_FORMING, _FEW_WORKERS, _WORKER_HOURS = (
    _bit(Wait.CARE, test) for test in ("group_forming", "too_few_workers", "worker_hours")
)
_CARE_SHIFT = TESTS[Wait.CARE].index("caseload")
_LESS_IN_REFRESHERS = _TRAINER_SHIFT - TESTS[Wait.REFRESHER].index("trainer_hours")
_REFRESHER_OWN, _REFRESHER_HOURS = _bit(Wait.REFRESHER, "own_hours"), _bit(Wait.REFRESHER, "trainer_hours")
_LAG, _PROMOTION, _POOL_EMPTY = (_bit(Wait.VACANCY, test) for test in TESTS[Wait.VACANCY])
_BITS_A_SET = 16


def failing(masks: list[int], bits: int, offset: int, nobody: int, otherwise: int) -> int:
    """The tests that stand in the way, given how many resources fail which tests (of `bits` ones), from this bit on.

    `nobody` is the answer where there is no resource at all, `otherwise` where one passes every test and the unit that
    waits does not fit all the same.
    """
    if masks[0] != 0:
        return otherwise
    held, tests, union = 0, 0, 0
    for mask in range(1 << bits):
        if masks[mask] != 0:
            union |= mask
    if union == 0:
        return nobody
    for bit in range(bits):
        held += masks[1 << bit]
    for bit in range(bits):
        if held > 0 and masks[1 << bit] * NEGLIGIBLE >= held:
            tests |= 1 << bit
    return (tests if held > 0 else union) << offset


# --- booking ----------------------------------------------------------------------------------------------------------


def _shift(world: World, wait: int, base: int, tests: int, by: int) -> None:
    """`by` more wait under these tests; where there are several, under their combination too."""
    places = world.plan.waits[wait].places
    shift(world, base + places[2 * tests], by)
    second = places[2 * tests + 1]
    if second >= 0:
        shift(world, base + second, by)


def _add(world: World, tests: int, units: int) -> None:
    """So many more are to be booked under these tests."""
    wanted = world.wanted
    if units == 0:
        return
    for place in range(wanted.size):
        if wanted.tests[place] == tests:
            wanted.units[place] += units
            return
    wanted.tests[wanted.size] = tests
    wanted.units[wanted.size] = units
    wanted.size += 1


def _units(booked: BookedWaits, tests: int) -> int:
    for place in range(booked.size):
        if booked.tests[place] == tests:
            return booked.units[place]
    return 0


def _book(world: World, where: tuple[int, int, int], wait: int, booked: BookedWaits) -> None:
    """Make what is booked at (level, site, stage) what is wanted now; a row of the log where the tests are others."""
    wanted = world.wanted
    same_tests = same = booked.size == wanted.size
    for place in range(wanted.size):
        units = _units(booked, wanted.tests[place])
        same_tests = same_tests and units != 0
        same = same and units == wanted.units[place]
    if same:
        wanted.size = 0
        return
    level, site, stage = where
    base, sets = world.plan.tiers[level].waits[wait], 0
    for place in range(booked.size):
        _shift(world, wait, base, booked.tests[place], -booked.units[place])
    booked.size = wanted.size
    for place in range(wanted.size):
        tests, units = wanted.tests[place], wanted.units[place]
        _shift(world, wait, base, tests, units)
        booked.tests[place], booked.units[place] = tests, units
        sets |= tests << _BITS_A_SET * place
    wanted.size = 0
    if not same_tests:
        note_tests(world, Event.BINDING_CONSTRAINT, (0, -1, level), site, (BINDS, wait, sets), stage)


# --- what waits -------------------------------------------------------------------------------------------------------


def publish_constraints(world: World) -> None:
    """Book everybody who waits under what binds them now; nothing is done where nothing changed."""
    for client_class in world.client_classes:
        if client_class.queue.size > 0 or client_class.booked > 0:
            _publish_care(world, client_class)
    for offering in world.offerings:
        if offering.unpublished:
            offering.unpublished = False
            _publish_course(world, offering)
    for unit in world.units:
        if unit.unpublished:
            unit.unpublished = False
            _publish_seats(world, unit)
    for offering in world.refreshers:
        if offering.unpublished:
            offering.unpublished = False
            _publish_refresher(world, offering)
    if world.offers_changed or world.awaiting_changed:
        _publish_apprentices(world)
    if world.vacancies_changed:
        world.vacancies_changed = False
        _publish_vacancies(world)


def _publish_apprentices(world: World) -> None:
    if world.offers_changed:
        world.offers_changed = False
        for level in range(len(world.tier_states)):
            state = world.tier_states[level]
            if world.plan.clients is not None and world.plan.tiers[level].practises_with_clients:
                _add(world, 1, state.free_apprentices)
                _book(world, (level, -1, 0), _PRACTICE, state.booked_practice)
    if world.awaiting_changed:
        world.awaiting_changed = False
        for level in range(len(world.tier_states)):
            state = world.tier_states[level]
            _add(world, 1, state.awaiting)
            _book(world, (level, -1, 0), _CERTIFICATE, state.booked_certificate)


def _publish_care(world: World, client_class: ClientClass) -> None:
    """The clients' wait changes with every referral: only the number is booked where the tests are the same."""
    waiting, booked, before = client_class.queue.size, client_class.booked, client_class.booked_tests
    base, tests = world.plan.care_wait, _care_tests(world, client_class) if waiting > 0 else 0
    if tests == before:
        if waiting != booked:
            _shift(world, _CARE, base, tests, waiting - booked)
    else:
        if booked > 0:
            _shift(world, _CARE, base, before, -booked)
        if waiting > 0:
            _shift(world, _CARE, base, tests, waiting)
        note_tests(world, Event.BINDING_CONSTRAINT, (0, -1, -1), -1, (BINDS, _CARE, tests), client_class.place)
        client_class.booked_tests = tests
    client_class.booked = waiting


def _care_tests(world: World, client_class: ClientClass) -> int:
    form, grouped = client_class.form, is_grouped(client_class)
    if grouped and client_class.queue.size < form.group_min:
        return _GROUP_FORMING
    only, masks, bits = only_providers(client_class), world.masks, 4
    if only is None:
        count_masks(client_class, masks)
    else:
        masks, bits = only.needs[client_class.plan.need].masks, 3
    if grouped and form.facilitators > 1:
        return _lacking(masks, form.facilitators, bits, _FEW_WORKERS, _CARE_SHIFT)
    return failing(masks, bits, _CARE_SHIFT, _FEW_WORKERS, _WORKER_HOURS)


def _lacking(masks: list[int], needed: int, bits: int, nobody: int, offset: int) -> int:
    """The same where several are needed at once: a test stands alone in the way if, without it, they suffice."""
    present, union, alone = 0, 0, 0
    for mask in range(1 << bits):
        present += masks[mask]
        if masks[mask] > 0:
            union |= mask
    if present < needed:
        return nobody
    for bit in range(bits):
        if masks[0] + masks[1 << bit] >= needed:
            alone |= 1 << bit
    return (alone if alone != 0 else union) << offset


def count_failing(world: World, here: Offer, far: CrossSiteOffer, site: int) -> None:
    """How many fail exactly which tests, those of other sites by what they would need to travel: in `world.masks`."""
    for mask in range(MASKS):
        number = here.masks[mask]
        if far is not None:
            for other in range(world.n_sites):
                if other != site:
                    number += far.offer.masks[MASKS * other + mask]
        world.masks[mask] = number


def _publish_course(world: World, offering: CourseOffering) -> None:
    offering.tests = _course_tests(world, offering)
    _add(world, offering.tests, offering.queue.size)
    where = (offering.level, offering.site, offering.plan.stage)
    _book(world, where, _COURSE, offering.booked)


def _course_tests(world: World, offering: CourseOffering) -> int:
    """What candidates wait for: the calendar; else the cohort, the gathering time, a room, the trainers."""
    plan, tests = offering.plan, 0
    if plan.dates and not offering.windows:
        return _CALENDAR
    if offering.queue.size < plan.min_cohort:
        tests = _FEW_CANDIDATES
    elif gathering(world, offering):
        tests = _GATHERING
    if no_room_left(offering):
        tests |= _NO_ROOM
    return tests | _trainer_tests(world, offering)


def _trainer_tests(world: World, offering: CourseOffering) -> int:
    if trainers_on_offer(offering) >= offering.plan.trainers:
        return 0
    count_failing(world, offering.trainers, offering.cross_site, offering.site)
    return _lacking(world.masks, offering.plan.trainers, 3, _FEW_TRAINERS, _TRAINER_SHIFT)


def _publish_refresher(world: World, offering: CourseOffering) -> None:
    """What those wait for who may be placed in a refresher, and how many of them."""
    tests = _trainer_tests(world, offering)
    tests = _REFRESHER_HOURS if tests == 0 else tests >> _LESS_IN_REFRESHERS
    _add(world, _REFRESHER_OWN, offering.blocked)
    _add(world, tests, offering.queue.size)
    _book(world, (offering.level, offering.site, 0), _REFRESHER, offering.booked)


def _publish_seats(world: World, unit: SupervisionUnit) -> None:
    """What the unsupervised wait for, and how many of them."""
    count_failing(world, unit.openers, unit.cross_site, unit.site)
    tests = failing(world.masks, 3, _SEAT_SHIFT, _FEW_SUPERVISORS, _SUPERVISOR_HOURS)
    _add(world, _OWN_HOURS, unit.blocked)
    _add(world, _SUPERVISOR_ABSENT, _held(unit))
    _add(world, tests, unit.plain.size + unit.extra.size)
    _book(world, (unit.level, unit.site, 0), _SEAT, unit.booked)


def _held(unit: SupervisionUnit) -> int:
    """How many practise and keep a place with a supervisor who is away."""
    held = 0
    for group in unit.suspended:
        for worker in group.members:
            if worker.state == APPRENTICE or worker.state == ACTIVE:
                held += 1
    return held


def _publish_vacancies(world: World) -> None:
    for place in world.vacancies:
        _add(world, _LAG, place.under_way)
        _add(world, _PROMOTION, place.promised)
        _add(world, _POOL_EMPTY, place.unfillable)
        _book(world, (place.level, place.site, 0), _VACANCY, place.booked)
