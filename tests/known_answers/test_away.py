"""Absences that come again and again, and changes of hours, against renewal theory. People are independent."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import pytest

from cascadesim import Scenario, simulate
from known_answers.judge import known, mean
from known_answers.spans import WEEK

NEVER = "tier.volunteer.events.leave.time_to_event.mean_weeks=1000000000"
PEOPLE = 1000


def absences(scenario: Scenario, opens: int = 0) -> tuple[list[float], list[float]]:
    """Of each person: the share of the weeks from `opens` on spent away, and the number of absences."""
    run = simulate(scenario, events=True)
    assert run.events is not None
    away: dict[str, float] = defaultdict(float)
    number: dict[str, float] = defaultdict(float)
    closes = int(scenario.horizon_weeks) * WEEK
    for row in run.events.rows:
        minute, event, key, amount = row[2], row[3], row[5], row[9]
        if event == "recruited":
            away[key] += 0.0
            number[key] += 0.0
        elif event == "absent":
            away[key] += max(0, min(amount, closes) - max(minute, opens * WEEK))
            number[key] += 1
    length = closes - opens * WEEK
    mean_share = math.fsum(away.values()) / length / len(away)
    assert run.kpis["tier.volunteer.absent_mean"] == pytest.approx(mean_share * len(away), rel=1e-9)
    return [each / length for each in away.values()], list(number.values())


def in_theory(up: float, down: float, weeks: float) -> tuple[float, float]:
    """The mean share of time away up to `weeks` and the number of absences of one person, both exponential.

    P(away at t) = d / (u + d) (1 - exp(-(1/u + 1/d) t)): an alternating renewal process, Cox (1962), Renewal theory.
    """
    rate = 1 / up + 1 / down
    share = down / (up + down) * (1 - (1 - math.exp(-rate * weeks)) / (rate * weeks))
    return share, weeks * (1 - share) / up


def ill(up: float, length: str, *sets: str) -> Scenario:
    """People who never leave."""
    return known(
        "careers",
        "tier.volunteer.intake=[]",
        f"tier.volunteer.initial={PEOPLE}",
        NEVER,
        f'tier.volunteer.events.ill={{ time_to_event = {{ dist = "exponential", mean_weeks = {up} }}, '
        f"recurring = true, absence_weeks = {length} }}",
        *sets,
    )


@pytest.mark.parametrize(("up", "down"), [(8.0, 2.0), (3.0, 6.0)])
def test_recurring_absences(up: float, down: float) -> None:
    """Time away and absences of a thousand people, the transient included. Sees 9 %."""
    shares, numbers = absences(ill(up, f'{{ dist = "exponential", mean = {down} }}'))
    share, number = in_theory(up, down, 104)
    for verdict in (mean("away", shares, share), mean("absences", numbers, number)):
        assert verdict.agrees, str(verdict)
        assert verdict.sees(0.09)
    assert not mean("", shares, in_theory(up * 1.15, down, 104)[0]).agrees
    assert not mean("", numbers, in_theory(up, down * 1.5, 104)[1]).agrees


def test_availability_with_a_constant_absence() -> None:
    """In the long run up / (up + down), whatever the distribution of the absence: from week 52 on. Sees 7 %."""
    shares, _ = absences(ill(6, "3", "measure_from_week=52"), 52)
    verdict = mean("away", shares, 3 / 9)
    assert verdict.agrees, str(verdict)
    assert verdict.sees(0.07)


def test_two_reasons_to_be_away() -> None:
    """While one lasts the other is void, but its clock runs on: up at a rate of 1/6 + 1/12, all back after 2 or 5.

    The mean length is 2 x 2/3 + 5 x 1/3 = 3 weeks, the mean time there 4: away for 3 / 7 in the long run. Sees 5 %.
    """
    other = '{ time_to_event = { dist = "exponential", mean_weeks = 12 }, recurring = true, absence_weeks = 5 }'
    shares, _ = absences(ill(6, "2", "measure_from_week=52", f"tier.volunteer.events.other={other}"), 52)
    verdict = mean("away", shares, 3 / 7)
    assert verdict.agrees, str(verdict)
    assert verdict.sees(0.05)


def last_hours(scenario: Scenario) -> Sequence[float]:
    """The minutes a week that each person has at the end."""
    run = simulate(scenario, events=True)
    assert run.events is not None
    hours: dict[str, float] = {}
    for row in run.events.rows:
        if row[3] in ("recruited", "hours_changed"):
            hours[row[5]] = float(row[9])
    return list(hours.values())


@pytest.mark.parametrize("recurring", [True, False])
def test_changes_of_hours(recurring: bool) -> None:
    """Strikes at 1 / 40 a week, of which 0.6 take a fifth of the hours: E = exp(-t / 40 x 0.6 x 0.2) of them are left.

    That is the generating function of a Poisson number of changes at 0.8; without recurrence one strike counts:
    1 - 0.6 x 0.2 x (1 - exp(-t / 40)). Rounding up adds less than 1e-4. Sees 4 %.
    """
    study = '{{ time_to_event = {{ dist = "exponential", mean_weeks = 40 }}, recurring = {}, then = {{ {} }} }}'
    scenario = known(
        "careers",
        "tier.volunteer.intake=[]",
        "tier.volunteer.initial=3000",
        "tier.volunteer.hours_per_week=100",
        NEVER,
        f"tier.volunteer.events.study={study.format(str(recurring).lower(), 'hours_factor = 0.8, hours_change = 0.6')}",
    )
    left = math.exp(-104 / 40 * 0.6 * 0.2) if recurring else 1 - 0.12 * (1 - math.exp(-104 / 40))
    hours = last_hours(scenario)
    verdict = mean("hours left", hours, 6000 * left)
    assert verdict.agrees, str(verdict)
    assert verdict.sees(0.04)
    assert not mean("", hours, 6000 * left * 1.04).agrees
