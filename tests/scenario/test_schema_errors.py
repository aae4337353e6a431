"""Files of other kinds are read by the same machinery: their own model, and every fault at once, at its line."""

from __future__ import annotations

import tomllib
from typing import Annotated, Any, Literal

import pytest
from pydantic import BeforeValidator, Field, Tag, model_validator

from cascadesim.scenario.document import Document, SourceLocation, locate
from cascadesim.scenario.explain import KeyReference
from cascadesim.scenario.fields import (
    BY_TOML_TYPE,
    Flag,
    Names,
    PositiveCount,
    Real,
    Table,
    Text,
    one_of,
    real,
    refusal,
    within,
)
from cascadesim.scenario.hints import wrong_value
from cascadesim.scenario.key_tree import Node, key_tree, node_at, patterns
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.schema_errors import ValidationResult, validate_form

Part = Annotated[float, BeforeValidator(real), within(0, 1, "a share below 1")]


class Until(Table):
    least: Annotated[PositiveCount, within(10, 1_000, "a whole number from 10 to 1,000")] = 10
    most: PositiveCount = 1_000
    relative: Part | None = None

    @model_validator(mode="after")
    def _check(self) -> Until:
        if self.most < self.least:
            raise refusal(f"got {self.most}; it must be at least `least`, {{ {self.least} }}.", "Raise it.", key="most")
        return self


class Grid(Table):
    kind: Literal["grid"]
    levels: PositiveCount = 5


class Listed(Table):
    kind: Literal["list", "file"]
    file: Text


class Factor(Table):
    low: Real
    high: Real
    whole: Flag = False


Levels = Annotated[Annotated[tuple[Any, ...], Tag("list")] | Annotated[Factor, Tag("table")], BY_TOML_TYPE]


class Experiment(Table):
    plan: Text | None = None
    plans: Annotated[dict[str, Text], Names("NAME")] = Field(default_factory=dict)
    replications: Annotated[Annotated[PositiveCount, Tag("number")] | Annotated[Until, Tag("table")], BY_TOML_TYPE] = 1
    design: Annotated[
        Annotated[Literal["grid", "list"], Tag("text")]
        | Annotated[Grid | Listed, Field(discriminator="kind"), Tag("table")],
        BY_TOML_TYPE,
    ] = "grid"
    factors: Annotated[dict[str, Levels], Names("KEY")]
    ordered: tuple[tuple[Text, ...], ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Experiment:
        if (self.plan is None) == (not self.plans):
            raise one_of("plan", "plans")
        return self


GOOD = """
plan = "a.toml"
replications = { least = 20, relative = 0.05 }
design = { kind = "file", file = "b.csv" }
ordered = [["a", "b"]]

[factors]
caseload = [1, 2]
hours = { low = 1, high = 2.5 }
"""


def read(text: str) -> ValidationResult[Experiment]:
    return validate_form(Experiment, tomllib.loads(text))


def told(text: str) -> list[str]:
    lines = {path: SourceLocation("x.toml", line) for path, line in locate(text).items()}
    document = Document(tomllib.loads(text), lines, "x.toml")
    return [problem.text() for problem in read(text).problems(document)]


def test_what_is_sound_is_its_model() -> None:
    result = read(GOOD)
    assert result.faults == () and result.value is not None
    assert result.value.replications == Until(least=20, relative=0.05)
    assert result.value.factors["caseload"] == (1, 2)
    assert read(GOOD.replace("{ least = 20, relative = 0.05 }", "7")).value.replications == 7  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("least = 20", "least = 5", ["3: replications.least: got 5; allowed: a whole number from 10 to 1,000."]),
        ("0.05", "5", ["3: replications.relative: got 5; allowed: a share below 1. Did you mean 0.05?"]),
        ("least", "leest", ["3: replications.leest: unknown key. Did you mean least?"]),
        ("least = 20", "most = 3", ["3: replications.most: got 3; it must be at least `least`, { 10 }. Raise it."]),
        ("{ least = 20, relative = 0.05 }", "-1", ["3: replications: got -1; allowed: a whole number, 1 or more."]),
        (
            "{ least = 20, relative = 0.05 }",
            '"ten"',
            ['3: replications: got "ten"; allowed: a whole number, 1 or more, or a table: { least = ..., most = ...'],
        ),
        ('"file"', '"fil"', ['4: design.kind: got "fil", which is not known. Did you mean file? Known: file,']),
        ('kind = "file", ', "", ["4: design.kind: is missing; it says which design this is. Write one of: file,"]),
        (', file = "b.csv"', "", ['4: design.file: is missing. Needed: text in quotes: "..."']),
        ('["a", "b"]', '"a"', ['5: ordered.0: got "a"; allowed: a list, ["a", "b"]. Put brackets around it: ["a"].']),
        ("high = 2.5", "hihg = 2.5", ["9: factors.hours.hihg: unknown key. Did you mean high?"]),
        ("[1, 2]", "3", ["8: factors.caseload: got 3; allowed: a list, [1, 2], or a table: { low = ..."]),
        ('plan = "a.toml"', "", ["exactly one of plan and plans is needed; neither is given."]),
        ('plan = "a.toml"', "plan = 3\nplans = 4", ["plan: got 3; allowed: text", "plans: got 4; allowed: a table."]),
        ('plan = "a.toml"', "factor = 1", ["factor: unknown key. Did you mean factors?"]),
    ],
)
def test_every_fault_is_told_at_its_line(old: str, new: str, words: list[str]) -> None:
    problems = told(GOOD.replace(old, new, 1))
    assert len(problems) == len(words), problems
    assert all(part in problem for part, problem in zip(words, problems, strict=True)), problems


def test_a_part_of_a_file_is_told_of_by_its_full_path() -> None:
    document = Document({"factors": {"hours": {"low": "1", "high": 2}}}, {("factors",): SourceLocation("x.toml", 3)})
    result = validate_form(Factor, document.data["factors"]["hours"])
    (problem,) = result.problems(document, ("factors", "hours"))
    assert problem.text() == 'x.toml:3: factors.hours.low: got "1"; allowed: a number. Write 1, without quotes.'


def test_its_keys_are_explained_and_have_a_schema() -> None:
    root = key_tree(Experiment)
    keys = {".".join(parts) for parts, _ in patterns(root)}
    assert {"replications.least", "design.kind", "design.file", "factors", "factors.KEY.low", "ordered"} <= keys
    words = {key: {"meaning": "What it is", "unit": "none", "effect": "None."} for key in keys}
    reference = KeyReference("experiment", root, words)
    assert [entry.allowed for entry in reference.find("design.kind")] == ["one of grid, list, file"]
    assert [entry.key for entry in reference.find("factors.hours.low")] == ["factors.KEY.low"]
    schema = reference.json_schema()["properties"]
    assert [form.get("type") for form in schema["replications"]["anyOf"]] == ["integer", "object"]
    assert schema["design"]["anyOf"][1]["anyOf"][1]["required"] == ["kind", "file"]
    assert schema["ordered"]["items"]["items"]["type"] == "string"
    node = node_at(root, tomllib.loads(GOOD), ("factors", "hours", "low"))
    assert node is not None and node.kind == "number"


@pytest.mark.parametrize(
    ("node", "value", "message", "hint"),
    [
        (key_tree(Scenario).fields["report_weeks"], {"a": 1}, "got a table; allowed: a list, [1, 2].", ""),
        (key_tree(Scenario).fields["variant"], {"a": 1}, "got a table; allowed: a list, [{ ... }].", "Put brackets"),
        (key_tree(Scenario).fields["tier"], ["a"], "got a list; allowed: a table.", ""),
        (key_tree(Scenario).fields["title"], [["a"]], 'got a list; allowed: text in quotes: "...".', ""),
        (key_tree(Scenario).fields["title"], ["a"], 'got a list; allowed: text in quotes: "...".', "Write it without"),
        (Node("text", "text"), " ", 'got " "; allowed: text that is not blank.', ""),
    ],
)
def test_a_hint_fits_what_is_allowed(node: Node, value: Any, message: str, hint: str) -> None:
    found, told_hint = wrong_value(node, value)
    assert found == message and told_hint.startswith(hint) and bool(hint) == bool(told_hint)
