"""`cascadesim compare`: which of several plans is better."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cascadesim._version import __version__
from cascadesim.cli.console import MOST_WIDTH, complain, heading_style, progress_bar, put_json, say
from cascadesim.engine.choose import ENGINES
from cascadesim.experiment.limits import MAX_JOBS, MAX_REPLICATIONS, MAX_SEED

if TYPE_CHECKING:
    import pandas as pd

    from cascadesim.experiment.past_runs import PastRun
    from cascadesim.scenario.schema import Scenario

BETWEEN = "::"


@click.command(name="compare", short_help="Say which of several plans is better.")
@click.argument("plans", metavar="A B...", nargs=-1, required=True)
@click.option("--measure", "measures", multiple=True, metavar="NAME", help="Compare this one; may be repeated.")
@click.option("--pairs", is_flag=True, help="Every plan beside every other, not only beside the first.")
@click.option("--replications", type=click.IntRange(1, MAX_REPLICATIONS), help="Default: what the first FILE says.")
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=1, show_default=True, help="Which random numbers.")
@click.option("--jobs", type=click.IntRange(1, MAX_JOBS), default=1, show_default=True, help="Runs at a time.")
@click.option("--engine", type=click.Choice(ENGINES), default="auto", show_default=True, help="Both give the same.")
@click.option("-o", "out", metavar="FILE.csv", type=click.Path(path_type=Path), help="Also write the table there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors (and the JSON object).")
def command(
    plans: tuple[str, ...],
    measures: tuple[str, ...],
    pairs: bool,
    replications: int | None,
    seed: int,
    jobs: int,
    engine: str,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Compare plans run by run: which is better, by how much, and how sure that is.

    A plan is a scenario FILE, a variant of one (FILE::NAME; FILE alone with nothing else means the file and all its
    variants), or the folder of an earlier run. Plans of one seed are given the same luck, so that chance cancels out.
    Intervals hold for all comparisons on a measure together.
    """
    from cascadesim.analysis.plans import compare_plans
    from cascadesim.report.plans import plans_object, plans_text
    from cascadesim.scenario.schema import Scenario

    found = _read(plans)
    if replications is not None and not any(isinstance(each, Scenario) for each in found.values()):
        raise click.UsageError("--replications is for what is run now; all of these were run before.")
    ready = _run(found, replications, seed, jobs, engine, quiet or as_json)
    comparison = compare_plans(ready, measures, pairs)
    if comparison.paired and not quiet:
        _warn(comparison.plans)
    if out is not None:
        _write(out, comparison.frame())
    if as_json:
        put_json({"version": __version__, **plans_object(comparison)})
    elif not quiet:
        width = min(shutil.get_terminal_size().columns, MOST_WIDTH)
        say(plans_text(comparison, width, heading_style()))
    return 0



def _read(arguments: Sequence[str]) -> dict[str, Scenario | PastRun]:
    """Every plan by name, in the order given: a scenario that is to be run, or one that was."""
    found: dict[str, Scenario | PastRun] = {}
    for argument in arguments:
        for name, each in _of(argument, len(arguments) == 1).items():
            tries = (name, *(f"{name} ({number})" for number in range(2, len(found) + 3)))
            found[next(free for free in tries if free not in found)] = each
    return found


def _of(argument: str, alone: bool) -> Mapping[str, Scenario | PastRun]:
    """What one argument stands for: the runs in a folder, a variant, a scenario, or a scenario with its variants."""
    from cascadesim.cli.check_study import refuse_study
    from cascadesim.experiment.past_runs import read_runs
    from cascadesim.scenario.load import load
    from cascadesim.scenario.variants import BASE, variant_names

    if Path(argument).is_dir():
        return read_runs(Path(argument))
    file, between, variant = argument.rpartition(BETWEEN)
    refuse_study(Path(file if between else argument))
    scenario = load(file if between else argument)
    if between:
        return {variant: scenario if variant == BASE else scenario.variant(variant)}
    names = variant_names(scenario) if alone else ()
    first = BASE if names else scenario.name
    return {first: scenario} | {name: scenario.variant(name) for name in names}


def _run(
    found: dict[str, Scenario | PastRun], number: int | None, seed: int, jobs: int, engine: str, quiet: bool
) -> dict[str, PastRun]:
    """All of them as plans, those that were not run before run now, in one call."""
    from cascadesim.experiment.code_version import code_version
    from cascadesim.experiment.past_runs import PastRun
    from cascadesim.experiment.replicate import replicate_all
    from cascadesim.scenario.schema import Scenario

    todo = {name: each for name, each in found.items() if isinstance(each, Scenario)}
    plans = {name: each for name, each in found.items() if isinstance(each, PastRun)}
    if todo:
        runs = number or next(iter(todo.values())).replications
        with progress_bar("comparing", runs * len(todo), quiet) as progress:
            kept = replicate_all(todo, runs, seed=seed, jobs=jobs, engine=engine, progress=progress)
        ran = {name: (todo[name], seed, __version__, kept[name].kpis_frame()) for name in todo}
        plans |= {name: PastRun(*each, code_version()) for name, each in ran.items()}
    return {name: plans[name] for name in found}


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
