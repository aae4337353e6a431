"""A study that goes on until it is precise enough, on numbers drawn at random: what the interval at its end covers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from cascadesim.analysis.sequential_precision import Precision, PrecisionTarget, enough

Draw = Callable[[np.random.Generator, int], np.ndarray]


class Law(NamedTuple):
    """Numbers to draw, with their true mean and standard deviation."""

    draw: Draw
    mean: float
    sd: float


LAWS = {
    "normal, mean 0": Law(lambda rng, n: rng.normal(0, 1, n), 0, 1),
    "normal, mean -5": Law(lambda rng, n: rng.normal(-5, 1, n), -5, 1),
    "exponential": Law(lambda rng, n: rng.exponential(1, n), 1, 1),
    "exponential, negative": Law(lambda rng, n: -rng.exponential(1, n), -1, 1),
    "exponential, mean 0": Law(lambda rng, n: rng.exponential(1, n) - 1, 0, 1),
    "counts, mean 0.5": Law(lambda rng, n: rng.poisson(0.5, n).astype(float), 0.5, math.sqrt(0.5)),
    "counts, mean 0.1": Law(lambda rng, n: rng.poisson(0.1, n).astype(float), 0.1, math.sqrt(0.1)),
    "lognormal, sigma 1": Law(
        lambda rng, n: rng.lognormal(0, 1, n), math.exp(0.5), math.sqrt((math.e - 1) * math.e)
    ),
}  # fmt: skip


def stop(values: np.ndarray, target: PrecisionTarget, *, chance: bool = False) -> Precision:
    """Follow the rule on these values, as many as may be needed, to where it stops."""
    found = enough(values[: target.least], target, chance=chance)
    while found.next_runs > found.runs:
        found = enough(values[: found.next_runs], target, chance=chance)
    return found


def covered(law: Law, target: PrecisionTarget, repetitions: int, seed: int, *, chance: bool = False) -> tuple[int, float]:
    """How often the interval held the mean, and the runs that it took on average."""
    rng = np.random.default_rng(seed)
    found = [stop(law.draw(rng, target.most), target, chance=chance) for _ in range(repetitions)]
    hits = sum(each.low <= law.mean <= each.high for each in found)
    return hits, sum(each.runs for each in found) / repetitions


def half_for(law: Law, runs: int) -> float:
    """The half-width that so many runs would just reach if the standard deviation were known."""
    return 1.959964 * law.sd / math.sqrt(runs)
