"""What happened in one run to workers who go away, learn and move up, and to clients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.replay import Replay
from auditor.rows import Row


def absences(rows: Sequence[Row]) -> Iterator[str]:
    """Who goes away in the middle of what, and what comes back."""
    suspended: set[str] = set()
    paused: set[str] = set()
    at_work: set[str] = set()
    for row in rows:
        if row.event in ("passed", "certified"):
            at_work.add(row.key)
        elif row.event == "absent":
            yield "absent from work" if row.key in at_work else "absent before training is over"
        elif row.event == "group_suspended":
            suspended.add(row.key)
        elif row.event == "group_resumed":
            suspended.discard(row.key)
        elif row.event == "group_closed" and row.key in suspended and row.detail == "dissolved":
            yield "suspended group dissolved"
        elif row.event == "paused":
            paused.add(row.key)
        elif row.event == "unpaused":
            paused.discard(row.key)
        elif row.event == "awaiting_transfer" and row.key in paused:
            paused.discard(row.key)
            yield "handed over after a pause"


def moves_up(rows: Sequence[Row]) -> Iterator[str]:
    """Further attempts and stages, refreshers made up for, and promotion."""
    failed: set[str] = set()
    missed: set[str] = set()
    limits: dict[str, int] = {}
    for row in rows:
        if row.event == "failed":
            failed.add(row.key)
        elif row.event in ("passed", "stage_passed") and row.key in failed:
            yield "passed at a later attempt"
        elif row.event == "refresher_missed":
            missed.add(row.key)
        elif row.event == "refreshed" and row.key in missed:
            yield "refresher made up for"
        elif row.event == "promoting":
            limits[row.key] = row.amount
        elif row.event == "exited" and row.detail == "promoted" and row.key in limits:
            yield "promoted at the limit" if row.minute == limits[row.key] else "promoted before the limit"


def client_ways(replay: Replay, rows: Sequence[Row]) -> Iterator[str]:
    """How clients come, and what is special about their care."""
    streams = replay.programme.care.streams if replay.programme.care else {}
    for row in rows:
        if row.event in ("referred", "screened_out"):
            if row.minute in streams[row.detail.partition(":")[0]].dates:
                yield "dated referral"
            if row.event == "referred" and row.amount:
                yield "urgent referral"
            if row.event == "referred" and ":" in row.detail:
                yield "referral with a language"
        elif row.event == "left":
            yield "left while in care" if row.other or replay.clients[row.key].started_at >= 0 else "left while waiting"
        elif row.event == "facilitator_joined" and row.minute > replay.client_groups[row.key].started_at:
            yield "substitute facilitator"
    if any(group.joined > 1 for group in replay.client_groups.values()):
        yield "several facilitators"
