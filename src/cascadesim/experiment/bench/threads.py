"""Replications on threads, without the GIL: each thread has an engine of its own and simulates, nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from cascadesim.experiment.bench.engines import on_kernel
from cascadesim.experiment.bench.measure import Done, Turn
from cascadesim.model.plan import Plan

_SHARED_OUT = 12  # replications of a unit of work: one, two, three or four threads share them evenly


def turn_on_threads(plan: Plan, threads: int) -> Turn:
    """`_SHARED_OUT` replications for each that is asked for, shared out evenly."""
    crew, pool = [on_kernel(plan) for _ in range(threads)], ThreadPoolExecutor(threads)

    def turn(first: int, count: int) -> Done:
        replications = range(first * _SHARED_OUT, (first + count) * _SHARED_OUT)
        parts = [replications[number::threads] for number in range(threads)]
        events = sum(pool.map(lambda simulate, part: simulate(part), crew, parts))
        return Done(len(replications), events)

    return turn
