"""From a file to a frozen scenario: the front door of this layer."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cascadesim.errors import EnvironmentFault, Problem, ScenarioError
from cascadesim.scenario.schema import Scenario


def load(path: str | Path, sets: Iterable[str] = ()) -> Scenario:
    """Read, check and freeze a scenario file; `sets` are `a.b.c=VALUE` overrides."""
    file = Path(path)
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise EnvironmentFault(f"cannot read {file}: {error.strerror}", file=str(file)) from error
    for one in sets:
        key, _, text = one.partition("=")
        document = changed(document, key, tomllib.loads(f"v = {text}")["v"])
    return build(document, file.stem)


def from_resolved(resolved: dict[str, Any], name: str = "scenario") -> Scenario:
    """The scenario that `Scenario.resolved()` came from."""
    return build(resolved, name)


def build(document: dict[str, Any], name: str) -> Scenario:
    try:
        scenario = Scenario.model_validate(document)
    except ValidationError as error:
        problems = tuple(Problem(e["msg"], path=".".join(str(p) for p in e["loc"])) for e in error.errors())
        raise ScenarioError(problems) from error
    scenario._name = name
    scenario._document = document
    return scenario


def changed(document: Any, key: str, value: Any) -> Any:
    head, _, rest = key.partition(".")
    if isinstance(document, list):
        copy = list(document)
        copy[int(head)] = changed(copy[int(head)], rest, value) if rest else value
        return copy
    copy = dict(document)
    copy[head] = changed(copy.get(head, {}), rest, value) if rest else value
    if not rest and isinstance(document.get(head), dict) and "value" in document[head]:
        copy[head] = {**document[head], "value": value}
    return copy
