"""`cascadesim diagram FILE`: the states and flows of a programme as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from cascadesim.cli.console import say
from cascadesim.errors import EnvironmentFault, UsageError

ENDINGS = (".png", ".svg")


@click.command(name="diagram", short_help="Draw the states and flows of a scenario.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("-o", "out", metavar="PICTURE", type=click.Path(path_type=Path), help="Default: NAME.png, here.")
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change a key first: tier.NAME.caseload=4.")
def command(file: Path, out: Path | None, sets: tuple[str, ...]) -> None:
    """Draw what can happen in the programme of FILE: states of each tier and of the clients, and the ways between.

    Only what the scenario has is drawn: no absence without a reason to be away, no hand-over where cases are lost.
    """
    from cascadesim.report.diagram import draw_diagram
    from cascadesim.scenario.load import load

    scenario = load(file, sets)
    path = out if out is not None else Path(f"{scenario.name}.png")
    if path.suffix not in ENDINGS:
        raise UsageError(f"-o: got {path.name}; a picture ends in {' or '.join(ENDINGS)}.", code="wrong_value")
    try:
        draw_diagram(scenario, path)
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}."
        raise EnvironmentFault(message, hint="Choose another place with -o.", code="unwritable") from None
    say(f"The diagram is in {path}")
