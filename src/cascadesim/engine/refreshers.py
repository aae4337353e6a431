"""Refreshers: short courses that certified workers take again and again, given by the tier above (R3.9)."""

from __future__ import annotations

from cascadesim.engine.availability import refresh_touched
from cascadesim.engine.calendar import REFRESHER_ENDS, put
from cascadesim.engine.competence import refresh_competence
from cascadesim.engine.courses import make_course
from cascadesim.engine.event_log import CANCELLED, EMPTY, HELD, NO_TEXT, note_course, note_in_course, note_worker
from cascadesim.engine.hours_ledger import TRAINING_TAKEN, commit, touch
from cascadesim.engine.records import EXITED, Course, CourseOffering, Worker, World
from cascadesim.engine.runtime.lists import insert_by_key, sort_by_key, take_out
from cascadesim.engine.state import count
from cascadesim.engine.teaching import assign, release_trainers, trainers_on_offer
from cascadesim.engine.workers import expect_refresher, set_missed
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind, Rank

_REFRESHER = int(Kind.REFRESHER)
_KEY = 1 << 62  # refreshers end after the courses of an instant
_STARTED, _REFRESHED, _MISSED = (
    TIER_COUNTS.index(name) for name in ("refreshers_started", "refreshed", "refreshers_missed")
)


def look_for_refresher(world: World, worker: Worker, due: int) -> None:
    """A worker may be placed in a refresher from now on, or should have been by now."""
    if worker.state == EXITED or worker.refresher_due != due:
        return
    world.events += 1
    if world.now == due:
        world.overdue.append(worker)
    touch(world, worker)
    world.c_phase_pending = True


def miss_overdue(world: World) -> None:
    """Those whose day has come and for whom none has begun are overdue until they complete one."""
    overdue = world.overdue
    sort_by_key(overdue)
    for worker in overdue:
        if worker.state != EXITED and worker.refresher is None:
            _miss(world, worker)
    overdue.clear()


def _miss(world: World, worker: Worker) -> None:
    if not worker.missed_refresher:
        set_missed(world, worker, True)
        count(world, worker.tier.counts + _MISSED, 1)
        note_worker(world, Event.REFRESHER_MISSED, worker, NO_TEXT, 0)


# --- starting ---------------------------------------------------------------------------------------------------------


def start_refreshers(world: World, offering: CourseOffering) -> None:
    """Start what can start now: as soon as one may be placed and the trainers are there."""
    participants = offering.participants
    while participants.size > 0 and trainers_on_offer(offering) >= offering.needed:
        _start(world, offering)
        refresh_touched(world)


def _start(world: World, offering: CourseOffering) -> None:
    plan, participants = offering.refresher, offering.participants
    course = make_course(world, _REFRESHER, offering.courses, offering)
    offering.courses += 1
    while participants.size > 0 and len(course.trainees) < plan.max_cohort:
        entry = participants.best()
        entry.withdraw()
        insert_by_key(course.trainees, entry.worker)
    count(world, world.plan.tiers[offering.level].counts + _STARTED, 1)
    note_course(world, Event.REFRESHER_STARTED, course, NO_TEXT, len(course.trainees))
    for _ in range(plan.trainers):
        assign(world, offering, course)
    for worker in course.trainees:
        worker.refresher = course
        commit(world, worker, TRAINING_TAKEN, plan.trainee_rate)
        note_in_course(world, Event.JOINED_REFRESHER, worker, course, 0)
    put(world, world.now + plan.minutes, Rank.COURSE_END, _KEY | course.key, REFRESHER_ENDS, course, 0)


# --- ending -----------------------------------------------------------------------------------------------------------


def end_refresher(world: World, course: Course) -> None:
    """The last day of a refresher, on which everybody who is still there has completed it."""
    if course.over:
        return
    world.events += 1
    _end(world, course, HELD)
    while course.trainees:
        worker = course.trainees[0]
        take_out(course.trainees, worker)
        _let_go(world, worker, course)
        count(world, worker.tier.counts + _REFRESHED, 1)
        note_in_course(world, Event.REFRESHED, worker, course, 0)
        refresh_competence(world, worker)
        set_missed(world, worker, False)
        expect_refresher(world, worker)
    world.c_phase_pending = True


def _let_go(world: World, worker: Worker, course: Course) -> None:
    worker.refresher = None
    commit(world, worker, TRAINING_TAKEN, -course.offering.refresher.trainee_rate)


def _end(world: World, course: Course, how: int) -> None:
    course.over = True
    release_trainers(world, course)
    note_course(world, Event.REFRESHER_ENDED, course, how, 0)


def drop_participant(world: World, worker: Worker) -> None:
    """A participant has gone, or is away: the refresher is not completed; without participants it ends."""
    course = worker.refresher
    if course is None:
        return
    take_out(course.trainees, worker)
    _leave(world, worker, course)
    if not course.trainees:
        _end(world, course, EMPTY)


def _leave(world: World, worker: Worker, course: Course) -> None:
    if worker.state == EXITED:
        worker.refresher = None
        return
    _let_go(world, worker, course)
    note_in_course(world, Event.LEFT_REFRESHER, worker, course, 0)
    if world.now >= worker.refresher_due:
        _miss(world, worker)


def substitute_refresher(world: World, course: Course) -> None:
    """Replace one lost trainer if anybody can; with no trainer left the refresher is cancelled."""
    if not course.trainees or assign(world, course.offering, course) or course.assignments:
        return
    _end(world, course, CANCELLED)
    while course.trainees:
        worker = course.trainees[0]
        take_out(course.trainees, worker)
        _leave(world, worker, course)
