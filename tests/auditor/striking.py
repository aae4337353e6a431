"""R5.1: reasons strike when they are due, with the consequence that is drawn, and nobody is passed over."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import IN_SERVICE, Worker
from auditor.replay import Replay
from auditor.rows import Row
from auditor.running import ABSENCE, EXIT, HOURS

FOLLOWS = {"exited": EXIT, "notice": EXIT, "hours_changed": HOURS, "absent": ABSENCE}


def is_strike(worker: Worker, row: Row) -> bool:
    """Whether a reason strikes now: who has worked out a notice was struck when it was given."""
    reason = worker.tier.reasons.get(row.detail)
    return reason is not None and not (row.event == "exited" and reason.notice and worker.state in IN_SERVICE)


def strike(replay: Replay, row: Row) -> Iterator[str]:
    """At the minute at which the integral of the hazard reaches the threshold; what comes first goes first (R5.5)."""
    worker = replay.worker(row.key)
    person = replay.strikes.people.get(row.key) if replay.strikes else None
    if not replay.strikes or not worker or not person or not is_strike(worker, row):
        return
    running = person.clock(row.detail)
    if running is None or running.frozen:
        yield f"{row.key} is struck by {row.detail}, whose clock does not run"
        return
    if row.event == "exited":
        replay.strikes.seen[f"{running.reason.clock.kind} {EXIT}"] += 1
    if not running.early <= row.minute <= running.late:
        yield f"{row.key} is struck by {row.detail} at {row.minute}, due at {running.late}"
    elif running.outcome != FOLLOWS[row.event]:
        yield f"{row.key} is struck by {row.detail}: {row.event}, {running.outcome} is drawn"
    for other in person.clocks:
        first = not other.done and other.late <= row.minute and other.order < running.order
        if first and not (other.outcome == ABSENCE and worker.away):
            yield f"{row.key} is struck by {row.detail} at {row.minute} before {other.name}"


def passed_over(replay: Replay) -> Iterator[str]:
    """Whoever is due before the horizon, and there, is struck."""
    if replay.strikes:
        yield from replay.strikes.missed
        replay.strikes.missed.clear()


CHECKS = {
    "strike": Check("R5.1", "before", strike, tuple(FOLLOWS)),
    "passed over": Check("R5.1", "instant", passed_over),
}
