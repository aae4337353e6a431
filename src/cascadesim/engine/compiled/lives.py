"""The clocks of workers' lives: set, moved when a multiplier changes, waited for by one alarm (R5).

What follows a strike is in `leaving.py`.
"""

from __future__ import annotations

import math

import numpy as np

from cascadesim.engine.compiled.clock import ALARM, put
from cascadesim.engine.compiled.hazards import (
    ABSENCE,
    DATE,
    EXIT,
    HOURS,
    NOTHING,
    responds,
    spend,
    strikes_at,
)
from cascadesim.engine.compiled.luck import chance, uniform, unit_exponential
from cascadesim.engine.compiled.memory import address, allocate, compiled
from cascadesim.engine.compiled.nouns import CLOCK, HAZARD, clock_at, hazard_at
from cascadesim.engine.compiled.plan_nouns import REASON, reason_at, tier_plan_at
from cascadesim.model.enums import Purpose, Rank
from cascadesim.model.units import WEEK_MINUTES

_HAZARD_SIZE, _CLOCK_SIZE, _REASON_SIZE = HAZARD.itemsize, CLOCK.itemsize, REASON.itemsize
RANK_EXIT, RANK_HOURS, RANK_NOTICE = int(Rank.EXIT), int(Rank.HOURS_CHANGE), int(Rank.NOTICE)
_THRESHOLD, _CONSEQUENCE, _SHOCK_TIME = int(Purpose.THRESHOLD), int(Purpose.CONSEQUENCE), int(Purpose.SHOCK_TIME)
_RANK_BITS = 4
MODEL_CLOCK = -1


@compiled
def hazard_of(w, place):
    """One of the worker's hazards."""
    return hazard_at(w.hazards + place * _HAZARD_SIZE)


@compiled
def _clock_of(w, place):
    return clock_at(w.clocks + place * _CLOCK_SIZE)


@compiled
def add_clock(w, minute, rank, order, place):
    """One more clock, soonest first."""
    at = w.n_clocks
    w.n_clocks += 1
    while at > 0:
        above = _clock_of(w, at - 1)
        if above.minute < minute or (above.minute == minute and above.rank < rank):
            break
        if above.minute == minute and above.rank == rank:
            if above.order < order or (above.order == order and above.place <= place):
                break
        below = _clock_of(w, at)
        below.minute, below.rank, below.order, below.place = above.minute, above.rank, above.order, above.place
        at -= 1
    here = _clock_of(w, at)
    here.minute, here.rank, here.order, here.place = minute, rank, order, place


@compiled
def drop_clocks(w, place):
    """Without the clocks of one hazard, or of the model's own."""
    kept = 0
    for at in range(w.n_clocks):
        clock = _clock_of(w, at)
        if clock.place != place:
            here = _clock_of(w, kept)
            here.minute, here.rank, here.order, here.place = clock.minute, clock.rank, clock.order, clock.place
            kept += 1
    w.n_clocks = kept


@compiled
def take_clock(w):
    """The soonest clock goes off."""
    for at in range(1, w.n_clocks):
        here, below = _clock_of(w, at - 1), _clock_of(w, at)
        here.minute, here.rank, here.order, here.place = below.minute, below.rank, below.order, below.place
    w.n_clocks -= 1


# --- setting clocks ---------------------------------------------------------------------------------------------------


@compiled
def start_clocks(S, w, tenure, from_certification):
    """Start the clocks that run from recruitment, or from certification, `tenure` minutes ago."""
    tier = tier_plan_at(w.tier)
    if w.hazards == 0 and tier.n_reasons > 0:
        w.hazards = allocate(S, tier.n_reasons * _HAZARD_SIZE)
    if w.clocks == 0:
        w.clocks = allocate(S, (2 * tier.n_reasons + 2) * _CLOCK_SIZE)
    for number in range(tier.n_reasons):
        at = tier.reasons + number * _REASON_SIZE
        reason = reason_at(at)
        if reason.from_certification == from_certification:
            place = w.n_hazards
            w.n_hazards += 1
            hazard = hazard_of(w, place)
            hazard.plan, hazard.origin, hazard.since = at, S.now - tenure, S.now
            hazard.threshold = unit(S, w, reason, 0)
            set_clock(S, w, place)
    aim(S, w)


@compiled
def unit(S, w, reason, occurrence):
    """One draw of the unit exponential for each occurrence; dates need none."""
    if reason.dated:
        return 0.0
    return unit_exponential(S, w.stream, _THRESHOLD, reason.hash + np.uint64(occurrence))


@compiled
def set_clock(S, w, place):
    """Put the next strike of a hazard among the worker's clocks, if there is one within the run."""
    hazard = hazard_of(w, place)
    reason = reason_at(hazard.plan)
    outcome = _outcome(S, w, reason, hazard.occurrence)
    while outcome == NOTHING:
        if not reason.recurring or reason.dated:
            hazard.done = 1
            return
        if _due(S, w, hazard) >= S.horizon:
            return  # nor does anything that comes after it happen within the run, unless the clock is set again
        hazard.occurrence += 1
        hazard.threshold += unit(S, w, reason, hazard.occurrence)
        outcome = _outcome(S, w, reason, hazard.occurrence)
    hazard.outcome = outcome
    minute = _due(S, w, hazard)
    if minute < S.horizon:
        rank = RANK_NOTICE
        if outcome == EXIT and not reason.notice_minutes:
            rank = RANK_EXIT
        elif outcome == HOURS:
            rank = RANK_HOURS
        add_clock(w, minute, rank, reason.order, place)


@compiled
def _outcome(S, w, reason, occurrence):
    """What follows the strike: one draw over the probabilities, in the order exit, hours, absence (R5.2)."""
    if reason.exit_probability >= 1.0:
        return EXIT
    if reason.only_absence and reason.absence_probability >= 1.0:
        return ABSENCE
    u = uniform(S, w.stream, _CONSEQUENCE, reason.hash + np.uint64(occurrence))
    if u < reason.exit_probability:
        return EXIT
    changed = reason.exit_probability + reason.hours_probability
    if u < changed:
        return HOURS
    return ABSENCE if u < changed + reason.absence_probability else NOTHING


@compiled
def multiplier_of(w, reason):
    """What is in force for a reason."""
    if reason.external:
        return 1.0
    return w.absence_multiplier if reason.only_absence else w.leaving_multiplier


@compiled
def _due(S, w, hazard):
    """The minute of the next strike; the horizon if it never comes."""
    reason = reason_at(hazard.plan)
    if reason.dated:
        return _dated(S, w, reason)
    at = strikes_at(hazard, multiplier_of(w, reason))
    return max(S.now + 1, math.ceil(at)) if at < S.horizon else S.horizon


@compiled
def _dated(S, w, reason):
    """Only those whose clock began before the date are struck; a shock's share over its week (R5.7)."""
    if reason.minute <= S.now:
        return S.horizon
    if reason.clock == DATE:
        return reason.minute
    if not chance(S, reason.share, w.stream, _THRESHOLD, reason.hash):
        return S.horizon
    return reason.minute + math.floor(uniform(S, w.stream, _SHOCK_TIME, reason.hash) * WEEK_MINUTES)


@compiled
def limit_apprenticeship(S, w):
    """An apprentice who is not certified in time leaves (R2.8)."""
    tier = tier_plan_at(w.tier)
    minute = S.now + tier.practice_limit
    if minute < S.horizon:
        add_clock(w, minute, RANK_EXIT, tier.limit_order, MODEL_CLOCK)
        aim(S, w)


@compiled
def clocks_of_certified(S, w, tenure):
    """The time limit is lifted and the clocks that run from certification begin."""
    drop_clocks(w, MODEL_CLOCK)
    start_clocks(S, w, tenure, 1)


@compiled
def respond(S, w, leaving, absence):
    """The worker's multipliers are these from now on: every clock that responds is set again (R5.4, T6)."""
    old_leaving, old_absence = w.leaving_multiplier, w.absence_multiplier
    w.leaving_multiplier, w.absence_multiplier = leaving, absence
    for place in range(w.n_hazards):
        hazard = hazard_of(w, place)
        only_absence = reason_at(hazard.plan).only_absence
        old, new = (old_absence, absence) if only_absence else (old_leaving, leaving)
        if responds(hazard) and old != new:
            spend(hazard, old, S.now)
            drop_clocks(w, place)
            if not hazard.frozen:
                set_clock(S, w, place)
    aim(S, w)


@compiled
def thaw(S, w, place, frozen_at):
    """An absence is over: its own clock goes on from where it stood."""
    hazard = hazard_of(w, place)
    hazard.frozen = 0
    hazard.origin += S.now - frozen_at
    hazard.since = S.now
    set_clock(S, w, place)
    aim(S, w)


# --- the alarm --------------------------------------------------------------------------------------------------------


@compiled
def aim(S, w):
    """Let the worker's alarm be that of the soonest of their clocks; the entry of an earlier one is stale."""
    if S.striking == address(w):
        return
    if w.n_clocks == 0:
        if w.alarm >= 0:
            w.alarms += 1
            w.alarm = -1
        return
    first = _clock_of(w, 0)
    when = first.minute << _RANK_BITS | first.rank
    if when != w.alarm:
        w.alarm = when
        w.alarms += 1
        put(S, first.minute, first.rank, w.key, ALARM, address(w), w.alarms)


@compiled
def silence(w):
    """No clock of this worker goes off any more."""
    w.alarms += 1
    w.alarm = -1
    w.n_clocks = 0
