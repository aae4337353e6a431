"""Clients' own lives: a move, a change of status, that ends their time with the programme (R8.3)."""

from __future__ import annotations

import math

from cascadesim.engine.compiled.care import leave_care
from cascadesim.engine.compiled.clients import GONE, IN_CARE, LEFT, end_client
from cascadesim.engine.compiled.clock import LEAVES, put
from cascadesim.engine.compiled.facilitation import leave_group
from cascadesim.engine.compiled.hazards import DATE, tenure_at
from cascadesim.engine.compiled.luck import chance, uniform, unit_exponential
from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import client_at
from cascadesim.engine.compiled.plan_nouns import CLIENT_REASON, care_at, client_reason_at
from cascadesim.engine.compiled.vectors import NEWCOMERS, get, vector
from cascadesim.model.enums import Purpose, Rank
from cascadesim.model.units import WEEK_MINUTES

_PATIENCE = int(Rank.PATIENCE)
_CONSEQUENCE, _THRESHOLD, _SHOCK_TIME = int(Purpose.CONSEQUENCE), int(Purpose.THRESHOLD), int(Purpose.SHOCK_TIME)
_KEY = 1 << 62  # after lost patience at one instant
_REASON_SIZE = CLIENT_REASON.itemsize


@compiled
def _reason(S, number):
    return client_reason_at(care_at(S.care).reasons + number * _REASON_SIZE)


@compiled
def begin_lives(S):
    """Set the clocks of those referred in this instant, and present at its end."""
    newcomers = vector(S, NEWCOMERS)
    for place in range(newcomers.size):
        c = client_at(get(newcomers, place))
        soonest, first = S.horizon, 0
        for number in range(care_at(S.care).n_reasons):
            minute = _due(S, c, _reason(S, number))
            if minute < soonest:  # of those at one minute the first by name
                soonest, first = minute, number
        if soonest < S.horizon and c.state != GONE:
            put(S, soonest, _PATIENCE, _KEY + c.key, LEAVES, address(c), first)
    newcomers.size = 0


@compiled
def _due(S, c, reason):
    """The minute at which the reason takes the client away; the horizon if it never does."""
    if not chance(S, reason.leave_probability, c.stream, _CONSEQUENCE, reason.hash):
        return S.horizon
    if reason.dated:
        return _dated(S, c, reason)
    threshold = unit_exponential(S, c.stream, _THRESHOLD, reason.hash)
    at = c.referred + tenure_at(
        reason.clock, reason.shape, reason.scale, 0.0, threshold, reason.table, reason.n_table
    )
    return max(c.referred + 1, math.ceil(at)) if at < S.horizon else S.horizon


@compiled
def _dated(S, c, reason):
    if reason.minute <= c.referred:
        return S.horizon
    if reason.clock == DATE:
        return reason.minute
    if not chance(S, reason.share, c.stream, _THRESHOLD, reason.hash):
        return S.horizon
    return reason.minute + math.floor(uniform(S, c.stream, _SHOCK_TIME, reason.hash) * WEEK_MINUTES)


@compiled
def leave_for_own_reason(S, c, key, number):
    """What happens in a client's life, if they are still there: the record may be somebody else's by now."""
    if c.state == GONE or _KEY + c.key != key:
        return
    S.events += 1
    text = _reason(S, number).text
    if c.state != IN_CARE:
        end_client(S, c, LEFT, -1, text)
    elif c.group != 0:
        leave_group(S, c, text)
    else:
        leave_care(S, c, text)
    S.woken = 1
