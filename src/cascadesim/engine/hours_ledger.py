"""The hours ledger: whole minutes a week, committed for as long as something stands (R1.4, R2.4)."""

from __future__ import annotations

from cascadesim.engine.records import ACTIVE, APPRENTICE, EXITED, Client, Facilitator, Worker, World
from cascadesim.engine.state import shift
from cascadesim.model.counters import PURPOSES, TierLevel
from cascadesim.model.units import committed_limit

SUPERVISION_GIVEN, SUPERVISION_RECEIVED, TRAINING_GIVEN, TRAINING_TAKEN, CLIENTS, RESEARCH, OTHER_DUTIES = range(
    len(PURPOSES)
)
N_PURPOSES = len(PURPOSES)
_FIRST_RATE = len(TierLevel)


def touch(world: World, worker: Worker) -> None:
    """What the worker can take on may have changed; it is looked at again before the next conditional activity."""
    if not worker.touched:
        worker.touched = True
        world.touched.append(worker)


def open_hours(world: World, worker: Worker) -> None:
    """From now on the worker's hours count as available."""
    if worker.tier.strain is not None:
        worker.metered_at = worker.strained_at = world.now
    _count_week(world, worker, 1)
    touch(world, worker)


def close_hours(world: World, worker: Worker) -> None:
    """The worker leaves: nothing is available and nothing committed any more."""
    if not worker.away:
        _count_week(world, worker, -1)
    for purpose in range(N_PURPOSES):
        worker.rates[purpose] = 0
    worker.committed = worker.refreshing = 0


def suspend_hours(world: World, worker: Worker) -> None:
    """The worker is away: nothing is available, what is committed stands still."""
    _count_week(world, worker, -1)
    worker.away = True
    touch(world, worker)


def resume_hours(world: World, worker: Worker) -> None:
    """The worker is back, with what they are still committed to."""
    meter(world, worker)  # while still away: an absence is no load (R5.9)
    worker.away = False
    _count_week(world, worker, 1)
    touch(world, worker)


def _count_week(world: World, worker: Worker, sign: int) -> None:
    """Add the worker's whole week to the levels of the tier, or take it off."""
    meter(world, worker)
    base = worker.tier.base
    shift(world, base + TierLevel.AVAILABLE_RATE, sign * worker.available)
    for purpose in range(N_PURPOSES):
        if worker.rates[purpose] != 0:
            shift(world, base + _FIRST_RATE + purpose, sign * worker.rates[purpose])
    if worker.refreshing != 0:
        shift(world, base + TierLevel.REFRESHER_RATE, sign * worker.refreshing)
    if worker.committed > worker.available:
        over = min(worker.committed, worker.limit) - worker.available
        shift(world, base + TierLevel.OVERTIME_RATE, sign * over)
        shift(world, base + TierLevel.RUN_OFF_RATE, sign * max(0, worker.committed - worker.limit))


def set_hours(world: World, worker: Worker, available: int) -> None:
    """The worker has other hours from now on."""
    counted = worker.state == APPRENTICE or worker.state == ACTIVE
    if counted:
        _count_week(world, worker, -1)
    worker.available = available
    worker.limit = committed_limit(available, worker.tier.overtime_fraction)
    if counted:
        _count_week(world, worker, 1)
    touch(world, worker)


def commit(world: World, worker: Worker, purpose: int, rate: int) -> None:
    """Commit `rate` more minutes a week of the worker to `purpose`; release them where it is negative."""
    if worker.metered_at >= 0:
        meter(world, worker)
    worker.rates[purpose] += rate
    before = worker.committed
    after = before + rate
    worker.committed = after
    if not worker.away:
        base = worker.tier.base
        shift(world, base + _FIRST_RATE + purpose, rate)
        if before > worker.available or after > worker.available:
            _overrun(world, worker, before, after)
    touch(world, worker)


def book(world: World, worker: Worker, case: Client | Facilitator, care: int, research: int) -> None:
    """Book so many minutes a week for a case beyond what it commits: its interval is not as long as the mean one."""
    if worker.state != EXITED:
        _book(world, worker, CLIENTS, care - case.more_care)
        _book(world, worker, RESEARCH, research - case.more_research)
    case.more_care, case.more_research = care, research


def _book(world: World, worker: Worker, purpose: int, more: int) -> None:
    if more != 0:
        worker.rates[purpose] += more
        if not worker.away:
            shift(world, worker.tier.base + _FIRST_RATE + purpose, more)


def _overrun(world: World, worker: Worker, before: int, after: int) -> None:
    base, available, most = worker.tier.base, worker.available, worker.limit
    over = max(0, min(after, most) - available) - max(0, min(before, most) - available)
    shift(world, base + TierLevel.OVERTIME_RATE, over)
    if before > most or after > most:
        shift(world, base + TierLevel.RUN_OFF_RATE, max(0, after - most) - max(0, before - most))


def teach(world: World, worker: Worker, rate: int, is_refresher: bool) -> None:
    """Hours given to a course or a refresher, booked as training; those of refreshers are kept apart, too."""
    commit(world, worker, TRAINING_GIVEN, rate)
    if is_refresher:
        worker.refreshing += rate
        if not worker.away:
            shift(world, worker.tier.base + TierLevel.REFRESHER_RATE, rate)


def study(world: World, worker: Worker, rate: int) -> None:
    """Hours of the initial course: recorded for the trainee, not limited by the week (R2.3)."""
    base = worker.tier.base
    shift(world, base + _FIRST_RATE + TRAINING_TAKEN, rate)
    shift(world, base + TierLevel.COURSE_RATE, rate)


def spare_minutes(worker: Worker) -> int:
    """Minutes a week still to go into groups and courses; those of a place that is lacking are kept (R4.2)."""
    return worker.limit - worker.committed - worker.reserved


def meter(world: World, worker: Worker) -> None:
    """The load of a worker since the last review (R5.9)."""
    if worker.metered_at < 0:
        return
    if not worker.away:
        worker.load += worker.committed * (world.now - worker.metered_at)
        worker.room += worker.available * (world.now - worker.metered_at)
    worker.metered_at = world.now


def utilisation(world: World, worker: Worker) -> float:
    """Committed over available since the last reading, absence left out; 0.0 where nothing was available."""
    meter(world, worker)
    used = worker.load / worker.room if worker.room != 0 else 0.0
    worker.load = worker.room = 0
    return used


def release_extra(world: World, worker: Worker, supervisor: Worker) -> None:
    """The extra hours that an apprentice takes of a supervisor end (R2.10)."""
    if worker.extra_rate != 0:
        if supervisor.state != EXITED:
            commit(world, supervisor, SUPERVISION_GIVEN, -worker.extra_rate)
        worker.extra_rate = 0
