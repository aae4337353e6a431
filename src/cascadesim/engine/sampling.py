"""Draws by name (R11): keyed uniforms through inverse distribution functions."""

from __future__ import annotations

import math

from cascadesim.engine.records import World
from cascadesim.model.distributions import Draw, Family, quantile
from cascadesim.model.hazards import time_from
from cascadesim.model.plan import Piece, Share
from cascadesim.model.rng import uniform
from cascadesim.model.units import to_minutes

_CONSTANT = int(Family.CONSTANT)


def word(number: int) -> int:
    """A number as 64 unsigned bits."""
    return number


def unit_exponential(world: World, stream: int, purpose: int, index: int) -> float:
    """The same as a time until something that happens once a unit of time."""
    return -math.log(1.0 - uniform(world.key, stream, purpose, index))


def next_arrival(pieces: tuple[Piece, ...], total: float, horizon: int) -> int:
    """The minute, not the first, of an arrival at which the integral of the rate is `total`; the horizon if none is."""
    exact = time_from(pieces, 0.0, total)
    return max(1, math.floor(exact + 0.5)) if exact < horizon else horizon


def sample(world: World, draw: Draw, stream: int, purpose: int, index: int) -> float:
    """A value of a distribution, in its own unit; a constant takes no draw."""
    if draw.family == _CONSTANT:
        return draw.numbers[0]
    return quantile(draw.family, draw.numbers, uniform(world.key, stream, purpose, index))


def minutes(world: World, draw: Draw, stream: int, purpose: int, index: int) -> int:
    """A duration given in weeks, as whole minutes (R1.2)."""
    if draw.family == _CONSTANT:
        return to_minutes(draw.numbers[0])
    return to_minutes(quantile(draw.family, draw.numbers, uniform(world.key, stream, purpose, index)))


def chance(world: World, probability: float, stream: int, purpose: int, index: int) -> bool:
    """Whether it happens; a certainty takes no draw."""
    if probability >= 1.0:
        return True
    return probability > 0.0 and uniform(world.key, stream, purpose, index) < probability


def draw_category(world: World, shares: tuple[Share, ...], stream: int, purpose: int) -> int:
    """The value of one of several shares; a single one takes no draw."""
    if len(shares) > 1:
        u = uniform(world.key, stream, purpose, 0)
        for share in shares:
            if u < share.reached:
                return share.value
    return shares[len(shares) - 1].value
