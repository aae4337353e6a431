"""Weeks and hours as whole minutes, rounded once."""

from __future__ import annotations

import math

import pytest

from cascadesim.model.units import FAR_MINUTES, at_minute, rate_nearest, rate_up, to_minutes

WEEK = 10_080


@pytest.mark.parametrize(
    ("weeks", "minutes"),
    [
        *((1, WEEK), (0, 1), (1e-9, 1), (1.5 / WEEK, 2), (2.5 / WEEK, 3), (2.4999 / WEEK, 2), (1e300, FAR_MINUTES)),
        (3.829017857142857, 38_597),  # a decimal for 38,596.5 minutes, and a little less than them
        (3.829, 38_596),
    ],
)
def test_to_minutes(weeks: float, minutes: int) -> None:
    assert to_minutes(weeks) == minutes
    assert to_minutes(math.inf) == FAR_MINUTES and at_minute(0) == 0


@pytest.mark.parametrize(
    ("hours", "minutes"), [(1, 60), (0.1 + 0.2, 18), (1.0000001, 61), (0, 0), (2 / 3, 40), (0.7 * 3, 126)]
)
def test_rate_up(hours: float, minutes: int) -> None:
    assert rate_up(hours) == minutes


@pytest.mark.parametrize(
    ("hours", "weeks", "minutes"),
    [(2, 1, 120), (1.5, 2, 45), (1, 7, 9), (0.025, 1, 2), (0.125, 3, 3), (1, 3, 20), (2.05, 0.4, 308)],
)
def test_rate_nearest(hours: float, weeks: float, minutes: int) -> None:
    assert rate_nearest(hours, weeks) == minutes
