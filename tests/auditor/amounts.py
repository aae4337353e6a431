"""Durations, rates and distributions of a resolved scenario as exact integers, worked out with fractions.

A decimal in a file means that decimal: 0.7 is 7/10 here, whatever the float beside it.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

WEEK = 10_080
HOUR = 60
NOISE = Fraction(1, 1_000_000)


def exact(value: Any) -> Fraction:
    """The decimal that was written, from a number or a `{value = ...}` table."""
    if isinstance(value, dict):
        value = value["value"]
    return Fraction(repr(value))


def nearest(value: Fraction) -> int:
    """The nearest integer, half up; a millionth short of a half is a half, as a decimal may not reach it (R1.2)."""
    return math.floor(value + Fraction(1, 2) + NOISE)


def minute_of(week: Any) -> int:
    """A date in weeks as a minute."""
    return nearest(exact(week) * WEEK)


def duration(weeks: Any) -> int:
    """A duration in minutes, at least 1 (R1.2)."""
    return max(1, minute_of(weeks))


def rate_up(hours_per_week: Fraction) -> int:
    """Minutes a week, rounded up (R1.4); a millionth is no minute, as 0.98214 weeks in a file may stand for 55/56."""
    return math.ceil(hours_per_week * HOUR - NOISE)


def rate_nearest(hours: Fraction, interval_weeks: Fraction) -> int:
    """Minutes a week of something that takes `hours` every `interval_weeks` (R4.1)."""
    return nearest(hours * HOUR / interval_weeks)


def support(amount: dict[str, Any]) -> tuple[Fraction, Fraction | None]:
    """The least and the greatest value that a distribution can take; None: no greatest."""
    dist = amount.get("dist", "constant")
    if dist == "constant":
        return exact(amount["value"]), exact(amount["value"])
    if dist in ("uniform", "triangular", "beta"):
        return exact(amount["low"]), exact(amount["high"])
    if dist in ("empirical", "discrete"):
        shares = amount.get("probabilities", [1] * len(amount["values"]))
        possible = [exact(value) for value, share in zip(amount["values"], shares, strict=True) if share > 0]
        return min(possible), max(possible)
    return Fraction(0), None


def mean(amount: dict[str, Any]) -> Fraction:
    """The mean of a distribution."""
    dist = amount.get("dist", "constant")
    if dist == "constant":
        return exact(amount["value"])
    if dist == "uniform":
        return (exact(amount["low"]) + exact(amount["high"])) / 2
    if dist == "triangular":
        return (exact(amount["low"]) + exact(amount["mode"]) + exact(amount["high"])) / 3
    if dist == "empirical":
        return sum(map(exact, amount["values"]), Fraction(0)) / len(amount["values"])
    if dist == "discrete":
        pairs = zip(amount["values"], amount["probabilities"], strict=True)
        return sum((exact(value) * exact(share) for value, share in pairs), Fraction(0))
    return exact(amount["mean"])


def spell(amount: dict[str, Any]) -> tuple[int, int | None]:
    """The shortest and the longest time, in minutes, that a distribution of weeks can give; None: no longest."""
    least, most = support(amount)
    return max(1, nearest(least * WEEK)), None if most is None else max(1, nearest(most * WEEK))
