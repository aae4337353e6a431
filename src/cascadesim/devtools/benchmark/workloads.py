"""Everything that takes turns: scenarios on both engines, the queue by every implementation, growth, threads.

The compiled engine is also measured as `kernel`: without the reading of its memory as a `Tally`, which Python does. The
difference between the two is what a tally costs.
"""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from cascadesim.devtools.benchmark.measure import QUICK, USUAL, BenchmarkSizes, Done, Key, Turn, Workload
from cascadesim.devtools.benchmark.reference_queue import IMPLEMENTATIONS, QueueSimulator, plan_of, prepare
from cascadesim.engine.backends import COMPILED, SIMPY, Runner, compiled_runtime
from cascadesim.errors import EnvironmentFault
from cascadesim.model.counters import counter_layout
from cascadesim.model.plan import Plan
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.load import from_resolved, load

LIBRARY, QUEUE, CLIENTS, WORKERS, TIERS, THREADS = "library", "queue", "clients", "workers", "tiers", "threads"
PROSPER, NATIONAL, HUNDREDTH = "prosper-shaped", "national-scale", "-1pct"
MM20 = "M/M/20+M"
KERNEL = "kernel"
ENGINES = (COMPILED, KERNEL, SIMPY)

_SEED = 1
_GROWTH_WEEKS = 50
_GROWTH_CLIENTS = 10_000  # where the workers grow
_TIER_SIZE = 20
_SHARED_OUT = 12  # of a unit of work: one, two, three or four threads share them evenly

Replications = Callable[[Iterable[int]], int]
"""Simulates these replications, and gives the number of events."""


def files_of(folder: Path) -> dict[str, Path]:
    """The scenarios of a folder by name; an `EnvironmentFault` where there is none."""
    files = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    if not files:
        hint = "Name a folder with scenario files, as `scenarios` of the clone."
        raise EnvironmentFault(
            f"{folder} has no scenario files (*.toml).", hint=hint, code="no_files", file=str(folder)
        )
    return files


def all_workloads(files: Mapping[str, Path], sizes: BenchmarkSizes) -> list[Workload]:
    """In the order in which they take turns. A scenario with a hundredth of it beside it is large."""
    large = {name for name in files if f"{name}{HUNDREDTH}" in files}
    plans = {name: compile_scenario(load(path)) for name, path in files.items() if sizes.full or name not in large}
    workloads = [
        Workload(Key(LIBRARY, name, engine), partial(turn_on, engine, plan))
        for name, plan in plans.items()
        for engine in ENGINES
        if engine != SIMPY or name not in large  # it would take many minutes
    ]
    workloads += [Workload(Key(QUEUE, MM20, by), partial(_queue_turn, by, sizes.weeks)) for by in IMPLEMENTATIONS]
    grown = ((CLIENTS, sizes.clients, with_clients), (WORKERS, sizes.workers, with_workers))
    for group, numbers, build in (*grown, (TIERS, sizes.tiers, with_tiers)):
        workloads += [
            Workload(Key(group, str(number), COMPILED), partial(_growth_turn, build, number)) for number in numbers
        ]
    if PROSPER in plans:
        workloads += [
            Workload(Key(THREADS, str(number), COMPILED), partial(_turn_on_threads, plans[PROSPER], number), wall=True)
            for number in (1, 2)
        ]
    return workloads


def turn_on(engine: str, plan: Plan) -> Turn:
    """Replications on one engine, from the plan to the tally, as every command runs them; packing is not timed."""
    simulate = _on_kernel(plan) if engine == KERNEL else _on_engine(engine, plan)
    return lambda first, count: Done(count, simulate(range(first, first + count)))


def _on_engine(engine: str, plan: Plan) -> Replications:
    """All of the tally is read. Whoever keeps the measures alone needs few of its snapshots, and is quicker."""
    run = Runner(plan, counter_layout(plan), engine)

    def simulate(replications: Iterable[int]) -> int:
        events = 0
        for replication in replications:
            tally = run(_SEED, replication, False)
            tuple(tally.snapshots)
            events += tally.events
        return events

    return simulate


def _on_kernel(plan: Plan) -> Replications:
    """The compiled part of the compiled engine alone, which runs without the GIL."""
    engine: Any = compiled_runtime()(plan, counter_layout(plan))
    return lambda replications: sum(engine.simulate(_SEED, replication) for replication in replications)


def _turn_on_threads(plan: Plan, threads: int) -> Turn:
    """Replications on threads, each with an engine of its own: `_SHARED_OUT` of them for each that is asked for."""
    simulators, pool = [_on_kernel(plan) for _ in range(threads)], ThreadPoolExecutor(threads)

    def turn(first: int, count: int) -> Done:
        replications = range(first * _SHARED_OUT, (first + count) * _SHARED_OUT)
        parts = [replications[number::threads] for number in range(threads)]
        events = sum(pool.map(lambda simulate, part: simulate(part), simulators, parts))
        return Done(len(replications), events)

    return turn


def _queue_turn(by: str, weeks: float) -> Turn:
    """Runs of an implementation; one that lives in a process of its own knows how long it has taken so far."""
    run: QueueSimulator = prepare(by, weeks)

    def turn(first: int, count: int) -> Done:
        before = getattr(run, "seconds", 0.0)
        clients = sum(run(seed).clients for seed in range(first, first + count))
        return Done(count, clients=clients, seconds=getattr(run, "seconds", 0.0) - before)

    return turn


def _growth_turn(build: Callable[[int], Plan], number: int) -> Turn:
    return turn_on(COMPILED, build(number))


def with_clients(clients: int) -> Plan:
    """The queue with patience, with so many referrals to be expected, and workers in step: the load stays 1."""
    return _grown_queue(clients, max(1, clients // _GROWTH_WEEKS))


def with_workers(workers: int) -> Plan:
    """The same queue for the same referrals with more and more workers, most of whom are idle in the end."""
    return _grown_queue(_GROWTH_CLIENTS, workers)


def _grown_queue(clients: int, workers: int) -> Plan:
    changes = {"tier.server.initial": workers, "clients.stream.all.referrals_per_week": clients / _GROWTH_WEEKS}
    return plan_of(_GROWTH_WEEKS, **changes)


def with_tiers(tiers: int) -> Plan:
    """So many tiers of equal size, each recruited, trained and supervised by the one above; the last sees clients."""
    names = [f"tier_{number}" for number in range(1, tiers + 1)]
    tables: dict[str, Any] = {name: _tier() for name in names}
    tables[names[0]] = {"hours_per_week": 40, "initial": _TIER_SIZE}
    tables[names[-1]]["caseload"] = 2
    clients = {
        "sessions": 4,
        "session_hours": 1,
        "stream": {"all": {"referrals_per_week": 10}},
        "patience_weeks": {"dist": "exponential", "mean": 8},
    }
    document = {"schema": 1, "horizon_weeks": 4 * _GROWTH_WEEKS, "cascade": names, "tier": tables, "clients": clients}
    return compile_scenario(from_resolved(document, f"tiers-{tiers}"))


def _tier() -> dict[str, Any]:
    """A tier below the first."""
    return {
        "hours_per_week": 40,
        "initial": _TIER_SIZE,
        "recruits_per_week": 0.4,
        "events": {"leaves": {"time_to_event": {"dist": "exponential", "rate_per_year": 1.0}}},
        "supervision": {"group_size": 5, "meeting_hours": 1, "interval_weeks": 1, "max_supervisees": 20},
        "training": {
            "when": "ready",
            "course_weeks": 2,
            "min_cohort": 2,
            "max_cohort": 8,
            "trainer_hours_per_week": 8,
            "practice": "simulated",
            "practice_weeks": 2,
        },
    }


def profile(folder: Path, quick: bool) -> dict[str, dict[str, float]]:
    """Each module's own share of the SimPy engine's time, for prosper-shaped and the queue. (No profiler looks into the
    compiled one.) Profiling makes calls dearer."""
    files = files_of(folder)
    if PROSPER not in files:
        hint = "Name the folder of the library, `scenarios` of the clone."
        raise EnvironmentFault(f"{folder} has no {PROSPER}.toml.", hint=hint, code="no_files", file=str(folder))
    replications, weeks = (2, QUICK.weeks) if quick else (40, USUAL.weeks)
    prosper = _shares(turn_on(SIMPY, compile_scenario(load(files[PROSPER]))), replications)
    return {PROSPER: prosper, MM20: _shares(turn_on(SIMPY, plan_of(weeks)), 1)}


def _shares(turn: Turn, count: int) -> dict[str, float]:
    turn(0, 1)  # what is paid once is no part of it
    profiler = cProfile.Profile()
    profiler.runcall(turn, 0, count)
    spent: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, _) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        spent["built-in functions" if file == "~" else f"{Path(file).parent.name}/{Path(file).stem}"] += own
    return {module: seconds / spent.total() for module, seconds in spent.items()}
