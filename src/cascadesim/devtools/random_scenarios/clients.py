"""Clients: the intervention, its formats, and the streams of referrals."""

from __future__ import annotations

from typing import Any

from cascadesim.devtools.random_scenarios.choices import WEEK, Choices, Document
from cascadesim.devtools.random_scenarios.tiers import Outline, Staff, people, time_to_event


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
    if choose.rarely(3):
        care["costs"] = {"referral_cost": 3, "screening_hour_cost": 20, "session_cost": choose.one_of(1, 0.5)}
        care["costs"]["interpreter_hour_cost"] = 30
    return care


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
        parts["adequate_sessions"] = 1
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
