"""One replication: what it begins with, and what happens when an entry of the calendar is due (R10)."""

from __future__ import annotations

from collections.abc import Callable

from cascadesim.engine import calendar as due
from cascadesim.engine.apprenticeship import end_practice
from cascadesim.engine.client_events import leave_for_own_reason
from cascadesim.engine.course_queue import begin_course_dates, close_window, end_gathering, open_window
from cascadesim.engine.courses import end_course
from cascadesim.engine.group_care import end_group_session
from cascadesim.engine.hazard_multipliers import begin_engagement, change_engagement
from cascadesim.engine.individual_care import end_session
from cascadesim.engine.life_events import end_absence, end_hold, fire, give_up_waiting
from cascadesim.engine.organisation import begin_organisation, call_review, end_training, lift, referral_factor
from cascadesim.engine.pools import (
    COURSE_CANDIDATE,
    COURSE_TRAINER,
    GROUP_SUPERVISOR,
    NO_CHOICE,
    REFRESHER_PARTICIPANT,
    SEAT_GROUP,
    SEAT_WORKER,
    new_pool,
)
from cascadesim.engine.records import (
    CalendarEntry,
    CourseOffering,
    CrossSiteTrainers,
    World,
    new_booked,
    new_class_counts,
    new_client_classes,
    new_cross_site_supervisors,
    new_cross_site_trainers,
    new_offering,
    new_organisation_states,
    new_rooms,
    new_sources,
    new_tier_sites,
    new_tier_states,
    new_unit,
    new_vacancies,
)
from cascadesim.engine.recruitment import (
    begin_recruitment,
    end_promotion_time,
    fill_from_outside,
    gain_tenure,
    next_recruit,
    take_in,
)
from cascadesim.engine.referrals import begin_referrals, lose_patience, next_dated, next_of_stream, set_factor
from cascadesim.engine.refreshers import end_refresher, look_for_refresher
from cascadesim.engine.runtime.lists import new_numbers
from cascadesim.engine.shocks import begin_shocks
from cascadesim.engine.state import staff_of, tier_site
from cascadesim.engine.supervision_loss import end_grace
from cascadesim.engine.teaching import MASKS
from cascadesim.model.counters import CLIENT_COUNTS

# --- what is due ------------------------------------------------------------------------------------------------------


def happen(world: World, entry: CalendarEntry) -> None:
    """An entry of the calendar is due."""
    if entry.kind < due.OF_WORKERS:
        _of_clients(world, entry)
    elif entry.kind < due.OF_COURSES:
        _of_workers(world, entry)
    elif entry.kind < due.OF_PROGRAMME:
        _of_courses(world, entry)
    else:
        _of_programme(world, entry)


def handler_of(kind: int) -> Callable[[World, CalendarEntry], None]:
    """The function that `happen` calls for entries of this kind."""
    if kind < due.OF_COURSES:
        return _of_clients if kind < due.OF_WORKERS else _of_workers
    return _of_courses if kind < due.OF_PROGRAMME else _of_programme


def _of_clients(world: World, entry: CalendarEntry) -> None:
    if entry.kind == due.SESSION:
        end_session(world, entry.client, entry.number)
    elif entry.kind == due.PATIENCE_ENDS:
        lose_patience(world, entry.client, entry.number)
    elif entry.kind == due.REFERRAL:
        next_of_stream(world, entry.place, entry.number)
    elif entry.kind == due.DATED_REFERRAL:
        next_dated(world, entry.place, entry.number)
    elif entry.kind == due.CLIENT_LEAVES:
        leave_for_own_reason(world, entry.client, entry.key, entry.number)
    else:
        end_group_session(world, entry.client_group, entry.number)


def _of_workers(world: World, entry: CalendarEntry) -> None:
    worker, number = entry.worker, entry.number
    if entry.kind == due.ALARM:
        fire(world, worker, number)
    elif entry.kind == due.GRACE_ENDS:
        end_grace(world, worker, number)
    elif entry.kind == due.ABSENCE_ENDS:
        end_absence(world, worker, number)
    elif entry.kind == due.HOLD_ENDS:
        end_hold(world, worker, number)
    elif entry.kind == due.PRACTICE_ENDS:
        end_practice(world, worker, number)
    elif entry.kind == due.GIVES_UP:
        give_up_waiting(world, worker, number)
    elif entry.kind == due.REFRESHER_LOOK:
        look_for_refresher(world, worker, number)
    elif entry.kind == due.TENURED:
        gain_tenure(world, worker)
    else:
        end_promotion_time(world, worker)


def _of_courses(world: World, entry: CalendarEntry) -> None:
    if entry.kind == due.COURSE_ENDS:
        end_course(world, entry.course)
    elif entry.kind == due.REFRESHER_ENDS:
        end_refresher(world, entry.course)
    elif entry.kind == due.WINDOW_OPENS:
        open_window(world, entry.offering, entry.number)
    elif entry.kind == due.WINDOW_CLOSES:
        close_window(world, entry.offering, entry.window)
    else:
        end_gathering(world, entry.offering, entry.number)


def _of_programme(world: World, entry: CalendarEntry) -> None:
    if entry.kind == due.INTAKE:
        take_in(world, entry.place, entry.number)
    elif entry.kind == due.RECRUIT:
        next_recruit(world, entry.place)
    elif entry.kind == due.VACANCY_FILLED:
        fill_from_outside(world, entry.vacancies, entry.number)
    elif entry.kind == due.LIFTED:
        lift(world, entry.place, entry.number)
    elif entry.kind == due.TRAINING_ENDS:
        end_training(world, entry.place, entry.number)
    elif entry.kind == due.ENGAGEMENT:
        change_engagement(world, entry.place)
    else:
        call_review(world)


# --- the beginning ----------------------------------------------------------------------------------------------------


def begin(world: World) -> None:
    """Everything that the plan says there is, and what is on the calendar from the first minute."""
    _build(world)
    begin_organisation(world)
    begin_engagement(world)
    begin_recruitment(world)
    begin_course_dates(world)
    if world.plan.clients is not None:
        begin_referrals(world)
        if world.plan.varying:
            for site in range(world.n_sites):
                set_factor(world, site, referral_factor(world, site))
    world.c_phase_pending = True


def _build(world: World) -> None:
    plan = world.plan
    world.holding, world.graces = new_pool(world, NO_CHOICE), new_pool(world, NO_CHOICE)
    world.wanted = new_booked(world)
    world.masks = new_numbers(world, 2 * MASKS)
    world.tier_sites = new_tier_sites(world, len(plan.tiers) * world.n_sites)
    world.tier_states = new_tier_states(world, len(plan.tiers))
    world.organisation = new_organisation_states(world, len(plan.organisation) * world.n_sites)
    for level in range(len(plan.tiers)):
        for site in range(world.n_sites):
            _build_place(world, level, site)
    for level in range(len(plan.tiers)):
        state = world.tier_states[level]
        state.planned = plan.tiers[level].planned
        state.booked_practice, state.booked_certificate = new_booked(world), new_booked(world)
        _build_courses(world, level)
        _build_refreshers(world, level)
        _build_supervision(world, level)
    for level in range(len(plan.tiers)):
        _collect(world, level)
    _build_organisation(world)
    begin_shocks(world)
    if plan.clients is not None:
        _build_care(world)
    for level in range(len(plan.tiers)):
        _look(world, level)


def _build_place(world: World, level: int, site: int) -> None:
    place, staff = tier_site(world, level, site), staff_of(world, level, site)
    place.level, place.site, place.pool = level, site, staff.pool
    if staff.target >= 0:
        vacancies = new_vacancies(world)
        vacancies.level, vacancies.site, vacancies.booked = level, site, new_booked(world)
        world.vacancies.append(vacancies)
        place.vacancies, place.unfilled = vacancies, True
        world.unfilled_any = True


def _make_offering(world: World, level: int, site: int, needed: int, rate: int) -> CourseOffering:
    offering = new_offering(world)
    offering.level, offering.site, offering.needed, offering.rate = level, site, needed, rate
    offering.trainers = new_pool(world, COURSE_TRAINER)
    offering.masks, offering.booked = new_numbers(world, MASKS), new_booked(world)
    return offering


def _make_cross_site(world: World, level: int, rate: int, is_refresher: bool) -> CrossSiteTrainers:
    trainers = new_cross_site_trainers(world)
    trainers.level, trainers.rate, trainers.is_refresher = level, rate, is_refresher
    trainers.trainers, trainers.masks = new_pool(world, COURSE_TRAINER), new_numbers(world, MASKS * world.n_sites)
    world.tier_states[level - 1].cross_site.append(trainers)
    return trainers


def _join_cross_site(offering: CourseOffering, trainers: CrossSiteTrainers) -> None:
    offering.cross_site = trainers
    trainers.offerings.append(offering)


def _build_courses(world: World, level: int) -> None:
    tier = world.plan.tiers[level]
    for stage in range(len(tier.courses)):
        plan = tier.courses[stage]
        trainers = None
        if tier.trainers_across_sites:
            trainers = _make_cross_site(world, level, plan.trainer_rate + plan.travel_rate, False)
        for site in range(world.n_sites):
            place = tier_site(world, level, site)
            offering = _make_offering(world, level, site, plan.trainers, plan.trainer_rate)
            offering.plan, offering.stage, offering.candidates = plan, stage, new_pool(world, COURSE_CANDIDATE)
            if trainers is not None:
                _join_cross_site(offering, trainers)
            if stage == 0:
                offering.rooms = new_rooms(world)
                offering.rooms.rooms = tier.rooms
            else:
                offering.rooms = place.offerings[0].rooms
            offering.rooms.offerings.append(offering)
            place.offerings.append(offering)


def _build_refreshers(world: World, level: int) -> None:
    tier = world.plan.tiers[level]
    plan = tier.refresher
    if plan is None:
        return
    trainers = None
    if tier.trainers_across_sites:
        trainers = _make_cross_site(world, level, plan.trainer_rate + plan.travel_rate, True)
    for site in range(world.n_sites):
        offering = _make_offering(world, level, site, plan.trainers, plan.trainer_rate)
        offering.refresher, offering.is_refresher = plan, True
        offering.participants = new_pool(world, REFRESHER_PARTICIPANT)
        if trainers is not None:
            _join_cross_site(offering, trainers)
        tier_site(world, level, site).refreshers = offering
        world.refreshers.append(offering)


def _build_supervision(world: World, level: int) -> None:
    tier = world.plan.tiers[level]
    plan, cross_site = tier.supervision, None
    if plan is None:
        return
    if plan.across_sites:
        cross_site = new_cross_site_supervisors(world)
        cross_site.rate = plan.group_rate + plan.travel_rate
        cross_site.openers = new_pool(world, GROUP_SUPERVISOR)
        cross_site.masks = new_numbers(world, MASKS * world.n_sites)
    for site in range(world.n_sites):
        unit = new_unit(world)
        unit.level, unit.site, unit.plan, unit.cross_site = level, site, plan, cross_site
        unit.extra_rate, unit.masks = tier.apprentice_extra_rate, new_numbers(world, MASKS)
        unit.plain, unit.extra = new_pool(world, SEAT_WORKER), new_pool(world, SEAT_WORKER)
        unit.seats, unit.openers = new_pool(world, SEAT_GROUP), new_pool(world, GROUP_SUPERVISOR)
        unit.booked = new_booked(world)
        if cross_site is not None:
            cross_site.units.append(unit)
        tier_site(world, level, site).unit = unit
        world.units.append(unit)


def _collect(world: World, level: int) -> None:
    """Courses in order of tier, site and stage; and for each site what the workers of a tier could give there."""
    for site in range(world.n_sites):
        place = tier_site(world, level, site)
        for offering in place.offerings:
            world.offerings.append(offering)
        if level + 1 < len(world.plan.tiers):
            below = tier_site(world, level + 1, site)
            for offering in below.offerings:
                place.teaches.append(offering)
            if below.refreshers is not None:
                place.teaches.append(below.refreshers)


def _build_organisation(world: World) -> None:
    for place in range(len(world.plan.organisation)):
        for site in range(world.n_sites):
            state = world.organisation[place * world.n_sites + site]
            state.level = state.published = world.plan.organisation[place].sites[site].start


def _build_care(world: World) -> None:
    care = world.plan.clients
    world.client_classes = new_client_classes(world, len(care.classes))
    world.class_counts = new_class_counts(world, world.plan.n_counters)
    world.nobody = new_class_counts(world, 1)[0]
    world.other_counts = new_numbers(world, len(CLIENT_COUNTS))
    world.sources = new_sources(world, len(care.streams))
    for place in range(len(care.classes)):
        plan, client_class = care.classes[place], world.client_classes[place]
        client_class.place, client_class.plan, client_class.form = place, plan, plan.form
        client_class.handovers = new_pool(world, NO_CHOICE)
        client_class.individual = world.client_classes[plan.individual]
    if len(care.classes) == 1:
        world.only_class = world.client_classes[0]


def _look(world: World, level: int) -> None:
    """What there is to look at for a worker of this tier."""
    tiers, state, care = world.plan.tiers, world.tier_states[level], world.plan.clients is not None
    tier = tiers[level]
    held = tier.delivers and tier.caseload > 0
    practised = tier.practises_with_clients and tier.apprentice_caseload > 0
    state.looks_clients = care and (held or practised)
    state.looks_seats = level + 1 < len(tiers) and tiers[level + 1].supervision is not None
    state.looks_courses = len(tier_site(world, level, 0).teaches) > 0
    state.looks_supervisee = tier.supervision is not None
    state.looks_participant = tier.refresher is not None
    state.practising_clients = care and tier.practises_with_clients
