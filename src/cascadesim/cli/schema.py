"""`cascadesim schema`: the scenario language as a JSON Schema."""

from __future__ import annotations

import click

from cascadesim.cli.console import put_json


@click.command(name="schema")
def command() -> None:
    """Print the JSON Schema of scenario files.

    Editors that know TOML complete and check keys with it: save it and name it in the first line of a scenario,
    `#:schema ./cascadesim.schema.json`.
    """
    from cascadesim.scenario.jsonschema import json_schema

    put_json(json_schema())
