"""The gamma quantile of scale 1, for every shape.

From `LARGE` on Temme's expansion. Below it a fixed number of Halley steps on the logarithm of one tail as a function
of log x, which is concave and nearly straight. The lower tail is a power series (DLMF 8.7.1), the upper a continued
fraction (DLMF 8.9.2), each with a fixed number of terms, enough on its side of the split. Log-gamma enters only
`small_gamma_numbers`, once for each shape.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from cascadesim.model.asymptotic import LARGE, deviation_from, expansion_numbers
from cascadesim.model.normal import normal_quantile

STEPS = 3
"""Two leave 1e-5, three less than rounding."""

FRACTION_TERMS = 28


def series_terms(shape: float) -> int:
    return 32 + int(0.75 * shape)


def lower(a: float, x: float) -> float:
    """S with P(a, x) = x^a e^-x S / Gamma(a + 1)."""
    total = 1.0
    for k in range(series_terms(a), 0, -1):
        total = 1.0 + total * x / (a + k)
    return total


def upper(a: float, x: float) -> float:
    """T with Q(a, x) = x^a e^-x / (Gamma(a) T)."""
    fraction = x + 2 * FRACTION_TERMS + 1.0 - a
    for k in range(FRACTION_TERMS, 0, -1):
        fraction = x + (2 * k - 1.0) - a - k * (k - a) / fraction
    return fraction


@lru_cache(maxsize=256)
def small_gamma_numbers(a: float) -> tuple[float, float, float]:
    """(log Gamma(a + 1), the split in log x, P(a, split)). Below x = 4 the fraction would need many more terms."""
    log_gamma = math.lgamma(a + 1.0)
    split = max(a + 1.0, 4.0)
    log_split = math.log(split)
    return log_gamma, log_split, math.exp(a * log_split - split - log_gamma) * lower(a, split)


def start(a: float, u: float, log_gamma: float) -> float:
    """Roughly log x: Wilson and Hilferty's cube; for small shapes the first terms of either tail's series."""
    first = (math.log(u) + log_gamma) / a
    if a < 0.5:
        far = math.log(a / (1.0 - u)) - log_gamma
        return math.log(far - (1.0 - a) * math.log(far)) if far > 1.5 else first
    cube_root = 1.0 - 1.0 / (9.0 * a) + normal_quantile(u) / (3.0 * math.sqrt(a))
    return first if cube_root < 0.3 else max(first, math.log(a * cube_root * cube_root * cube_root))


def gamma_numbers(shape: float) -> tuple[float, ...]:
    """What `gamma_from` reads, made once for a shape."""
    return expansion_numbers(0.0, 1.0, shape) if shape >= LARGE else small_gamma_numbers(shape)


def gamma_quantile(shape: float, u: float) -> float:
    """The x with P(shape, x) = u, for shape > 0 and 0 < u < 1; 0 where x is below the smallest float."""
    return gamma_from(shape, gamma_numbers(shape), 0, u)


def gamma_from(a: float, numbers: Sequence[float], at: int, u: float) -> float:
    """`gamma_quantile` of shape a, by the `gamma_numbers` that begin at place `at` of `numbers`."""
    if a >= LARGE:
        return a * (1.0 + deviation_from(numbers, at, a, u))
    log_gamma, log_split, below = numbers[at], numbers[at + 1], numbers[at + 2]
    y = start(a, u, log_gamma)
    if u <= below:
        y = min(y, log_split)
        goal = math.log(u) + log_gamma
        for _ in range(STEPS):
            x = math.exp(y)
            total = lower(a, x)
            slope = a / total
            newton = (a * y - x + math.log(total) - goal) / slope
            y -= newton / (1.0 - 0.5 * min(1.0, max(-1.0, newton * (a - x - slope))))
    else:
        y = max(y, log_split)
        goal = math.log((1.0 - u) / a) + log_gamma
        for _ in range(STEPS):
            x = math.exp(y)
            slope = upper(a, x)
            newton = (goal - (a * y - x - math.log(slope))) / slope
            y -= newton / (1.0 - 0.5 * min(1.0, max(-1.0, newton * (a - x + slope))))
    return math.exp(y)
