"""Courses and refreshers: batches of workers taught by the tier above, from the first day to the last (R3)."""

from __future__ import annotations

from cascadesim.engine.apprenticeship import begin_apprenticeship
from cascadesim.engine.availability import refresh_touched
from cascadesim.engine.calendar import COURSE_ENDS, REFRESHER_ENDS, put
from cascadesim.engine.competence import learn, mean_of_trainers, refresh_competence
from cascadesim.engine.course_queue import (
    assign,
    enrol,
    gathering,
    no_room_left,
    release_trainers,
    trainers_on_offer,
    use_window,
    watch_cohort,
)
from cascadesim.engine.event_log import CANCELLED, EMPTY, HELD, NO_TEXT, NOBODY, note, of_course, of_worker
from cascadesim.engine.hours_ledger import TRAINING_TAKEN, commit, study, touch
from cascadesim.engine.records import CANDIDATE, EXITED, IN_TRAINING, Course, CourseOffering, Worker, World
from cascadesim.engine.runtime.fields import new
from cascadesim.engine.runtime.lists import insert_by_key, take_out, taken
from cascadesim.engine.sampling import chance
from cascadesim.engine.state import count, happened
from cascadesim.engine.workers import expect_refresher, leave, move, set_missed
from cascadesim.model.counters import TierCount
from cascadesim.model.enums import Event, Kind, Purpose, Rank
from cascadesim.model.ids import NUMBER_LEVEL_SHIFT, NUMBER_SITE_SHIFT
from cascadesim.model.plan import CoursePlan
from cascadesim.model.replication import TAUGHT_UNIT

_COURSE = int(Kind.COURSE)
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
    course = new(world, Course)
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
    count(world, world.plan.tiers[offering.level].counts + TierCount.COURSES_STARTED, 1)
    note(world, Event.COURSE_STARTED, of_course(course), NOBODY, NO_TEXT, len(course.trainees))
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
        count(world, counts + TierCount.BEGAN_TRAINING, 1)
    worker.spells += 1
    move(world, worker, IN_TRAINING)
    study(world, worker, rate)
    count(world, counts + TierCount.ENTERED_COURSE, 1)
    note(world, Event.ENTERED_COURSE, of_worker(worker), of_course(course))


# --- ending -----------------------------------------------------------------------------------------------------------


def end_course(world: World, course: Course) -> None:
    """The last day of a course: each trainee passes or fails by a draw of their own (R3.8)."""
    if course.over:
        return
    happened(world)
    plan = course.offering.plan
    gave = _release(world, course, HELD)
    count(world, world.plan.tiers[course.level].counts + TierCount.COURSES_HELD, 1)
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
        count(world, worker.tier.counts + TierCount.PASSED, 1)
        note(world, Event.PASSED, of_worker(worker), of_course(course), NO_TEXT, max(0, round(worker.competence * 1e9)))
        begin_apprenticeship(world, worker)
    else:
        worker.stage += 1
        move(world, worker, CANDIDATE)
        note(world, Event.STAGE_PASSED, of_worker(worker), of_course(course), NO_TEXT, worker.stage)
        enrol(world, worker, world.now)


def _fail(world: World, worker: Worker, course: Course, attempts: int) -> None:
    worker.attempt += 1
    count(world, worker.tier.counts + TierCount.FAILED, 1)
    if worker.attempt >= attempts:
        leave(world, worker, worker.tier.failed_training)
        return
    move(world, worker, CANDIDATE)
    note(world, Event.FAILED, of_worker(worker), of_course(course), NO_TEXT, worker.attempt)
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
    note(world, Event.COURSE_ENDED, of_course(course), NOBODY, how)
    return gave


def drop_trainee(world: World, worker: Worker) -> None:
    """A trainee has gone, or is away and a candidate again; a course without trainees ends at once (R2.7, R3.7)."""
    course = worker.course
    if course is None:
        return
    _leave(world, worker, course)
    if worker.state != EXITED:
        move(world, worker, CANDIDATE)
        note(world, Event.LEFT_COURSE, of_worker(worker), of_course(course))
        enrol(world, worker, worker.waiting_since)
    if not course.trainees:
        _release(world, course, EMPTY)


def substitute(world: World, course: Course) -> None:
    """Replace one lost trainer if anybody can; with no trainer left the course or refresher is cancelled (R3.6)."""
    if not course.trainees or assign(world, course.offering, course) or course.assignments:
        return
    if course.kind == _COURSE:
        _cancel_course(world, course)
    else:
        _cancel_refresher(world, course)


def _cancel_course(world: World, course: Course) -> None:
    _release(world, course, CANCELLED)
    count(world, world.plan.tiers[course.level].counts + TierCount.COURSES_CANCELLED, 1)
    while course.trainees:
        worker = course.trainees[0]
        _leave(world, worker, course)
        if worker.state != EXITED:
            move(world, worker, CANDIDATE)
            note(world, Event.REQUEUED, of_worker(worker), of_course(course))
            enrol(world, worker, worker.waiting_since)


_REFRESHER = int(Kind.REFRESHER)
_KEY = 1 << 62  # refreshers end after the courses of an instant


def look_for_refresher(world: World, worker: Worker, due: int) -> None:
    """A worker may be placed in a refresher from now on, or should have been by now."""
    if worker.state == EXITED or worker.refresher_due != due:
        return
    happened(world)
    if world.now == due:
        world.overdue.append(worker)
    touch(world, worker)


def miss_overdue(world: World) -> None:
    """Those whose day has come and for whom none has begun are overdue until they complete one."""
    for worker in taken(world, world.overdue):
        if worker.state != EXITED and worker.refresher is None:
            _miss(world, worker)


def _miss(world: World, worker: Worker) -> None:
    if not worker.missed_refresher:
        set_missed(world, worker, True)
        count(world, worker.tier.counts + TierCount.REFRESHERS_MISSED, 1)
        note(world, Event.REFRESHER_MISSED, of_worker(worker))


# --- starting a refresher ---------------------------------------------------------------------------------------------


def start_refreshers(world: World, offering: CourseOffering) -> None:
    """Start what can start now: as soon as one may be placed and the trainers are there."""
    participants = offering.participants
    while participants.size > 0 and trainers_on_offer(offering) >= offering.needed:
        _start_refresher(world, offering)
        refresh_touched(world)


def _start_refresher(world: World, offering: CourseOffering) -> None:
    plan, participants = offering.refresher, offering.participants
    course = make_course(world, _REFRESHER, offering.courses, offering)
    offering.courses += 1
    while participants.size > 0 and len(course.trainees) < plan.max_cohort:
        entry = participants.best()
        entry.withdraw()
        insert_by_key(course.trainees, entry.worker)
    count(world, world.plan.tiers[offering.level].counts + TierCount.REFRESHERS_STARTED, 1)
    note(world, Event.REFRESHER_STARTED, of_course(course), NOBODY, NO_TEXT, len(course.trainees))
    for _ in range(plan.trainers):
        assign(world, offering, course)
    for worker in course.trainees:
        worker.refresher = course
        commit(world, worker, TRAINING_TAKEN, plan.trainee_rate)
        note(world, Event.JOINED_REFRESHER, of_worker(worker), of_course(course))
    put(world, world.now + plan.minutes, Rank.COURSE_END, _KEY | course.key, REFRESHER_ENDS, course, 0)


# --- ending a refresher -----------------------------------------------------------------------------------------------


def end_refresher(world: World, course: Course) -> None:
    """The last day of a refresher, on which everybody who is still there has completed it."""
    if course.over:
        return
    happened(world)
    _end_refresher(world, course, HELD)
    while course.trainees:
        worker = course.trainees[0]
        take_out(course.trainees, worker)
        _let_go(world, worker, course)
        count(world, worker.tier.counts + TierCount.REFRESHED, 1)
        note(world, Event.REFRESHED, of_worker(worker), of_course(course))
        refresh_competence(world, worker)
        set_missed(world, worker, False)
        expect_refresher(world, worker)


def _let_go(world: World, worker: Worker, course: Course) -> None:
    worker.refresher = None
    commit(world, worker, TRAINING_TAKEN, -course.offering.refresher.trainee_rate)


def _end_refresher(world: World, course: Course, how: int) -> None:
    course.over = True
    release_trainers(world, course)
    note(world, Event.REFRESHER_ENDED, of_course(course), NOBODY, how)


def drop_participant(world: World, worker: Worker) -> None:
    """A participant has gone, or is away: the refresher is not completed; without participants it ends."""
    course = worker.refresher
    if course is None:
        return
    take_out(course.trainees, worker)
    _leave_refresher(world, worker, course)
    if not course.trainees:
        _end_refresher(world, course, EMPTY)


def _leave_refresher(world: World, worker: Worker, course: Course) -> None:
    if worker.state == EXITED:
        worker.refresher = None
        return
    _let_go(world, worker, course)
    note(world, Event.LEFT_REFRESHER, of_worker(worker), of_course(course))
    if world.now >= worker.refresher_due:
        _miss(world, worker)


def _cancel_refresher(world: World, course: Course) -> None:
    _end_refresher(world, course, CANCELLED)
    while course.trainees:
        worker = course.trainees[0]
        take_out(course.trainees, worker)
        _leave_refresher(world, worker, course)
