"""The beta quantile on [0, 1], for every pair of shapes.

Both shapes at least `LARGE`: Temme's expansion. One of them at least `NEARLY_GAMMA`: minus the logarithm of the
distance from the far end is nearly a gamma variable. Else a fixed number of Halley steps on the logarithm of one tail
as a function of y = log(x / (1 - x)), which is concave. Either tail is the continued fraction of DLMF 8.17.22 with a
fixed number of terms, used only where it converges fast: the lower below x = (a + 1) / (a + b + 2), the upper above.
Log-gamma enters only `_setup`, once for each pair.
"""

from __future__ import annotations

import math
from functools import lru_cache

from cascadesim.model.asymptotic import LARGE, deviation
from cascadesim.model.gamma import gamma_quantile
from cascadesim.model.normal import normal_quantile

STEPS = 3
"""Two leave 1e-4, three less than rounding."""

NEARLY_GAMMA = 1e4


def _log1p(x: float) -> float:
    """log(1 + x) to full precision for x > -1: the rounding of 1 + x cancels (W. Kahan)."""
    near = 1.0 + x
    return x if near == 1.0 else math.log(near) * x / (near - 1.0)


def _less_exp(t: float) -> float:
    """1 - exp(-t) to full precision for t >= 0, likewise."""
    rest = math.exp(-t)
    if rest == 1.0:
        return t
    return (1.0 - rest) * t / -math.log(rest) if rest > 0.5 else 1.0 - rest


def _fraction(a: float, b: float, x: float, terms: int) -> float:
    """F with I_x(a, b) = x^a (1 - x)^b / (a B(a, b) F)."""
    fraction = 1.0
    for m in range(terms, 0, -1):
        j, k = m - 1, 2 * m
        fraction = 1.0 + m * (b - m) * x / ((a + (k - 1)) * (a + k)) / fraction
        fraction = 1.0 - (a + j) * (a + b + j) * x / ((a + (k - 2)) * (a + (k - 1))) / fraction
    return fraction


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
    below = math.exp(log_front) / (a * _fraction(a, b, split, terms))
    return log_beta, math.log((a + 1.0) / (b + 1.0)), below, terms, terms_above


def _nearly_gamma(a: float, b: float, u: float) -> float:
    """The t = -log(1 - x) at which I_x(a, b) = u, for b much larger than a.

    Its density is proportional to t^(a - 1) e^(-v t) (1 + (a - 1) t^2 / 24 + ...) with v = b + (a - 1) / 2: a gamma
    density with a correction, which shifts the quantile by the last factor. The rest is of order (a / b)^4.
    """
    v = b + (a - 1.0) / 2.0
    t = gamma_quantile(a, u)
    return t / v * (1.0 + (a - 1.0) * (t + a + 1.0) / (24.0 * v * v))


def _log_odds(t: float) -> float:
    """log(e^t - 1): y, when -log(1 - x) = t."""
    return t + math.log(_less_exp(t)) if t > 0.0 else -math.inf


def _start(a: float, b: float, u: float, log_beta: float) -> float:
    """Roughly y: nearly gamma where one shape is large, normal where both are above 1, else the power series' start."""
    first = (math.log(u) + math.log(a) + log_beta) / a
    if b > 5.0 and b > 4.0 * a:
        return max(first, _log_odds(_nearly_gamma(a, b, u)))
    if a > 5.0 and a > 4.0 * b:
        return -_log_odds(_nearly_gamma(b, a, 1.0 - u))
    if a <= 1.0 or b <= 1.0:
        return first
    return max(first, math.log(a / b) + normal_quantile(u) * math.sqrt(1.0 / a + 1.0 / b))


def _lower_tail(a: float, b: float, u: float, log_beta: float, split: float, terms: int) -> float:
    """The y at which I = u, for a u whose y is at most `split`."""
    y = min(split, _start(a, b, u, log_beta))
    goal = math.log(u) + math.log(a) + log_beta
    for _ in range(STEPS):
        odds = math.exp(y)
        x = odds / (1.0 + odds)
        log_rest = -_log1p(odds)
        fraction = _fraction(a, b, x, terms)
        slope = a * fraction
        newton = (a * (y + log_rest) + b * log_rest - math.log(fraction) - goal) / slope
        y -= newton / (1.0 - 0.5 * min(1.0, max(-1.0, newton * (a - (a + b) * x - slope))))
    return y


def _ends(y: float) -> tuple[float, float]:
    """(x, 1 - x) of y = log(x / (1 - x))."""
    odds = math.exp(-abs(y))
    large, small = 1.0 / (1.0 + odds), odds / (1.0 + odds)
    return (large, small) if y >= 0.0 else (small, large)


def beta_quantile(a: float, b: float, u: float) -> float:
    """The x with I_x(a, b) = u, for a, b > 0 and 0 < u < 1; 0 or 1 where no float lies between."""
    if a >= LARGE and b >= LARGE:
        p, q = a / (a + b), b / (a + b)
        return p * (1.0 + q * deviation(p * q, q - p, a * b / (a + b), u))
    if b >= NEARLY_GAMMA:
        return _less_exp(_nearly_gamma(a, b, u))
    if a >= NEARLY_GAMMA:
        return math.exp(-_nearly_gamma(b, a, 1.0 - u))
    log_beta, split, below, terms, terms_above = _setup(a, b)
    if u <= below:
        return _ends(_lower_tail(a, b, u, log_beta, split, terms))[0]
    return _ends(_lower_tail(b, a, 1.0 - u, log_beta, -split, terms_above))[1]
