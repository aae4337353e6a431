"""Clients: the intervention, its formats, and the streams of referrals."""

from __future__ import annotations

from typing import Any

from cascadesim.scenario.generated.careers import clock
from cascadesim.scenario.generated.dice import WEEK, Dice, Document
from cascadesim.scenario.generated.frame import Frame
from cascadesim.scenario.generated.staff import Staff, people


def clients(dice: Dice, frame: Frame, last: Staff) -> Document:
    """The [clients] table; `last` are the workers who see them, at each site."""
    care: Document = {
        "sessions": dice.whole(1, 4),
        "session_hours": dice.pick(1.0, 1.25, 0.75),
        "session_overhead_hours": dice.pick(0.0, 0.25, 0.5),
        "interval_weeks": dice.pick(dice.weeks(0.5, 1.5), dice.spell(0.7, 2)),
        "start_probability": dice.share(0.8, 1.0, 0.6),
        "continue_probability": dice.share(0.9, 1.0, 0.7),
        "no_show_probability": dice.share(0.0, 0.15, 0.4),
        "on_worker_exit": dice.pick("hand_over", "hand_over", "lose"),
    }
    if dice.often(2):
        care["max_no_shows"] = dice.whole(0, 2)
    if dice.often(3):
        care["patience_weeks"] = dice.spell(1, 8)
    if dice.often(3) and care["on_worker_exit"] == "hand_over":
        care["handover_patience_weeks"] = dice.spell(0.3, 1.5)
    care |= _before_and_beside(dice)
    if dice.rarely(3):
        care["format"] = {name: _format(dice, last, care) for name in dice.names(1, 2)}
    if dice.often(2):
        life = {name: {"clock": clock(dice, frame, (25, 10, 60))} for name in dice.names(1, 2)}
        care["life"] = {name: own | dice.pick({}, {"leave_probability": 0.6}) for name, own in life.items()}
    if frame.languages and dice.often(2):
        care["interpreter_hours_factor"] = dice.share(1.5, 1.2)
    care["stream"] = {name: _stream(dice, frame, sorted(last)) for name in dice.names(1, 3)}
    for name, stream in zip(care.get("format", {}), care["stream"].values(), strict=False):
        stream["format"] = name
    if dice.rarely(3):
        care["costs"] = {"referral_cost": 3, "screening_hour_cost": 20, "session_cost": dice.pick(1, 0.5)}
        care["costs"]["interpreter_hour_cost"] = 30
    return care


def _before_and_beside(dice: Dice) -> Document:
    """Screening, assessment, research, and what the results are held against."""
    found: Document = {}
    if dice.rarely(3):
        found["eligibility_probability"] = dice.share(0.8, 0.5)
        found["screening_hours"] = dice.hours(0, 1)
    if dice.rarely(4):
        found["assessment_hours"] = dice.pick(0.25, 0.5)
    if dice.rarely(4):
        found["research_hours_per_client"] = dice.pick(0.5, 1.0)
    if dice.rarely(4):
        found["adequate_sessions"] = 1
        found["population_in_need"] = 500
    return found


def _format(dice: Dice, last: Staff, care: Document) -> Document:
    """Mostly a group, now and then guided self-help."""
    if dice.rarely(4):
        found: Document = {"sessions": dice.whole(1, 4), "session_hours": 0.5, "interval_weeks": dice.weeks(0.7, 1.5)}
        return found
    size = dice.whole(2, 5)
    there = min(people(staff) for staff in last.values())
    found = {"group_max": size, "facilitators": max(1, min(dice.pick(1, 2, 2), there))}
    if dice.often(3):
        found["group_min"] = dice.whole(1, min(3, size))
    if dice.often(2):
        found["sessions"] = dice.whole(1, care["sessions"] + 1)
        found["session_hours"] = dice.pick(1.0, 1.25)
        found["session_overhead_hours"] = dice.pick(0.0, 0.5)
    if dice.often(2):
        found["interval_weeks"] = dice.pick(dice.weeks(0.7, 1.5), dice.spell(0.7, 1.5))
    return found


def _stream(dice: Dice, frame: Frame, sites: list[str]) -> Document:
    stream: Document = {"site": dice.pick(*sites)} if frame.sites else {}
    if dice.rarely(4):
        stream["dates"] = sorted(dice.weeks(1, frame.horizon - 1) for _ in range(dice.whole(1, 12)))
    if "dates" not in stream or dice.often(2):
        stream["referrals_per_week"] = _referrals(dice, frame.horizon)
    if frame.languages and dice.often(3):
        if dice.often(2):
            stream["language"] = dice.pick(*frame.languages)
        else:
            stream["languages"] = dice.portions(frame.languages)
    if dice.rarely(3):
        stream["priority"] = dice.whole(1, 2)
    if dice.rarely(3):
        stream["urgent_probability"] = dice.share(0.2, 0.5)
    if dice.rarely(5):
        stream["eligibility_probability"] = dice.share(0.7, 1.0)
    return stream


def _referrals(dice: Dice, horizon: int) -> Any:
    """A rate, steps, or bursts: a few minutes of a rate so high that several referrals share a minute on the grain."""
    kind = dice.pick("rate", "steps", "bursts")
    if kind == "rate":
        return dice.pick(0.5, 1.0, 2.5)
    if kind == "steps":
        return [{"from_week": dice.weeks(0.2, 4), "rate": 0.5}, {"from_week": dice.weeks(5, horizon - 1), "rate": 2.0}]
    steps = [{"from_week": 0.0, "rate": 0.1}]
    for week in sorted({dice.weeks(1, horizon - 2) for _ in range(4)}):
        steps += [{"from_week": week, "rate": 2.0 * WEEK}, {"from_week": week + 3 / WEEK, "rate": 0.1}]
    return steps
