"""`cascadesim explain [KEY]`: what a key of a scenario, or of a study, means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cascadesim.cli.console import put_json, say
from cascadesim.errors import UsageError

if TYPE_CHECKING:
    from cascadesim.scenario.explain import Entry, KeyReference

_MOST_LISTED = 20


@click.command(name="explain")
@click.argument("words", nargs=-1, metavar="[KEY]")
@click.option("--study", is_flag=True, help="Keys of study files.")
@click.option("--json", "as_json", is_flag=True, help="One object on stdout.")
def command(words: tuple[str, ...], study: bool, as_json: bool) -> None:
    """Say what KEY means, in what unit, what holds without it, and what it does.

    KEY is a path of your scenario, its pattern (tier.NAME.caseload), the last words of one (caseload), or any words:
    then the keys whose explanations have them are listed. Without KEY, list every key.
    """
    from dataclasses import asdict

    if study:
        from cascadesim.experiment.study.file_schema import study_reference as reference_of
    else:
        from cascadesim.scenario.explain import scenario_reference as reference_of
    reference = reference_of()
    found, head = _found(reference, " ".join(words)) if words else (list(reference.entries.values()), "")
    if as_json:
        put_json({"keys": [asdict(entry) for entry in found]})
    elif not words:
        say("\n".join(entry.line() for entry in found))
    elif head:
        more = [f"and {len(found) - _MOST_LISTED} more"] if len(found) > _MOST_LISTED else []
        say("\n".join([head, *(entry.line() for entry in found[:_MOST_LISTED]), *more]))
    else:
        say("\n\n".join(entry.text() for entry in found))


def _found(reference: KeyReference, key: str) -> tuple[list[Entry], str]:
    """The entries of a key; where there is none, those that speak of it, with a line to stand above the list."""
    try:
        return reference.find(key), ""
    except UsageError:
        found = reference.search(key)
        if not found:
            raise
        return found, f"No key is called {key}. Keys whose explanations speak of it:"
