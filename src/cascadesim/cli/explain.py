"""`cascadesim explain [KEY]`: what a key of a scenario means."""

from __future__ import annotations

import sys

import click

from cascadesim.cli.console import put_json, say, terminal_width, wrapped


@click.command(name="explain")
@click.argument("key", required=False)
@click.option("--json", "as_json", is_flag=True, help="One object on stdout.")
def command(key: str | None, as_json: bool) -> None:
    """Say what KEY means, in what unit, what holds without it, and what it does.

    KEY is a path of your scenario, its pattern (tier.NAME.caseload) or the last words of one (caseload). Without KEY,
    list every key.
    """
    from dataclasses import asdict

    from cascadesim.scenario.explain import entries, find

    found = list(entries().values()) if key is None else find(key)
    if as_json:
        put_json({"keys": [asdict(entry) for entry in found]})
    elif key is None:
        widest, width = max(len(entry.key) for entry in found), terminal_width(sys.stdout)
        lines = (wrapped(f"{entry.key:<{widest}}  {entry.meaning}", width, " " * (widest + 2)) for entry in found)
        say("\n".join(lines))
    else:
        say("\n\n".join(entry.text() for entry in found))
