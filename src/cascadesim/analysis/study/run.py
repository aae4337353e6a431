"""A study from Python: run it, or what is left of it, and read what came of it."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from cascadesim.analysis.stopping import rule_of
from cascadesim.analysis.study.results import Results, read_results
from cascadesim.engine.choose import AUTO
from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.study import Study, Until
from cascadesim.experiment.sweep.sweep import SweepOptions, sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from cascadesim.experiment.sweep.sweep import Progress


def run_study(
    study: Study,
    folder: str | PathLike[str],
    *,
    jobs: int = 1,
    engine: str = AUTO,
    max_failures: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Results:
    """Run `study` into `folder`, in `jobs` worker processes, and read its results; what is there already is kept.

    Whatever stops it, the same call goes on where it was. Points that fail are rows of `Results.points` with their
    reason. `progress(state)` hears of it every few seconds. A script that calls this needs
    `if __name__ == "__main__":`, since worker processes import it.

    Raises `EnvironmentFault` where the folder holds something else, is being written or more than `max_failures` cells
    failed, `UsageError` for a number out of range.
    """
    wanted = rule_of(study) if isinstance(study.replications, Until) else None
    manner = SweepOptions(jobs, engine, wanted, progress, max_failures=max_failures)
    swept = sweep(study, Path(folder), manner)
    if not swept.complete:
        raise EnvironmentFault(
            f"stopped after {sum(swept.bad.values())} cells had failed; what is done is kept.",
            hint="The first fault is in the record; call run_study again with more max_failures to go on.",
            code="failures",
            file=str(folder),
        )
    return read_results(Path(folder))
