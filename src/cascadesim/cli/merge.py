"""`cascadesim merge`: the parts of a study that ran in different places become one."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from cascadesim._version import __version__
from cascadesim.cli.console import complain, put_json, say
from cascadesim.cli.sitting import FINISHED_IN_PART


@click.command(name="merge", short_help="Join parts of a sweep that ran apart.")
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "out", metavar="DIR", type=click.Path(path_type=Path), help="Default: results/NAME-HASH.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors (and the JSON object).")
def command(folders: tuple[Path, ...], out: Path | None, as_json: bool, quiet: bool) -> int:
    """Put together what was run with `cascadesim sweep STUDY --shard i/n`, in any order. The DIRs stay as they are.

    The tables are the same as if one machine had done it all. What is missing can be computed by `cascadesim resume`.
    """
    from cascadesim.analysis.stopping import rule_of
    from cascadesim.experiment.study import Until, study_from
    from cascadesim.experiment.sweep.merge import merge
    from cascadesim.experiment.sweep.repair import read_spec
    from cascadesim.experiment.sweep.sweep import default_folder

    study = study_from(read_spec(folders[0]).study)
    place = out or default_folder(study)
    found = merge(folders, place, rule_of(study) if isinstance(study.replications, Until) else None)
    for fault in found.faults:
        complain(fault)
    if as_json:
        content = {"cells": found.cells, "added": found.added, "to_do": found.to_do, "failed": found.bad}
        put_json({"version": __version__, "folder": str(place), **content, "left_out": list(found.faults)})
    elif not quiet:
        say(f"{found.added:,} cells added, {found.cells:,} in all: {place}")
        missing = f"{found.to_do:,} are missing: cascadesim resume {shlex.quote(str(place))}"
        say(missing if found.to_do else f"Next: cascadesim analyse {shlex.quote(str(place))}")
    return FINISHED_IN_PART if found.to_do or found.bad else 0
