"""The hours ledger: whole minutes a week, committed for as long as something stands (R1.4, R2.4)."""

from __future__ import annotations

from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.plan_nouns import tier_plan_at
from cascadesim.engine.compiled.record import shift
from cascadesim.engine.compiled.vectors import TOUCHED, push, vector
from cascadesim.model.counters import PURPOSES, TIER_LEVELS
from cascadesim.model.enums import WorkerState
from cascadesim.model.units import committed_limit

SUPERVISION_GIVEN, SUPERVISION_RECEIVED, TRAINING_GIVEN, TRAINING_TAKEN, CLIENTS, RESEARCH, OTHER_DUTIES = range(
    len(PURPOSES)
)
N_PURPOSES = len(PURPOSES)
_AVAILABLE = TIER_LEVELS.index("available_rate")
_OVERTIME = TIER_LEVELS.index("overtime_rate")
_RUN_OFF = TIER_LEVELS.index("run_off_rate")
_COURSE = TIER_LEVELS.index("course_rate")
_REFRESHER = TIER_LEVELS.index("refresher_rate")
_FIRST_RATE = TIER_LEVELS.index(f"rate.{PURPOSES[0]}")
_APPRENTICE, _ACTIVE, _EXITED = int(WorkerState.APPRENTICE), int(WorkerState.ACTIVE), int(WorkerState.EXITED)


@compiled
def touch(S, w):
    """The worker's offers may have changed; they are looked at again before the next conditional activity."""
    if not w.touched:
        w.touched = 1
        push(S, vector(S, TOUCHED), address(w))


@compiled
def open_hours(S, w):
    """From now on the worker's hours count as available."""
    if tier_plan_at(w.tier).strain != 0:
        w.metered_at = w.strained_at = S.now
    _count(S, w, 1)
    touch(S, w)


@compiled
def close_hours(S, w):
    """The worker leaves: nothing is available and nothing committed any more."""
    if not w.away:
        _count(S, w, -1)
    for purpose in range(N_PURPOSES):
        w.rates[purpose] = 0
    w.committed = w.refreshing = 0


@compiled
def suspend_hours(S, w):
    """The worker is away: nothing is available, what is committed stands still."""
    _count(S, w, -1)
    w.away = 1
    touch(S, w)


@compiled
def resume_hours(S, w):
    """The worker is back, with what they are still committed to."""
    meter(S, w)  # while still away: an absence is no load (R5.9)
    w.away = 0
    _count(S, w, 1)
    touch(S, w)


@compiled
def _count(S, w, sign):
    """Add the worker's whole week to the levels of the tier, or take it off."""
    meter(S, w)
    base = tier_plan_at(w.tier).base
    shift(S, base + _AVAILABLE, sign * w.available)
    for purpose in range(N_PURPOSES):
        if w.rates[purpose] != 0:
            shift(S, base + _FIRST_RATE + purpose, sign * w.rates[purpose])
    if w.refreshing:
        shift(S, base + _REFRESHER, sign * w.refreshing)
    if w.committed > w.available:
        over = min(w.committed, w.limit) - w.available
        shift(S, base + _OVERTIME, sign * over)
        shift(S, base + _RUN_OFF, sign * max(0, w.committed - w.limit))


@compiled
def set_hours(S, w, available):
    """The worker has other hours from now on."""
    counted = w.state == _APPRENTICE or w.state == _ACTIVE
    if counted:
        _count(S, w, -1)
    w.available = available
    w.limit = committed_limit(available, tier_plan_at(w.tier).overtime_fraction)
    if counted:
        _count(S, w, 1)
    touch(S, w)


@compiled
def book(S, w, purpose, rate):
    """Commit `rate` more minutes a week of the worker to `purpose`; release them where it is negative."""
    if w.metered_at >= 0:
        meter(S, w)
    w.rates[purpose] += rate
    before = w.committed
    after = before + rate
    w.committed = after
    if not w.away:
        base = tier_plan_at(w.tier).base
        shift(S, base + _FIRST_RATE + purpose, rate)
        if before > w.available or after > w.available:
            _overrun(S, w, base, before, after)
    touch(S, w)


@compiled
def _overrun(S, w, base, before, after):
    available, most = w.available, w.limit
    over = max(0, min(after, most) - available) - max(0, min(before, most) - available)
    shift(S, base + _OVERTIME, over)
    if before > most or after > most:
        shift(S, base + _RUN_OFF, max(0, after - most) - max(0, before - most))


@compiled
def teach(S, w, rate, refresher):
    """Hours given to a course or a refresher, booked as training; those of refreshers are told apart, too."""
    book(S, w, TRAINING_GIVEN, rate)
    if refresher:
        w.refreshing += rate
        if not w.away:
            shift(S, tier_plan_at(w.tier).base + _REFRESHER, rate)


@compiled
def study(S, w, rate):
    """Hours of the initial course: recorded for the trainee, not limited by the week (R2.3)."""
    base = tier_plan_at(w.tier).base
    shift(S, base + _FIRST_RATE + TRAINING_TAKEN, rate)
    shift(S, base + _COURSE, rate)


@compiled
def spare_minutes(w):
    """Minutes a week still to go into groups and courses; those of a seat that is lacking are kept (R4.2)."""
    return w.limit - w.committed - w.reserved


@compiled
def meter(S, w):
    """The load of a worker since the last review (R5.9)."""
    if w.metered_at < 0:
        return
    if not w.away:
        w.load += w.committed * (S.now - w.metered_at)
        w.room += w.available * (S.now - w.metered_at)
    w.metered_at = S.now


@compiled
def utilisation(S, w):
    """Committed over available since the last reading, absence left out; 0.0 where nothing was available."""
    meter(S, w)
    used = w.load / w.room if w.room != 0 else 0.0
    w.load = w.room = 0
    return used


@compiled
def release_extra(S, w, supervisor):
    """The extra hours that an apprentice takes of a supervisor end (R2.10)."""
    if w.extra_rate:
        if supervisor.state != _EXITED:
            book(S, supervisor, SUPERVISION_GIVEN, -w.extra_rate)
        w.extra_rate = 0
