"""When an exit is due: the cumulative hazard since a given tenure reaches a drawn Exp(1) threshold (R5.1).

Under a multiplier that changes, what has been spent of the threshold is kept: from m0, in force since tenure a, to m1
at tenure b,

    spent = spent + m0 * (cumulative(b) - cumulative(a));    due at tenure_at(b, (threshold - spent) / m1).

Under a multiplier of 0 nothing is spent and nothing is due, so there is nothing to ask until it changes again.
"""

from __future__ import annotations

import math

from cascadesim.model.arrivals import area, time_from
from cascadesim.model.plan import Piece

_LOG_MAX = 700.0
"""`math.pow` overflows just above exp(709); exp(700) scales are never reached in any run."""


def cumulative(
    clock: str, shape: float, scale_minutes: float, tenure_minutes: float, table: tuple[Piece, ...] = ()
) -> float:
    """H(t), the hazard accumulated from tenure 0 to a tenure of t minutes; 0 up to tenure 0.

    `exponential`: t / scale; `shape` is not read. `weibull`: (t / scale)^shape. `life_table`: the integral of the rates
    in `table`, whose `from_minute` is a tenure and ascends: 0 before the first, and the last one goes on for ever; no
    other clock reads it. Infinite beyond exp(700), where an exit is due at once.
    Other clocks have no hazard: `ValueError`.
    """
    if clock == "life_table":
        return area(table, 0.0, tenure_minutes)
    if clock not in ("exponential", "weibull"):
        raise ValueError(f"clock {clock!r} has no hazard to integrate; exponential, weibull and life_table have.")
    ratio = tenure_minutes / scale_minutes
    if ratio <= 0.0:
        return 0.0
    return ratio if clock == "exponential" else weibull_cumulative(shape, ratio)


def weibull_cumulative(shape: float, ratio: float) -> float:
    """H of a Weibull clock at `ratio` > 0 of its scale."""
    if math.log(ratio) * shape > _LOG_MAX:
        return math.inf
    return math.pow(ratio, shape)


def tenure_at(
    clock: str,
    shape: float,
    scale_minutes: float,
    tenure_minutes: float,
    threshold: float,
    table: tuple[Piece, ...] = (),
) -> float:
    """The tenure in minutes at which the hazard accumulated since `tenure_minutes` equals `threshold`.

    Clocks and errors as for `cumulative`. With an Exp(1) threshold this is a draw of the tenure at exit given survival
    to `tenure_minutes`. Infinite if the threshold is never reached, or lies beyond exp(700) scales. A threshold of
    which rounding has left nothing, 0 or less, is reached at once. Never decreases in `threshold`.
    """
    if clock == "life_table":
        return time_from(table, tenure_minutes, threshold)
    past = cumulative(clock, shape, scale_minutes, tenure_minutes)
    if threshold <= 0.0:
        return tenure_minutes
    if clock == "exponential":
        return tenure_minutes + scale_minutes * threshold
    return weibull_tenure(shape, scale_minutes, tenure_minutes, past, threshold)


def weibull_tenure(shape: float, scale_minutes: float, tenure_minutes: float, past: float, threshold: float) -> float:
    """`tenure_at` of a Weibull clock that has accumulated `past` so far, for a threshold above 0."""
    if past == math.inf:
        return tenure_minutes  # a hazard this steep: the exit is due at once
    reached = past + threshold
    if math.log(reached) / shape > _LOG_MAX:
        return math.inf
    return max(tenure_minutes, scale_minutes * math.pow(reached, 1.0 / shape))


def multiplier(ratio: float, exponent: float) -> float:
    """What a state does to a hazard: ratio^exponent, for a hazard ratio > 0 (R5.8); `ValueError` for any other.

    Exactly 1 where nothing is to change (ratio 1 or exponent 0) and exactly `ratio` for exponent 1, so that a state
    at either end leaves no rounding behind. Infinite beyond exp(700).
    """
    if ratio <= 0.0:
        raise ValueError(f"hazard ratio {ratio!r} is not above 0.")
    return raised(ratio, exponent)


def raised(ratio: float, exponent: float) -> float:
    """`multiplier`, for a ratio that is known to be above 0."""
    if ratio == 1.0 or exponent == 0.0:
        return 1.0
    if exponent == 1.0:
        return ratio
    power = exponent * math.log(ratio)
    return math.inf if power > _LOG_MAX else math.exp(power)
