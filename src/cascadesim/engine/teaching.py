"""Who gives a course: trainers on offer for each kind of course and site, their choice and their release (R3.3)."""

from __future__ import annotations

from cascadesim.engine.event_log import note_trainer
from cascadesim.engine.hours_ledger import teach
from cascadesim.engine.pools import Pool
from cascadesim.engine.records import (
    Course,
    CourseOffering,
    CrossSiteTrainers,
    TeachingAssignment,
    Worker,
    World,
    new_assignment,
)
from cascadesim.model.codes import Kind

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
    assignment = course.assignments
    while assignment is not None:
        if assignment.key == key:
            return True
        assignment = assignment.after
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
    _link(world, course, trainer, rate)
    teach(world, trainer, rate, course.kind == _REFRESHER)
    note_trainer(world, course, trainer)
    return True


def _link(world: World, course: Course, trainer: Worker, rate: int) -> None:
    """One more assignment, among those of the course in order of keys."""
    assignment = world.free_assignment
    if assignment is None:
        assignment = new_assignment(world)
    else:
        world.free_assignment = assignment.after
    assignment.course, assignment.worker, assignment.key, assignment.rate = course, trainer, trainer.key, rate
    assignment.after_given = trainer.giving
    trainer.giving = assignment
    course.n_trainers += 1
    before, following = None, course.assignments
    while following is not None and following.key < trainer.key:
        before, following = following, following.after
    assignment.after = following
    if before is None:
        course.assignments = assignment
    else:
        before.after = assignment


def _unlink_from_course(course: Course, assignment: TeachingAssignment) -> None:
    course.n_trainers -= 1
    if course.assignments is assignment:
        course.assignments = assignment.after
        return
    before = course.assignments
    while before.after is not assignment:
        before = before.after
    before.after = assignment.after


def _unlink_from_trainer(trainer: Worker, assignment: TeachingAssignment) -> None:
    if trainer.giving is assignment:
        trainer.giving = assignment.after_given
        return
    before = trainer.giving
    while before.after_given is not assignment:
        before = before.after_given
    before.after_given = assignment.after_given


def _free(world: World, assignment: TeachingAssignment) -> None:
    assignment.after = world.free_assignment
    world.free_assignment = assignment


def release_trainers(world: World, course: Course) -> list[Worker]:
    """The course is over: its trainers are free again; who gave it, in order of keys."""
    gave = world.gave
    gave.clear()
    assignment = course.assignments
    while assignment is not None:
        trainer, following = assignment.worker, assignment.after
        _unlink_from_trainer(trainer, assignment)
        trainer.last_course = world.now
        teach(world, trainer, -assignment.rate, course.kind == _REFRESHER)
        gave.append(trainer)
        _free(world, assignment)
        assignment = following
    course.assignments = None
    course.n_trainers = 0
    return gave


def leave_courses(world: World, trainer: Worker, gone: bool) -> None:
    """A trainer has gone or is away: a substitute has to be found for the courses that they gave (R3.6)."""
    while trainer.giving is not None:
        assignment = trainer.giving
        course = assignment.course
        trainer.giving = assignment.after_given
        _unlink_from_course(course, assignment)
        if not gone:
            teach(world, trainer, -assignment.rate, course.kind == _REFRESHER)
        world.without_trainer.append(course)
        _free(world, assignment)


def left_of_reserve(reserve: int, worker: Worker, kind: int) -> int:
    """What is left of a reserve for courses beside those of this kind that the worker gives now (R3.2)."""
    assignment = worker.giving
    while assignment is not None:
        if assignment.course.kind == kind:
            reserve -= assignment.rate
        assignment = assignment.after_given
    return max(0, reserve)
