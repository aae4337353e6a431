"""What the rows about one client do to the replayed state."""

from __future__ import annotations

from auditor.apply_client_groups import attended
from auditor.clientele import Client
from auditor.people import APPRENTICE, HANDOVER, HOLDING, IN_CARE
from auditor.replay import Replay
from auditor.rows import Row, key_order

CLIENT_ENDS = ("completed", "dropped_out", "never_started", "reneged", "lost_on_exit", "left")
OUTCOMES = {each: each for each in CLIENT_ENDS} | {"left": "left_for_own_reason"}
"""What has become of a client, by the event that says so."""


def referred(replay: Replay, row: Row) -> None:
    care = replay.programme.care
    language = row.detail.partition(":")[2]
    stream = care.streams.get(row.key.partition(":")[0]) if care else None
    if care and stream:
        client = Client(
            key=row.key,
            order=key_order(replay.programme, row.key),
            referred_at=row.minute,
            stream=stream,
            language=language,
            urgent=row.amount == 1,
            format=care.formats[stream.format],
            since=row.minute,
        )
        replay.clients[row.key] = replay.queue[row.key] = client


def screened_out(replay: Replay, row: Row) -> None:
    replay.screened_out[row.key] = row.minute


def _place(replay: Replay, row: Row, state: str) -> Client | None:
    client, worker = replay.clients.get(row.key), replay.worker(row.other)
    if client and worker:
        client.enter(state, row.minute)
        client.worker, client.slot_at = row.other, row.minute
        client.interpreted = row.detail == "interpreter"
        client.attended_here = client.unsupervised_here = 0
        client.wait_for(row.minute, row.amount)
        worker.cases[row.key] = row.minute
        worker.last_start = row.minute
        replay.queue.pop(row.key, None)
    return client


def started(replay: Replay, row: Row) -> None:
    client = _place(replay, row, IN_CARE)
    if client:
        client.started_at, client.was_offered, client.assessing = row.minute, True, True


def not_starting(replay: Replay, row: Row) -> None:
    client = _place(replay, row, HOLDING)
    if client:
        client.will_start, client.was_offered, client.assessing = False, True, True


def resumed(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    if client:
        _place(replay, row, IN_CARE if client.will_start else HOLDING)


def session(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    if not client:
        return
    client.attended += 1
    client.attended_here += 1
    client.tries, client.slot_at = 0, row.minute
    if row.detail == "unsupervised":
        client.unsupervised_here += 1
        client.unsupervised_total += 1
    if client.group in replay.client_groups:
        attended(replay, client, row.minute)
    else:
        client.wait_for(row.minute, replay.intervals.of_client(client) if replay.intervals else -1)
        _assessed(replay, client)
        client.held += 1
        client.interpreted_times += client.interpreted
        replay.give(client.interpreted * client.format.interpreter_minutes)


def no_show(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    if client:
        client.tries += 1
        client.no_shows += 1
        client.slot_at = row.minute
        if not client.group:
            _assessed(replay, client)
            client.wait_for(row.minute, replay.intervals.of_client(client) if replay.intervals else -1)


def _assessed(replay: Replay, client: Client) -> None:
    """The first interval is over, and with it the assessment, for which an interpreter may have been there."""
    if client.assessing:
        minutes = client.format.assessment_interpreter_minutes
        replay.given["interpreter_minutes"].append((replay.now, client.interpreted * minutes))
    client.assessing = False


def paused(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    if client:
        client.left = row.amount


def unpaused(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    if client:
        client.expect(row.minute, exactly=max(0, client.left))


def _release(replay: Replay, row: Row) -> Client | None:
    client = replay.clients.get(row.key)
    if client:
        worker, group = replay.worker(client.worker), replay.client_groups.get(client.group)
        if worker:
            worker.cases.pop(row.key, None)
            replay.touched.add(worker.key)
        if group:
            group.members.discard(row.key)
        client.worker = client.group = ""
        client.assessing, client.left = False, -1
        replay.queue.pop(row.key, None)
    return client


def awaiting_transfer(replay: Replay, row: Row) -> None:
    """Back in the queue; who was in a group goes on alone (R8.6)."""
    client = _release(replay, row)
    if client:
        client.enter(HANDOVER, row.minute)
        client.handed_over += 1
        replay.queue[row.key] = client


def client_ended(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    holder = replay.worker(client.worker) if client else None
    learning = holder and APPRENTICE in (holder.state, holder.left_state if holder.away else "")
    if client and holder and learning and row.by_way_out.event in ("completed", "dropped_out", "left"):
        enough = client.attended_here >= (holder.tier.practice_min_sessions or client.format.sessions)
        counts = enough and (not client.unsupervised_here or not holder.tier.supervision)  # R4.8
        holder.counted_cases += counts
        holder.enough_while_away |= holder.away and counts and holder.counted_cases == holder.tier.practice_cases
    if client and row.event == "never_started" and client.slot[0] == row.minute:
        _assessed(replay, client)
    client = _release(replay, row)
    if client:
        client.ended = OUTCOMES[row.event]
        client.enter(client.ended, row.minute)
