"""Inverse distribution functions as scalar functions over `math` (R11.3): one uniform makes one draw.

Each takes the `numbers` of a `Draw`, as `scenario/distributions.py` makes it, and u in (0, 1), and stays finite and
within the support. None decreases in u, up to rounding where `exp` is used and up to a relative 1e-11 in a table. 1 - u
is exact for the u of `rng.uniform`, so `-log(1 - u)` loses nothing in either tail.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Family(IntEnum):
    """How a draw is made. What has no closed form of its own here is `TABULATED` (`scenario/distributions.py`)."""

    CONSTANT = 0
    UNIFORM = 1
    TRIANGULAR = 2
    EXPONENTIAL = 3
    WEIBULL = 4
    LOGNORMAL = 5
    EMPIRICAL = 6
    DISCRETE = 7
    TABULATED = 8


@dataclass(frozen=True, slots=True)
class Draw:
    """A distribution ready to draw from with `quantile(family, numbers, u)`, in the unit of its table."""

    family: Family
    numbers: tuple[float, ...]


_CONSTANT, _UNIFORM, _TRIANGULAR, _EXPONENTIAL, _WEIBULL, _LOGNORMAL, _EMPIRICAL, _DISCRETE, _TABULATED = map(
    int, Family
)

LOG_MAX = 700.0
"""`exp` and `pow` overflow just above exp(709)."""

TERMS = 8
"""Coefficients of the polynomial in each cell of a table."""

# fmt: off
# Of the normal quantile, from the highest power down: for the middle (over), for the sides, for the tails.
_A = (
    2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
    1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
)
_B = (
    5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
)
_C = (
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
    3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
)
_D = (
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
    6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0,
)
_E = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
    2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
)
_F = (
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
    1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0,
)
# fmt: on


def rational(above: tuple[float, ...], below: tuple[float, ...], r: float) -> float:
    a0, a1, a2, a3, a4, a5, a6, a7 = above
    b0, b1, b2, b3, b4, b5, b6, b7 = below
    numerator = ((((((a0 * r + a1) * r + a2) * r + a3) * r + a4) * r + a5) * r + a6) * r + a7
    return numerator / (((((((b0 * r + b1) * r + b2) * r + b3) * r + b4) * r + b5) * r + b6) * r + b7)


def normal_quantile(u: float) -> float:
    """The standard normal z with P(Z <= z) = u, for 0 < u < 1, to a relative 1e-16.

    M. J. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988), 477-484: rational functions in three ranges.
    """
    q = u - 0.5
    if -0.425 <= q <= 0.425:
        return q * rational(_A, _B, 0.180625 - q * q)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    z = rational(_C, _D, r - 1.6) if r <= 5.0 else rational(_E, _F, r - 5.0)
    return -z if q < 0.0 else z


def uniform_between(numbers: Sequence[float], u: float) -> float:
    """(low, high)."""
    low, high = numbers[0], numbers[1]
    return min(high, low + (high - low) * u)


def triangular(numbers: Sequence[float], u: float) -> float:
    """(low, mode, high)."""
    low, mode, high = numbers[0], numbers[1], numbers[2]
    width = high - low
    if u * width <= mode - low:
        return min(mode, low + math.sqrt(u * width * (mode - low)))
    return max(mode, high - math.sqrt((1.0 - u) * width * (high - mode)))


def weibull(numbers: Sequence[float], u: float) -> float:
    """(shape, scale): scale * (-log(1 - u))^(1 / shape)."""
    shape, scale = numbers[0], numbers[1]
    return scale * math.exp(min(math.log(-math.log(1.0 - u)) / shape, LOG_MAX))


def lognormal(numbers: Sequence[float], u: float) -> float:
    """(mean, sd) of the logarithm."""
    mu, sigma = numbers[0], numbers[1]
    return math.exp(min(mu + sigma * normal_quantile(u), LOG_MAX))


def empirical(numbers: Sequence[float], u: float) -> float:
    """The values, ascending; each equally likely."""
    return numbers[min(int(u * len(numbers)), len(numbers) - 1)]


def discrete(numbers: Sequence[float], u: float) -> float:
    """The values, ascending, then their probabilities in the same order."""
    count = len(numbers) // 2
    below, last = 0.0, numbers[0]
    for index in range(count):
        probability = numbers[count + index]
        if probability > 0.0:
            last = numbers[index]
            below += probability
            if u < below:
                return last
    return last  # the probabilities sum to a little less than 1


def tabulated(numbers: Sequence[float], u: float) -> float:
    """(1 on an interval else 0, low, width or scale, number of cells), the cells' first normal scores, the cells.

    A cell is (middle, 1 / half width, coefficients from the highest power down) of a polynomial in the normal score:
    the logarithm of the value, or on an interval its log odds.
    """
    z = normal_quantile(u)
    cells = int(numbers[3])
    cell, end = 0, cells
    while end - cell > 1:
        middle = (cell + end) // 2
        if numbers[4 + middle] <= z:
            cell = middle
        else:
            end = middle
    at = 4 + cells + cell * (TERMS + 2)
    t = (z - numbers[at]) * numbers[at + 1]
    y = 0.0
    for index in range(at + 2, at + 2 + TERMS):
        y = y * t + numbers[index]
    if numbers[0] == 0.0:
        return numbers[1] + numbers[2] * math.exp(min(y, LOG_MAX))
    odds = math.exp(-abs(y))
    return numbers[1] + numbers[2] * ((1.0 if y >= 0.0 else odds) / (1.0 + odds))


def quantile(family: int, numbers: Sequence[float], u: float) -> float:
    """The value that a draw has with the uniform `u`; an unknown family is a `ValueError`."""
    if family == _EXPONENTIAL:  # (mean); the commonest by far
        return -numbers[0] * math.log(1.0 - u)
    if family == _TABULATED:
        return tabulated(numbers, u)
    if family == _UNIFORM:
        return uniform_between(numbers, u)
    if family == _TRIANGULAR:
        return triangular(numbers, u)
    if family == _WEIBULL:
        return weibull(numbers, u)
    if family == _LOGNORMAL:
        return lognormal(numbers, u)
    if family == _EMPIRICAL:
        return empirical(numbers, u)
    if family == _DISCRETE:
        return discrete(numbers, u)
    if family == _CONSTANT:
        return numbers[0]
    raise ValueError("unknown family of distributions")
