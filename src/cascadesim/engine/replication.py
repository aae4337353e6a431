"""One replication: what it begins with, and what happens when an entry of the calendar is due (R10)."""

from __future__ import annotations

from collections.abc import Callable

from cascadesim.engine import calendar as due
from cascadesim.engine.apprenticeship import end_practice
from cascadesim.engine.client_events import leave_for_own_reason
from cascadesim.engine.clients import is_grouped
from cascadesim.engine.course_queue import MASKS, begin_course_dates, close_window, end_gathering, open_window
from cascadesim.engine.courses import end_course, look_for_refresher
from cascadesim.engine.custom_rules import (
    COURSE_CANDIDATE,
    COURSE_TRAINER,
    GROUP_SUPERVISOR,
    NO_CHOICE,
    REFRESHER_PARTICIPANT,
    SUPERVISION_GROUP,
    SUPERVISION_WORKER,
    new_pool,
)
from cascadesim.engine.group_care import end_group_session
from cascadesim.engine.individual_care import end_session
from cascadesim.engine.life_events import end_absence, end_hold, fire, give_up_waiting
from cascadesim.engine.organisation import begin_organisation, call_review, end_training, lift, referral_factor
from cascadesim.engine.records import (
    BookedWaits,
    ClassCounts,
    ClientClass,
    CourseOffering,
    CrossSiteOffer,
    OrganisationState,
    ReferralSource,
    Rooms,
    SupervisionUnit,
    TierSite,
    TierState,
    World,
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
from cascadesim.engine.runtime.fields import new, new_rows
from cascadesim.engine.runtime.lists import new_numbers
from cascadesim.engine.state import begin_shocks, new_offer, staff_of, tier_site
from cascadesim.engine.supervision import end_grace
from cascadesim.engine.time_to_event import begin_incentives, change_incentives
from cascadesim.model.counters import ClientCount
from cascadesim.model.plan import CoursePlan

_CLIENT_COUNTS = len(ClientCount)
HANDLERS: dict[int, Callable[..., None]] = {
    due.SESSION: end_session,
    due.PATIENCE_ENDS: lose_patience,
    due.REFERRAL: next_of_stream,
    due.DATED_REFERRAL: next_dated,
    due.CLIENT_LEAVES: leave_for_own_reason,
    due.GROUP_SESSION: end_group_session,
    due.ALARM: fire,
    due.GRACE_ENDS: end_grace,
    due.ABSENCE_ENDS: end_absence,
    due.HOLD_ENDS: end_hold,
    due.PRACTICE_ENDS: end_practice,
    due.GIVES_UP: give_up_waiting,
    due.REFRESHER_LOOK: look_for_refresher,
    due.TENURED: gain_tenure,
    due.PROMOTION_DUE: end_promotion_time,
    due.COURSE_ENDS: end_course,
    due.WINDOW_OPENS: open_window,
    due.WINDOW_CLOSES: close_window,
    due.GATHERED: end_gathering,
    due.INTAKE: take_in,
    due.RECRUIT: next_recruit,
    due.VACANCY_FILLED: fill_from_outside,
    due.LIFTED: lift,
    due.TRAINING_ENDS: end_training,
    due.INCENTIVE: change_incentives,
    due.REVIEW: call_review,
}
"""What happens when an entry of the calendar is due, by its kind: a function of the world, of who the entry is about
and of its number, as far as it asks for them."""

# --- the beginning ----------------------------------------------------------------------------------------------------


def begin(world: World) -> None:
    """Everything that the plan says there is, and what is on the calendar from the first minute."""
    _build(world)
    begin_organisation(world)
    begin_incentives(world)
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
    world.wanted = new(world, BookedWaits)
    world.masks = new_numbers(world, 2 * MASKS)
    world.tier_sites = new_rows(world, TierSite, len(plan.tiers) * world.n_sites)
    world.tier_states = new_rows(world, TierState, len(plan.tiers))
    world.organisation = new_rows(world, OrganisationState, len(plan.organisation) * world.n_sites)
    for level in range(len(plan.tiers)):
        for site in range(world.n_sites):
            _build_place(world, level, site)
    for level in range(len(plan.tiers)):
        tier_state = world.tier_states[level]
        tier_state.planned = plan.tiers[level].planned
        tier_state.booked_practice, tier_state.booked_certificate = new(world, BookedWaits), new(world, BookedWaits)
        _build_courses(world, level)
        _build_supervision(world, level)
    for level in range(len(plan.tiers)):
        _collect(world, level)
    for place in range(len(plan.organisation)):
        for site in range(world.n_sites):
            state = world.organisation[place * world.n_sites + site]
            state.level = state.published = plan.organisation[place].sites[site].start
    begin_shocks(world)
    if plan.clients is not None:
        _build_care(world)


def _build_place(world: World, level: int, site: int) -> None:
    place, staff = tier_site(world, level, site), staff_of(world, level, site)
    place.level, place.site, place.pool, place.target = level, site, staff.pool, staff.target
    place.booked = new(world, BookedWaits)
    if staff.target >= 0:
        world.vacancies.append(place)
        place.unfilled = world.unfilled_any = True


def _make_cross_site(world: World, choice: int, rate: int) -> CrossSiteOffer:
    cross_site = new(world, CrossSiteOffer)
    cross_site.rate, cross_site.offer = rate, new_offer(world, choice, MASKS * world.n_sites)
    return cross_site


def _make_trainers(world: World, level: int, plan: CoursePlan, is_refresher: bool) -> CrossSiteOffer:
    """Who could travel to give a course of this tier; None where nobody travels."""
    if not world.plan.tiers[level].trainers_across_sites:
        return None
    cross_site = _make_cross_site(world, COURSE_TRAINER, plan.trainer_rate + plan.travel_rate)
    cross_site.is_refresher = is_refresher
    world.tier_states[level - 1].cross_site.append(cross_site)
    return cross_site


def _make_offering(
    world: World, level: int, site: int, plan: CoursePlan, is_refresher: bool, rooms: Rooms, cross_site: CrossSiteOffer
) -> CourseOffering:
    offering = new(world, CourseOffering)
    offering.level, offering.site, offering.rooms = level, site, rooms
    offering.plan, offering.is_refresher = plan, is_refresher
    offering.queue = new_pool(world, REFRESHER_PARTICIPANT if is_refresher else COURSE_CANDIDATE)
    offering.trainers, offering.booked = new_offer(world, COURSE_TRAINER, MASKS), new(world, BookedWaits)
    rooms.offerings.append(offering)
    if cross_site is not None:
        offering.cross_site = cross_site
        cross_site.offerings.append(offering)
    return offering


def _build_courses(world: World, level: int) -> None:
    tier = world.plan.tiers[level]
    for plan in tier.courses:
        cross_site = _make_trainers(world, level, plan, False)
        for site in range(world.n_sites):
            place = tier_site(world, level, site)
            if plan.stage == 0:
                place.rooms = new(world, Rooms)
                place.rooms.rooms = tier.rooms
            place.offerings.append(_make_offering(world, level, site, plan, False, place.rooms, cross_site))
    plan = tier.refresher_course
    if plan is not None:
        cross_site = _make_trainers(world, level, plan, True)
        for site in range(world.n_sites):
            offering = _make_offering(world, level, site, plan, True, new(world, Rooms), cross_site)
            tier_site(world, level, site).refreshers = offering
            world.refreshers.append(offering)


def _build_supervision(world: World, level: int) -> None:
    tier = world.plan.tiers[level]
    plan, cross_site = tier.supervision, None
    if plan is None:
        return
    if plan.across_sites:
        cross_site = _make_cross_site(world, GROUP_SUPERVISOR, plan.group_rate + plan.travel_rate)
    for site in range(world.n_sites):
        unit = new(world, SupervisionUnit)
        unit.level, unit.site, unit.plan, unit.cross_site = level, site, plan, cross_site
        unit.extra_rate, unit.openers = tier.apprentice_extra_rate, new_offer(world, GROUP_SUPERVISOR, MASKS)
        unit.plain, unit.extra = new_pool(world, SUPERVISION_WORKER), new_pool(world, SUPERVISION_WORKER)
        unit.seats, unit.booked = new_pool(world, SUPERVISION_GROUP), new(world, BookedWaits)
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
            place.supervises = below.unit
            if below.refreshers is not None:
                place.teaches.append(below.refreshers)


def _build_care(world: World) -> None:
    care = world.plan.clients
    world.client_classes = new_rows(world, ClientClass, len(care.classes))
    world.class_counts = new_rows(world, ClassCounts, world.plan.n_class_counts)
    world.nobody = new_rows(world, ClassCounts, 1)[0]
    world.other_counts = new_numbers(world, _CLIENT_COUNTS)
    world.sources = new_rows(world, ReferralSource, len(care.streams))
    for place in range(len(care.classes)):
        plan, client_class = care.classes[place], world.client_classes[place]
        client_class.place, client_class.plan, client_class.form = place, plan, plan.form
        client_class.queue = new_pool(world, NO_CHOICE)
        client_class.resumes = world.client_classes[plan.resumes]
    for level in range(len(world.plan.tiers)):
        tier = world.plan.tiers[level]
        held = tier.delivers and tier.caseload > 0
        practised = tier.practises_with_clients and tier.apprentice_caseload > 0
        world.tier_states[level].looks_clients = held or practised
    if len(care.classes) == 1 and not is_grouped(world.client_classes[0]):
        world.only_class = world.client_classes[0]
