"""What the rows about one client do to the replayed state."""

from __future__ import annotations

from auditor.people import APPRENTICE, HANDOVER, HOLDING, IN_CARE, Client
from auditor.replay import Replay
from auditor.rows import Row, key_order

CLIENT_ENDS = ("completed", "dropped_out", "never_started", "reneged", "lost_on_exit")


def referred(replay: Replay, row: Row) -> None:
    client = Client(row.key, key_order(replay.programme, row.key), row.minute, since=row.minute)
    replay.clients[row.key] = replay.queue[row.key] = client


def _place(replay: Replay, row: Row, state: str) -> Client | None:
    client, worker = replay.clients.get(row.key), replay.worker(row.other)
    if client and worker:
        client.enter(state, row.minute)
        client.worker, client.slot_at = row.other, row.minute
        client.attended_here = client.unsupervised_here = 0
        worker.cases[row.key] = row.minute
        worker.last_start = row.minute
        replay.queue.pop(row.key, None)
    return client


def started(replay: Replay, row: Row) -> None:
    client = _place(replay, row, IN_CARE)
    if client:
        client.started_at, client.first_slot = row.minute, row.amount


def not_starting(replay: Replay, row: Row) -> None:
    client = _place(replay, row, HOLDING)
    if client:
        client.will_start, client.first_slot = False, row.amount


def resumed(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    if client:
        _place(replay, row, IN_CARE if client.will_start else HOLDING)
        client.first_slot = row.amount


def session(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    if client:
        client.attended += 1
        client.attended_here += 1
        client.tries, client.slot_at, client.first_slot = 0, row.minute, -1
        if row.detail == "unsupervised":
            client.unsupervised_here += 1
            client.unsupervised_total += 1


def no_show(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    if client:
        client.tries += 1
        client.no_shows += 1
        client.slot_at, client.first_slot = row.minute, -1


def _release(replay: Replay, row: Row) -> Client | None:
    client = replay.clients.get(row.key)
    if client:
        worker = replay.worker(client.worker)
        if worker:
            worker.cases.pop(row.key, None)
            replay.touched.add(worker.key)
        client.worker = ""
        replay.queue.pop(row.key, None)
    return client


def handed_over(replay: Replay, row: Row) -> None:
    client = _release(replay, row)
    if client:
        client.enter(HANDOVER, row.minute)
        client.handed_over += 1
        replay.queue[row.key] = client


def client_ended(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    holder = replay.worker(client.worker) if client else None
    if client and holder and holder.state == APPRENTICE and row.event in ("completed", "dropped_out"):
        enough = client.attended_here >= holder.tier.practice_min_sessions
        holder.counted_cases += enough and not client.unsupervised_here
    client = _release(replay, row)
    if client:
        client.ended = row.event
        client.enter(row.event, row.minute)
