"""The first conditional activity: end what may not continue, after exits, absences, returns and falls of hours."""

from __future__ import annotations

from cascadesim.engine.availability import refresh_touched
from cascadesim.engine.course_queue import leave_queue, rejoin
from cascadesim.engine.courses import drop_trainee, substitute_trainer
from cascadesim.engine.group_care import lose_facilitator, replace_facilitators
from cascadesim.engine.individual_care import pause, release_case, unpause
from cascadesim.engine.life_events import expired_holds, hold
from cascadesim.engine.organisation import set_duties
from cascadesim.engine.records import ACTIVE, APPRENTICE, CANDIDATE, EXITED, Course, Worker, World
from cascadesim.engine.refreshers import drop_participant, substitute_refresher
from cascadesim.engine.runtime.fields import Growing
from cascadesim.engine.runtime.lists import drop_first, sort_by_key
from cascadesim.engine.supervision_loss import dissolve, fit_week, give_up_seat, merge_groups, resume, suspend
from cascadesim.engine.teaching import leave_courses
from cascadesim.engine.workers import leave, mark_supervised
from cascadesim.model.enums import Kind

_COURSE = int(Kind.COURSE)


def settle_all(world: World) -> None:
    """Everybody whom something has happened to in this instant, one by one, in key order."""
    _leave_undeployed(world)
    world.unsettled = False
    world.without_trainer.clear()
    _settle_gone(world)
    _settle_away(world)
    _expire(world)
    _settle_back(world)
    _settle_idle(world)
    _settle_other_hours(world)
    refresh_touched(world)
    _substitute(world)
    _after_endings(world)


def _in_order(workers: Growing[Worker]) -> int:
    """Put in order of keys; how many there are now. Those who come meanwhile wait for the next time."""
    sort_by_key(workers)
    return len(workers)


def _leave_undeployed(world: World) -> None:
    undeployed = world.undeployed
    number = _in_order(undeployed)
    for place in range(number):
        worker = undeployed[place]
        if worker.state != EXITED:
            leave(world, worker, worker.tier.not_deployed)
    drop_first(undeployed, number)


def _settle_gone(world: World) -> None:
    ended = world.ended
    number = _in_order(ended)
    for place in range(number):
        worker = ended[place]
        leave_queue(worker)
        give_up_seat(world, worker)
        dissolve(world, worker)
        drop_trainee(world, worker)
        drop_participant(world, worker)
        leave_courses(world, worker, True)
        release_all(world, worker)
    drop_first(ended, number)


def _settle_away(world: World) -> None:
    """What stands still for a while, or is given up at once (R2.7)."""
    absent = world.absent_now
    number = _in_order(absent)
    for place in range(number):
        worker = absent[place]
        if worker.away and worker.state != EXITED:
            leave_queue(worker)
            drop_trainee(world, worker)
            leave_queue(worker)
            drop_participant(world, worker)
            leave_courses(world, worker, False)
            if worker.n_open > 0 or worker.leads:
                _hold_or_end(world, worker)
    drop_first(absent, number)


def _hold_or_end(world: World, worker: Worker) -> None:
    if hold(world, worker):
        suspend(world, worker)
        _lose_groups(world, worker)
        for client in worker.clients:
            pause(world, client, worker)
    else:
        dissolve(world, worker)
        release_all(world, worker)


def _expire(world: World) -> None:
    for worker in expired_holds(world):
        dissolve(world, worker)
        release_all(world, worker)


def _settle_back(world: World) -> None:
    returned = world.returned
    number = _in_order(returned)
    for place in range(number):
        worker = returned[place]
        if worker.away or worker.state == EXITED:
            continue
        if worker.state == CANDIDATE:
            rejoin(world, worker)
            continue
        set_duties(world, worker)
        resume(world, worker)
        fit_week(world, worker)
        for client in worker.clients:
            unpause(world, client, worker)
    drop_first(returned, number)


def _settle_idle(world: World) -> None:
    """Certified but not deployed: no supervision place is needed."""
    idled = world.idled
    number = _in_order(idled)
    for place in range(number):
        worker = idled[place]
        if worker.state != EXITED:
            give_up_seat(world, worker)
            mark_supervised(world, worker)
            release_all(world, worker)
    drop_first(idled, number)


def _settle_other_hours(world: World) -> None:
    """Other hours: what no longer fits is given up."""
    reduced = world.hours_reduced
    number = _in_order(reduced)
    for place in range(number):
        worker = reduced[place]
        if worker.state == APPRENTICE or worker.state == ACTIVE:
            set_duties(world, worker)
            fit_week(world, worker)
    drop_first(reduced, number)


def _substitute(world: World) -> None:
    """Substitutes for trainers lost, courses before refreshers, each by its key."""
    courses = world.without_trainer
    for start in range(1, len(courses)):
        course, place = courses[start], start
        while place > 0 and _comes_first(course, courses[place - 1]):
            courses[place] = courses[place - 1]
            place -= 1
        courses[place] = course
    for place in range(len(courses)):
        course = courses[place]
        if course.kind == _COURSE:
            substitute_trainer(world, course)
        else:
            substitute_refresher(world, course)
        refresh_touched(world)


def _comes_first(one: Course, other: Course) -> bool:
    return one.kind < other.kind or (one.kind == other.kind and one.key < other.key)


def expire_holds(world: World) -> None:
    """Those who have been away for too long keep neither cases nor groups; a group without clients ends."""
    _expire(world)
    _after_endings(world)


def _after_endings(world: World) -> None:
    """Replace facilitators, merge supervision groups that have shrunk."""
    if world.without_facilitator:
        refresh_touched(world)
        replace_facilitators(world)
    sort_by_key(world.to_merge)
    for supervisor in world.to_merge:
        supervisor.merging = False
        merge_groups(world, supervisor)
    world.to_merge.clear()
    refresh_touched(world)


def lapse(world: World, worker: Worker) -> None:
    """Grace is over: cases go to hand-over, and the groups led too where the scenario says so (R4.6)."""
    supervision = worker.tier.supervision
    if supervision is not None and supervision.lapse_ends_groups:
        dissolve(world, worker)
    release_all(world, worker)
    _after_endings(world)


def release_all(world: World, worker: Worker) -> None:
    """Every open case of the worker waits for somebody else (R8.5): groups first, the newest key first."""
    _lose_groups(world, worker)
    while worker.clients:
        release_case(world, worker.clients[0], worker)


def _lose_groups(world: World, worker: Worker) -> None:
    while worker.groups:
        newest = worker.groups[0]
        for facilitator in worker.groups:
            if facilitator.group.key > newest.group.key:
                newest = facilitator
        lose_facilitator(world, newest)
