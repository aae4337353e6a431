"""What happens when an event of a worker's life is due: exit, notice, other hours, an absence (R2.7, R4.4, R5)."""

from __future__ import annotations

from cascadesim.engine.apprenticeship import begin_practice_absence, end_practice_absence
from cascadesim.engine.calendar import ABSENCE_ENDS, HOLD_ENDS, put
from cascadesim.engine.event_log import NO_TEXT, note_worker
from cascadesim.engine.records import CANDIDATE, EXITED, IN_TRAINING, Hazard, PoolEntry, Worker, World, new_entry
from cascadesim.engine.runtime.lists import sort_by_key
from cascadesim.engine.sampling import minutes, word
from cascadesim.engine.state import count
from cascadesim.engine.time_to_event import (
    EXIT,
    HOURS,
    PRACTICE_LIMIT,
    RANK_EXIT,
    add_due,
    draw_threshold,
    is_dated,
    multiplier_of,
    reschedule,
    resume_clock,
    set_clock,
    spend,
    take_due,
)
from cascadesim.engine.workers import change_hours, come_back, give_notice, go_away, leave
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Purpose, Rank
from cascadesim.model.units import scaled_rate

_HOURS_CHANGES, _ABSENCES = TIER_COUNTS.index("hours_changes"), TIER_COUNTS.index("absences")


def fire(world: World, worker: Worker, number: int) -> None:
    """The soonest of a worker's events happens; then the alarm is set for the next, if they are still there."""
    if worker.alarms != number:
        return
    world.events += 1
    first = worker.due[0]
    minute, rank, place = first.minute, first.rank, first.place
    world.striking = worker
    take_due(worker)
    worker.alarm = -1
    _happen(world, worker, minute, rank, place)
    world.striking = None
    world.c_phase_pending = True
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
        count(world, worker.tier.counts + _HOURS_CHANGES, 1)
        note_worker(world, Event.HOURS_CHANGED, worker, reason.text, available)
    elif not worker.away:
        hazard.frozen = True
        _begin_absence(world, worker, place, occurrence)
    if not hazard.done and not hazard.frozen:
        set_clock(world, worker, place)


def _notice(world: World, worker: Worker, place: int, now: int) -> None:
    """Notice begins; candidates and trainees leave at once (R5.6)."""
    reason = worker.hazards[place].reason
    if worker.state == CANDIDATE or worker.state == IN_TRAINING:
        leave(world, worker, reason.exit)
        return
    ends = now + reason.notice_minutes
    give_notice(world, worker, reason.text, ends)
    add_due(worker, ends, RANK_EXIT, reason.order, place)


def give_up_waiting(world: World, worker: Worker, spell: int) -> None:
    """A candidate has waited for too long."""
    if worker.state == CANDIDATE and worker.spells == spell:
        world.events += 1
        leave(world, worker, worker.tier.gave_up_waiting)
        world.c_phase_pending = True


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
    count(world, worker.tier.counts + _ABSENCES, 1)
    note_worker(world, Event.ABSENT, worker, reason.text, world.now + length)
    put(world, world.now + length, Rank.ABSENCE_END, worker.key, ABSENCE_ENDS, worker, worker.absences)


def end_absence(world: World, worker: Worker, number: int) -> None:
    """Back again."""
    if worker.state == EXITED or worker.absences != number:
        return
    world.events += 1
    come_back(world, worker)
    note_worker(world, Event.RETURNED, worker, NO_TEXT, 0)
    end_practice_absence(world, worker)
    if worker.hazards[worker.absence_hazard].reason.recurring:
        resume_clock(world, worker, worker.absence_hazard, worker.away_since)
    world.c_phase_pending = True


def new_deadline(world: World, worker: Worker) -> PoolEntry:
    """An entry for a deadline of a worker."""
    entry = new_entry(world)
    entry.worker = worker
    return entry


def hold(world: World, worker: Worker) -> bool:
    """Hold the cases and groups of somebody who went away just now; False if they are not held at all."""
    held = worker.tier.hold_minutes
    if held == 0:
        return False
    ends = world.now + held
    if worker.hold is None:
        worker.hold = new_deadline(world, worker)
    worker.hold.minute, worker.hold.number = ends, worker.absences
    world.holding.offer(worker.hold, (ends, worker.key, worker.level))
    put(world, ends, Rank.DEADLINE, worker.key, HOLD_ENDS, worker, worker.absences)
    return True


def end_hold(world: World, worker: Worker, number: int) -> None:
    """The day on which nothing is held any longer."""
    if worker.away and worker.state != EXITED and worker.absences == number:
        world.events += 1
        world.c_phase_pending = True


def holds_over(world: World) -> bool:
    """Whether anybody's time is over now."""
    first = world.holding.best()
    return first is not None and first.minute <= world.now


def expired_holds(world: World) -> list[Worker]:
    """Those still away for whom nothing is held any longer, in ascending key."""
    expired = world.grace_expired
    expired.clear()
    while holds_over(world):
        entry = world.holding.best()
        worker = entry.worker
        if worker.away and worker.state != EXITED and worker.absences == entry.number:
            expired.append(worker)
        entry.withdraw()
    sort_by_key(expired)
    return expired
