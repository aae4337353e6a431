"""The whole scenario, as frozen tables. What a key means is in `explain.py`; what fits together is in `checks.py`."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr

from cascadesim.errors import Problem
from cascadesim.scenario.base import Date, PositiveCount, PositiveWeeks, Real, Table, Text, Weeks, whole, within
from cascadesim.scenario.clients import Clients
from cascadesim.scenario.document import Document
from cascadesim.scenario.money import Costs
from cascadesim.scenario.organisation import Recognition, State
from cascadesim.scenario.quantity import Share
from cascadesim.scenario.tiers import Tier

MAX_EVENTS = 10**15

Events = Annotated[int, BeforeValidator(whole), within(1, MAX_EVENTS, "a whole number, 1 or more")]


class Target(Table):
    """What "good" means: `reach = "completed >= 105 by week 104"`, with at least this `chance`."""

    reach: Text
    chance: Share


class Published(Table):
    """A published figure to set beside the simulated one; `kind` says whether an input was chosen to hit it."""

    measure: Text
    value: Real
    kind: Literal["fitted", "predicted"]
    source: Text
    note: Text = ""


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
    cascade: Annotated[tuple[Text, ...], Field(min_length=1, max_length=15)]
    sites: tuple[Text, ...] = ()
    tier: dict[str, Tier]
    clients: Clients | None = None
    organisation: dict[str, State] = Field(default_factory=dict)
    recognition: Recognition = Recognition()
    costs: Costs = Costs()
    target: Target | None = None
    published: tuple[Published, ...] = ()
    sources: dict[str, Source] = Field(default_factory=dict)
    variants: Annotated[tuple[Variant, ...], Field(alias="variant")] = ()

    _document: Document = PrivateAttr(default_factory=lambda: Document({}))
    _warnings: tuple[Problem, ...] = PrivateAttr(())

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
        from cascadesim.scenario.load import with_changes

        return with_changes(self, changes)

    def variant(self, name: str) -> Scenario:
        """The scenario that one of `variants` asks for, which has no variants itself.

        Raises `UsageError` with the nearest name, or with all, where there is none of this name.
        """
        from cascadesim.scenario.load import build
        from cascadesim.scenario.variants import find_variant, vary

        document, _ = vary(self._document, *find_variant(self, name))
        return build(document)

    def resolved(self) -> dict[str, Any]:
        """The whole scenario with its defaults, as plain data for JSON. `from_resolved` reads it back.

        Without its variants: they are other questions, and none of them changes the answer to this one.
        """
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"variants"})

    def __eq__(self, other: object) -> bool:
        """Whether both ask for the same; names, variants and the lines of files do not count."""
        return isinstance(other, Scenario) and self.resolved() == other.resolved()

    def __hash__(self) -> int:
        return hash(json.dumps(self.resolved(), sort_keys=True))
