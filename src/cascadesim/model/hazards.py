"""Rates that change over time, and when something is due: arrivals (R7.3) and the clocks of life events (R5.1).

The i-th arrival of a Poisson stream comes as the integral of its rate reaches E1 + ... + Ei, a life event as the
cumulative hazard since a given tenure reaches a drawn Exp(1) threshold. Under a multiplier that changes, what has been
spent of the threshold is kept: from m0, in force since tenure a, to m1 at tenure b,

    spent = spent + m0 * (cumulative(b) - cumulative(a));    due at tenure_at(b, (threshold - spent) / m1).

Under a multiplier of 0 nothing is spent and nothing is due, so there is nothing to ask until it changes again.

`pieces` ascend in `from_minute`; the rate is 0 before the first, and the last one goes on for ever.
"""

from __future__ import annotations

import math

from cascadesim.model.distributions import LOG_MAX
from cascadesim.model.plan import Piece

FLAGS = ("unsupervised", "missed_refresher", "strain")
"""What hazard ratios can name besides states of the organisation (R5.8): a worker is each of these to a degree from 0
to 1, the exponent of its ratio."""


def time_from(pieces: tuple[Piece, ...], start_minute: float, total: float) -> float:
    """The first minute, as a real number, at which the integral of the rate from `start_minute` reaches `total`.

    Infinite if the integral never reaches `total`. Never decreases in `total`, and never precedes `start_minute`: a
    `total` of which rounding has left nothing, 0 or less, is reached there.
    """
    if total <= 0.0:
        return start_minute
    if len(pieces) == 0:
        return math.inf
    left = total
    first = last_begun(pieces, start_minute)
    begin = max(start_minute, float(pieces[first].from_minute))
    rate = pieces[first].rate_per_minute
    for index in range(first + 1, len(pieces)):
        following = pieces[index]
        end = float(following.from_minute)
        room = rate * (end - begin)
        if left <= room:
            return min(begin + left / rate, end)
        left -= room
        begin = end
        rate = following.rate_per_minute
    return math.inf if rate == 0.0 else begin + left / rate


def rate_integral(pieces: tuple[Piece, ...], from_minute: float, to_minute: float) -> float:
    """The integral of the rate over [`from_minute`, `to_minute`); 0 if that is empty."""
    total = 0.0
    for index in range(last_begun(pieces, from_minute), len(pieces)):
        piece = pieces[index]
        begin = max(from_minute, float(piece.from_minute))
        if begin >= to_minute:
            break
        end = to_minute
        if index + 1 < len(pieces):
            end = min(to_minute, float(pieces[index + 1].from_minute))
        if piece.rate_per_minute > 0.0:  # an endless piece without a rate adds nothing
            total += piece.rate_per_minute * (end - begin)
    return total


def last_begun(pieces: tuple[Piece, ...], minute: float) -> int:
    """The index of the last piece that has begun by a minute, or of the first one; by bisection."""
    low, high = 0, len(pieces)
    while high - low > 1:
        middle = (low + high) // 2
        if pieces[middle].from_minute <= minute:
            low = middle
        else:
            high = middle
    return low


def weibull_cumulative(shape: float, ratio: float) -> float:
    """H of a Weibull clock at `ratio` > 0 of its scale: ratio^shape, infinite beyond exp(700)."""
    if math.log(ratio) * shape > LOG_MAX:
        return math.inf
    return math.pow(ratio, shape)


def weibull_tenure(shape: float, scale_minutes: float, tenure_minutes: float, past: float, threshold: float) -> float:
    """The tenure at which a Weibull clock that has accumulated `past` so far has gained `threshold` > 0 more.

    Infinite where it lies beyond exp(700) scales.
    """
    if past == math.inf:
        return tenure_minutes  # a hazard this steep: the exit is due at once
    reached = past + threshold
    if math.log(reached) / shape > LOG_MAX:
        return math.inf
    return max(tenure_minutes, scale_minutes * math.pow(reached, 1.0 / shape))


def raised(ratio: float, exponent: float) -> float:
    """What a state does to a hazard: ratio^exponent, for a hazard ratio > 0 (R5.8).

    Exactly 1 where nothing is to change (ratio 1 or exponent 0) and exactly `ratio` for exponent 1, so that a state
    at either end leaves no rounding behind. Infinite beyond exp(700).
    """
    if ratio == 1.0 or exponent == 0.0:
        return 1.0
    if exponent == 1.0:
        return ratio
    power = exponent * math.log(ratio)
    return math.inf if power > LOG_MAX else math.exp(power)
