"""Variants: what-ifs that stand beside a scenario in its file, each the scenario with some keys changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from cascadesim.errors import Problem, UsageError
from cascadesim.lookup import pick
from cascadesim.scenario.document import Document
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.keys import Node, below, tree
from cascadesim.scenario.locate import Path
from cascadesim.scenario.override import change, look_up
from cascadesim.scenario.references import LONGEST_NAME, is_name
from cascadesim.scenario.schema import Scenario, Variant
from cascadesim.scenario.words import shown

BASE, ALL = "base", "all"
"""What `--variant` calls the scenario itself, and everything at once."""

MOST_VARIANTS = 100
LONGEST_VARIANT = 40
"""Characters of a name: as many as leave room for numbers on a line of a terminal."""

TAKE_OUT = (
    'A variant takes a key out by setting the table around it, in quotes, without the key: "tier.NAME.training" = '
    "{ ... }; a table of names is emptied by {}, a list by []."
)
_NOTHING = frozenset({"", "none", "null", "nil", "nothing", "unset", "remove", "delete", "default"})
"""What people write for no value."""

_KEY = "variant"


def find_variant(scenario: Scenario, name: str) -> tuple[int, Variant]:
    """The variant of this name and its place in the file; a `UsageError` where there is none."""
    known = {other: number for number, other in enumerate(variant_names(scenario))}
    number = pick(known, name, _KEY)
    return number, scenario.variants[number]


def variant_names(scenario: Scenario) -> tuple[str, ...]:
    """What the variants are called, in the order of the file; a `UsageError` where there are none."""
    if not scenario.variants:
        hint = "A table [[variant]] with name and set adds one."
        raise UsageError(f"{scenario.name} has no variants.", hint=hint, code="no_variants")
    return tuple(variant.name for variant in scenario.variants)


def check_variants(scenario: Scenario) -> Iterator[Finding]:
    """Names by which a variant can be asked for, each of one variant only."""
    if len(scenario.variants) > MOST_VARIANTS:
        hint = "Leave some to a file that extends this one."
        yield Finding((_KEY,), f"more than {MOST_VARIANTS} variants.", hint, "too_many_variants")
    earlier: dict[str, str] = {}
    for number, variant in enumerate(scenario.variants):
        name, here = variant.name, (_KEY, number, "name")
        twin = earlier.get(name.casefold())
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_VARIANT:
            yield Finding(here, f"not a name; allowed: 1 to {LONGEST_VARIANT} characters on one line.", code="name")
        elif name.casefold() in (BASE, ALL):
            meaning = "the scenario itself" if name.casefold() == BASE else "all variants"
            yield Finding(here, f"{name} stands for {meaning}.", "Choose another name.", "name")
        elif twin is not None:
            message = f"two variants are called {name}." if twin == name else f"differs from {twin} in capitals only."
            yield Finding(here, message, "Choose another name.", "name")
        earlier.setdefault(name.casefold(), name)


def vary(document: Document, number: int, variant: Variant) -> tuple[Document, list[Problem]]:
    """The document that a variant asks for, not checked yet; and what is wrong with the keys that it sets."""
    data = {key: value for key, value in document.data.items() if key != _KEY}
    varied = replace(document, data=data, name=_name(document.name, number, variant.name), variant=variant.name)
    problems = []
    for path, value in _settings(tree(), data, variant.set):
        key = ".".join(path)
        place: Path = (_KEY, number, "set", *path)
        try:
            if key.split(".")[0] == _KEY:
                raise UsageError(f"{key}: a variant has no variants of its own.", code="unknown_key")
            _refuse_nothing(varied, key, value)
            varied = change(varied, key, value, document.place(place))
        except UsageError as fault:
            told = fault.problems[0]
            said = f'in variant "{variant.name}": {told.message.removeprefix(f"{key}: ")}'
            problems.append(replace(document.problem(place, said, told.hint, told.code), path=key))
    return varied, problems


def _refuse_nothing(document: Document, key: str, value: Any) -> None:
    """A `UsageError` for a word that is to take a key out, where no word may stand."""
    if isinstance(value, str) and value.strip().lower() in _NOTHING:
        _, node, _ = look_up(document, key)
        if node.kind != "text" and value not in node.choices:
            raise UsageError(f"{key}: got {shown(value)}; allowed: {node.allowed}.", hint=TAKE_OUT, code="wrong_value")


def _settings(
    node: Node, data: Any, table: dict[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every (path, value) that a table sets.

    TOML reads a path without quotes as tables in tables; these are merged with what is there, as by `extends`.
    """
    for key, value in table.items():
        child = below(node, key)
        there = data.get(key) if isinstance(data, dict) else None
        merged = child is not None and child.kind in ("table", "names") and not (node.kind == "names" and there is None)
        if merged and isinstance(value, dict) and value:
            assert child is not None
            yield from _settings(child, there, value, (*path, key))
        else:
            yield (*path, key), value


def _name(base: str, number: int, variant: str) -> str:
    """The name of the variant's results: that of the scenario and its own, in letters that a name may have."""
    safe = "".join(letter if is_name(letter) else "-" for letter in variant)
    own = re.sub("-+", "-", safe).strip("-") or f"variant-{number}"
    return f"{base[: LONGEST_NAME - len(own) - 1]}-{own}"


def news(
    document: Document, number: int, variant: Variant, found: Iterable[Problem], known: Iterable[Problem]
) -> Iterator[Problem]:
    """What is wrong with a variant and not with its base, told at the line of the variant that brings it about."""
    old = {(problem.path, problem.message, problem.hint) for problem in known}
    here = {(place.file, place.line) for path, place in document.places.items() if path[:2] == (_KEY, number)}
    for problem in found:
        if (problem.path, problem.message, problem.hint) in old:
            continue
        said = f'in variant "{variant.name}": {problem.message}'
        if (problem.file, problem.line) in here:
            yield replace(problem, message=said)
        else:
            told = document.problem((_KEY, number, "set"), said, problem.hint, problem.code)
            yield replace(told, path=problem.path)
