"""The queue of those who wait for the same thing: whoever waits no longer does not stay in it (R10.2)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from cascadesim.engine.client_assignment import _next_ready
from cascadesim.engine.clients import join_queue
from cascadesim.engine.group_care import _first_waiting
from cascadesim.engine.plan import FormatPlan
from cascadesim.engine.records import Client, ClientClass, Pool, PoolEntry, World
from engine.worlds import plain_world


def clients_of(client_class: ClientClass, number: int, first: int = 0) -> list[Client]:
    """So many who wait for a group, by key."""
    clients = []
    for key in range(first, first + number):
        client = Client()
        client.key = client.referred = key
        client.client_class, client.turn = client_class, PoolEntry()
        client.turn.client = client
        join_queue(client, 1, 1)
        clients.append(client)
    return clients


def in_queue(world: World, client_class: ClientClass) -> list[Client]:
    """Everybody in the queue of a class, from the front."""
    return list(_first_waiting(world, client_class, client_class.queue.size))


def groups() -> ClientClass:
    """Clients who wait for groups of three or four."""
    client_class = ClientClass()
    client_class.queue = Pool()
    client_class.form = cast(FormatPlan, SimpleNamespace(group_min=3, group_max=4))
    return client_class


def test_who_heads_the_queue_and_has_gone_is_walked_over_by_nobody() -> None:
    """Of a thousand, 990 have begun or given up, in no order: the first four are found at once."""
    world, client_class = plain_world(), groups()
    clients = clients_of(client_class, 1000)
    for client in sorted(clients[:990], key=lambda client: client.key * 7919 % 990):
        assert client.turn.withdraw()
        assert not client.turn.withdraw()  # who is in none leaves none
    for _ in range(2):
        assert list(_first_waiting(world, client_class, 4)) == clients[990:994]
    assert in_queue(world, client_class) == clients[990:]


def test_the_turn_of_a_class_is_that_of_its_first() -> None:
    world = plain_world()
    world.client_classes = [groups(), groups()]
    one, other = (clients_of(each, 3, first) for each, first in zip(world.client_classes, (0, 1), strict=True))
    assert _next_ready(world) is None
    for client_class in world.client_classes:
        client_class.ready = True
    assert _next_ready(world) is world.client_classes[0]
    one[0].turn.withdraw()  # now both are first with key 1, and one of them comes later in the list
    assert world.client_classes[0].queue.best().client is one[1]
    one[1].turn.withdraw()
    assert world.client_classes[1].queue.best().client is other[0] and _next_ready(world) is world.client_classes[1]


def test_urgency_then_priority_then_date() -> None:
    """In this order, however they came."""
    world, client_class = plain_world(), groups()
    clients = clients_of(client_class, 12)
    for client in clients:
        client.turn.withdraw()
    degrees = {}
    for client in clients:
        degrees[client.key] = (client.key % 2, client.key % 3, client.key)
        join_queue(client, client.key % 2, client.key % 3)
    assert [client.key for client in in_queue(world, client_class)] == sorted(degrees, key=degrees.__getitem__)
