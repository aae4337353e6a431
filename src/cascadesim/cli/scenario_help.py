"""What helps to write a scenario: `init`, `explain`, `schema`, `diagram`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cascadesim.cli.arguments import PATH, file_argument, load_scenario, out_option, set_option
from cascadesim.cli.console import put_json, say, wrapped
from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.scenario.renames import everyday_word

if TYPE_CHECKING:
    from cascadesim.scenario.explain import Entry, KeyReference

_MOST_LISTED = 20


@click.command()
@click.argument("file", required=False, default="programme.toml", type=PATH)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing.")
def init(file: Path, quiet: bool) -> None:
    """Write a small, commented scenario to FILE (default: programme.toml), to be changed into yours.

    An existing file is never overwritten.
    """
    write_starter(file)
    if not quiet:
        say(f"Wrote {file}. Next: cascadesim check {file}, then cascadesim run {file}.")


def starter_text() -> str:
    """The commented starter scenario."""
    return resources.files("cascadesim.scenario").joinpath("starter.toml").read_text(encoding="utf-8")


def write_starter(path: Path) -> None:
    """Write the starter to a new file at `path`, whole or not at all; `EnvironmentFault` where that cannot be."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:  # fails where the name is taken just now, too
            try:
                file.write(starter_text())
                file.flush()
            except BaseException:  # Ctrl-C too
                path.unlink()
                raise
    except FileNotFoundError:
        message = f"cannot write {path}: there is no folder {path.parent}."
        raise EnvironmentFault(message, hint="Make the folder first.", code="no_folder", file=str(path)) from None
    except FileExistsError:
        raise EnvironmentFault(
            f"{path} is there already, and was left as it is.",
            hint="Name another file: cascadesim init other.toml.",
            code="file_exists",
            file=str(path),
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise EnvironmentFault(f"cannot write {path}: {reason}.", code="unwritable", file=str(path)) from None


@click.command()
@click.argument("words", nargs=-1, metavar="[KEY]")
@click.option("--study", is_flag=True, help="Keys of study files.")
@click.option("--json", "as_json", is_flag=True, help="One object on stdout.")
def explain(words: tuple[str, ...], study: bool, as_json: bool) -> None:
    """Explain KEY: its meaning, unit, default and effect.

    KEY is a path of your scenario, its pattern (tier.NAME.caseload), the last words of one (caseload), an outcome
    (clients.completed), or any words: then the keys whose explanations have them are listed. Without KEY, list every
    key.
    """
    reference = _reference(study)
    asked = " ".join(words)
    keys, outcomes, heading = _find(reference, asked, study) if words else (list(reference.entries.values()), [], "")
    if as_json:
        put_json({"keys": [asdict(entry) for entry in keys], "outcomes": [asdict(outcome) for outcome in outcomes]})
    elif not words:
        say("\n".join(entry.line() for entry in keys))
    elif heading:
        more = [f"and {len(keys) - _MOST_LISTED} more"] if len(keys) > _MOST_LISTED else []
        say("\n".join([wrapped(heading, 80, ""), *(entry.line() for entry in keys[:_MOST_LISTED]), *more]))
    else:
        say("\n\n".join([*(key.text() for key in keys), *(outcome.text() for outcome in outcomes)]))


def _reference(study: bool) -> KeyReference:
    """What the keys of scenario files, or of study files, mean."""
    if study:
        from cascadesim.experiment.study.file_schema import study_reference

        return study_reference()
    from cascadesim.scenario.explain import scenario_reference

    return scenario_reference()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome of a run, by the pattern of its name."""

    outcome: str
    meaning: str
    unit: str
    better: str

    def text(self) -> str:
        """The outcome as a few lines for a terminal."""
        rows = ("meaning", "unit", "better")
        return "\n".join([f"{self.outcome} (an outcome)", *(f"  {row:<8} {getattr(self, row)}" for row in rows)])


def _find(reference: KeyReference, asked: str, study: bool) -> tuple[list[Entry], list[Outcome], str]:
    """The keys and outcomes of a name; where there is none, keys that speak of it, with a line to stand above them."""
    outcomes = [] if study else _outcomes(asked)
    try:
        return reference.find(asked), outcomes, ""
    except UsageError as fault:
        if outcomes:
            return [], outcomes, ""
        word = None if study else everyday_word(asked)
        everyday = "" if word is None else word.says
        speaking = reference.search(asked)
        if fault.problems[0].code == "renamed" or not (speaking or everyday):
            raise
        listed = ["Keys whose explanations speak of it:"] if speaking else []
        return speaking, [], " ".join(filter(None, [f"No key is called {asked}.", everyday, *listed]))


def _outcomes(asked: str) -> list[Outcome]:
    from cascadesim.model.measures.catalogue import find_outcomes

    return [
        Outcome(pattern, row.meaning, row.unit, row.better or "neither")
        for pattern, row in find_outcomes(asked).items()
    ]


@click.command()
@click.option("--study", is_flag=True, help="That of study files.")
def schema(study: bool) -> None:
    """Print the JSON Schema of scenario files.

    Editors that know TOML complete and check keys with it: save it and name it in the first line of a scenario,
    `#:schema ./cascadesim.schema.json`.
    """
    if study:
        from cascadesim.experiment.study.file_schema import study_schema

        put_json(study_schema())
    else:
        put_json(_reference(False).json_schema())


@click.command()
@file_argument
@out_option("Default: NAME.png, here.", "PICTURE")
@set_option
def diagram(file: Path, out: Path | None, sets: tuple[str, ...]) -> None:
    """Draw what can happen in the programme of FILE: states of each tier and of the clients, and the ways between.

    Only what the scenario has is drawn: no absence without a reason to be away, no transfer where cases are lost.
    """
    from cascadesim.report.diagram import draw_diagram
    from cascadesim.report.style import check_picture

    scenario = load_scenario(file, sets)
    path = out if out is not None else Path(f"{scenario.name}.png")
    check_picture(path)
    try:
        draw_diagram(scenario, path)
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}."
        raise EnvironmentFault(message, hint="Choose another place with -o.", code="unwritable") from None
    say(f"The diagram is in {path}")
