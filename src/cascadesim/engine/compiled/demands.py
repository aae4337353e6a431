"""Clients who wait, by what they need: a site, a language, a format; and the workers who could see them, likewise."""

from __future__ import annotations

from cascadesim.engine.compiled.memory import address, allocate, compiled, load, store
from cascadesim.engine.compiled.newcomers import ALL_LANGUAGES
from cascadesim.engine.compiled.nouns import (
    DEMAND,
    DESK,
    LINK,
    POOL,
    QUEUE,
    client_at,
    demand_at,
    desk_at,
    link_at,
    pool_at,
    queue_at,
    slot_at,
)
from cascadesim.engine.compiled.pool import best, offer, precedes, withdraw

DEMAND_SIZE = DEMAND.itemsize
_DESK_SIZE, _LINK_SIZE, _QUEUE_SIZE, _POOL_SIZE = DESK.itemsize, LINK.itemsize, QUEUE.itemsize, POOL.itemsize
LANGUAGE = 8  # the test of a worker who does not speak a client's language; the others are in offers.py
MASKS = 8


@compiled
def demand_of(S, place):
    """The demand at this place."""
    return demand_at(S.demands + place * DEMAND_SIZE)


@compiled
def pool_of(desk, need):
    """The workers on offer at a desk for one of the needs."""
    return desk.pools + need * _POOL_SIZE


# --- the queue --------------------------------------------------------------------------------------------------------


@compiled
def join(S, demand, c):
    """At the end of the queue of its class: urgent first, then by priority."""
    queue = _queue_of(S, demand, c.urgency, c.priority)
    c.queue = address(queue)
    c.queue_before, c.queue_after = queue.last, 0
    if queue.last == 0:
        queue.first = address(c)
    else:
        client_at(queue.last).queue_after = address(c)
    queue.last = address(c)


@compiled
def _queue_of(S, demand, urgency, priority):
    before, at = 0, demand.queues
    while at != 0:
        queue = queue_at(at)
        if queue.urgency == urgency and queue.priority == priority:
            return queue
        if queue.urgency > urgency or (queue.urgency == urgency and queue.priority > priority):
            break
        before, at = at, queue.after
    new = queue_at(allocate(S, _QUEUE_SIZE))
    new.urgency, new.priority, new.after = urgency, priority, at
    if before == 0:
        demand.queues = address(new)
    else:
        queue_at(before).after = address(new)
    return new


@compiled
def quit_queue(c):
    """Out of the queue, wherever the client stands in it."""
    if c.queue == 0:
        return
    queue = queue_at(c.queue)
    if c.queue_before == 0:
        queue.first = c.queue_after
    else:
        client_at(c.queue_before).queue_after = c.queue_after
    if c.queue_after == 0:
        queue.last = c.queue_before
    else:
        client_at(c.queue_after).queue_before = c.queue_before
    c.queue = c.queue_before = c.queue_after = 0


@compiled
def join_handovers(demand, c):
    """Among those who wait for another worker, by referral and key."""
    offer(demand.handovers, slot_at(c.handover), c.referred, c.key, 0, 0, 0)


@compiled
def quit_handovers(c):
    """Waits for another worker no longer."""
    withdraw(slot_at(c.handover))


@compiled
def next_handover(demand):
    """Who is next of those handed over, left in; 0 if there is nobody."""
    return best(demand.handovers)


@compiled
def next_referral(demand):
    """Who is next of those referred, left in; 0 if there is nobody."""
    at = demand.queues
    while at != 0:
        queue = queue_at(at)
        if queue.first != 0:
            return queue.first
        at = queue.after
    return 0


# --- workers ----------------------------------------------------------------------------------------------------------


@compiled
def desk_of(S, w):
    """The desk at which this worker is on offer."""
    at = S.desks
    while at != 0:
        desk = desk_at(at)
        if desk.site == w.site and desk.speaks == w.speaks:
            return at
        at = desk.after
    return _new_desk(S, w.site, w.speaks)


@compiled
def _new_desk(S, site, speaks):
    """A new kind of worker: whom they can help."""
    desk = desk_at(allocate(S, _DESK_SIZE))
    desk.site, desk.speaks, desk.after = site, speaks, S.desks
    desk.pools = allocate(S, S.n_needs * _POOL_SIZE)
    desk.masks = allocate(S, S.n_needs * MASKS * 8)
    S.desks = address(desk)
    for place in range(S.n_demands):
        demand = demand_of(S, place)
        if demand.site == site:
            link = link_at(allocate(S, _LINK_SIZE))
            link.item = address(desk)
            if demand.language < 0 or speaks == ALL_LANGUAGES or speaks >> demand.language & 1:
                link.after = demand.near
                demand.near = address(link)
            else:
                link.after = demand.far
                demand.far = address(link)
    return address(desk)


@compiled
def _best(links, need):
    """The slot of the worker who is next at several desks, 0 if there is none."""
    found = 0
    while links != 0:
        link = link_at(links)
        root = pool_at(pool_of(desk_at(link.item), need)).root
        if root != 0 and (found == 0 or precedes(slot_at(root), slot_at(found))):
            found = root
        links = link.after
    return found


@compiled
def best_near(demand):
    """The worker who is next for a client of this demand among those who speak the language, 0 if there is none."""
    slot = _best(demand.near, demand.need)
    return 0 if slot == 0 else slot_at(slot).item


@compiled
def best_far(demand):
    """The same among those who need an interpreter (R8.4)."""
    if demand.far_need < 0:
        return 0
    slot = _best(demand.far, demand.far_need)
    return 0 if slot == 0 else slot_at(slot).item


@compiled
def count_masks(demand, total):
    """How many workers of the site fail which tests, among them the language, into a list of 16."""
    for mask in range(2 * MASKS):
        store(total, mask, 0)
    at = demand.near
    while at != 0:
        _add(desk_at(link_at(at).item).masks + demand.need * MASKS * 8, total, 0)
        at = link_at(at).after
    at = demand.far
    while at != 0:
        masks = desk_at(link_at(at).item).masks
        if demand.far_need >= 0:
            _add(masks + demand.far_need * MASKS * 8, total, 0)
        else:
            _add(masks + demand.need * MASKS * 8, total, LANGUAGE)
        at = link_at(at).after


@compiled
def _add(masks, total, bit):
    for mask in range(MASKS):
        store(total, mask | bit, load(total, mask | bit) + load(masks, mask))


@compiled
def lone_masks(demand):
    """How many workers fail which tests where all at the site speak the same and can help; 0 where not."""
    if demand.near == 0 or demand.far != 0 or link_at(demand.near).after != 0:
        return 0
    return desk_at(link_at(demand.near).item).masks + demand.need * MASKS * 8
