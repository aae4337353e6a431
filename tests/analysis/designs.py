"""Designs and functions with exact answers, for tests of sensitivity analysis."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.stats import qmc

FALSE_ALARM = 1e-5


class Truth(NamedTuple):
    """A function of points in the unit cube (..., factors), with its exact variance and indices."""

    function: Callable[[np.ndarray], np.ndarray]
    variance: float
    first: tuple[float, ...]
    total: tuple[float, ...]

    @property
    def factors(self) -> list[str]:
        return [f"x{place}" for place in range(len(self.first))]


def _ishigami() -> Truth:
    """With a = 7 and b = 0.1: Ishigami and Homma (1990); Saltelli et al. (2008), Global Sensitivity Analysis."""
    a, b, pi = 7.0, 0.1, math.pi
    first = (0.5 * (1 + b * pi**4 / 5) ** 2, a * a / 8)
    both = b * b * pi**8 * (1 / 18 - 1 / 50)
    variance = sum(first) + both

    def function(unit: np.ndarray) -> np.ndarray:
        x = pi * (2 * unit - 1)
        return np.sin(x[..., 0]) * (1 + b * x[..., 2] ** 4) + a * np.sin(x[..., 1]) ** 2

    shares = tuple(each / variance for each in (*first, 0))
    return Truth(function, variance, shares, (shares[0] + both / variance, shares[1], both / variance))


def _g(a: tuple[float, ...]) -> Truth:
    """Sobol's g: the product of (|4 x - 2| + a) / (1 + a), whose parts have the variance 1 / (3 (1 + a)^2)."""
    parts = [1 / (3 * (1 + each) ** 2) for each in a]
    variance = math.prod(1 + each for each in parts) - 1

    def function(unit: np.ndarray) -> np.ndarray:
        return np.prod((abs(4 * unit - 2) + a) / (1 + np.array(a)), axis=-1)

    total = tuple(each * (1 + variance) / (1 + each) / variance for each in parts)
    return Truth(function, variance, tuple(each / variance for each in parts), total)


def _linear(weights: tuple[float, ...]) -> Truth:
    variance = sum(each * each for each in weights) / 12
    shares = tuple(each * each / 12 / variance for each in weights)
    return Truth(lambda unit: unit @ np.array(weights), variance, shares, shares)


ISHIGAMI = _ishigami()
SOBOL_G = _g((0.0, 1.0, 4.5, 9.0))
LINEAR = _linear((3.0, 2.0, 1.0, 0.0))
TRUTHS = {"Ishigami": ISHIGAMI, "Sobol g": SOBOL_G, "linear": LINEAR}


def unit_blocks(factors: int, rows: int, scrambles: int, seed: int) -> np.ndarray:
    """(scrambles, factors + 2, rows, factors): A and B from one scrambled Sobol sequence, then A with a column of B."""
    found = np.empty((scrambles, factors + 2, rows, factors))
    for place in range(scrambles):
        points = qmc.Sobol(2 * factors, rng=np.random.default_rng([seed, place])).random(rows)
        found[place] = points[:, :factors]
        found[place, 1] = points[:, factors:]
        for factor in range(factors):
            found[place, 2 + factor, :, factor] = points[:, factors + factor]
    return found


def runs(truth: Truth, unit: np.ndarray, noise: float, replications: int, seed: int) -> np.ndarray:
    """The function at these points, replicated; `noise` is its variance over that of the function."""
    exact = truth.function(unit)[..., np.newaxis]
    luck = np.random.default_rng([seed, 77]).normal(size=(*exact.shape[:-1], replications))
    return exact + math.sqrt(noise * truth.variance) * luck
