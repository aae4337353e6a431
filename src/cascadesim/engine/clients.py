"""Clients: where they wait, for whom, how they are counted, and the ways out (R8)."""

from __future__ import annotations

from cascadesim.engine.custom_rules import CLIENT_WORKER, new_pool
from cascadesim.engine.event_log import LOST, NOBODY, note, of_client, of_worker
from cascadesim.engine.records import (
    ALL_LANGUAGES,
    AWAITING_TRANSFER,
    GONE,
    IN_CARE,
    ClassCounts,
    Client,
    ClientClass,
    ClientGroup,
    Offer,
    PoolEntry,
    ProviderPool,
    Worker,
    World,
)
from cascadesim.engine.runtime.fields import Growing, new, new_rows
from cascadesim.engine.runtime.lists import new_numbers, read_counters, swap_remove, take_out
from cascadesim.engine.sampling import chance
from cascadesim.engine.state import count, shift, swap
from cascadesim.model.counters import ClientCount
from cascadesim.model.enums import Event, Purpose

LANGUAGE = 8  # the test of a worker who does not speak a client's language; the others are in availability.py
MASKS = 8
# plain numbers of what is counted for every client: on SimPy a member of an enumeration takes long to look up
_REFERRED, _STARTED, COMPLETED = int(ClientCount.REFERRED), int(ClientCount.STARTED), int(ClientCount.COMPLETED)
_ATTENDED, _HELD = int(ClientCount.SESSIONS_ATTENDED), int(ClientCount.SESSIONS_HELD)
_CLOSED, _CLOSED_SESSIONS, _SQUARED = (
    int(ClientCount.CLOSED),
    int(ClientCount.CLOSED_SESSIONS),
    int(ClientCount.CLOSED_SESSIONS_SQUARED),
)
_START = int(Purpose.START)

# --- the queue --------------------------------------------------------------------------------------------------------


def join_queue(client: Client, urgency: int, priority: int) -> None:
    """Waits after referral: after those in transfer, urgent ones first, then by priority and date (R8.4)."""
    client.client_class.queue.offer(client.turn, (1, urgency, priority, client.referred, client.key))


def is_grouped(client_class: ClientClass) -> bool:
    """Whether the clients are helped in groups; after a transfer they are not (R8.6)."""
    return client_class.form.group_max > 1 and not client_class.plan.resumed


# --- workers ----------------------------------------------------------------------------------------------------------


def providers_of(world: World, worker: Worker) -> ProviderPool:
    """The pool of workers in which this one is on offer."""
    for providers in world.providers:
        if providers.site == worker.site and providers.speaks == worker.speaks:
            return providers
    return _new_providers(world, worker.site, worker.speaks)


def _new_providers(world: World, site: int, speaks: int) -> ProviderPool:
    """A new kind of worker: whom they can help."""
    providers = new(world, ProviderPool)
    providers.site, providers.speaks = site, speaks
    providers.needs = new_rows(world, Offer, len(world.plan.clients.needs))
    for need in providers.needs:
        need.pool, need.masks = new_pool(world, CLIENT_WORKER), new_numbers(world, MASKS)
    world.providers.append(providers)
    for client_class in world.client_classes:
        plan = client_class.plan
        if plan.site == site:
            if plan.language < 0 or speaks == ALL_LANGUAGES or speaks >> plan.language & 1 != 0:
                client_class.near.append(providers)
            else:
                client_class.far.append(providers)
    return providers


def best_provider(providers: Growing[ProviderPool], need: int) -> PoolEntry:
    """The entry of the worker who is next of several pools, None if there is none."""
    first = None
    for pool in providers:
        entry = pool.needs[need].pool.best()
        if entry is not None and (first is None or entry.precedes(first)):
            first = entry
    return first


def best_near(client_class: ClientClass) -> Worker:
    """The worker who is next for a client among those who speak the language, None if there is none."""
    entry = best_provider(client_class.near, client_class.plan.need)
    return None if entry is None else entry.worker


def best_far(client_class: ClientClass) -> Worker:
    """The same among those who need an interpreter (R8.4)."""
    need = client_class.plan.far_need
    if need < 0:
        return None
    entry = best_provider(client_class.far, need)
    return None if entry is None else entry.worker


def count_masks(client_class: ClientClass, total: list[int]) -> None:
    """How many workers of the site fail which tests, among them the language, into a list of 16."""
    plan = client_class.plan
    for mask in range(2 * MASKS):
        total[mask] = 0
    for providers in client_class.near:
        _add(providers.needs[plan.need].masks, total, 0)
    for providers in client_class.far:
        if plan.far_need >= 0:
            _add(providers.needs[plan.far_need].masks, total, 0)
        else:
            _add(providers.needs[plan.need].masks, total, LANGUAGE)


def _add(masks: list[int], total: list[int], bit: int) -> None:
    for mask in range(MASKS):
        total[mask | bit] += masks[mask]


def only_providers(client_class: ClientClass) -> ProviderPool:
    """The pool of workers where all at the site speak the same and can help; None where not."""
    return client_class.near[0] if len(client_class.near) == 1 and not client_class.far else None


# --- coming -----------------------------------------------------------------------------------------------------------


def counts_of_window(world: World) -> list[int]:
    """The counters of somebody referred now: those of the window, or others where nobody looks (R1.6)."""
    return world.client_counts if world.now >= world.plan.measure_from else world.other_counts


def make_client(world: World) -> Client:
    """A record for one more; that of somebody who has gone where there is one."""
    if not world.free_clients:
        client = new(world, Client)
        client.turn = new(world, PoolEntry)
        client.turn.client = client
        return client
    client = world.free_clients.pop()
    client.worker = None
    client.group = None
    client.interpreted = client.unsupervised_here = False
    client.attended = client.tries = client.no_shows = client.spells = client.attended_here = 0
    client.rate = client.research = client.assessment = client.more_care = client.more_research = 0
    return client


def free_gone(world: World) -> None:
    """The records of those who have gone in this instant are free for others; no calendar entry knows them any more."""
    while world.gone_clients:
        world.free_clients.append(world.gone_clients.pop())


def enter_client(world: World, client: Client, counts: ClassCounts) -> None:
    """A referral, of a stream and language that are counted here."""
    client.counts = counts_of_window(world)
    client.counted = world.now >= world.plan.measure_from
    client.own = counts if client.counted else world.nobody
    client.own.referred += 1
    client.counts[_REFERRED] += 1
    client.place = len(world.present_clients)
    world.present_clients.append(client)
    shift(world, world.plan.waiting, 1)


# --- in care ----------------------------------------------------------------------------------------------------------


def _level_of(world: World, client: Client) -> int:
    """The level in which somebody is counted who waits."""
    return world.plan.in_transfer if client.state == AWAITING_TRANSFER else world.plan.waiting


def place_client(world: World, client: Client) -> None:
    """The client waits no longer: in care, with a worker or a group."""
    swap(world, _level_of(world, client), world.plan.in_care)
    client.turn.withdraw()
    client.state = IN_CARE
    client.generation += 1


def return_to_waiting(world: World, client: Client) -> None:
    """Out of care, to wait for another worker (R8.5)."""
    client.state = AWAITING_TRANSFER
    client.generation += 1
    client.worker = None
    client.spells += 1
    swap(world, world.plan.in_care, world.plan.in_transfer)
    client.counts[ClientCount.TRANSFERS] += 1
    client.client_class = client.client_class.resumes
    client.client_class.queue.offer(client.turn, (0, 0, 0, client.referred, client.key))  # before all others (R8.4)


def draw_start(world: World, client: Client) -> None:
    """Whether the client will start at all; if so care begins, and the wait is over (R8.1, R8.2)."""
    starts = chance(world, world.plan.clients.start_probability, client.stream, _START, 0)
    client.starts = 1 if starts else 0
    if not starts:
        return
    client.counts[_STARTED] += 1
    client.own.started += 1
    if client.counted:
        world.waits.append(world.now - client.referred)
        client.own.wait_minutes += world.now - client.referred
    if world.first_start < 0:
        world.first_start = world.now
        read_counters(world, world.before_care)


def count_attended(client: Client, supervised: bool) -> None:
    """One more session that the client has come to."""
    client.attended += 1
    client.tries = 0
    client.counts[_ATTENDED] += 1
    if not supervised:
        client.counts[ClientCount.SESSIONS_UNSUPERVISED] += 1


def count_no_show(client: Client) -> None:
    """One more session to which the client has not come."""
    client.no_shows += 1
    client.tries += 1
    client.counts[ClientCount.NO_SHOWS] += 1


def count_session(world: World, client: Client, interpreted: bool) -> None:
    """A session is held: one of the clients of the window, and one to pay for, whoever they are."""
    client.counts[_HELD] += 1
    count(world, world.plan.sessions_given, 1)
    if interpreted:
        client.counts[ClientCount.INTERPRETED] += 1
        pay_interpreter(world, client.client_class.form.interpreted_session_minutes)


def pay_interpreter(world: World, minutes: int) -> None:
    """So long an interpreter was there."""
    count(world, world.plan.interpreter_minutes, minutes)


def quit_members(group: ClientGroup, client: Client) -> None:
    """One member of a group less."""
    take_out(group.members, client)
    client.group = None


# --- going ------------------------------------------------------------------------------------------------------------


def _event_of(outcome: int) -> Event:
    if outcome == COMPLETED:
        return Event.COMPLETED
    if outcome == ClientCount.DROPPED_OUT:
        return Event.DROPPED_OUT
    if outcome == ClientCount.NEVER_STARTED:
        return Event.NEVER_STARTED
    if outcome == ClientCount.RENEGED:
        return Event.RENEGED
    return Event.LOST_ON_EXIT if outcome == ClientCount.LOST_ON_EXIT else Event.LEFT


def end_client(world: World, client: Client, outcome: int, worker: Worker, text: int) -> None:
    """The client leaves the system, last seen by this worker or nobody; what is on the calendar for them is stale.

    However care has ended, who has attended an adequate number of sessions has completed (R8.2).
    """
    if client.attended >= client.client_class.form.adequate_sessions:
        text, outcome = LOST if outcome == ClientCount.LOST_ON_EXIT else text, COMPLETED
    if client.state == IN_CARE:
        shift(world, world.plan.in_care, -1)
    else:
        shift(world, _level_of(world, client), -1)
        client.turn.withdraw()
    client.state = GONE
    client.generation += 1
    client.worker = None
    moved = swap_remove(world.present_clients, client.place)
    if moved is not None:
        moved.place = client.place
    world.gone_clients.append(client)
    client.counts[outcome] += 1
    if outcome == COMPLETED:
        client.own.completed += 1
        count(world, world.plan.completions, 1)
    if client.starts >= 0:
        _count_sessions(client)
    if world.keeps_log:
        note(world, _event_of(outcome), of_client(client), NOBODY if worker is None else of_worker(worker), text)


def _count_sessions(client: Client) -> None:
    counts, attended = client.counts, client.attended
    counts[_CLOSED] += 1
    counts[_CLOSED_SESSIONS] += attended
    counts[_SQUARED] += attended * attended
    client.own.closed += 1
    client.own.closed_sessions += attended
