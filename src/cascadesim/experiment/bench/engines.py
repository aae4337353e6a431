"""Both engines as work: from the plan to the tally, as every command runs them. Plans are packed before.

`kernel` is the compiled engine without the reading of its memory as a `Tally`, which Python does: the difference
between the two is what a tally costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cascadesim.experiment.bench.measure import Done, Turn
from cascadesim.model.plan import Plan

SEED = 1
SIMPY, COMPILED, KERNEL = "simpy", "compiled", "kernel"
ENGINES = (COMPILED, KERNEL, SIMPY)
Replications = Callable[[Iterable[int]], int]
"""Simulates these replications, and gives the number of events."""


def on_simpy(plan: Plan) -> Replications:
    """The SimPy engine."""
    from cascadesim.engine.simulate import run_plan

    return lambda replications: sum(run_plan(plan, SEED, replication).events for replication in replications)


def on_compiled(plan: Plan) -> Replications:
    """The compiled engine; its memory is used again. All of the tally is read, as the SimPy engine gives it.

    Whoever keeps the measures alone needs few of its snapshots, and is quicker than this.
    """
    from cascadesim.engine.compiled.driver import Engine

    engine = Engine(plan)

    def run(replications: Iterable[int]) -> int:
        events = 0
        for replication in replications:
            tally = engine.run(SEED, replication)
            tuple(tally.snapshots)
            events += tally.events
        return events

    return run


def on_kernel(plan: Plan) -> Replications:
    """The compiled part of the compiled engine alone, which runs without the GIL."""
    from cascadesim.engine.compiled.driver import Engine

    engine = Engine(plan)
    return lambda replications: sum(engine.simulate(SEED, replication) for replication in replications)


ON: dict[str, Callable[[Plan], Replications]] = {COMPILED: on_compiled, KERNEL: on_kernel, SIMPY: on_simpy}


def turn_on(engine: str, plan: Plan) -> Turn:
    """Replications on one engine."""
    simulate = ON[engine](plan)
    return lambda first, count: Done(count, simulate(range(first, first + count)))
