"""One whole run of the benchmark: all workloads take turns, then fresh processes, and the bars that they have to clear.

What comes of it is plain data, for a JSON file that is written whole or not at all.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import InitVar, asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from cascadesim._version import __version__
from cascadesim.devtools.benchmark.measure import (
    CLIENTS,
    COST,
    EVENTS,
    REPLICATIONS,
    BenchmarkSizes,
    Key,
    Measured,
    Measurements,
    Median,
    machine,
    measure,
    median_of,
    median_rate,
    median_ratio,
)
from cascadesim.devtools.benchmark.reference_queue import CIMBA, COMPILED, IDIOMATIC, NUMBA_LOOP
from cascadesim.devtools.benchmark.workloads import (
    HUNDREDTH,
    LIBRARY,
    MM20,
    NATIONAL,
    PROSPER,
    QUEUE,
    THREADS,
    all_workloads,
    files_of,
)
from cascadesim.engine import backends
from cascadesim.errors import UsageError
from cascadesim.experiment.files import check_new_file

FORMAT = 1
FIRST, COLD, CACHED = "first", "cold", "cached"
WITHOUT_LOG, WITH_LOG = "without the log", "with the log"
AIM, MUST, MISSED, UNMEASURED = "aim", "must", "no", "unmeasured"
_FRESH_PROCESS = "cascadesim.devtools.benchmark.fresh_process"
_RESULTS = Path("results")


def benchmark(
    folder: Path, sizes: BenchmarkSizes, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Measure all of it over the scenarios of a folder; `progress(done, of)` is called as it goes."""
    files = files_of(folder)
    workloads, runs = all_workloads(files, sizes), fresh_runs(files, sizes)
    steps, facts, began = len(workloads) * (sizes.rounds + 1) + len(runs), machine(), dt.datetime.now(dt.UTC)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    measured = measure(workloads, sizes.rounds, sizes.seconds, step)
    fresh = run_fresh(runs, sizes.cold, step)
    return {
        "format": FORMAT,
        "cascadesim": __version__,
        "time": began.isoformat(timespec="seconds"),
        "folder": str(folder),
        "sizes": asdict(sizes),
        "machine": facts,
        "bars": [asdict(bar) for bar in bars(measured, fresh, sizes)],
        "works": [_plain(workload) for workload in measured.values()],
        "fresh": [{"asks": asks, "of": of, **asdict(answers)} for (asks, of), answers in fresh.items()],
    }


def _plain(measured: Measured) -> dict[str, Any]:
    """One workload: what it is, each rate with its spread, and every turn."""
    workload = measured.workload
    rates = (CLIENTS, REPLICATIONS) if workload.key.group == QUEUE else (EVENTS, REPLICATIONS, COST)
    medians = {rate: median_rate(measured, rate) for rate in rates}
    return {
        **workload.key._asdict(),
        "clock": "wall" if workload.wall else "processor",
        **{rate: median and asdict(median) for rate, median in medians.items()},
        "turns": [turn._asdict() for turn in measured.turns],
        "why_not": measured.why_not,
    }


def result_file(out: Path | None, now: dt.datetime) -> Path:
    """The file to write, in a folder that is there; by default a new one under `results`."""
    if out is None:
        out = _RESULTS / f"bench-{now:%Y%m%d-%H%M%S}.json"
        _RESULTS.mkdir(exist_ok=True)
    if out.suffix != ".json":
        raise UsageError(f"-o {out}: the results are a JSON file.", hint="Name it *.json.", code="output")
    check_new_file(out, "the results are")
    return out


@dataclass(frozen=True)
class FreshRun:
    """One fresh process: what it is asked, of which scenario or with which cache, and what it is started with."""

    asks: str
    of: str
    arguments: tuple[str, ...]


@dataclass
class FreshAnswers:
    """What the processes told that were asked the same of the same; without any there is a reason."""

    told: list[dict[str, Any]] = field(default_factory=list)
    why_not: str = ""


FreshResults = dict[tuple[str, str], FreshAnswers]
"""By (what was asked, of what)."""


def fresh_runs(files: Mapping[str, Path], sizes: BenchmarkSizes) -> list[FreshRun]:
    """Whatever the folder has the scenarios for. The cold compile is first: those after it find what it has cached."""
    runs = []
    if PROSPER in files:
        kinds = [COLD] * sizes.cold + [CACHED] * sizes.first_runs
        runs += [FreshRun(FIRST, kind, (FIRST, str(files[PROSPER]))) for kind in kinds]
    for name in (PROSPER, NATIONAL + HUNDREDTH, *([NATIONAL] if sizes.full else [])):
        if name in files:
            runs.append(FreshRun(name, WITHOUT_LOG, ("memory", str(files[name]))))
            runs.append(FreshRun(name, WITH_LOG, ("memory", str(files[name]), "log")))
    return runs


def run_fresh(runs: list[FreshRun], cold: bool, progress: Callable[[], None]) -> FreshResults:
    """All of them, one after the other; for a `cold` compile with a cache of their own, which is empty at first."""
    results: FreshResults = {}
    with tempfile.TemporaryDirectory(prefix="cascadesim-bench-") as cache:
        environment = {**os.environ, **({"CASCADESIM_CACHE": cache} if cold else {})}
        for run in runs:
            answers = results.setdefault((run.asks, run.of), FreshAnswers())
            if not answers.why_not:
                command = [sys.executable, "-m", _FRESH_PROCESS, *run.arguments]
                done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
                if done.returncode == 0:
                    answers.told.append(json.loads(done.stdout))
                else:
                    words = done.stderr.strip().splitlines() or [f"its process ended with {done.returncode}"]
                    answers.told, answers.why_not = [], words[-1]
            progress()
    return results


@dataclass
class Bar:
    """What has to be reached, what is aimed at, and what this run says: what was `measured`, or in words why not.

    Times, costs and bytes are to be at most `must`, ratios of speed at least. `holds` is the best of what the median
    reaches.
    """

    what: str
    must: float
    aim: float
    unit: str
    more_is_better: bool
    measured: InitVar[Median | str]
    found: Median | None = field(init=False)
    holds: str = field(init=False)
    why_not: str = field(init=False)

    def __post_init__(self, measured: Median | str) -> None:
        if isinstance(measured, str):
            self.found, self.holds, self.why_not = None, UNMEASURED, measured
            return
        sign = 1 if self.more_is_better else -1
        bounds = {AIM: self.aim, MUST: self.must}
        reached = (name for name, bound in bounds.items() if sign * (measured.median - bound) >= 0)
        self.found, self.holds, self.why_not = measured, next(reached, MISSED), ""


def bars(measured: Measurements, fresh: FreshResults, sizes: BenchmarkSizes) -> list[Bar]:
    """Every bar, measured or not."""
    prosper, prosper_simpy, national = (
        Key(LIBRARY, name, engine)
        for name, engine in ((PROSPER, backends.COMPILED), (PROSPER, backends.SIMPY), (NATIONAL, backends.COMPILED))
    )
    threads, one_thread = (Key(THREADS, number, backends.COMPILED) for number in ("2", "1"))
    queue = Key(QUEUE, MM20, COMPILED)
    rivals = ((IDIOMATIC, 30, 60), (CIMBA, 4, 8), (NUMBA_LOOP, 0.35, 0.75))

    def ratio(what: str, must: float, aim: float, above: Key, below: Key, rate: str, more: bool = True) -> Bar:
        return Bar(what, must, aim, "x", more, median_ratio(measured, above, below, rate))

    cost = ("national-scale / prosper-shaped, cost", 4, 2, national, prosper, COST, False)
    large = [ratio(*cost), _fresh_bar(fresh, "national-scale, peak memory without log", 2, 1, NATIONAL, WITHOUT_LOG)]
    cold = _fresh_bar(fresh, "cold compile", 90, 45, FIRST, COLD)
    return [
        ratio("compiled / SimPy engine, prosper-shaped", 25, 40, prosper, prosper_simpy, EVENTS),
        *(
            ratio(f"compiled / {by}, {MM20}", must, aim, queue, Key(QUEUE, MM20, by), CLIENTS)
            for by, must, aim in rivals
        ),
        ratio("two threads / one", 1.6, 1.9, threads, one_thread, REPLICATIONS),
        *(large if sizes.full else [replace(bar, measured="only with --full") for bar in large]),
        cold if sizes.cold else replace(cold, measured="left out by --quick"),
        _fresh_bar(fresh, "cached import and first run", 1, 0.5, FIRST, CACHED),
    ]


def _fresh_bar(fresh: FreshResults, what: str, must: float, aim: float, asks: str, of: str) -> Bar:
    """Of seconds for first runs, else of gigabytes held at most."""
    answers = fresh.get((asks, of), FreshAnswers(why_not=f"{PROSPER if asks == FIRST else asks} is not in the folder"))
    unit, field, scale = ("s", "total", 1.0) if asks == FIRST else ("GB", "peak", 1e9)
    median = median_of([answer[field] / scale for answer in answers.told if answer[field] is not None])
    return Bar(what, must, aim, unit, False, median or answers.why_not or "the system does not tell")
