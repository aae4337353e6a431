"""Exits alone follow their survival curves; competing reasons take their shares.

Everybody leaves independently of everybody else, so persons are the unit. Exits are rounded up to a minute: 5e-5 weeks.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import pytest

from cascadesim import simulate
from known_answers.judge import Verdict, known, normal, share

WEEK = 10_080
SEEDS = 3
FALLING = '{ dist = "weibull", shape = 0.7, mean_weeks = 60 }'
RISING = '{ dist = "weibull", shape = 2, mean_weeks = 60 }'
CONSTANT = '{ dist = "exponential", mean_weeks = 60 }'


@dataclass(frozen=True)
class Career:
    """Tenure in minutes at the exit, or at the horizon where `reason` is empty."""

    tenure: int
    reason: str


def careers(*sets: str, seeds: int = SEEDS) -> list[Career]:
    """Everybody of a few runs; a career begins at recruitment, which is certification here."""
    found = []
    for seed in range(seeds):
        run = simulate(known("careers", *sets), seed=seed, events=True)
        assert run.events is not None
        began: dict[str, int] = {}
        gone: dict[str, tuple[int, str]] = {}
        for row in run.events.rows:
            minute, event, key, detail = row[2], row[3], row[5], row[8]
            if event == "recruited":
                began[key] = minute
            elif event == "exited":
                gone[key] = (minute, detail)
        horizon = 104 * WEEK
        found += [Career(gone.get(key, (horizon, ""))[0] - at, gone.get(key, (0, ""))[1]) for key, at in began.items()]
    return found


def survival(shape: float, average: float, weeks: float, tenure: float = 0.0) -> float:
    """The chance to stay `weeks` more after `tenure` weeks, under a Weibull hazard with this mean."""
    scale = average / math.gamma(1 + 1 / shape)
    return math.exp((tenure / scale) ** shape - ((tenure + weeks) / scale) ** shape)


def kaplan_meier(people: list[Career], weeks: float, expected: float) -> Verdict:
    """The product-limit estimate at `weeks` with Greenwood's standard error.

    Kaplan and Meier (1958), Nonparametric estimation from incomplete observations, Journal of the American Statistical
    Association 53:457-481. Who is still there at the horizon is censored at the tenure reached then.
    """
    exits = Counter(each.tenure for each in people if each.reason and each.tenure <= weeks * WEEK)
    leaving = sorted(each.tenure for each in people)
    estimate, greenwood, passed = 1.0, 0.0, 0
    for tenure, died in sorted(exits.items()):
        while leaving[passed] < tenure:
            passed += 1
        at_risk = len(people) - passed
        estimate *= 1 - died / at_risk
        greenwood += died / (at_risk * (at_risk - died))
    return normal(f"Kaplan-Meier at {weeks}", estimate, expected, estimate * math.sqrt(greenwood))


def curve(people: list[Career], shape: float, average: float) -> list[Verdict]:
    """The estimate at four tenures, the last of which only the first intake can reach."""
    return [kaplan_meier(people, weeks, survival(shape, average, weeks)) for weeks in (4, 20, 40, 70)]


CLOCKS = {CONSTANT: (1.0, 60.0), FALLING: (0.7, 60.0), RISING: (2.0, 60.0)}


@pytest.mark.parametrize("clock", CLOCKS, ids=["constant", "falling", "rising"])
def test_survival(clock: str) -> None:
    """Sees two to four of a hundred people in the middle of the curve."""
    found = curve(careers(f"tier.volunteer.events.leave.time_to_event={clock}"), *CLOCKS[clock])
    assert not [str(verdict) for verdict in found if not verdict.agrees]
    assert max(verdict.smallest_shift for verdict in found[:3]) < 0.03
    assert found[3].smallest_shift < 0.04


def test_a_planted_mean_is_seen() -> None:
    """A mean of 66 weeks in place of 60: 3.3 people of a hundred at week 40."""
    found = curve(
        careers('tier.volunteer.events.leave.time_to_event={ dist = "exponential", mean_weeks = 66 }'), 1.0, 60.0
    )
    assert not all(verdict.agrees for verdict in found)


def test_a_planted_shape_is_seen() -> None:
    found = curve(careers(f"tier.volunteer.events.leave.time_to_event={FALLING}"), 0.8, 60.0)
    assert not all(verdict.agrees for verdict in found)


@pytest.mark.parametrize("clock", CLOCKS, ids=["constant", "falling", "rising"])
def test_survival_from_a_tenure_on(clock: str) -> None:
    """Who has 30 weeks behind them at week 0 leaves under the hazard of week 30 and after (R5.1); sees 3.5 of 100."""
    shape, average = CLOCKS[clock]
    only_initial = ("tier.volunteer.intake=[]", "tier.volunteer.initial_tenure_weeks=30", "tier.volunteer.initial=5000")
    people = careers(*only_initial, f"tier.volunteer.events.leave.time_to_event={clock}", seeds=2)
    for weeks in (4, 20, 60):
        staying = sum(each.tenure > weeks * WEEK for each in people)
        verdict = share(f"staying {weeks}", staying, len(people), survival(shape, average, weeks, tenure=30))
        assert verdict.agrees, str(verdict)
        assert verdict.smallest_shift < 0.035
        if shape != 1.0:  # the power of it: without the tenure the curve is another one
            assert not share("", staying, len(people), survival(shape, average, weeks)).agrees


def test_competing_exponential_reasons() -> None:
    """Reason i takes rate i / sum of rates of the exits, at all times; the time to any exit has the sum as its rate.

    Prentice et al. (1978), Biometrics 34:541-554. Rates of 0.5, 1 and 2.5 a year; sees
    7 of a hundred early exits and 5 of all.
    """
    rates = {"leave": 0.5, "move": 1.0, "work": 2.5}
    people = careers(
        *(
            f'tier.volunteer.events.{name}={{ time_to_event = {{ dist = "exponential", rate_per_year = {rate} }} }}'
            for name, rate in rates.items()
        ),
        seeds=1,
    )
    found = competing(people, rates)
    assert not [str(verdict) for verdict in found if not verdict.agrees]
    assert max(verdict.smallest_shift for verdict in found[:3]) < 0.05
    assert max(verdict.smallest_shift for verdict in found[3:]) < 0.07
    planted = competing(people, rates | {"work": 2.1})
    assert not all(verdict.agrees for verdict in planted)


def competing(people: list[Career], rates: dict[str, float]) -> list[Verdict]:
    """Shares of the reasons among all exits and among the early ones, and the survival of them all."""
    total = sum(rates.values())
    verdicts = []
    for most in (104, 6):
        exits = Counter(each.reason for each in people if each.reason and each.tenure <= most * WEEK)
        number = sum(exits.values())
        verdicts += [share(f"{name} by {most}", exits[name], number, rate / total) for name, rate in rates.items()]
    return [*verdicts, kaplan_meier(people, 13, math.exp(-total * 13 / 52))]
