"""Draws by name (R11): keyed uniforms through inverse distribution functions, shared with the SimPy engine."""

from __future__ import annotations

import math

import numpy as np
from numba import carray

from cascadesim.engine.compiled import shared  # noqa: F401 - the functions below are registered by it
from cascadesim.engine.compiled.memory import compiled, load_float, pointer
from cascadesim.engine.compiled.plan_nouns import SHARE, draw_at, share_at
from cascadesim.model import rng
from cascadesim.model.distributions import Family, quantile
from cascadesim.model.units import to_minutes

_CONSTANT = int(Family.CONSTANT)
_SHARE_SIZE = SHARE.itemsize


@compiled
def uniform(S, stream, purpose, index):
    """The draw of this entity for this purpose: the same whatever happened before."""
    return rng.uniform(S.luck, stream, np.uint64(purpose), np.uint64(index))


@compiled
def unit_exponential(S, stream, purpose, index):
    """The same as a time until something that happens once a unit of time."""
    return -math.log(1.0 - uniform(S, stream, purpose, index))


@compiled
def sample(S, drawn, stream, purpose, index):
    """A value of the distribution at this address, in its own unit; a constant takes no draw."""
    draw = draw_at(drawn)
    if draw.code == _CONSTANT:
        return load_float(draw.numbers, 0)
    numbers = carray(pointer(draw.numbers), (draw.size,), np.float64)
    return quantile(draw.code, numbers, uniform(S, stream, purpose, index))


@compiled
def minutes(S, drawn, stream, purpose, index):
    """A duration given in weeks, as whole minutes (R1.2)."""
    return to_minutes(sample(S, drawn, stream, purpose, index))


@compiled
def chance(S, probability, stream, purpose, index):
    """Whether it happens; a certainty takes no draw."""
    if probability >= 1.0:
        return True
    return probability > 0.0 and uniform(S, stream, purpose, index) < probability


@compiled
def cut(S, table, size, stream, purpose):
    """What a table of shares gives; a table of one row takes no draw."""
    if size > 1:
        u = uniform(S, stream, purpose, 0)
        for place in range(size):
            share = share_at(table + place * _SHARE_SIZE)
            if u < share.reached:
                return share.value
    return share_at(table + (size - 1) * _SHARE_SIZE).value
