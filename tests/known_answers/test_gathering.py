"""Groups that start when they are full, and screening that thins a Poisson stream."""

from __future__ import annotations

import math

import pytest

from cascadesim import replicate
from known_answers.judge import Verdict, known, mean, normal, share, variance

GROUPS = 20
SCREENED = 700
ELIGIBLE = 0.7
EXPECTED = 20.0
"""Potential referrals of a run."""


def gathering(size: int, *sets: str) -> list[Verdict]:
    """The wait for a group of `size`, and how many wait, in independent runs.

    Of size - 1 clients before the last, the i-th waits for size - i others at rate r: (size - 1) / (2 r) on average
    over all. How many wait goes through 0, ..., size - 1 with equal times, so (size - 1) / 2 on average. The last group
    of a run may not be full: that moves the wait by less than 1 in 250.
    """
    runs = replicate(known("gathering", f"clients.format.circle.group_max={size}", *sets), GROUPS)
    return [
        mean("wait", [kpis["clients.wait_mean_weeks"] for kpis in runs], (size - 1) / (2 * 5.0)),
        mean("waiting", [kpis["clients.waiting_mean"] for kpis in runs], (size - 1) / 2),
    ]


@pytest.mark.parametrize("size", [2, 6])
def test_the_wait_for_a_full_group(size: int) -> None:
    """Sees 6 % of either."""
    found = gathering(size)
    assert not [str(verdict) for verdict in found if not verdict.agrees]
    assert all(verdict.sees(0.06) for verdict in found)


def test_a_planted_minimum_is_seen() -> None:
    """Groups that start with five of six."""
    assert not any(verdict.agrees for verdict in gathering(6, "clients.format.circle.group_min=5"))


def test_every_full_group_has_started() -> None:
    """As many as there were sixes of clients, and nobody has waited for anything else."""
    for kpis in replicate(known("gathering", "measure_from_week=0"), 3):
        assert kpis["clients.client_groups_started"] == kpis["clients.referred"] // 6
        assert kpis["clients.group_size_mean"] == 6
        assert kpis["clients.waiting.care.group_forming_weeks"] == pytest.approx(kpis["clients.waiting_mean"] * 320)


def screened(probability: float) -> list[Verdict]:
    """Those eligible, and those not, of a Poisson stream of `EXPECTED` potential referrals a run.

    Each is eligible by a draw of their own, so both numbers are Poisson, and independent of each other: Kingman (1993),
    Poisson Processes, 5.1. A Poisson variable has its mean as variance and 1 / mean as excess kurtosis.
    """
    ten_weeks = ("horizon_weeks=10", "every_weeks=10", "report_weeks=[10]", "measure_from_week=0")
    few = ("tier.counsellor.initial=1", "clients.stream.all.referrals_per_week=2")
    runs = replicate(known("queue", *ten_weeks, *few, f"clients.eligibility_probability={probability}"), SCREENED)
    eligible = [kpis["clients.referred"] for kpis in runs]
    out = [kpis["clients.screened_out"] for kpis in runs]
    all_of_them = int(sum(eligible) + sum(out))
    wanted = ELIGIBLE * EXPECTED
    return [
        share("eligible", int(sum(eligible)), all_of_them, ELIGIBLE),
        mean("referred", eligible, wanted),
        variance("spread of referred", eligible, wanted, 1 / wanted),
        normal("correlation", _correlation(eligible, out), 0.0, 1 / math.sqrt(SCREENED)),
    ]


def _correlation(one: list[float], other: list[float]) -> float:
    middle, middle_of_other = math.fsum(one) / len(one), math.fsum(other) / len(other)
    pairs = [(a - middle, b - middle_of_other) for a, b in zip(one, other, strict=True)]
    spread = math.sqrt(math.fsum(a * a for a, _ in pairs) * math.fsum(b * b for _, b in pairs))
    return math.fsum(a * b for a, b in pairs) / spread


def test_screening_thins_a_poisson_stream() -> None:
    """Sees 0.03 in the share, one referral of 14, 40 % of the variance, a correlation of 0.26."""
    found = screened(ELIGIBLE)
    assert not [str(verdict) for verdict in found if not verdict.agrees]
    least = (0.03, 1.0, 0.4 * ELIGIBLE * EXPECTED, 0.26)
    assert all(verdict.smallest_shift < shift for verdict, shift in zip(found, least, strict=True))


def test_a_planted_probability_is_seen() -> None:
    assert not screened(0.74)[0].agrees
