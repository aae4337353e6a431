"""`cascadesim compare`: which of several plans is better."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cascadesim._version import __version__
from cascadesim.cli.arguments import (
    REPLICATIONS,
    Simulation,
    json_option,
    load_scenario,
    margin_option,
    out_option,
    outcomes_option,
    quiet_option,
    simulation_options,
)
from cascadesim.cli.console import complain, heading_style, progress_bar, put_json, say, text_width
from cascadesim.experiment.files import code_version

if TYPE_CHECKING:
    import pandas as pd

    from cascadesim.experiment.result_folder import PastRun
    from cascadesim.scenario.schema import Scenario

BETWEEN = "::"


@click.command()
@click.argument("plans", metavar="A B...", nargs=-1, required=True)
@outcomes_option("Compare this one; may be repeated.")
@margin_option
@click.option("--pairs", is_flag=True, help="Every plan beside every other, not only beside the first.")
@click.option("--replications", type=REPLICATIONS, help="Default: what the first FILE says.")
@simulation_options
@out_option("Also write the table there.", "FILE.csv")
@json_option
@quiet_option
def compare(
    plans: tuple[str, ...],
    outcomes: tuple[str, ...],
    margins: dict[str, float],
    pairs: bool,
    replications: int | None,
    simulation: Simulation,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Compare plans run by run: which is better, by how much, and how sure that is.

    A plan is a scenario FILE, a variant of one (FILE::NAME; FILE alone with nothing else means the file and all its
    variants), or the folder of an earlier run. Plans with one seed are run with common random numbers.
    Intervals hold for all comparisons of an outcome together. A difference below the margin is too small to matter.
    What is counted over other weeks, or in another currency, is not compared.
    """
    from cascadesim.analysis.comparison import compare_plans
    from cascadesim.report.comparison import plans_object, plans_text
    from cascadesim.scenario.schema import Scenario

    read = _read(plans)
    if replications is not None and not any(isinstance(plan, Scenario) for plan in read.values()):
        raise click.UsageError("--replications is for what is run now; all of these were run before.")
    comparison = compare_plans(_run(read, replications, simulation, quiet or as_json), outcomes, pairs, margins)
    if comparison.paired and not quiet:
        _warn(comparison.plans)
    if out is not None:
        _write(out, comparison.frame())
    if as_json:
        put_json({"version": __version__, **plans_object(comparison)})
    elif not quiet:
        say(plans_text(comparison, text_width(), heading_style()))
    return 0


def _read(arguments: Sequence[str]) -> dict[str, Scenario | PastRun]:
    """Every plan by name, in the order given: a scenario that is to be run, or one that was."""
    plans: dict[str, Scenario | PastRun] = {}
    for argument in arguments:
        for name, plan in _plans_of(argument, len(arguments) == 1).items():
            tries = (name, *(f"{name} ({number})" for number in range(2, len(plans) + 3)))
            plans[next(free for free in tries if free not in plans)] = plan
    return plans


def _plans_of(argument: str, alone: bool) -> Mapping[str, Scenario | PastRun]:
    """What one argument stands for: the runs in a folder, a variant, a scenario, or a scenario with its variants."""
    from cascadesim.experiment.result_folder import read_runs
    from cascadesim.scenario.overrides import BASE, variant_names

    if Path(argument).is_dir():
        return read_runs(Path(argument))
    file, between, variant = argument.rpartition(BETWEEN)
    scenario = load_scenario(Path(file if between else argument))
    if between:
        return {variant: scenario if variant == BASE else scenario.variant(variant)}
    names = variant_names(scenario) if alone else ()
    first = BASE if names else scenario.name
    return {first: scenario} | {name: scenario.variant(name) for name in names}


def _run(
    plans: dict[str, Scenario | PastRun], replications: int | None, simulation: Simulation, quiet: bool
) -> dict[str, PastRun]:
    """All of them with their results, those that were not run before run now, in one call."""
    from cascadesim.experiment.replicate import replicate_all
    from cascadesim.experiment.result_folder import PastRun
    from cascadesim.scenario.schema import Scenario

    scenarios = {name: plan for name, plan in plans.items() if isinstance(plan, Scenario)}
    runs = {name: plan for name, plan in plans.items() if isinstance(plan, PastRun)}
    if scenarios:
        number = replications or next(iter(scenarios.values())).replications
        with progress_bar("comparing", number * len(scenarios), quiet) as progress:
            kept = replicate_all(scenarios, number, progress=progress, **simulation)
        for name, scenario in scenarios.items():
            runs[name] = PastRun(scenario, simulation["seed"], __version__, kept[name].kpis_frame(), code_version())
    return {name: runs[name] for name in plans}


def _warn(plans: Mapping[str, PastRun]) -> None:
    """Say which of plans that are paired may have been run by other code than the rest."""
    unknown = {name: plan.version for name, plan in plans.items() if not plan.code}
    if unknown:
        version = next(iter(unknown.values()))
        complain(f"{', '.join(unknown)}: it was not noted which code ran this; paired by version {version} alone.")


def _write(out: Path, frame: pd.DataFrame) -> None:
    """The table as CSV, safe for spreadsheets, whole or not at all."""
    from cascadesim.experiment.parquet import write_csv, write_table

    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / "comparison.parquet"
        write_table(frame, table)
        new = out.with_name(f".{out.name}.new")
        write_csv(table, new)
        new.replace(out)
