"""When an exit is due: against the survival function and the integral of the hazard."""

from __future__ import annotations

import math

import pytest
from scipy import integrate, stats

from cascadesim.model.hazards import tenure_at

SCALE = 50_000.0
CASES = [("exponential", 1.0), ("weibull", 0.5), ("weibull", 1.0), ("weibull", 2.5)]
TENURES = [0.0, 1.0, 20_000.0, 300_000.0]
THRESHOLDS = [1e-9, 0.01, 0.7, 1.0, 5.0, 36.0]


def hazard(clock: str, shape: float, tenure: float) -> float:
    """Exits a minute, from the definition."""
    return 1.0 / SCALE if clock == "exponential" else shape / SCALE * (tenure / SCALE) ** (shape - 1.0)


@pytest.mark.parametrize(("clock", "shape"), CASES)
@pytest.mark.parametrize("tenure", TENURES)
@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_survival_beyond_it_is_exp_of_minus_the_threshold(
    clock: str, shape: float, tenure: float, threshold: float
) -> None:
    """Given survival to the tenure at the start; scipy's survival function, relative 1e-8 in the logarithm."""
    theirs = stats.expon(scale=SCALE) if clock == "exponential" else stats.weibull_min(shape, scale=SCALE)
    at = tenure_at(clock, shape, SCALE, tenure, threshold)
    lost = 1e-15 * (1.0 + at / SCALE) ** max(1.0, shape)  # what the float of a long tenure cannot hold
    assert theirs.logsf(tenure) - theirs.logsf(at) == pytest.approx(threshold, rel=1e-8, abs=10 * lost)


@pytest.mark.parametrize(("clock", "shape"), CASES)
@pytest.mark.parametrize("tenure", TENURES[1:])
@pytest.mark.parametrize("threshold", THRESHOLDS[1:])
def test_the_hazard_integrated_up_to_it_is_the_threshold(
    clock: str, shape: float, tenure: float, threshold: float
) -> None:
    at = tenure_at(clock, shape, SCALE, tenure, threshold)
    middle = math.sqrt(tenure * at)
    parts = [integrate.quad(lambda t: hazard(clock, shape, t), *ends)[0] for ends in ((tenure, middle), (middle, at))]
    assert sum(parts) == pytest.approx(threshold, rel=1e-6)


@pytest.mark.parametrize(("clock", "shape"), CASES)
@pytest.mark.parametrize("tenure", TENURES)
def test_it_never_decreases_in_the_threshold_and_never_precedes_the_tenure(
    clock: str, shape: float, tenure: float
) -> None:
    found = [tenure_at(clock, shape, SCALE, tenure, 1e-17 * 1.3**i) for i in range(160)]
    assert found == sorted(found)
    assert found[0] >= tenure


@pytest.mark.parametrize(("clock", "shape"), CASES)
def test_two_thresholds_in_turn_are_their_sum(clock: str, shape: float) -> None:
    halfway = tenure_at(clock, shape, SCALE, 9_000.0, 0.4)
    assert tenure_at(clock, shape, SCALE, halfway, 1.1) == pytest.approx(
        tenure_at(clock, shape, SCALE, 9_000.0, 1.5), rel=1e-12
    )


def test_worked_cases() -> None:
    """By hand: sqrt(t / 100) = sqrt(400 / 100) + 1 = 3 at t = 900; (t / 10)^2 = 9 + 16 at t = 50."""
    assert tenure_at("exponential", 7.0, 100.0, 30.0, 2.0) == 230.0
    assert tenure_at("weibull", 0.5, 100.0, 400.0, 1.0) == pytest.approx(900.0, rel=1e-15)
    assert tenure_at("weibull", 2.0, 10.0, 30.0, 16.0) == pytest.approx(50.0, rel=1e-15)
    assert tenure_at("weibull", 2.0, 10.0, 0.0, 16.0) == pytest.approx(40.0, rel=1e-15)


def test_extremes_neither_overflow_nor_go_back() -> None:
    assert tenure_at("weibull", 0.001, 10.0, 0.0, 30.0) == math.inf
    assert tenure_at("weibull", 500.0, 10.0, 1e6, 1.0) == 1e6
    assert tenure_at("weibull", 0.9, 10.0, 1e18, 1e-9) >= 1e18


def test_a_clock_without_hazard_is_refused() -> None:
    with pytest.raises(ValueError, match="clock 'date' has no hazard to integrate; exponential and weibull have"):
        tenure_at("date", 1.0, 1.0, 0.0, 1.0)
