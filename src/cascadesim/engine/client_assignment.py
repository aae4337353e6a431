"""Clients to workers: transfers first, then groups, then individual episodes (R8.4, R8.6, R10.2)."""

from __future__ import annotations

from cascadesim.engine.availability import refresh_touched
from cascadesim.engine.clients import best_far, best_near, is_grouped, next_referral, next_transfer
from cascadesim.engine.group_care import start_group
from cascadesim.engine.individual_care import begin_episode
from cascadesim.engine.records import AWAITING_TRANSFER, Client, ClientClass, World


def assign_clients(world: World) -> None:
    """Each in turn to the worker who is next for one."""
    if world.only_class is not None:
        if world.only_class.waiting > 0:
            _assign_alike(world, world.only_class)
        return
    _assign(world, True)
    _gather(world)
    _assign(world, False)


def _assign_alike(world: World, client_class: ClientClass) -> None:
    """The same where everybody needs the same."""
    while client_class.waiting > 0:
        worker, interpreted = best_near(client_class), False
        if worker is None:
            worker, interpreted = best_far(client_class), True
            if worker is None:
                return
        client = next_transfer(client_class)
        if client is None:
            client = next_referral(client_class)
            if client is None:
                return
        begin_episode(world, client, worker, interpreted)
        refresh_touched(world)


def _assign(world: World, transfers: bool) -> None:
    while True:
        chosen, helper, interpreted = None, None, False
        for client_class in world.client_classes:
            if client_class.waiting == 0 or is_grouped(client_class):
                continue
            client = next_transfer(client_class) if transfers else next_referral(client_class)
            if client is None or (chosen is not None and not _comes_first(client, chosen)):
                continue
            near = best_near(client_class)
            worker = near if near is not None else best_far(client_class)
            if worker is not None:
                chosen, helper, interpreted = client, worker, near is None
        if chosen is None:
            return
        begin_episode(world, chosen, helper, interpreted)
        refresh_touched(world)


def _comes_first(one: Client, other: Client) -> bool:
    """Whose turn it is: those in transfer by referral alone (R8.4)."""
    if one.state != AWAITING_TRANSFER:
        if one.urgency != other.urgency:
            return one.urgency < other.urgency
        if one.priority != other.priority:
            return one.priority < other.priority
    if one.referred != other.referred:
        return one.referred < other.referred
    return one.key < other.key


# --- groups -----------------------------------------------------------------------------------------------------------


def _gather(world: World) -> None:
    """Groups, that first whose first client is first in turn: never by the name of a language or a format (R8.4).

    A start only takes hours and places, so what could not start before it cannot start after it.
    """
    for client_class in world.client_classes:
        client_class.ready = is_grouped(client_class) and client_class.waiting >= client_class.form.group_min
    client_class = _next_ready(world)
    while client_class is not None:
        if start_group(world, client_class):
            refresh_touched(world)
            client_class.ready = client_class.waiting >= client_class.form.group_min
        else:
            client_class.ready = False
        client_class = _next_ready(world)


def _next_ready(world: World) -> ClientClass:
    chosen = None
    for client_class in world.client_classes:
        if client_class.ready:
            client = next_referral(client_class)
            if chosen is None or _comes_first(client, next_referral(chosen)):
                chosen = client_class
    return chosen
