"""Inverse distribution functions as scalar functions over `math` (R11.3): one uniform makes one draw.

Each takes `numbers` as `scenario/distributions.py` gives them and u in (0, 1), never decreases in u (gamma, beta and
lognormal up to rounding, a relative 1e-11), and stays finite and within the support. 1 - u is exact for the u of
`draws.uniform`, so `-log(1 - u)` loses nothing in either tail.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from cascadesim.model.beta import beta_quantile
from cascadesim.model.gamma import gamma_quantile
from cascadesim.model.normal import normal_quantile

_LOG_MAX = 700.0
"""`exp` and `pow` overflow just above exp(709)."""


def _constant(numbers: tuple[float, ...], u: float) -> float:  # noqa: ARG001 - every row of the table takes u
    """(value)."""
    return numbers[0]


def _uniform(numbers: tuple[float, ...], u: float) -> float:
    """(low, high)."""
    low, high = numbers
    return min(high, low + (high - low) * u)


def _triangular(numbers: tuple[float, ...], u: float) -> float:
    """(low, mode, high)."""
    low, mode, high = numbers
    width = high - low
    if u * width <= mode - low:
        return min(mode, low + math.sqrt(u * width * (mode - low)))
    return max(mode, high - math.sqrt((1.0 - u) * width * (high - mode)))


def _exponential(numbers: tuple[float, ...], u: float) -> float:
    """(mean)."""
    return -numbers[0] * math.log(1.0 - u)


def _weibull(numbers: tuple[float, ...], u: float) -> float:
    """(shape, scale): scale * (-log(1 - u))^(1 / shape)."""
    shape, scale = numbers
    return scale * math.exp(min(math.log(-math.log(1.0 - u)) / shape, _LOG_MAX))


def _gamma(numbers: tuple[float, ...], u: float) -> float:
    """(shape, scale)."""
    shape, scale = numbers
    return scale * gamma_quantile(shape, u)


def _lognormal(numbers: tuple[float, ...], u: float) -> float:
    """(mean, sd) of the logarithm."""
    mu, sigma = numbers
    return math.exp(min(mu + sigma * normal_quantile(u), _LOG_MAX))


def _beta(numbers: tuple[float, ...], u: float) -> float:
    """(a, b, low, width)."""
    a, b, low, width = numbers
    return low + width * beta_quantile(a, b, u)


def _empirical(numbers: tuple[float, ...], u: float) -> float:
    """The values, ascending; each equally likely."""
    return numbers[min(int(u * len(numbers)), len(numbers) - 1)]


def _discrete(numbers: tuple[float, ...], u: float) -> float:
    """The values, ascending, then their probabilities in the same order."""
    count = len(numbers) // 2
    below, last = 0.0, numbers[0]
    for place in range(count):
        probability = numbers[count + place]
        if probability > 0.0:
            last = numbers[place]
            below += probability
            if u < below:
                return last
    return last  # the probabilities sum to a little less than 1


QUANTILES: dict[str, Callable[[tuple[float, ...], float], float]] = {
    "constant": _constant,
    "uniform": _uniform,
    "triangular": _triangular,
    "exponential": _exponential,
    "weibull": _weibull,
    "gamma": _gamma,
    "lognormal": _lognormal,
    "beta": _beta,
    "empirical": _empirical,
    "discrete": _discrete,
}


def quantile(name: str, numbers: tuple[float, ...], u: float) -> float:
    """The value that a draw of distribution `name` has with the uniform `u`; an unknown name is a `KeyError`."""
    if name == "exponential":  # the commonest by far: spares a call
        return -numbers[0] * math.log(1.0 - u)
    return QUANTILES[name](numbers, u)
