"""`cascadesim run`: scenario files in, result folders and answers out."""

from __future__ import annotations

from pathlib import Path

import click

from cascadesim.cli.batch import Options, placed, read, read_again, run_all
from cascadesim.cli.side_by_side import compare
from cascadesim.engine.backends import ENGINES
from cascadesim.errors import CascadeError
from cascadesim.experiment.limits import MAX_JOBS, MAX_REPLICATIONS, MAX_SEED


@click.command(short_help="Run scenarios; write their result folders.")
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--replications", type=click.IntRange(1, MAX_REPLICATIONS), help="Default: what FILE says, or 200.")
@click.option("--seed", type=click.IntRange(0, MAX_SEED), help="Which random numbers; default 1.")
@click.option("--jobs", type=click.IntRange(1, MAX_JOBS), default=1, show_default=True, help="Processes to run in.")
@click.option("--engine", type=click.Choice(ENGINES), default="auto", show_default=True, help="Both give the same.")
@click.option(
    "--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change a key, e.g. tier.NAME.initial=6; may be repeated."
)
@click.option(
    "--variant",
    "variants",
    multiple=True,
    metavar="NAME",
    help="Run a variant of FILE; several, or all, are compared with base. May be repeated.",
)
@click.option(
    "-o",
    "out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The result folder; with several FILEs, the folder that holds one for each name. Default: results/NAME-HASH.",
)
@click.option("--from", "manifest", metavar="MANIFEST", type=click.Path(path_type=Path), help="Repeat a run, no FILE.")
@click.option("--events", is_flag=True, help="Also write the event log, tables/events.parquet.")
@click.option("--csv", is_flag=True, help="Also write every table as CSV.")
@click.option("--no-figures", is_flag=True, help="Draw no figures.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors (and the JSON object).")
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    replications: int | None,
    seed: int | None,
    jobs: int,
    engine: str,
    sets: tuple[str, ...],
    variants: tuple[str, ...],
    out: Path | None,
    manifest: Path | None,
    events: bool,
    csv: bool,
    no_figures: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Run scenario FILEs and say who delivers, who is reached and what runs short.

    The same FILE, seed and version give the same tables. Replications 1 to 200 of 400 are those of 200. A result folder
    that stands already is replaced when the new one is whole; a folder that is not one is left alone.
    """
    options = Options(jobs, csv, as_json, quiet, not no_figures, ("cascadesim", *(ctx.obj or ())), engine)
    faults: list[CascadeError] = []
    if manifest is None:
        if not files:
            raise click.UsageError("Missing argument 'FILE...'.", ctx)
        seed = 1 if seed is None else seed
        wanted = tuple(dict.fromkeys(variants))
        if len(wanted) > 1 or "all" in wanted:
            if len(files) > 1:
                raise click.UsageError("Several variants are compared for one FILE at a time.", ctx)
            return compare(files[0], wanted, replications, seed, sets, events, out, options)
        tasks = read(files, replications, seed, sets, "".join(wanted), events, faults, engine)
    else:
        if files or sets or variants or replications is not None or seed is not None:
            message = "--from repeats a run as it was: no FILE, --set, --variant, --seed or --replications."
            raise click.UsageError(message, ctx)
        tasks = [read_again(manifest, events, engine)]
    several = len(files) > 1
    if not several and faults:
        raise faults[0]
    return run_all(placed(tasks, out, several), faults, options, several)
