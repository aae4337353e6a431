"""Competence, states of the organisation and strain: exact fractions, steps one by one, decay in tiny ones, bounds."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cascadesim.model.dynamics import (
    after_course,
    after_refresher,
    after_session,
    approached,
    decayed,
    decayed_level,
    lifted,
    strain_after,
    strain_target,
)

SHARE = st.floats(0.0, 1.0)
MINUTES = st.floats(0.0, 1e7)
HALF_LIFE = st.floats(1.0, 1e7)
examples = settings(derandomize=True, deadline=None, max_examples=300)


@pytest.mark.parametrize(
    ("course_level", "dilution", "trainers", "noise", "competence"),
    [
        (0.75, 0.0, 0.125, 0.0, 0.75),  # without dilution the trainers do not matter
        (0.75, 0.5, 1.0, 0.0, 0.75),  # nor does dilution under perfect trainers
        (0.75, 0.5, 0.5, 0.0, 0.5625),  # 3/4 x (1 - 1/2 x 1/2)
        (0.75, 1.0, 0.5, 0.125, 0.5),  # 3/4 x 1/2 + 1/8
        (0.75, 1.0, 0.0, 0.0, 0.25),  # nothing is taught: the baseline
        (0.75, 0.0, 1.0, -9.0, 0.25),
        (0.75, 0.0, 1.0, 9.0, 0.875),  # the ceiling
    ],
)
def test_courses_worked_by_hand(
    course_level: float, dilution: float, trainers: float, noise: float, competence: float
) -> None:
    """Baseline 1/4, ceiling 7/8; all in eighths and sixteenths, so exact."""
    assert after_course(course_level, dilution, trainers, noise, 0.25, 0.875) == competence


@examples
@given(SHARE, SHARE, SHARE, SHARE, st.floats(-1.0, 1.0))
def test_better_trainers_never_make_a_worse_course(
    level: float, dilution: float, worse: float, more: float, noise: float
) -> None:
    better = min(1.0, worse + more)
    low, high = (after_course(level, dilution, trainers, noise, 0.1, 0.9) for trainers in (worse, better))
    assert 0.1 <= low <= high <= 0.9


def test_dilution_loses_a_little_at_every_tier() -> None:
    """Three courses in turn, in fractions: level 4/5, dilution 3/10, perfect first trainers."""
    exact, found = Fraction(1), 1.0
    for _ in range(3):
        exact = Fraction(4, 5) * (1 - Fraction(3, 10) * (1 - exact))
        found = after_course(0.8, 0.3, found, 0.0, 0.0, 1.0)
    assert found == pytest.approx(float(exact), rel=1e-15)


@examples
@given(SHARE, SHARE, SHARE, SHARE, st.integers(1, 60))
def test_sessions_close_the_distance_to_the_ceiling_geometrically(
    start: float, gain: float, attendance: float, ceiling: float, sessions: int
) -> None:
    found = start
    for _ in range(sessions):
        before, found = found, after_session(found, gain, attendance, ceiling)
        assert before <= found <= max(start, ceiling)
    expected = ceiling - (ceiling - start) * (1.0 - gain * attendance) ** sessions if start < ceiling else start
    assert found == pytest.approx(expected, abs=1e-13)


def test_sessions_and_refreshers_worked_by_hand() -> None:
    assert after_session(0.25, 0.5, 0.5, 0.75) == 0.375
    assert after_session(0.25, 0.0, 1.0, 0.75) == 0.25
    assert after_session(0.25, 0.5, 0.0, 0.75) == 0.25
    assert after_session(0.25, 1.0, 1.0, 0.75) == 0.75
    assert 0.31 + (0.991 - 0.31) > 0.991  # rounding may not lift above the ceiling
    assert after_session(0.31, 1.0, 1.0, 0.991) == 0.991
    assert after_session(0.875, 0.5, 1.0, 0.75) == 0.875  # above the ceiling: stays
    assert after_refresher(0.25, 0.5, 0.75) == 0.5
    assert after_refresher(0.875, 0.5, 0.75) == 0.875


@examples
@given(SHARE, SHARE, SHARE)
def test_a_refresher_lies_between_where_it_began_and_the_ceiling(start: float, gain: float, ceiling: float) -> None:
    assert start <= after_refresher(start, gain, ceiling) <= max(start, ceiling)


@pytest.mark.parametrize("half_lives", [1, 2, 3, 10])
def test_the_gain_halves_every_half_life(half_lives: int) -> None:
    exact = Fraction(1, 5) + Fraction(3, 5) / 2**half_lives
    assert decayed(0.8, 0.2, 40_000.0, 40_000.0 * half_lives) == pytest.approx(float(exact), rel=1e-15)


@pytest.mark.parametrize("half_life", [300.0, 20_160.0])
def test_decay_is_the_limit_of_tiny_steps(half_life: float) -> None:
    """Each of 200,000 steps over 10,080 minutes loses ln 2 / half-life of the gain a minute, by the midpoint rule."""
    steps = 200_000
    rate = math.log(2.0) / half_life * (10_080.0 / steps)
    gain = 0.6
    for _ in range(steps):
        gain -= rate * (gain - 0.5 * rate * gain)
    assert decayed(0.8, 0.2, half_life, 10_080.0) == pytest.approx(0.2 + gain, abs=1e-8)


@examples
@given(SHARE, SHARE, HALF_LIFE, MINUTES, MINUTES)
def test_two_spells_of_decay_are_one(start: float, baseline: float, half_life: float, one: float, two: float) -> None:
    halfway = decayed(start, baseline, half_life, one)
    end = decayed(halfway, baseline, half_life, two)
    assert end == pytest.approx(decayed(start, baseline, half_life, one + two), abs=1e-12)
    assert min(start, baseline) <= end <= halfway <= start


def test_what_does_not_decay_keeps_every_digit() -> None:
    assert decayed(0.7, 0.3, 0.0, 1e6) == 0.7  # no half-life
    assert 0.41 + (0.93 - 0.41) != 0.93
    assert decayed(0.93, 0.41, 1e4, 0.0) == 0.93  # no time
    assert decayed(0.1, 0.3, 1e4, 1e6) == 0.1  # below the baseline
    assert decayed(0.3, 0.3, 1e4, 1e6) == 0.3
    assert decayed(0.7, 0.3, 1e-300, 1e300) == 0.3  # all gone, without overflow


@examples
@given(SHARE, SHARE, HALF_LIFE, MINUTES)
def test_an_approach_is_the_same_seen_from_above_and_from_below(
    level: float, rest: float, half_life: float, minutes: float
) -> None:
    found = approached(level, rest, half_life, minutes)
    assert min(level, rest) <= found <= max(level, rest)
    assert approached(1.0 - level, 1.0 - rest, half_life, minutes) == pytest.approx(1.0 - found, abs=1e-15)


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
