"""Clients: how they are counted, the lists they stand in, and the ways out (R8)."""

from __future__ import annotations

from cascadesim.engine.client_queue import join_handovers, quit_queue
from cascadesim.engine.event_log import note_end_of_care
from cascadesim.engine.records import (
    GONE,
    HANDED_OVER,
    IN_CARE,
    ClassCounts,
    Client,
    ClientGroup,
    Worker,
    World,
    new_client,
    new_entry,
)
from cascadesim.engine.runtime.lists import insert_by_key, read_counters, swap_remove, take_out
from cascadesim.engine.state import count, shift, swap
from cascadesim.model.counters import CLIENT_COUNTS, CLIENT_LEVELS, GIVEN_COUNTS
from cascadesim.model.enums import Event

_WAITING_LEVEL, _HANDOVER_LEVEL, _CARE_LEVEL = range(len(CLIENT_LEVELS))
(
    REFERRED,
    STARTED,
    SCREENED_OUT,
    HANDED_OVERS,
    SESSIONS,
    UNSUPERVISED_SESSIONS,
    NO_SHOWS,
    _ADEQUATE,
    _INTERPRETED,
    _HELD,
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
COMPLETED, DROPPED_OUT, NEVER_STARTED, RENEGED, LOST_ON_EXIT, LEFT = (
    CLIENT_COUNTS.index(name)
    for name in ("completed", "dropped_out", "never_started", "reneged", "lost_on_exit", "left_for_own_reason")
)
"""The ways out, each by its place among the counts."""
_GIVEN, _INTERPRETER_MINUTES = (GIVEN_COUNTS.index(name) for name in ("sessions_given", "interpreter_minutes"))

# --- coming -----------------------------------------------------------------------------------------------------------


def counts_of_window(world: World) -> list[int]:
    """The counters of somebody referred now: those of the window, or others where nobody looks (R1.6)."""
    return world.client_counts if world.now >= world.plan.measure_from else world.other_counts


def make_client(world: World) -> Client:
    """A record for one more; that of somebody who has gone where there is one."""
    client = world.free_client
    if client is None:
        client = new_client(world)
        client.handover = new_entry(world)
        client.handover.client = client
        return client
    world.free_client = client.queue_after
    client.queue = None
    client.worker = None
    client.group = None
    client.queue_before = client.queue_after = None
    client.interpreted = client.unsupervised_here = False
    client.attended = client.tries = client.no_shows = client.spells = client.attended_here = 0
    client.rate = client.research = client.assessment = 0
    return client


def free_gone(world: World) -> None:
    """The records of those who have gone in this instant are free for others; no calendar entry knows them any more."""
    while world.gone_clients:
        client = world.gone_clients.pop()
        client.queue_after = world.free_client
        world.free_client = client


def enter_client(world: World, client: Client, counts: ClassCounts) -> None:
    """A referral, of a stream and language that are counted here."""
    client.counts = counts_of_window(world)
    client.counted = world.now >= world.plan.measure_from
    client.own = counts if client.counted else world.nobody
    client.own.referred += 1
    client.counts[REFERRED] += 1
    client.client_class.waiting += 1
    client.place = len(world.present_clients)
    world.present_clients.append(client)
    shift(world, world.plan.client_levels + _WAITING_LEVEL, 1)


# --- in care ----------------------------------------------------------------------------------------------------------


def _level_of(world: World, client: Client) -> int:
    """The level in which somebody is counted who waits."""
    return world.plan.client_levels + (_HANDOVER_LEVEL if client.state == HANDED_OVER else _WAITING_LEVEL)


def _leave_line(client: Client) -> None:
    """Waits no longer, whether after referral or in hand-over."""
    if client.state == HANDED_OVER:
        client.handover.withdraw()
    else:
        quit_queue(client)
    client.client_class.waiting -= 1


def place_client(world: World, client: Client) -> None:
    """The client waits no longer: in care, with a worker or a group."""
    swap(world, _level_of(world, client), world.plan.client_levels + _CARE_LEVEL)
    _leave_line(client)
    client.state = IN_CARE
    client.generation += 1


def return_to_waiting(world: World, client: Client) -> None:
    """Out of care, to wait for another worker (R8.5)."""
    client.state = HANDED_OVER
    client.generation += 1
    client.worker = None
    client.spells += 1
    swap(world, world.plan.client_levels + _CARE_LEVEL, world.plan.client_levels + _HANDOVER_LEVEL)
    client.counts[HANDED_OVERS] += 1
    client.client_class.waiting += 1
    join_handovers(client)


def count_start(world: World, client: Client) -> None:
    """Care begins: the wait is over (R8.1)."""
    client.counts[STARTED] += 1
    client.own.started += 1
    if client.counted:
        world.waits.append(world.now - client.referred)
        client.own.wait_minutes += world.now - client.referred
    if world.first_start < 0:
        world.first_start = world.now
        read_counters(world, world.before_care)


def count_session(world: World, client: Client, interpreted: bool) -> None:
    """A session is held: one of the clients of the window, and one to pay for, whoever they are."""
    client.counts[_HELD] += 1
    count(world, world.plan.given_counts + _GIVEN, 1)
    if interpreted:
        client.counts[_INTERPRETED] += 1
        pay_interpreter(world, client.client_class.form.interpreted_session_minutes)


def pay_interpreter(world: World, minutes: int) -> None:
    """So long an interpreter was there."""
    count(world, world.plan.given_counts + _INTERPRETER_MINUTES, minutes)


def join_members(group: ClientGroup, client: Client) -> None:
    """One more member of a group."""
    insert_by_key(group.members, client)
    client.group = group


def quit_members(group: ClientGroup, client: Client) -> None:
    """One less."""
    take_out(group.members, client)
    client.group = None


# --- going ------------------------------------------------------------------------------------------------------------


def _event_of(outcome: int) -> Event:
    if outcome == COMPLETED:
        return Event.COMPLETED
    if outcome == DROPPED_OUT:
        return Event.DROPPED_OUT
    if outcome == NEVER_STARTED:
        return Event.NEVER_STARTED
    if outcome == RENEGED:
        return Event.RENEGED
    return Event.LOST_ON_EXIT if outcome == LOST_ON_EXIT else Event.LEFT


def _depart(world: World, client: Client) -> None:
    moved = swap_remove(world.present_clients, client.place)
    if moved is not None:
        moved.place = client.place
    world.gone_clients.append(client)


def end_client(world: World, client: Client, outcome: int, worker: Worker, text: int) -> None:
    """The client leaves the system, last seen by this worker or nobody; what is on the calendar for them is stale."""
    if client.state == IN_CARE:
        shift(world, world.plan.client_levels + _CARE_LEVEL, -1)
    else:
        shift(world, _level_of(world, client), -1)
        _leave_line(client)
    client.state = GONE
    client.generation += 1
    client.worker = None
    _depart(world, client)
    client.counts[outcome] += 1
    if outcome == COMPLETED:
        client.own.completed += 1
    if client.starts >= 0:
        _count_sessions(client, world.plan.clients.adequate_sessions)
    note_end_of_care(world, _event_of(outcome), client, worker, text)


def _count_sessions(client: Client, adequate: int) -> None:
    counts, attended = client.counts, client.attended
    counts[_CLOSED] += 1
    counts[_CLOSED_SESSIONS] += attended
    counts[_CLOSED_SQUARED] += attended * attended
    if 0 < adequate <= attended:
        counts[_ADEQUATE] += 1
