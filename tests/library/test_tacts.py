"""TACTS, Swat: two arms of 40, ENACT after training and three months later. Points are of 54.

Sampling error of a published mean (n = 40): 5.95, 5.60, 3.97 and 6.34 points / sqrt(40) = 0.94, 0.89, 0.63 and 1.00.
Fitted: both means after training and the cascade's at three months. Predicted: the specialists' at three months, and so
the difference. R = 120 replications of each arm.
"""

from __future__ import annotations

import math

import pytest
from known_answers.judge import mean, normal, variance

from cascadesim import Scenario
from library.shelf import runs, shipped

RUNS = 120
POINTS = 54
TIER = "tier.lady_health_worker"
AFTER, LATER, SPREAD = (
    f"{TIER}.competence_after_course_mean",
    f"{TIER}.competence_mean_at_week_15",
    f"{TIER}.competence_sd_at_week_15",
)
NO_GAIN = {f"{TIER}.competence.gain_per_session.low": 0.0, f"{TIER}.competence.gain_per_session.value": 0.0}
NO_DILUTION = {f"{TIER}.competence.dilution.value": 0.0}


def _points(scenario: Scenario, *kpis: str, seed: int = 1) -> list[list[float]]:
    return [[POINTS * value for value in values] for values in runs(scenario, RUNS, *kpis, seed=seed)]


@pytest.fixture(scope="module")
def cascade() -> list[list[float]]:
    return _points(shipped("tacts-swat"), AFTER, LATER, SPREAD)


@pytest.fixture(scope="module")
def specialists() -> list[list[float]]:
    """With other luck than the cascade, as two arms of a trial have."""
    return _points(shipped("tacts-swat").variant("specialist trainers"), AFTER, LATER, SPREAD, seed=2)


def test_fitted_means_come_out(cascade: list[list[float]], specialists: list[list[float]]) -> None:
    for values, published in ((cascade[0], 24.97), (specialists[0], 27.27), (cascade[1], 44.48)):
        told = mean("settings", values, published)
        assert told.agrees, told
        assert told.smallest_shift < 0.9


def test_40_people_are_as_variable_as_published(cascade: list[list[float]], specialists: list[list[float]]) -> None:
    """The mean of one arm of 40 varies from run to run with 5.78 / sqrt(40) points: the SD is that of both arms."""
    for values in (cascade[0], specialists[0]):
        told = variance("of an arm's mean after training", values, 5.78**2 / 40, 0.0)
        assert told.agrees, told
        assert told.sees(1.0)


def test_specialists_at_three_months_are_predicted(specialists: list[list[float]]) -> None:
    """Within the error of the published mean; with 40 people a shift of 6.8 points would be seen."""
    told = normal("settings", math.fsum(specialists[1]) / RUNS, 43.63, 6.34 / math.sqrt(40))
    assert told.agrees, told
    assert told.smallest_shift < 7


def test_difference_lies_in_the_published_intervals(cascade: list[list[float]], specialists: list[list[float]]) -> None:
    after, later = (
        math.fsum(b - a for a, b in zip(one, other, strict=True)) / RUNS
        for one, other in zip(cascade[:2], specialists[:2], strict=True)
    )
    assert -0.27 < after < 4.87
    assert -1.9 < -later < 3.6  # printed as cascade less specialists
    assert abs(later) < after / 2  # practice closes it


def test_spread_at_three_months_is_of_the_published_size(cascade: list[list[float]]) -> None:
    """Published 3.97 and 6.34. A weak prediction: it rests on the assumed number of sessions, about seven."""
    assert 3 < math.fsum(cascade[2]) / RUNS < 6.34


def test_without_dilution_the_cascade_starts_where_the_specialists_do() -> None:
    [after] = _points(shipped("tacts-swat").with_(**NO_DILUTION), AFTER)
    assert not mean("settings", after, 24.97).agrees
    assert mean("settings", after, 27.27).agrees


def test_without_gain_from_practice_nobody_gets_to_44() -> None:
    [later] = _points(shipped("tacts-swat").with_(**NO_GAIN), LATER)
    assert not mean("settings", later, 44.48).agrees
    assert normal("settings", math.fsum(later) / RUNS, 43.63, 6.34 / math.sqrt(40)).agrees is False
