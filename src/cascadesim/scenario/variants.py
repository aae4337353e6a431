"""Variants: what-ifs that stand beside a scenario in its file, each the scenario with some keys changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from cascadesim.errors import Problem, UsageError, pick
from cascadesim.scenario.checks.names import LONGEST_NAME, is_name
from cascadesim.scenario.diagnostics.key_hints import TAKE_OUT
from cascadesim.scenario.diagnostics.problems import Finding
from cascadesim.scenario.document import Document, KeyPath
from cascadesim.scenario.key_tree import Node, below
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.overrides import change, look_up
from cascadesim.scenario.schema import Scenario, Variant, scenario_keys

BASE, ALL = "base", "all"
"""What `--variant` calls the scenario itself, and everything at once."""

MOST_VARIANTS = 100
LONGEST_VARIANT = 40
"""Characters of a name: as many as leave room for numbers on a line of a terminal."""

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
        name, path = variant.name, (_KEY, number, "name")
        twin = earlier.get(name.casefold())
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_VARIANT:
            yield Finding(path, f"not a name; allowed: 1 to {LONGEST_VARIANT} characters on one line.", code="name")
        elif name.casefold() in (BASE, ALL):
            meaning = "the scenario itself" if name.casefold() == BASE else "all variants"
            yield Finding(path, f"{name} stands for {meaning}.", "Choose another name.", "name")
        elif twin is not None:
            message = f"two variants are called {name}." if twin == name else f"differs from {twin} in capitals only."
            yield Finding(path, message, "Choose another name.", "name")
        earlier.setdefault(name.casefold(), name)


def vary(document: Document, number: int, variant: Variant) -> tuple[Document, list[Problem]]:
    """The document that a variant asks for, not checked yet; and what is wrong with the keys that it sets."""
    data = {key: value for key, value in document.data.items() if key != _KEY}
    varied = replace(document, data=data, name=_name(document.name, number, variant.name), variant=variant.name)
    problems = []
    for path, value in _settings(scenario_keys(), data, variant.set):
        key = ".".join(path)
        place: KeyPath = (_KEY, number, "set", *path)
        try:
            if key.split(".")[0] == _KEY:
                raise UsageError(f"{key}: a variant has no variants of its own.", code="unknown_key")
            _refuse_nothing(varied, key, value)
            varied = change(varied, key, value, document.location(place))
        except UsageError as fault:
            problem = fault.problems[0]
            message = _in_variant(variant, problem.message.removeprefix(f"{key}: "))
            problems.append(replace(document.problem(place, message, problem.hint, problem.code), path=key))
    return varied, problems


def _in_variant(variant: Variant, message: str) -> str:
    return f'in variant "{variant.name}": {message}'


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

    TOML reads a path without quotes as tables in tables; these are merged with what the scenario has, as by `extends`.
    """
    for key, value in table.items():
        child, old = below(node, key), data.get(key) if isinstance(data, dict) else None
        merged = child is not None and child.kind in ("table", "names") and not (node.kind == "names" and old is None)
        if child is not None and merged and isinstance(value, dict) and value:
            yield from _settings(child, old, value, (*path, key))
        else:
            yield (*path, key), value


def _name(base: str, number: int, variant: str) -> str:
    """The name of the variant's results: that of the scenario and its own, in letters that a name may have."""
    safe = "".join(letter if is_name(letter) else "-" for letter in variant)
    own = re.sub("-+", "-", safe).strip("-") or f"variant-{number}"
    return f"{base[: LONGEST_NAME - len(own) - 1]}-{own}"


def new_problems(
    document: Document, number: int, variant: Variant, problems: Iterable[Problem], known: Iterable[Problem]
) -> Iterator[Problem]:
    """What is wrong with a variant and not with its base, told at the line of the variant that brings it about."""
    old = {(problem.path, problem.message, problem.hint) for problem in known}
    own = {(place.file, place.line) for path, place in document.locations.items() if path[:2] == (_KEY, number)}
    for problem in problems:
        if (problem.path, problem.message, problem.hint) in old:
            continue
        message = _in_variant(variant, problem.message)
        if (problem.file, problem.line) in own:
            yield replace(problem, message=message)
        else:
            moved = document.problem((_KEY, number, "set"), message, problem.hint, problem.code)
            yield replace(moved, path=problem.path)
