"""The C-phase: the conditional activities, in their fixed order, top tier first, until nothing is flagged (R10.2)."""

from __future__ import annotations

from typing import Any

from cascadesim.engine.availability import refresh_touched
from cascadesim.engine.binding_constraints import publish_constraints
from cascadesim.engine.client_assignment import assign_clients
from cascadesim.engine.client_events import begin_client_events
from cascadesim.engine.clients import free_gone
from cascadesim.engine.competence import review_competence
from cascadesim.engine.courses import miss_overdue, start_courses
from cascadesim.engine.life_events import expire_holds, lapse, release_all, settle_all
from cascadesim.engine.organisation import apply_duties, publish_levels, referral_factor
from cascadesim.engine.records import World
from cascadesim.engine.recruitment import due_for_promotion, open_vacancies
from cascadesim.engine.referrals import begin_patience, set_factor
from cascadesim.engine.runtime.fields import Growing
from cascadesim.engine.state import expired, is_over, watch_shocks
from cascadesim.engine.supervision import begin_grace, cap_seat, place_waiting
from cascadesim.engine.time_to_event import reschedule_invalidated, review_strain
from cascadesim.engine.vacancies import settle_promise
from cascadesim.engine.workers import move_up

MOST_PASSES = 100


def conditional_phase(world: World) -> bool:
    """Runs once an instant, after all its events; False if it did not settle."""
    if world.review_due:
        _review(world)
    if world.restless_any:
        for worker in apply_duties(world):
            cap_seat(world, worker)
    refresh_touched(world)
    for _pass in range(MOST_PASSES):
        if world.unsettled:
            settle_all(world)
        elif world.holding.size > 0 and is_over(world, world.holding):
            expire_holds(world)
        if world.plan.tiered:
            _of_tiers(world)
        if world.plan.clients is not None:
            assign_clients(world)
        if not world.plan.tiered or not _flagged(world):
            _publish(world)
            return True
    return False


def _of_tiers(world: World) -> None:
    if world.unfilled_any or world.promoting:
        _fill_vacancies(world)
    _start_courses(world, True)
    _place_unsupervised(world)
    _expire_grace(world)
    _start_courses(world, False)


def _flagged(world: World) -> bool:
    """Whether anything happened that an earlier activity has to look at again."""
    if world.unsettled or world.unfilled_any:
        return True
    if world.promoting and len(due_for_promotion(world)) > 0:
        return True
    return _changed(world.units) or _changed(world.offerings) or _changed(world.refreshers)


def _changed(places: Growing[Any]) -> bool:
    for place in places:
        if place.changed:
            return True
    return False


def _review(world: World) -> None:
    """Publish the states of the organisation and what follows from the time since the last review (R7.2)."""
    publish_levels(world)
    if world.plan.varying:
        for site in range(world.n_sites):
            set_factor(world, site, referral_factor(world, site))
    review_strain(world)
    review_competence(world)


def _publish(world: World) -> None:
    """(7) Who is unsupervised from now on; fresh patience; what binds; and at last the clocks that respond."""
    if world.unseated:
        begin_grace(world)
        refresh_touched(world)  # the time since they last stored it may have made them unable to train
    if world.overdue:
        miss_overdue(world)
    if world.plan.clients is not None:
        if world.referred_now:
            begin_patience(world)
        if world.newcomers:
            begin_client_events(world)
    publish_constraints(world)
    if world.plan.shocks:
        watch_shocks(world)
    if world.unaimed:
        reschedule_invalidated(world)
    if world.gone_clients:
        free_gone(world)


def _fill_vacancies(world: World) -> None:
    """(2) Open vacancies, fill them by promotion, move those up who are ready."""
    if world.unfilled_any:
        open_vacancies(world)
        refresh_touched(world)
    if world.promoting:
        for worker in due_for_promotion(world):
            release_all(world, worker)
            settle_promise(world, worker)
            move_up(world, worker)
            refresh_touched(world)
        if world.unsettled:  # the places of those who have moved up are free for whoever waits for one
            settle_all(world)


def _place_unsupervised(world: World) -> None:
    """(3) Give supervision places to those without one."""
    for unit in world.units:
        if unit.changed:
            unit.changed = False
            unit.unpublished = True
            place_waiting(world, unit)
            refresh_touched(world)


def _expire_grace(world: World) -> None:
    """(4) Those whose grace has run out practise no longer."""
    for worker in expired(world, world.graces):
        lapse(world, worker)
        refresh_touched(world)


def _start_courses(world: World, first: bool) -> None:
    """(5) Courses, then refreshers. Those that come before supervision (R3.2), or the others."""
    for offerings in (world.offerings, world.refreshers):
        for offering in offerings:
            if offering.changed and world.plan.tiers[offering.level - 1].courses_first == first:
                offering.changed = False
                offering.unpublished = True
                start_courses(world, offering)
                refresh_touched(world)
