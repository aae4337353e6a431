"""Whole minutes a week out of shares of them (R1.4, R2.4)."""

from __future__ import annotations

import math

_NOISE = 1e-6  # floats such as 2400 * 1.1 fall a hair short of the whole number that they mean


def limit(available: int, overtime_fraction: float) -> int:
    """The most that may be committed to courses and supervision (R2.4), in minutes a week."""
    return math.floor(available * (1.0 + overtime_fraction) + _NOISE)


def scaled(available: int, factor: float) -> int:
    """Minutes a week after a change of hours, rounded up once (R1.4)."""
    return math.ceil(available * factor - _NOISE)


def whole_minutes_lost(minutes: float) -> int:
    """Minutes a week lost to low states of the organisation, rounded up once (R7.3)."""
    return math.ceil(minutes - _NOISE) if minutes > 0.0 else 0
