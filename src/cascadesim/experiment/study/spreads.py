"""How a factor is spread over its range: from u of [0, 1] to a level, one row each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cascadesim.model.distributions import normal_quantile, triangular

if TYPE_CHECKING:
    from cascadesim.experiment.study.factors import Factor

_DIGITS = 12


@dataclass(frozen=True)
class Spread:
    """`quantile` takes (low, high), `numbers` by the names of `needs`, and u of [0, 1]; it gives low at 0, high at 1.

    `needs` are keys beside low and high; with `positive` low must be above 0.
    """

    quantile: Callable[[float, float, Sequence[float], float], float]
    needs: tuple[str, ...] = ()
    positive: bool = False

    def level(self, factor: Factor, u: float) -> float:
        """The level at u, within the range, to 12 digits: beyond those machines differ in their logarithms.

        Whole numbers are as likely as what lies nearest to them; of a uniform range all are equally likely.
        """
        low, high = factor.low, factor.high
        if factor.whole and self.quantile is _uniform:
            return min(high, low + math.floor(u * (high - low + 1)))
        value = self.quantile(low, high, factor.numbers, u)
        value = math.floor(value + 0.5) if factor.whole else float(f"{value:.{_DIGITS}g}")
        return min(high, max(low, value))


def _uniform(low: float, high: float, numbers: Sequence[float], u: float) -> float:  # noqa: ARG001 - every row takes it
    return low + (high - low) * u


def _log_uniform(low: float, high: float, numbers: Sequence[float], u: float) -> float:  # noqa: ARG001
    """Each doubling as likely as the next."""
    return low * math.exp(u * math.log(high / low))


def _triangular(low: float, high: float, numbers: Sequence[float], u: float) -> float:
    """(mode)."""
    return triangular((low, numbers[0], high), u)


def _normal(low: float, high: float, numbers: Sequence[float], u: float) -> float:
    """(mean, sd) of the normal distribution that is cut off at low and high."""
    mean, sd = numbers
    return mean + sd * _cut((low - mean) / sd, (high - mean) / sd, u)


def _lognormal(low: float, high: float, numbers: Sequence[float], u: float) -> float:
    """(mean, sd) of the lognormal distribution that is cut off at low and high."""
    mean, sd = numbers
    variance = math.log1p((sd / mean) ** 2)
    mu, sigma = math.log(mean) - variance / 2, math.sqrt(variance)
    return math.exp(mu + sigma * _cut((math.log(low) - mu) / sigma, (math.log(high) - mu) / sigma, u))


def _cut(low: float, high: float, u: float) -> float:
    """The quantile of a standard normal between low and high; in the upper tail by its mirror image, to keep digits."""
    if low > 0:
        return -_cut(-high, -low, 1 - u)
    below, above = _normal_share(low), _normal_share(high)
    share = below + u * (above - below)
    return min(high, max(low, normal_quantile(share))) if 0 < share < 1 else (low if share <= 0 else high)


def _normal_share(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


SPREADS = {
    "uniform": Spread(_uniform),
    "log_uniform": Spread(_log_uniform, positive=True),
    "triangular": Spread(_triangular, ("mode",)),
    "normal": Spread(_normal, ("mean", "sd")),
    "lognormal": Spread(_lognormal, ("mean", "sd"), positive=True),
}
"""By the word after `dist =`."""
