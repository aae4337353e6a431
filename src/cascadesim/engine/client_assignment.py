"""Clients to workers: transfers first, then groups, then individual episodes (R8.4, R8.6, R10.2)."""

from __future__ import annotations

from cascadesim.engine.availability import refresh_touched
from cascadesim.engine.clients import best_far, best_near, is_grouped
from cascadesim.engine.group_care import start_group
from cascadesim.engine.individual_care import begin_episode
from cascadesim.engine.records import AWAITING_TRANSFER, ClientClass, World


def assign_clients(world: World) -> None:
    """Each in turn to the worker who is next for one."""
    if world.only_class is not None:
        if world.only_class.queue.size > 0:
            _assign_alike(world, world.only_class)
        return
    _assign(world, True)
    _gather(world)
    _assign(world, False)


def _assign_alike(world: World, client_class: ClientClass) -> None:
    """The same where everybody needs the same."""
    queue = client_class.queue
    while queue.size > 0:
        near = best_near(client_class)
        worker = near if near is not None else best_far(client_class)
        if worker is None:
            return
        begin_episode(world, queue.best().client, worker, near is None)
        refresh_touched(world)


def _assign(world: World, transfers: bool) -> None:
    """All who can begin, those in transfer first: where one of them is left, nobody of their class finds a worker."""
    while True:
        chosen, helper, interpreted = None, None, False
        for client_class in world.client_classes:
            if client_class.queue.size == 0 or is_grouped(client_class):
                continue
            entry = client_class.queue.best()
            if transfers and entry.client.state != AWAITING_TRANSFER:
                continue
            if chosen is not None and not entry.precedes(chosen):
                continue
            near = best_near(client_class)
            worker = near if near is not None else best_far(client_class)
            if worker is not None:
                chosen, helper, interpreted = entry, worker, near is None
        if chosen is None:
            return
        begin_episode(world, chosen.client, helper, interpreted)
        refresh_touched(world)


# --- groups -----------------------------------------------------------------------------------------------------------


def _gather(world: World) -> None:
    """Groups, that first whose first client is first in turn: never by the name of a language or a format (R8.4).

    A start only takes hours and places, so what could not start before it cannot start after it.
    """
    for client_class in world.client_classes:
        client_class.ready = is_grouped(client_class)
    client_class = _next_ready(world)
    while client_class is not None:
        client_class.ready = start_group(world, client_class)
        refresh_touched(world)
        client_class = _next_ready(world)


def _next_ready(world: World) -> ClientClass:
    chosen = None
    for client_class in world.client_classes:
        if client_class.ready and client_class.queue.size >= client_class.form.group_min:
            if chosen is None or client_class.queue.best().precedes(chosen.queue.best()):
                chosen = client_class
    return chosen
