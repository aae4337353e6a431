"""`cascadesim resume`: go on with a sweep that was stopped."""

from __future__ import annotations

from pathlib import Path

import click

from cascadesim.cli.sitting import How, hold, how_options, tell


@click.command(name="resume", short_help="Go on with a sweep that was stopped.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@how_options
def command(folder: Path, how: How) -> int:
    """Do what is left of the sweep in DIR. Nothing that is done is done again; where all is done, it says so.

    Cells whose worker died are tried again. With --json the object has `cells`, `already_done` and `computed`.
    """
    from cascadesim.experiment.study import study_from
    from cascadesim.experiment.sweep.repair import read_spec
    from cascadesim.experiment.sweep.sweep import resume

    study = study_from(read_spec(folder).study)
    with hold(folder.name, folder, study, how) as manner:
        swept = resume(folder, manner)
    return tell(swept, study.seed, how)
