"""Simulated numbers beside others: published figures (`validate`), and what formulas give (`capacity`)."""

from __future__ import annotations

import os
import shlex
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cascadesim._version import __version__
from cascadesim.cli.arguments import (
    PATH,
    REPLICATIONS,
    Simulation,
    file_argument,
    json_option,
    load_scenario,
    set_option,
    simulation_options,
)
from cascadesim.cli.console import complain, heading_style, progress_bar, put_json, say, show_plan_warnings
from cascadesim.experiment.files import check_new_file, write_whole

if TYPE_CHECKING:
    from cascadesim.analysis.answers import PublishedComparison, Validation
    from cascadesim.scenario.schema import Scenario


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@click.option("-o", "--output", "out", type=PATH, help="Write the page here, not to stdout.")
@click.option("--replications", type=REPLICATIONS, help="Runs of each; the file says how many.")
@simulation_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the page.")
@click.pass_obj
def validate(
    arguments: tuple[str, ...],
    files: tuple[Path, ...],
    out: Path | None,
    replications: int | None,
    simulation: Simulation,
    as_json: bool,
) -> None:
    """Set the [[published]] figures of each FILE, and of its variants that have their own, beside what runs give.

    Figures that were fitted and figures that were predicted are kept apart. The result is a page in Markdown.
    """
    from cascadesim.analysis.answers import published_cases
    from cascadesim.report.validation import validation_page

    if out is not None:
        check_new_file(out, "the page is")
    scenarios = [(file, load_scenario(file)) for file in files]
    for file, scenario in scenarios:
        if not published_cases(scenario):
            hint = "A table [[published]] with outcome, value, kind and source adds one."
            complain(f"{file}: has no [[published]] figures: it is not run, and there is nothing to compare. {hint}")
    beside = Path() if out is None else out.parent
    done = [_validate(file, scenario, beside, replications, simulation, as_json) for file, scenario in scenarios]
    if as_json:
        put_json({"version": __version__, "scenarios": [_plain(validation) for validation in done]})
        return
    if out is None and not any(validation.rows for validation in done):
        return  # a page of nothing would look like an answer
    page = validation_page(done, shlex.join(["cascadesim", *arguments]))
    if out is None:
        say(page.rstrip("\n"))
    else:
        write_whole(out, page.encode())
        say(f"Wrote {out}.")


def _validate(
    file: Path, scenario: Scenario, beside: Path, replications: int | None, simulation: Simulation, quiet: bool
) -> Validation:
    from cascadesim.analysis.answers import Validation, compare_published, published_cases

    cases = published_cases(scenario)
    count = (replications or scenario.replications) if cases else 0
    rows: list[PublishedComparison] = []
    for variant, case in cases.items():
        with progress_bar(case.name, count, quiet) as progress:
            rows += compare_published(case, count, variant=variant, progress=progress, **simulation)
    link = Path(os.path.relpath(file, beside)).as_posix()
    return Validation(link, scenario, count, simulation["seed"], tuple(rows))


def _plain(validation: Validation) -> dict[str, object]:
    head = {"file": validation.file, "name": validation.scenario.name, "title": validation.scenario.title}
    runs = {"replications": validation.replications, "seed": validation.seed}
    return {**head, **runs, "rows": [row.plain() for row in validation.rows]}


_WIDTH = 80


@click.command()
@file_argument
@click.option("--replications", type=REPLICATIONS, default=20, show_default=True, help="Runs to compare.")
@simulation_options
@set_option
@click.option("--no-simulation", is_flag=True, help="Only what formulas give; nothing is run.")
@json_option
def capacity(
    file: Path,
    replications: int,
    simulation: Simulation,
    sets: tuple[str, ...],
    no_simulation: bool,
    as_json: bool,
) -> None:
    """Compute the capacity of the plan in FILE with formulas: spans, yields, recruits, hours, workers required, waits.

    Beside each: the mean of a few runs with its 95 % interval, and why the two differ, where the runs show it.
    docs/explanation/capacity.md has every formula.
    """
    from cascadesim.analysis.capacity.explanations import left_out
    from cascadesim.analysis.capacity.quantities import compare
    from cascadesim.analysis.capacity.simulated import Runs, keep
    from cascadesim.experiment.replicate import replicate
    from cascadesim.report.validation import capacity_text

    scenario = load_scenario(file, sets)
    if not as_json:
        show_plan_warnings(scenario.warnings)
    runs, count = None, 0 if no_simulation else replications
    if count:
        with progress_bar(scenario.name, count, as_json) as progress:
            kept = replicate(scenario, count, keep=keep, progress=progress, **simulation)
        runs = Runs(scenario, list(kept))
    rows, missing = compare(scenario, runs), left_out(scenario)
    if as_json:
        head = {"file": str(file), "name": scenario.name, "seed": simulation["seed"], "replications": count}
        put_json({"version": __version__, **head, "rows": [row.plain() for row in rows], "left_out": missing})
    else:
        say(capacity_text(scenario, rows, count, heading_style()))
        if missing:
            say("\n" + "\n".join(textwrap.fill(reason, _WIDTH, subsequent_indent="  ") for reason in missing))
