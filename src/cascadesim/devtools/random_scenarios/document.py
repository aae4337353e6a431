"""Whole scenarios at random: small, valid for the most part, and lively, with every mechanism of the model in some.

`seeded(seed)` gives a document (nested dicts, as `tomllib` would give it), `to_toml` writes it as a file to `load`. All
durations of a scenario are multiples of one grain, from a minute to a week, so that many things happen at one instant.
The only key that is never there is `dates_csv`, which names another file and becomes `dates` when the scenario is read.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from cascadesim.devtools.random_scenarios.choices import WEEK, Choices, Document
from cascadesim.devtools.random_scenarios.clients import clients
from cascadesim.devtools.random_scenarios.tiers import Outline, organisation, staff_by_tier, tier

SOURCES: Document = {
    "guess": {"kind": "assumption", "citation": "A guess"},
    "paper": {"kind": "literature", "citation": "A paper", "doi": "10.1/x", "url": "https://example.org"},
}
GRAINS = (1, 60, 1_440, 5_040, WEEK)


def seeded(seed: int) -> Document:
    """A whole scenario of one to five tiers, from a number."""
    return document(random.Random(seed).randint)


def document(whole: Callable[[int, int], int]) -> Document:
    """The same, from a function that gives a whole number between two others."""
    choose = Choices(whole, GRAINS[whole(0, len(GRAINS) - 1)])
    count = choose.one_of(3, 2, 3, 4, 1, 5)
    outline = Outline(
        horizon=choose.whole(16, 36),
        cascade=choose.names(count, count),
        sites=choose.names(2, 3) if choose.rarely(3) else choose.names(1, 1) if choose.rarely(8) else [],
        languages=choose.names(2, 3) if choose.rarely(3) else [],
        states=choose.names(1, 2) if choose.often(2) else [],
    )
    staffs = staff_by_tier(choose, count, outline.horizon, outline.sites)
    outline.care = None if choose.rarely(12) else clients(choose, outline, staffs[-1])
    whole_document = _top(choose, outline)
    whole_document["tier"] = {name: tier(choose, outline, level, staffs) for level, name in enumerate(outline.cascade)}
    if outline.care:
        whole_document["clients"] = outline.care
    if outline.states:
        whole_document["organisation"] = organisation(choose, outline)
    if choose.rarely(4):
        whole_document["recognition"] = {
            "recruitment_factor": choose.quantity(0.5, 1.5),
            "referral_factor": choose.quantity(0.8, 1.5),
            "leaving_ratio": choose.quantity(1.5, 0.8),
        }
    return whole_document | {"sources": SOURCES} | _wishes(choose, outline)


def _top(choose: Choices, outline: Outline) -> Document:
    top: Document = {
        "schema": 1,
        "title": "At random",
        "description": "Small, valid for the most part, and lively",
        "horizon_weeks": outline.horizon,
        "cascade": outline.cascade,
        "report_weeks": sorted({choose.whole(1, outline.horizon), outline.horizon}),
        "every_weeks": choose.one_of(1, 4),
        "measure_from_week": choose.one_of(0, 0, 0, choose.whole(1, 8)),
        "review_weeks": choose.weeks(0.5, 6),
        "replications": 2,
        "max_events": 10_000_000,
    }
    return top | ({"sites": outline.sites} if outline.sites else {})


def _wishes(choose: Choices, outline: Outline) -> Document:
    """What the programme is to reach, what it may cost, and what is known of it."""
    wishes: Document = {}
    last = outline.cascade[-1]
    if choose.rarely(4):
        wishes["target"] = {"reach": f"tier.{last}.certified >= 3", "chance": 0.8}
        outcome = f"tier.{last}.active_at_week_{outline.horizon}"
        wishes["published"] = [{"outcome": outcome, "value": 3, "kind": "predicted", "source": "guess", "note": "?"}]
        wishes["variant"] = [{"name": "more", "set": {f"tier.{last}.caseload": 5}}]
        wishes["start_date"] = "2018-09-03"
    if choose.rarely(3):
        wishes["costs"] = {"currency": "EUR", "start_up_cost": 100, "week_cost": choose.one_of(10, 0.5)}
    return wishes


def to_toml(document: Document) -> str:
    """The document as a TOML file."""
    lines: list[str] = []
    _table(document, (), lines)
    return "\n".join(lines) + "\n"


def _table(table: Document, path: tuple[str, ...], lines: list[str]) -> None:
    lines += [f"{_key(key)} = {_value(value)}" for key, value in table.items() if not _is_table(key, value)]
    for key, value in table.items():
        if _is_table(key, value):
            lines += ["", f"[{'.'.join(map(_key, (*path, key)))}]"]
            _table(value, (*path, key), lines)


def _is_table(key: str, value: Any) -> bool:
    """Distributions, quantities and clocks are written in line, everything else that is a dict is a table."""
    return isinstance(value, dict) and not {"dist", "value"} & value.keys() and key not in ("time_to_event", "then")


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)
