"""Everything that takes turns: the library on both engines, the queue by every yardstick, growth, threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from cascadesim.engine.yardsticks.queue import Runner
from cascadesim.engine.yardsticks.table import YARDSTICKS, prepare
from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.bench.engines import COMPILED, ENGINES, SIMPY, turn_on
from cascadesim.experiment.bench.growth import with_clients, with_tiers, with_workers
from cascadesim.experiment.bench.measure import Done, Key, Turn, Work
from cascadesim.experiment.bench.sizes import Sizes
from cascadesim.experiment.bench.threads import turn_on_threads
from cascadesim.model.plan import Plan
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.load import load

LIBRARY, QUEUE, CLIENTS, WORKERS, TIERS, THREADS = "library", "queue", "clients", "workers", "tiers", "threads"
PROSPER, NATIONAL, HUNDREDTH = "prosper-shaped", "national-scale", "-1pct"
MM20 = "M/M/20+M"


def files_of(folder: Path) -> dict[str, Path]:
    """The scenarios of a folder by name; an `EnvironmentFault` where there is none."""
    found = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    if not found:
        hint = "Name a folder with scenario files, as `scenarios` of the clone."
        raise EnvironmentFault(
            f"{folder} has no scenario files (*.toml).", hint=hint, code="no_files", file=str(folder)
        )
    return found


def at_full_size(name: str, files: Mapping[str, Path]) -> bool:
    """Whether a scenario is so large that a hundredth of it stands beside it."""
    return f"{name}{HUNDREDTH}" in files


def all_works(files: Mapping[str, Path], sizes: Sizes) -> list[Work]:
    """In the order in which they take turns."""
    small = {name: path for name, path in files.items() if sizes.full or not at_full_size(name, files)}
    plans = {name: compile_scenario(load(path)) for name, path in small.items()}
    works = [work for name, plan in plans.items() for work in _library(name, plan, at_full_size(name, files))]
    works += [_queue(by, sizes.weeks) for by in YARDSTICKS]
    grown = ((CLIENTS, sizes.clients, with_clients), (WORKERS, sizes.workers, with_workers))
    for group, numbers, build in (*grown, (TIERS, sizes.tiers, with_tiers)):
        works += [_growth(group, number, build) for number in numbers]
    if PROSPER in plans:
        works += [_threads(plans[PROSPER], number) for number in (1, 2)]
    return works


def _library(name: str, plan: Plan, large: bool) -> list[Work]:
    """On each engine; the SimPy one would take many minutes for a scenario at full size."""
    engines = [engine for engine in ENGINES if engine != SIMPY or not large]
    return [Work(Key(LIBRARY, name, engine), partial(turn_on, engine, plan)) for engine in engines]


def _queue(by: str, weeks: int) -> Work:
    return Work(Key(QUEUE, MM20, by), lambda: _turn_of(prepare(by, weeks)))


def _turn_of(runner: Runner) -> Turn:
    """Runs of a yardstick; one that lives in a process of its own knows the time that it took."""

    def turn(first: int, count: int) -> Done:
        before = getattr(runner, "seconds", None)
        clients = sum(runner(seed).clients for seed in range(first, first + count))
        seconds = None if before is None else getattr(runner, "seconds", 0.0) - before
        return Done(count, clients=clients, seconds=seconds)

    return turn


def _growth(group: str, number: int, build: Callable[[int], Plan]) -> Work:
    return Work(Key(group, str(number), COMPILED), lambda: turn_on(COMPILED, build(number)))


def _threads(plan: Plan, number: int) -> Work:
    return Work(Key(THREADS, str(number), COMPILED), lambda: turn_on_threads(plan, number), wall=True)
