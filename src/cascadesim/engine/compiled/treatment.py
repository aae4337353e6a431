"""Clients to workers: hand-overs first, then groups, then individual episodes (R8.4, R8.6, R10.2)."""

from __future__ import annotations

from cascadesim.engine.compiled.care import give_place
from cascadesim.engine.compiled.clients import HANDED_OVER
from cascadesim.engine.compiled.demands import best_far, best_near, demand_of, next_handover, next_referral
from cascadesim.engine.compiled.facilitation import start_group
from cascadesim.engine.compiled.memory import compiled
from cascadesim.engine.compiled.nouns import client_at, demand_at, worker_at
from cascadesim.engine.compiled.offers import refresh_touched
from cascadesim.engine.compiled.plan_nouns import format_at


@compiled
def give_clients(S):
    """Each in turn to the worker who is next for one."""
    if S.only != 0:
        if demand_at(S.only).waiting > 0:
            _give_one(S, demand_at(S.only))
        return
    _give(S, True)
    _gather(S)
    _give(S, False)


@compiled
def _gather(S):
    """Groups, that first whose first client is first in turn: never by the name of a language or a format (R8.4).

    A start only takes hours and places, so what could not start before it cannot start after it.
    """
    for place in range(S.n_demands):
        demand = demand_of(S, place)
        demand.ready = is_grouped(demand) and demand.waiting >= format_at(demand.form).group_min
    while True:
        chosen = _next_ready(S)
        if chosen < 0:
            return
        demand = demand_of(S, chosen)
        if start_group(S, demand):
            refresh_touched(S)
            demand.ready = demand.waiting >= format_at(demand.form).group_min
        else:
            demand.ready = 0


@compiled
def _next_ready(S):
    chosen = -1
    for place in range(S.n_demands):
        demand = demand_of(S, place)
        if demand.ready:
            c = client_at(next_referral(demand))
            if chosen < 0 or _comes_first(c, client_at(next_referral(demand_of(S, chosen)))):
                chosen = place
    return chosen


@compiled
def is_grouped(demand):
    """Whether it is for a group."""
    return format_at(demand.form).group_max > 1


@compiled
def _give_one(S, demand):
    """The same where everybody needs the same."""
    while demand.waiting > 0:
        near = best_near(demand)
        w = near if near != 0 else best_far(demand)
        if w == 0:
            return
        c = next_handover(demand)
        if c == 0:
            c = next_referral(demand)
        if c == 0:
            return
        give_place(S, client_at(c), worker_at(w), 0 if near != 0 else 1)
        refresh_touched(S)


@compiled
def _give(S, handovers):
    while True:
        chosen, helper, interpreted = 0, 0, 0
        for place in range(S.n_demands):
            demand = demand_of(S, place)
            if demand.waiting == 0 or is_grouped(demand):
                continue
            c = next_handover(demand) if handovers else next_referral(demand)
            if c == 0 or (chosen != 0 and not _comes_first(client_at(c), client_at(chosen))):
                continue
            near = best_near(demand)
            w = near if near != 0 else best_far(demand)
            if w != 0:
                chosen, helper, interpreted = c, w, 0 if near != 0 else 1
        if chosen == 0:
            return
        give_place(S, client_at(chosen), worker_at(helper), interpreted)
        refresh_touched(S)


@compiled
def _comes_first(one, other):
    """Whose turn it is: those handed over by referral alone (R8.4)."""
    if one.state != HANDED_OVER:
        if one.urgency != other.urgency:
            return one.urgency < other.urgency
        if one.priority != other.priority:
            return one.priority < other.priority
    if one.referred != other.referred:
        return one.referred < other.referred
    return one.key < other.key
