"""The clocks of R5.1 as hazards by tenure, in minutes; rates by steps; and the quantiles of frailty."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.amounts import WEEK, exact, minute_of

YEAR_WEEKS = 52


@dataclass(frozen=True)
class Clock:
    """A hazard that accumulates with tenure; a date or a shock has none. `steps` are (tenure, rate a minute)."""

    kind: str
    shape: float = 1.0
    scale: float = 0.0
    steps: tuple[tuple[int, float], ...] = ()

    @property
    def dated(self) -> bool:
        """Whether it strikes by the calendar."""
        return self.kind in ("date", "shock")

    def reached(self, tenure: float) -> float:
        """What has accumulated by a tenure."""
        if self.kind == "life_table":
            return rate_between(self.steps, 0.0, tenure)
        return (tenure / self.scale) ** self.shape if tenure > 0 else 0.0

    def tenure(self, start: float, more: float) -> float:
        """The tenure at which so much more has accumulated than at the start."""
        if self.kind == "life_table":
            return reaching(self.steps, start, more)
        if self.kind == "exponential":
            return start + self.scale * more
        return float(self.scale * (self.reached(start) + more) ** (1 / self.shape))


def read_clock(table: Mapping[str, Any]) -> Clock:
    """The clock of a reason."""
    kind = table["dist"]
    if kind == "life_table":
        year = YEAR_WEEKS * WEEK
        steps = table["table"]
        rates = [(minute_of(step.get("from_weeks", 0)), float(exact(step["rate_per_year"])) / year) for step in steps]
        return Clock(kind, steps=tuple(sorted(rates)))
    if kind in ("date", "shock"):
        return Clock(kind)
    mean = table.get("mean_weeks")
    weeks = float(YEAR_WEEKS / exact(table["rate_per_year"]) if mean is None else exact(mean))
    shape = float(exact(table["shape"])) if kind == "weibull" else 1.0
    return Clock(kind, shape, weeks * WEEK / math.gamma(1 + 1 / shape))


def read_steps(table: Sequence[Mapping[str, Any]]) -> tuple[tuple[int, float], ...]:
    """A rate a week by steps, a minute; nothing where it is never above 0."""
    steps = sorted((minute_of(step.get("from_week", 0)), float(exact(step["rate"])) / WEEK) for step in table)
    return tuple(steps) if any(rate > 0 for _, rate in steps) else ()


def rate_between(steps: tuple[tuple[int, float], ...], start: float, end: float) -> float:
    """The integral of a rate by steps: 0 before the first, and the last goes on for ever."""
    ends = [minute for minute, _ in steps[1:]] + [math.inf]
    pieces = zip(steps, ends, strict=True)
    return math.fsum(rate * max(0.0, min(end, to) - max(start, begin)) for (begin, rate), to in pieces)


def reaching(steps: tuple[tuple[int, float], ...], start: float, more: float) -> float:
    """When the integral of such a rate from the start reaches so much; infinite if never."""
    ends = [minute for minute, _ in steps[1:]] + [math.inf]
    for (begin, rate), end in zip(steps, ends, strict=True):
        since = max(start, begin)
        if since < end and rate > 0.0:
            if more <= rate * (end - since):
                return since + more / rate
            more -= rate * (end - since)
    return math.inf


def gamma_quantile(shape: float, u: float) -> float:
    """Where the distribution function of a gamma distribution of rate 1 is u, by bisection of the logarithm."""
    low, high = -745.0, math.log(shape + 40 * math.sqrt(shape) + 400)
    for _ in range(64):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(shape, math.exp(middle)) < u else (low, middle)
    return math.exp((low + high) / 2)


def _below(shape: float, x: float) -> float:
    """P(shape, x): a series below the mean, a continued fraction (Lentz) above it."""
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape)) if x > 0 else 0.0
    if x < shape + 1:
        term = total = 1 / shape
        place = shape
        while term > total * 1e-17:
            place += 1
            term *= x / place
            total += term
        return front * total
    b = x + 1 - shape
    c, d = 1e300, 1 / b
    fraction = d
    for place in range(1, 10_000):
        a = -place * (place - shape)
        b += 2
        d = 1 / (a * d + b)
        c = b + a / c
        fraction *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return 1 - front * fraction
