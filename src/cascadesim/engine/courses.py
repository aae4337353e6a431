"""Courses: batches of candidates taught by the tier above, from the first day to the last (R3)."""

from __future__ import annotations

from cascadesim.engine.apprenticeship import begin_apprenticeship
from cascadesim.engine.availability import refresh_touched
from cascadesim.engine.calendar import COURSE_ENDS, put
from cascadesim.engine.competence import learn, mean_of_trainers
from cascadesim.engine.course_queue import enrol, gathering, no_room_left, use_window, watch_cohort
from cascadesim.engine.event_log import CANCELLED, EMPTY, HELD, NO_TEXT, note_course, note_in_course
from cascadesim.engine.hours_ledger import study
from cascadesim.engine.records import CANDIDATE, EXITED, IN_TRAINING, Course, CourseOffering, Worker, World, new_course
from cascadesim.engine.runtime.lists import insert_by_key, take_out
from cascadesim.engine.sampling import chance
from cascadesim.engine.state import count
from cascadesim.engine.teaching import assign, release_trainers, trainers_on_offer
from cascadesim.engine.workers import leave, move
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind, Purpose, Rank
from cascadesim.model.ids import NUMBER_LEVEL_SHIFT, NUMBER_SITE_SHIFT
from cascadesim.model.plan import CoursePlan
from cascadesim.model.replication import TAUGHT_UNIT

_COURSE = int(Kind.COURSE)
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
_STAGE_BITS = 16


def numbered_key(level: int, site: int, number: int) -> int:
    """The key of a course, a refresher or a group (`model/ids.py`)."""
    return level << NUMBER_LEVEL_SHIFT | site << NUMBER_SITE_SHIFT | number


# --- starting ---------------------------------------------------------------------------------------------------------


def start_courses(world: World, offering: CourseOffering) -> None:
    """Start what can start now (R3.4, R3.5)."""
    plan = offering.plan
    while offering.candidates.size >= plan.min_cohort and _timely(world, offering):
        if trainers_on_offer(offering) < offering.needed:
            return
        _start(world, offering, plan)
        if plan.dates:
            use_window(offering)
        refresh_touched(world)  # who just took a course may be the one with most free minutes still


def _timely(world: World, offering: CourseOffering) -> bool:
    if no_room_left(offering):
        return False
    if offering.plan.dates:
        return len(offering.windows) > 0
    return not gathering(world, offering)


def make_course(world: World, kind: int, number: int, offering: CourseOffering) -> Course:
    """A course or refresher without anybody yet."""
    course = new_course(world)
    course.kind, course.key = kind, numbered_key(offering.level, offering.site, number)
    course.level, course.offering = offering.level, offering
    return course


def _start(world: World, offering: CourseOffering, plan: CoursePlan) -> None:
    rooms = offering.rooms
    course = make_course(world, _COURSE, rooms.courses, offering)
    rooms.courses += 1
    rooms.running += 1
    if no_room_left(offering):  # what the other stages wait for, is a room now
        for other in rooms.offerings:
            other.unpublished = True
    while offering.candidates.size > 0 and len(course.trainees) < plan.max_cohort:
        entry = offering.candidates.best()
        entry.withdraw()
        insert_by_key(course.trainees, entry.worker)
    count(world, world.plan.tiers[offering.level].counts + _STARTED, 1)
    note_course(world, Event.COURSE_STARTED, course, NO_TEXT, len(course.trainees))
    for _ in range(plan.trainers):
        assign(world, offering, course)
    course.taught_by = mean_of_trainers(course)
    for worker in course.trainees:
        _enter(world, worker, course, plan.trainee_rate)
    offering.enough_since = -1
    watch_cohort(world, offering)
    put(world, world.now + plan.minutes, Rank.COURSE_END, course.key, COURSE_ENDS, course, 0)


def _enter(world: World, worker: Worker, course: Course, rate: int) -> None:
    counts = worker.tier.counts
    worker.course = course
    if worker.spells == 0:
        count(world, counts + _BEGAN, 1)
    worker.spells += 1
    move(world, worker, IN_TRAINING)
    study(world, worker, rate)
    count(world, counts + _ENTERED, 1)
    note_in_course(world, Event.ENTERED_COURSE, worker, course, 0)


# --- ending -----------------------------------------------------------------------------------------------------------


def end_course(world: World, course: Course) -> None:
    """The last day of a course: each trainee passes or fails by a draw of their own (R3.8)."""
    if course.over:
        return
    world.events += 1
    plan = course.offering.plan
    gave = _release(world, course, HELD)
    count(world, world.plan.tiers[course.level].counts + _HELD, 1)
    passed = 0
    while course.trainees:
        worker = course.trainees[0]
        _leave(world, worker, course)
        attempt = worker.stage << _STAGE_BITS | worker.attempt
        if chance(world, plan.pass_probability, worker.stream, Purpose.PASS, attempt):
            passed += 1
            _pass(world, worker, course, plan.last)
        else:
            _fail(world, worker, course, plan.attempts)
    if plan.last:
        _share_graduates(gave, passed)
    world.c_phase_pending = True


def _share_graduates(gave: list[Worker], passed: int) -> None:
    """Those who passed are shared equally among those who gave the course; the rest goes to the first, none is lost."""
    share, rest = passed * TAUGHT_UNIT // len(gave), passed * TAUGHT_UNIT % len(gave)
    for place in range(len(gave)):
        gave[place].taught += share + (1 if place < rest else 0)


def _pass(world: World, worker: Worker, course: Course, last: bool) -> None:
    worker.courses_taken += 1
    worker.attempt = 0
    if last:
        learn(world, worker, course.taught_by)
        count(world, worker.tier.counts + _PASSED, 1)
        note_in_course(world, Event.PASSED, worker, course, max(0, round(worker.competence * 1e9)))
        begin_apprenticeship(world, worker)
    else:
        worker.stage += 1
        move(world, worker, CANDIDATE)
        note_in_course(world, Event.STAGE_PASSED, worker, course, worker.stage)
        enrol(world, worker, world.now)


def _fail(world: World, worker: Worker, course: Course, attempts: int) -> None:
    worker.attempt += 1
    count(world, worker.tier.counts + _FAILED, 1)
    if worker.attempt >= attempts:
        leave(world, worker, worker.tier.failed_training)
        return
    move(world, worker, CANDIDATE)
    note_in_course(world, Event.FAILED, worker, course, worker.attempt)
    enrol(world, worker, world.now)


def _leave(world: World, worker: Worker, course: Course) -> None:
    take_out(course.trainees, worker)
    worker.course = None
    study(world, worker, -course.offering.plan.trainee_rate)


def _release(world: World, course: Course, how: int) -> list[Worker]:
    """The course is over: its trainers, who are given back, and its room are free again."""
    course.over = True
    rooms = course.offering.rooms
    rooms.running -= 1
    if rooms.rooms > 0:
        for offering in rooms.offerings:
            offering.changed = True
    gave = release_trainers(world, course)
    note_course(world, Event.COURSE_ENDED, course, how, 0)
    return gave


def drop_trainee(world: World, worker: Worker) -> None:
    """A trainee has gone, or is away and a candidate again; a course without trainees ends at once (R2.7, R3.7)."""
    course = worker.course
    if course is None:
        return
    _leave(world, worker, course)
    if worker.state != EXITED:
        move(world, worker, CANDIDATE)
        note_in_course(world, Event.LEFT_COURSE, worker, course, 0)
        enrol(world, worker, worker.waiting_since)
    if not course.trainees:
        _release(world, course, EMPTY)


def substitute_trainer(world: World, course: Course) -> None:
    """Replace one lost trainer if anybody can; with no trainer left the course is cancelled (R3.6)."""
    if not course.trainees or assign(world, course.offering, course) or course.assignments:
        return
    _release(world, course, CANCELLED)
    count(world, world.plan.tiers[course.level].counts + _CANCELLED, 1)
    while course.trainees:
        worker = course.trainees[0]
        _leave(world, worker, course)
        if worker.state != EXITED:
            move(world, worker, CANDIDATE)
            note_in_course(world, Event.REQUEUED, worker, course, 0)
            enrol(world, worker, worker.waiting_since)
