"""What happens when the clock of a reason goes off: exit, notice, other hours, an absence (R5)."""

from __future__ import annotations

from cascadesim.engine.compiled.absence import begin_absence
from cascadesim.engine.compiled.hazards import EXIT, HOURS, spend
from cascadesim.engine.compiled.lives import (
    MODEL_CLOCK,
    RANK_EXIT,
    add_clock,
    aim,
    hazard_of,
    multiplier_of,
    set_clock,
    take_clock,
    unit,
)
from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import clock_at
from cascadesim.engine.compiled.people import CANDIDATE, EXITED, IN_TRAINING, change_hours, give_notice, leave
from cascadesim.engine.compiled.plan_nouns import reason_at, tier_plan_at
from cascadesim.engine.compiled.record import count, note
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind
from cascadesim.model.units import scaled_rate

_WORKER, _HOURS_CHANGED = int(Kind.WORKER), int(Event.HOURS_CHANGED)
_HOURS_CHANGES = TIER_COUNTS.index("hours_changes")


@compiled
def strike(S, w, number):
    """The soonest of a worker's clocks goes off; then the alarm is set for the next, if they are still there."""
    if w.alarms != number:
        return
    S.events += 1
    first = clock_at(w.clocks)
    minute, rank, place = first.minute, first.rank, first.place
    S.striking = address(w)
    take_clock(w)
    w.alarm = -1
    _strike(S, w, minute, rank, place)
    S.striking = 0
    S.woken = 1
    if w.state != EXITED:
        aim(S, w)


@compiled
def _strike(S, w, minute, rank, place):
    if place == MODEL_CLOCK:
        leave(S, w, tier_plan_at(w.tier).not_certified)
        return
    hazard = hazard_of(w, place)
    if rank == RANK_EXIT:
        leave(S, w, reason_at(hazard.plan).exit)
    elif hazard.outcome == EXIT:
        hazard.done = 1
        _notice(S, w, place, minute)
    else:
        _strike_on(S, w, hazard, place)


@compiled
def _strike_on(S, w, hazard, place):
    """A strike after which the worker stays: other hours, or an absence; what recurs is set for the next time."""
    reason, occurrence = reason_at(hazard.plan), hazard.occurrence
    if reason.recurring and not reason.dated:
        spend(hazard, multiplier_of(w, reason), S.now)
        hazard.occurrence += 1
        hazard.threshold += unit(S, w, reason, hazard.occurrence)
    else:
        hazard.done = 1
    if hazard.outcome == HOURS:
        _change_hours(S, w, reason)
    elif not w.away:
        hazard.frozen = 1
        begin_absence(S, w, place, occurrence)
    if not hazard.done and not hazard.frozen:
        set_clock(S, w, place)


@compiled
def _change_hours(S, w, reason):
    available = scaled_rate(w.available, reason.hours_factor)
    change_hours(S, w, available)
    count(S, tier_plan_at(w.tier).counts + _HOURS_CHANGES, 1)
    note(S, _HOURS_CHANGED, _WORKER, w.key, w.level, 0, -1, reason.text, available)


@compiled
def _notice(S, w, place, now):
    """Notice begins; candidates and trainees leave at once (R5.6)."""
    reason = reason_at(hazard_of(w, place).plan)
    if w.state == CANDIDATE or w.state == IN_TRAINING:
        leave(S, w, reason.exit)
        return
    ends = now + reason.notice_minutes
    give_notice(S, w, reason.text, ends)
    add_clock(w, ends, RANK_EXIT, reason.order, place)
