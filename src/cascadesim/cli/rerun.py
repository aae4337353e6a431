"""`cascadesim rerun`: one cell of a sweep again, to look into it."""

from __future__ import annotations

from pathlib import Path

import click

from cascadesim import __version__
from cascadesim.cli.console import put_json, say
from cascadesim.engine.choose import ENGINES

_DIFFERENT = 1


@click.command(name="rerun", short_help="Run one cell of a sweep again, with its event log.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--cell", type=click.IntRange(0), required=True, metavar="K", help="Its number, as messages give it.")
@click.option("--events", is_flag=True, help="Also write its event log.")
@click.option("--engine", type=click.Choice(ENGINES), default="auto", show_default=True, help="Both give the same.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(folder: Path, cell: int, events: bool, engine: str, as_json: bool) -> int:
    """Run cell K of the sweep in DIR again: all its measures, its trajectories and its event log, in DIR/reruns/cell-K.

    A cell is up to ten replications of one point. Says whether the numbers are those that the sweep has. Exit codes: 0
    yes, or it has none; 1 no.
    """
    from cascadesim.experiment.sweep.again import rerun

    found = rerun(folder, cell, events, engine)
    if as_json:
        content = {"point": found.point, "replications": found.replications, "events": found.events, "same": found.same}
        put_json({"version": __version__, "folder": str(found.folder), "cell": cell, **content})
    else:
        told = {True: "the same numbers as in the sweep", False: "OTHER NUMBERS than in the sweep", None: "new numbers"}
        say(f"Cell {cell}, {found.replications} replications of point {found.point}: {told[found.same]}.")
        say(f"Tables are in {found.folder}")
    return _DIFFERENT if found.same is False else 0
