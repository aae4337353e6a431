"""`cascadesim theory FILE`: what a planner would compute by hand, beside what the simulation says."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from cascadesim._version import __version__
from cascadesim.cli.console import heading_style, progress_bar, put_json, say
from cascadesim.cli.warned import show_plan_warnings
from cascadesim.engine.choose import ENGINES
from cascadesim.experiment.limits import MAX_JOBS, MAX_REPLICATIONS, MAX_SEED

_WIDTH = 80


@click.command(name="theory", short_help="Capacity by hand, beside the simulation.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--replications", type=click.IntRange(1, MAX_REPLICATIONS), default=20, show_default=True, help="Runs to compare."
)
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=1, show_default=True, help="Which random numbers.")
@click.option("--jobs", type=click.IntRange(1, MAX_JOBS), default=1, show_default=True, help="Runs at a time.")
@click.option("--engine", type=click.Choice(ENGINES), default="auto", show_default=True, help="Both give the same.")
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change a key first: tier.NAME.caseload=4.")
@click.option("--no-simulation", is_flag=True, help="Only what can be computed by hand; nothing is run.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(
    file: Path,
    replications: int,
    seed: int,
    jobs: int,
    engine: str,
    sets: tuple[str, ...],
    no_simulation: bool,
    as_json: bool,
) -> None:
    """Say what the plan in FILE comes to by hand: spans, yields, recruits, hours, workers required, waits.

    Beside each stands the mean of a few runs with its 95 % interval, and why the two differ, as far as the runs show
    it. docs/theory.md has every formula.
    """
    from cascadesim.analysis.theory.compare import compare
    from cascadesim.analysis.theory.found import Runs, keep
    from cascadesim.analysis.theory.left_out import left_out
    from cascadesim.experiment.replicate import replicate
    from cascadesim.report.theory import theory_text
    from cascadesim.scenario.load import load

    scenario = load(file, sets)
    if not as_json:
        show_plan_warnings(scenario.warnings)
    runs, count = None, 0 if no_simulation else replications
    if count:
        with progress_bar(scenario.name, count, as_json) as progress:
            kept = replicate(scenario, count, seed=seed, jobs=jobs, keep=keep, progress=progress, engine=engine)
        runs = Runs(scenario, list(kept))
    rows, missing = compare(scenario, runs), left_out(scenario)
    if as_json:
        plain = [row.plain() for row in rows]
        asked = {"file": str(file), "name": scenario.name, "seed": seed, "replications": count}
        put_json({"version": __version__, **asked, "rows": plain, "left_out": missing})
    else:
        say(theory_text(scenario, rows, count, heading_style()))
        if missing:
            say("\n" + "\n".join(textwrap.fill(each, _WIDTH, subsequent_indent="  ") for each in missing))
