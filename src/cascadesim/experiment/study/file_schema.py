"""What a study file may say: its tables, their reference for `explain`, and their JSON Schema."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import BeforeValidator, Field, PlainValidator, Tag

from cascadesim.errors import MAX_REPLICATIONS
from cascadesim.experiment.study.definition import DISTRIBUTIONS
from cascadesim.experiment.study.designs import DESIGNS, WHOLE, NameList, Words, at_most, from_to
from cascadesim.model.rng import MAX_SEED
from cascadesim.scenario.explain import KeyReference, read_words
from cascadesim.scenario.fields import BY_TOML_TYPE, MAX_NUMBER, Flag, Names, Table, real, within
from cascadesim.scenario.key_tree import key_tree

LONGEST_NAME, MOST_FACTORS = 60, 1_000
RANGE_KEYS = ("low", "high")
LEAST, MOST = 10, 1_000
"""Replications where a half-width is asked for, unless the file says: fewer than ten say nothing of a spread."""


def _as_written(value: Any) -> Any:
    """A finite number, whole or not as it is written."""
    real(value)
    return value


Number = Annotated[float, PlainValidator(_as_written), within(-MAX_NUMBER, MAX_NUMBER, "a number")]
HalfWidth = Annotated[float, BeforeValidator(real), within(0, MAX_NUMBER, "a number above 0", above=True)]
BelowOne = Annotated[
    float,
    BeforeValidator(real),
    within(0, math.nextafter(1, 0), "a share of the mean, such as 0.05 for 5 %", above=True),
]
Levels = tuple[Any, ...]

if TYPE_CHECKING:
    DesignName = str
    DistributionName = str
    DesignSettings = Table
else:
    DesignName, DistributionName = Literal[tuple(DESIGNS)], Literal[tuple(DISTRIBUTIONS)]
    _EverySettings = Union[tuple(kind.settings for kind in DESIGNS.values())]  # noqa: UP007 - built at run time
    DesignSettings = Annotated[_EverySettings, Field(discriminator="kind")]


class Span(Table):
    """Low and high of a range."""

    low: Number | None = None
    high: Number | None = None


Column = Annotated[Annotated[Levels, Tag("list")] | Annotated[Span, Tag("table")], BY_TOML_TYPE]


class FactorTable(Span):
    """One factor: its levels, or its range and how it is distributed over it."""

    name: Words | None = None
    levels: Levels | None = None
    labels: NameList | None = None
    dist: DistributionName | None = None
    mode: Number | None = None
    mean: Number | None = None
    sd: Number | None = None
    whole: Flag = False
    times: Flag = False
    paths: Annotated[NameList, at_most(MOST_FACTORS)] | None = None
    together: Annotated[dict[str, Column], Names("PATH", dotted=True), Field(min_length=1)] | None = None
    shares: Annotated[NameList, at_most(50)] | None = None


class UntilTable(Table):
    """Replications until a half-width is reached."""

    least: Annotated[int, WHOLE, from_to(LEAST, MAX_REPLICATIONS)] = LEAST
    most: Annotated[int, WHOLE, from_to(1, MAX_REPLICATIONS)] | None = None
    relative: BelowOne | None = None
    absolute: Annotated[dict[str, HalfWidth], Names("OUTCOME", dotted=True), Field(min_length=1)] | None = None
    outcomes: NameList | None = None


class QuickTable(Table):
    """What the small size of a study may have otherwise; what they say is looked at when the small size is read."""

    design: Any = None
    replications: Any = None
    factors: Any = None


Variants = Annotated[Annotated[Literal["all"], Tag("text")] | Annotated[NameList, Tag("list")], BY_TOML_TYPE]
AnyDesign = Annotated[Annotated[DesignName, Tag("text")] | Annotated[DesignSettings, Tag("table")], BY_TOML_TYPE]
Repeats = Annotated[int, WHOLE, from_to(1, MAX_REPLICATIONS)]
Replications = Annotated[Annotated[Repeats, Tag("number")] | Annotated[UntilTable, Tag("table")], BY_TOML_TYPE]
AnyFactor = Annotated[Annotated[Levels, Tag("list")] | Annotated[FactorTable, Tag("table")], BY_TOML_TYPE]


class StudyFile(Table):
    """A study file, every dotted path in one piece."""

    title: Words = ""
    description: Words = ""
    scenario: Words | None = None
    scenarios: Annotated[dict[str, Words], Names("NAME"), Field(min_length=1)] | None = None
    variants: Variants | None = None
    set: dict[str, Any] = Field(default_factory=dict)
    design: AnyDesign = "grid"
    replications: Replications | None = None
    seed: Annotated[int, WHOLE, from_to(0, MAX_SEED)] = 1
    random_numbers: Literal["common", "independent"] | None = None
    outcomes: Annotated[NameList, at_most(2_000)] | None = None
    trajectories: Annotated[NameList, at_most(2_000)] | None = None
    constraints: Annotated[NameList, at_most(100)] | None = None
    ordered: Annotated[tuple[NameList, ...], Field(min_length=1)] | None = None
    max_failures: Annotated[int, WHOLE, from_to(0, 10**9)] | None = None
    factors: Annotated[dict[str, AnyFactor], Names("PATH", dotted=True), Field(min_length=1)] | None = None
    quick: QuickTable | None = None


@cache
def study_reference() -> KeyReference:
    """What is said of every key of study files."""
    words = read_words(__package__, "explain.toml")
    rules = {"oneOf": [{"required": ["scenario"]}, {"required": ["scenarios"]}]}
    return KeyReference("cascadesim study", key_tree(StudyFile), words, language="study", rules=rules)


def study_schema() -> dict[str, Any]:
    """The language of study files as a JSON Schema; paths may stand in one piece, or as tables in tables."""
    schema = study_reference().json_schema()
    keys = schema["properties"]
    tables = [keys["factors"]["additionalProperties"]["anyOf"][1]]
    tables.append(tables[0]["properties"]["together"]["additionalProperties"]["anyOf"][1])
    for table in tables:
        table["additionalProperties"] = True
    keys["quick"]["properties"] = {key: keys[key] for key in keys["quick"]["properties"]}
    return schema
