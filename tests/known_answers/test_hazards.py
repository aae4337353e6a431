"""Exits under multipliers that come and go, against their survival curves.

Persons are independent given the dates. Exits are rounded up to a minute: 5e-5 weeks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest

from known_answers.judge import known
from known_answers.spans import leaving, refuted, spans

CHANGES = ((0, 1.0), (8, 2.5), (20, 1.0), (34, 2.5), (math.inf, 1.0))
CLOCK = 'tier.peer.events.leave.time_to_event={ dist = "weibull", shape = %s, mean_weeks = 60 }'


def under_ratios(shape: float, ratio: float) -> Callable[[float], float]:
    """exp(-sum of multiplier x ((b / s)^k - (a / s)^k)): a proportional hazard, piece by piece (R5.4)."""
    scale = 60 / math.gamma(1 + 1 / shape)

    def survival(weeks: float) -> float:
        total = 0.0
        for (begins, multiplier), (ends, _) in pairwise(CHANGES):
            a, b = (min(weeks, each) / scale for each in (begins, ends))
            total += (multiplier if multiplier == 1 else ratio) * (b**shape - a**shape)
        return math.exp(-total)

    return survival


@pytest.mark.parametrize("shape", [0.6, 1.0, 2.0])
def test_a_ratio_that_comes_and_goes(shape: float) -> None:
    """Unsupervised in the weeks 8 to 20 and from 34 on. Sees 6 of a hundred staying, and a shift of 0.08 of exits."""
    people = spans(known("hazards", CLOCK % shape), "peer")
    found = leaving(people, under_ratios(shape, 2.5))
    assert not refuted(found)
    assert found[0].smallest_shift < 0.065 and found[1].smallest_shift < 0.085
    assert refuted(leaving(people, under_ratios(shape, 2.0)))
    assert refuted(leaving(people, under_ratios(1.3 * shape, 2.5)))


ONE_DATE = ("tier.volunteer.intake=[]", "tier.volunteer.initial=3000")


def test_a_stipend_for_a_while() -> None:
    """A leaving ratio of 0.4 in the calendar weeks 20 to 50: those of week 0 alone."""
    stipend = "tier.volunteer.incentive.stipend={ from_week = 20, until_week = 50, leaving_ratio = 0.4 }"
    people = spans(known("careers", *ONE_DATE, stipend), "volunteer")

    def survival(weeks: float, ratio: float = 0.4) -> float:
        return math.exp(-(weeks - (1 - ratio) * max(0.0, min(weeks, 50) - 20)) / 60)

    assert not refuted(leaving(people, survival))
    assert refuted(leaving(people, lambda weeks: survival(weeks, 0.7)))


def test_absences_do_not_stop_other_clocks() -> None:
    """Who is away half of the time leaves at the same pace."""
    ill = (
        'tier.volunteer.events.ill={ time_to_event = { dist = "exponential", mean_weeks = 8 }, recurring = true, '
        'absence_weeks = { dist = "exponential", mean = 8 } }'
    )
    people = spans(known("careers", *ONE_DATE, ill, "tier.volunteer.initial=1500"), "volunteer")
    found = leaving(people, lambda weeks: math.exp(-weeks / 60))
    assert not refuted(found)
    assert refuted(leaving(people, lambda weeks: math.exp(-weeks / 85)))
