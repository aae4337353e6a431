"""First version."""

from __future__ import annotations

import math
from functools import lru_cache

from cascadesim.model.normal import normal_quantile


@lru_cache(maxsize=1024)
def _lgamma(x: float) -> float:
    return math.lgamma(x)


def gamma_quantile(shape: float, u: float) -> float:
    a = shape
    z = normal_quantile(u)
    wh = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * math.sqrt(a))
    low = (math.log(u) + _lgamma(a + 1.0)) / a
    if a > 200.0:
        return a * wh * wh * wh
    y = low
    if wh > 0.3:
        y = max(y, math.log(a * wh * wh * wh))
    tail = u > 0.999
    n = 40 + int(12 * math.sqrt(a)) + int(a)
    if tail and a < 1:
        q = 1.0 - u
        y = math.log(max(-math.log(q) - _lgamma(a), 1.0))
    for _ in range(6):
        if y < -700.0:
            return 0.0
        x = math.exp(y)
        if not tail:
            s = 1.0
            for k in range(n, 0, -1):
                s = 1.0 + s * x / (a + k)
            log_p = a * y - x - _lgamma(a + 1.0) + math.log(s)
            w = a / s
            newton = (log_p - math.log(u)) / w
            y -= newton / max(0.5, 1.0 - newton * (a - x - w) / 2.0)
        else:
            t = x + 2.0 * n + 1.0 - a
            for k in range(n, 0, -1):
                t = x + 2.0 * k - 1.0 - a - k * (k - a) / t
            log_q = a * y - x - _lgamma(a) - math.log(t)
            w = t
            newton = -(log_q - math.log(1.0 - u)) / w
            y -= newton / max(0.5, 1.0 - newton * (a - x + w) / 2.0)
    return math.exp(y)


def _log_lower(a: float, b: float, y: float, n: int) -> tuple[float, float]:
    """log I_x(a, b) and its derivative in y = log(x / (1 - x))."""
    e = math.exp(-abs(y))
    x, c = (1.0 / (1.0 + e), e / (1.0 + e)) if y >= 0.0 else (e / (1.0 + e), 1.0 / (1.0 + e))
    log_x = -math.log(1.0 + e) if y >= 0.0 else y - math.log(1.0 + e)
    log_c = log_x - y
    front = a * log_x + b * log_c - (_lgamma(a) + _lgamma(b) - _lgamma(a + b))
    if x * (a + b + 2.0) < a + 1.0:
        log_p = front + math.log(_fraction(a, b, x, n) / a)
        return log_p, math.exp(front - log_p)
    other = math.exp(front) * _fraction(b, a, c, n) / b
    p = max(1.0 - other, 1e-300)
    return math.log(p), math.exp(front) / p


def _fraction(a: float, b: float, x: float, n: int) -> float:
    t = 1.0
    for m in range(n, 0, -1):
        t = 1.0 + m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m)) / t
        j = m - 1
        t = 1.0 - (a + j) * (a + b + j) * x / ((a + 2 * j) * (a + 2 * j + 1.0)) / t
    return 1.0 / t


def beta_quantile(a: float, b: float, u: float) -> float:
    if u > 0.5:
        return 1.0 - _lower_beta(b, a, 1.0 - u)[0] if False else _lower_beta(b, a, 1.0 - u)[1]
    return _lower_beta(a, b, u)[0]


def _lower_beta(a: float, b: float, u: float) -> tuple[float, float]:
    n = 40 + int(3 * math.sqrt(min(a + b, 1e6)))
    y = min((math.log(u * a) + _lgamma(a) + _lgamma(b) - _lgamma(a + b)) / a, math.log(a / b))
    if a > 1.0 and b > 1.0:
        y = math.log(a / b) + normal_quantile(u) * math.sqrt(1.0 / a + 1.0 / b)
    for _ in range(8):
        if y < -700.0:
            return 0.0, 1.0
        log_p, w = _log_lower(a, b, y, n)
        y -= max(-20.0, min(20.0, (log_p - math.log(u)) / w))
    e = math.exp(-abs(y))
    return (1.0 / (1.0 + e), e / (1.0 + e)) if y >= 0.0 else (e / (1.0 + e), 1.0 / (1.0 + e))
