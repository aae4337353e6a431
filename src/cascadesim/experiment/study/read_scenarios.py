"""The scenarios that a study starts from: files, variants, and what is set for every point."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cascadesim.errors import CascadeError, EnvironmentFault, ScenarioError, UsageError
from cascadesim.experiment.study.definition import is_study
from cascadesim.experiment.study.file_schema import LONGEST_NAME
from cascadesim.experiment.study.reader import Reader
from cascadesim.lookup import suggestion
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.number_formats import shown

if TYPE_CHECKING:
    from cascadesim.scenario.schema import Scenario

MOST_BASES = 100


def read_scenarios(reader: Reader) -> dict[str, Scenario]:
    """By name, every scenario that a point may start from, without those that are at fault."""
    file = reader.file
    if (file.scenario is None) == (file.scenarios is None):
        got = "neither is given" if file.scenario is None else "both are given"
        message = f"one of scenario and scenarios is needed; {got}."
        reader.fault(("scenarios",), message, 'Write scenario = "../plan.toml".')
        return {}
    scenarios = _one(reader, file.scenario) if file.scenarios is None else _several(reader, file.scenarios)
    return {name: _with_set(reader, scenario) for name, scenario in scenarios.items()}


def _one(reader: Reader, named: str | None) -> dict[str, Scenario]:
    scenario, asked = _loaded(reader, ("scenario",), str(named)), reader.file.variants
    if scenario is None or asked is None:
        return {} if scenario is None else {"base": scenario}
    from cascadesim.scenario.variants import ALL, BASE

    known = [BASE, *(variant.name for variant in scenario.variants)]
    if not scenario.variants:
        hint = "A table [[variant]] with name and set adds one there."
        reader.fault(("variants",), f"{scenario.name} has no variants.", hint)
        return {}
    names = known if asked == ALL else [name for name in asked if name in known]
    for index, name in enumerate(asked if asked != ALL else ()):
        if name not in known:
            message = f"there is no variant {shown(name)}."
            reader.fault(("variants", index), message, suggestion(name, known), "unknown_name")
    return {name: scenario if name == BASE else scenario.variant(name) for name in names}


def _several(reader: Reader, named: dict[str, str]) -> dict[str, Scenario]:
    if reader.file.variants is not None:
        message = "variants are those of one scenario; here are several."
        reader.fault(("variants",), message, "Write scenario = ...")
    if len(named) > MOST_BASES:
        reader.fault(("scenarios",), f"{len(named)} scenarios; at most {MOST_BASES}.", code="too_large")
        return {}
    scenarios = {}
    for name, file in named.items():
        at = ("scenarios", name)
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            message = f"not a name; allowed: 1 to {LONGEST_NAME} characters on one line."
            reader.fault(at, message, code="name")
        scenario = _loaded(reader, at, file)
        if scenario is not None:
            scenarios[name] = scenario
    return scenarios


def _loaded(reader: Reader, at: KeyPath, name: str) -> Scenario | None:
    """The scenario in the file of this name; what is wrong with it is noted."""
    from cascadesim.scenario.load import load

    if not reader.is_sound(at):
        return None
    own = Path(reader.document.file)
    file = own.parent / name
    try:
        if "\0" in name or (file.exists() and not file.is_file() and not file.is_dir()):
            raise EnvironmentFault(f"{name!r} is no file.", code="no_file")
        if file.exists() and file.resolve() == own.resolve():
            raise UsageError("a study cannot be its own scenario.", hint="Name the file with its tiers.")
        return load(file)
    except ScenarioError as error:
        if _is_other_study(file):
            reader.fault(at, f"{name} is a study, not a scenario.", "Name the scenario that it varies.")
        else:
            reader.fault(at, f"{name} is a scenario at fault, see there.", code="scenario")
            reader.note(*error.problems)
    except CascadeError as error:
        reader.passed_on(at, error)
    except (OSError, RuntimeError):
        reader.fault(at, f"the path {shown(name)} leads nowhere.")
    return None


def _is_other_study(file: Path) -> bool:
    from cascadesim.scenario.toml_file import read_document

    try:
        return is_study(read_document(file, str(file)).data)
    except CascadeError:
        return False


def _with_set(reader: Reader, scenario: Scenario) -> Scenario:
    """The scenario with everything that is set for all points."""
    for path, value in reader.file.set.items():
        try:
            scenario = scenario.with_(**{path: value})
        except CascadeError as error:
            reader.passed_on(("set", path), error, "", path)
    return scenario
