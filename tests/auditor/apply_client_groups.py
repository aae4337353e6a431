"""What the rows about groups of clients do to the replayed state (R8.6)."""

from __future__ import annotations

from auditor import competence
from auditor.clientele import Client, ClientGroup, client_group_of
from auditor.people import HOLDING, IN_CARE, Worker
from auditor.queues import in_turn
from auditor.replay import Replay
from auditor.rows import Row


def client_group_started(replay: Replay, row: Row) -> None:
    care, named = replay.programme.care, client_group_of(replay.programme, row.key)
    if care and named:
        form, site, language, order = named
        waiting = in_turn(replay, (site, language, form.name, False))
        group = ClientGroup(
            key=row.key,
            order=order,
            site=site,
            language=language,
            format=form,
            started_at=row.minute,
            announced=row.amount,
            first_in_line=tuple(client.key for client in waiting),
        )
        group.expect(row.minute, replay.intervals.of_group(group) if replay.intervals else -1)
        replay.client_groups[row.key] = replay.open_client_groups[row.key] = group


def facilitator_joined(replay: Replay, row: Row) -> None:
    group, worker = replay.client_groups.get(row.key), replay.worker(row.other)
    if group and worker:
        group.facilitators[row.other] = row.detail == "interpreter"
        group.joined += 1
        worker.facilitates.add(row.key)
        worker.last_start = row.minute
        replay.touched.add(row.other)


def joined_group(replay: Replay, row: Row) -> None:
    client, group = replay.clients.get(row.key), replay.client_groups.get(row.other)
    if client and group:
        client.will_start = row.detail == "started"
        client.enter(IN_CARE if client.will_start else HOLDING, row.minute)
        client.group, client.slot_at, client.was_offered = row.other, row.minute, True
        client.attended_here = client.unsupervised_here = 0
        if client.will_start:
            client.started_at = row.minute
        group.members.add(row.key)
        replay.queue.pop(row.key, None)


def group_session(replay: Replay, row: Row) -> None:
    """The next session of a group; whether it is held, its members' rows say."""
    group = replay.client_groups.get(row.key)
    if group:
        group.sessions += 1
        group.expect(row.minute, replay.intervals.of_group(group) if replay.intervals else -1)
        replay.touched |= group.facilitators.keys()
        clients = sorted((replay.clients[key] for key in group.members), key=lambda client: client.order)
        starters = [client for client in clients if client.will_start]
        group.at_session = tuple(client.key for client in starters)
        group.is_held = False


def attended(replay: Replay, client: Client, minute: int) -> None:
    """It is held in the name of the first who comes, with an interpreter if any facilitator needs one."""
    group = replay.client_groups[client.group]
    if group.is_held:
        return
    group.is_held = True
    client.held += 1
    interpreted = any(group.facilitators.values())
    client.interpreted_times += interpreted
    replay.give(interpreted * group.format.interpreter_minutes)
    for label in group.facilitators:
        competence.practised(replay.workers[label], minute)


def client_group_ended(replay: Replay, row: Row) -> None:
    group = replay.client_groups.get(row.key)
    if group:
        group.ended_at, group.ended_as = row.minute, row.detail
        replay.open_client_groups.pop(row.key, None)
        for label in group.facilitators:
            replay.workers[label].facilitates.discard(row.key)
            replay.touched.add(label)


def lose_facilitator(replay: Replay, worker: Worker, minute: int) -> None:
    """Whoever has gone, is away, has lapsed or is idle facilitates no more; no row of the log says so."""
    for key in sorted(worker.facilitates):
        group = replay.client_groups[key]
        group.facilitators.pop(worker.key, None)
        group.lost.append(worker.key)
        group.lost_at = minute
    worker.facilitates.clear()
