"""R7.3, R9.1, R8.3: referrals and recruits come, and clients leave for reasons of their own, when they are due."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.replay import Replay
from auditor.rows import Row


def arrival(replay: Replay, row: Row) -> Iterator[str]:
    """By number, at the minute at which the integral of the rate reaches what is drawn."""
    source = replay.arrivals.next_of(row) if replay.arrivals else None
    if source:
        number = int(row.key.split(":")[2 if row.event == "recruited" else 1])
        if number != source.ordinal or not source.early <= row.minute <= source.late:
            yield f"{row.key} comes at {row.minute}; number {source.ordinal} is due at {source.late}"


def left_out(replay: Replay) -> Iterator[str]:
    if replay.arrivals:
        yield from replay.arrivals.missed
        replay.arrivals.missed.clear()


def departure(replay: Replay, row: Row) -> Iterator[str]:
    """The first of a client's own reasons, at its minute."""
    due = replay.departures.due.get(row.key) if replay.departures else None
    if (
        row.by_way_out.event == "left"
        and replay.departures
        and (not due or not due.early <= row.minute <= due.late or due.name != row.detail)
    ):
        yield f"{row.key} leaves for {row.detail} at {row.minute}; due is {due}"


def stayed(replay: Replay) -> Iterator[str]:
    if replay.departures:
        yield from replay.departures.missed
        replay.departures.missed.clear()


CHECKS = {
    "arrival": Check("R7.3", "before", arrival, ("referred", "screened_out", "recruited")),
    "arrival left out": Check("R7.3", "instant", left_out),
    "a client is struck": Check("R8.3", "before", departure, ("left", "completed")),
    "a client is passed over": Check("R8.3", "instant", stayed),
}
