"""Competence after a course is normal, cut off at baseline and ceiling; it grows and decays in closed form (R6)."""

from __future__ import annotations

import math
from functools import cache

import pytest
from scipy import stats

from cascadesim import simulate
from known_answers.judge import Verdict, known, share, uniform
from known_answers.spans import refuted

LEVEL = 0.55 * (1 - 0.25 * (1 - 0.6))
SPREAD, BASELINE, CEILING = 0.12, 0.3, 0.7


@cache
def after_course(*sets: str) -> tuple[float, ...]:
    """The competence of three thousand people when they pass."""
    run = simulate(known("skill", *sets), events=True)
    assert run.events is not None
    return tuple(row[9] / 1e9 for row in run.events.rows if row[3] == "passed")


def judged(level: float, spread: float) -> list[Verdict]:
    """How many lie at either bound, and the distribution of the others."""
    values = after_course()
    theory = stats.norm(level, spread)
    low, high = theory.cdf(BASELINE), theory.cdf(CEILING)
    between = [each for each in values if BASELINE < each < CEILING]
    return [
        share("at the baseline", sum(each == BASELINE for each in values), len(values), float(low)),
        share("at the ceiling", sum(each == CEILING for each in values), len(values), float(1 - high)),
        uniform("between", [float((theory.cdf(each) - low) / (high - low)) for each in between]),
    ]


def test_the_distribution_after_a_course() -> None:
    """Sees 3 of a hundred at a bound and a shift of 0.08 between them."""
    found = judged(LEVEL, SPREAD)
    assert not refuted(found)
    assert found[0].smallest_shift < 0.04 and found[1].smallest_shift < 0.03 and found[2].smallest_shift < 0.08
    assert refuted(judged(0.55, SPREAD)) and refuted(judged(LEVEL, 1.25 * SPREAD))


def test_the_mean_over_everybody() -> None:
    """The KPI is the mean of these, and of those in service at the end, as nobody's changes."""
    run = simulate(known("skill"))
    values = after_course()
    middle = math.fsum(values) / len(values)
    assert run.kpis["tier.peer.competence_after_course_mean"] == pytest.approx(middle, abs=1e-9)
    assert run.kpis["tier.peer.competence_mean"] == pytest.approx(middle, abs=1e-9)
    deviation = math.sqrt(math.fsum((each - middle) ** 2 for each in values) / (len(values) - 1))
    assert run.kpis["tier.peer.competence_sd"] == pytest.approx(deviation, abs=1e-9)


@pytest.mark.parametrize("sessions", [1, 5, 12])
def test_growth_under_supervision(sessions: int) -> None:
    """1 - (1 - c) (1 - g a)^n after n sessions: twenty people of the first tier with one client each, all at work."""
    scenario = known(
        "attendance",
        "tier.counsellor.initial=20",
        "tier.counsellor.caseload=1",
        "tier.counsellor.competence={ course_level = 0.4, gain_per_session = 0.07 }",
        f"clients.sessions={sessions}",
        "clients.start_probability=1",
        "clients.continue_probability=1",
        "clients.no_show_probability=0.3",
        "clients.stream.all.referrals_per_week=[{ from_week = 0, rate = 400 }, { from_week = 0.5, rate = 0 }]",
        "horizon_weeks=70",
        "report_weeks=[70]",
        "every_weeks=70",
    )
    run = simulate(scenario, events=True)
    assert run.events is not None
    held: dict[str, int] = {}
    for row in run.events.rows:
        if row[3] == "session":
            held[row[7]] = held.get(row[7], 0) + 1
    assert len(held) == 20 and min(held.values()) >= sessions
    expected = math.fsum(1 - 0.6 * 0.93**number for number in held.values()) / 20
    assert run.kpis["tier.counsellor.competence_mean"] == pytest.approx(expected, abs=1e-12)


def test_decay_without_supervision() -> None:
    """baseline + (c - baseline) 2^(-t / h), whatever the reviews in between: from week 20 to 60 for each of many."""
    scenario = known(
        "hazards",
        "tier.peer.initial=50",
        "tier.mentor.intake=[]",
        "tier.peer.competence={ course_level = 0.8, baseline = 0.25, half_life_weeks = 17 }",
        'tier.peer.events.leave.time_to_event={ dist = "exponential", mean_weeks = 1000000000 }',
        "tier.peer.supervision.grace_weeks=60",
    )
    run = simulate(scenario)
    expected = 0.25 + 0.55 * 2 ** (-(60 - 8) / 17)
    assert run.kpis["tier.peer.competence_mean"] == pytest.approx(expected, abs=1e-12)
