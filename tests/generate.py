"""Whole scenarios at random: small, valid for the most part, and lively. Used by the auditor's tests and by others.

`scenarios()` draws a document (nested dicts, as `tomllib` would give it); `to_toml` writes it as a file to `load`. All
durations of a scenario are multiples of one grain, from a minute to a week, so that many things happen at one instant.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

WEEK = 10_080
GRAINS = (1, 60, 1_440, 5_040, WEEK)
LETTERS = "abcdefghijklmnopqrstuvwxyz_0123456789"
Document = dict[str, Any]


@dataclass(frozen=True)
class Dice:
    """Draws within one scenario; `grain` is the unit of its durations in minutes."""

    draw: st.DrawFn
    grain: int

    def pick(self, *values: Any) -> Any:
        """One of `values`, the simplest first."""
        return self.draw(st.sampled_from(values))

    def whole(self, least: int, most: int) -> int:
        """A whole number."""
        return self.draw(st.integers(least, most))

    def often(self, chances: int = 3) -> bool:
        """True `chances` times of 4."""
        return self.draw(st.integers(1, 4)) <= chances

    def weeks(self, least: float, most: float) -> float:
        """A duration or date: a multiple of the grain between these, or the first one above `least`."""
        first = max(1, -(-int(least * WEEK) // self.grain))
        last = max(first, int(most * WEEK) // self.grain)
        return self.whole(first, last) * self.grain / WEEK

    def hours(self, least: float, most: float) -> float:
        """Hours, to a quarter."""
        return self.whole(int(least * 4), int(most * 4)) / 4

    def share(self, *shares: float) -> float:
        """A probability: one of these."""
        return self.draw(st.sampled_from(shares))

    def names(self, least: int, most: int, letters: int = 1) -> list[str]:
        """Different random names of at least so many letters."""
        names = st.text(LETTERS, min_size=letters, max_size=6)
        return self.draw(st.lists(names, min_size=least, max_size=most, unique=True))

    def spell(self, least: float, most: float) -> Any:
        """A distribution of weeks: mostly on the grain, sometimes spread over the minutes between."""
        kind = self.pick("constant", "discrete", "exponential", "uniform", "lognormal")
        if kind == "constant":
            return self.weeks(least, most)
        if kind == "discrete":
            values = sorted({self.weeks(least, most), self.weeks(least, most)})
            return {"dist": kind, "values": values, "probabilities": [1 / len(values)] * len(values)}
        if kind == "uniform":
            return {"dist": kind, "low": least, "high": most}
        mean = self.weeks(least, most)
        return {"dist": kind, "mean": mean} | ({"cv": 0.5} if kind == "lognormal" else {})


@st.composite
def scenarios(draw: st.DrawFn) -> Document:
    """A whole scenario of one to five tiers."""
    dice = Dice(draw, draw(st.sampled_from(GRAINS)))
    count = dice.pick(3, 2, 3, 4, 1, 5)
    names = dice.names(count, count)
    horizon = dice.whole(16, 36)
    care = _clients(dice, horizon) if dice.whole(1, 12) > 1 else None
    tiers: dict[str, Document] = {}
    for level, name in enumerate(names):
        tiers[name] = _tier(dice, level, count, horizon, care, people(tiers[names[level - 1]]) if level else 0)
    document: Document = {
        "horizon_weeks": horizon,
        "cascade": names,
        "report_weeks": sorted({dice.whole(1, horizon), horizon}),
        "every_weeks": dice.pick(1, 4),
        "measure_from_week": dice.pick(0, 0, 0, dice.whole(1, 8)),
        "tier": tiers,
    }
    if care:
        document["clients"] = care
    return document


def people(tier: Document) -> int:
    """How many a tier has for certain: those there at the start and the dated recruits."""
    return tier["initial"] + sum(intake["count"] for intake in tier.get("intake", ()))


def _tier(dice: Dice, level: int, count: int, horizon: int, care: Document | None, above: int) -> Document:
    last = level == count - 1
    tier: Document = {
        "hours_per_week": _hours(dice, last),
        "overtime_fraction": dice.share(0.0, 0.1, 0.25),
        "caseload": dice.whole(1, 4),
        "apprentice_caseload": dice.whole(1, 2),
    }
    if level == 0:
        tier["initial"] = dice.whole(1, 4)
        tier["recruits_per_week"] = dice.share(0.1, 0.0, 0.3)
    else:
        tier["initial"] = dice.pick(0, 0, 1, 3)
        tier["intake"] = _intakes(dice, horizon)
        tier["recruits_per_week"] = dice.pick(0.0, 0.3, [{"from_week": 0, "rate": 0.1}, {"from_week": 8, "rate": 0.8}])
        tier["candidate_patience_weeks"] = dice.spell(3, 14)
    if care and not last:
        tier["delivers"] = dice.often(1)
        tier["delivers_in_practice"] = dice.often(1)
    if level:
        tier["training"] = _training(dice, horizon, care if last or _sees_clients(tier) else None, tier, above)
        tier["supervision"] = _supervision(dice)
        tier["apprentice_extra_hours_per_week"] = dice.pick(0.0, 0.0, 0.5, 1.0)
    tier["initial_tenure_weeks"] = dice.pick(0, 0, dice.weeks(1, 40))
    tier["life"] = _life(dice, horizon, (15, 10, 25, 40) if level == 0 else (40, 15, 90, 25))
    return tier


def _hours(dice: Dice, last: bool) -> Any:
    if last:
        low = {"dist": "uniform", "low": 0.5, "high": 6}
        wide = {"dist": "triangular", "low": 1, "mode": 4, "high": 12}
        return dice.pick(8, low, wide, low, {"dist": "empirical", "values": [9, 2.5, 5.5]}, 5.5)
    kinds = (
        {"dist": "gamma", "mean": 14, "cv": 0.5},
        {"dist": "uniform", "low": 4, "high": 18},
        {"dist": "beta", "mean": 14, "sd": 3, "low": 5, "high": 24},
    )
    return dice.pick(20, 12, 9, *kinds)


def _intakes(dice: Dice, horizon: int) -> list[Document]:
    dates = sorted({dice.weeks(0.5, horizon * 0.7) for _ in range(dice.whole(1, 3))} | {dice.weeks(0.2, 4)})
    return [{"week": week, "count": dice.whole(1, 7)} for week in dates]


def _sees_clients(tier: Document) -> bool:
    return bool(tier.get("delivers") or tier.get("delivers_in_practice"))


def _training(dice: Dice, horizon: int, care: Document | None, tier: Document, above: int) -> Document:
    """The course of a tier whose apprentices may see clients if `care` is given; `above` could teach it."""
    if dice.whole(1, 8) == 1:
        return {"required": False}
    least = dice.whole(1, min(4, people(tier) - tier["initial"]))
    course: Document = {
        "course_weeks": dice.weeks(0.5, 4),
        "trainers_per_course": min(dice.pick(1, 1, 2), above),
        "min_cohort": least,
        "max_cohort": least + dice.whole(0, 4),
        "trainer_hours_per_week": dice.hours(1, 6),
        "trainee_hours_per_week": dice.hours(0, 16),
        "preparation_hours": dice.hours(0, 1.5),
        "pass_probability": dice.share(1.0, 0.85, 0.7),
    }
    if dice.whole(1, 3) == 1:
        course["when"] = "calendar"
        dates = {dice.weeks(1, horizon - 1) for _ in range(dice.whole(1, 5))}
        course["at_weeks"] = sorted(dates | {dice.weeks(horizon * 0.8, horizon - 1)})
        course["window_weeks"] = dice.weeks(0.5, 3)
    elif dice.often(2):
        course["gather_weeks"] = dice.weeks(0.5, 4)
    course |= _practice(dice, care)
    rounds = -(-course.get("practice_cases", 0) // tier["apprentice_caseload"])
    least_weeks = rounds * course.get("practice_min_sessions", 0) * _least(care["interval_weeks"]) if care else 0
    course["apprentice_limit_weeks"] = course.get("practice_weeks", 0) + least_weeks + dice.weeks(1, 16)
    return course


def _least(amount: Any) -> float:
    """The least that a distribution of `Dice.spell` gives."""
    if isinstance(amount, dict):
        return min(amount.get("values", [amount.get("low", 0.0)]))
    return float(amount)


def _practice(dice: Dice, care: Document | None) -> Document:
    if care and dice.often(3):
        return {
            "practice": "clients",
            "practice_cases": dice.whole(1, 2),
            "practice_min_sessions": dice.whole(1, care["sessions"]),
            "practice_first": dice.often(3),
        }
    return {"practice": "simulated", "practice_weeks": dice.pick(0.0, dice.weeks(0.5, 3), dice.weeks(1, 6))}


def _supervision(dice: Dice) -> Document:
    if dice.whole(1, 9) == 1:
        return {"required": False}
    size = dice.whole(1, 4)
    return {
        "group_size": size,
        "meeting_hours": dice.pick(1.0, 1.5, 2.0, 0.75),
        "interval_weeks": dice.pick(1, 1, 2, 0.7),
        "preparation_hours": dice.hours(0, 2.5),
        "max_supervisees": size * dice.whole(1, 3) + dice.whole(0, 1),
        "grace_weeks": dice.pick(dice.weeks(0.2, 1), dice.weeks(1, 3), dice.weeks(2, 6), 0.0),
    }


def _life(dice: Dice, horizon: int, means: tuple[int, ...]) -> dict[str, Document]:
    """Up to three reasons under random names, with one of these mean times or a date."""
    life = {}
    for name in dice.names(1, 3, letters=2):
        kind = dice.pick("exponential", "weibull", "date", "exponential")
        clock: Document = {"dist": kind}
        if kind == "date":
            clock["week"] = dice.weeks(2, horizon)
        else:
            clock["mean_weeks"] = dice.pick(*means)
        if kind == "weibull":
            clock["shape"] = dice.pick(0.7, 1.5)
        reason: Document = {"clock": clock, "from": dice.pick("certification", "recruitment", "recruitment")}
        if dice.often(2):
            reason["notice_weeks"] = dice.weeks(0.5, 5)
        life[name] = reason
    return life


def _clients(dice: Dice, horizon: int) -> Document:
    care: Document = {
        "sessions": dice.whole(1, 4),
        "session_hours": dice.pick(1.0, 1.5, 0.75),
        "session_overhead_hours": dice.pick(0.0, 0.5, 0.75),
        "interval_weeks": dice.pick(dice.weeks(0.5, 1.5), dice.spell(0.5, 2)),
        "start_probability": dice.share(0.8, 1.0, 0.6),
        "continue_probability": dice.share(0.9, 1.0, 0.7),
        "no_show_probability": dice.share(0.0, 0.15, 0.4),
        "on_worker_exit": dice.pick("hand_over", "hand_over", "lose"),
        "stream": {},
    }
    if dice.often(2):
        care["max_no_shows"] = dice.whole(0, 2)
    if dice.often(3):
        care["patience_weeks"] = dice.spell(1, 8)
    if dice.often(3) and care["on_worker_exit"] == "hand_over":
        care["handover_patience_weeks"] = dice.spell(0.3, 1.5)
    for name in dice.names(1, 3):
        care["stream"][name] = {"referrals_per_week": _referrals(dice, horizon)}
    return care


def _referrals(dice: Dice, horizon: int) -> Any:
    """A rate, steps, or bursts: a few minutes of a rate so high that several referrals share a minute on the grain."""
    kind = dice.pick("rate", "steps", "bursts")
    if kind == "rate":
        return dice.pick(0.5, 1.0, 2.5)
    if kind == "steps":
        return [{"from_week": dice.weeks(0.2, 4), "rate": 0.5}, {"from_week": dice.weeks(5, horizon), "rate": 2.0}]
    steps = [{"from_week": 0.0, "rate": 0.1}]
    for week in sorted({dice.weeks(1, horizon - 2) for _ in range(4)}):
        steps += [{"from_week": week, "rate": 2.0 * WEEK}, {"from_week": week + 3 / WEEK, "rate": 0.1}]
    return steps


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
    """Distributions and clocks are written in line, everything else that is a dict is a table."""
    return isinstance(value, dict) and "dist" not in value and key != "clock"


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)
