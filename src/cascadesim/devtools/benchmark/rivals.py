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
        queue = _SimpyQueue(seed)
        queue.run(weeks)
        return QueueRun(len(queue.waits), queue.reneged, sum(queue.waits))

    return run


class _SimpyQueue:
    """One run: waits of those served in weeks, and how many gave up."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.env = simpy.Environment()
        self.servers = simpy.Resource(self.env, SERVERS)
        self.waits: list[float] = []
        self.reneged = 0

    def run(self, weeks: float) -> None:
        self.env.process(self.arrivals())
        self.env.run(until=weeks)

    def arrivals(self) -> Generator[simpy.Event, object, None]:
        while True:
            yield self.env.timeout(self.random.expovariate(ARRIVALS_A_WEEK))
            self.env.process(self.client())

    def client(self) -> Generator[simpy.Event, simpy.events.ConditionValue, None]:
        came = self.env.now
        with self.servers.request() as request:
            patience = self.env.timeout(self.random.expovariate(1 / PATIENCE_WEEKS))
            got = yield request | patience
            if request not in got:
                self.reneged += 1
                return
            self.waits.append(self.env.now - came)
            yield self.env.timeout(self.random.expovariate(1 / SERVICE_WEEKS))


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
