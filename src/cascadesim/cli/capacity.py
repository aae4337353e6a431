"""`cascadesim capacity FILE`: what formulas give, beside what the simulation shows."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from cascadesim._version import __version__
from cascadesim.cli.arguments import (
    REPLICATIONS,
    Simulation,
    file_argument,
    json_option,
    load_scenario,
    set_option,
    simulation_options,
)
from cascadesim.cli.console import heading_style, progress_bar, put_json, say, show_plan_warnings

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
