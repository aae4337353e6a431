"""Quantiles of gamma and beta variables with large parameters, without iteration.

N. M. Temme, "Asymptotic inversion of incomplete gamma functions", Mathematics of Computation 58 (1992), 755-764, and
"Asymptotic inversion of the incomplete beta function", Journal of Computational and Applied Mathematics 41 (1992),
145-157. Both are one problem. With p = a / (a + b) and m = a b / (a + b), a beta variable is x = p + p (1 - p) w(s),

    w dw = (1 + (1 - 2 p) w - p (1 - p) w^2) s ds,  w = s + ...,

and its density in s is proportional to f(s) exp(-m s^2 / 2), f = s / w. A standard normal z is thereby carried to
s = s0 + c1 / m + c2 / m^2 + ..., s0 = z / sqrt(m), where every c is a power series in s0. They follow in turn from

    log f(s) + log(ds / ds0) = log C + m (s^2 - s0^2) / 2,  C = G(a) G(b) / G(a + b),

G the factor of Stirling's formula. A gamma variable of shape a is a (1 + w) with p = 0 and m = a.
"""

from __future__ import annotations

import math
from functools import lru_cache

from cascadesim.model.normal import normal_quantile

Series = list[float]
"""Coefficients of a power series, the constant first."""

ORDER = 28
"""Terms kept of every series; enough for |s| below 1.7, which both parameters at least `LARGE` ensure."""

LARGE = 50.0
"""From here on the relative error is below 1e-10, and falls with the fifth power of the parameter."""


def _product(left: Series, right: Series) -> Series:
    return [math.fsum(left[i] * right[n - i] for i in range(n + 1)) for n in range(ORDER)]


def _derivative(series: Series) -> Series:
    return [(n + 1) * series[n + 1] for n in range(ORDER - 1)] + [0.0]


def _logarithm(series: Series) -> Series:
    """Of a series that begins with 1."""
    result = [0.0] * ORDER
    for n in range(1, ORDER):
        result[n] = series[n] - math.fsum(k * result[k] * series[n - k] for k in range(1, n)) / n
    return result


def _divided(series: Series, constant: float) -> Series:
    """(series + constant) / s, given that this has no pole."""
    return [*series[1:], 0.0] if abs(series[0] + constant) < 1e-9 else [math.nan] * ORDER
