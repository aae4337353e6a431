"""Being away for a while: from when to when, and how long cases and groups are held (R2.7, R4.4)."""

from __future__ import annotations

import numpy as np

from cascadesim.engine.compiled.apprenticeship import practice_away, practice_back
from cascadesim.engine.compiled.clock import ABSENCE_ENDS, HOLD_ENDS, put
from cascadesim.engine.compiled.lives import hazard_of, thaw
from cascadesim.engine.compiled.luck import minutes
from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import pool_at, slot_at, worker_at
from cascadesim.engine.compiled.people import EXITED, come_back, go_away
from cascadesim.engine.compiled.plan_nouns import reason_at, tier_plan_at
from cascadesim.engine.compiled.pool import best, lend_slot, offer, take_back
from cascadesim.engine.compiled.record import count, note
from cascadesim.engine.compiled.texts import NO_TEXT
from cascadesim.engine.compiled.vectors import LAPSED, push, sort_by_key, vector
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind, Purpose, Rank

_WORKER, _ABSENCE_END, _DEADLINE = int(Kind.WORKER), int(Rank.ABSENCE_END), int(Rank.DEADLINE)
_ABSENT, _RETURNED, _LENGTH = int(Event.ABSENT), int(Event.RETURNED), int(Purpose.ABSENCE_LENGTH)
_ABSENCES = TIER_COUNTS.index("absences")


@compiled
def begin_absence(S, w, place, occurrence):
    """Away from now on, for a length of its own."""
    reason, tier = reason_at(hazard_of(w, place).plan), tier_plan_at(w.tier)
    length = minutes(S, reason.absence, w.stream, _LENGTH, reason.hash + np.uint64(occurrence))
    practice_away(S, w)
    go_away(S, w)
    w.absences += 1
    w.absence_hazard, w.away_since = place, S.now
    count(S, tier.counts + _ABSENCES, 1)
    note(S, _ABSENT, _WORKER, w.key, w.level, 0, -1, reason.text, S.now + length)
    put(S, S.now + length, _ABSENCE_END, w.key, ABSENCE_ENDS, address(w), w.absences)


@compiled
def end_absence(S, w, number):
    """Back again."""
    if w.state == EXITED or w.absences != number:
        return
    S.events += 1
    come_back(S, w)
    note(S, _RETURNED, _WORKER, w.key, w.level, 0, -1, NO_TEXT, 0)
    practice_back(S, w)
    if reason_at(hazard_of(w, w.absence_hazard).plan).recurring:
        thaw(S, w, w.absence_hazard, w.away_since)
    S.woken = 1


@compiled
def hold(S, w):
    """Hold the cases and groups of somebody who went away just now; False if they are not held at all."""
    held = tier_plan_at(w.tier).hold_minutes
    if held == 0:
        return False
    ends = S.now + held
    offer(S.holding, lend_slot(S, address(w)), ends, w.key, w.absences, 0, 0)
    put(S, ends, _DEADLINE, w.key, HOLD_ENDS, address(w), w.absences)
    return True


@compiled
def end_hold(S, w, number):
    """The day on which nothing is held any longer."""
    if w.away and w.state != EXITED and w.absences == number:
        S.events += 1
        S.woken = 1


@compiled
def holds_over(S):
    """Whether anybody's time is over now."""
    root = pool_at(S.holding).root
    return root != 0 and slot_at(root).a <= S.now


@compiled
def expired_holds(S):
    """Those still away for whom nothing is held any longer, in ascending key."""
    gone = vector(S, LAPSED)
    gone.size = 0
    while holds_over(S):
        slot = slot_at(pool_at(S.holding).root)
        w = worker_at(best(S.holding))
        if w.away and w.state != EXITED and w.absences == slot.c:
            push(S, gone, address(w))
        take_back(S, slot)
    sort_by_key(gone)
    return gone
