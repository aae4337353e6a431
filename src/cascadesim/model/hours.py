"""Whole minutes a week out of shares of them (R1.4, R2.4)."""

from __future__ import annotations

import math

from cascadesim.model.codes import WEEK_MINUTES
from cascadesim.model.minutes import HOUR_MINUTES, rate_up

_NOISE = 1e-6  # floats such as 2400 * 1.1 fall a hair short of the whole number that they mean


def limit(available: int, overtime_fraction: float) -> int:
    """The most that may be committed to courses and supervision (R2.4), in minutes a week."""
    return math.floor(available * (1.0 + overtime_fraction) + _NOISE)


def offered(hours_per_week: float) -> int:
    """Minutes a week that somebody with these hours has, rounded up once; never more than there are (R1.4)."""
    return WEEK_MINUTES if hours_per_week * HOUR_MINUTES >= WEEK_MINUTES else rate_up(hours_per_week)


def scaled(available: int, factor: float) -> int:
    """Minutes a week after a change of hours, rounded up once; never more than there are (R1.4)."""
    return min(WEEK_MINUTES, math.ceil(available * factor - _NOISE))


def whole_minutes_lost(minutes: float) -> int:
    """Minutes a week lost to low states of the organisation, rounded up once (R7.3)."""
    return math.ceil(minutes - _NOISE) if minutes > 0.0 else 0
