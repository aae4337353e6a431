"""Inverse distribution functions as scalar functions over `math` (R11.3): one uniform makes one draw.

Each takes `numbers` as `scenario/distributions.py` gives them and u in (0, 1), never decreases in u (gamma, beta and
lognormal up to rounding, a relative 1e-11), and stays finite and within the support. 1 - u is exact for the u of
`draws.uniform`, so `-log(1 - u)` loses nothing in either tail.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cascadesim.model.beta import beta_numbers, beta_quantile
from cascadesim.model.gamma import gamma_numbers, gamma_quantile
from cascadesim.model.normal import normal_quantile


@dataclass(frozen=True, slots=True)
class Draw:
    """A distribution ready to draw from with `quantile(name, numbers, u)`, in `unit`s of the caller."""

    name: str
    numbers: tuple[float, ...]


_LOG_MAX = 700.0
"""`exp` and `pow` overflow just above exp(709)."""


def _constant(numbers: Sequence[float], u: float) -> float:  # noqa: ARG001 - every row of the table takes u
    """(value)."""
    return numbers[0]


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


def exponential(numbers: Sequence[float], u: float) -> float:
    """(mean)."""
    return -numbers[0] * math.log(1.0 - u)


def weibull(numbers: Sequence[float], u: float) -> float:
    """(shape, scale): scale * (-log(1 - u))^(1 / shape)."""
    shape, scale = numbers[0], numbers[1]
    return scale * math.exp(min(math.log(-math.log(1.0 - u)) / shape, _LOG_MAX))


def _gamma(numbers: Sequence[float], u: float) -> float:
    """(shape, scale)."""
    shape, scale = numbers
    return scale * gamma_quantile(shape, u)


def lognormal(numbers: Sequence[float], u: float) -> float:
    """(mean, sd) of the logarithm."""
    mu, sigma = numbers[0], numbers[1]
    return math.exp(min(mu + sigma * normal_quantile(u), _LOG_MAX))


def _beta(numbers: Sequence[float], u: float) -> float:
    """(a, b, low, width)."""
    a, b, low, width = numbers
    return low + width * beta_quantile(a, b, u)


def empirical(numbers: Sequence[float], u: float) -> float:
    """The values, ascending; each equally likely."""
    return numbers[min(int(u * len(numbers)), len(numbers) - 1)]


def discrete(numbers: Sequence[float], u: float) -> float:
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


QUANTILES: dict[str, Callable[[Sequence[float], float], float]] = {
    "constant": _constant,
    "uniform": uniform_between,
    "triangular": triangular,
    "exponential": exponential,
    "weibull": weibull,
    "gamma": _gamma,
    "lognormal": lognormal,
    "beta": _beta,
    "empirical": empirical,
    "discrete": discrete,
}

CODES = {name: code for code, name in enumerate(QUANTILES)}
"""Distributions as numbers, for the compiled engine."""


def draw_numbers(name: str, numbers: Sequence[float]) -> tuple[float, ...]:
    """The numbers of a distribution, and after them what is worked out once for it."""
    if name == "gamma":
        return (*numbers, *gamma_numbers(numbers[0]))
    if name == "beta":
        return (*numbers, *beta_numbers(numbers[0], numbers[1]))
    return tuple(numbers)


def quantile(name: str, numbers: Sequence[float], u: float) -> float:
    """The value that a draw of distribution `name` has with the uniform `u`; an unknown name is a `KeyError`."""
    if name == "exponential":  # the commonest by far: spares a call
        return -numbers[0] * math.log(1.0 - u)
    return QUANTILES[name](numbers, u)
