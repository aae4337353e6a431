"""When an exit is due: against the survival function and the integral of the hazard, also under multipliers."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from cascadesim.engine import time_to_event
from cascadesim.model.hazards import raised
from cascadesim.model.plan import Clock, ClockPlan, Piece

SCALE = 50_000.0
TABLE = (Piece(500, 1e-4), Piece(10_000, 2e-6), Piece(40_000, 5e-5), Piece(200_000, 1e-5))
"""Nothing for 500 minutes, then four rates, the last for ever."""
WITH_FORMULA = [("exponential", 1.0), ("weibull", 0.5), ("weibull", 1.0), ("weibull", 2.5)]
CASES = [*WITH_FORMULA, ("weibull", 0.3), ("life_table", 1.0)]
TENURES = [0.0, 1.0, 20_000.0, 300_000.0]
THRESHOLDS = [1e-9, 0.01, 0.7, 1.0, 5.0, 36.0]


def clock_of(clock: str, shape: float, scale: float, table: tuple[Piece, ...]) -> ClockPlan:
    return ClockPlan(Clock[clock.upper()], shape, scale, table, minute=0, share=1.0)


def cumulative(clock: str, shape: float, scale: float, tenure: float, table: tuple[Piece, ...] = ()) -> float:
    return time_to_event.cumulative(clock_of(clock, shape, scale, table), tenure)


def tenure_at(
    clock: str, shape: float, scale: float, tenure: float, threshold: float, table: tuple[Piece, ...] = ()
) -> float:
    return time_to_event.tenure_at(clock_of(clock, shape, scale, table), tenure, threshold)


def hazard(clock: str, shape: float, tenure: float) -> float:
    """Exits a minute, from the definition."""
    if clock == "life_table":
        return next((piece.rate_per_minute for piece in reversed(TABLE) if piece.from_minute <= tenure), 0.0)
    return 1.0 / SCALE if clock == "exponential" else shape / SCALE * (tenure / SCALE) ** (shape - 1.0)


def integrated(clock: str, shape: float, low: float, high: float) -> float:
    """The hazard integrated by quadrature. By parts at the steps of the table and at the decades of a tenure; for a
    Weibull shape below 1 over x = (t / scale)^(shape / 2), in which the integrand is smooth at tenure 0 too."""
    if clock == "weibull" and shape < 1.0:
        ends = [(tenure / SCALE) ** (shape / 2.0) for tenure in (low, high)]
        power = 2.0 / shape
        found: float = integrate.quad(
            lambda x: hazard(clock, shape, SCALE * x**power) * SCALE * power * x ** (power - 1.0) if x > 0.0 else 0.0,
            *ends,
            epsrel=1e-12,
        )[0]
        return found
    cuts = [float(piece.from_minute) for piece in TABLE] + [10.0**decade for decade in range(12)]
    edges = [low, *sorted(cut for cut in cuts if low < cut < high), high]
    return math.fsum(integrate.quad(lambda t: hazard(clock, shape, t), *ends)[0] for ends in pairwise(edges))


@pytest.mark.parametrize(("clock", "shape"), WITH_FORMULA)
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
@pytest.mark.parametrize("tenure", TENURES)
@pytest.mark.parametrize("threshold", THRESHOLDS[1:])
def test_the_hazard_integrated_up_to_it_is_the_threshold(
    clock: str, shape: float, tenure: float, threshold: float
) -> None:
    at = tenure_at(clock, shape, SCALE, tenure, threshold, TABLE)
    assert integrated(clock, shape, tenure, at) == pytest.approx(threshold, rel=1e-9)


@pytest.mark.parametrize(("clock", "shape"), CASES)
@pytest.mark.parametrize("tenure", [0.0, 1.0, 499.0, 500.0, 9_999.5, 123_456.0, 5e6])
def test_the_cumulative_hazard_is_the_integral(clock: str, shape: float, tenure: float) -> None:
    found = cumulative(clock, shape, SCALE, tenure, TABLE)
    assert found == pytest.approx(integrated(clock, shape, 0.0, tenure), rel=1e-9)


@pytest.mark.parametrize(("clock", "shape"), CASES)
@pytest.mark.parametrize("tenure", TENURES)
def test_it_never_decreases_in_the_threshold_and_never_precedes_the_tenure(
    clock: str, shape: float, tenure: float
) -> None:
    found = [tenure_at(clock, shape, SCALE, tenure, 1e-17 * 1.3**i, TABLE) for i in range(160)]
    assert found == sorted(found)
    assert found[0] >= tenure
    hazards = [cumulative(clock, shape, SCALE, tenure + 1.3**i, TABLE) for i in range(60)]
    assert hazards == sorted(hazards)


@pytest.mark.parametrize(("clock", "shape"), CASES)
def test_two_thresholds_in_turn_are_their_sum(clock: str, shape: float) -> None:
    halfway = tenure_at(clock, shape, SCALE, 9_000.0, 0.4, TABLE)
    assert tenure_at(clock, shape, SCALE, halfway, 1.1, TABLE) == pytest.approx(
        tenure_at(clock, shape, SCALE, 9_000.0, 1.5, TABLE), rel=1e-12
    )


def due(clock: str, shape: float, threshold: float, changes: list[tuple[float, float]]) -> float:
    """The date by the rule in the module's docstring. `changes`: (tenure, the multiplier from there on), ascending."""
    spent, found = 0.0, math.inf
    for number, (since, factor) in enumerate(changes):
        until = changes[number + 1][0] if number + 1 < len(changes) else math.inf
        if factor == 0.0:
            found = math.inf
            continue
        found = tenure_at(clock, shape, SCALE, since, (threshold - spent) / factor, TABLE)
        if found <= until:
            return found
        spent += factor * (
            cumulative(clock, shape, SCALE, until, TABLE) - cumulative(clock, shape, SCALE, since, TABLE)
        )
    return found


STARTS = st.one_of(st.just(0.0), st.floats(0.0, 500_000.0))
EXP_1 = st.floats(1e-6, 36.0)
GAPS = st.lists(st.integers(1, 30_000), max_size=30)
FACTORS = st.one_of(st.just(0.0), st.floats(0.05, 20.0))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.sampled_from(CASES), STARTS, EXP_1, GAPS, st.data())
def test_under_changing_multipliers_hazard_times_multiplier_integrates_to_the_threshold(
    case: tuple[str, float], start: float, threshold: float, gaps: list[int], data: st.DataObject
) -> None:
    """Up to thirty changes, some to 0; all clocks, from tenure 0 too; relative 1e-8."""
    tenure, changes = start, [(start, data.draw(FACTORS))]
    for gap in gaps:
        tenure += gap
        changes.append((tenure, data.draw(FACTORS)))
    found = due(*case, threshold, changes)
    if found == math.inf:
        assert changes[-1][1] == 0.0
        found = tenure
        reached = False
    else:
        reached = True
    ends = [*(since for since, _ in changes[1:]), math.inf]
    integral = math.fsum(
        factor * integrated(*case, since, min(end, found))
        for (since, factor), end in zip(changes, ends, strict=True)
        if since < found
    )
    assert integral == pytest.approx(threshold, rel=1e-8, abs=1e-12) if reached else integral < threshold


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.sampled_from(CASES), STARTS, EXP_1, GAPS, st.floats(0.01, 50.0))
def test_changes_that_change_nothing_leave_the_date_where_it_was(
    case: tuple[str, float], start: float, threshold: float, gaps: list[int], factor: float
) -> None:
    """Up to thirty needless changes move it by a relative 1e-9 at most."""
    tenure, changes = start, [(start, factor)]
    for gap in gaps:
        tenure += gap
        changes.append((tenure, factor))
    whole = tenure_at(*case, SCALE, start, threshold / factor, TABLE)
    assert due(*case, threshold, changes) == pytest.approx(whole, rel=1e-9)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.sampled_from(CASES), STARTS, EXP_1, st.floats(1e-3, 1.0), st.floats(1.0, 20.0), st.floats(1.0, 5.0))
def test_a_higher_multiplier_from_some_tenure_on_never_delays(
    case: tuple[str, float], start: float, threshold: float, share: float, factor: float, more: float
) -> None:
    change = start + share * (tenure_at(*case, SCALE, start, threshold, TABLE) - start)
    dates = [due(*case, threshold, [(start, 1.0), (change, by)]) for by in (factor, factor * more)]
    assert change * (1.0 - 1e-9) <= dates[1] <= dates[0] * (1.0 + 1e-9)


def test_worked_cases() -> None:
    """By hand: sqrt(t / 100) = sqrt(400 / 100) + 1 = 3 at t = 900; (t / 10)^2 = 9 + 16 at t = 50."""
    assert tenure_at("exponential", 7.0, 100.0, 30.0, 2.0) == 230.0
    assert tenure_at("weibull", 0.5, 100.0, 400.0, 1.0) == pytest.approx(900.0, rel=1e-15)
    assert tenure_at("weibull", 2.0, 10.0, 30.0, 16.0) == pytest.approx(50.0, rel=1e-15)
    assert tenure_at("weibull", 2.0, 10.0, 0.0, 16.0) == pytest.approx(40.0, rel=1e-15)
    assert cumulative("exponential", 7.0, 100.0, 250.0) == 2.5
    assert cumulative("weibull", 2.0, 10.0, 30.0) == pytest.approx(9.0, rel=1e-15)


def test_a_life_table_worked_by_hand() -> None:
    """Nothing for 100 minutes, then 1/2 a minute up to 200, nothing up to 300, 1/4 for ever."""
    table = (Piece(100, 0.5), Piece(200, 0.0), Piece(300, 0.25))
    found = [cumulative("life_table", 0.0, 0.0, tenure, table) for tenure in (0.0, 100.0, 150.0, 200.0, 299.0, 304.0)]
    assert found == [0.0, 0.0, 25.0, 50.0, 50.0, 51.0]
    assert cumulative("life_table", 0.0, 0.0, 4.0, (Piece(0, 0.5),)) == 2.0
    due_at = [tenure_at("life_table", 0.0, 0.0, tenure, 10.0, table) for tenure in (0.0, 150.0, 190.0, 250.0, 900.0)]
    assert due_at == [120.0, 170.0, 320.0, 340.0, 940.0]
    assert tenure_at("life_table", 0.0, 0.0, 150.0, 10.0, (*table, Piece(301, 0.0))) == 170.0
    assert tenure_at("life_table", 0.0, 0.0, 250.0, 10.0, (*table, Piece(301, 0.0))) == math.inf
    assert tenure_at("life_table", 0.0, 0.0, 250.0, 10.0, ()) == math.inf


def test_extremes_neither_overflow_nor_go_back() -> None:
    assert tenure_at("weibull", 0.001, 10.0, 0.0, 30.0) == math.inf
    assert tenure_at("weibull", 500.0, 10.0, 1e6, 1.0) == 1e6
    assert tenure_at("weibull", 0.9, 10.0, 1e18, 1e-9) >= 1e18
    assert cumulative("weibull", 500.0, 10.0, 1e6) == math.inf
    assert cumulative("weibull", 500.0, 1e6, 10.0) == 0.0
    assert cumulative("weibull", 0.5, 1e300, 1e-300) == 0.0
    assert tenure_at("weibull", 2.0, 1e300, 1e-300, 1.0) == pytest.approx(1e300, rel=1e-14)


@pytest.mark.parametrize(("clock", "shape"), CASES)
@pytest.mark.parametrize("tenure", TENURES)
def test_a_threshold_of_which_nothing_is_left_is_reached_at_once(clock: str, shape: float, tenure: float) -> None:
    assert tenure_at(clock, shape, SCALE, tenure, 0.0, TABLE) == tenure
    assert tenure_at(clock, shape, SCALE, tenure, -1e-16, TABLE) == tenure
    assert cumulative(clock, shape, SCALE, -tenure, TABLE) == 0.0


@pytest.mark.parametrize("ratio", [0.01, 0.3, 0.999, 1.0, 1.7, 3.0, 250.0])
def test_multipliers_are_exact_where_a_state_is_at_an_end(ratio: float) -> None:
    assert raised(ratio, 0.0) == 1.0
    assert raised(ratio, 1.0) == ratio
    assert raised(1.0, ratio) == 1.0


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.floats(0.01, 100.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_multipliers_are_powers(ratio: float, one: float, two: float) -> None:
    """Against roots and products: x^(1/2) is the square root, x^a x^b = x^(a + b), (1/x)^a = 1 / x^a."""
    assert raised(ratio, 0.5) == pytest.approx(math.sqrt(ratio), rel=1e-14)
    assert raised(ratio, one) * raised(ratio, two) == pytest.approx(raised(ratio, one + two), rel=1e-13)
    assert raised(1.0 / ratio, one) == pytest.approx(1.0 / raised(ratio, one), rel=1e-13)
    low, high = sorted((1.0, ratio))
    assert low * (1.0 - 1e-15) <= raised(ratio, one) <= high * (1.0 + 1e-15)


def test_multipliers_out_of_range() -> None:
    assert raised(10.0, 400.0) == math.inf
    assert raised(10.0, -400.0) == 0.0
