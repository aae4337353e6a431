"""`cascadesim run`: scenario files in, result folders and answers out; several variants are put side by side."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cascadesim._version import __version__
from cascadesim.cli.arguments import (
    PATH,
    REPLICATIONS,
    SEED,
    engine_option,
    jobs_option,
    json_option,
    load_scenario,
    options_as,
    out_option,
    quiet_option,
    set_option,
)
from cascadesim.cli.console import (
    FINISHED_IN_PART,
    complain,
    heading_style,
    problem_object,
    progress_bar,
    put_json,
    say,
    show_problems,
    show_warnings,
    text_width,
)
from cascadesim.errors import CascadeError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from cascadesim.analysis.variants import VariantRun
    from cascadesim.experiment.manifest import RunRequest
    from cascadesim.experiment.result_folder import Finish, StoredRun
    from cascadesim.scenario.schema import Scenario


@dataclass(frozen=True)
class RunOptions:
    """What may be said of a run besides its files; `command` is the line that was typed."""

    replications: int | None
    seed: int | None
    jobs: int
    engine: str
    sets: tuple[str, ...]
    variants: tuple[str, ...]
    out: Path | None
    manifest: Path | None
    events: bool
    csv: bool
    no_figures: bool
    as_json: bool
    quiet: bool
    command: tuple[str, ...] = ()

    def request(self, scenario: Scenario, replications: int | None = None) -> RunRequest:
        """A run of `scenario`, as often as it says itself where nothing else is said."""
        from cascadesim.experiment.manifest import RunRequest

        number = self.replications or replications or scenario.replications
        return RunRequest(scenario, 1 if self.seed is None else self.seed, number, self.events, self.engine)


@dataclass(frozen=True)
class PlannedRun:
    """One run to be made: the file that asked for it, what it asks, and where the results go."""

    file: Path
    request: RunRequest
    folder: Path = Path()


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...", type=PATH)
@options_as(
    "options",
    RunOptions,
    click.option("--replications", type=REPLICATIONS, help="Default: what FILE says, or 200."),
    click.option("--seed", type=SEED, help="Which random numbers; default 1."),
    jobs_option("Processes to run in."),
    engine_option,
    set_option,
    click.option(
        "--variant",
        "variants",
        multiple=True,
        metavar="NAME",
        help="Run a variant of FILE; several, or all, are compared with base. May be repeated.",
    ),
    out_option(
        "The result folder; with several FILEs, the folder that holds one for each name. Default: results/NAME-HASH."
    ),
    click.option("--from", "manifest", metavar="MANIFEST", type=PATH, help="Repeat a run, no FILE."),
    click.option("--events", is_flag=True, help="Also write the event log, tables/events.parquet."),
    click.option("--csv", is_flag=True, help="Also write every table as CSV."),
    click.option("--no-figures", is_flag=True, help="Draw no figures."),
    json_option,
    quiet_option,
)
@click.pass_context
def run(ctx: click.Context, files: tuple[Path, ...], options: RunOptions) -> int:
    """Run scenario FILEs and say who delivers, who is reached and what runs short.

    The same FILE, seed and version give the same tables. Replications 1 to 200 of 400 are those of 200. A result folder
    that stands already is replaced when the new one is whole; a folder that is not one is left alone.

    Exit code 5: one of several FILEs failed, or a picture could not be drawn; the rest is complete.
    """
    from cascadesim.scenario.overrides import ALL

    options = replace(options, command=("cascadesim", *(ctx.obj or ())))
    faults: list[CascadeError] = []
    if options.manifest is not None:
        own = options.sets or options.variants or options.replications is not None or options.seed is not None
        if files or own:
            message = "--from repeats a run as it was: no FILE, --set, --variant, --seed or --replications."
            raise click.UsageError(message, ctx)
        runs = [_read_again(options.manifest, options)]
    else:
        if not files:
            raise click.UsageError("Missing argument 'FILE...'.", ctx)
        variants = tuple(dict.fromkeys(options.variants))
        if len(variants) > 1 or ALL in variants:
            if len(files) > 1:
                raise click.UsageError("Several variants are compared for one FILE at a time.", ctx)
            return _run_variants(files[0], variants, options)
        runs = _read(files, "".join(variants), faults, options)
    several = len(files) > 1
    if not several and faults:
        raise faults[0]
    return _run_all(_placed(runs, several, options), faults, several, options)


def _read(files: tuple[Path, ...], variant: str, faults: list[CascadeError], options: RunOptions) -> list[PlannedRun]:
    """What each file asks for, or its `variant` if one is named; faults of those that cannot be run go to `faults`."""
    from cascadesim.scenario.overrides import BASE

    runs = []
    for file in files:
        try:
            scenario = load_scenario(file, options.sets)
            if variant not in ("", BASE):
                scenario = scenario.variant(variant)
        except CascadeError as fault:
            faults.append(fault)
        else:
            runs.append(PlannedRun(file, options.request(scenario)))
    return runs


def _read_again(manifest: Path, options: RunOptions) -> PlannedRun:
    from cascadesim.experiment.manifest import read_request

    request, version = read_request(manifest)
    if version != __version__:
        complain(f"{manifest}: was made by cascadesim {version}; this is {__version__}, and numbers may differ.")
    return PlannedRun(manifest, replace(request, events=request.events or options.events, engine=options.engine))


def _placed(runs: list[PlannedRun], several: bool, options: RunOptions) -> list[PlannedRun]:
    """The runs with their result folders; a `UsageError` where two would share one."""
    from cascadesim.experiment.manifest import folder_name
    from cascadesim.experiment.result_folder import default_folder

    placed: dict[str, PlannedRun] = {}
    for run in runs:
        if options.out is None:
            folder = default_folder(run.request)
        else:
            folder = options.out / folder_name(run.request.scenario.name) if several else options.out
        other = placed.setdefault(str(folder).casefold(), replace(run, folder=folder))
        if other.file is not run.file:
            raise UsageError(
                f"{other.file} and {run.file} would both be written to {folder}.",
                hint="Run them one at a time, or rename one.",
                code="same_name",
            )
    return list(placed.values())


def _run_all(runs: list[PlannedRun], faults: list[CascadeError], several: bool, options: RunOptions) -> int:
    """Make each run, show it, and return the exit code; what fails in one does not stop the others."""
    objects: list[dict[str, Any]] = []
    done = 0
    if not options.as_json:
        show_problems(problem for fault in faults for problem in fault.problems)
    for run in runs:
        try:
            stored = _run_one(run, faults, options)
        except CascadeError as fault:
            if not several:
                raise
            faults.append(fault)
            if not options.as_json:
                show_problems(fault.problems)
        else:
            done += 1
            if options.as_json:
                objects.append(_run_object(run, stored))
            elif not options.quiet:
                _show(run, stored)
    if options.as_json:
        errors = [problem_object(problem) for fault in faults for problem in fault.problems]
        put_json({"version": __version__, "runs": objects, "errors": errors})
    if not faults:
        return 0
    return FINISHED_IN_PART if done else faults[0].exit_code


def _run_one(run: PlannedRun, faults: list[CascadeError], options: RunOptions) -> StoredRun:
    from cascadesim.experiment.result_folder import store_run

    scenario = run.request.scenario
    _warn(run.file, scenario, options)
    with progress_bar(scenario.name, run.request.replications, options.quiet) as progress:
        return store_run(
            run.request,
            run.folder,
            jobs=options.jobs,
            csv=options.csv,
            command=options.command,
            finish=_finish(scenario, faults, options),
            progress=progress,
        )


def _warn(file: Path, scenario: Scenario, options: RunOptions) -> None:
    """What is doubtful about the plan, before time goes into it."""
    if not (options.quiet or options.as_json):
        show_warnings(file, scenario.warnings)


def _finish(scenario: Scenario, faults: list[CascadeError], options: RunOptions) -> Finish:
    """Draw the figures and write the summary, beside the tables and before the folder is put in place.

    What is wrong with a figure that cannot be drawn goes to `faults`, to stderr and into the summary.
    """

    def finish(folder: Path, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> None:
        from cascadesim.report.summary import run_page

        captions: dict[str, str] = {}
        lost: list[CascadeError] = []
        if not options.no_figures:
            from cascadesim.report.figures import save_figures

            (folder / "figures").mkdir()
            captions = save_figures(scenario, kpis, trajectories, folder / "figures", lost)
            _report(lost, faults, options)
        command, not_drawn = shlex.join(options.command), [str(fault) for fault in lost]
        text = run_page(scenario, kpis, trajectories, command=command, figures=captions, not_drawn=not_drawn)
        (folder / "summary.md").write_text(text, encoding="utf-8")

    return finish


def _report(lost: list[CascadeError], faults: list[CascadeError], options: RunOptions) -> None:
    """Say which pictures could not be drawn; the run goes on and ends with the exit code for what is done in part."""
    faults += lost
    if not options.as_json:
        show_problems(problem for fault in lost for problem in fault.problems)


def _show(run: PlannedRun, stored: StoredRun) -> None:
    """The answers on the terminal."""
    from cascadesim.report.summary import run_text

    scenario = run.request.scenario
    say(run_text(scenario, stored.kpis, stored.trajectories, width=text_width(), heading=heading_style()))
    say(f"Results are in {stored.folder}")


def _run_object(run: PlannedRun, stored: StoredRun) -> dict[str, Any]:
    """One run as `--json` gives it."""
    from cascadesim.analysis.answers import answers_object

    scenario = run.request.scenario
    return {
        "file": str(run.file),
        "name": scenario.name,
        "folder": str(stored.folder),
        "seed": run.request.seed,
        "replications": run.request.replications,
        "hash": run.request.hash,
        "warnings": [problem_object(problem) for problem in scenario.warnings],
        **answers_object(scenario, stored.kpis, stored.trajectories),
    }


def _run_variants(file: Path, names: tuple[str, ...], options: RunOptions) -> int:
    """Run the base and the variants `names` of one file, show the differences, and return the exit code."""
    from cascadesim.experiment.result_folder import default_comparison_folder

    requests = _read_variants(file, names, options)
    folder = default_comparison_folder(requests) if options.out is None else options.out
    faults: list[CascadeError] = []
    (base, *variants), runs = _store_variants(file, requests, folder, faults, options)
    if options.as_json:
        from cascadesim.analysis.variants import variants_object

        comparison = {"folder": str(folder), **variants_object(base, variants)}
        errors = [problem_object(problem) for fault in faults for problem in fault.problems]
        put_json({"version": __version__, "runs": runs, "comparison": comparison, "errors": errors})
    elif not options.quiet:
        from cascadesim.report.comparison import comparison_text

        say(comparison_text(base, variants, width=text_width(), heading=heading_style()))
        say(f"Results are in {folder}")
    return FINISHED_IN_PART if faults else 0


def _read_variants(file: Path, names: tuple[str, ...], options: RunOptions) -> dict[str, RunRequest]:
    """What the base asks, and each variant that is named. All run as often as the base, so that they can be paired."""
    from cascadesim.scenario.overrides import ALL, BASE, variant_names

    scenario = load_scenario(file, options.sets)
    chosen = variant_names(scenario) if ALL in names else tuple(name for name in names if name != BASE)
    scenarios = {BASE: scenario, **{name: scenario.variant(name) for name in chosen}}
    return {name: options.request(each, scenario.replications) for name, each in scenarios.items()}


def _store_variants(
    file: Path, requests: dict[str, RunRequest], folder: Path, faults: list[CascadeError], options: RunOptions
) -> tuple[list[VariantRun], list[dict[str, Any]]]:
    """Run and write all of them; what the comparison needs of each, and with --json its object."""
    from cascadesim.analysis.variants import variant_run
    from cascadesim.experiment.result_folder import StoredRun, folders_for, store_comparison

    cases: list[VariantRun] = []
    objects: list[dict[str, Any]] = []
    folders = folders_for(requests)

    def finish_one(name: str, inner: Path, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> None:
        scenario = requests[name].scenario
        _finish(scenario, faults, options)(inner, kpis, trajectories)
        cases.append(variant_run(name, scenario, kpis, trajectories))
        if options.as_json:
            stored = StoredRun(folder / folders[name], kpis, trajectories)
            objects.append({"variant": name, **_run_object(PlannedRun(file, requests[name]), stored)})

    first = next(iter(requests.values()))
    _warn(file, first.scenario, options)
    label = f"{first.scenario.name}, {len(requests)} runs"
    with progress_bar(label, len(requests) * first.replications, options.quiet) as progress:
        store_comparison(
            requests,
            folder,
            jobs=options.jobs,
            csv=options.csv,
            command=options.command,
            finish_one=finish_one,
            finish_all=lambda outer: _finish_all(cases, folders, outer, faults, options),
            progress=progress,
        )
    return cases, objects


def _finish_all(
    cases: list[VariantRun], folders: dict[str, str], outer: Path, faults: list[CascadeError], options: RunOptions
) -> None:
    """The tables, the figure and the summary of the comparison, into the folder around the results."""
    from cascadesim.analysis.comparison import comparison_frame, differences
    from cascadesim.analysis.variants import judge
    from cascadesim.experiment.parquet import write_csv, write_table
    from cascadesim.report.comparison import NAME, comparison_page, save_comparison

    base, *variants = cases
    table = outer / "tables" / f"{NAME}.parquet"
    table.parent.mkdir()
    apart = {each.name: differences(base.kpis, each.kpis, judge(base, each)) for each in variants}
    write_table(comparison_frame(apart), table)
    write_csv(table, outer / f"{NAME}.csv")
    figure, not_drawn = "", ""
    if not options.no_figures:
        (outer / "figures").mkdir()
        fault = save_comparison(base, variants, outer / "figures")
        if fault is None:
            figure = f"figures/{NAME}.png"
        else:
            not_drawn = str(fault)
            _report([fault], faults, options)
    command = shlex.join(options.command)
    text = comparison_page(base, variants, folders, command=command, figure=figure, not_drawn=not_drawn)
    (outer / "summary.md").write_text(text, encoding="utf-8")
