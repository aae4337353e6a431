"""Referrals, and the patience of those who wait (R8.3 to R8.5)."""

from __future__ import annotations

import math

from cascadesim.engine.calendar import DATED_REFERRAL, PATIENCE_ENDS, REFERRAL, put
from cascadesim.engine.clients import (
    counts_of_window,
    end_client,
    enter_client,
    join_queue,
    make_client,
    return_to_waiting,
)
from cascadesim.engine.event_log import CLIENT, NO_TEXT, NOBODY, note, of_client, of_worker, seen_by
from cascadesim.engine.plan import StreamPlan
from cascadesim.engine.records import GONE, WAITING, Client, ReferralSource, Worker, World
from cascadesim.engine.sampling import chance, draw_category, minutes, next_arrival, unit_exponential, word
from cascadesim.engine.state import happened
from cascadesim.model.counters import ClientCount
from cascadesim.model.distributions import Draw
from cascadesim.model.enums import Event, Purpose, Rank
from cascadesim.model.hazards import rate_integral, time_from
from cascadesim.model.ids import FIRST_DATED, STREAM_SHIFT
from cascadesim.model.rng import mix64

_ARRIVAL, _PATIENCE_ENDS = int(Rank.ARRIVAL), int(Rank.PATIENCE)
_INTER_ARRIVAL, _PATIENCE = int(Purpose.INTER_ARRIVAL), int(Purpose.PATIENCE)


def begin_referrals(world: World) -> None:
    """The first referral of each stream; where the organisation acts on the rates, `set_factor` sets it."""
    streams = world.plan.clients.streams
    for place in range(len(streams)):
        plan, source = streams[place], world.sources[place]
        source.place, source.exact = place, math.inf
        if plan.pieces:
            if world.plan.varying:
                source.left = unit_exponential(world, plan.arrivals, Purpose.INTER_ARRIVAL, 0)
            else:
                _schedule_stream(world, plan, source)
        if plan.dates:
            _schedule_dated(world, place, 0)


# --- a rate that never changes but by its steps -----------------------------------------------------------------------


def _schedule_stream(world: World, plan: StreamPlan, source: ReferralSource) -> int:
    """Put the next referral on the calendar; its minute, the horizon if there is none."""
    source.total += unit_exponential(world, plan.arrivals, _INTER_ARRIVAL, source.ordinal)
    minute = next_arrival(plan.pieces, source.total, world.horizon)
    if minute > world.now:
        put(world, minute, _ARRIVAL, source.place << 1, REFERRAL, source.place, source.numbers)
    return minute


def next_of_stream(world: World, place: int, number: int) -> None:
    """A referral of a stream; several may come within one minute."""
    plan, source = world.plan.clients.streams[place], world.sources[place]
    if world.plan.varying:
        if source.numbers == number:
            _arrive(world, plan, source)
        return
    while True:
        _refer(world, place, source.ordinal)
        source.ordinal += 1
        if _schedule_stream(world, plan, source) > world.now:
            return


# --- a rate on which the organisation acts (R7.3) ---------------------------------------------------------------------


def set_factor(world: World, site: int, factor: float) -> None:
    """The referral rates of a site are multiplied by this from now on."""
    streams = world.plan.clients.streams
    for place in range(len(streams)):
        plan, source = streams[place], world.sources[place]
        if plan.site == site and plan.pieces and (factor != source.factor or not source.due):
            now = float(world.now)
            if now > source.since:
                spent = source.factor * rate_integral(plan.pieces, source.since, now)
                source.left = max(0.0, source.left - spent)
                source.since = now
            source.factor = factor
            _reschedule(world, plan, source)


def _exact(plan: StreamPlan, source: ReferralSource) -> float:
    if source.factor <= 0.0:
        return math.inf
    return time_from(plan.pieces, source.since, source.left / source.factor)


def _reschedule(world: World, plan: StreamPlan, source: ReferralSource) -> None:
    source.numbers += 1  # an entry that is on the calendar is stale
    source.exact = _exact(plan, source)
    if source.exact >= world.horizon:
        return
    minute = max(world.now + 1, math.floor(source.exact + 0.5))
    if minute < world.horizon:
        source.due = True
        put(world, minute, _ARRIVAL, source.place << 1, REFERRAL, source.place, source.numbers)


def _arrive(world: World, plan: StreamPlan, source: ReferralSource) -> None:
    """The referral, and those that come within the same minute."""
    source.due = False
    while True:
        _refer(world, source.place, source.ordinal)
        source.ordinal += 1
        source.since = source.exact
        source.left = unit_exponential(world, plan.arrivals, _INTER_ARRIVAL, source.ordinal)
        source.exact = _exact(plan, source)
        if source.exact >= world.horizon or math.floor(source.exact + 0.5) > world.now:
            break
    _reschedule(world, plan, source)


# --- dates ------------------------------------------------------------------------------------------------------------


def _schedule_dated(world: World, place: int, number: int) -> None:
    """Put the referral of this date on the calendar, in the order of the clients' keys."""
    minute = world.plan.clients.streams[place].dates[number]
    put(world, minute, Rank.ARRIVAL, place << 1 | 1, DATED_REFERRAL, place, number)


def next_dated(world: World, place: int, number: int) -> None:
    """The referrals of one date."""
    dates = world.plan.clients.streams[place].dates
    while True:
        _refer(world, place, FIRST_DATED + number)
        number += 1
        if number == len(dates):
            return
        if dates[number] > world.now:
            _schedule_dated(world, place, number)
            return


# --- taking in --------------------------------------------------------------------------------------------------------


def _refer(world: World, place: int, ordinal: int) -> None:
    """One potential referral: eligible or not, with a language and a degree of urgency."""
    happened(world)
    plan, care = world.plan.clients.streams[place], world.plan.clients
    key, stream = place << STREAM_SHIFT | ordinal, mix64(plan.client_hash ^ word(ordinal))
    if plan.eligibility < 1.0 and not chance(world, plan.eligibility, stream, Purpose.ELIGIBILITY, 0):
        counts_of_window(world)[ClientCount.SCREENED_OUT] += 1
        note(world, Event.SCREENED_OUT, (CLIENT, key, -1), NOBODY, plan.text)
        return
    language = draw_category(world, plan.languages, stream, Purpose.LANGUAGE) if plan.languages else -1
    urgent = plan.urgent_probability > 0.0 and chance(world, plan.urgent_probability, stream, Purpose.URGENT, 0)
    client = make_client(world)
    client.key, client.stream, client.referred, client.state = key, stream, world.now, WAITING
    client.starts = client.due = -1
    client.client_class = world.client_classes[plan.classes[language + 1]]
    enter_client(world, client, world.class_counts[plan.counters[language + 1]])
    join_queue(client, 0 if urgent else 1, plan.priority)
    world.referred_now.append(client)
    if care.reasons:
        world.newcomers.append(client)
    if world.keeps_log:
        note(world, Event.REFERRED, of_client(client), NOBODY, plan.text + 1 + language, 1 if urgent else 0)


# --- waiting ----------------------------------------------------------------------------------------------------------


def hand_over(world: World, client: Client, worker: Worker) -> None:
    """From this worker, or from a group of theirs, to wait for another with fresh patience (R8.3); or lost, where there
    is no transfer (R8.5)."""
    if not world.plan.clients.hand_over:
        end_client(world, client, ClientCount.LOST_ON_EXIT, worker, NO_TEXT)
        return
    return_to_waiting(world, client)
    note(world, Event.AWAITING_TRANSFER, seen_by(client, worker), of_worker(worker))
    if world.plan.clients.transfer_patience is not None:
        _schedule_patience(world, client, world.plan.clients.transfer_patience)


def begin_patience(world: World) -> None:
    """Whoever is still waiting at the end of the instant of referral can lose patience from now on."""
    patience = world.plan.clients.patience
    if patience is not None:
        for client in world.referred_now:
            if client.state == WAITING:
                _schedule_patience(world, client, patience)
    world.referred_now.clear()


def _schedule_patience(world: World, client: Client, patience: Draw) -> None:
    minute = world.now + minutes(world, patience, client.stream, _PATIENCE, client.spells)
    put(world, minute, _PATIENCE_ENDS, client.key, PATIENCE_ENDS, client, client.generation)


def lose_patience(world: World, client: Client, number: int) -> None:
    """Nobody came in time."""
    if client.generation != number or client.state == GONE:
        return
    happened(world)
    outcome = ClientCount.RENEGED if client.state == WAITING else ClientCount.LOST_ON_EXIT
    end_client(world, client, outcome, client.worker, NO_TEXT)
