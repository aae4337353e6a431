"""What `cascadesim run FILE` does with several `--variant`: run them alike and put them side by side."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cascadesim._version import __version__
from cascadesim.cli.batch import MAX_WIDTH, Options, Task, finish, run_object, warn
from cascadesim.cli.console import heading_style, progress_bar, put_json, say

if TYPE_CHECKING:
    import pandas as pd

    from cascadesim.analysis.whatifs import Case
    from cascadesim.experiment.manifest import RunRequest


def compare(
    file: Path,
    wanted: tuple[str, ...],
    replications: int | None,
    seed: int,
    sets: tuple[str, ...],
    events: bool,
    out: Path | None,
    options: Options,
) -> int:
    """Run the base and the variants `wanted` of one file, tell of the differences, and return the exit code."""
    from cascadesim.experiment.result_folder import default_comparison_folder

    orders = read_orders(file, wanted, replications, seed, sets, events, options.engine)
    place = default_comparison_folder(orders) if out is None else out
    cases, runs = _run(file, orders, place, options)
    base, *variants = cases
    if options.as_json:
        from cascadesim.analysis.whatifs import whatifs_object

        comparison = {"folder": str(place), **whatifs_object(base, variants)}
        put_json({"version": __version__, "runs": runs, "comparison": comparison, "errors": []})
    elif not options.quiet:
        from cascadesim.report.comparison import comparison_text

        width = min(shutil.get_terminal_size().columns, MAX_WIDTH)
        say(comparison_text(base, variants, width=width, heading=heading_style()))
        say(f"Results are in {place}")
    return 0


def read_orders(
    file: Path,
    wanted: tuple[str, ...],
    replications: int | None,
    seed: int,
    sets: tuple[str, ...],
    events: bool,
    engine: str,
) -> dict[str, RunRequest]:
    """What the base asks, and each variant that is wanted. All run as often as the base, so that they can be paired."""
    from cascadesim.experiment.manifest import RunRequest
    from cascadesim.scenario.load import load
    from cascadesim.scenario.variants import ALL, BASE, variant_names

    scenario = load(file, sets)
    names = variant_names(scenario) if ALL in wanted else tuple(name for name in wanted if name != BASE)
    number = replications or scenario.replications
    scenarios = {BASE: scenario, **{name: scenario.variant(name) for name in names}}
    return {name: RunRequest(each, seed, number, events, engine) for name, each in scenarios.items()}


def _run(
    file: Path, orders: dict[str, RunRequest], place: Path, options: Options
) -> tuple[list[Case], list[dict[str, Any]]]:
    """Run and write all of them; what the comparison needs of each, and with --json its object."""
    from cascadesim.analysis.whatifs import case
    from cascadesim.experiment.result_folder import StoredRun, folders_for, store_comparison

    folders, cases, runs = folders_for(orders), [], []

    def finish_one(name: str, folder: Path, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> None:
        scenario = orders[name].scenario
        finish(scenario, options)(folder, kpis, trajectories)
        cases.append(case(name, scenario, kpis, trajectories))
        if options.as_json:
            task, stored = Task(file, orders[name]), StoredRun(place / folders[name], kpis, trajectories)
            runs.append({"variant": name, **run_object(task, stored)})

    first = next(iter(orders.values()))
    warn(file, first.scenario, options)
    label = f"{first.scenario.name}, {len(orders)} runs"
    with progress_bar(label, len(orders) * first.replications, options.quiet) as progress:
        store_comparison(
            orders,
            place,
            jobs=options.jobs,
            csv=options.csv,
            command=options.command,
            finish_one=finish_one,
            finish_all=lambda folder: _finish_all(cases, folders, folder, options),
            progress=progress,
        )
    return cases, runs


def _finish_all(cases: list[Case], folders: dict[str, str], folder: Path, options: Options) -> None:
    """The tables, the figure and the summary of the comparison, into the folder around the results."""
    from cascadesim.analysis.comparison import comparison_frame, differences
    from cascadesim.experiment.parquet import write_csv, write_table
    from cascadesim.report.comparison import comparison_summary
    from cascadesim.report.forest import NAME, save_comparison

    base, *variants = cases
    table = folder / "tables" / f"{NAME}.parquet"
    table.parent.mkdir()
    write_table(comparison_frame({each.name: differences(base.kpis, each.kpis) for each in variants}), table)
    write_csv(table, folder / f"{NAME}.csv")
    figure = ""
    if options.figures:
        (folder / "figures").mkdir()
        save_comparison(base, variants, folder / "figures")
        figure = f"figures/{NAME}.png"
    text = comparison_summary(base, variants, folders, command=shlex.join(options.command), figure=figure)
    (folder / "summary.md").write_text(text, encoding="utf-8")
