"""Clients as records: who they are, how they are counted, and the ways out (R8)."""

from __future__ import annotations

from cascadesim.engine.compiled.demands import quit_handovers, quit_queue
from cascadesim.engine.compiled.memory import address, allocate, compiled, load, store
from cascadesim.engine.compiled.nouns import CLIENT, client_at, demand_at
from cascadesim.engine.compiled.plan_nouns import care_at, format_at
from cascadesim.engine.compiled.pool import new_slots
from cascadesim.engine.compiled.record import count, note, read, shift, swap
from cascadesim.engine.compiled.vectors import GONE_CLIENTS, WAITS, pop, push, vector
from cascadesim.model.counters import CLASS_COUNTS, CLIENT_COUNTS, CLIENT_LEVELS, GIVEN_COUNTS
from cascadesim.model.enums import Event, Kind

_CLIENT, _WORKER = int(Kind.CLIENT), int(Kind.WORKER)
WAITING, HANDED_OVER, IN_CARE, GONE = range(4)
_WAITING_LEVEL, _HANDOVER_LEVEL, _CARE_LEVEL = range(len(CLIENT_LEVELS))
(
    REFERRED,
    _STARTED,
    SCREENED_OUT,
    HANDED_OVERS,
    SESSIONS,
    UNSUPERVISED_SESSIONS,
    NO_SHOWS,
    _ADEQUATE,
    INTERPRETED,
    HELD,
    _CLOSED,
    _CLOSED_SESSIONS,
    _CLOSED_SQUARED,
) = (
    CLIENT_COUNTS.index(name)
    for name in (
        "referred",
        "started",
        "screened_out",
        "handed_over",
        "sessions_attended",
        "sessions_unsupervised",
        "no_shows",
        "adequate",
        "interpreted",
        "sessions_held",
        "closed",
        "closed_sessions",
        "closed_sessions_squared",
    )
)
_GIVEN, _INTERPRETER_MINUTES = (GIVEN_COUNTS.index(name) for name in ("sessions_given", "interpreter_minutes"))
_CLASS_REFERRED, _CLASS_STARTED, _CLASS_COMPLETED, _CLASS_WAIT = range(len(CLASS_COUNTS))
COMPLETED, DROPPED_OUT, NEVER_STARTED, RENEGED, LOST_ON_EXIT, LEFT = (
    CLIENT_COUNTS.index(name)
    for name in ("completed", "dropped_out", "never_started", "reneged", "lost_on_exit", "left_for_own_reason")
)
"""The ways out, each by its place among the counts."""
_COMPLETED, _DROPPED_OUT, _NEVER_STARTED, _RENEGED, _LOST, _LEFT = (
    int(event)
    for event in (
        Event.COMPLETED,
        Event.DROPPED_OUT,
        Event.NEVER_STARTED,
        Event.RENEGED,
        Event.LOST_ON_EXIT,
        Event.LEFT,
    )
)
_CLIENT_SIZE, _CLASS_SIZE = CLIENT.itemsize, 8 * len(CLASS_COUNTS)


@compiled
def add(counts, place, by):
    """So many more of a count in a list."""
    store(counts, place, load(counts, place) + by)


@compiled
def window(S):
    """The counters of somebody referred now."""
    return S.client_counts if S.now >= S.measure_from else S.other_counts


@compiled
def new_client(S):
    """A record for one more; that of somebody who has gone where there is one."""
    at = S.free_client
    if at == 0:
        c = client_at(allocate(S, _CLIENT_SIZE))
        c.handover = new_slots(S, 1, address(c))
        return c
    c = client_at(at)
    S.free_client = c.queue
    c.queue = c.worker = c.group = c.interpreted = c.attended = c.tries = c.no_shows = c.spells = 0
    c.attended_here = c.unsupervised_here = c.rate = c.research = c.assessment = 0
    return c


@compiled
def free_gone(S):
    """The records of those who have gone in this instant are free for others; no calendar entry knows them any more."""
    gone = vector(S, GONE_CLIENTS)
    while gone.size > 0:
        c = client_at(pop(gone))
        c.queue = S.free_client
        S.free_client = address(c)


@compiled
def enter_client(S, c, kind):
    """A referral, of this stream and language."""
    c.counts = window(S)
    c.counted = 1 if c.counts == S.client_counts else 0
    c.own = S.classes + kind * _CLASS_SIZE if c.counted else S.nobody
    add(c.own, _CLASS_REFERRED, 1)
    add(c.counts, REFERRED, 1)
    demand_at(c.demand).waiting += 1
    c.present_before, c.present_after = 0, S.present_clients
    if S.present_clients != 0:
        client_at(S.present_clients).present_before = address(c)
    S.present_clients = address(c)
    shift(S, S.client_levels + _WAITING_LEVEL, 1)


@compiled
def _leave_line(c):
    """Waits no longer, whether after referral or in hand-over."""
    if c.state == HANDED_OVER:
        quit_handovers(c)
    else:
        quit_queue(c)
    demand_at(c.demand).waiting -= 1


@compiled
def place_client(S, c):
    """The client waits no longer: in care, with a worker or a group."""
    level = _HANDOVER_LEVEL if c.state == HANDED_OVER else _WAITING_LEVEL
    swap(S, S.client_levels + level, S.client_levels + _CARE_LEVEL)
    _leave_line(c)
    c.state = IN_CARE
    c.generation += 1


@compiled
def count_start(S, c):
    """Care begins: the wait is over (R8.1)."""
    add(c.counts, _STARTED, 1)
    add(c.own, _CLASS_STARTED, 1)
    if c.counted:
        push(S, vector(S, WAITS), S.now - c.referred)
        add(c.own, _CLASS_WAIT, S.now - c.referred)
    if S.first_start < 0:
        S.first_start = S.now
        read(S, S.before_care)


@compiled
def form_of(c):
    """The format in which the client is to be helped."""
    return format_at(demand_at(c.demand).form)


@compiled
def count_session(S, c, interpreted):
    """A session is held: one of the clients of the window, and one to pay for, whoever they are."""
    add(c.counts, HELD, 1)
    count(S, S.given_counts + _GIVEN, 1)
    if interpreted:
        add(c.counts, INTERPRETED, 1)
        pay_interpreter(S, form_of(c).interpreted_session_minutes)


@compiled
def pay_interpreter(S, minutes):
    """So long an interpreter was there."""
    count(S, S.given_counts + _INTERPRETER_MINUTES, minutes)


@compiled
def _event_of(outcome):
    if outcome == COMPLETED:
        return _COMPLETED
    if outcome == DROPPED_OUT:
        return _DROPPED_OUT
    if outcome == NEVER_STARTED:
        return _NEVER_STARTED
    if outcome == RENEGED:
        return _RENEGED
    return _LOST if outcome == LOST_ON_EXIT else _LEFT


@compiled
def _depart(S, c):
    if c.present_before == 0:
        S.present_clients = c.present_after
    else:
        client_at(c.present_before).present_after = c.present_after
    if c.present_after != 0:
        client_at(c.present_after).present_before = c.present_before
    push(S, vector(S, GONE_CLIENTS), address(c))


@compiled
def end_client(S, c, outcome, worker_key, text):
    """The client leaves the system; whatever was on the calendar for them is stale. `worker_key` is -1 for none."""
    if c.state == IN_CARE:
        shift(S, S.client_levels + _CARE_LEVEL, -1)
    else:
        shift(S, S.client_levels + (_HANDOVER_LEVEL if c.state == HANDED_OVER else _WAITING_LEVEL), -1)
        _leave_line(c)
    c.state = GONE
    c.generation += 1
    c.worker = 0
    _depart(S, c)
    add(c.counts, outcome, 1)
    if outcome == COMPLETED:
        add(c.own, _CLASS_COMPLETED, 1)
    if c.starts >= 0:
        _count_sessions(c, care_at(S.care).adequate_sessions)
    note(
        S,
        _event_of(outcome),
        _CLIENT,
        c.key,
        -1,
        0 if worker_key < 0 else _WORKER,
        worker_key,
        text,
        0,
    )


@compiled
def _count_sessions(c, adequate):
    add(c.counts, _CLOSED, 1)
    add(c.counts, _CLOSED_SESSIONS, c.attended)
    add(c.counts, _CLOSED_SQUARED, c.attended * c.attended)
    if 0 < adequate <= c.attended:
        add(c.counts, _ADEQUATE, 1)
