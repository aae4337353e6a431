"""Who waits for a course, the dates on which it may start, and who gives it (R3.3 to R3.8)."""

from __future__ import annotations

from cascadesim.engine.calendar import GATHERED, GIVES_UP, WINDOW_CLOSES, WINDOW_OPENS, put
from cascadesim.engine.event_log import TESTS, note, note_tests, of_course, of_worker
from cascadesim.engine.hours_ledger import teach
from cascadesim.engine.records import (
    Course,
    CourseOffering,
    Pool,
    StartWindow,
    TeachingAssignment,
    Worker,
    World,
)
from cascadesim.engine.runtime.fields import new
from cascadesim.engine.runtime.lists import insert_by_key, take_out
from cascadesim.engine.sampling import minutes
from cascadesim.engine.state import count, happened, new_entry, pass_over, put_back
from cascadesim.model.counters import TierCount
from cascadesim.model.enums import Event, Kind, Purpose, Rank, Wait

_COURSE, _WAIT = int(Kind.COURSE), int(Wait.COURSE)


def begin_course_dates(world: World) -> None:
    """Put the dates of the course calendar on the calendar."""
    for offering in world.offerings:
        for date in offering.plan.dates:
            put(world, date, Rank.DEADLINE, _key(offering), WINDOW_OPENS, offering, date)


def enrol(world: World, worker: Worker, since: int) -> None:
    """A candidate waits for a course since then, with fresh patience."""
    worker.waiting_since = since
    rejoin(world, worker)
    patience = worker.tier.candidate_patience
    if patience is not None:
        wait = minutes(world, patience, worker.stream, Purpose.CANDIDATE_PATIENCE, worker.spells)
        put(world, world.now + wait, Rank.PATIENCE, worker.key, GIVES_UP, worker, worker.spells)


def rejoin(world: World, worker: Worker) -> None:
    """In the queue, unless the candidate is away."""
    if not worker.away:
        offering = worker.tier_site.offerings[worker.stage]
        if worker.candidate is None:
            worker.candidate = new_entry(world, worker)
        offering.queue.offer(worker.candidate, (worker.waiting_since, worker.key))
        offering.changed = True


def leave_queue(worker: Worker) -> None:
    """The worker waits for no course of this tier any more, or is away."""
    if worker.candidate is not None and worker.candidate.withdraw():
        worker.tier_site.offerings[worker.stage].changed = True


# --- the course calendar ----------------------------------------------------------------------------------------------


def open_window(world: World, offering: CourseOffering, date: int) -> None:
    """A date of the course calendar has come."""
    happened(world)
    count(world, world.plan.tiers[offering.level].counts + TierCount.COURSES_PLANNED, 1)
    plan, window = offering.plan, new(world, StartWindow)
    window.date, window.closes, window.left = date, date + plan.window_minutes, plan.courses_per_date
    offering.windows.append(window)
    offering.changed = True
    put(world, window.closes, Rank.DEADLINE, _key(offering), WINDOW_CLOSES, offering, 0)


def close_window(world: World, offering: CourseOffering) -> None:
    """The last day of a date's window."""
    if offering.windows and offering.windows[0].closes <= world.now:
        _look_again(world, offering)


def end_gathering(world: World, offering: CourseOffering, number: int) -> None:
    """The time for gathering candidates is over."""
    if offering.gatherings == number and offering.enough_since >= 0:
        _look_again(world, offering)


def _look_again(world: World, offering: CourseOffering) -> None:
    """A bare deadline: it does nothing but let the C-phase look again."""
    offering.changed = True
    happened(world)


def lapse_windows(world: World, offering: CourseOffering) -> None:
    """Take the dates off whose window closes now; one without any course has lapsed for the reason last published."""
    windows = offering.windows
    while windows and windows[0].closes <= world.now:  # they close in the order in which they open
        if windows[0].left == offering.plan.courses_per_date:
            count(world, world.plan.tiers[offering.level].counts + TierCount.COURSES_LAPSED, 1)
            subject, detail = (_COURSE, -1, offering.level), (TESTS, _WAIT, offering.tests)
            note_tests(world, Event.COURSE_LAPSED, subject, offering.site, detail, windows[0].date)
        take_out(windows, windows[0])


def use_window(offering: CourseOffering) -> None:
    """A course has started on the earliest open date."""
    window = offering.windows[0]
    window.left -= 1
    if window.left == 0:
        take_out(offering.windows, window)


# --- the cohort -------------------------------------------------------------------------------------------------------


def gathering(world: World, offering: CourseOffering) -> bool:
    """Whether min_cohort was reached so recently that more candidates, up to max_cohort, are waited for (R3.4)."""
    plan = offering.plan
    if plan.dates or plan.gather_minutes == 0 or offering.queue.size >= plan.max_cohort:
        return False
    return world.now < offering.enough_since + plan.gather_minutes


def watch_cohort(world: World, offering: CourseOffering) -> None:
    """Note the instant at which min_cohort was reached; the gathering time runs from it."""
    plan = offering.plan
    if offering.queue.size < plan.min_cohort:
        offering.enough_since = -1
    elif offering.enough_since < 0:
        offering.enough_since = world.now
        if plan.gather_minutes > 0 and not plan.dates:
            offering.gatherings += 1
            ends = world.now + plan.gather_minutes
            put(world, ends, Rank.DEADLINE, _key(offering), GATHERED, offering, offering.gatherings)


def no_room_left(offering: CourseOffering) -> bool:
    """Whether every room of the tier at the site is taken."""
    rooms = offering.rooms
    return 0 < rooms.rooms <= rooms.running


def _key(offering: CourseOffering) -> int:
    return offering.level << 16 | offering.site << 8 | offering.plan.stage


MASKS = 8


def trainers_on_offer(offering: CourseOffering) -> int:
    """How many trainers could begin now, those of other sites included."""
    far, here = offering.cross_site, offering.trainers.pool.size
    return here if far is None else here + far.offer.pool.size - far.offer.masks[MASKS * offering.site]


def _gives(course: Course, key: int) -> bool:
    for assignment in course.assignments:
        if assignment.key == key:
            return True
    return False


def _best(world: World, pool: Pool, course: Course, site: int) -> Worker:
    """The first in the pool who is not of this site and does not give the course already."""
    entry = pool.best()
    while entry is not None and (entry.worker.site == site or _gives(course, entry.worker.key)):
        pass_over(world, entry)
        entry = pool.best()
    put_back(world)
    return None if entry is None else entry.worker


def assign(world: World, offering: CourseOffering, course: Course) -> bool:
    """Take on the best of those who can teach and do not give this course yet; False if there is nobody."""
    rate, far = offering.plan.trainer_rate, offering.cross_site
    trainer = _best(world, offering.trainers.pool, course, -1)
    if trainer is None and far is not None:
        trainer, rate = _best(world, far.offer.pool, course, offering.site), far.rate
    if trainer is None:
        return False
    assignment = new(world, TeachingAssignment)
    assignment.key, assignment.course, assignment.worker, assignment.rate = trainer.key, course, trainer, rate
    insert_by_key(course.assignments, assignment)
    trainer.giving.append(assignment)
    teach(world, trainer, rate, offering.is_refresher)
    note(world, Event.TRAINER_JOINED, of_course(course), of_worker(trainer))
    return True


def release_trainers(world: World, course: Course) -> list[Worker]:
    """The course is over: its trainers are free again; who gave it, in order of keys."""
    gave = world.gave
    gave.clear()
    for assignment in course.assignments:
        trainer = assignment.worker
        take_out(trainer.giving, assignment)
        trainer.last_course = world.now
        teach(world, trainer, -assignment.rate, course.offering.is_refresher)
        gave.append(trainer)
    course.assignments.clear()
    return gave


def leave_courses(world: World, trainer: Worker, gone: bool) -> None:
    """A trainer has gone or is away: a substitute has to be found for the courses that they gave (R3.6)."""
    for assignment in trainer.giving:
        course = assignment.course
        take_out(course.assignments, assignment)
        if not gone:
            teach(world, trainer, -assignment.rate, course.offering.is_refresher)
        world.without_trainer.append(course)
    trainer.giving.clear()
