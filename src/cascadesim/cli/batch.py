"""What `cascadesim run` does with its files: one run each, told one after the other; one that fails stops no other."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cascadesim._version import __version__
from cascadesim.cli.console import (
    complain,
    heading_style,
    problem_object,
    progress_bar,
    put_json,
    say,
    show_problems,
)
from cascadesim.cli.warned import show_warnings
from cascadesim.errors import CascadeError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from cascadesim.experiment.manifest import RunRequest
    from cascadesim.experiment.result_folder import Finish, StoredRun
    from cascadesim.scenario.schema import Scenario

FINISHED_IN_PART = 5
MAX_WIDTH = 100


@dataclass(frozen=True)
class Options:
    jobs: int
    csv: bool
    as_json: bool
    quiet: bool
    figures: bool
    command: tuple[str, ...]
    engine: str = "auto"


@dataclass(frozen=True)
class Task:
    """One run to be made: the file that asked for it, what it asks, and where the results go."""

    file: Path
    order: RunRequest
    place: Path = Path()


def read(
    files: tuple[Path, ...],
    replications: int | None,
    seed: int,
    sets: tuple[str, ...],
    variant: str,
    events: bool,
    faults: list[CascadeError],
    engine: str,
) -> list[Task]:
    """What each file asks for, or its `variant` if one is named; faults of those that cannot be run go to `faults`."""
    from cascadesim.cli.check_study import refuse_study
    from cascadesim.experiment.manifest import RunRequest
    from cascadesim.scenario.load import load
    from cascadesim.scenario.variants import BASE

    tasks = []
    for file in files:
        try:
            refuse_study(file)
            scenario = load(file, sets)
            if variant not in ("", BASE):
                scenario = scenario.variant(variant)
        except CascadeError as fault:
            faults.append(fault)
        else:
            tasks.append(Task(file, RunRequest(scenario, seed, replications or scenario.replications, events, engine)))
    return tasks


def read_again(manifest: Path, events: bool, engine: str) -> Task:
    from cascadesim.experiment.manifest import read_request

    order, version = read_request(manifest)
    if version != __version__:
        complain(f"{manifest}: was made by cascadesim {version}; this is {__version__}, and numbers may differ.")
    return Task(manifest, replace(order, events=order.events or events, engine=engine))


def placed(tasks: list[Task], out: Path | None, several: bool) -> list[Task]:
    """The tasks with their result folders; a `UsageError` where two would share one."""
    from cascadesim.experiment.manifest import folder_name
    from cascadesim.experiment.result_folder import default_folder

    placed: dict[str, Task] = {}
    for task in tasks:
        if out is None:
            place = default_folder(task.order)
        else:
            place = out / folder_name(task.order.scenario.name) if several else out
        other = placed.setdefault(str(place).casefold(), replace(task, place=place))
        if other.file is not task.file:
            raise UsageError(
                f"{other.file} and {task.file} would both be written to {place}.",
                hint="Run them one at a time, or rename one.",
                code="same_name",
            )
    return list(placed.values())


def run_all(tasks: list[Task], faults: list[CascadeError], options: Options, several: bool) -> int:
    """Run each task, tell of it, and return the exit code; what fails in one does not stop the others."""
    runs: list[dict[str, Any]] = []
    if not options.as_json:
        show_problems(problem for fault in faults for problem in fault.problems)
    for task in tasks:
        try:
            stored = _run_one(task, options)
        except CascadeError as fault:
            if not several:
                raise
            faults.append(fault)
            if not options.as_json:
                show_problems(fault.problems)
        else:
            runs.append(_tell(task, stored, options))
    if options.as_json:
        errors = [problem_object(problem) for fault in faults for problem in fault.problems]
        put_json({"version": __version__, "runs": runs, "errors": errors})
    if not faults:
        return 0
    return FINISHED_IN_PART if runs else faults[0].exit_code


def _run_one(task: Task, options: Options) -> StoredRun:
    from cascadesim.experiment.result_folder import store_run

    scenario = task.order.scenario
    warn(task.file, scenario, options)
    with progress_bar(scenario.name, task.order.replications, options.quiet) as progress:
        return store_run(
            task.order,
            task.place,
            jobs=options.jobs,
            csv=options.csv,
            command=options.command,
            finish=finish(scenario, options),
            progress=progress,
        )


def warn(file: Path, scenario: Scenario, options: Options) -> None:
    """What is doubtful about the plan, before time goes into it."""
    if not (options.quiet or options.as_json):
        show_warnings(file, scenario.warnings)


def finish(scenario: Scenario, options: Options) -> Finish:
    """Draw the figures and write the summary, beside the tables and before the folder is put in place."""

    def finished(folder: Path, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> None:
        from cascadesim.report.figures import save_figures
        from cascadesim.report.summary import summary_text

        figures: tuple[str, ...] = ()
        if options.figures:
            (folder / "figures").mkdir()
            figures = save_figures(scenario, kpis, trajectories, folder / "figures")
        text = summary_text(scenario, kpis, trajectories, command=shlex.join(options.command), figures=figures)
        (folder / "summary.md").write_text(text, encoding="utf-8")

    return finished


def _tell(task: Task, stored: StoredRun, options: Options) -> dict[str, Any]:
    """Show the answers on the terminal, unless quiet; with --json, return them for the object."""
    from cascadesim.report.terminal import terminal_text

    if options.as_json:
        return run_object(task, stored)
    if not options.quiet:
        width = min(shutil.get_terminal_size().columns, MAX_WIDTH)
        frames = (task.order.scenario, stored.kpis, stored.trajectories)
        say(terminal_text(*frames, width=width, heading=heading_style()))
        say(f"Results are in {stored.folder}")
    return {}


def run_object(task: Task, stored: StoredRun) -> dict[str, Any]:
    """One run as `--json` gives it."""
    from cascadesim.analysis.answers import answers_object

    scenario = task.order.scenario
    return {
        "file": str(task.file),
        "name": scenario.name,
        "folder": str(stored.folder),
        "seed": task.order.seed,
        "replications": task.order.replications,
        "hash": task.order.hash,
        "warnings": [problem_object(problem) for problem in scenario.warnings],
        **answers_object(scenario, stored.kpis, stored.trajectories),
    }
