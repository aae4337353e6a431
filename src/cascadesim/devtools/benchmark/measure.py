"""Workloads that take turns, round after round, so that whatever else the machine does falls on all of them alike.

What the rounds gave are medians with the smallest and the largest, of rates and of ratios.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from cascadesim.experiment.worker_pool import usable_processors

LIBRARIES = ("numpy", "numba", "simpy", "ciw", "cimba")
_MOST_REPLICATIONS = 100_000


class Unmeasured(Exception):
    """What cannot be measured here, and why, in words."""


@dataclass(frozen=True)
class BenchmarkSizes:
    """How much is measured: `rounds` that count, of turns of about `seconds` each; `full` asks for large scenarios at
    their full size. `weeks` are those of the queue; `clients`, `workers` and `tiers` what programmes grow to."""

    rounds: int = 7
    seconds: float = 0.3
    weeks: int = 500
    clients: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    workers: tuple[int, ...] = (200, 2_000, 20_000, 100_000)
    tiers: tuple[int, ...] = (1, 2, 4, 8)
    cold: bool = True
    first_runs: int = 5
    full: bool = False


USUAL = BenchmarkSizes()
QUICK = BenchmarkSizes(
    rounds=2, seconds=0.0, weeks=50, clients=(100, 1_000), workers=(20, 200), tiers=(1, 2), cold=False, first_runs=1
)
"""Small sizes that only show that it works."""


def sizes(quick: bool, full: bool, rounds: int | None) -> BenchmarkSizes:
    """What the options of the command ask for."""
    chosen = replace(QUICK if quick else USUAL, full=full)
    return chosen if rounds is None else replace(chosen, rounds=rounds)


class Done(NamedTuple):
    """What was done in one turn; `seconds` are 0 where the clock of this process is to say how long it took."""

    replications: int
    events: int = 0
    clients: int = 0
    seconds: float = 0.0


Turn = Callable[[int, int], Done]
"""Does replications `first` to `first + count - 1`."""


class Key(NamedTuple):
    """Which workload: of what group, on what, by which engine or other implementation."""

    group: str
    name: str
    by: str


@dataclass(frozen=True)
class Workload:
    """One thing to be measured. `start` makes it ready, which is not timed and may raise `Unmeasured`.

    `wall` asks for the time on the wall, which work on several threads needs, instead of processor time.
    """

    key: Key
    start: Callable[[], Turn]
    wall: bool = False


@dataclass
class Measured:
    """A workload with its turns that count; without any there is a reason."""

    workload: Workload
    turns: list[Done] = field(default_factory=list)
    why_not: str = ""
    _ready: Turn | None = None
    _count: int = 1

    def take_turn(self, number: int, seconds: float) -> None:
        """Take a turn, of about so many seconds. Before round 0 one that pays for whatever is paid once, and one that
        says how many replications fill a turn."""
        if self.why_not:
            return
        try:
            if number >= 0:
                self.turns.append(self._turn(number * self._count))
            else:
                self._turn(0)
                self._count = max(1, min(_MOST_REPLICATIONS, round(seconds / self._turn(0).seconds)))
        except (Unmeasured, ImportError, MemoryError) as fault:
            self.why_not = str(fault) or type(fault).__name__
            self.turns.clear()

    def _turn(self, first: int) -> Done:
        if self._ready is None:
            self._ready = self.workload.start()
        clock = time.perf_counter if self.workload.wall else time.process_time
        began = clock()
        done = self._ready(first, self._count)
        return done._replace(seconds=max(done.seconds or clock() - began, 1e-9))


Measurements = dict[Key, Measured]


def measure(workloads: Sequence[Workload], rounds: int, seconds: float, progress: Callable[[], None]) -> Measurements:
    """`rounds` rounds of turns of about so many seconds, after one that is not counted.

    All do the same replications in the same round, as far as they get. `progress` is called after each turn.
    """
    measured = {workload.key: Measured(workload) for workload in workloads}
    for number in range(-1, rounds):
        for workload in measured.values():
            workload.take_turn(number, seconds)
            progress()
    return measured


@dataclass(frozen=True)
class Median:
    """What several rounds gave: the median, the smallest and the largest."""

    median: float
    low: float
    high: float


EVENTS, CLIENTS, REPLICATIONS = "events_a_second", "clients_a_second", "replications_a_second"
COST = "microseconds_an_event"
RATES: dict[str, Callable[[Done], float]] = {
    EVENTS: lambda turn: turn.events / turn.seconds,
    CLIENTS: lambda turn: turn.clients / turn.seconds,
    REPLICATIONS: lambda turn: turn.replications / turn.seconds,
    COST: lambda turn: turn.seconds / max(turn.events, 1) * 1e6,
}


def median_of(values: Sequence[float]) -> Median | None:
    """None where there is no value."""
    return Median(statistics.median(values), min(values), max(values)) if values else None


def median_rate(measured: Measured, rate: str) -> Median | None:
    """One of the `RATES` of a workload; None where it was not measured."""
    return median_of([RATES[rate](turn) for turn in measured.turns])


def median_ratio(measured: Measurements, above: Key, below: Key, rate: str) -> Median | str:
    """Of two workloads round by round, so that a slow minute of the machine is in both; in words why there is none."""
    for key in (above, below):
        if key not in measured:
            return f"{key.name} is not in the folder"
        if measured[key].why_not:
            return measured[key].why_not
    pairs = zip(*(map(RATES[rate], measured[key].turns) for key in (above, below)), strict=True)
    return median_of([one / other for one, other in pairs if other > 0]) or "nothing was counted"


def machine() -> dict[str, Any]:
    """On what it is measured: Python, libraries, processor, cores, system, and how busy the machine is."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "libraries": {name: _version(name) for name in LIBRARIES},
        "system": platform.platform(terse=True),
        "processor": _processor(),
        "cores": usable_processors(),
        "load": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
