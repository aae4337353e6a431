"""Weeks and hours as whole minutes. The one place where a real duration or a rate is rounded."""

from __future__ import annotations

import math

WEEK_MINUTES = 10_080
HOUR_MINUTES = 60
YEAR_WEEKS = 52

FAR_MINUTES = 1 << 62
"""Later than any horizon: what a duration too long for the clock becomes."""

_FAR_WEEKS = FAR_MINUTES / WEEK_MINUTES
_FLOAT_NOISE = 1e-6
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


def rate_up(hours_per_week: float) -> int:
    """Minutes a week, rounded up once; a millionth of a minute is taken off first for float noise (R1.4)."""
    return math.ceil(hours_per_week * HOUR_MINUTES - _FLOAT_NOISE)


def rate_nearest(hours: float, interval_weeks: float) -> int:
    """Minutes a week of `hours` every `interval_weeks`: nearest, half up (R4.1)."""
    return math.floor(hours * HOUR_MINUTES / interval_weeks + _HALF_UP)


def hours_nearest(hours: float) -> int:
    """Hours of one session or screening as minutes: nearest, half up."""
    return math.floor(hours * HOUR_MINUTES + _HALF_UP)
