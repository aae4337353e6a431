"""M/M/20+M in other ways, with random numbers of their own: a loop over a `heapq`, idiomatic SimPy, Ciw.

`rival_numba.py` and `rival_cimba.py` are files of their own, since nothing of them is there without their compiler.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Generator
from heapq import heappop, heappush

import simpy

from cascadesim.devtools.benchmark.reference_queue import (
    ARRIVALS_A_WEEK,
    PATIENCE_WEEKS,
    SERVERS,
    SERVICE_WEEKS,
    QueueRun,
    QueueSimulator,
)

_ARRIVAL, _PATIENCE_ENDS, _SERVICE_ENDS = range(3)


def heap_loop(weeks: float) -> QueueSimulator:
    """A plain Python loop: what is left when no library is in the way."""
    return lambda seed: _heap_loop(weeks, seed)


def _heap_loop(weeks: float, seed: int) -> QueueRun:
    """One run. Whoever has gone stays in the line until they would have been served, and is passed over then."""
    draw = random.Random(seed).expovariate
    calendar: list[tuple[float, int, int]] = [(draw(ARRIVALS_A_WEEK), _ARRIVAL, 0)]
    line: deque[int] = deque()
    arrivals: dict[int, float] = {}  # of those who wait
    free, served, reneged, waited = SERVERS, 0, 0, 0.0
    while True:
        now, event, client = heappop(calendar)
        if now >= weeks:
            return QueueRun(served, reneged, waited)
        if event == _ARRIVAL:
            arrivals[client] = now
            line.append(client)
            heappush(calendar, (now + draw(1 / PATIENCE_WEEKS), _PATIENCE_ENDS, client))
            heappush(calendar, (now + draw(ARRIVALS_A_WEEK), _ARRIVAL, client + 1))
        elif event == _SERVICE_ENDS:
            free += 1
        elif arrivals.pop(client, None) is not None:
            reneged += 1
        while free and line:
            arrived = arrivals.pop(first := line.popleft(), None)
            if arrived is not None:
                free -= 1
                served += 1
                waited += now - arrived
                heappush(calendar, (now + draw(1 / SERVICE_WEEKS), _SERVICE_ENDS, first))


def idiomatic_simpy(weeks: float) -> QueueSimulator:
    """As a good SimPy user would write it: a process for each client, a Resource, patience by a condition."""

    def run(seed: int) -> QueueRun:
        draw, env = random.Random(seed).expovariate, simpy.Environment()
        servers, waits, reneged = simpy.Resource(env, SERVERS), list[float](), list[float]()

        def arrivals() -> Generator[simpy.Event, object, None]:
            while True:
                yield env.timeout(draw(ARRIVALS_A_WEEK))
                env.process(client())

        def client() -> Generator[simpy.Event, simpy.events.ConditionValue, None]:
            came = env.now
            with servers.request() as request:
                got = yield request | env.timeout(draw(1 / PATIENCE_WEEKS))
                if request not in got:
                    reneged.append(env.now)
                    return
                waits.append(env.now - came)
                yield env.timeout(draw(1 / SERVICE_WEEKS))

        env.process(arrivals())
        env.run(until=weeks)
        return QueueRun(len(waits), len(reneged), sum(waits))

    return run


def in_ciw(weeks: float) -> QueueSimulator:
    """A network of one node, with Ciw's own reneging. It draws from generators that all runs of the process share."""
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(ARRIVALS_A_WEEK)],
        service_distributions=[ciw.dists.Exponential(1 / SERVICE_WEEKS)],
        reneging_time_distributions=[ciw.dists.Exponential(1 / PATIENCE_WEEKS)],
        number_of_servers=[SERVERS],
    )

    def run(seed: int) -> QueueRun:
        ciw.seed(seed)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(weeks)
        records = simulation.get_all_records()
        waits = [record.waiting_time for record in records if record.record_type == "service"]
        return QueueRun(len(waits), len(records) - len(waits), sum(waits))

    return run
