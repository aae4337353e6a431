"""Who somebody is, as one integer that fits 63 bits and sorts in the order of the rules (R9.3).

A worker is (tier recruited into, how they came, date minute or number, position in the entry); a client is (stream's
place among the sorted names, ordinal); courses and groups are numbered within their tier.
"""

from __future__ import annotations

from cascadesim.model.codes import WEEK_MINUTES, Entry, Kind
from cascadesim.model.plan import Plan

_POSITION_BITS = 20
_DATE_BITS = 32
_ENTRY_BITS = 3
_LEVEL_SHIFT = _POSITION_BITS + _DATE_BITS + _ENTRY_BITS
_STREAM_SHIFT = 40

MAX_POSITION = 1 << _POSITION_BITS
MAX_DATE = 1 << _DATE_BITS


def worker_key(level: int, entry: int, date: int, position: int) -> int:
    """The key of one worker; `date` is the minute of an intake or the number of a Poisson recruit."""
    return (((level << _ENTRY_BITS | entry) << _DATE_BITS | date) << _POSITION_BITS) | position


def client_key(stream: int, ordinal: int) -> int:
    """The key of one client."""
    return stream << _STREAM_SHIFT | ordinal


def numbered_key(level: int, number: int) -> int:
    """The key of a course or a group."""
    return level << _STREAM_SHIFT | number


def split_worker(key: int) -> tuple[int, int, int, int]:
    """(level, entry, date, position) of a worker's key."""
    position = key & (MAX_POSITION - 1)
    date = key >> _POSITION_BITS & (MAX_DATE - 1)
    return key >> _LEVEL_SHIFT, key >> (_POSITION_BITS + _DATE_BITS) & (1 << _ENTRY_BITS) - 1, date, position


def label(plan: Plan, kind: int, key: int) -> str:
    """The key in words, for tables: `TIER:intake:8:0`, `STREAM:41`, `TIER:course:2`; empty for -1."""
    if key < 0:
        return ""
    if kind == Kind.WORKER:
        level, entry, date, position = split_worker(key)
        week = f"{date / WEEK_MINUTES:.10g}:"
        when = {Entry.INITIAL: "", Entry.INTAKE: week, Entry.POISSON: f"{date}:"}[Entry(entry)]
        return f"{plan.tiers[level].name}:{Entry(entry).name.lower()}:{when}{position}"
    owner, number = key >> _STREAM_SHIFT, key & (1 << _STREAM_SHIFT) - 1
    if kind == Kind.CLIENT:
        assert plan.clients is not None
        return f"{plan.clients.streams[owner].name}:{number}"
    return f"{plan.tiers[owner].name}:{Kind(kind).name.lower()}:{number}"
