"""R8.1-R8.3: sessions one interval apart, what ends an episode, patience, and the balance of clients (R8.8)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.apply_clients import CLIENT_ENDS
from auditor.care import gives_up
from auditor.check import Check
from auditor.clientele import Client
from auditor.clinic import Care, Span
from auditor.people import HANDOVER, IN_CARE, OPEN, WAITING, Worker
from auditor.replay import Replay
from auditor.rows import Row


def within(span: Span, minute: int) -> bool:
    """Whether a minute, or a number of them, lies in a span."""
    return span[0] <= minute and (span[1] is None or minute <= span[1])


def announced(replay: Replay, row: Row) -> Iterator[str]:
    """A place begins with an interval that the scenario can give; only who may not start does not start (R8.2)."""
    care, client = replay.programme.care, replay.clients.get(row.key)
    if not care or not client:
        return
    drawn = replay.intervals.of_client(client) if replay.intervals else row.amount
    if row.event != "joined_group" and (not within(client.format.interval, row.amount) or row.amount != drawn):
        yield f"{row.key} has a first interval of {row.amount} minutes, {drawn} are drawn of {client.format.interval}"
    starts = row.detail == "started" if row.event == "joined_group" else row.event == "started"
    if row.event != "resumed" and care.start == (0 if starts else 1):
        yield f"{row.event} {row.detail} of {row.key} with a start probability of {care.start}"


def slots(replay: Replay, row: Row) -> Iterator[str]:
    """Every session, no-show and end of a held place lies one interval after what came before (R8.1)."""
    client = replay.clients.get(row.key)
    if not client or client.state not in OPEN:
        return
    group = replay.client_groups.get(client.group)
    if group:
        if group.slot_at != row.minute and group.facilitators:
            yield f"{row.event} of {row.key} at {row.minute}, the last session of {group.key} was at {group.slot_at}"
    elif row.event == "never_started" and gives_up(replay, replay.worker(client.worker), row.minute):
        return  # at once, as nobody else need wait for them (R8.5)
    elif client.paused or not within(client.slot, row.minute):
        yield f"{row.event} of {row.key} at {row.minute}, it is due at {client.slot[0]} to {client.slot[1]}"


def slots_overdue(replay: Replay) -> Iterator[str]:
    for living in replay.living.values():
        for worker in living.values():
            for label in worker.cases:
                client = replay.clients[label]
                if not client.paused and client.slot[1] is not None and client.slot[1] < replay.until:
                    yield f"{label} has had nothing since {client.slot_at}; the next was due at {client.slot[1]}"
    for group in replay.open_client_groups.values():
        if group.slot[1] is not None and group.slot[1] < replay.until:
            yield f"{group.key} has had no session since {group.slot_at}; the next was due at {group.slot[1]}"


def sessions(replay: Replay, row: Row) -> Iterator[str]:
    """Sessions count up by one, supervised if the worker, or any facilitator, was just before (R4.7)."""
    client, care = replay.clients.get(row.key), replay.programme.care
    if not client or not care:
        return
    if row.event == "no_show":
        before = client.no_shows if client.group else client.tries
        if row.amount != before + 1 or care.no_show == 0:
            yield f"no_show {row.amount} of {row.key} after {before}"
        return
    if row.amount != client.attended + 1 or client.attended >= client.format.sessions or care.no_show == 1:
        yield f"session {row.amount} of {row.key} after {client.attended} of {client.format.sessions}"
    held_by = seen_by(replay, client)
    supervised = any(worker.supervised for worker in held_by)
    if (row.detail == "supervised") != supervised:
        names = ", ".join(worker.key for worker in held_by)
        yield f"session of {row.key} is {row.detail}, {names} has {'a' if supervised else 'no'} supervisor"


def seen_by(replay: Replay, client: Client) -> list[Worker]:
    """The worker of a client, or the facilitators of their group."""
    group = replay.client_groups.get(client.group)
    labels = list(group.facilitators) if group else [client.worker]
    return [replay.workers[label] for label in labels if label in replay.workers]


def endings(replay: Replay, row: Row) -> Iterator[str]:
    """Care ends with the last session, after an attended one or with one no-show too many (R8.2)."""
    row = row.by_way_out
    client, care = replay.clients.get(row.key), replay.programme.care
    if not client or not care or client.group or row.event not in ("completed", "dropped_out"):
        return
    done = client.attended == client.format.sessions
    if row.minute != client.slot_at or client.slot_at == client.started_at:
        yield f"{row.event} of {row.key} at {row.minute}, their last session or no-show was at {client.slot_at}"
    if done != (row.event == "completed"):
        yield f"{row.event} of {row.key} after {client.attended} of {client.format.sessions} sessions"
    if row.event == "dropped_out":
        just = "continue" if client.tries == 0 else "no_shows"
        too_many = care.max_no_shows is not None and client.no_shows > care.max_no_shows
        if row.detail != just or (just == "continue" and care.go_on == 1) or (just == "no_shows" and not too_many):
            yield f"{row.key} drops out for {row.detail!r} after {client.no_shows} no-shows"


def outcome(replay: Replay, row: Row) -> Iterator[str]:
    """Whoever has attended an adequate number of sessions has completed, however care ends, and nobody else (R8.2)."""
    client = replay.clients.get(row.key)
    if client and (client.attended >= client.format.adequate) != (row.event == "completed"):
        yield f"{row.event} of {row.key} after {client.attended} sessions, {client.format.adequate} are adequate"


def in_care_at_rest(replay: Replay) -> Iterator[str]:
    """At the end of an instant nobody is in care who has had every session or too many no-shows."""
    care = replay.programme.care
    for each in replay.instant:
        client = replay.clients.get(each.key)
        if care and client and client.state == IN_CARE and each.event in ("session", "no_show"):
            too_many = care.max_no_shows is not None and client.no_shows > care.max_no_shows
            if client.attended >= client.format.sessions or too_many:
                yield f"{each.key} is still in care after {client.attended} sessions, {client.no_shows} no-shows"


def _patience(care: Care, client: Client) -> Span | None:
    return {WAITING: care.patience, HANDOVER: care.handover_patience}.get(client.state)


def patience(replay: Replay, row: Row) -> Iterator[str]:
    """Waiting ends when patience does: not before by itself, and not later by a place (R8.3, R8.5)."""
    client, care = replay.clients.get(row.key), replay.programme.care
    if not client or not care or client.state not in (WAITING, HANDOVER):
        return
    span, waited = _patience(care, client), row.minute - client.since
    if row.by_way_out.event == "left":
        return
    if row.event in ("reneged", "lost_on_exit", "completed"):
        if not span or not within(span, waited):
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
    cases = sum(len(worker.cases) for living in replay.living.values() for worker in living.values())
    members = sum(len(group.members) for group in replay.open_client_groups.values())
    known = len(replay.queue) + cases + members + gone
    if replay.rows["referred"] != known:
        waiting = len(replay.queue)
        yield f"{replay.rows['referred']} referred, but {waiting} wait, {cases + members} in care, {gone} gone"


PLACED = ("started", "not_starting", "resumed")
CHECKS = {
    "first interval": Check("R8.2", "before", announced, (*PLACED, "joined_group")),
    "one interval apart": Check("R8.1", "before", slots, ("session", "no_show", "never_started")),
    "session overdue": Check("R8.1", "instant", slots_overdue),
    "session count": Check("R4.7", "before", sessions, ("session", "no_show")),
    "how care ends": Check("R8.2", "before", endings, ("completed", "dropped_out")),
    "who has completed": Check("R8.2", "before", outcome, CLIENT_ENDS),
    "in care at rest": Check("R8.2", "instant", in_care_at_rest),
    "client patience": Check(
        "R8.3", "before", patience, ("reneged", "lost_on_exit", "completed", *PLACED, "joined_group")
    ),
    "client patience overdue": Check("R8.3", "instant", patience_overdue),
    "client balance": Check("R8.8", "instant", balance),
}
