"""Refreshers: short courses that certified workers take again and again, given by the tier above (R3.9)."""

from __future__ import annotations

from cascadesim.engine.compiled.ability import refreshed
from cascadesim.engine.compiled.clock import REFRESHER_ENDS, put
from cascadesim.engine.compiled.due_dates import expect
from cascadesim.engine.compiled.ledger import TRAINING_TAKEN, book, touch
from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import course_at, slot_at, venue_at, worker_at
from cascadesim.engine.compiled.offers import refresh_touched
from cascadesim.engine.compiled.people import EXITED, set_missed
from cascadesim.engine.compiled.plan_nouns import refresher_plan_at, tier_plan_at
from cascadesim.engine.compiled.pool import best, size, withdraw
from cascadesim.engine.compiled.record import count, note
from cascadesim.engine.compiled.rooms import tier_at
from cascadesim.engine.compiled.teaching import assign, release, staffed
from cascadesim.engine.compiled.texts import CANCELLED, EMPTY, HELD, NO_TEXT
from cascadesim.engine.compiled.trainees import join, quit_course
from cascadesim.engine.compiled.training import new_course
from cascadesim.engine.compiled.vectors import OVERDUE, get, push, sort_by_key, vector
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind, Rank

_REFRESHER, _WORKER, _COURSE_END = int(Kind.REFRESHER), int(Kind.WORKER), int(Rank.COURSE_END)
_KEY = 1 << 62  # refreshers end after the courses of an instant
_STARTED, _REFRESHED, _MISSED = (
    TIER_COUNTS.index(name) for name in ("refreshers_started", "refreshed", "refreshers_missed")
)
_NOTE_STARTED, _NOTE_JOINED, _NOTE_REFRESHED, _NOTE_ENDED, _NOTE_LEFT, _NOTE_MISSED = (
    int(event)
    for event in (
        Event.REFRESHER_STARTED,
        Event.JOINED_REFRESHER,
        Event.REFRESHED,
        Event.REFRESHER_ENDED,
        Event.LEFT_REFRESHER,
        Event.REFRESHER_MISSED,
    )
)


@compiled
def look(S, w, due):
    """A worker may be placed in a refresher from now on, or should have been by now."""
    if w.state == EXITED or w.refresher_due != due:
        return
    S.events += 1
    if S.now == due:
        push(S, vector(S, OVERDUE), address(w))
    touch(S, w)
    S.woken = 1


@compiled
def miss_overdue(S):
    """Those whose day has come and for whom none has begun are overdue until they complete one."""
    overdue = vector(S, OVERDUE)
    sort_by_key(overdue)
    for place in range(overdue.size):
        w = worker_at(get(overdue, place))
        if w.state != EXITED and w.refresher == 0:
            _miss(S, w)
    overdue.size = 0


@compiled
def _miss(S, w):
    if not w.missed_refresher:
        set_missed(S, w, 1)
        count(S, tier_plan_at(w.tier).counts + _MISSED, 1)
        note(S, _NOTE_MISSED, _WORKER, w.key, w.level, 0, -1, NO_TEXT, 0)


@compiled
def _note(S, event, w, course):
    note(S, event, _WORKER, w.key, w.level, _REFRESHER, course.key, NO_TEXT, 0)


# --- starting ---------------------------------------------------------------------------------------------------------


@compiled
def start_refreshers(S, room):
    """Start what can start now: as soon as one may be placed and the trainers are there."""
    plan = refresher_plan_at(room.plan)
    while size(room.participants) > 0 and staffed(room):
        course = new_course(S, _REFRESHER, room.courses, room)
        room.courses += 1
        while size(room.participants) > 0 and course.n_trainees < plan.max_cohort:
            w = worker_at(best(room.participants))
            withdraw(slot_at(w.participant))
            join(course, w)
        count(S, tier_at(S, room.level).counts + _STARTED, 1)
        note(S, _NOTE_STARTED, _REFRESHER, course.key, room.level, 0, -1, NO_TEXT, course.n_trainees)
        for _ in range(plan.trainers):
            assign(S, room, course)
        at = course.trainees
        while at != 0:
            w = worker_at(at)
            w.refresher = address(course)
            book(S, w, TRAINING_TAKEN, plan.trainee_rate)
            _note(S, _NOTE_JOINED, w, course)
            at = w.trainee_after
        put(S, S.now + plan.minutes, _COURSE_END, _KEY | course.key, REFRESHER_ENDS, address(course), 0)
        refresh_touched(S)


# --- ending -----------------------------------------------------------------------------------------------------------


@compiled
def end_refresher(S, course):
    """The last day of a refresher, on which everybody who is still there has completed it."""
    if course.over:
        return
    S.events += 1
    _end(S, course, HELD)
    while course.trainees != 0:
        w = worker_at(course.trainees)
        quit_course(course, w)
        _let_go(S, w, course)
        count(S, tier_plan_at(w.tier).counts + _REFRESHED, 1)
        _note(S, _NOTE_REFRESHED, w, course)
        refreshed(S, w)
        set_missed(S, w, 0)
        expect(S, w)
    S.woken = 1


@compiled
def _let_go(S, w, course):
    w.refresher = 0
    book(S, w, TRAINING_TAKEN, -refresher_plan_at(venue_at(course.venue).plan).trainee_rate)


@compiled
def _end(S, course, how):
    course.over = 1
    release(S, course)
    note(S, _NOTE_ENDED, _REFRESHER, course.key, course.level, 0, -1, how, 0)


@compiled
def drop_participant(S, w):
    """A participant has gone, or is away: the refresher is not completed; without participants it ends."""
    if w.refresher == 0:
        return
    course = course_at(w.refresher)
    quit_course(course, w)
    _leave(S, w, course)
    if course.trainees == 0:
        _end(S, course, EMPTY)


@compiled
def _leave(S, w, course):
    if w.state == EXITED:
        w.refresher = 0
        return
    _let_go(S, w, course)
    _note(S, _NOTE_LEFT, w, course)
    if S.now >= w.refresher_due:
        _miss(S, w)


@compiled
def substitute_refresher(S, course):
    """Replace one lost trainer if anybody can; with no trainer left the refresher is cancelled."""
    if course.trainees == 0 or assign(S, venue_at(course.venue), course) or course.trainers != 0:
        return
    _end(S, course, CANCELLED)
    while course.trainees != 0:
        w = worker_at(course.trainees)
        quit_course(course, w)
        _leave(S, w, course)
