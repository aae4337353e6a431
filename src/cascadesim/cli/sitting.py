"""What `sweep` and `resume` share: how to go about it, progress while it goes on, and what came of it."""

from __future__ import annotations

import contextlib
import functools
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cascadesim._version import __version__
from cascadesim.cli.console import complain, put_json, say
from cascadesim.cli.meter import Meter
from cascadesim.engine.choose import ENGINES
from cascadesim.errors import UsageError
from cascadesim.experiment.limits import MAX_JOBS

if TYPE_CHECKING:
    from cascadesim.experiment.study import Study
    from cascadesim.experiment.sweep.sweep import Failure, SweepOptions, SweepResult

FINISHED_IN_PART = 5


@dataclass(frozen=True)
class How:
    """The options that change how a sweep is done and told, and nothing of what comes out."""

    jobs: int
    engine: str
    max_failures: int | None
    cluster: str | None
    plain_tcp: bool
    csv: bool
    as_json: bool
    quiet: bool


def processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def how_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of `How` to a command, which gets them as one argument `how`."""

    @click.option("--jobs", type=click.IntRange(1, MAX_JOBS), help="Processes to run in. Default: one a processor.")
    @click.option("--engine", type=click.Choice(ENGINES), default="auto", show_default=True, help="Both give the same.")
    @click.option("--max-failures", type=click.IntRange(0), metavar="N", help="Stop after more than N failed cells.")
    @click.option("--cluster", metavar="ADDRESS", help="Run on this Dask cluster, e.g. tls://host:8786.")
    @click.option("--plain-tcp", is_flag=True, help="Allow a cluster on another machine without TLS.")
    @click.option("--csv", is_flag=True, help="Also write every table as CSV.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
    @click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors (and the JSON object).")
    @functools.wraps(function)
    def with_how(*args: Any, jobs: int | None, **options: Any) -> Any:
        chosen = {name: options.pop(name) for name in How.__dataclass_fields__ if name != "jobs"}
        if jobs is not None and chosen["cluster"] is not None:
            hint = "Leave --jobs out: the cluster runs as many at a time as its workers have threads."
            raise UsageError("--jobs: does not go with --cluster.", hint=hint, code="cluster")
        return function(*args, how=How(jobs or processors(), **chosen), **options)

    return with_how


@contextlib.contextmanager
def hold(label: str, place: Path, study: Study, how: How) -> Iterator[SweepOptions]:
    """How to run a study; meanwhile show how far it is and the first fault, and where to go on if it is stopped."""
    from cascadesim.analysis.stopping import rule_of
    from cascadesim.experiment.study import Until
    from cascadesim.experiment.sweep.sweep import SweepOptions
    from cascadesim.experiment.sweep.tasks import ProcessWorkers

    meter = Meter(label, how.quiet or how.as_json)
    faults = 0

    def bad(failure: Failure) -> None:
        nonlocal faults
        faults += 1
        if faults == 1:
            meter.clear()
            complain(failure_text(failure, study.seed))

    workers: Any = ProcessWorkers
    if how.cluster is not None:
        from cascadesim.experiment.sweep.dask_cluster import on_cluster

        workers = on_cluster(how.cluster, how.plain_tcp)
    wanted = rule_of(study) if isinstance(study.replications, Until) else None
    try:
        yield SweepOptions(how.jobs, how.engine, wanted, meter.show, bad, how.max_failures, workers, how.csv)
    except (KeyboardInterrupt, SystemExit) as stopped:
        if place.exists():
            far = f" ({last.done:,} of {last.cells:,} cells)" if (last := meter.last) is not None else ""
            stopped.add_note(f"what is done is kept{far}. To go on: cascadesim resume {shlex.quote(str(place))}")
        raise
    finally:
        meter.clear()
        sys.stderr.flush()


def failure_text(failed: Failure, seed: int) -> str:
    """A cell that ended without numbers, in one line."""
    which = f"replications {failed.first} to {failed.first + failed.count - 1}, seed {seed}"
    return f"cell {failed.cell} {failed.status} (point {failed.point}, {which}): {failed.problem}"


def tell(swept: SweepResult, seed: int, how: How) -> int:
    """Say what came of it, and return the exit code."""
    code = FINISHED_IN_PART if swept.bad or not swept.complete else 0
    if how.as_json:
        put_json(
            {
                "version": __version__,
                "folder": str(swept.folder),
                "cells": swept.cells,
                "already_done": swept.already_done,
                "computed": swept.computed,
                "failed": swept.bad,
                "failures": [asdict(failure) | {"seed": seed} for failure in swept.failures],
                "complete": swept.complete,
                "mended": list(swept.faults),
            }
        )
        return code
    for fault in swept.faults:
        complain(f"{swept.folder}: {fault}")
    for status, count in swept.bad.items():
        complain(f"{count:,} cell{'s' * (count > 1)} {status}, such as")
        complain("  " + failure_text(next(each for each in swept.failures if each.status == status), seed))
    if how.quiet:
        return code
    if not swept.complete:
        say(f"Stopped after too many failures; what is done is kept in {swept.folder}.")
    elif not swept.computed:
        say(f"Nothing is left to do: all {swept.cells:,} cells are done. Tables are in {swept.folder / 'tables'}")
    else:
        before = f", {swept.already_done:,} were done already" if swept.already_done else ""
        say(f"Done: {swept.computed:,} cells{before}. Tables are in {swept.folder / 'tables'}")
        number, of = swept.shard
        if of > 1:
            say(f"This is part {number} of {of}. When all are done: cascadesim merge DIR... -o ALL")
        else:
            say(f"Next: cascadesim analyse {shlex.quote(str(swept.folder))}")
    return code
