"""Tables for workers' lives, and the draws behind them, so that what follows can be worked out."""

from __future__ import annotations

import math

from cascadesim.model.enums import Entry, Kind, Purpose
from cascadesim.model.ids import DATE_BITS, DRAW_POSITION_BITS, ENTRY_BITS
from cascadesim.model.rng import MASK, entity_stream, replication_key, stable_hash, uniform


def away(tier: str, week: float, weeks: float, *, reason: str = "ill", origin: str = "certification") -> str:
    """A table that sends everybody of a tier who is there just before `week` away for `weeks`."""
    return f"""
[tier.{tier}.events.{reason}]
time_to_event = {{ dist = "date", week = {week} }}
from = "{origin}"
absence_weeks = {weeks}
"""


def hours_to(tier: str, week: float, factor: float, *, reason: str = "study") -> str:
    """A table that multiplies the hours of everybody of a tier who is there just before `week`."""
    return f"""
[tier.{tier}.events.{reason}]
time_to_event = {{ dist = "date", week = {week} }}
then = {{ hours_factor = {factor} }}
"""


def identity(level: int, entry: Entry, date: int, position: int) -> int:
    """Who a worker is, wherever they are: by this their draws are named (R9.3)."""
    return ((level << ENTRY_BITS | entry) << DATE_BITS | date) << DRAW_POSITION_BITS | position


def drawn(
    purpose: Purpose,
    index: int = 0,
    *,
    level: int = 0,
    entry: Entry = Entry.INITIAL,
    date: int = 0,
    position: int = 0,
    replication: int = 0,
) -> float:
    """The uniform behind one draw of a worker: who (tier, way in, minute or number, position), what for, which one."""
    stream = entity_stream(Kind.WORKER, level, identity(level, entry, date, position))
    return uniform(replication_key(1, replication), stream, purpose, index)


def threshold(reason: str, occurrence: int = 0, **who: int) -> float:
    """The unit exponential that a clock has to reach (R5.1)."""
    index = stable_hash(reason) + occurrence & MASK
    return -math.log1p(-drawn(Purpose.THRESHOLD, index, **who))  # type: ignore[arg-type]


def struck_at(pieces: list[tuple[float, float]], scale: float, unit: float, shape: float = 1.0) -> float:
    """The week at which a Weibull clock of this scale has spent `unit` under the multipliers (from week, multiplier).

    The hazard between weeks a and b is multiplier x ((b / scale)^shape - (a / scale)^shape) (R5.4).
    """
    left = unit
    for place, (begins, multiplier) in enumerate(pieces):
        ends = pieces[place + 1][0] if place + 1 < len(pieces) else math.inf
        spent = multiplier * ((ends / scale) ** shape - (begins / scale) ** shape)
        if spent >= left:
            return scale * ((begins / scale) ** shape + left / multiplier) ** (1 / shape)
        left -= spent
    return math.inf
