"""Courses: batches of candidates taught by the tier above (R3)."""

from __future__ import annotations

from cascadesim.engine.compiled.ability import learned, taught_by
from cascadesim.engine.compiled.apprenticeship import begin_apprenticeship
from cascadesim.engine.compiled.clock import COURSE_ENDS, put
from cascadesim.engine.compiled.enrolment import enrol, full, gathering, use_window, watch_cohort
from cascadesim.engine.compiled.ledger import study
from cascadesim.engine.compiled.luck import chance
from cascadesim.engine.compiled.memory import address, allocate, compiled
from cascadesim.engine.compiled.nouns import COURSE, course_at, premises_at, slot_at, venue_at, worker_at
from cascadesim.engine.compiled.offers import refresh_touched
from cascadesim.engine.compiled.people import CANDIDATE, EXITED, IN_TRAINING, leave, move
from cascadesim.engine.compiled.plan_nouns import course_plan_at, tier_plan_at
from cascadesim.engine.compiled.pool import best, size, withdraw
from cascadesim.engine.compiled.record import count, note
from cascadesim.engine.compiled.rooms import tier_at
from cascadesim.engine.compiled.teaching import assign, release, staffed
from cascadesim.engine.compiled.texts import CANCELLED, EMPTY, HELD, NO_TEXT
from cascadesim.engine.compiled.trainees import join, quit_course
from cascadesim.engine.compiled.vectors import get
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind, Purpose, Rank
from cascadesim.model.ids import NUMBER_LEVEL_SHIFT, NUMBER_SITE_SHIFT
from cascadesim.model.replication import TAUGHT_UNIT

_COURSE, _WORKER, _COURSE_END, _PASS_DRAW = (
    int(Kind.COURSE),
    int(Kind.WORKER),
    int(Rank.COURSE_END),
    int(Purpose.PASS),
)
_BEGAN, _ENTERED, _FAILED, _PASSED, _STARTED, _HELD, _CANCELLED = (
    TIER_COUNTS.index(name)
    for name in (
        "began_training",
        "entered_course",
        "failed",
        "passed",
        "courses_started",
        "courses_held",
        "courses_cancelled",
    )
)
_NOTE_STARTED, _NOTE_ENTERED, _NOTE_PASSED, _NOTE_STAGE, _NOTE_FAILED, _NOTE_ENDED, _NOTE_LEFT, _NOTE_REQUEUED = (
    int(event)
    for event in (
        Event.COURSE_STARTED,
        Event.ENTERED_COURSE,
        Event.PASSED,
        Event.STAGE_PASSED,
        Event.FAILED,
        Event.COURSE_ENDED,
        Event.LEFT_COURSE,
        Event.REQUEUED,
    )
)
_COURSE_SIZE = COURSE.itemsize
_STAGE_BITS = 16


@compiled
def numbered_key(level, site, number):
    """The key of a course, a refresher or a group (`model/ids.py`)."""
    return level << NUMBER_LEVEL_SHIFT | site << NUMBER_SITE_SHIFT | number


# --- starting ---------------------------------------------------------------------------------------------------------


@compiled
def start_courses(S, room):
    """Start what can start now (R3.4, R3.5)."""
    plan = course_plan_at(room.plan)
    while size(room.candidates) >= plan.min_cohort and _timely(S, room):
        if not staffed(room):
            return
        _start(S, room, plan)
        if plan.n_dates > 0:
            use_window(room)
        refresh_touched(S)  # who just took a course may be the one with most free minutes still


@compiled
def _timely(S, room):
    if full(room):
        return False
    if course_plan_at(room.plan).n_dates > 0:
        return room.windows != 0
    return not gathering(S, room)


@compiled
def new_course(S, kind, number, venue):
    """A course or refresher without anybody yet."""
    course = course_at(allocate(S, _COURSE_SIZE))
    course.kind, course.key = kind, numbered_key(venue.level, venue.site, number)
    course.level, course.venue, course.taught_by = venue.level, address(venue), 1.0
    return course


@compiled
def _start(S, room, plan):
    premises, counts = premises_at(room.premises), tier_at(S, room.level).counts
    course = new_course(S, _COURSE, premises.courses, room)
    premises.courses += 1
    premises.running += 1
    if full(room):  # what the other stages wait for, is a room now
        at = premises.venues
        while at != 0:
            venue_at(at).unpublished = 1
            at = venue_at(at).next_of_premises
    while size(room.candidates) > 0 and course.n_trainees < plan.max_cohort:
        w = worker_at(best(room.candidates))
        withdraw(slot_at(w.candidate))
        join(course, w)
    count(S, counts + _STARTED, 1)
    note(S, _NOTE_STARTED, _COURSE, course.key, room.level, 0, -1, NO_TEXT, course.n_trainees)
    for _ in range(plan.trainers):
        assign(S, room, course)
    course.taught_by = taught_by(course)
    at = course.trainees
    while at != 0:
        w = worker_at(at)
        at = w.trainee_after
        _enter(S, w, course, plan.trainee_rate)
    room.enough_since = -1
    watch_cohort(S, room)
    put(S, S.now + plan.minutes, _COURSE_END, course.key, COURSE_ENDS, address(course), 0)


@compiled
def _enter(S, w, course, rate):
    counts = tier_plan_at(w.tier).counts
    w.course = address(course)
    if w.spells == 0:
        count(S, counts + _BEGAN, 1)
    w.spells += 1
    move(S, w, IN_TRAINING)
    study(S, w, rate)
    count(S, counts + _ENTERED, 1)
    _note(S, _NOTE_ENTERED, w, course, 0)


# --- ending -----------------------------------------------------------------------------------------------------------


@compiled
def end_course(S, course):
    """The last day of a course: each trainee passes or fails by a draw of their own (R3.8)."""
    if course.over:
        return
    S.events += 1
    plan = course_plan_at(venue_at(course.venue).plan)
    gave = _release(S, course, HELD)
    count(S, tier_at(S, course.level).counts + _HELD, 1)
    passed = 0
    while course.trainees != 0:
        w = worker_at(course.trainees)
        _leave(S, w, course)
        if chance(S, plan.pass_probability, w.stream, _PASS_DRAW, w.stage << _STAGE_BITS | w.attempt):
            passed += 1
            _pass(S, w, course, plan.last)
        else:
            _fail(S, w, course, plan.attempts)
    if plan.last:
        share, rest = passed * TAUGHT_UNIT // gave.size, passed * TAUGHT_UNIT % gave.size
        for place in range(gave.size):  # the rest to the first: none is lost
            worker_at(get(gave, place)).taught += share + (1 if place < rest else 0)
    S.woken = 1


@compiled
def _pass(S, w, course, last):
    w.courses_taken += 1
    w.attempt = 0
    if last:
        learned(S, w, course.taught_by)
        count(S, tier_plan_at(w.tier).counts + _PASSED, 1)
        _note(S, _NOTE_PASSED, w, course, max(0, round(w.competence * 1e9)))
        begin_apprenticeship(S, w)
    else:
        w.stage += 1
        move(S, w, CANDIDATE)
        _note(S, _NOTE_STAGE, w, course, w.stage)
        enrol(S, w, S.now)


@compiled
def _fail(S, w, course, attempts):
    tier = tier_plan_at(w.tier)
    w.attempt += 1
    count(S, tier.counts + _FAILED, 1)
    if w.attempt >= attempts:
        leave(S, w, tier.failed_training)
        return
    move(S, w, CANDIDATE)
    _note(S, _NOTE_FAILED, w, course, w.attempt)
    enrol(S, w, S.now)


@compiled
def _note(S, event, w, course, amount):
    note(S, event, _WORKER, w.key, w.level, _COURSE, course.key, NO_TEXT, amount)


@compiled
def _leave(S, w, course):
    quit_course(course, w)
    w.course = 0
    study(S, w, -course_plan_at(venue_at(course.venue).plan).trainee_rate)


@compiled
def _release(S, course, how):
    """The course is over: its trainers, who are given back, and its room are free again."""
    course.over = 1
    premises = premises_at(venue_at(course.venue).premises)
    premises.running -= 1
    if premises.rooms > 0:
        at = premises.venues
        while at != 0:
            venue_at(at).changed = 1
            at = venue_at(at).next_of_premises
    gave = release(S, course)
    note(S, _NOTE_ENDED, _COURSE, course.key, course.level, 0, -1, how, 0)
    return gave


@compiled
def drop_trainee(S, w):
    """A trainee has gone, or is away and a candidate again; a course without trainees ends at once (R2.7, R3.7)."""
    if w.course == 0:
        return
    course = course_at(w.course)
    _leave(S, w, course)
    if w.state != EXITED:
        move(S, w, CANDIDATE)
        _note(S, _NOTE_LEFT, w, course, 0)
        enrol(S, w, w.waiting_since)
    if course.trainees == 0:
        _release(S, course, EMPTY)


@compiled
def substitute_trainer(S, course):
    """Replace one lost trainer if anybody can; with no trainer left the course is cancelled (R3.6)."""
    if course.trainees == 0 or assign(S, venue_at(course.venue), course) or course.trainers != 0:
        return
    _release(S, course, CANCELLED)
    count(S, tier_at(S, course.level).counts + _CANCELLED, 1)
    while course.trainees != 0:
        w = worker_at(course.trainees)
        _leave(S, w, course)
        if w.state != EXITED:
            move(S, w, CANDIDATE)
            _note(S, _NOTE_REQUEUED, w, course, 0)
            enrol(S, w, w.waiting_since)
