"""When the i-th arrival of a Poisson stream comes: as the integral of its rate reaches E1 + ... + Ei (R7.3).

In all of these `pieces` ascend in `from_minute`; the rate is 0 before the first, and the last one goes on for ever.
"""

from __future__ import annotations

import math

from cascadesim.model.plan import Piece


def time_of(pieces: tuple[Piece, ...], total: float) -> float:
    """The first minute, as a real number, at which the integral of the rate from minute 0 reaches `total` > 0.

    Infinite if the integral never reaches `total`. Never decreases in `total`.
    """
    return time_from(pieces, 0.0, total)


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


def area(pieces: tuple[Piece, ...], from_minute: float, to_minute: float) -> float:
    """The integral of the rate over [`from_minute`, `to_minute`); 0 if that is empty."""
    found = 0.0
    for index in range(last_begun(pieces, from_minute), len(pieces)):
        piece = pieces[index]
        begin = max(from_minute, float(piece.from_minute))
        if begin >= to_minute:
            break
        end = to_minute
        if index + 1 < len(pieces):
            end = min(to_minute, float(pieces[index + 1].from_minute))
        if piece.rate_per_minute > 0.0:  # an endless piece without a rate adds nothing
            found += piece.rate_per_minute * (end - begin)
    return found


def last_begun(pieces: tuple[Piece, ...], minute: float) -> int:
    """The place of the last piece that has begun by a minute, or of the first one; by bisection."""
    low, high = 0, len(pieces)
    while high - low > 1:
        middle = (low + high) // 2
        if pieces[middle].from_minute <= minute:
            low = middle
        else:
            high = middle
    return low
