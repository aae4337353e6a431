"""Clocks of workers and clients: when a hazard strikes (R5.1). The dispatch by kind; the arithmetic is shared."""

from __future__ import annotations

import math

from numba import carray

from cascadesim.engine.compiled.memory import compiled, pointer
from cascadesim.engine.compiled.plan_nouns import PIECE, reason_at
from cascadesim.model.hazards import rate_integral, time_from, weibull_cumulative, weibull_tenure

EXPONENTIAL, WEIBULL, LIFE_TABLE, DATE, SHOCK = range(5)
CLOCKS = {"exponential": EXPONENTIAL, "weibull": WEIBULL, "life_table": LIFE_TABLE, "date": DATE, "shock": SHOCK}
NOTHING, EXIT, HOURS, ABSENCE = range(4)


@compiled
def pieces_at(at, size):
    """A rate by pieces, as the shared functions read it."""
    return carray(pointer(at), (size,), PIECE)


@compiled
def cumulative(clock, shape, scale, tenure, table, n_table):
    """`model/hazards.cumulative`, for a clock by its number."""
    if clock == LIFE_TABLE:
        return rate_integral(pieces_at(table, n_table), 0.0, tenure)
    ratio = tenure / scale
    if ratio <= 0.0:
        return 0.0
    return ratio if clock == EXPONENTIAL else weibull_cumulative(shape, ratio)


@compiled
def tenure_at(clock, shape, scale, tenure, threshold, table, n_table):
    """`model/hazards.tenure_at`, for a clock by its number."""
    if clock == LIFE_TABLE:
        return time_from(pieces_at(table, n_table), tenure, threshold)
    past = cumulative(clock, shape, scale, tenure, table, n_table)
    if threshold <= 0.0:
        return tenure
    if clock == EXPONENTIAL:
        return tenure + scale * threshold
    return weibull_tenure(shape, scale, tenure, past, threshold)


@compiled
def responds(hazard):
    """Whether a multiplier moves the next strike (R5.3)."""
    reason = reason_at(hazard.plan)
    return not (reason.external or hazard.done or reason.dated)


@compiled
def spend(hazard, multiplier, now):
    """Integrate up to now, with the multiplier that was in force (R5.4)."""
    if not hazard.frozen and now > hazard.since:
        grown = _reached(hazard, now - hazard.origin) - _reached(hazard, hazard.since - hazard.origin)
        hazard.spent += multiplier * grown
    hazard.since = now


@compiled
def _reached(hazard, tenure):
    plan = reason_at(hazard.plan)
    return cumulative(plan.clock, plan.shape, plan.scale, float(tenure), plan.table, plan.n_table)


@compiled
def strikes_at(hazard, multiplier):
    """The exact minute of the next strike, under this multiplier from `since` on."""
    if multiplier <= 0.0:
        return math.inf
    plan = reason_at(hazard.plan)
    left = max(hazard.threshold - hazard.spent, 0.0)
    tenure = float(hazard.since - hazard.origin)
    return hazard.origin + tenure_at(
        plan.clock, plan.shape, plan.scale, tenure, left / multiplier, plan.table, plan.n_table
    )
