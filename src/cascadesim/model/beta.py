"""The beta quantile on [0, 1], for every pair of shapes.

Both shapes at least `LARGE`: Temme's expansion. One of them at least `NEARLY_GAMMA`: minus the logarithm of the
distance from the far end is nearly a gamma variable. Else a fixed number of Halley steps on the logarithm of one tail
as a function of y = log(x / (1 - x)), which is concave. Either tail is the continued fraction of DLMF 8.17.22 with a
fixed number of terms, used only where it converges fast: the lower below x = (a + 1) / (a + b + 2), the upper above.
Log-gamma enters only `_setup`, once for each pair.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from cascadesim.model.asymptotic import LARGE, deviation_from, expansion_numbers
from cascadesim.model.gamma import gamma_from, gamma_numbers, small_gamma_numbers
from cascadesim.model.normal import normal_quantile

STEPS = 3
"""Two leave 1e-4, three less than rounding."""

NEARLY_GAMMA = 1e4


def log1p(x: float) -> float:
    """log(1 + x) to full precision for x > -1: the rounding of 1 + x cancels (W. Kahan)."""
    near = 1.0 + x
    return x if near == 1.0 else math.log(near) * x / (near - 1.0)


def less_exp(t: float) -> float:
    """1 - exp(-t) to full precision for t >= 0, likewise."""
    rest = math.exp(-t)
    if rest == 1.0:
        return t
    return (1.0 - rest) * t / -math.log(rest) if rest > 0.5 else 1.0 - rest


def fraction(a: float, b: float, x: float, terms: int) -> float:
    """F with I_x(a, b) = x^a (1 - x)^b / (a B(a, b) F)."""
    found = 1.0
    for m in range(terms, 0, -1):
        j, k = m - 1, 2 * m
        found = 1.0 + m * (b - m) * x / ((a + (k - 1)) * (a + k)) / found
        found = 1.0 - (a + j) * (a + b + j) * x / ((a + (k - 2)) * (a + (k - 1))) / found
    return found


def _stirling_rest(x: float) -> float:
    """log Gamma(x) less its leading part (x - 1/2) log x - x + log(2 pi) / 2, for x >= 10 (DLMF 5.11.1)."""
    r = 1.0 / (x * x)
    return (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / x


def _log_beta(a: float, b: float) -> float:
    """log B(a, b), without the cancellation that two large log-gammas would bring."""
    a, b = min(a, b), max(a, b)
    if b < 10.0:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    leading = a - a * math.log(a + b) - (b - 0.5) * math.log1p(a / b)
    return math.lgamma(a) + leading + _stirling_rest(b) - _stirling_rest(a + b)


@lru_cache(maxsize=256)
def _setup(a: float, b: float) -> tuple[float, float, float, int, int]:
    """(log B, the split in y, I at the split, terms of the fraction below, terms above)."""
    log_beta = _log_beta(a, b)
    split = (a + 1.0) / (a + b + 2.0)
    terms, terms_above = 12 + int(5.0 * math.sqrt(a)), 12 + int(5.0 * math.sqrt(b))
    log_front = a * math.log(split) + b * math.log(1.0 - split) - log_beta
    below = math.exp(log_front) / (a * fraction(a, b, split, terms))
    return log_beta, math.log((a + 1.0) / (b + 1.0)), below, terms, terms_above


def nearly_gamma(a: float, b: float, numbers: Sequence[float], at: int, u: float) -> float:
    """The t = -log(1 - x) at which I_x(a, b) = u, for b much larger than a; `gamma_numbers(a)` begin at `at`.

    Its density is proportional to t^(a - 1) e^(-v t) (1 + (a - 1) t^2 / 24 + ...) with v = b + (a - 1) / 2: a gamma
    density with a correction, which shifts the quantile by the last factor. The rest is of order (a / b)^4.
    """
    v = b + (a - 1.0) / 2.0
    t = gamma_from(a, numbers, at, u)
    return t / v * (1.0 + (a - 1.0) * (t + a + 1.0) / (24.0 * v * v))


def log_odds(t: float) -> float:
    """log(e^t - 1): y, when -log(1 - x) = t."""
    return t + math.log(less_exp(t)) if t > 0.0 else -math.inf


def start(a: float, b: float, u: float, log_beta: float, numbers: Sequence[float], at_a: int, at_b: int) -> float:
    """Roughly y: nearly gamma where one shape is large, normal where both are above 1, else the power series' start."""
    first = (math.log(u) + math.log(a) + log_beta) / a
    if b > 5.0 and b > 4.0 * a:
        return max(first, log_odds(nearly_gamma(a, b, numbers, at_a, u)))
    if a > 5.0 and a > 4.0 * b:
        return -log_odds(nearly_gamma(b, a, numbers, at_b, 1.0 - u))
    if a <= 1.0 or b <= 1.0:
        return first
    return max(first, math.log(a / b) + normal_quantile(u) * math.sqrt(1.0 / a + 1.0 / b))


def lower_tail(
    a: float,
    b: float,
    u: float,
    log_beta: float,
    split: float,
    terms: int,
    numbers: Sequence[float],
    at_a: int,
    at_b: int,
) -> float:
    """The y at which I = u, for a u whose y is at most `split`; the gamma numbers of a and b begin at these places."""
    y = min(split, start(a, b, u, log_beta, numbers, at_a, at_b))
    goal = math.log(u) + math.log(a) + log_beta
    for _ in range(STEPS):
        odds = math.exp(y)
        x = odds / (1.0 + odds)
        log_rest = -log1p(odds)
        inner = fraction(a, b, x, terms)
        slope = a * inner
        newton = (a * (y + log_rest) + b * log_rest - math.log(inner) - goal) / slope
        y -= newton / (1.0 - 0.5 * min(1.0, max(-1.0, newton * (a - (a + b) * x - slope))))
    return y


def ends(y: float) -> tuple[float, float]:
    """(x, 1 - x) of y = log(x / (1 - x))."""
    odds = math.exp(-abs(y))
    large, small = 1.0 / (1.0 + odds), odds / (1.0 + odds)
    return (large, small) if y >= 0.0 else (small, large)


@lru_cache(maxsize=256)
def beta_numbers(a: float, b: float) -> tuple[float, ...]:
    """What `beta_from` reads, made once for a pair of shapes."""
    if a >= LARGE and b >= LARGE:
        p, q = a / (a + b), b / (a + b)
        return expansion_numbers(p * q, q - p, a * b / (a + b))
    if b >= NEARLY_GAMMA:
        return gamma_numbers(a)
    if a >= NEARLY_GAMMA:
        return gamma_numbers(b)
    return (*_setup(a, b), *small_gamma_numbers(a), *small_gamma_numbers(b))


def beta_quantile(a: float, b: float, u: float) -> float:
    """The x with I_x(a, b) = u, for a, b > 0 and 0 < u < 1; 0 or 1 where no float lies between."""
    return beta_from(a, b, beta_numbers(a, b), 0, u)


def beta_from(a: float, b: float, numbers: Sequence[float], at: int, u: float) -> float:
    """`beta_quantile`, by the `beta_numbers` that begin at place `at` of `numbers`."""
    if a >= LARGE and b >= LARGE:
        p, q = a / (a + b), b / (a + b)
        return p * (1.0 + q * deviation_from(numbers, at, a * b / (a + b), u))
    if b >= NEARLY_GAMMA:
        return less_exp(nearly_gamma(a, b, numbers, at, u))
    if a >= NEARLY_GAMMA:
        return math.exp(-nearly_gamma(b, a, numbers, at, 1.0 - u))
    log_beta, split, below = numbers[at], numbers[at + 1], numbers[at + 2]
    at_a, at_b = at + 5, at + 8
    if u <= below:
        return ends(lower_tail(a, b, u, log_beta, split, int(numbers[at + 3]), numbers, at_a, at_b))[0]
    return ends(lower_tail(b, a, 1.0 - u, log_beta, -split, int(numbers[at + 4]), numbers, at_b, at_a))[1]
