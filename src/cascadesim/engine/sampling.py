"""Draws by name (R11): keyed uniforms through inverse distribution functions."""

from __future__ import annotations

import math

from cascadesim.engine.plan_records import Draw, Share
from cascadesim.engine.records import World
from cascadesim.engine.runtime.fields import Rows
from cascadesim.model.beta import beta_from
from cascadesim.model.codes import Purpose
from cascadesim.model.draws import uniform
from cascadesim.model.gamma import gamma_from
from cascadesim.model.minutes import to_minutes
from cascadesim.model.quantiles import (
    CODES,
    discrete,
    empirical,
    exponential,
    lognormal,
    triangular,
    uniform_between,
    weibull,
)

_UNIFORM, _TRIANGULAR, _EXPONENTIAL, _WEIBULL, _GAMMA, _LOGNORMAL, _BETA, _EMPIRICAL, _DISCRETE, _CONSTANT = (
    CODES[name]
    for name in (
        "uniform",
        "triangular",
        "exponential",
        "weibull",
        "gamma",
        "lognormal",
        "beta",
        "empirical",
        "discrete",
        "constant",
    )
)


def word(number: int) -> int:
    """A number as 64 unsigned bits."""
    return number


def unit_exponential(world: World, stream: int, purpose: Purpose, index: int) -> float:
    """The same as a time until something that happens once a unit of time."""
    return -math.log(1.0 - uniform(world.key, stream, purpose, index))


def quantile_of(code: int, numbers: list[float], u: float) -> float:
    """The value of a distribution, by its number, that a share u of all draws stays below."""
    if code == _EXPONENTIAL:
        return exponential(numbers, u)
    if code == _UNIFORM:
        return uniform_between(numbers, u)
    if code == _TRIANGULAR:
        return triangular(numbers, u)
    if code == _WEIBULL:
        return weibull(numbers, u)
    if code == _GAMMA:
        return numbers[1] * gamma_from(numbers[0], numbers, 2, u)
    if code == _LOGNORMAL:
        return lognormal(numbers, u)
    if code == _BETA:
        return numbers[2] + numbers[3] * beta_from(numbers[0], numbers[1], numbers, 4, u)
    if code == _EMPIRICAL:
        return empirical(numbers, u)
    return discrete(numbers, u)


def sample(world: World, draw: Draw, stream: int, purpose: Purpose, index: int) -> float:
    """A value of a distribution, in its own unit; a constant takes no draw."""
    if draw.code == _CONSTANT:
        return draw.numbers[0]
    return quantile_of(draw.code, draw.numbers, uniform(world.key, stream, purpose, index))


def minutes(world: World, draw: Draw, stream: int, purpose: Purpose, index: int) -> int:
    """A duration given in weeks, as whole minutes (R1.2)."""
    return to_minutes(sample(world, draw, stream, purpose, index))


def chance(world: World, probability: float, stream: int, purpose: Purpose, index: int) -> bool:
    """Whether it happens; a certainty takes no draw."""
    if probability >= 1.0:
        return True
    return probability > 0.0 and uniform(world.key, stream, purpose, index) < probability


def draw_category(world: World, shares: Rows[Share], stream: int, purpose: Purpose) -> int:
    """The value of one of several shares; a single one takes no draw."""
    if len(shares) > 1:
        u = uniform(world.key, stream, purpose, 0)
        for share in shares:
            if u < share.reached:
                return share.value
    return shares[len(shares) - 1].value
