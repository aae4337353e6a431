"""The queue of those who wait for the same thing: whoever waits no longer does not stay in it (R10.2)."""

from __future__ import annotations

from cascadesim.engine.clients import GONE, Client
from cascadesim.engine.demands import Demand
from cascadesim.model.distributions import Draw, Family
from cascadesim.model.plan import FormatPlan

GROUPS = FormatPlan("g", 3, Draw(Family.CONSTANT, (1.0,)), 60, 0, 0, -1, 0, 0, 0, 3, 4, 1)


def queue(number: int) -> tuple[Demand, list[Client]]:
    """A demand for groups, and so many who wait for one."""
    demand = Demand(0, 0, -1, GROUPS, 0, -1)
    clients = [Client(key, key, key, demand, 1, 1) for key in range(number)]
    for client in clients:
        demand.join(client)
    return demand, clients


def test_who_heads_the_queue_and_has_gone_is_walked_over_once() -> None:
    """Of a thousand, 990 have begun or given up: the search for the first four does not pass them again and again."""
    demand, clients = queue(1000)
    for client in clients[:990]:
        client.state = GONE
    for _ in range(2):
        assert demand.first(4) == clients[990:994]
    ((order, waiting),) = demand._queues.items()
    assert order == (1, 1) and list(waiting) == clients[990:]


def test_the_turn_of_a_demand_is_that_of_its_first() -> None:
    demand, clients = queue(3)
    clients[0].state = GONE
    assert demand.turn() == clients[1].turn == (1, 1, 1, 1)
