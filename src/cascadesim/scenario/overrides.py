"""One value of a scenario changed by its dotted path: `--set tier.NAME.caseload=4`, and `Scenario.with_`.

And variants: what-ifs that stand beside a scenario in its file, each the scenario with some keys changed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from cascadesim.errors import Problem, UsageError, pick, suggestion
from cascadesim.scenario.checks.names import LONGEST_NAME, is_name
from cascadesim.scenario.document import Document, KeyPath, SourceLocation, dotted, paths, value_at
from cascadesim.scenario.hints import TAKE_OUT, full_keys, refuse_without_site
from cascadesim.scenario.includes import DATES_CSV, with_dates
from cascadesim.scenario.key_tree import Node, below, standing
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.problems import Finding
from cascadesim.scenario.renames import renamed_key
from cascadesim.scenario.schema import EXTENDS, Scenario, Variant, scenario_keys

_LONGEST_LABEL = 100
_MOST_HINTS = 3
_WITH_A_VALUE = ("quantity", "amount", "rate")
"""What may be a plain number, or a table of which that is the value."""


def override(document: Document, text: str) -> Document:
    """The document with `a.b.c=VALUE` set. VALUE is TOML; a bare word is text.

    Raises `UsageError` where the path is no key of the language or names something that the document does not have.
    Whether the value may stand there is for the validation to say, as the fault of this `--set`.
    """
    key, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not key:
        raise UsageError(
            f"--set {text}: needs KEY=VALUE.", hint="For example --set tier.NAME.caseload=4.", code="bad_set"
        )
    refuse_without_site(document.data, key, value)
    return change(document, key, _toml_value(value), labelled(f"--set {text}"))


def labelled(text: str) -> SourceLocation:
    """The location of a value that is in no file: what gave it, in words, shortened."""
    return SourceLocation(text if len(text) <= _LONGEST_LABEL else text[:_LONGEST_LABEL] + "...")


def _toml_value(text: str) -> Any:
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return parsed["value"] if list(parsed) == ["value"] else text


def change(document: Document, key: str, value: Any, origin: SourceLocation) -> Document:
    """The document with the Python `value` at `key`; None takes the key out, so that its default holds.

    A number put where a table with a `value` stands becomes that value; a range that it leaves is dropped, with a
    warning. Messages about the value name `origin`.
    """
    value = _as_toml(value)
    path, node = _resolved(document, key, isinstance(value, dict))
    notes, data = list(document.notes), document.data
    place, table = _place_of_value(node, data, path, value)
    low, high = table.get("low", value), table.get("high", value)
    if table and _is_number(low) and _is_number(high) and not low <= value <= high:
        message = f"{value:g} lies outside the range {low:g} to {high:g} of the scenario; the range is dropped."
        notes.append(Problem(message, dotted(path), origin.file, origin.line, origin.text, code="range_dropped"))
        data = _put(_put(data, (*place[:-1], "low"), None), (*place[:-1], "high"), None)
    gone = set(paths(value_at(data, place), place))
    locations = {known: location for known, location in document.locations.items() if known not in gone}
    locations[place] = origin
    data = _put(data, place, value)
    if path[-1] == DATES_CSV and value is not None:
        data = _put(data, (*path[:-1], "dates"), None)  # the file replaces the dates that there were
    document = replace(document, data=data, locations=locations, notes=tuple(notes))
    folder = Path(document.file).parent
    return with_dates(document, folder, folder.resolve()) if document.file else document


def _as_toml(value: Any) -> Any:
    """A Python value as TOML would have given it: sequences and arrays as lists, numbers of NumPy as numbers."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(value, dict):
        return {str(key): _as_toml(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | range):
        return [_as_toml(inner) for inner in value]
    return _as_toml(value.tolist()) if hasattr(value, "tolist") else value


def look_up(document: Document, key: str, whole_table: bool = False) -> tuple[KeyPath, Node, Any]:
    """(path, what may stand there, what does or None) of the key of this dotted path.

    Raises `UsageError` where it is no key of the language, or names something that the document does not have. The last
    name may be a new one where a `whole_table` is to stand there.
    """
    path, node = _resolved(document, key, whole_table)
    return path, node, value_at(document.data, path)


def _resolved(document: Document, key: str, whole_table: bool) -> tuple[KeyPath, Node]:
    """The path that `key` names and what may stand there; list items by their index.

    A whole table, or a number, may bring a new name.
    """
    node, value = scenario_keys(), document.data
    path: KeyPath = ()
    parts = key.split(".")
    for place, part in enumerate(parts):
        step, node = _step(node, value, path, part, key, whole_table and place == len(parts) - 1)
        path = (*path, step)
        value = value_at(value, (step,))
    return path, node


def _step(node: Node, value: Any, path: KeyPath, part: str, key: str, may_be_new: bool) -> tuple[str | int, Node]:
    if node.kind == "list" or (node.kind == "rate" and part not in ("value", "low", "high", "source")):
        assert node.item is not None
        count = len(value) if isinstance(value, list) else int(node.kind == "rate" and value is not None)
        if not part.isdecimal() or int(part) >= count:
            has = f"it has items 0 to {count - 1}" if count else "it is empty"
            raise UsageError(f"{key}: {dotted(path)} is a list, and {has}.", code="unknown_key")
        return int(part), node.item
    if node.kind == "names":
        assert node.item is not None
        names = list(value) if isinstance(value, dict) else []
        if part not in names and not may_be_new and node.item.kind != "quantity":
            hint = suggestion(part, names) if names else "The scenario has none."
            raise UsageError(f"{key}: there is no {part} in {dotted(path)}.", hint=hint, code="unknown_key")
        return part, node.item
    fields = _fields(node, value)
    if not fields:
        raise UsageError(f"{key}: {dotted(path)} has no keys below it.", code="unknown_key")
    if part not in fields:
        if today := renamed_key(key):
            raise UsageError(f"{key}: renamed to {today}.", code="renamed")
        where = f"in [{dotted(path)}]" if path else "at the top of a scenario"
        raise UsageError(
            f"{key}: unknown key {part} {where}.", hint=_meant(value, path, key, part, fields), code="unknown_key"
        )
    return part, fields[part]


def _meant(value: Any, path: KeyPath, key: str, part: str, fields: dict[str, Node]) -> str:
    """The key that was probably meant: in full, where only its end was given, else one that is spelt alike."""
    keys = [] if path else full_keys(scenario_keys(), value, key)
    if not keys:
        return suggestion(part, fields)
    more = ", ..." if len(keys) > _MOST_HINTS else ""
    return f"In full: {' or '.join(keys[:_MOST_HINTS])}{more}."


def _fields(node: Node, value: Any) -> dict[str, Node]:
    """The keys below a node; of an amount or clock that is not there yet, those of every kind."""
    if node.kind == "rate":
        real = standing(node, value)
        return dict(real.fields) if real is not None else {}
    if node.kind in ("amount", "tagged"):
        real = standing(node, value) if isinstance(value, dict) and node.tag in value else None
        every = {key: inner for variant in node.variants.values() for key, inner in variant.fields.items()}
        own = dict(real.fields) if real is not None else every
        plain = standing(node, None)
        return own | (dict(plain.fields) if plain is not None and real is None else {}) | {node.tag: every[node.tag]}
    return {name: inner for name, inner in node.fields.items() if name != EXTENDS}


def _place_of_value(node: Node, old: Any, path: KeyPath, new: Any) -> tuple[KeyPath, dict[str, Any]]:
    """Where `new` is put: a number that is to replace a table with a `value` becomes that value of that table."""
    for key in path:
        old = value_at(_opened(old, key), (key,))
    table: dict[str, Any] = {}
    while _is_number(new) and node.kind in _WITH_A_VALUE and isinstance(old, dict) and "value" in old:
        path, table, old = (*path, "value"), old, old["value"]
    return path, table


def _put(old: Any, path: KeyPath, new: Any) -> Any:
    """`old` with `new` at `path`, or without that key where it is None."""
    if not path:
        return new
    key, rest = path[0], path[1:]
    table = _opened(old, key)
    if isinstance(key, int):
        return [*table[:key], _put(table[key], rest, new), *table[key + 1 :]]
    if not rest and new is None:
        return {name: item for name, item in table.items() if name != key}
    return {**table, key: _put(table.get(key), rest, new)}


def _opened(old: Any, key: str | int) -> Any:
    """What holds `key`: a plain number opened up as the table or list that it is short for, nothing as a table."""
    if isinstance(key, int):
        return old if isinstance(old, list) else [{"from_week": 0, "rate": old}]
    if isinstance(old, dict):
        return old
    return {"value": old} if _is_number(old) else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


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
