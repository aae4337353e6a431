"""What each row of the log does to the replayed state: the table of it."""

from __future__ import annotations

from collections.abc import Callable

from auditor import apply_clients as clients
from auditor import apply_groups as groups
from auditor import apply_workers as workers
from auditor.apply_clients import CLIENT_ENDS
from auditor.replay import Replay
from auditor.rows import Row


def apply(replay: Replay, row: Row) -> None:
    """Change the state as this row says; rows of an unknown event change nothing."""
    replay.known.clear()
    replay.rows[row.event] += 1
    replay.when[row.tier, row.event].append(row.minute)
    if row.event in ("exited", "course_ended"):
        replay.when[row.tier, f"{row.event}.{row.detail}"].append(row.minute)
    for label in (row.key, row.other):
        if label in replay.workers:
            replay.touched.add(label)
    handler = HANDLERS.get(row.event)
    if handler:
        handler(replay, row)


HANDLERS: dict[str, Callable[[Replay, Row], None]] = {
    handler.__name__: handler
    for handler in (
        workers.recruited,
        workers.entered_course,
        workers.requeued,
        workers.passed,
        workers.certified,
        workers.notice,
        workers.exited,
        workers.seated,
        workers.unseated,
        workers.moved,
        workers.unsupervised,
        workers.lapsed,
        groups.group_opened,
        groups.group_closed,
        groups.course_started,
        groups.course_lapsed,
        groups.trainer_joined,
        groups.course_ended,
        groups.binds,
        clients.referred,
        clients.started,
        clients.not_starting,
        clients.resumed,
        clients.session,
        clients.no_show,
        clients.handed_over,
    )
} | dict.fromkeys(CLIENT_ENDS, clients.client_ended)
