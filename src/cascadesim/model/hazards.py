"""When an exit is due: the cumulative hazard since a given tenure reaches a drawn Exp(1) threshold (R5.1)."""

from __future__ import annotations

import math

_LOG_MAX = 700.0
"""`math.pow` overflows just above exp(709); exp(700) scales are never reached in any run."""


def tenure_at(clock: str, shape: float, scale_minutes: float, tenure_minutes: float, threshold: float) -> float:
    """The tenure in minutes at which the hazard accumulated since `tenure_minutes` equals `threshold` (> 0).

    `exponential`: H(t) = t / scale; `shape` is not read. `weibull`: H(t) = (t / scale)^shape. With an Exp(1) threshold
    this is a draw of the tenure at exit given survival to `tenure_minutes`. Infinite if it lies beyond exp(700) scales.
    Other clocks have no hazard: `ValueError`.
    """
    if clock == "exponential":
        return tenure_minutes + scale_minutes * threshold
    if clock != "weibull":
        raise ValueError(f"clock {clock!r} has no hazard to integrate; exponential and weibull have.")
    reached = threshold
    if tenure_minutes > 0.0:
        ratio = tenure_minutes / scale_minutes
        if math.log(ratio) * shape > _LOG_MAX:
            return tenure_minutes  # a hazard this steep: the exit is due at once
        reached = math.pow(ratio, shape) + threshold
    if math.log(reached) / shape > _LOG_MAX:
        return math.inf
    return max(tenure_minutes, scale_minutes * math.pow(reached, 1.0 / shape))
