"""What each row of the log does to the replayed state: the table of it."""

from __future__ import annotations

from collections.abc import Callable

from auditor import apply_client_groups as client_groups
from auditor import apply_clients as clients
from auditor import apply_groups as groups
from auditor import apply_life as life
from auditor import apply_workers as workers
from auditor import competence
from auditor.apply_clients import CLIENT_ENDS
from auditor.replay import Replay
from auditor.rows import Row


def apply(replay: Replay, row: Row) -> None:
    """Change the state as this row says; rows of an unknown event change nothing."""
    replay.known.clear()
    replay.teaching.note(replay, row)
    replay.rows[row.event] += 1
    replay.when[row.tier, row.event].append(row.minute)
    if row.event in ("exited", "course_ended", "refresher_ended"):
        replay.when[row.tier, f"{row.event}.{row.detail}"].append(row.minute)
    for label in (row.key, row.other):
        if label in replay.workers:
            replay.touched.add(label)
    handler = HANDLERS.get(row.event)
    if handler:
        handler(replay, row)
    _practised(replay, row)
    for drawn in (replay.strikes, replay.arrivals, replay.departures):
        if drawn:
            drawn.note(row)
    worker = replay.worker(row.key)
    if worker and worker.facilitates and row.event in ENDS_FACILITATING:
        client_groups.lose_facilitator(replay, worker, row.minute)


def _practised(replay: Replay, row: Row) -> None:
    """Whoever has held a session has learned from it (R6.2); of groups see `client_groups.attended`."""
    if row.event == "session" and row.other in replay.workers:
        competence.practised(replay.workers[row.other], row.minute)


ENDS_FACILITATING = ("exited", "absent", "lapsed", "not_deployed")
HANDLERS: dict[str, Callable[[Replay, Row], None]] = {
    handler.__name__: handler
    for handler in (
        workers.recruited,
        workers.entered_course,
        workers.failed,
        workers.stage_passed,
        workers.passed,
        workers.certified,
        workers.notice,
        workers.exited,
        workers.joined_supervision,
        workers.left_supervision,
        workers.moved,
        workers.unsupervised,
        workers.lapsed,
        groups.group_opened,
        groups.group_closed,
        groups.course_started,
        groups.course_lapsed,
        groups.refresher_started,
        life.absent,
        life.returned,
        life.hours_changed,
        life.not_deployed,
        life.no_trainer,
        life.promoting,
        life.strained,
        life.joined_refresher,
        life.refreshed,
        life.left_refresher,
        life.refresher_missed,
        life.group_suspended,
        life.group_resumed,
        life.group_shed,
        life.vacancies,
        life.workplace_training,
        life.published,
        groups.trainer_joined,
        groups.course_ended,
        groups.binding_constraint,
        clients.referred,
        clients.screened_out,
        clients.started,
        clients.not_starting,
        clients.resumed,
        clients.session,
        clients.no_show,
        clients.awaiting_transfer,
        clients.paused,
        clients.unpaused,
        client_groups.client_group_started,
        client_groups.facilitator_joined,
        client_groups.joined_group,
        client_groups.group_session,
        client_groups.client_group_ended,
    )
}
HANDLERS |= dict.fromkeys(("requeued", "left_course"), workers.back_in_queue)
HANDLERS |= {"refresher_ended": groups.course_ended}
HANDLERS |= dict.fromkeys(CLIENT_ENDS, clients.client_ended)
