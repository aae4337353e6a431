"""Quantiles of gamma and beta variables with large parameters, without iteration.

N. M. Temme, "Asymptotic inversion of incomplete gamma functions", Mathematics of Computation 58 (1992), 755-764, and
"Asymptotic inversion of the incomplete beta function", Journal of Computational and Applied Mathematics 41 (1992),
145-157, in one form. With p = a / (a + b), q = 1 - p and m = a b / (a + b), a beta variable is x = p + p q w, where

    w dw = (1 + (q - p) w - p q w^2) s ds,  w = s + ...,

and its density in s is proportional to f exp(-m s^2 / 2), f = s / w. A gamma variable of shape a is a (1 + w) with
p = 0, q = 1, m = a. A standard normal z belongs to s = s0 + e with s0 = z / sqrt(m) and e = e1 / m + e2 / m^2 + ...,
each of them a power series in s0. They follow in turn, power of m by power of m, from

    log f(s) + log(ds / ds0) = log C + m (s^2 - s0^2) / 2,  C = G(a) G(b) / G(a + b),

G the factor of Stirling's formula: s0 e1 = log f, s0 e2 = f1 e1 + e1' - e1^2 / 2 less its constant, and so on, where
f1, f2, f3 are the derivatives of log f.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from cascadesim.model.normal import normal_quantile

Series = list[float]
"""Coefficients of a power series, the constant first."""

ORDER = 24
"""Terms kept of every series; enough for |s| below 1.7, which both parameters at least `LARGE` ensure."""

LARGE = 50.0
"""From here on four corrections leave a relative error below 1e-10, and less the larger the shapes."""


def _product(left: Series, right: Series) -> Series:
    result = [0.0] * ORDER
    for n in range(ORDER):
        for i in range(n + 1):
            result[n] += left[i] * right[n - i]
    return result


def _derivative(series: Series) -> Series:
    return [(n + 1) * series[n + 1] for n in range(ORDER - 1)] + [0.0]


def _combined(*terms: tuple[float, Series]) -> Series:
    result = [0.0] * ORDER
    for factor, series in terms:
        for n in range(ORDER):
            result[n] += factor * series[n]
    return result


def _over_s(series: Series) -> Series:
    """Divided by s. The constant, which C would cancel, is dropped."""
    return [*series[1:], 0.0]


def _value_series(pq: float, q_less_p: float) -> Series:
    """The series of w, one term longer than the others."""
    w = [0.0, 1.0] + [0.0] * (ORDER - 1)
    for n in range(2, ORDER + 1):
        square = mixed = 0.0
        for i in range(1, n - 1):
            square += w[i] * w[n - 1 - i]
        for i in range(2, n):
            mixed += (n + 1 - i) * w[n + 1 - i] * w[i]
        w[n] = (q_less_p * w[n - 1] - pq * square - mixed) / (n + 1)
    return w


def _minus_logarithm(series: Series) -> Series:
    """Of a series that begins with 1."""
    result = [0.0] * ORDER
    for n in range(1, ORDER):
        mixed = 0.0
        for k in range(1, n):
            mixed += k * result[k] * series[n - k]
        result[n] = -series[n] - mixed / n
    return result


@lru_cache(maxsize=256)
def expansion(pq: float, q_less_p: float, m: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The coefficients, highest power first, of w in s and of e in s0. Made once for a distribution."""
    w = _value_series(pq, q_less_p)
    log_f = _minus_logarithm(w[1:])
    f1 = _derivative(log_f)
    f2 = _derivative(f1)
    f3 = _derivative(f2)
    e1 = _over_s(log_f)
    d1, square, cube = _derivative(e1), _product(e1, e1), _product(e1, _product(e1, e1))
    e2 = _over_s(_combined((1.0, _product(f1, e1)), (1.0, d1), (-0.5, square)))
    d2 = _derivative(e2)
    e3 = _over_s(
        _combined(
            (1.0, _product(f1, e2)),
            (0.5, _product(f2, square)),
            (1.0, d2),
            (-0.5, _product(d1, d1)),
            (-1.0, _product(e1, e2)),
        )
    )
    e4 = _over_s(
        _combined(
            (1.0, _product(f1, e3)),
            (1.0, _product(f2, _product(e1, e2))),
            (1.0 / 6.0, _product(f3, cube)),
            (1.0, _derivative(e3)),
            (-1.0, _product(d1, d2)),
            (1.0 / 3.0, _product(d1, _product(d1, d1))),
            (-1.0, _product(e1, e3)),
            (-0.5, _product(e2, e2)),
        )
    )
    powers = (1.0 / m, 1.0 / m / m, 1.0 / m / m / m, 1.0 / m / m / m / m)
    corrections = _combined(*zip(powers, (e1, e2, e3, e4), strict=True))
    return tuple(reversed(w)), tuple(reversed(corrections))


def expansion_numbers(pq: float, q_less_p: float, m: float) -> tuple[float, ...]:
    """The coefficients in a row, as `deviation_from` reads them: those of e, then those of w."""
    value, correction = expansion(pq, q_less_p, m)
    return (*correction, *value)


def deviation_from(numbers: Sequence[float], at: int, m: float, u: float) -> float:
    """The w of the u-quantile, by the coefficients that begin at place `at` of `numbers`."""
    s0 = normal_quantile(u) / math.sqrt(m)
    e = w = 0.0
    for place in range(at, at + ORDER):
        e = e * s0 + numbers[place]
    s = s0 + e
    for place in range(at + ORDER, at + 2 * ORDER + 1):
        w = w * s + numbers[place]
    return w


def deviation(pq: float, q_less_p: float, m: float, u: float) -> float:
    """The w of the u-quantile."""
    return deviation_from(expansion_numbers(pq, q_less_p, m), 0, m, u)
