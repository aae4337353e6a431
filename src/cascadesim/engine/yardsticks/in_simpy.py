"""M/M/20+M as a good SimPy user would write it: a process for each client, a Resource, patience by a condition."""

from __future__ import annotations

import random
from collections.abc import Generator

import simpy

from cascadesim.engine.yardsticks.queue import ARRIVALS_A_WEEK, PATIENCE_WEEKS, SERVERS, SERVICE_WEEKS, Outcome, Runner


class Queue:
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


def prepare(weeks: float) -> Runner:
    """Runs of so many weeks."""

    def run(seed: int) -> Outcome:
        queue = Queue(seed)
        queue.run(weeks)
        return Outcome(len(queue.waits), queue.reneged, sum(queue.waits))

    return run
