"""`cascadesim rerun`: one cell of a sweep again, to look into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cascadesim._version import __version__
from cascadesim.cli.console import complain, put_json, say
from cascadesim.cli.sitting import FINISHED_IN_PART
from cascadesim.engine.choose import ENGINES

if TYPE_CHECKING:
    from cascadesim.experiment.sweep.rerun import RerunResult

_DIFFERENT = 1
_TOLD = ("point", "replications", "events", "same", "problem", "recorded", "other_code")


@click.command(name="rerun", short_help="Run one cell of a sweep again, with its event log.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--cell", type=click.IntRange(0), required=True, metavar="K", help="Its number, as messages give it.")
@click.option("--events", is_flag=True, help="Also write its event log.")
@click.option("--engine", type=click.Choice(ENGINES), default="auto", show_default=True, help="Both give the same.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(folder: Path, cell: int, events: bool, engine: str, as_json: bool) -> int:
    """Run cell K of the sweep in DIR again: all its measures, its trajectories and its event log, in DIR/reruns/cell-K.

    A cell is up to ten replications of one point. Says whether the numbers are those that the sweep has. Where a run of
    it fails, the tables are of the others, and problem.txt tells where it failed. Exit codes: 0 the same numbers, or
    the sweep has none; 1 others; 5 a run failed.
    """
    from cascadesim.experiment.sweep.rerun import rerun

    found = rerun(folder, cell, events, engine)
    if as_json:
        content = {name: getattr(found, name) for name in _TOLD}
        put_json({"version": __version__, "folder": str(found.folder), "cell": cell, **content})
    else:
        _tell(cell, found)
    if found.problem:
        return FINISHED_IN_PART
    return _DIFFERENT if found.same is False else 0


def _tell(cell: int, found: RerunResult) -> None:
    from cascadesim.experiment.code_version import code_version

    told = {True: "the same numbers as in the sweep", False: "OTHER NUMBERS than in the sweep", None: "new numbers"}
    if found.problem:
        complain(f"cell {cell}: {found.asked - found.replications} of {found.asked} runs failed: {found.problem}")
    if found.recorded:
        complain(f"in the sweep it {found.recorded}")
    if found.other_code:
        versions = f"the sweep is of cascadesim {found.other_code}, this is {code_version()}"
        complain(f"{versions}: numbers may differ for that reason.")
    numbers = told[found.same] if found.replications else "no numbers"
    say(f"Cell {cell}, {found.replications} replications of point {found.point}: {numbers}.")
    say(f"{'Tables are' if not found.problem else 'What there is, with problem.txt, is'} in {found.folder}")
