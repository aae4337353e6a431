"""Weeks and hours as whole minutes, which the clock and the ledger count in. Nothing else rounds a duration or a rate.

A *rate* is a number of minutes a week.
"""

from __future__ import annotations

import math

WEEK_MINUTES = 10_080
HOUR_MINUTES = 60
YEAR_WEEKS = 52

FAR_MINUTES = 1 << 62
"""Later than any horizon: what a duration too long for the clock becomes."""

_FAR_WEEKS = FAR_MINUTES / WEEK_MINUTES
_FLOAT_NOISE = 1e-6  # floats such as 2400 * 1.1 fall a hair short of the whole number that they mean
_HALF_UP = 0.5 + _FLOAT_NOISE


def at_minute(weeks: float) -> int:
    """The minute of a date or of a wait that may be nothing: nearest, half up (R1.3)."""
    if weeks >= _FAR_WEEKS:
        return FAR_MINUTES
    return math.floor(weeks * WEEK_MINUTES + _HALF_UP)


def to_minutes(weeks: float) -> int:
    """A duration in minutes: nearest, half up, at least 1, so that nothing ends at the instant it began (R1.2)."""
    minutes = at_minute(weeks)
    return minutes if minutes > 0 else 1


def hours_nearest(hours: float) -> int:
    """Hours of one session or screening as minutes: nearest, half up."""
    return math.floor(hours * HOUR_MINUTES + _HALF_UP)


def rate_up(hours_per_week: float) -> int:
    """Minutes a week, rounded up once; a millionth of a minute is taken off first for float noise (R1.4)."""
    return math.ceil(hours_per_week * HOUR_MINUTES - _FLOAT_NOISE)


def rate_nearest(hours: float, interval_weeks: float) -> int:
    """Minutes a week of `hours` every `interval_weeks`: nearest, half up (R4.1)."""
    return math.floor(hours * HOUR_MINUTES / interval_weeks + _HALF_UP)


def rate_over(rate: int, mean_minutes: int, minutes: int) -> int:
    """Minutes a week of what `rate` does in an interval of the mean length, where one is so long: rounded up (R8.1)."""
    return -(-rate * mean_minutes // minutes)


def available_rate(hours_per_week: float) -> int:
    """Minutes a week of somebody with these hours, rounded up once; never more than a week has (R1.4)."""
    return WEEK_MINUTES if hours_per_week * HOUR_MINUTES >= WEEK_MINUTES else rate_up(hours_per_week)


def scaled_rate(available: int, factor: float) -> int:
    """Minutes a week after a change of hours, rounded up once; never more than a week has (R1.4)."""
    return min(WEEK_MINUTES, math.ceil(available * factor - _FLOAT_NOISE))


def committed_limit(available: int, overtime_fraction: float) -> int:
    """The most that may be committed to courses and supervision (R2.4), in minutes a week."""
    return math.floor(available * (1.0 + overtime_fraction) + _FLOAT_NOISE)


def whole_minutes_lost(minutes: float) -> int:
    """Minutes a week lost to low states of the organisation, rounded up once (R7.3)."""
    return math.ceil(minutes - _FLOAT_NOISE) if minutes > 0.0 else 0
