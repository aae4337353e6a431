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
from cascadesim.devtools.random_scenarios.limits import go_to_a_limit
from cascadesim.devtools.random_scenarios.tiers import (
    Outline,
    Staff,
    organisation,
    people,
    staff_by_tier,
    tier,
    time_to_event,
)


def clients(choose: Choices, outline: Outline, staff: Staff) -> Document:
    """The [clients] table; `staff` are the workers who see them, at each site."""
    care: Document = {
        "sessions": choose.whole(1, 4),
        "session_hours": choose.one_of(1.0, 1.25, 0.75),
        "session_overhead_hours": choose.one_of(0.0, 0.25, 0.5),
        "interval_weeks": choose.one_of(choose.weeks(0.5, 1.5), choose.duration(0.7, 2)),
        "start_probability": choose.quantity(0.8, 1.0, 0.6),
        "continue_probability": choose.quantity(0.9, 1.0, 0.7),
        "no_show_probability": choose.quantity(0.0, 0.15, 0.4),
        "on_worker_exit": choose.one_of("transfer", "transfer", "lose"),
    }
    if choose.often(2):
        care["max_no_shows"] = choose.whole(0, 2)
    if choose.often(3):
        care["patience_weeks"] = choose.duration(1, 8)
    if choose.often(3) and care["on_worker_exit"] == "transfer":
        care["transfer_patience_weeks"] = choose.duration(0.3, 1.5)
    care |= _before_and_beside(choose)
    if choose.rarely(3):
        care["format"] = {name: _format(choose, staff, care) for name in choose.names(1, 2)}
    if choose.often(2):
        life = {name: {"time_to_event": time_to_event(choose, outline, (25, 10, 60))} for name in choose.names(1, 2)}
        care["events"] = {name: own | choose.one_of({}, {"leave_probability": 0.6}) for name, own in life.items()}
    if outline.languages and choose.often(2):
        care["interpreter_hours_factor"] = choose.quantity(1.5, 1.2)
    care["stream"] = {name: _stream(choose, outline, sorted(staff)) for name in choose.names(1, 3)}
    for name, stream in zip(care.get("format", {}), care["stream"].values(), strict=False):
        stream["format"] = name
    _say_adequate(choose, care)
    if choose.rarely(3):
        care["costs"] = {"referral_cost": 3, "screening_hour_cost": 20, "session_cost": choose.one_of(1, 0.5)}
        care["costs"]["interpreter_hour_cost"] = 30
    return care


def _say_adequate(choose: Choices, care: Document) -> None:
    """How many sessions are enough; a format with fewer of them has a number of its own."""
    if choose.rarely(3):
        care["adequate_sessions"] = choose.whole(1, care["sessions"])
    for form in care.get("format", {}).values():
        sessions = form.get("sessions", care["sessions"])
        if sessions < care.get("adequate_sessions", 1) or choose.rarely(2):
            form["adequate_sessions"] = choose.whole(1, sessions)


def _before_and_beside(choose: Choices) -> Document:
    """Screening, assessment, research, and what the results are held against."""
    parts: Document = {}
    if choose.rarely(3):
        parts["eligibility_probability"] = choose.quantity(0.8, 0.5)
        parts["screening_hours"] = choose.hours(0, 1)
    if choose.rarely(4):
        parts["assessment_hours"] = choose.one_of(0.25, 0.5)
    if choose.rarely(4):
        parts["research_hours_per_client"] = choose.one_of(0.5, 1.0)
    if choose.rarely(4):
        parts["population_in_need"] = 500
    return parts


def _format(choose: Choices, last: Staff, care: Document) -> Document:
    """Mostly a group, now and then guided self-help."""
    if choose.rarely(4):
        form: Document = {
            "sessions": choose.whole(1, 4),
            "session_hours": 0.5,
            "interval_weeks": choose.weeks(0.7, 1.5),
        }
        return form
    size = choose.whole(2, 5)
    fewest_workers = min(people(staff) for staff in last.values())
    form = {"group_max": size, "facilitators": max(1, min(choose.one_of(1, 2, 2), fewest_workers))}
    if choose.often(3):
        form["group_min"] = choose.whole(1, min(3, size))
    if choose.often(2):
        form["sessions"] = choose.whole(1, care["sessions"] + 1)
        form["session_hours"] = choose.one_of(1.0, 1.25)
        form["session_overhead_hours"] = choose.one_of(0.0, 0.5)
    if choose.often(2):
        form["interval_weeks"] = choose.one_of(choose.weeks(0.7, 1.5), choose.duration(0.7, 1.5))
    return form


def _stream(choose: Choices, outline: Outline, sites: list[str]) -> Document:
    stream: Document = {"site": choose.one_of(*sites)} if outline.sites else {}
    if choose.rarely(4):
        stream["dates"] = sorted(choose.weeks(1, outline.horizon - 1) for _ in range(choose.whole(1, 12)))
    if "dates" not in stream or choose.often(2):
        stream["referrals_per_week"] = _referrals(choose, outline.horizon)
    if outline.languages and choose.often(3):
        if choose.often(2):
            stream["language"] = choose.one_of(*outline.languages)
        else:
            stream["languages"] = choose.shares_of(outline.languages)
    if choose.rarely(3):
        stream["priority"] = choose.whole(1, 2)
    if choose.rarely(3):
        stream["urgent_probability"] = choose.quantity(0.2, 0.5)
    if choose.rarely(5):
        stream["eligibility_probability"] = choose.quantity(0.7, 1.0)
    return stream


def _referrals(choose: Choices, horizon: int) -> Any:
    """A rate, steps, or bursts: a few minutes of a rate so high that several referrals share a minute on the grain."""
    kind = choose.one_of("rate", "steps", "bursts")
    if kind == "rate":
        return choose.one_of(0.5, 1.0, 2.5)
    if kind == "steps":
        return [
            {"from_week": choose.weeks(0.2, 4), "rate": 0.5},
            {"from_week": choose.weeks(5, horizon - 1), "rate": 2.0},
        ]
    steps = [{"from_week": 0.0, "rate": 0.1}]
    for week in sorted({choose.weeks(1, horizon - 2) for _ in range(4)}):
        steps += [{"from_week": week, "rate": 2.0 * WEEK}, {"from_week": week + 3 / WEEK, "rate": 0.1}]
    return steps


SOURCES: Document = {
    "guess": {"kind": "assumption", "citation": "A guess"},
    "paper": {"kind": "literature", "citation": "A paper", "doi": "10.1/x", "url": "https://example.org"},
}
GRAINS = (1, 60, 1_440, 5_040, WEEK)


def seeded(seed: int, limits: bool = True) -> Document:
    """A whole scenario of one to five tiers, from a number. With `limits` one in twelve has the most that there can be
    of something, of tiers for instance."""
    return document(random.Random(seed).randint, limits)


def document(whole: Callable[[int, int], int], limits: bool = True) -> Document:
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
    whole_document |= {"sources": SOURCES} | _wishes(choose, outline)
    if limits and choose.rarely(12):
        go_to_a_limit(choose, whole_document)
    return whole_document


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
        wishes["margin"] = [{"outcome": outcome, "value": 1}]
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
