"""R8.1-R8.3: sessions one interval apart, what ends an episode, patience, and the balance of clients (R8.8)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.apply_clients import CLIENT_ENDS
from auditor.check import Check
from auditor.people import HANDOVER, IN_CARE, OPEN, WAITING, Client
from auditor.programme import Care
from auditor.replay import Replay
from auditor.rows import Row


def announced(replay: Replay, row: Row) -> Iterator[str]:
    """A place begins with an interval that the scenario can give; only who may not start does not start (R8.2)."""
    care = replay.programme.care
    if not care:
        return
    if row.amount < care.interval[0] or (care.interval[1] is not None and row.amount > care.interval[1]):
        yield f"{row.key} has a first interval of {row.amount} minutes, outside {care.interval}"
    if (row.event == "not_starting" and care.start == 1) or (row.event == "started" and care.start == 0):
        yield f"{row.event} of {row.key} with a start probability of {care.start}"


def slots(replay: Replay, row: Row) -> Iterator[str]:
    """Every session, no-show and end of a held place lies one interval after what came before (R8.1)."""
    client, care = replay.clients.get(row.key), replay.programme.care
    if not client or not care or client.state not in OPEN:
        return
    since = row.minute - client.slot_at
    shortest, longest = (client.first_slot, client.first_slot) if client.first_slot >= 0 else care.interval
    if since < shortest or (longest is not None and since > longest):
        yield f"{row.event} of {row.key} after {since} minutes, the interval is {shortest} to {longest}"


def slots_overdue(replay: Replay) -> Iterator[str]:
    care = replay.programme.care
    for living in replay.living.values():
        for worker in living.values():
            for label in worker.cases:
                client = replay.clients[label]
                longest = client.first_slot if client.first_slot >= 0 else care.interval[1] if care else None
                if longest is not None and client.slot_at + longest < replay.until:
                    yield f"{label} has had nothing since {client.slot_at}, the interval is at most {longest}"


def sessions(replay: Replay, row: Row) -> Iterator[str]:
    """Sessions count up by one, supervised if the worker was just before (R4.7)."""
    client, care = replay.clients.get(row.key), replay.programme.care
    worker = replay.worker(client.worker) if client else None
    if not client or not care or not worker:
        return
    if row.event == "no_show":
        if row.amount != client.tries + 1 or care.no_show == 0:
            yield f"no_show {row.amount} of {row.key} after {client.tries} at this session"
        return
    if row.amount != client.attended + 1 or client.attended >= care.sessions or care.no_show == 1:
        yield f"session {row.amount} of {row.key} after {client.attended} of {care.sessions}"
    if (row.detail == "supervised") != worker.supervised:
        yield f"session of {row.key} is {row.detail}, {worker.key} has {'a' if worker.supervised else 'no'} supervisor"


def endings(replay: Replay, row: Row) -> Iterator[str]:
    """Completed with the last session; dropped out after an attended one or one no-show too many (R8.2)."""
    client, care = replay.clients.get(row.key), replay.programme.care
    if not client or not care:
        return
    done = client.attended == care.sessions
    if row.minute != client.slot_at or client.slot_at == client.started_at:
        yield f"{row.event} of {row.key} at {row.minute}, their last session or no-show was at {client.slot_at}"
    if done != (row.event == "completed"):
        yield f"{row.event} of {row.key} after {client.attended} of {care.sessions} sessions"
    if row.event == "dropped_out":
        just = "continue" if client.tries == 0 else "no_shows"
        too_many = care.max_no_shows is not None and client.no_shows > care.max_no_shows
        if row.detail != just or (just == "continue" and care.go_on == 1) or (just == "no_shows" and not too_many):
            yield f"{row.key} drops out for {row.detail!r} after {client.no_shows} no-shows"


def in_care_at_rest(replay: Replay) -> Iterator[str]:
    """At the end of an instant nobody is in care who has had every session or too many no-shows."""
    care = replay.programme.care
    for each in replay.instant:
        client = replay.clients.get(each.key)
        if care and client and client.state == IN_CARE and each.event in ("session", "no_show"):
            too_many = care.max_no_shows is not None and client.no_shows > care.max_no_shows
            if client.attended >= care.sessions or too_many:
                yield f"{each.key} is still in care after {client.attended} sessions, {client.no_shows} no-shows"


def _patience(care: Care, client: Client) -> tuple[int, int | None] | None:
    return {WAITING: care.patience, HANDOVER: care.handover_patience}.get(client.state)


def patience(replay: Replay, row: Row) -> Iterator[str]:
    """Waiting ends when patience does: not before by itself, and not later by a place (R8.3, R8.5)."""
    client, care = replay.clients.get(row.key), replay.programme.care
    if not client or not care or client.state not in (WAITING, HANDOVER):
        return
    span, waited = _patience(care, client), row.minute - client.since
    if row.event in ("reneged", "lost_on_exit"):
        if not span or waited < span[0] or (span[1] is not None and waited > span[1]):
            yield f"{row.event} of {row.key} after {waited} minutes, patience is {span}"
    elif span and span[1] is not None and waited >= span[1]:
        yield f"{row.event} of {row.key} after {waited} minutes, patience is {span}"


def patience_overdue(replay: Replay) -> Iterator[str]:
    care = replay.programme.care
    for label, client in replay.queue.items():
        span = _patience(care, client) if care else None
        if span and span[1] is not None and client.since + span[1] < replay.until:
            yield f"{label} is still {client.state} at {replay.until - 1}, patience from {client.since} is {span}"


def balance(replay: Replay) -> Iterator[str]:
    """Whoever was referred is waiting, in hand-over, in care or gone, and in one of these only (R8.8)."""
    if all(each.key not in replay.clients for each in replay.instant):
        return
    gone = sum(replay.rows[event] for event in CLIENT_ENDS)
    open_cases = sum(len(worker.cases) for worker in replay.workers.values())
    known = len(replay.queue) + open_cases + gone
    if replay.rows["referred"] != known:
        yield f"{replay.rows['referred']} referred, but {len(replay.queue)} wait, {open_cases} in care, {gone} gone"


CHECKS = {
    "first interval": Check("R8.2", "before", announced, ("started", "not_starting", "resumed")),
    "one interval apart": Check("R8.1", "before", slots, ("session", "no_show", "never_started")),
    "session overdue": Check("R8.1", "instant", slots_overdue),
    "session count": Check("R4.7", "before", sessions, ("session", "no_show")),
    "how care ends": Check("R8.2", "before", endings, ("completed", "dropped_out")),
    "in care at rest": Check("R8.2", "instant", in_care_at_rest),
    "client patience": Check(
        "R8.3", "before", patience, ("reneged", "lost_on_exit", "started", "not_starting", "resumed")
    ),
    "client patience overdue": Check("R8.3", "instant", patience_overdue),
    "client balance": Check("R8.8", "instant", balance),
}
