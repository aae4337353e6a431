"""Statistical verdicts: a false-alarm rate, the smallest shift that would be seen, no second try.

Replications are independent, so they (or independent persons) are the unit of every standard error. A check fails a
correct program once in 100,000 seeds; the seeds are fixed, so it does not fail by luck from one day to the next. The
smallest shift is the one that would be seen with a chance of 99 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scipy import stats

from cascadesim import Scenario, load

FALSE_ALARM = 1e-5
CHANCE_TO_SEE = 0.99
SCENARIOS = Path(__file__).parent / "scenarios"


@dataclass(frozen=True)
class Verdict:
    """What was found beside what theory says; `smallest_shift` in the same unit."""

    what: str
    found: float
    expected: float
    smallest_shift: float
    p_value: float

    @property
    def agrees(self) -> bool:
        """Whether chance explains the difference."""
        return self.p_value >= FALSE_ALARM

    def sees(self, relative: float) -> bool:
        """Whether a shift of this share of the expected value would be seen."""
        return self.smallest_shift <= relative * self.expected

    def __str__(self) -> str:
        numbers = f"{self.found:.6g}, theory {self.expected:.6g}, p = {self.p_value:.2g}"
        return f"{self.what}: {numbers}, sees {self.smallest_shift:.2g}"


def known(name: str, *sets: str) -> Scenario:
    """A scenario of `tests/known_answers/scenarios`, with values set over it."""
    return load(SCENARIOS / f"{name}.toml", sets)


def mean(what: str, values: Sequence[float], expected: float) -> Verdict:
    """The mean of independent values, by Student's t."""
    count = len(values)
    found = math.fsum(values) / count
    error = math.sqrt(math.fsum((value - found) ** 2 for value in values) / (count - 1) / count)
    p_value = 2 * float(stats.t.sf(abs(found - expected) / error, count - 1))
    critical = float(stats.t.isf(FALSE_ALARM / 2, count - 1)) + float(stats.t.isf(1 - CHANCE_TO_SEE, count - 1))
    return Verdict(what, found, expected, critical * error, p_value)


def share(what: str, hits: int, trials: int, expected: float) -> Verdict:
    """A share of independent persons, by the exact binomial test; the shift from the normal approximation."""
    p_value = float(stats.binomtest(hits, trials, expected).pvalue)
    error = math.sqrt(expected * (1 - expected) / trials)
    return Verdict(what, hits / trials, expected, _normal_shift() * error, p_value)


def variance(what: str, values: Sequence[float], expected: float, excess_kurtosis: float) -> Verdict:
    """The variance of independent values from a distribution of this variance and excess kurtosis.

    The sample variance of n values has variance sigma^4 (2 / (n - 1) + kurtosis / n): Cramer (1946), Mathematical
    Methods of Statistics, 27.4.
    """
    count = len(values)
    middle = math.fsum(values) / count
    found = math.fsum((value - middle) ** 2 for value in values) / (count - 1)
    error = expected * math.sqrt(2 / (count - 1) + excess_kurtosis / count)
    p_value = 2 * float(stats.norm.sf(abs(found - expected) / error))
    return Verdict(what, found, expected, _normal_shift() * error, p_value)


def normal(what: str, found: float, expected: float, error: float) -> Verdict:
    """An estimate that is normal with this standard error."""
    p_value = 2 * float(stats.norm.sf(abs(found - expected) / error))
    return Verdict(what, found, expected, _normal_shift() * error, p_value)


def uniform(what: str, values: Sequence[float]) -> Verdict:
    """Independent values that theory makes uniform between 0 and 1, by Kolmogorov's test: the largest distance.

    The smallest shift is of a distribution that lies as far away somewhere: there the empirical one has a standard
    error of at most 0.5 / sqrt(n).
    """
    count = len(values)
    result = stats.kstest(values, "uniform")
    seen = float(stats.kstwo.isf(FALSE_ALARM, count)) + float(stats.norm.ppf(CHANCE_TO_SEE)) * 0.5 / math.sqrt(count)
    return Verdict(what, float(result.statistic), 0.0, seen, float(result.pvalue))


def _normal_shift() -> float:
    """Standard errors between the hypothesis and the smallest shift that is seen."""
    return float(stats.norm.isf(FALSE_ALARM / 2) + stats.norm.isf(1 - CHANCE_TO_SEE))
