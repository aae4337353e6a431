"""How long workers stay under competing clocks: the product of their survival functions, integrated numerically."""

from __future__ import annotations

import math
from itertools import pairwise

from cascadesim.model.units import YEAR_WEEKS
from cascadesim.scenario import defaults
from cascadesim.scenario.workforce import Reason, Tier

ON_DATES = ("date", "shock")
"""Clocks that strike at a week of the calendar, and have no hazard."""

_NOBODY = 50.0
"""Cumulative hazard at which nobody is left: exp(-50)."""

_EVER = 2.0**100
"""Whoever is there after so many weeks stays for ever."""

_PIECES = [0.5 ** (piece / 8) for piece in range(8 * 90)]
"""Ends of the pieces of the range of integration: eight to each halving, for steep hazards, and 90 halvings towards 0,
for those that fall with tenure."""


def cumulative_hazard(reason: Reason, weeks: float) -> float:
    """H(t) at this tenure: t / mean, (t / scale)^shape, or the area of a life table. A date or shock has none: 0.

    Klein and Moeschberger (2003), Survival Analysis, 2nd ed., chapter 2.
    """
    clock = reason.time_to_event
    if weeks <= 0 or clock.dist in ON_DATES:
        return 0.0
    if clock.dist == "life_table":
        steps = sorted(clock.table, key=lambda step: step.from_weeks)
        ends = [*(step.from_weeks for step in steps[1:]), math.inf]
        parts = (
            step.rate_per_year.value * max(0.0, min(end, weeks) - step.from_weeks)
            for step, end in zip(steps, ends, strict=True)
        )
        return math.fsum(parts) / YEAR_WEEKS
    if clock.dist == "weibull":
        return math.pow(weeks / clock.scale_weeks, clock.shape.value)
    return weeks / clock.scale_weeks if clock.dist == "exponential" else 0.0


def survival(reason: Reason, weeks: float, tenure: float = 0.0) -> float:
    """The chance not to have left for this reason `weeks` after a tenure at which one was still there.

    exp(-H) where the clock means leaving. Where it does so only with a chance p (R5.2): 1 - p (1 - exp(-H)) if it
    strikes once (own derivation: total probability), exp(-p H) if it may strike again (a thinned Poisson process:
    Kingman 1993, Poisson Processes, section 5.1). A tenure divides by the survival so far.
    """
    leaves = defaults.consequences(reason)[0]
    before, after = cumulative_hazard(reason, tenure), cumulative_hazard(reason, tenure + weeks)
    if leaves == 1 or reason.recurring:
        return math.exp(leaves * (before - after))
    return (1 - leaves + leaves * math.exp(-after)) / (1 - leaves + leaves * math.exp(-before))


def stays(tier: Tier, weeks: float, *, recruited: float = 0.0, certified: float = 0.0) -> float:
    """The chance that a worker is there `weeks` from now, who is there now with these tenures in weeks.

    The product of the survival functions: the earliest of independent clocks wins (R5.1), and notice delays each by its
    own time (R5.6): Klein and Moeschberger (2003), section 2.7. Dates and shocks are left out, and so is what changes
    a hazard: ratios, frailty, engagement.
    """
    chance = 1.0
    for reason in tier.events.values():
        tenure = recruited if reason.origin == "recruitment" else certified
        running = weeks - reason.notice_weeks.value
        if running > 0:
            chance *= survival(reason, running, tenure)
    return chance


def gets_through(tier: Tier, weeks: float) -> float:
    """The chance to be still there after so many weeks as candidate, trainee and apprentice.

    The product of survival functions, as in `stays`: own derivation from R5.1. Only clocks from recruitment run;
    candidates and trainees leave without notice (R5.6). An apprentice who has given notice counts as gone: no new
    client is given to them.
    """
    reasons = (reason for reason in tier.events.values() if reason.origin == "recruitment")
    return math.prod(survival(reason, weeks) for reason in reasons)


def mean_weeks(tier: Tier, lead_weeks: float = 0.0) -> float:
    """The mean working life in weeks from the certificate, which comes `lead_weeks` after recruitment.

    The mean of the minimum of competing clocks is the integral of the product of their survival functions:
    Klein and Moeschberger (2003), Survival Analysis, 2nd ed., chapter 2. Infinite where no clock has a hazard.
    """
    end = 1.0
    while stays(tier, end, recruited=lead_weeks) > math.exp(-_NOBODY):
        end *= 2
        if end > _EVER:
            return math.inf
    return expected_weeks(tier, end, lead_weeks)


def has_hazard(tier: Tier) -> bool:
    """Whether anybody leaves by a clock that is neither a date nor a shock."""
    reasons = tier.events.values()
    return any(each.time_to_event.dist not in ON_DATES and defaults.consequences(each)[0] > 0 for each in reasons)


def expected_weeks(tier: Tier, until: float, lead_weeks: float = 0.0) -> float:
    """The mean time at work in the first `until` weeks after the certificate: the survival function's integral.

    The restricted mean: Klein and Moeschberger (2003), section 4.5. Gauss-Legendre of order 20 on pieces in proportion
    to tenure, cut where a notice ends or a rate changes.
    """
    begins = {0.0, *(reason.notice_weeks.value for reason in tier.events.values())}
    cuts = begins | {begin + until * piece for begin in begins for piece in _PIECES}
    cuts |= {cut for reason in tier.events.values() for cut in _steps(reason, lead_weeks)}
    edges = sorted({0.0, *(cut for cut in cuts if 0 < cut <= until)})
    return _integral(tier, edges, lead_weeks)


def _steps(reason: Reason, lead_weeks: float) -> list[float]:
    """Weeks after the certificate at which the rate of a life table changes."""
    if reason.time_to_event.dist != "life_table":
        return []
    past = lead_weeks if reason.origin == "recruitment" else 0.0
    return [reason.notice_weeks.value + step.from_weeks - past for step in reason.time_to_event.table]


def _integral(tier: Tier, edges: list[float], lead_weeks: float) -> float:
    """Gauss-Legendre quadrature piece by piece: Abramowitz and Stegun (1964), 25.4.29 and 25.4.30."""
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(20)
    pairs = list(zip(nodes.tolist(), weights.tolist(), strict=True))
    parts: list[float] = []
    for low, high in pairwise(edges):
        half = (high - low) / 2
        parts += (
            half * weight * stays(tier, low + half * (1 + node), recruited=lead_weeks, certified=0.0)
            for node, weight in pairs
        )
    return math.fsum(parts)


def leaving_per_year(tier: Tier, lead_weeks: float = 0.0) -> float:
    """Exits a year of one worker who is always replaced: the renewal rate, 1 / mean working life.

    The elementary renewal theorem: Cox (1962), Renewal Theory, chapter 4.
    """
    return YEAR_WEEKS / mean_weeks(tier, lead_weeks)


def left_by_dates(tier: Tier, week: float, recruited_week: float, certified_week: float) -> float:
    """The share whom no date or shock of leaving, its notice over, has taken by `week`.

    The product of 1 - share struck x P(leaves) over dates and shocks that have passed since the clock began. Own
    derivation: independent draws (R5.1, R5.2). A shock is taken to strike in the middle of its week.
    """
    share = 1.0
    for reason in tier.events.values():
        clock = reason.time_to_event
        if clock.dist != "date" and clock.dist != "shock":
            continue
        began = recruited_week if reason.origin == "recruitment" else certified_week
        at = clock.week + (0.5 if clock.dist == "shock" else 0.0)
        if began < clock.week and at + reason.notice_weeks.value < week:
            struck = clock.share.value if clock.dist == "shock" else 1.0
            share *= 1 - struck * defaults.consequences(reason)[0]
    return share
