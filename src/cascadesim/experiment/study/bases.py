"""The scenarios that a study starts from: files, variants, and what is set for every point."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from cascadesim.errors import CascadeError, EnvironmentFault, ScenarioError, UsageError
from cascadesim.experiment.study.ask import Ask
from cascadesim.lookup import suggestion
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.number_formats import shown

if TYPE_CHECKING:
    from cascadesim.scenario.schema import Scenario

MOST_BASES = 100
LONGEST_NAME = 60
VARIANT, SCENARIO = "variant", "scenario"
"""The names of the factor that says which of several bases."""


def is_study(data: dict[str, Any]) -> bool:
    """Whether a file's data are meant as a study rather than as a scenario."""
    of_scenarios = {"cascade", "tier", "extends", "horizon_weeks", "clients"}
    of_studies = {"scenario", "scenarios", "factors", "design", "constraints"}
    return bool(of_studies & set(data)) and not of_scenarios & set(data)


def read_bases(ask: Ask) -> dict[str, Scenario]:
    """By name, every scenario that a point may start from, without those that are at fault."""
    data = ask.data
    if ("scenario" in data) == ("scenarios" in data):
        got = "both are given" if "scenario" in data else "neither is given"
        hint = 'Write scenario = "../plan.toml".'
        ask.fault(
            ("scenarios",) if "scenario" in data else (), f"one of scenario and scenarios is needed; {got}.", hint
        )
        return {}
    found = _many(ask) if "scenarios" in data else _one(ask)
    if found and "set" in data:
        found = {name: _with_set(ask, base) for name, base in found.items()}
    return found


def _one(ask: Ask) -> dict[str, Scenario]:
    base = _loaded(ask, ("scenario",), ask.data["scenario"])
    if base is None or "variants" not in ask.data:
        return {} if base is None else {"base": base}
    from cascadesim.scenario.variants import ALL, BASE

    known = [BASE, *(variant.name for variant in base.variants)]
    asked = ask.data["variants"]
    path: KeyPath = ("variants",)
    names = known if asked == ALL else ask.texts(path, asked, MOST_BASES, '["base", "NAME"], or "all"')
    if not base.variants:
        ask.fault(path, f"{base.name} has no variants.", "A table [[variant]] with name and set adds one there.")
        return {}
    for place, name in enumerate(names):
        if name not in known:
            ask.fault((*path, place), f"there is no variant {shown(name)}.", suggestion(name, known), "unknown_name")
    return {name: base if name == BASE else base.variant(name) for name in names if name in known}


def _many(ask: Ask) -> dict[str, Scenario]:
    if "variants" in ask.data:
        ask.fault(("variants",), "variants are those of one scenario; here are several.", "Write scenario = ...")
    named = ask.data["scenarios"]
    if not isinstance(named, dict) or not named:
        ask.not_one(("scenarios",), named, 'a table of names and files, { now = "a.toml", then = "b.toml" }')
        return {}
    if len(named) > MOST_BASES:
        ask.fault(("scenarios",), f"{len(named)} scenarios; at most {MOST_BASES}.", code="too_large")
        return {}
    found = {}
    for name, file in named.items():
        path = ("scenarios", name)
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            ask.fault(path, f"not a name; allowed: 1 to {LONGEST_NAME} characters on one line.", code="name")
        base = _loaded(ask, path, file)
        if base is not None:
            found[name] = base
    return found


def _loaded(ask: Ask, path: KeyPath, named: Any) -> Scenario | None:
    """The scenario in the file of this name; what is wrong with it is noted."""
    from cascadesim.scenario.load import load

    text = ask.text(path, named, 'the name of a file, "../plan.toml"')
    if text is None:
        return None
    own = FilePath(ask.document.file)
    try:
        file = own.parent / text
        if "\0" in text or (file.exists() and not file.is_file() and not file.is_dir()):
            raise EnvironmentFault(f"{text!r} is no file.", code="no_file")
        if file.exists() and file.resolve() == own.resolve():
            raise UsageError("a study cannot be its own scenario.", hint="Name the file with its tiers.")
        return load(file)
    except ScenarioError as fault:
        if _is_other_study(file):
            ask.fault(path, f"{text} is a study, not a scenario.", "Name the scenario that it varies.")
        else:
            ask.fault(path, f"{text} is a scenario at fault, see there.", code="scenario")
            ask.others(fault)
    except CascadeError as fault:
        ask.passed_on(path, fault)
    except (OSError, RuntimeError):
        ask.fault(path, f"the path {shown(text)} leads nowhere.")
    return None


def _is_other_study(file: FilePath) -> bool:
    from cascadesim.scenario.toml_file import read_document

    try:
        return is_study(read_document(file, str(file)).data)
    except CascadeError:
        return False


def settings(
    table: dict[str, Any], ends: Collection[str] = (), path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every (keys of the file, value) of a table of dotted paths.

    TOML reads a path without quotes as tables in tables: they are gone into down to a table that has a key of `ends`.
    """
    for key, value in table.items():
        inner = isinstance(value, dict) and value and "." not in key and not set(ends) & set(value)
        if inner and (path or key in _TOP):
            yield from settings(value, ends, (*path, key))
        else:
            yield (*path, key), value


_TOP = {"tier", "clients", "organisation", "recognition", "costs"}


def _with_set(ask: Ask, base: Scenario) -> Scenario:
    """The scenario with everything that is set for all points."""
    table = ask.data["set"]
    if not isinstance(table, dict):
        ask.not_one(("set",), table, 'a table of dotted paths and values, { "tier.NAME.caseload" = 4 }')
        return base
    for path, value in settings(table):
        try:
            base = base.with_(**{".".join(path): value})
        except CascadeError as fault:
            ask.passed_on(("set", *path), fault, "", ".".join(path))
    return base
