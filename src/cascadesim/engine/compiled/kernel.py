"""One replication from the first minute to the last: events in the order of rank and key, then the C-phase (R10)."""

from __future__ import annotations

from numba import njit

from cascadesim.engine.compiled import clock
from cascadesim.engine.compiled.ability import read_ability
from cascadesim.engine.compiled.absence import end_absence, end_hold
from cascadesim.engine.compiled.apprenticeship import end_practice
from cascadesim.engine.compiled.build import build, clear
from cascadesim.engine.compiled.care import end_session
from cascadesim.engine.compiled.client_lives import leave_for_own_reason
from cascadesim.engine.compiled.clock import soonest, take
from cascadesim.engine.compiled.dispatch import conditional_phase
from cascadesim.engine.compiled.enrolment import begin_enrolment, close_window, gathered, open_window
from cascadesim.engine.compiled.facilitation import end_group_session
from cascadesim.engine.compiled.grace import end_grace
from cascadesim.engine.compiled.leaving import strike
from cascadesim.engine.compiled.memory import allocate, compiled, free_arena, give_back, load, store_float
from cascadesim.engine.compiled.nouns import (
    EVENT,
    STATE_LEVEL,
    client_at,
    client_group_at,
    course_at,
    event_at,
    openings_at,
    state_level_at,
    venue_at,
    window_at,
    worker_at,
    world_at,
)
from cascadesim.engine.compiled.organisation import (
    begin_organisation,
    call_review,
    end_training,
    lift,
    referral_factor,
)
from cascadesim.engine.compiled.people import CANDIDATE, leave
from cascadesim.engine.compiled.plan_nouns import tier_plan_at
from cascadesim.engine.compiled.pressure import begin_pressure, switch
from cascadesim.engine.compiled.record import read
from cascadesim.engine.compiled.recruitment import begin_recruitment, next_recruit, take_in
from cascadesim.engine.compiled.refreshers import end_refresher, look
from cascadesim.engine.compiled.training import end_course
from cascadesim.engine.compiled.vacancies import fill_from_outside, promotion_due, tenured
from cascadesim.engine.compiled.vectors import N_VECTORS, vector
from cascadesim.engine.compiled.waiting import (
    begin_waiting,
    lose_patience,
    next_dated,
    next_of_stream,
    set_factor,
)

_STATE_SIZE, _EVENT_SIZE = STATE_LEVEL.itemsize, EVENT.itemsize
_SITE_MASK, _SITE_BITS = 0xFF, 8
FINISHED, PAUSED, UNSETTLED, NO_MEMORY = range(4)
"""How far a call of `advance` came: to the horizon; as far as was asked; no further, since an instant did not settle,
or since memory ran out."""


@compiled
def _give_up(S, w, spell):
    """A candidate has waited for too long."""
    if w.state == CANDIDATE and w.spells == spell:
        S.events += 1
        leave(S, w, tier_plan_at(w.tier).gave_up_waiting)
        S.woken = 1


@compiled
def _of_clients(S, due):
    if due.kind == clock.SESSION:
        end_session(S, client_at(due.who), due.number)
    elif due.kind == clock.PATIENCE_ENDS:
        lose_patience(S, client_at(due.who), due.number)
    elif due.kind == clock.REFERRAL:
        next_of_stream(S, due.who, due.number)
    elif due.kind == clock.DATED_REFERRAL:
        next_dated(S, due.who, due.number)
    elif due.kind == clock.LEAVES:
        leave_for_own_reason(S, client_at(due.who), due.key, due.number)
    else:
        end_group_session(S, client_group_at(due.who), due.number)


@compiled
def _of_workers(S, due):
    w = worker_at(due.who)
    if due.kind == clock.ALARM:
        strike(S, w, due.number)
    elif due.kind == clock.GRACE_ENDS:
        end_grace(S, w, due.number)
    elif due.kind == clock.ABSENCE_ENDS:
        end_absence(S, w, due.number)
    elif due.kind == clock.HOLD_ENDS:
        end_hold(S, w, due.number)
    elif due.kind == clock.PRACTICE_ENDS:
        end_practice(S, w, due.number)
    elif due.kind == clock.GIVES_UP:
        _give_up(S, w, due.number)
    elif due.kind == clock.REFRESHER_LOOK:
        look(S, w, due.number)
    elif due.kind == clock.TENURED:
        tenured(S, w)
    else:
        promotion_due(S, w)


@compiled
def _of_courses(S, due):
    if due.kind == clock.COURSE_ENDS:
        end_course(S, course_at(due.who))
    elif due.kind == clock.REFRESHER_ENDS:
        end_refresher(S, course_at(due.who))
    elif due.kind == clock.WINDOW_OPENS:
        open_window(S, venue_at(due.who), due.number)
    elif due.kind == clock.WINDOW_CLOSES:
        close_window(S, venue_at(due.who), window_at(due.number))
    else:
        gathered(S, venue_at(due.who), due.number)


@compiled
def _of_programme(S, due):
    if due.kind == clock.INTAKE:
        take_in(S, due.who >> _SITE_BITS, due.who & _SITE_MASK, due.number)
    elif due.kind == clock.RECRUIT:
        next_recruit(S, due.who >> _SITE_BITS, due.who & _SITE_MASK)
    elif due.kind == clock.VACANCY_FILLED:
        fill_from_outside(S, openings_at(due.who), due.number)
    elif due.kind == clock.LIFTED:
        lift(S, due.who, due.number)
    elif due.kind == clock.TRAINING_ENDS:
        end_training(S, due.who, due.number)
    elif due.kind == clock.ENGAGEMENT:
        switch(S, due.who)
    else:
        call_review(S)


@compiled
def _run(S, until, most):
    """Let everything happen that is due before the minute `until`, and the C-phase of every instant (R10.2); pause at
    the end of an instant when there have been `most` events."""
    due = event_at(S.due)
    while True:
        minute = soonest(S)
        if minute > S.now:
            if S.woken:
                S.woken = 0
                if not conditional_phase(S):
                    return UNSETTLED
                continue
            if S.no_memory:
                return NO_MEMORY
            if minute >= until:
                return FINISHED
            if S.events >= most:
                return PAUSED
            S.now = minute
        take(S, due)
        if due.kind < clock.OF_WORKERS:
            _of_clients(S, due)
        elif due.kind < clock.OF_COURSES:
            _of_workers(S, due)
        elif due.kind < clock.OF_PROGRAMME:
            _of_courses(S, due)
        else:
            _of_programme(S, due)


@compiled
def _begin(S):
    clear(S)
    build(S)
    begin_organisation(S)
    begin_pressure(S)
    begin_recruitment(S)
    begin_enrolment(S)
    if S.care != 0:
        begin_waiting(S)
        if S.varying:
            for site in range(S.n_sites):
                set_factor(S, site, referral_factor(S, site))
    S.woken = 1


@compiled
def _snapshot(S, number, minute):
    """Every counter just before the events of `minute`, into the row of this number."""
    read(S, S.snapshot_counts + 8 * number * (2 * S.n_levels + S.n_counts))
    if S.modelled:
        read_ability(S, minute, S.snapshot_competence + 24 * number * S.n_tiers)
    for place in range(S.n_states * S.n_sites):
        published = state_level_at(S.state_levels + place * _STATE_SIZE).published
        store_float(S.snapshot_states, number * S.n_states * S.n_sites + place, published)


@njit(nogil=True, error_model="numpy", cache=True)
def advance(at, begin, most):
    """Simulate the replication for which the world at this address has been made ready: from its beginning, or on from
    where it paused, until there have been about `most` events."""
    S = world_at(at)
    if begin:
        _begin(S)
        S.due, S.snapshot = allocate(S, _EVENT_SIZE), 0
    while S.snapshot < S.n_snapshots:
        minute = load(S.snapshots, S.snapshot)
        if minute > 0:
            status = _run(S, minute, most)
            if status != FINISHED:
                return status
        _snapshot(S, S.snapshot, minute)
        S.snapshot += 1
    return FINISHED


@njit(nogil=True, error_model="numpy", cache=True)
def forget(at):
    """Give all memory of a world back."""
    S = world_at(at)
    free_arena(S)
    for number in range(N_VECTORS):
        if vector(S, number).at != 0:
            give_back(vector(S, number).at)
            vector(S, number).at = vector(S, number).room = 0
    if S.heap != 0:
        give_back(S.heap)
    if S.log != 0:
        give_back(S.log)
    S.heap = S.log = S.heap_room = S.log_room = 0
