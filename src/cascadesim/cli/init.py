"""`cascadesim init [FILE]`: a scenario to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from cascadesim.cli.console import say


@click.command(name="init")
@click.argument("file", required=False, default="programme.toml", type=click.Path(path_type=Path))
@click.option("-q", "--quiet", is_flag=True, help="Say nothing.")
def command(file: Path, quiet: bool) -> None:
    """Write a small, commented scenario to FILE (programme.toml if not said), to be changed into yours.

    An existing file is never overwritten.
    """
    from cascadesim.scenario.starter import write_starter

    write_starter(file)
    if not quiet:
        say(f"Wrote {file}. Next: cascadesim check {file}, then cascadesim run {file}.")
