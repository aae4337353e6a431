"""Names: what may be called what, and whether every name that is used is there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from cascadesim.errors import nearest, suggestion
from cascadesim.scenario.diagnostics.problems import Finding
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.key_tree import Node, walk
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.schema import Scenario, scenario_keys
from cascadesim.scenario.workforce import RESERVED_REASONS

LONGEST_NAME = 60
_ALLOWED = f"letters, digits, _ and -, at most {LONGEST_NAME} of them"


def is_name(name: str) -> bool:
    """Whether a tier, site, stream, reason, source or scenario may be called so. Letters of any script are fine."""
    return 0 < len(name) <= LONGEST_NAME and all(
        character in "_-" or unicodedata.category(character)[0] in "LMN" for character in name
    )


def as_name(name: str) -> str:
    """The hint for what is no name: the name nearest to it, if there is one."""
    whole = (character if is_name(character) else " " for character in unicodedata.normalize("NFC", name))
    joined = "_".join("".join(whole).split())[:LONGEST_NAME]
    return f"Write {joined}." if is_name(joined) else ""


def check_names(scenario: Scenario, data: dict[str, Any], name: str) -> Iterator[Finding]:
    """Faults of naming in `data`, which has the form of `scenario`; `name` is that of the scenario itself."""
    if not is_name(name):
        yield Finding((), f"the file's name gives the results theirs; allowed: {_ALLOWED}.", "Rename the file.", "name")
    keys = list(walk(scenario_keys(), data))
    for path, node, value in keys:
        if node.kind == "names":
            yield from _table_of_names(path, value)
    yield from _sites(scenario)
    yield from _cascade(scenario)
    yield from _sources(scenario, keys)


def _table_of_names(path: KeyPath, table: dict[str, Any]) -> Iterator[Finding]:
    earlier: dict[str, str] = {}
    for name in table:
        # Columns of the result tables are named by these, and tables are read without regard to capitals.
        twin = earlier.setdefault(name.casefold(), name)
        if not is_name(name):
            yield Finding((*path, name), f"not a name; allowed: {_ALLOWED}.", as_name(name), "name")
        elif twin != name:
            yield Finding((*path, name), f"differs from {twin} in capitals only.", "Choose another name.", "name")
        elif path[-1] == "events" and path[0] == "tier" and name.casefold() in RESERVED_REASONS:
            message = f"{name} is a reason that the model gives by itself."
            yield Finding((*path, name), message, "Choose another name.", "name")


def _sites(scenario: Scenario) -> Iterator[Finding]:
    """Sites have names, each once."""
    earlier: dict[str, str] = {}
    for place, name in enumerate(scenario.sites):
        path: KeyPath = ("sites", place)
        twin = earlier.get(name.casefold())
        earlier[name.casefold()] = name
        if not is_name(name):
            yield Finding(path, f"not a name; allowed: {_ALLOWED}.", as_name(name), "name")
        elif twin is not None:
            message = f"{name} is there twice." if twin == name else f"differs from {twin} in capitals only."
            yield Finding(path, message, "Choose another name.", "name")


def _cascade(scenario: Scenario) -> Iterator[Finding]:
    """The cascade and the tier tables name the same tiers, each once."""
    spare = [tier for tier in scenario.tier if tier not in scenario.cascade]
    for place, name in enumerate(scenario.cascade):
        path: KeyPath = ("cascade", place)
        if not is_name(name):
            yield Finding(path, f"{shown(name)} is not a name; allowed: {_ALLOWED}.", as_name(name), "cascade")
        elif name in scenario.cascade[:place]:
            yield Finding(path, f"{name} is in the cascade twice.", "Each tier stands in it once.", "cascade")
        elif name not in scenario.tier and f"Write {name}." not in map(as_name, spare):
            close = nearest(name, filter(is_name, spare))
            hint = f"Did you mean {close}? Or rename [tier.{close}]." if close else f"Add the table [tier.{name}]."
            yield Finding(path, f"there is no [tier.{name}].", hint, "cascade", (("tier", name),))
    missing = [tier for tier in scenario.cascade if tier not in scenario.tier]
    for name in filter(is_name, spare):
        if nearest(name, missing):
            continue  # told above, from the other side
        close = nearest(name, scenario.cascade)
        hint = f"Did you mean {close}?" if close else "Put it in its place there, or take the table out."
        yield Finding(("tier", name), f"{name} is not in the cascade.", hint, "cascade", (("cascade",),))


def _sources(scenario: Scenario, keys: list[tuple[KeyPath, Node, Any]]) -> Iterator[Finding]:
    """Every source that is named is listed, and a listed one says where to find it in a form that can be followed."""
    for path, node, value in keys:
        if path and path[-1] == "source" and node.kind == "text" and value not in scenario.sources:
            hint = suggestion(value, scenario.sources) if scenario.sources else f"Add the table [sources.{value}]."
            yield Finding(path, f"there is no [sources.{value}].", hint, "no_such_source", (path, ("sources", value)))
    for name, source in scenario.sources.items():
        if source.doi is not None and not source.doi.startswith("10."):
            hint = "Leave out what stands before the 10."
            yield Finding(("sources", name, "doi"), f'got "{source.doi}"; a DOI begins with 10.', hint, "wrong_value")
        if source.url is not None and not source.url.startswith(("http://", "https://")):
            path = ("sources", name, "url")
            yield Finding(path, f'got "{source.url}"; a URL begins with https://.', code="wrong_value")
