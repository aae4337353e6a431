"""When the i-th arrival of a Poisson stream comes: as the integral of its rate reaches E1 + ... + Ei (R7.3)."""

from __future__ import annotations

import math

from cascadesim.model.plan import Piece


def time_of(pieces: tuple[Piece, ...], total: float) -> float:
    """The first minute, as a real number, at which the integral of the rate from minute 0 reaches `total` > 0.

    `pieces` ascend in `from_minute`; the rate is 0 before the first, and the last one goes on for ever. Infinite if
    the integral never reaches `total`. Never decreases in `total`.
    """
    if not pieces:
        return math.inf
    left = total
    piece = pieces[0]
    for following in pieces[1:]:
        width = following.from_minute - piece.from_minute
        room = piece.rate_per_minute * width
        if left <= room:
            return piece.from_minute + min(left / piece.rate_per_minute, float(width))
        left -= room
        piece = following
    if piece.rate_per_minute == 0.0:
        return math.inf
    return piece.from_minute + left / piece.rate_per_minute
