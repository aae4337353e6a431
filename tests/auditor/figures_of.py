"""Means, shares, quantiles and spreads of whole numbers, exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from auditor.amounts import WEEK

Number = Fraction | float | None
"""None where it is undefined."""


def ratio(part: int, whole: int) -> Fraction | None:
    """part / whole, None where the whole is 0."""
    return Fraction(part, whole) if whole else None


def mean_weeks(minutes: Sequence[int]) -> Fraction | None:
    """The mean of minutes, in weeks."""
    return ratio(sum(minutes), len(minutes) * WEEK)


def quantile(numbers: Sequence[int], share: Fraction, unit: int) -> Fraction | None:
    """Linear interpolation between order statistics at (n - 1) share, in units of so many."""
    if not numbers:
        return None
    ordered, place = sorted(numbers), (len(numbers) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return (ordered[below] + (place - below) * (ordered[above] - ordered[below])) / unit


def spread(numbers: Sequence[int]) -> float | None:
    """The standard deviation of a sample; None of fewer than two."""
    if len(numbers) < 2:
        return None
    mean = Fraction(sum(numbers), len(numbers))
    return math.sqrt(sum(((each - mean) ** 2 for each in numbers), Fraction(0)) / (len(numbers) - 1))
