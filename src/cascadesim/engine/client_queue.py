"""Clients who wait, by what they need, and the workers who could see them (R8.4)."""

from __future__ import annotations

from cascadesim.engine.pools import CLIENT_WORKER, new_pool
from cascadesim.engine.records import (
    ALL_LANGUAGES,
    Client,
    ClientClass,
    PoolEntry,
    ProviderPool,
    QueueClass,
    Worker,
    World,
    new_need_offers,
    new_provider_pool,
    new_queue_class,
)
from cascadesim.engine.runtime.fields import Growing

LANGUAGE = 8  # the test of a worker who does not speak a client's language; the others are in availability.py
MASKS = 8

# --- the queue --------------------------------------------------------------------------------------------------------


def join_queue(world: World, client: Client) -> None:
    """At the end of the queue of their degree: urgent first, then by priority."""
    queue = _queue_of(world, client.client_class, client.urgency, client.priority)
    client.queue = queue
    client.queue_before, client.queue_after = queue.last, None
    if queue.last is None:
        queue.first = client
    else:
        queue.last.queue_after = client
    queue.last = client


def _queue_of(world: World, client_class: ClientClass, urgency: int, priority: int) -> QueueClass:
    queues = client_class.queues
    for queue in queues:
        if queue.urgency == urgency and queue.priority == priority:
            return queue
    new = new_queue_class(world)
    new.urgency, new.priority = urgency, priority
    queues.append(new)
    place = len(queues) - 1
    while place > 0 and _is_later(queues[place - 1], new):
        queues[place] = queues[place - 1]
        place -= 1
    queues[place] = new
    return new


def _is_later(one: QueueClass, other: QueueClass) -> bool:
    return one.urgency > other.urgency or (one.urgency == other.urgency and one.priority > other.priority)


def quit_queue(client: Client) -> None:
    """Out of the queue, wherever the client stands in it."""
    queue = client.queue
    if queue is None:
        return
    if client.queue_before is None:
        queue.first = client.queue_after
    else:
        client.queue_before.queue_after = client.queue_after
    if client.queue_after is None:
        queue.last = client.queue_before
    else:
        client.queue_after.queue_before = client.queue_before
    client.queue = None
    client.queue_before = client.queue_after = None


def join_handovers(client: Client) -> None:
    """Among those who wait for another worker, by referral and key."""
    client.client_class.handovers.offer(client.handover, (client.referred, client.key))


def next_handover(client_class: ClientClass) -> Client:
    """Who is next of those handed over, left in; None if there is nobody."""
    entry = client_class.handovers.best()
    return None if entry is None else entry.client


def next_referral(client_class: ClientClass) -> Client:
    """Who is next of those referred, left in; None if there is nobody."""
    for queue in client_class.queues:
        if queue.first is not None:
            return queue.first
    return None


def is_grouped(client_class: ClientClass) -> bool:
    """Whether the clients are helped in groups."""
    return client_class.form.group_max > 1


# --- workers ----------------------------------------------------------------------------------------------------------


def providers_of(world: World, worker: Worker) -> ProviderPool:
    """The pool of workers in which this one is on offer."""
    for providers in world.providers:
        if providers.site == worker.site and providers.speaks == worker.speaks:
            return providers
    return _new_providers(world, worker.site, worker.speaks)


def _new_providers(world: World, site: int, speaks: int) -> ProviderPool:
    """A new kind of worker: whom they can help."""
    providers = new_provider_pool(world)
    providers.site, providers.speaks = site, speaks
    providers.needs = new_need_offers(world, len(world.plan.clients.needs))
    for need in providers.needs:
        need.pool = new_pool(world, CLIENT_WORKER)
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
