"""Poisson recruitment and exits alone are an M/G/infinity system, transient included.

Started empty, the head count at t is Poisson with mean rate x integral of the survival function over [0, t]: Eick,
Massey and Whitt (1993), The physics of the Mt/G/infinity queue, Operations Research 41:731-742. Minutes round exits
up by half a minute on average, 5e-5 weeks in 5 weeks: 1e-5 of the mean, a thousandth of what the test can see.
"""

from __future__ import annotations

import math

import pytest
from scipy.integrate import quad

from cascadesim import replicate
from known_answers.judge import Verdict, known, mean, variance

REPLICATIONS = 400
RATE = 5.0
EXPONENTIAL = {"dist": "exponential", "mean_weeks": 5.0}
FALLING = {"dist": "weibull", "shape": 0.6, "mean_weeks": 5.0}
RISING = {"dist": "weibull", "shape": 2.5, "mean_weeks": 5.0}


def survival(clock: dict[str, object], weeks: float) -> float:
    """The chance of staying longer than `weeks`."""
    average, shape = float(str(clock["mean_weeks"])), float(str(clock.get("shape", 1.0)))
    return math.exp(-((weeks / (average / math.gamma(1 + 1 / shape))) ** shape))


def head_counts(clock: dict[str, object], theory: dict[str, object], rate: float = RATE) -> list[Verdict]:
    """Runs with `clock`, judged by `theory`: the head count's mean and variance at three dates, its time average."""
    table = ", ".join(f'{key} = "{value}"' if key == "dist" else f"{key} = {value}" for key, value in clock.items())
    scenario = known(
        "infinite_server",
        f"tier.volunteer.events.leave.time_to_event={{ {table} }}",
        f"tier.volunteer.recruits_per_week={rate}",
    )
    runs = replicate(scenario, REPLICATIONS)
    verdicts = []
    for week in (2, 8, 20):
        expected = RATE * quad(lambda u: survival(theory, u), 0, week)[0]
        counts = [kpis[f"tier.volunteer.active_at_week_{week}"] for kpis in runs]
        verdicts.append(mean(f"mean at week {week}", counts, expected))
        verdicts.append(variance(f"variance at week {week}", counts, expected, 1 / expected))
    average = RATE * quad(lambda u: (20 - u) * survival(theory, u), 0, 20)[0] / 20
    verdicts.append(mean("time average", [kpis["tier.volunteer.active_mean"] for kpis in runs], average))
    return verdicts


@pytest.mark.parametrize("clock", [EXPONENTIAL, FALLING, RISING], ids=["exponential", "falling", "rising"])
def test_head_count(clock: dict[str, object]) -> None:
    """Sees 8 % in the mean at the last date, 6 % in the time average and 60 % in the variance."""
    verdicts = head_counts(clock, clock)
    assert not [str(verdict) for verdict in verdicts if not verdict.agrees]
    assert verdicts[-3].sees(0.08) and verdicts[-2].sees(0.6) and verdicts[-1].sees(0.06)


@pytest.mark.parametrize(
    ("clock", "rate"),
    [
        ({"dist": "exponential", "mean_weeks": 5.6}, RATE),  # 12 % longer: 10 % more on average
        (RISING, RATE),  # the same mean
    ],
)
def test_a_planted_shift_is_seen(clock: dict[str, object], rate: float) -> None:
    assert any(not verdict.agrees for verdict in head_counts(clock, EXPONENTIAL, rate))
