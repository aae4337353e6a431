"""The whole scenario, as frozen tables. What a key means is in `explain.toml`; what fits together is in `checks`."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr

from cascadesim.errors import Problem
from cascadesim.model.measures.clients import CLIENT_REPORTS
from cascadesim.scenario.clients import Clients
from cascadesim.scenario.document import Document
from cascadesim.scenario.fields import (
    NOT_NEGATIVE,
    NOTHING,
    ONE,
    Date,
    Hours,
    Names,
    NonNegative,
    Positive,
    PositiveCount,
    PositiveWeeks,
    Real,
    Share,
    Table,
    Text,
    Weeks,
    whole,
    within,
)
from cascadesim.scenario.key_tree import Node, key_tree
from cascadesim.scenario.workforce import Tier


class SiteState(Table):
    """What is different at one site."""

    initial: Share | None = None
    lift: Share | None = None
    at_weeks: tuple[Weeks, ...] | None = None
    every_weeks: PositiveWeeks | None = None


class State(Table):
    """A level from 0 to 1 that decays and is lifted by each whole-of-workplace training."""

    initial: Share = ONE
    half_life_weeks: Positive | None = None
    lift: Share = NOTHING
    at_weeks: tuple[Weeks, ...] = ()
    every_weeks: PositiveWeeks | None = None
    staff_hours: Hours = 0.0
    training_cost: NonNegative = NOTHING
    referral_ratio: Positive = ONE
    site: Annotated[dict[str, SiteState], Names("SITE")] = Field(default_factory=dict)


class Recognition(Table):
    """How the work is seen (standing, stigma): constant factors."""

    recruitment_factor: NonNegative = ONE
    referral_factor: NonNegative = ONE
    leaving_ratio: Positive = ONE


MAX_EVENTS = 10**15

Events = Annotated[int, BeforeValidator(whole), within(1, MAX_EVENTS, "a whole number, 1 or more")]


class Costs(Table):
    """`[costs]`: of the programme as a whole, in its own currency."""

    currency: Text = ""
    start_up_cost: NonNegative = NOTHING
    week_cost: NonNegative = NOTHING


class Target(Table):
    """What "good" means: `reach = "completed >= 105 by week 104"`, with at least this `chance`."""

    reach: Text
    chance: Share


class Published(Table):
    """A published figure to set beside the simulated one; `kind` says whether an input was chosen to hit it."""

    outcome: Text
    value: Real
    kind: Literal["fitted", "predicted"]
    source: Text
    note: Text = ""


class OutcomeMargin(Table):
    """The smallest difference of an outcome that matters, in its unit."""

    outcome: Text
    value: Annotated[Real, AfterValidator(NOT_NEGATIVE)]


class Source(Table):
    """Who says so."""

    kind: Literal["data", "literature", "expert", "assumption"]
    citation: Text
    doi: Text | None = None
    url: Text | None = None


class Variant(Table):
    """A what-if that stands beside the scenario: `set` gives values to keys by dotted path, as `with_` does."""

    name: Text
    set: dict[str, Any]


class Scenario(Table):
    """One programme over one horizon. Read with `load`; changed with `with_`; never edited."""

    schema_version: Annotated[Literal[1], Field(alias="schema")] = 1
    title: Text = ""
    description: Text = ""
    horizon_weeks: PositiveWeeks
    start_date: Date | None = None
    report_weeks: tuple[PositiveCount, ...] = ()
    every_weeks: PositiveCount = 1
    measure_from_week: Weeks = 0.0
    replications: PositiveCount = 200
    max_events: Events = 50_000_000
    review_weeks: PositiveWeeks = 4.0
    cascade: Annotated[tuple[Text, ...], Field(min_length=1)]
    sites: tuple[Text, ...] = ()
    tier: Annotated[dict[str, Tier], Names("NAME", "tier", "trainer")]
    clients: Clients | None = None
    organisation: Annotated[dict[str, State], Names("STATE", "state", "readiness")] = Field(default_factory=dict)
    recognition: Recognition = Recognition()
    costs: Costs = Costs()
    target: Target | None = None
    published: tuple[Published, ...] = ()
    margin: tuple[OutcomeMargin, ...] = ()
    sources: Annotated[dict[str, Source], Names("ID", "source", "report")] = Field(default_factory=dict)
    variants: Annotated[tuple[Variant, ...], Field(alias="variant")] = ()

    _document: Document = PrivateAttr(default_factory=lambda: Document({}))
    _warnings: tuple[Problem, ...] = PrivateAttr(())
    # Given by `load`, which builds scenarios: changes are read and checked as files are.
    _changed: Callable[[Scenario, Mapping[str, Any]], Scenario] = PrivateAttr()
    _varied: Callable[[Scenario, str], Scenario] = PrivateAttr()

    @property
    def name(self) -> str:
        """The stem of the file that it came from."""
        return self._document.name

    @property
    def heading(self) -> str:
        """What to call it above an answer: its title, or its name without one, and which variant it is, if one."""
        variant = self._document.variant
        return f"{self.title}: {variant}" if self.title and variant else self.title or self.name

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a careful reader would ask about; nothing here stops a run."""
        return self._warnings

    def with_(self, **changes: Any) -> Scenario:
        """A scenario that differs at these dotted paths: `scenario.with_(**{"tier.NAME.initial": 6})`.

        A number given for a quantity becomes its value; None takes a key out, so that its default holds. Raises
        `UsageError` where a path is no key, and `ScenarioError` where the changed scenario could not run.
        """
        return self._changed(self, changes)

    def variant(self, name: str) -> Scenario:
        """The scenario that one of `variants` asks for, which has no variants itself.

        Raises `UsageError` with the nearest name, or with all, where there is none of this name.
        """
        return self._varied(self, name)

    def resolved(self) -> dict[str, Any]:
        """The whole scenario with its defaults, as plain data for JSON. `from_resolved` reads it back.

        Without its variants: they are other questions, and none of them changes the answer to this one. Without margins
        where none is given, so that what was run before there were any is the same question.
        """
        left_out = {"variants"} if self.margin else {"variants", "margin"}
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=left_out)

    def __eq__(self, other: object) -> bool:
        """Whether both ask for the same; names, variants and the lines of files do not count."""
        return isinstance(other, Scenario) and self.resolved() == other.resolved()

    def __hash__(self) -> int:
        return hash(json.dumps(self.resolved(), sort_keys=True))


EXTENDS = "extends"
"""A key of files only, gone once a file has been read."""


@cache
def scenario_keys() -> Node:
    """Every key of scenario files."""
    root = key_tree(Scenario)
    return replace(root, fields={EXTENDS: Node("text", "the name of a file"), **root.fields})


TARGET_GRAMMAR = "OUTCOME OP NUMBER, and `by week W` if needed: completed >= 105 by week 104"

_TARGET = re.compile(
    r"\s*(?P<measure>[^\s<>=]+)\s*(?P<op>>=|<=|>|<)\s*(?P<number>\d{1,12}(?:\.\d{1,12})?)"
    r"(?:\s+by\s+week\s+(?P<week>\d{1,9}))?\s*"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_COMPARED = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


@dataclass(frozen=True, slots=True)
class ParsedTarget:
    """What "good" means, ready to test: the KPI named by `kpi` against `number`."""

    measure: str
    op: str
    number: float
    week: int

    @property
    def kpi(self) -> str:
        """The name of the measure among the results: `clients.completed_at_week_104`."""
        prefix = "clients." if self.measure in CLIENT_REPORTS else ""
        return f"{prefix}{self.measure}_at_week_{self.week}"

    def met(self, value: float) -> bool:
        """Whether a result meets the target; a value that is not a number does not."""
        return bool(_COMPARED[self.op](value, self.number))


def parse_target(reach: str, last_week: int) -> ParsedTarget | None:
    """The target that `reach` states, at `last_week` where it names no week; None if it is not in the grammar."""
    match = _TARGET.fullmatch(reach)
    if match is None:
        return None
    week = last_week if match["week"] is None else int(match["week"])
    return ParsedTarget(match["measure"], match["op"], float(match["number"]), week)


def target_hint(reach: Any) -> str:
    """The hint for a target that is not in the grammar: what was probably meant, in it."""
    text = str(reach)
    number = _NUMBER.search(text)
    measure = next((word for word in CLIENT_REPORTS if word in text.lower()), "completed")
    return f'Write what is counted and how many: reach = "{measure} >= {number.group() if number else 105}".'
