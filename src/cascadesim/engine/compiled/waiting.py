"""Referrals, the queues, and the patience of those in them (R8.3 to R8.5)."""

from __future__ import annotations

import math

import numpy as np

from cascadesim.engine.compiled.clients import (
    GONE,
    LOST_ON_EXIT,
    RENEGED,
    SCREENED_OUT,
    WAITING,
    add,
    end_client,
    enter_client,
    new_client,
    window,
)
from cascadesim.engine.compiled.clock import DATED_REFERRAL, PATIENCE_ENDS, REFERRAL, put
from cascadesim.engine.compiled.demands import demand_of, join, join_handovers
from cascadesim.engine.compiled.hazards import pieces_at
from cascadesim.engine.compiled.luck import chance, cut, minutes, unit_exponential
from cascadesim.engine.compiled.memory import address, compiled, load
from cascadesim.engine.compiled.nouns import SOURCE, client_at, demand_at, source_at
from cascadesim.engine.compiled.plan_nouns import STREAM, care_at, stream_at
from cascadesim.engine.compiled.record import note
from cascadesim.engine.compiled.texts import NO_TEXT
from cascadesim.engine.compiled.vectors import CLIENTS_UNAIMED, NEWCOMERS, get, push, vector
from cascadesim.model.enums import Event, Kind, Purpose, Rank
from cascadesim.model.hazards import rate_integral, time_from
from cascadesim.model.ids import STREAM_SHIFT
from cascadesim.model.rng import mix64

_CLIENT, _REFERRED, _SCREENED_OUT = int(Kind.CLIENT), int(Event.REFERRED), int(Event.SCREENED_OUT)
_PATIENCE, _ARRIVAL = int(Rank.PATIENCE), int(Rank.ARRIVAL)
_PATIENCE_DRAW, _ELIGIBILITY, _LANGUAGE, _URGENT, _INTER_ARRIVAL = (
    int(Purpose.PATIENCE),
    int(Purpose.ELIGIBILITY),
    int(Purpose.LANGUAGE),
    int(Purpose.URGENT),
    int(Purpose.INTER_ARRIVAL),
)
_STREAM_SIZE, _SOURCE_SIZE = STREAM.itemsize, SOURCE.itemsize
_DATED = 1 << 39  # ordinals of dated referrals, beyond those of any rate


@compiled
def stream_of(S, place):
    """The plan of one stream of referrals."""
    return stream_at(care_at(S.care).streams + place * _STREAM_SIZE)


@compiled
def _source(S, place):
    return source_at(S.sources + place * _SOURCE_SIZE)


@compiled
def begin_waiting(S):
    """The first referral of each stream; where the organisation acts on the rates, `set_factor` sets it."""
    for place in range(care_at(S.care).n_streams):
        plan, source = stream_of(S, place), _source(S, place)
        source.place, source.factor, source.exact = place, 1.0, math.inf
        if plan.n_pieces > 0:
            source.left = unit_exponential(S, plan.arrivals, _INTER_ARRIVAL, 0)
            if not S.varying:
                _aim_stream(S, plan, source)
        if plan.n_dates > 0:
            _aim_dated(S, place, 0)


# --- a rate that never changes but by its steps -----------------------------------------------------------------------


@compiled
def _aim_stream(S, plan, source):
    """Put the next referral on the clock; its minute, the horizon if there is none."""
    source.total += unit_exponential(S, plan.arrivals, _INTER_ARRIVAL, source.ordinal)
    exact = time_from(pieces_at(plan.pieces, plan.n_pieces), 0.0, source.total)
    if exact >= S.horizon:
        return S.horizon
    minute = max(1, math.floor(exact + 0.5))
    if minute > S.now:
        put(S, minute, _ARRIVAL, source.place << 1, REFERRAL, source.place, source.numbers)
    return minute


@compiled
def next_of_stream(S, place, number):
    """A referral of a stream; several may come within one minute."""
    plan, source = stream_of(S, place), _source(S, place)
    if S.varying:
        if source.numbers == number:
            _arrive(S, plan, source)
        return
    while True:
        _refer(S, place, source.ordinal)
        source.ordinal += 1
        if _aim_stream(S, plan, source) > S.now:
            return


# --- a rate on which the organisation acts (R7.3) ---------------------------------------------------------------------


@compiled
def set_factor(S, site, factor):
    """The referral rates of a site are multiplied by this from now on."""
    for place in range(care_at(S.care).n_streams):
        plan, source = stream_of(S, place), _source(S, place)
        if plan.site == site and plan.n_pieces > 0 and (factor != source.factor or not source.due):
            now = float(S.now)
            if now > source.since:
                spent = source.factor * rate_integral(pieces_at(plan.pieces, plan.n_pieces), source.since, now)
                source.left = max(0.0, source.left - spent)
                source.since = now
            source.factor = factor
            _aim_source(S, plan, source)


@compiled
def _exact(plan, source):
    if source.factor <= 0.0:
        return math.inf
    return time_from(pieces_at(plan.pieces, plan.n_pieces), source.since, source.left / source.factor)


@compiled
def _aim_source(S, plan, source):
    source.numbers += 1  # an entry that is on the clock is stale
    source.exact = _exact(plan, source)
    if source.exact >= S.horizon:
        return
    minute = max(S.now + 1, math.floor(source.exact + 0.5))
    if minute < S.horizon:
        source.due = 1
        put(S, minute, _ARRIVAL, source.place << 1, REFERRAL, source.place, source.numbers)


@compiled
def _arrive(S, plan, source):
    """The referral, and those that come within the same minute."""
    source.due = 0
    while True:
        _refer(S, source.place, source.ordinal)
        source.ordinal += 1
        source.since = source.exact
        source.left = unit_exponential(S, plan.arrivals, _INTER_ARRIVAL, source.ordinal)
        source.exact = _exact(plan, source)
        if source.exact >= S.horizon or math.floor(source.exact + 0.5) > S.now:
            break
    _aim_source(S, plan, source)


# --- dates ------------------------------------------------------------------------------------------------------------


@compiled
def _aim_dated(S, place, number):
    """Put the referral of this date on the clock, in the order of the clients' keys; its minute."""
    minute = max(1, load(stream_of(S, place).dates, number))
    put(S, minute, _ARRIVAL, place << 1 | 1, DATED_REFERRAL, place, number)
    return minute


@compiled
def next_dated(S, place, number):
    """The referrals of one date."""
    plan = stream_of(S, place)
    while True:
        _refer(S, place, _DATED + number)
        number += 1
        if number == plan.n_dates:
            return
        if max(1, load(plan.dates, number)) > S.now:
            _aim_dated(S, place, number)
            return


# --- taking in --------------------------------------------------------------------------------------------------------


@compiled
def _refer(S, place, ordinal):
    """One potential referral: eligible or not, with a language and a degree of urgency."""
    S.events += 1
    S.woken = 1
    plan = stream_of(S, place)
    key, stream = place << STREAM_SHIFT | ordinal, mix64(plan.client_hash ^ np.uint64(ordinal))
    if plan.eligibility < 1.0 and not chance(S, plan.eligibility, stream, _ELIGIBILITY, 0):
        add(window(S), SCREENED_OUT, 1)
        note(S, _SCREENED_OUT, _CLIENT, key, -1, 0, -1, plan.text, 0)
        return
    language = cut(S, plan.languages, plan.n_languages, stream, _LANGUAGE) if plan.n_languages > 0 else -1
    urgent = plan.urgent_probability > 0.0 and chance(S, plan.urgent_probability, stream, _URGENT, 0)
    c = new_client(S)
    c.key, c.stream, c.referred, c.state, c.starts, c.due = key, stream, S.now, WAITING, -1, -1
    c.demand = address(demand_of(S, load(plan.demands, language + 1)))
    c.urgency, c.priority = 0 if urgent else 1, plan.priority
    enter_client(S, c, load(plan.classes, language + 1))
    join(S, demand_at(c.demand), c)
    push(S, vector(S, CLIENTS_UNAIMED), address(c))
    if care_at(S.care).n_reasons > 0:
        push(S, vector(S, NEWCOMERS), address(c))
    note(S, _REFERRED, _CLIENT, key, -1, 0, -1, plan.text + 1 + language, 1 if urgent else 0)


@compiled
def wait_for_another(S, c):
    """Wait for another worker, with fresh patience (R8.3)."""
    demand = demand_at(c.demand)
    demand.waiting += 1
    join_handovers(demand, c)
    patience = care_at(S.care).handover_patience
    if patience != 0:
        _aim(S, c, patience)


@compiled
def aim_patience(S):
    """Whoever is still waiting at the end of the instant of referral can lose patience from now on."""
    unaimed, patience = vector(S, CLIENTS_UNAIMED), care_at(S.care).patience
    if patience != 0:
        for place in range(unaimed.size):
            c = client_at(get(unaimed, place))
            if c.state == WAITING:
                _aim(S, c, patience)
    unaimed.size = 0


@compiled
def _aim(S, c, patience):
    minute = S.now + minutes(S, patience, c.stream, _PATIENCE_DRAW, c.spells)
    put(S, minute, _PATIENCE, c.key, PATIENCE_ENDS, address(c), c.generation)


@compiled
def lose_patience(S, c, number):
    """Nobody came in time."""
    if c.generation != number or c.state == GONE:
        return
    S.events += 1
    end_client(S, c, RENEGED if c.state == WAITING else LOST_ON_EXIT, -1, NO_TEXT)
    S.woken = 1
