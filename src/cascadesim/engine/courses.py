"""Courses and refreshers: batches of workers taught by the tier above, from the first day to the last (R3)."""

from __future__ import annotations

from cascadesim.engine.apprenticeship import begin_apprenticeship
from cascadesim.engine.availability import refresh_touched
from cascadesim.engine.calendar import COURSE_ENDS, put
from cascadesim.engine.competence import learn, mean_of_trainers, refresh_competence
from cascadesim.engine.course_queue import (
    assign,
    enrol,
    gathering,
    lapse_windows,
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
from cascadesim.engine.workers import close_trainee, expect_refresher, leave, move, set_missed
from cascadesim.model.counters import TierCount
from cascadesim.model.enums import Event, Kind, Purpose, Rank
from cascadesim.model.ids import NUMBER_LEVEL_SHIFT, NUMBER_SITE_SHIFT
from cascadesim.model.plan import CoursePlan
from cascadesim.model.replication import TAUGHT_UNIT

_COURSE, _REFRESHER = int(Kind.COURSE), int(Kind.REFRESHER)
_REFRESHER_KEY = 1 << 62  # refreshers end after the courses of an instant
_STAGE_BITS = 16


def numbered_key(level: int, site: int, number: int) -> int:
    """The key of a course, a refresher or a group (`model/ids.py`)."""
    return level << NUMBER_LEVEL_SHIFT | site << NUMBER_SITE_SHIFT | number


# --- starting ---------------------------------------------------------------------------------------------------------


def start_courses(world: World, offering: CourseOffering) -> None:
    """Start what can start now, after dates that went by without a course have been written down (R3.4, R3.5)."""
    lapse_windows(world, offering)
    watch_cohort(world, offering)
    while offering.queue.size >= offering.plan.min_cohort and _timely(world, offering):
        if trainers_on_offer(offering) < offering.plan.trainers:
            return
        _start(world, offering, offering.plan)
        if offering.plan.dates:
            use_window(offering)
        refresh_touched(world)  # who just took a course may be the one with most free minutes still


def _timely(world: World, offering: CourseOffering) -> bool:
    if no_room_left(offering):
        return False
    if offering.plan.dates:
        return len(offering.windows) > 0
    return not gathering(world, offering)


def _start(world: World, offering: CourseOffering, plan: CoursePlan) -> None:
    rooms, course, refresher = offering.rooms, new(world, Course), offering.is_refresher
    course.kind, course.offering = _REFRESHER if refresher else _COURSE, offering
    course.key = numbered_key(offering.level, offering.site, rooms.courses)
    rooms.courses += 1
    rooms.running += 1
    if no_room_left(offering):  # what the other stages wait for, is a room now
        for other in rooms.offerings:
            other.unpublished = True
    while offering.queue.size > 0 and len(course.trainees) < plan.max_cohort:
        entry = offering.queue.best()
        entry.withdraw()
        insert_by_key(course.trainees, entry.worker)
    if not refresher and world.now >= world.plan.measure_from:
        course.cohort = len(course.trainees)
    started = TierCount.REFRESHERS_STARTED if refresher else TierCount.COURSES_STARTED
    count(world, world.plan.tiers[offering.level].counts + started, 1)
    event = Event.REFRESHER_STARTED if refresher else Event.COURSE_STARTED
    note(world, event, of_course(course), NOBODY, NO_TEXT, len(course.trainees))
    for _ in range(plan.trainers):
        assign(world, offering, course)
    course.taught_by = mean_of_trainers(course)
    for worker in course.trainees:
        _enter(world, worker, course, plan.trainee_rate)
    offering.enough_since = -1
    watch_cohort(world, offering)
    key = course.key | (_REFRESHER_KEY if refresher else 0)
    put(world, world.now + plan.minutes, Rank.COURSE_END, key, COURSE_ENDS, course, 0)


def _enter(world: World, worker: Worker, course: Course, rate: int) -> None:
    worker.course = course
    if course.offering.is_refresher:
        commit(world, worker, TRAINING_TAKEN, rate)
        note(world, Event.JOINED_REFRESHER, of_worker(worker), of_course(course))
        return
    counts = worker.tier.counts
    if worker.spells == 0:
        count(world, counts + TierCount.BEGAN_TRAINING, 1)
        worker.trainee_counted = world.now >= world.plan.measure_from
    worker.spells += 1
    move(world, worker, IN_TRAINING)
    study(world, worker, rate)
    count(world, counts + TierCount.ENTERED_COURSE, 1)
    note(world, Event.ENTERED_COURSE, of_worker(worker), of_course(course))


# --- ending -----------------------------------------------------------------------------------------------------------


def end_course(world: World, course: Course) -> None:
    """The last day of a course or refresher."""
    if course.over:
        return
    happened(world)
    gave = _release(world, course, HELD)
    if course.offering.is_refresher:
        _complete(world, course)
    else:
        _examine(world, course, gave)


def _examine(world: World, course: Course, gave: list[Worker]) -> None:
    """Each trainee passes or fails by a draw of their own (R3.8)."""
    plan = course.offering.plan
    count(world, world.plan.tiers[course.offering.level].counts + TierCount.COURSES_HELD, 1)
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


def _complete(world: World, course: Course) -> None:
    """Everybody who is still there has completed a refresher."""
    while course.trainees:
        worker = course.trainees[0]
        _leave(world, worker, course)
        count(world, worker.tier.counts + TierCount.REFRESHED, 1)
        note(world, Event.REFRESHED, of_worker(worker), of_course(course))
        refresh_competence(world, worker)
        set_missed(world, worker, False)
        expect_refresher(world, worker)


def _share_graduates(gave: list[Worker], passed: int) -> None:
    """Those who passed are shared equally among those who gave the course; the rest goes to the first, none is lost."""
    share, rest = passed * TAUGHT_UNIT // len(gave), passed * TAUGHT_UNIT % len(gave)
    for place in range(len(gave)):
        gave[place].taught += share + (1 if place < rest else 0)


def _pass(world: World, worker: Worker, course: Course, last: bool) -> None:
    worker.courses_taken += 1
    worker.attempt = 0
    if course.cohort > 0:
        count(world, worker.tier.counts + TierCount.ENTRIES_PASSED, 1)
    if last:
        close_trainee(world, worker, True)
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
    rate = course.offering.plan.trainee_rate
    if not course.offering.is_refresher:
        study(world, worker, -rate)
    elif worker.state != EXITED:
        commit(world, worker, TRAINING_TAKEN, -rate)


def _release(world: World, course: Course, how: int) -> list[Worker]:
    """The course is over: its trainers, who are given back, and its room are free again."""
    course.over = True
    count(world, world.plan.tiers[course.offering.level].counts + TierCount.ENTRIES_CLOSED, course.cohort)
    rooms = course.offering.rooms
    rooms.running -= 1
    if rooms.rooms > 0:
        for offering in rooms.offerings:
            offering.changed = True
    gave = release_trainers(world, course)
    event = Event.REFRESHER_ENDED if course.offering.is_refresher else Event.COURSE_ENDED
    note(world, event, of_course(course), NOBODY, how)
    return gave


def drop_trainee(world: World, worker: Worker) -> None:
    """A trainee has gone, or is away: of a course they are a candidate again, a refresher is not completed; without
    anybody left it ends at once (R2.7, R3.7)."""
    course = worker.course
    if course is None:
        return
    _drop(world, worker, course, Event.LEFT_COURSE)
    if not course.trainees:
        _release(world, course, EMPTY)


def _drop(world: World, worker: Worker, course: Course, event: Event) -> None:
    """Out of a course before its end; the event is that of a candidate who has to begin again."""
    _leave(world, worker, course)
    if worker.state == EXITED:
        return
    if course.offering.is_refresher:
        note(world, Event.LEFT_REFRESHER, of_worker(worker), of_course(course))
        if world.now >= worker.refresher_due:
            _miss(world, worker)
    else:
        move(world, worker, CANDIDATE)
        note(world, event, of_worker(worker), of_course(course))
        enrol(world, worker, worker.waiting_since)


def substitute(world: World, course: Course) -> None:
    """Replace one lost trainer if anybody can; with no trainer left the course or refresher is cancelled (R3.6)."""
    if not course.trainees or assign(world, course.offering, course) or course.assignments:
        return
    _release(world, course, CANCELLED)
    if not course.offering.is_refresher:
        count(world, world.plan.tiers[course.offering.level].counts + TierCount.COURSES_CANCELLED, 1)
    while course.trainees:
        _drop(world, course.trainees[0], course, Event.REQUEUED)


# --- refreshers that are due ------------------------------------------------------------------------------------------


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
        if worker.state != EXITED and worker.course is None:
            _miss(world, worker)


def _miss(world: World, worker: Worker) -> None:
    if not worker.missed_refresher:
        set_missed(world, worker, True)
        count(world, worker.tier.counts + TierCount.REFRESHERS_MISSED, 1)
        note(world, Event.REFRESHER_MISSED, of_worker(worker))
