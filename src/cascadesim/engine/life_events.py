"""What happens when an event of a worker's life is due, and what it ends for others (R2.7, R4.4, R5)."""

from __future__ import annotations

from cascadesim.engine.apprenticeship import begin_practice_absence, end_practice_absence
from cascadesim.engine.availability import refresh_touched
from cascadesim.engine.calendar import ABSENCE_ENDS, HOLD_ENDS, put
from cascadesim.engine.course_queue import leave_courses, leave_queue, rejoin
from cascadesim.engine.courses import drop_trainee, substitute
from cascadesim.engine.event_log import NOBODY, note, of_worker
from cascadesim.engine.group_care import lose_facilitator, replace_facilitators
from cascadesim.engine.hours_ledger import touch
from cascadesim.engine.individual_care import pause, release_case, unpause
from cascadesim.engine.organisation import set_duties
from cascadesim.engine.records import ACTIVE, APPRENTICE, CANDIDATE, EXITED, IN_TRAINING, NEVER, Hazard, Worker, World
from cascadesim.engine.runtime.lists import taken
from cascadesim.engine.sampling import minutes, word
from cascadesim.engine.state import count, expired, happened, new_entry
from cascadesim.engine.supervision import dissolve, fit_week, give_up_seat, merge_groups, resume, suspend
from cascadesim.engine.time_to_event import (
    EXIT,
    HOURS,
    PRACTICE_LIMIT,
    RANK_EXIT,
    draw_threshold,
    is_dated,
    multiplier_of,
    reschedule,
    resume_clock,
    set_clock,
    soonest_of,
    spend,
)
from cascadesim.engine.workers import change_hours, come_back, give_notice, go_away, leave, mark_supervised
from cascadesim.model.counters import TierCount
from cascadesim.model.enums import Event, Purpose, Rank
from cascadesim.model.units import scaled_rate


def fire(world: World, worker: Worker, number: int) -> None:
    """The soonest of a worker's events happens; then the alarm is set for the next, if they are still there."""
    if worker.alarms != number:
        return
    happened(world)
    minute, rank, _, place = soonest_of(worker)
    world.striking = worker
    if place == PRACTICE_LIMIT:
        worker.limit_due = NEVER
    else:
        worker.hazards[place].due = NEVER
    worker.alarm = -1
    _happen(world, worker, minute, rank, place)
    world.striking = None
    if worker.state != EXITED:
        reschedule(world, worker)


def _happen(world: World, worker: Worker, minute: int, rank: int, place: int) -> None:
    if place == PRACTICE_LIMIT:
        leave(world, worker, worker.tier.not_certified)
        return
    hazard = worker.hazards[place]
    if rank == RANK_EXIT:
        leave(world, worker, hazard.reason.exit)
    elif hazard.outcome == EXIT:
        hazard.done = True
        _notice(world, worker, place, minute)
    else:
        _happen_to_stayer(world, worker, hazard, place)


def _happen_to_stayer(world: World, worker: Worker, hazard: Hazard, place: int) -> None:
    """An event after which the worker stays: other hours, or an absence; what recurs is set for the next time."""
    reason, occurrence = hazard.reason, hazard.occurrence
    if reason.recurring and not is_dated(reason.clock):
        spend(hazard, multiplier_of(worker, reason), world.now)
        hazard.occurrence += 1
        hazard.threshold += draw_threshold(world, worker, reason, hazard.occurrence)
    else:
        hazard.done = True
    if hazard.outcome == HOURS:
        available = scaled_rate(worker.available, reason.hours_factor)
        change_hours(world, worker, available)
        count(world, worker.tier.counts + TierCount.HOURS_CHANGES, 1)
        note(world, Event.HOURS_CHANGED, of_worker(worker), NOBODY, reason.text, available)
    elif not worker.away:
        hazard.frozen = True
        _begin_absence(world, worker, place, occurrence)
    if not hazard.done and not hazard.frozen:
        set_clock(world, worker, place)


def _notice(world: World, worker: Worker, place: int, now: int) -> None:
    """Notice begins; candidates and trainees leave at once (R5.6)."""
    hazard = worker.hazards[place]
    reason = hazard.reason
    if worker.state == CANDIDATE or worker.state == IN_TRAINING:
        leave(world, worker, reason.exit)
        return
    ends = now + reason.notice_minutes
    give_notice(world, worker, reason.text, ends)
    hazard.due, hazard.rank = ends, RANK_EXIT


def give_up_waiting(world: World, worker: Worker, spell: int) -> None:
    """A candidate has waited for too long."""
    if worker.state == CANDIDATE and worker.spells == spell:
        happened(world)
        leave(world, worker, worker.tier.gave_up_waiting)


# --- absence ----------------------------------------------------------------------------------------------------------


def _begin_absence(world: World, worker: Worker, place: int, occurrence: int) -> None:
    """Away from now on, for a length of its own."""
    reason = worker.hazards[place].reason
    index = reason.name_hash + word(occurrence)
    length = minutes(world, reason.absence, worker.stream, Purpose.ABSENCE_LENGTH, index)
    begin_practice_absence(world, worker)
    go_away(world, worker)
    worker.absences += 1
    worker.absence_hazard, worker.away_since = place, world.now
    count(world, worker.tier.counts + TierCount.ABSENCES, 1)
    note(world, Event.ABSENT, of_worker(worker), NOBODY, reason.text, world.now + length)
    put(world, world.now + length, Rank.ABSENCE_END, worker.key, ABSENCE_ENDS, worker, worker.absences)


def end_absence(world: World, worker: Worker, number: int) -> None:
    """Back again."""
    if worker.state == EXITED or worker.absences != number:
        return
    happened(world)
    come_back(world, worker)
    note(world, Event.RETURNED, of_worker(worker))
    end_practice_absence(world, worker)
    if worker.hazards[worker.absence_hazard].reason.recurring:
        resume_clock(world, worker, worker.absence_hazard, worker.away_since)


def hold(world: World, worker: Worker) -> bool:
    """Hold the cases and groups of somebody who went away just now; False if they are not held at all."""
    held = worker.tier.hold_minutes
    if held == 0:
        return False
    ends = world.now + held
    if worker.hold is None:
        worker.hold = new_entry(world, worker)
    worker.hold.minute = ends
    world.holding.offer(worker.hold, (ends, worker.key, worker.level))
    put(world, ends, Rank.DEADLINE, worker.key, HOLD_ENDS, worker, worker.absences)
    return True


def end_hold(world: World, worker: Worker, number: int) -> None:
    """The day on which nothing is held any longer."""
    if worker.away and worker.state != EXITED and worker.absences == number:
        happened(world)


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


def _leave_undeployed(world: World) -> None:
    for worker in taken(world, world.undeployed):
        if worker.state != EXITED:
            leave(world, worker, worker.tier.not_deployed)


def _settle_gone(world: World) -> None:
    for worker in taken(world, world.ended):
        leave_queue(worker)
        give_up_seat(world, worker)
        dissolve(world, worker)
        drop_trainee(world, worker)
        leave_courses(world, worker, True)
        release_all(world, worker)


def _settle_away(world: World) -> None:
    """What stands still for a while, or is given up at once (R2.7)."""
    for worker in taken(world, world.absent_now):
        if worker.away and worker.state != EXITED:
            leave_queue(worker)
            drop_trainee(world, worker)
            leave_courses(world, worker, False)
            if worker.n_open > 0 or worker.leads:
                _hold_or_end(world, worker)


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
    for worker in expired(world, world.holding):
        dissolve(world, worker)
        release_all(world, worker)


def _settle_back(world: World) -> None:
    for worker in taken(world, world.returned):
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


def _settle_idle(world: World) -> None:
    """Certified but not deployed: no supervision place is needed."""
    for worker in taken(world, world.idled):
        if worker.state != EXITED:
            give_up_seat(world, worker)
            mark_supervised(world, worker)
            release_all(world, worker)


def _settle_other_hours(world: World) -> None:
    """Other hours: what no longer fits is given up."""
    for worker in taken(world, world.hours_reduced):
        if worker.state == APPRENTICE or worker.state == ACTIVE:
            set_duties(world, worker)
            fit_week(world, worker)


def _substitute(world: World) -> None:
    """Substitutes for trainers lost, courses before refreshers, each by its key."""
    courses = taken(world, world.without_trainer)
    for refreshers in (False, True):
        for course in courses:
            if course.offering.is_refresher == refreshers:
                substitute(world, course)
                refresh_touched(world)


def expire_holds(world: World) -> None:
    """Those who have been away for too long keep neither cases nor groups; a group without clients ends."""
    _expire(world)
    _after_endings(world)


def _after_endings(world: World) -> None:
    """Replace facilitators, merge supervision groups that have shrunk."""
    if world.without_facilitator:
        refresh_touched(world)
        replace_facilitators(world)
    for supervisor in taken(world, world.to_merge):
        supervisor.merging = False
        merge_groups(world, supervisor)
    refresh_touched(world)


def lapse(world: World, worker: Worker) -> None:
    """Grace is over: no new group and no course until supervised again; cases wait for a transfer, and the groups led
    end too where the scenario says so (R4.6)."""
    worker.lapsed = True
    note(world, Event.LAPSED, of_worker(worker))
    touch(world, worker)
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
