"""Referrals under decaying readiness are Poisson; their mean is the integral of rate x ratio^(1 - level) (R7.3).

Levels hold from review to review, every four weeks.
"""

from __future__ import annotations

from functools import cache

import pytest

from cascadesim import replicate
from known_answers.judge import Verdict, known, mean, variance
from known_answers.spans import refuted

REPLICATIONS = 150
WEEKS = (13, 26, 52)


def level(week: float, half_life: float) -> float:
    """From 1, halved every half-life; at week 25 raised by 0.8 of what it lacks."""
    if week < 25:
        return 2 ** (-week / half_life)
    before = 2 ** (-25 / half_life)
    return (before + 0.8 * (1 - before)) * 2 ** (-(week - 25) / half_life)


def expected(weeks: int, ratio: float, half_life: float) -> float:
    """The mean number of referrals before `weeks`."""
    total = 0.0
    for review in range(0, weeks, 4):
        total += 4 * ratio ** (1 - level(review, half_life)) * (min(weeks, review + 4) - review)
    return total


@cache
def counts(*sets: str) -> dict[int, list[float]]:
    """The number of referrals before each date, by replication."""
    runs = list(replicate(known("readiness", *sets), REPLICATIONS))
    return {week: [kpis[f"clients.referred_at_week_{week}"] for kpis in runs] for week in WEEKS}


def judged(ratio: float, half_life: float, *sets: str) -> list[Verdict]:
    """Means and variances of the counts at three dates, by a theory with these values."""
    found = []
    for week, values in counts(*sets).items():
        theory = expected(week, ratio, half_life)
        found.append(mean(f"mean by {week}", values, theory))
        found.append(variance(f"variance by {week}", values, theory, 1 / theory))
    return found


def test_counts() -> None:
    """Sees 7 % of the mean and 90 % of the variance."""
    found = judged(0.2, 10)
    assert not refuted(found)
    assert found[4].sees(0.07) and found[5].sees(0.9)


@pytest.mark.parametrize(("ratio", "half_life"), [(0.24, 10), (0.2, 12)])
def test_a_planted_shift_is_seen(ratio: float, half_life: float) -> None:
    assert refuted(judged(ratio, half_life))


def test_a_ratio_above_one() -> None:
    """What readiness lacks may bring more clients too."""
    assert not refuted(judged(1.6, 10, "organisation.readiness.referral_ratio=1.6"))


def test_recognition_is_a_constant_factor() -> None:
    """Sees 5 %."""
    found = counts("organisation.readiness.referral_ratio=1", "recognition.referral_factor=0.6")[52]
    verdict = mean("referred", found, 0.6 * 4 * 52)
    assert verdict.agrees, str(verdict)
    assert verdict.sees(0.06)
