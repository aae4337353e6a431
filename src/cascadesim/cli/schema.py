"""`cascadesim schema`: the language of scenarios, or of studies, as a JSON Schema."""

from __future__ import annotations

import click

from cascadesim.cli.console import put_json


@click.command(name="schema")
@click.option("--study", is_flag=True, help="That of study files.")
def command(study: bool) -> None:
    """Print the JSON Schema of scenario files.

    Editors that know TOML complete and check keys with it: save it and name it in the first line of a scenario,
    `#:schema ./cascadesim.schema.json`.
    """
    from cascadesim.experiment.study.file_schema import study_schema
    from cascadesim.scenario.explain import scenario_reference

    put_json(study_schema() if study else scenario_reference().json_schema())
