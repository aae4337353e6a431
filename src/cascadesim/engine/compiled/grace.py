"""Being without a supervisor: from when, for how long it is tolerated, and what follows (R4.5, R4.6)."""

from __future__ import annotations

from cascadesim.engine.compiled.apprenticeship import pause_practice
from cascadesim.engine.compiled.clock import GRACE_ENDS, put
from cascadesim.engine.compiled.ledger import touch
from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import pool_at, slot_at, worker_at
from cascadesim.engine.compiled.people import ACTIVE, APPRENTICE, EXITED, mark_unsupervised
from cascadesim.engine.compiled.plan_nouns import supervision_plan_at, tier_plan_at
from cascadesim.engine.compiled.pool import lend_slot, offer, take_back
from cascadesim.engine.compiled.record import note
from cascadesim.engine.compiled.texts import NO_TEXT
from cascadesim.engine.compiled.vectors import LAPSED, UNSEATED, get, push, sort_by_key, vector
from cascadesim.model.enums import Event, Kind, Rank

_WORKER, _DEADLINE, _LAPSED = int(Kind.WORKER), int(Rank.DEADLINE), int(Event.LAPSED)


@compiled
def publish_grace(S):
    """Whoever is still without a seat is unsupervised from now; their grace runs (R4.5)."""
    unseated = vector(S, UNSEATED)
    sort_by_key(unseated)
    for place in range(unseated.size):
        w = worker_at(get(unseated, place))
        in_service = w.state == APPRENTICE or w.state == ACTIVE
        if in_service and not w.supervised and w.unsupervised_since < 0:
            mark_unsupervised(S, w)
            pause_practice(S, w)
            ends = S.now + max(1, supervision_plan_at(tier_plan_at(w.tier).supervision).grace_minutes)
            offer(S.graces, lend_slot(S, address(w)), ends, w.key, S.now, 0, 0)
            put(S, ends, _DEADLINE, w.key, GRACE_ENDS, address(w), S.now)
    unseated.size = 0


@compiled
def end_grace(S, w, since):
    """The last day of somebody's grace."""
    if w.state != EXITED and w.unsupervised_since == since:
        S.events += 1
        S.woken = 1


@compiled
def expired_grace(S):
    """Those whose grace has run out and who are still unsupervised, in ascending key (R4.6)."""
    lapsed = vector(S, LAPSED)
    lapsed.size = 0
    while pool_at(S.graces).root != 0:
        slot = slot_at(pool_at(S.graces).root)
        if slot.a > S.now:
            break
        w = worker_at(slot.item)
        if w.state != EXITED and w.unsupervised_since == slot.c:
            push(S, lapsed, address(w))
        take_back(S, slot)
    sort_by_key(lapsed)
    return lapsed


@compiled
def mark_lapsed(S, w):
    """Grace is over: the worker opens no group and gives no course until supervised again."""
    w.lapsed = 1
    note(S, _LAPSED, _WORKER, w.key, w.level, 0, -1, NO_TEXT, 0)
    touch(S, w)
