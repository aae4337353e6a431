"""The reference queue M/M/20+M, and every implementation of it by name: Poisson arrivals, twenty servers, exponential
service and exponential patience. Ours goes through a scenario file, loaded, checked and packed as any other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cascadesim.devtools.benchmark.measure import Unmeasured
from cascadesim.engine.backends import Runner
from cascadesim.errors import pick
from cascadesim.experiment.worker_pool import WorkerPool
from cascadesim.model.counters import counter_layout
from cascadesim.model.plan import Plan
from cascadesim.model.units import WEEK_MINUTES
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.load import load

SERVERS, ARRIVALS_A_WEEK, SERVICE_WEEKS, PATIENCE_WEEKS = 20, 20.0, 1.0, 1.0
SCENARIO = Path(__file__).with_name("mm20.toml")

COMPILED, SIMPY = "cascadesim, compiled", "cascadesim, SimPy"
IDIOMATIC, HEAP_LOOP, NUMBA_LOOP = "idiomatic SimPy", "heapq loop", "hand-written Numba"
CIW, CIMBA = "Ciw", "Cimba"
IMPLEMENTATIONS = {
    COMPILED: "reference_queue:compiled",
    SIMPY: "reference_queue:simpy",
    NUMBA_LOOP: "rival_numba:prepare",
    CIMBA: "rival_cimba:prepare",
    HEAP_LOOP: "rivals:heap_loop",
    IDIOMATIC: "rivals:idiomatic_simpy",
    CIW: "rivals:in_ciw",
}
"""Where each is: a function of a module of this folder, which gives a `QueueSimulator` for runs of so many weeks. What
it is written in is imported when it is asked for. A new one is a function and a row."""
_IN_ITS_OWN_PROCESS = frozenset({CIMBA})
"""Cimba has to teach Numba its records before Numba has compiled anything else."""


class QueueRun(NamedTuple):
    """What became of one run: clients who were served, clients who gave up, and weeks waited by the former."""

    served: int
    reneged: int
    waited: float

    @property
    def clients(self) -> int:
        """Those whose wait has ended."""
        return self.served + self.reneged

    @property
    def mean_wait(self) -> float:
        """In weeks, of those who were served."""
        return self.waited / self.served

    @property
    def share_reneged(self) -> float:
        """Of those whose wait has ended."""
        return self.reneged / self.clients


QueueSimulator = Callable[[int], QueueRun]
"""One run by its seed."""


def prepare(name: str, weeks: float) -> QueueSimulator:
    """An implementation ready to run; `Unmeasured` where what it is written in cannot be imported or built here."""
    where = pick(IMPLEMENTATIONS, name, "implementation")
    try:
        if name in _IN_ITS_OWN_PROCESS:
            return InItsOwnProcess(where, weeks)
        run = _prepare(where, weeks)
        run(0)
    except Exception as fault:  # another project's package may fail in any way: it is told, and the others go on
        raise Unmeasured(f"{type(fault).__name__}: {fault}".splitlines()[0]) from fault
    return run


@cache
def _prepare(where: str, weeks: float) -> QueueSimulator:
    module, _, function = where.partition(":")
    run: QueueSimulator = getattr(import_module(f"{__package__}.{module}"), function)(weeks)
    return run


class InItsOwnProcess:
    """Each call has one run made in another process. `seconds` is the processor time that all of them took there."""

    def __init__(self, where: str, weeks: float) -> None:
        self._ask = WorkerPool(partial(_timed, where, weeks))
        self.seconds = 0.0
        try:
            self(0)
        except Exception:
            self.close()
            raise

    def __call__(self, seed: int) -> QueueRun:
        seconds, run = self._ask(seed)
        self.seconds += seconds
        return run

    def close(self) -> None:
        """End the process."""
        self._ask.close()


def _timed(where: str, weeks: float, seed: int) -> tuple[float, QueueRun]:
    """What that process does: one run, and how long it took."""
    simulate = _prepare(where, weeks)
    began = time.process_time()
    run = simulate(seed)
    return time.process_time() - began, run


def plan_of(weeks: float, **changes: Any) -> Plan:
    """The scenario with this horizon, and with other changes."""
    return compile_scenario(load(SCENARIO).with_(horizon_weeks=weeks, **changes))


def through_scenario(engine: str, weeks: float) -> QueueSimulator:
    """The scenario on one of our engines, from the plan to the tally, in memory that is used again."""
    plan = plan_of(weeks)
    layout = counter_layout(plan)
    simulate, reneged = Runner(plan, layout, engine), layout.counts.index("clients.reneged")

    def run(seed: int) -> QueueRun:
        tally = simulate(seed, 0, False)
        waited = int(np.asarray(tally.waits).sum()) / WEEK_MINUTES
        return QueueRun(len(tally.waits), tally.snapshots[-1].counts[reneged], waited)

    return run


compiled, simpy = partial(through_scenario, "compiled"), partial(through_scenario, "simpy")
