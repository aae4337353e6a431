"""`cascadesim doctor`: whether everything in a sweep is as it was written, and what to do where it is not."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from cascadesim._version import __version__
from cascadesim.cli.console import put_json, say
from cascadesim.cli.sitting import FINISHED_IN_PART, How, hold, how_options


@click.command(name="doctor", short_help="Find and mend what is damaged in a sweep.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@how_options
def command(folder: Path, how: How) -> int:
    """Check every number in DIR. What is damaged is set aside in DIR/damaged, and with what is missing computed again.

    A sweep that has not finished does not go on; `cascadesim resume` does that. Exit codes: 0 all is well, or well
    again; 5 something could not be mended; 4 DIR holds no sweep, or it is being written.
    """
    from cascadesim.errors import EnvironmentFault
    from cascadesim.experiment.study import study_from
    from cascadesim.experiment.sweep.doctor import DoctorResult, doctor
    from cascadesim.experiment.sweep.repair import read_spec

    try:
        study = study_from(read_spec(folder).study)
    except EnvironmentFault as fault:
        if fault.problems[0].code != "damaged_store":
            raise
        found = DoctorResult((fault.problems[0].text(),), 0, 0, helped=False)
    else:
        with hold(folder.name, folder, study, how) as manner:
            found = doctor(folder, manner)
    if how.as_json:
        content = {"faults": list(found.faults), "computed": found.again, "to_do": found.to_do, "mended": found.helped}
        put_json({"version": __version__, "folder": str(folder), **content})
    elif not how.quiet:
        say("\n".join(_text(folder, found)))
    return 0 if found.helped else FINISHED_IN_PART


def _text(folder: Path, found: object) -> list[str]:
    from cascadesim.analysis.words import count_of
    from cascadesim.experiment.sweep.doctor import DoctorResult

    assert isinstance(found, DoctorResult)
    lines = list(found.faults)
    if not found.faults:
        lines.append("All is as it was written.")
    elif found.helped:
        aside = folder / "damaged"
        kept = f" What was damaged is in {aside}" if aside.exists() else ""
        lines.append(f"Mended; {count_of(found.again, 'cell')} computed again.{kept}")
    else:
        lines.append("Not mended.")
    if found.to_do:
        lines.append(f"{count_of(found.to_do, 'cell')} still to do: cascadesim resume {shlex.quote(str(folder))}")
    return lines
