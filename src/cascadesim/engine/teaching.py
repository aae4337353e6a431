"""Who gives a course: trainers on offer for each kind of course and site, their choice and their release (R3.3)."""

from __future__ import annotations

from cascadesim.engine.event_log import note_trainer
from cascadesim.engine.hours_ledger import teach
from cascadesim.engine.records import (
    Course,
    CourseOffering,
    CrossSiteTrainers,
    Pool,
    Worker,
    World,
    new_assignment,
)
from cascadesim.engine.runtime.lists import insert_by_key, take_out
from cascadesim.model.enums import Kind

MASKS = 8
_REFRESHER = int(Kind.REFRESHER)


def _from_other_sites(trainers: CrossSiteTrainers, site: int) -> int:
    """How many from other sites could come to this one."""
    return trainers.trainers.size - trainers.masks[MASKS * site]


def trainers_on_offer(offering: CourseOffering) -> int:
    """How many trainers could begin now."""
    here = offering.trainers.size
    return here if offering.cross_site is None else here + _from_other_sites(offering.cross_site, offering.site)


def failing_trainers(world: World, offering: CourseOffering, mask: int) -> int:
    """How many trainers fail exactly these tests, those of other sites by what they would need to travel."""
    number = offering.masks[mask]
    if offering.cross_site is not None:
        for site in range(world.n_sites):
            if site != offering.site:
                number += offering.cross_site.masks[MASKS * site + mask]
    return number


def _gives(course: Course, key: int) -> bool:
    for assignment in course.assignments:
        if assignment.key == key:
            return True
    return False


def _best(world: World, pool: Pool, course: Course, site: int, near: bool) -> Worker:
    """The first in the pool who may come; whoever gives the course already is back on offer at the next look."""
    passed_over = world.passed_over
    passed_over.clear()
    chosen = None
    entry = pool.best()
    while entry is not None:
        trainer = entry.worker
        if not _gives(course, trainer.key) and (near or trainer.site != site):
            chosen = trainer
            break
        passed_over.append(entry)
        entry.withdraw()
        entry = pool.best()
    for entry in passed_over:
        pool.put_back(entry)
    return chosen


def assign(world: World, offering: CourseOffering, course: Course) -> bool:
    """Take on the best of those who can teach and do not give this course yet; False if there is nobody."""
    trainer, rate = _best(world, offering.trainers, course, offering.site, True), offering.rate
    if trainer is None and offering.cross_site is not None:
        trainer = _best(world, offering.cross_site.trainers, course, offering.site, False)
        rate = offering.cross_site.rate
    if trainer is None:
        return False
    assignment = new_assignment(world)
    assignment.key, assignment.course, assignment.worker, assignment.rate = trainer.key, course, trainer, rate
    insert_by_key(course.assignments, assignment)
    trainer.giving.append(assignment)
    teach(world, trainer, rate, course.kind == _REFRESHER)
    note_trainer(world, course, trainer)
    return True


def release_trainers(world: World, course: Course) -> list[Worker]:
    """The course is over: its trainers are free again; who gave it, in order of keys."""
    gave = world.gave
    gave.clear()
    for assignment in course.assignments:
        trainer = assignment.worker
        take_out(trainer.giving, assignment)
        trainer.last_course = world.now
        teach(world, trainer, -assignment.rate, course.kind == _REFRESHER)
        gave.append(trainer)
    course.assignments.clear()
    return gave


def leave_courses(world: World, trainer: Worker, gone: bool) -> None:
    """A trainer has gone or is away: a substitute has to be found for the courses that they gave (R3.6)."""
    for assignment in trainer.giving:
        course = assignment.course
        take_out(course.assignments, assignment)
        if not gone:
            teach(world, trainer, -assignment.rate, course.kind == _REFRESHER)
        world.without_trainer.append(course)
    trainer.giving.clear()


def left_of_reserve(reserve: int, worker: Worker, kind: int) -> int:
    """What is left of a reserve for courses beside those of this kind that the worker gives now (R3.2)."""
    for assignment in worker.giving:
        if assignment.course.kind == kind:
            reserve -= assignment.rate
    return max(0, reserve)
