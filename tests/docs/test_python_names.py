"""The page of public names and the package agree. (That its examples run is tested with those of the other pages.)"""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path
from typing import get_type_hints

import pytest

import cascadesim
from cascadesim.model.priority_rules import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `([^\n]+)`\n(.*?)(?=^#|\Z)", PAGE, flags=re.MULTILINE | re.DOTALL))
INHERITED = {name for base in (Exception, tuple) for name in dir(base)}


def _signature(name: str) -> str:
    """The heading of a name: with its parameters and defaults where it is a function."""
    thing = getattr(cascadesim, name)
    if not inspect.isfunction(thing):
        return name
    said, keyword_only = [], False
    for parameter in inspect.signature(thing).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            said.append("*")
            keyword_only = True
        default = getattr(parameter.default, "__name__", repr(parameter.default))
        said.append(parameter.name if parameter.default is parameter.empty else f"{parameter.name}={default}")
    return f"{name}({', '.join(said)})"


def test_every_public_name_is_described_and_no_other() -> None:
    assert sorted(SECTIONS) == sorted(map(_signature, cascadesim.__all__))
    assert sorted(dir(cascadesim)) == sorted(cascadesim.__all__)


def test_every_choice_is_described_with_what_its_rule_is_shown() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .* \| (R\d+\.\d+) \| (.*) \|$", PAGE, flags=re.MULTILINE)
    found = {name: (rule, re.findall(r"`(\w+)`", shown)) for name, rule, shown in rows}
    assert list(found) == list(RULES)
    for name, (rule, shown) in found.items():
        ((_, facts),) = [each for each in get_type_hints(RULES[name]).items() if each[0] != "return"]
        assert shown == list(facts._fields)
        assert f"({rule})" in (RULES[name].__doc__ or "")


@pytest.mark.parametrize("name", ["Run", "Replications", "Problem", "ScenarioError", "CascadeError"])
def test_every_attribute_is_described(name: str) -> None:
    kind = getattr(cascadesim, name)
    members = {member for member in vars(kind) if not member.startswith("_")}
    if dataclasses.is_dataclass(kind):
        members |= {field.name for field in dataclasses.fields(kind)}
    said = set(re.findall(r"`(\w+)(?:\(\)|\[k\])?`", SECTIONS[name])) | {"exit_code" if name == "ScenarioError" else ""}
    assert members - INHERITED <= said


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        getattr(cascadesim, "simulat")  # noqa: B009
