"""Named states and strain: exact fractions, tiny steps, bounds."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cascadesim.model.dynamics import decayed_level, lifted, strain_after, strain_target

SHARE = st.floats(0.0, 1.0)
MINUTES = st.floats(0.0, 1e7)
HALF_LIFE = st.floats(1.0, 1e7)
examples = settings(derandomize=True, deadline=None, max_examples=300)


@pytest.mark.parametrize("half_lives", [1, 2, 5, 20])
def test_a_level_halves_every_half_life(half_lives: int) -> None:
    exact = Fraction(4, 5) / 2**half_lives
    assert decayed_level(0.8, 30_000.0, 30_000.0 * half_lives) == pytest.approx(float(exact), rel=1e-14)


def test_a_level_without_half_life_or_time_keeps_every_digit() -> None:
    assert decayed_level(0.7, 0.0, 1e9) == 0.7
    assert decayed_level(0.7, 500.0, 0.0) == 0.7
    assert decayed_level(0.7, 1e-300, 1e300) == 0.0


@examples
@given(SHARE, HALF_LIFE, MINUTES, MINUTES)
def test_two_spells_are_one(level: float, half_life: float, one: float, two: float) -> None:
    halfway = decayed_level(level, half_life, one)
    end = decayed_level(halfway, half_life, two)
    assert end == pytest.approx(decayed_level(level, half_life, one + two), abs=1e-12)
    assert 0.0 <= end <= halfway <= level


def test_lifts_worked_by_hand() -> None:
    assert lifted(0.25, 0.5) == 0.625
    assert lifted(0.25, 0.0) == 0.25
    assert lifted(0.25, 1.0) == 1.0
    assert lifted(1.0, 0.5) == 1.0


@examples
@given(SHARE, st.lists(SHARE, max_size=20))
def test_what_is_missing_after_lifts_is_the_product_of_what_each_leaves(level: float, lifts: list[float]) -> None:
    found = level
    for lift in lifts:
        before, found = found, lifted(found, lift)
        assert before <= found <= 1.0
    assert 1.0 - found == pytest.approx((1.0 - level) * math.prod(1.0 - lift for lift in lifts), abs=1e-14)


@pytest.mark.parametrize(
    ("utilisation", "comfort", "overtime", "target"),
    [
        (0.5, 0.75, 0.25, 0.0),
        (0.75, 0.75, 0.25, 0.0),
        (0.875, 0.75, 0.25, 0.25),
        (1.0, 0.75, 0.25, 0.5),
        (1.25, 0.75, 0.25, 1.0),
        (9.0, 0.75, 0.25, 1.0),
        (0.75, 0.5, 0.0, 0.5),
        (1.0, 1.0, 0.0, 0.0),  # comfort reaches up to the limit: a step just above it
        (1.0000001, 1.0, 0.0, 1.0),
        (1.4, 1.5, 0.25, 0.0),  # and beyond it
        (1.6, 1.5, 0.25, 1.0),
    ],
)
def test_targets_worked_by_hand(utilisation: float, comfort: float, overtime: float, target: float) -> None:
    assert strain_target(utilisation, comfort, overtime) == target


@examples
@given(st.floats(0.0, 3.0), st.floats(0.0, 1.0), SHARE, SHARE)
def test_more_load_never_aims_at_less_strain(load: float, more: float, comfort: float, overtime: float) -> None:
    assert 0.0 <= strain_target(load, comfort, overtime) <= strain_target(load + more, comfort, overtime) <= 1.0


def test_strain_rises_and_falls_with_its_own_half_life() -> None:
    assert strain_after(0.25, 0.75, 100.0, 1e9, 100.0) == pytest.approx(0.5, rel=1e-15)
    assert strain_after(0.25, 0.75, 100.0, 1e9, 200.0) == pytest.approx(0.625, rel=1e-15)
    assert strain_after(0.75, 0.25, 1e9, 100.0, 100.0) == pytest.approx(0.5, rel=1e-15)
    assert strain_after(0.75, 0.25, 1e9, 100.0, 200.0) == pytest.approx(0.375, rel=1e-15)


def test_strain_that_does_not_move_keeps_every_digit() -> None:
    assert strain_after(0.3, 0.3, 100.0, 100.0, 1e6) == 0.3
    assert strain_after(0.3, 0.9, 100.0, 100.0, 0.0) == 0.3
    assert strain_after(0.3, 0.9, 0.0, 100.0, 1e6) == 0.3
    assert strain_after(0.9, 0.3, 100.0, 0.0, 1e6) == 0.9


def test_strain_is_the_limit_of_tiny_steps() -> None:
    """A year of weekly reviews with a changing load, against 20 steps an hour that follow the same targets (Euler)."""
    targets = [0.5 + 0.5 * math.sin(week) for week in range(52)]
    up, down = 20_000.0, 60_000.0
    ours = tiny = 0.2
    for target in targets:
        ours = strain_after(ours, target, up, down, 10_080.0)
        step = 3.0
        for _ in range(3_360):
            tiny += step * math.log(2.0) / (up if target > tiny else down) * (target - tiny)
        assert ours == pytest.approx(tiny, abs=1e-4)


@examples
@given(SHARE, SHARE, HALF_LIFE, HALF_LIFE, MINUTES, MINUTES)
def test_two_reviews_with_one_target_are_one(
    strain: float, target: float, up: float, down: float, one: float, two: float
) -> None:
    halfway = strain_after(strain, target, up, down, one)
    end = strain_after(halfway, target, up, down, two)
    assert end == pytest.approx(strain_after(strain, target, up, down, one + two), abs=1e-12)
    assert abs(end - target) <= abs(halfway - target) <= abs(strain - target)
