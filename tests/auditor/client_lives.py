"""R8.3, R2.7: clients' own lives, in the queue and in care; care that stands still while the worker is away."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.episodes import within
from auditor.people import ABSENT
from auditor.replay import Replay
from auditor.rows import Row


def own_reason(replay: Replay, row: Row) -> Iterator[str]:
    """For a reason of the scenario, after the referral, on its date where it has one."""
    row = row.by_way_out
    if row.event != "left":
        return
    care, client = replay.programme.care, replay.clients.get(row.key)
    reason = care.reasons.get(row.detail) if care else None
    if not reason or not client:
        yield f"{row.key} leaves for {row.detail!r}, which is no reason of clients"
        return
    if reason.leaves == 0 or row.minute <= client.referred_at:
        yield f"{row.key} leaves for {row.detail} at {row.minute}, referred at {client.referred_at}"
    if reason.dates and (not within(reason.dates, row.minute) or client.referred_at >= reason.dates[0]):
        yield f"{row.key}, referred at {client.referred_at}, leaves for {row.detail} at {row.minute}: {reason.dates}"


def date_overdue(replay: Replay) -> Iterator[str]:
    """On a fixed date everybody goes who was referred before it."""
    care = replay.programme.care
    for name, reason in care.reasons.items() if care else ():
        if reason.certain and reason.dates and replay.now <= reason.dates[0] < replay.until:
            for client in replay.clients.values():
                if not client.ended and client.referred_at < reason.dates[0]:
                    yield f"{client.key} stays through {name} at {reason.dates[0]}"


def pause(replay: Replay, row: Row) -> Iterator[str]:
    """Care pauses as the worker goes away and goes on as they return; the interval is what it was (R2.7)."""
    client, worker = replay.clients.get(row.key), replay.worker(row.other)
    if not client or not worker:
        return
    if row.event == "unpaused":
        if worker.state == ABSENT or worker.away:
            yield f"{row.key} goes on with {row.other}, who is away"
    else:
        if worker.state != ABSENT or worker.away_since != row.minute or not worker.tier.hold:
            yield f"{row.key} pauses; {row.other} has not gone away now, or holds no case"
        if row.amount < 1 or not within(client.slot, row.minute + row.amount):
            yield f"{row.key} pauses with {row.amount} minutes left; it was due at {client.slot[0]} to {client.slot[1]}"


def paused_at_rest(replay: Replay) -> Iterator[str]:
    """At the end of an instant care stands still with whoever is away, for no longer than it is held (R2.7)."""
    for living in replay.living.values():
        for worker in living.values():
            away = worker.state == ABSENT
            for label in worker.cases:
                if replay.clients[label].paused != away:
                    yield f"care of {label} {'runs' if away else 'stands still'}, {worker.key} is {worker.state}"
            if worker.cases and away and worker.away_since + worker.tier.hold < replay.until:
                yield f"{worker.key} has been away since {worker.away_since} and still has {len(worker.cases)} cases"


CHECKS = {
    "a client's own reason": Check("R8.3", "before", own_reason, ("left", "completed")),
    "a client's date": Check("R8.3", "instant", date_overdue),
    "pause of care": Check("R2.7", "before", pause, ("paused", "unpaused")),
    "paused at rest": Check("R2.7", "instant", paused_at_rest),
}
