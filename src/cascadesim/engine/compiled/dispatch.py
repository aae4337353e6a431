"""The C-phase: the conditional activities, in their fixed order, top tier first, until nothing is flagged (R10.2)."""

from __future__ import annotations

from cascadesim.engine.compiled.ability import review_ability
from cascadesim.engine.compiled.absence import holds_over
from cascadesim.engine.compiled.client_lives import begin_lives
from cascadesim.engine.compiled.clients import free_gone
from cascadesim.engine.compiled.constraints import publish_constraints
from cascadesim.engine.compiled.dissolution import cap_seat
from cascadesim.engine.compiled.ending import expire_holds, lapse, release_all, settle_all
from cascadesim.engine.compiled.enrolment import lapse_windows, watch_cohort
from cascadesim.engine.compiled.grace import expired_grace, mark_lapsed, publish_grace
from cascadesim.engine.compiled.memory import compiled, load
from cascadesim.engine.compiled.nouns import circle_at, venue_at, worker_at
from cascadesim.engine.compiled.offers import refresh_touched
from cascadesim.engine.compiled.organisation import apply_duties, publish_levels, referral_factor
from cascadesim.engine.compiled.pressure import aim_clocks, review_strain
from cascadesim.engine.compiled.refreshers import miss_overdue, start_refreshers
from cascadesim.engine.compiled.rooms import tier_at
from cascadesim.engine.compiled.supervision import place_waiting
from cascadesim.engine.compiled.training import start_courses
from cascadesim.engine.compiled.treatment import give_clients
from cascadesim.engine.compiled.vacancies import due_for_promotion, open_vacancies, promote
from cascadesim.engine.compiled.vectors import (
    NEWCOMERS,
    OVERDUE,
    PROMOTING,
    UNAIMED,
    UNSEATED,
    get,
    vector,
)
from cascadesim.engine.compiled.waiting import aim_patience, set_factor
from cascadesim.engine.compiled.waves import look_at_waves

MOST_PASSES = 100


@compiled
def conditional_phase(S):
    """Runs once an instant, after all its events; False if it did not settle."""
    if S.review_due:
        _review(S)
    if S.restless_any:
        changed = apply_duties(S)
        for place in range(changed.size):
            cap_seat(S, worker_at(get(changed, place)))
    refresh_touched(S)
    for _pass in range(MOST_PASSES):
        if S.unsettled:
            settle_all(S)
        elif holds_over(S):
            expire_holds(S)
        if S.tiered:
            _conditional_of_tiers(S)
        if S.care != 0:
            give_clients(S)
        if not _flagged(S):
            _publish(S)
            return True
    return False


@compiled
def _conditional_of_tiers(S):
    if S.unfilled_any or vector(S, PROMOTING).size > 0:
        _fill_vacancies(S)
    _start_courses(S, 1)
    _place_unsupervised(S)
    _expire_grace(S)
    _start_courses(S, 0)


@compiled
def _flagged(S):
    """Whether anything happened that an earlier activity has to look at again."""
    if not S.tiered:
        return False
    if S.unsettled or S.unfilled_any:
        return True
    if vector(S, PROMOTING).size > 0 and due_for_promotion(S).size > 0:
        return True
    for number in range(S.circle_count):
        if circle_at(load(S.circles, number)).changed:
            return True
    for number in range(S.venue_count):
        if venue_at(load(S.venues, number)).changed:
            return True
    for number in range(S.n_refresher_rooms):
        if venue_at(load(S.refresher_rooms, number)).changed:
            return True
    return False


@compiled
def _review(S):
    """Publish the states of the organisation and what follows from the time since the last review (R7.2)."""
    publish_levels(S)
    if S.varying:
        for site in range(S.n_sites):
            set_factor(S, site, referral_factor(S, site))
    review_strain(S)
    review_ability(S)


@compiled
def _publish(S):
    """(7) Who is unsupervised from now on; fresh patience; what binds; and at last the clocks that respond."""
    if vector(S, UNSEATED).size > 0:
        publish_grace(S)
        refresh_touched(S)  # the time since they last stored it may have made them unable to train
    if vector(S, OVERDUE).size > 0:
        miss_overdue(S)
    if S.care != 0:
        aim_patience(S)
        if vector(S, NEWCOMERS).size > 0:
            begin_lives(S)
    publish_constraints(S)
    look_at_waves(S)
    if vector(S, UNAIMED).size > 0:
        aim_clocks(S)
    free_gone(S)


@compiled
def _fill_vacancies(S):
    """(2) Open vacancies, fill them by promotion, move those up who are ready."""
    if S.unfilled_any:
        open_vacancies(S)
        refresh_touched(S)
    if vector(S, PROMOTING).size > 0:
        ready = due_for_promotion(S)
        for place in range(ready.size):
            w = worker_at(get(ready, place))
            release_all(S, w)
            promote(S, w)
            refresh_touched(S)
        if S.unsettled:  # the seats of those who have moved up are free for whoever waits for one
            settle_all(S)


@compiled
def _place_unsupervised(S):
    """(3) Give seats to those without one."""
    for number in range(S.circle_count):
        circle = circle_at(load(S.circles, number))
        if circle.changed:
            circle.changed = 0
            circle.unpublished = 1
            place_waiting(S, circle)
            refresh_touched(S)


@compiled
def _expire_grace(S):
    """(4) Those whose grace has run out practise no longer."""
    lapsed = expired_grace(S)
    for place in range(lapsed.size):
        w = worker_at(get(lapsed, place))
        mark_lapsed(S, w)
        lapse(S, w)
        refresh_touched(S)


@compiled
def _start_courses(S, first):
    """(5) Courses, after dates that went by without one have been written down; then refreshers. Those that come before
    supervision (R3.2), or the others."""
    for number in range(S.venue_count):
        room = venue_at(load(S.venues, number))
        if room.changed and tier_at(S, room.level - 1).courses_first == first:
            room.changed = 0
            if room.windows != 0:
                lapse_windows(S, room)
            room.unpublished = 1
            watch_cohort(S, room)
            start_courses(S, room)
            refresh_touched(S)
    for number in range(S.n_refresher_rooms):
        room = venue_at(load(S.refresher_rooms, number))
        if room.changed and tier_at(S, room.level - 1).courses_first == first:
            room.changed = 0
            room.unpublished = 1
            start_refreshers(S, room)
            refresh_touched(S)
