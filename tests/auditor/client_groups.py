"""R8.6: groups of clients: who is gathered, their sessions, who is replaced, and how a group ends."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.clientele import ClientGroup
from auditor.episodes import within
from auditor.queues import able
from auditor.replay import Replay
from auditor.rows import Row, way_in


def gathered(replay: Replay) -> Iterator[str]:
    """A group starts with the first in line, as many as it may take, and its facilitators."""
    for row in replay.instant:
        group = replay.client_groups.get(row.key) if row.event == "client_group_started" else None
        if not group:
            continue
        joined = tuple(each.key for each in replay.instant if each.event == "joined_group" and each.other == row.key)
        form, wanted = group.format, group.first_in_line[: group.format.group_max]
        if set(joined) != set(wanted) or len(joined) < form.group_min or len(joined) != group.announced:
            yield f"{row.key} takes {joined} and says {group.announced}; first in line are {wanted}"
        if row.detail != form.name or group.joined < form.facilitators:
            yield f"{row.key} starts as {row.detail} with {group.joined} facilitators, not {form.facilitators}"


def into_group(replay: Replay, row: Row) -> Iterator[str]:
    """Nobody comes late, and nobody whom the group is not for."""
    client, group = replay.clients.get(row.key), replay.client_groups.get(row.other)
    if not client or not group:
        yield f"{row.key} joins {row.other or 'nothing'}, which is no group"
    elif group.started_at != row.minute or client.demand != group.demand:
        yield f"{row.key}, who waits for {client.demand}, joins {row.other}, which began at {group.started_at}"


def session_held(replay: Replay, row: Row) -> Iterator[str]:
    """One interval apart, in order, while somebody facilitates."""
    group = replay.open_client_groups.get(row.key)
    if not group:
        yield f"{row.event} of {row.key}, which is not under way"
        return
    if not within(group.slot, row.minute):
        yield f"{row.key} has a session at {row.minute}, it is due at {group.slot[0]} to {group.slot[1]}"
    if row.amount != group.sessions + 1 or row.amount > group.format.sessions or not group.facilitators:
        yield f"session {row.amount} of {row.key} after {group.sessions}, with {len(group.facilitators)} facilitators"


def everybody_at_session(replay: Replay) -> Iterator[str]:
    """At every session each starter attends or misses it, and who does not start leaves at the first (R8.2)."""
    for row in replay.instant:
        group = replay.client_groups.get(row.key) if row.event == "group_session" else None
        if group:
            here = (each for each in replay.instant if each.other == row.key)
            seen = [each.key for each in here if each.event in ("session", "no_show")]
            if sorted(seen) != sorted(group.at_session):
                yield f"session {row.amount} of {row.key} is of {sorted(seen)}; there are {sorted(group.at_session)}"
            holding = [key for key in group.members if not replay.clients[key].will_start]
            if holding:
                yield f"{', '.join(holding)} would not start and are in {row.key} after a session"


def member_ends(replay: Replay, row: Row) -> Iterator[str]:
    """At the last session, without too many missed: completed; else as anybody (R8.2, R8.6)."""
    row = row.by_way_out
    client, care = replay.clients.get(row.key), replay.programme.care
    group = replay.client_groups.get(client.group) if client else None
    if not client or not care or not group or row.event not in ("completed", "dropped_out"):
        return
    if not group.facilitators:
        yield f"{row.event} of {row.key} after {client.attended} sessions, as {group.key} has lost its facilitators"
        return
    last = group.sessions == group.format.sessions
    too_many = care.max_no_shows is not None and client.no_shows > care.max_no_shows
    missed = (client.tries > 0 and too_many) or (last and client.attended < group.format.adequate)
    stopped = client.tries == 0 and not last and care.go_on < 1
    if group.slot_at != row.minute or client.slot_at != row.minute:
        yield f"{row.event} of {row.key} at {row.minute}, the last session of {group.key} was at {group.slot_at}"
    if row.event == "completed" and (not last or missed):
        yield f"{row.key} completes {group.key} at session {group.sessions} after {client.attended} attended"
    if row.event == "dropped_out" and not {"no_shows": missed, "continue": stopped}.get(row.detail):
        yield f"{row.key} drops out of {group.key} for {row.detail!r} at session {group.sessions}"


def ends(replay: Replay, row: Row) -> Iterator[str]:
    group = replay.open_client_groups.get(row.key)
    if not group:
        yield f"{row.key} ends, which is not under way"
        return
    if group.members:
        yield f"{row.key} ends with {len(group.members)} members"
    held = group.sessions == group.format.sessions and group.slot_at == row.minute
    just = "dissolved" if not group.facilitators else "held" if held else "empty"
    if row.detail != just:
        yield f"{row.key} ends as {row.detail} after {group.sessions} sessions, not as {just}"


def at_rest(replay: Replay) -> Iterator[str]:
    """At the end of an instant every group under way has members and facilitators, replaced where they could be."""
    for group in replay.open_client_groups.values():
        if not group.members or not group.facilitators or group.sessions >= group.format.sessions:
            yield f"{group.key} goes on with {len(group.members)} members, {len(group.facilitators)} facilitators"
        if group.lost_at == replay.now:
            yield from _replaced(replay, group)


def _replaced(replay: Replay, group: ClientGroup) -> Iterator[str]:
    """Who is there or free only by what came later in the instant, promotion, a seat, a merger, is too late (R10.2)."""
    late = {row.key for row in replay.instant if row.event == "joined_supervision" or way_in(row) == "promotion"}
    late |= {row.other for row in replay.instant if row.event == "group_closed" and row.detail == "merged"}
    others = [worker.key for worker in able(replay, group.demand)]
    if len(group.facilitators) < group.format.facilitators and set(others) - late - set(group.facilitators):
        yield f"{group.key} lost {group.lost[-1]} and goes on with {len(group.facilitators)}; others could step in"


def dissolved_into(replay: Replay, row: Row) -> Iterator[str]:
    """Members go on alone when nobody facilitates any more (R8.6)."""
    client = replay.clients.get(row.key)
    group = replay.client_groups.get(client.group) if client else None
    if row.by_way_out.event in GIVEN_UP and client and group and (group.facilitators or not client.will_start):
        yield f"{row.event} of {row.key} out of {group.key} after {client.attended} sessions"


GIVEN_UP = ("awaiting_transfer", "lost_on_exit")


CHECKS = {
    "who is gathered": Check("R8.6", "instant", gathered),
    "into a group": Check("R8.6", "before", into_group, ("joined_group",)),
    "group session": Check("R8.6", "before", session_held, ("group_session",)),
    "everybody at a session": Check("R8.6", "instant", everybody_at_session),
    "how a member ends": Check("R8.6", "before", member_ends, ("completed", "dropped_out")),
    "how a group ends": Check("R8.6", "before", ends, ("client_group_ended",)),
    "client groups at rest": Check("R8.6", "instant", at_rest),
    "out of a group": Check("R8.6", "before", dissolved_into, (*GIVEN_UP, "completed")),
}
