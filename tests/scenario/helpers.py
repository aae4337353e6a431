"""What the tests of this layer share: a plan to bend, and a plain TOML writer."""

from __future__ import annotations

import copy
import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Any

from cascadesim import Scenario
from cascadesim.errors import Problem, ScenarioError
from cascadesim.scenario.document import Document, SourceLocation, paths
from cascadesim.scenario.key_tree import Node, below, standing
from cascadesim.scenario.load import build
from cascadesim.scenario.schema import scenario_keys

PLAN = (Path(__file__).parent / "plan.toml").read_text(encoding="utf-8")
"""Three tiers at one place, no faults and no warnings."""

WHOLE = Path(__file__).parent / "whole.toml"
"""Every key of the language in use, no faults and no warnings."""


def plan() -> dict[str, Any]:
    """The plan as data, to be changed at will."""
    return tomllib.loads(PLAN)


def changed(**changes: Any) -> dict[str, Any]:
    """The plan with `tier__peer__caseload=3` put in its place; None takes a key out."""
    data = plan()
    for name, value in changes.items():
        *tables, key = name.split("__")
        home: Any = data
        for part in tables:
            home = home[int(part)] if isinstance(home, list) else home.setdefault(part, {})
        if value is None:
            home.pop(key, None)
        elif isinstance(home, list):
            home[int(key)] = value
        else:
            home[key] = value
    return data


def built(data: dict[str, Any]) -> Scenario:
    """The scenario that this data is."""
    data = copy.deepcopy(data)
    places = {path: SourceLocation("plan.toml", 1, "") for key, value in data.items() for path in paths(value, (key,))}
    return build(Document(data, places, "plan.toml", "plan"))


def faults(data: dict[str, Any]) -> dict[str, str]:
    """Path and words of every fault in this data."""
    return {problem.path: said(problem) for problem in told(data)[0]}


def warnings(data: dict[str, Any]) -> dict[str, str]:
    """Path and words of every warning about this data."""
    return {problem.path: said(problem) for problem in told(data)[1]}


def first_paths(text: str) -> dict[tuple[str, ...], tuple[str | int, ...]]:
    """Every key that a TOML document gives, by its pattern, with the first path at which it stands."""
    found: dict[tuple[str, ...], tuple[str | int, ...]] = {}

    def look(node: Node, value: Any, pattern: tuple[str, ...], path: tuple[str | int, ...]) -> None:
        found.setdefault(pattern, path)
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in items:
            child = below(standing(node, value) or node, key)
            part = "N" if isinstance(key, int) else node.names.placeholder if node.names is not None else key
            if child is not None:
                look(child, inner, (*pattern, part), (*path, key))

    look(scenario_keys(), tomllib.loads(text), (), ())
    del found[()]
    return found


def told(data: dict[str, Any]) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """(faults, warnings) of this data."""
    try:
        return (), built(data).warnings
    except ScenarioError as error:
        return error.problems, error.warnings


def said(problem: Problem) -> str:
    """The message and the hint."""
    return f"{problem.message} {problem.hint}".strip()


def to_toml(data: dict[str, Any]) -> str:
    """The data as a TOML file of one line for each top-level key."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in data.items())


def _key(key: str) -> str:
    return json.dumps(key).replace("\\u007f", "\\u007F").replace("\x7f", "\\u007F")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, float):
        text = repr(value)
        return text if "." in text or "n" in text else text.replace("e", ".0e")
    if isinstance(value, str):
        return _key(value)
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
