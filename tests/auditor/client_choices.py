"""R8.4, R8.6: which client goes to whom, groups before referrals, and that nobody waits who could be placed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.clientele import Client, ClientGroup, client_group_of
from auditor.clinic import Demand
from auditor.people import HANDOVER, Worker
from auditor.queues import able, by_turn, in_turn
from auditor.replay import Replay
from auditor.rows import Row


def waited_for(replay: Replay) -> set[Demand]:
    """What somebody waits for now."""
    return {client.demand for client in replay.queue.values()}


def individual_next(replay: Replay) -> tuple[Client, Worker] | None:
    """Whose turn it is for individual care: the first in line of those who can be placed, and with whom."""
    found: list[tuple[Client, Worker]] = []
    for demand in waited_for(replay):
        workers = able(replay, demand) if not is_group(replay, demand) else []
        if workers:
            found.append((in_turn(replay, demand)[0], workers[0]))
    return min(found, key=lambda pair: by_turn(pair[0]), default=None)


def is_group(replay: Replay, demand: Demand) -> bool:
    care = replay.programme.care
    return care is not None and care.formats[demand[2]].in_groups and not demand[3]


def groups_next(replay: Replay) -> list[Demand]:
    """The groups that could start now, in the order in which they do: that of who is first in turn first (R8.4)."""
    care, found = replay.programme.care, []
    for demand in waited_for(replay):
        form = care.formats[demand[2]] if care else None
        waiting = in_turn(replay, demand) if form and is_group(replay, demand) else []
        if form and waiting and len(waiting) >= form.group_min and len(able(replay, demand)) >= form.facilitators:
            found.append((by_turn(waiting[0]), demand))
    return [demand for _, demand in sorted(found)]


def client_choice(replay: Replay, row: Row) -> Iterator[str]:
    """Hand-overs, then groups, then referrals; each in turn to who is next, and who fits nobody blocks nobody."""
    following = individual_next(replay)
    if following is None or following[0].key != row.key:
        yield f"{row.key} {row.event} before {following[0].key if following else 'anybody could'}, whose turn it is"
        return
    if following[1].key != row.other:
        yield f"{row.key} {row.event} with {row.other}; next for a client is {following[1].key}"
    if row.event != "resumed" and (groups := groups_next(replay)):
        yield f"{row.key} {row.event} before a group of {groups[0]} does"


def group_choice(replay: Replay, row: Row) -> Iterator[str]:
    """Groups start in the order of those who have waited for them, after those handed over."""
    named = client_group_of(replay.programme, row.key)
    demand = (named[1], named[2], named[0].name, False) if named else None
    groups, following = groups_next(replay), individual_next(replay)
    if not groups or groups[0] != demand:
        yield f"{row.key} starts; next to start is {groups[0] if groups else 'none'}"
    if following and following[0].state == HANDOVER:
        yield f"{row.key} starts before {following[0].key}, who was handed over, is placed"


def facilitator_choice(replay: Replay, row: Row) -> Iterator[str]:
    """Certified workers as they are next for a client, those who speak the language before those who do not."""
    group = replay.client_groups.get(row.key)
    if group:
        workers = able(replay, group.demand)
        best = next((worker.key for worker in workers if worker.key not in group.facilitators), "nobody")
        if best != row.other:
            yield f"{row.key} is facilitated by {row.other}; next to do so is {best}"


def group_mended(replay: Replay, row: Row) -> Iterator[str]:
    """Of the groups that lack a facilitator now, that of the earliest referral has the substitute (R8.6)."""
    group = replay.client_groups.get(row.key)
    if not group or group.started_at == row.minute:
        return
    so_far = replay.instant[: replay.position]
    late = {row.other for row in so_far if row.event == "group_closed" and row.detail == "merged"}
    for other in replay.open_client_groups.values():
        lacks = other.lost_at == row.minute and len(other.facilitators) < other.format.facilitators
        if lacks and other.members and _referred(replay, other) < _referred(replay, group):
            free = {worker.key for worker in able(replay, other.demand)}
            if free - late - set(other.facilitators):
                yield f"{row.other} steps in at {row.key}, and could at {other.key}, whose members came before"


def _referred(replay: Replay, group: ClientGroup) -> tuple[object, ...]:
    members = (replay.clients[key] for key in group.members)
    return min(((client.referred_at, client.order) for client in members), default=())


def client_left(replay: Replay) -> Iterator[str]:
    """At the end of an instant nobody waits who could be placed, and no group that could start."""
    following = individual_next(replay)
    if following:
        yield f"{following[0].key} waits while {following[1].key} could take one more"
    for demand in groups_next(replay):
        yield f"{len(in_turn(replay, demand))} wait for a group of {demand}, which could start"


PLACED = ("started", "not_starting", "resumed")
CHECKS = {
    "choice of client and worker": Check("R8.4", "before", client_choice, PLACED),
    "choice of group": Check("R8.6", "before", group_choice, ("client_group_started",)),
    "choice of facilitator": Check("R8.6", "before", facilitator_choice, ("facilitator_joined",)),
    "choice of group to mend": Check("R8.6", "before", group_mended, ("facilitator_joined",)),
    "client left waiting": Check("R8.4", "instant", client_left),
}
