"""The first conditional activity: end what may not continue, after exits, absences, returns and falls of hours."""

from __future__ import annotations

from cascadesim.engine.compiled.absence import expired_holds, hold
from cascadesim.engine.compiled.care import pause, release_case, unpause
from cascadesim.engine.compiled.dissolution import dissolve, fit, give_up_seat, merge, resume, suspend
from cascadesim.engine.compiled.enrolment import leave_queue, rejoin
from cascadesim.engine.compiled.facilitation import lose_helper, mend
from cascadesim.engine.compiled.memory import compiled, store
from cascadesim.engine.compiled.nouns import client_at, course_at, worker_at
from cascadesim.engine.compiled.offers import refresh_touched
from cascadesim.engine.compiled.organisation import set_duties
from cascadesim.engine.compiled.people import ACTIVE, APPRENTICE, CANDIDATE, EXITED, leave, mark_supervised
from cascadesim.engine.compiled.plan_nouns import supervision_plan_at, tier_plan_at
from cascadesim.engine.compiled.refreshers import drop_participant, substitute_refresher
from cascadesim.engine.compiled.teaching import leave_courses
from cascadesim.engine.compiled.training import drop_trainee, substitute_trainer
from cascadesim.engine.compiled.vectors import (
    ABSENT_NOW,
    BEREFT,
    BEREFT_GROUPS,
    ENDED,
    FALLEN,
    IDLED,
    RETURNED,
    TO_MERGE,
    UNDEPLOYED,
    drop_first,
    get,
    sort_by_key,
    vector,
)
from cascadesim.model.enums import Kind

_COURSE = int(Kind.COURSE)


@compiled
def settle_all(S):
    """Everybody whom something has happened to in this instant, one by one, in key order."""
    _leave_undeployed(S)
    S.unsettled = 0
    vector(S, BEREFT).size = 0
    _settle_gone(S)
    _settle_away(S)
    _expire(S)
    _settle_back(S)
    _settle_rest(S)
    refresh_touched(S)
    _substitute(S)
    after_endings(S)


@compiled
def _leave_undeployed(S):
    undeployed = vector(S, UNDEPLOYED)
    sort_by_key(undeployed)
    number = undeployed.size
    for place in range(number):
        w = worker_at(get(undeployed, place))
        if w.state != EXITED:
            leave(S, w, tier_plan_at(w.tier).not_deployed)
    drop_first(undeployed, number)


@compiled
def _settle_gone(S):
    ended = vector(S, ENDED)
    sort_by_key(ended)
    number = ended.size
    for place in range(number):
        w = worker_at(get(ended, place))
        leave_queue(S, w)
        give_up_seat(S, w)
        dissolve(S, w)
        drop_trainee(S, w)
        drop_participant(S, w)
        leave_courses(S, w, True)
        release_all(S, w)
    drop_first(ended, number)


@compiled
def _settle_away(S):
    """What stands still for a while, or is given up at once (R2.7)."""
    absent = vector(S, ABSENT_NOW)
    sort_by_key(absent)
    number = absent.size
    for place in range(number):
        w = worker_at(get(absent, place))
        if w.away and w.state != EXITED:
            leave_queue(S, w)
            drop_trainee(S, w)
            leave_queue(S, w)
            drop_participant(S, w)
            leave_courses(S, w, False)
            if w.n_open > 0 or w.leads != 0:
                _hold_or_end(S, w)
    drop_first(absent, number)


@compiled
def _hold_or_end(S, w):
    if hold(S, w):
        suspend(S, w)
        _pause_all(S, w)
    else:
        dissolve(S, w)
        release_all(S, w)


@compiled
def _expire(S):
    gone = expired_holds(S)
    for place in range(gone.size):
        w = worker_at(get(gone, place))
        dissolve(S, w)
        release_all(S, w)


@compiled
def _settle_back(S):
    returned = vector(S, RETURNED)
    sort_by_key(returned)
    number = returned.size
    for place in range(number):
        w = worker_at(get(returned, place))
        if w.away or w.state == EXITED:
            continue
        if w.state == CANDIDATE:
            rejoin(S, w)
            continue
        set_duties(S, w)
        resume(S, w)
        fit(S, w)
        at = w.clients
        while at != 0:
            c = client_at(at)
            at = c.after
            unpause(S, c, w)
    drop_first(returned, number)


@compiled
def _settle_rest(S):
    """Certified but not deployed: no seat is needed. Other hours: what no longer fits is given up."""
    idled = vector(S, IDLED)
    sort_by_key(idled)
    number = idled.size
    for place in range(number):
        w = worker_at(get(idled, place))
        if w.state != EXITED:
            give_up_seat(S, w)
            mark_supervised(S, w)
            release_all(S, w)
    drop_first(idled, number)
    fallen = vector(S, FALLEN)
    sort_by_key(fallen)
    number = fallen.size
    for place in range(number):
        w = worker_at(get(fallen, place))
        if w.state == APPRENTICE or w.state == ACTIVE:
            set_duties(S, w)
            fit(S, w)
    drop_first(fallen, number)


@compiled
def _substitute(S):
    """Substitutes for trainers lost, courses before refreshers, each by its key."""
    bereft = vector(S, BEREFT)
    for place in range(1, bereft.size):
        at, here = get(bereft, place), place
        while here > 0 and _comes_first(at, get(bereft, here - 1)):
            store(bereft.at, here, get(bereft, here - 1))
            here -= 1
        store(bereft.at, here, at)
    for place in range(bereft.size):
        course = course_at(get(bereft, place))
        if course.kind == _COURSE:
            substitute_trainer(S, course)
        else:
            substitute_refresher(S, course)
        refresh_touched(S)


@compiled
def _comes_first(one, other):
    this, that = course_at(one), course_at(other)
    return this.kind < that.kind or (this.kind == that.kind and this.key < that.key)


@compiled
def expire_holds(S):
    """Those who have been away for too long keep neither cases nor groups; a group without clients ends."""
    _expire(S)
    after_endings(S)


@compiled
def after_endings(S):
    """Mend groups of clients, merge supervision groups that have shrunk."""
    if vector(S, BEREFT_GROUPS).size > 0:
        refresh_touched(S)
        mend(S)
    to_merge = vector(S, TO_MERGE)
    sort_by_key(to_merge)
    for place in range(to_merge.size):
        supervisor = worker_at(get(to_merge, place))
        supervisor.merging = 0
        merge(S, supervisor)
    to_merge.size = 0
    refresh_touched(S)


@compiled
def lapse(S, w):
    """Grace is over: cases go to hand-over, and the groups led too where the scenario says so (R4.6)."""
    supervision = tier_plan_at(w.tier).supervision
    if supervision != 0 and supervision_plan_at(supervision).lapse_ends_groups:
        dissolve(S, w)
    release_all(S, w)
    after_endings(S)


@compiled
def release_all(S, w):
    """Every open case of the worker waits for somebody else (R8.5): groups first, the newest key first."""
    _lose_groups(S, w)
    while w.clients != 0:
        release_case(S, client_at(w.clients), w)


@compiled
def _lose_groups(S, w):
    while w.groups != 0:
        lose_helper(S, w.groups, w)


@compiled
def _pause_all(S, w):
    _lose_groups(S, w)
    at = w.clients
    while at != 0:
        c = client_at(at)
        at = c.after
        pause(S, c, w)
