"""R10: the order of kinds within an instant, as far as the log shows it; ascending keys within a kind."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import APPRENTICE, CANDIDATE, IN_TRAINING, Worker
from auditor.replay import Replay
from auditor.rows import Row, key_order, way_in

SESSION_END, PRACTICE_END, COURSE_END, ABSENCE_END, EXIT, HOURS, NOTICE, PATIENCE, ARRIVAL, LIFT = range(10)
CONDITIONAL = 10
REVIEW, ENDING, VACANCY, PLACING, GRACE, COURSES, CLIENTS, PUBLISHING = range(CONDITIONAL, CONDITIONAL + 8)
FIXED = {
    "session": SESSION_END,
    "no_show": SESSION_END,
    "completed": SESSION_END,
    "dropped_out": SESSION_END,
    "never_started": SESSION_END,
    "group_session": SESSION_END,
    "passed": COURSE_END,
    "stage_passed": COURSE_END,
    "failed": COURSE_END,
    "refreshed": COURSE_END,
    "returned": ABSENCE_END,
    "hours_changed": HOURS,
    "absent": NOTICE,
    "notice": NOTICE,
    "reneged": PATIENCE,
    "referred": ARRIVAL,
    "screened_out": ARRIVAL,
    "workplace_training": LIFT,
    "published": REVIEW,
    "strained": REVIEW,
    "left_supervision": ENDING,
    "group_closed": ENDING,
    "moved": ENDING,
    "requeued": ENDING,
    "left_course": ENDING,
    "left_refresher": ENDING,
    "group_suspended": ENDING,
    "group_resumed": ENDING,
    "group_shed": ENDING,
    "paused": ENDING,
    "unpaused": ENDING,
    "vacancies": VACANCY,
    "promoting": VACANCY,
    "group_opened": PLACING,
    "joined_supervision": PLACING,
    "lapsed": GRACE,
    "course_lapsed": COURSES,
    "course_started": COURSES,
    "entered_course": COURSES,
    "refresher_started": COURSES,
    "joined_refresher": COURSES,
    "started": CLIENTS,
    "not_starting": CLIENTS,
    "resumed": CLIENTS,
    "client_group_started": CLIENTS,
    "joined_group": CLIENTS,
    "unsupervised": PUBLISHING,
    "binding_constraint": PUBLISHING,
}
EXITS = {
    "failed_training": COURSE_END,
    "gave_up_waiting": PATIENCE,
    "not_certified": EXIT,
    "not_selected": ARRIVAL,
    "promoted": VACANCY,
}
CERTIFICATES = {"clients": SESSION_END, "simulated": PRACTICE_END, "none": COURSE_END}


def place(replay: Replay, row: Row) -> int:
    """Where a row belongs in its instant, given the state before it; -1 where the log does not show it."""
    client = replay.clients.get(row.key)
    if client and client.group and not replay.client_groups[client.group].facilitators:
        return -1  # with what took the last facilitator away
    if row.event == "never_started" and client and not client.group and row.minute != client.slot[0]:
        return _of_clients(replay, row)  # with what became of the worker
    row = row.by_way_out
    if row.event in FIXED:
        return -1 if row.event == "workplace_training" and row.minute == 0 else FIXED[row.event]
    worker = replay.worker(row.key)
    if row.event == "recruited":
        return VACANCY if way_in(row) == "promotion" else ARRIVAL
    if row.event == "certified":
        if worker and worker.entry == "promotion" and worker.state != APPRENTICE:
            return VACANCY
        if worker and worker.passed_at == row.minute:
            return COURSE_END
        return _certified(replay, worker) if worker and worker.state == APPRENTICE else ARRIVAL
    if row.event == "refresher_missed":  # by who leaves one after its day, or at the end by who was in none
        earlier = replay.instant[: replay.position]
        left = any(each.event == "left_refresher" and each.key == row.key for each in earlier)
        return ENDING if left else PUBLISHING
    if row.event in ("not_deployed", "no_trainer") or row.detail == "not_deployed":
        return -1  # with the certificate
    if row.event == "exited":
        reason = worker.tier.reasons.get(row.detail) if worker else None
        at_once = worker is not None and worker.state in (CANDIDATE, IN_TRAINING)
        return NOTICE if reason and reason.notice and at_once else EXITS.get(row.detail, EXIT)
    if row.event in ("trainer_joined", "facilitator_joined"):
        started = replay.courses.get(row.key) or replay.client_groups.get(row.key)
        first = COURSES if row.event == "trainer_joined" else CLIENTS
        return first if started and started.started_at == row.minute else ENDING
    if row.event in ("course_ended", "refresher_ended"):
        return COURSE_END if row.detail == "held" else ENDING
    return _of_clients(replay, row)


def _certified(replay: Replay, worker: Worker) -> int:
    """With the end of practice; of cases with the last session, or as a client leaves or the apprentice returns."""
    previous = replay.instant[replay.position - 1] if replay.position else None
    if worker.tier.practice == "clients" and previous and previous.by_way_out.event in ("left", "returned"):
        return -1
    return CERTIFICATES[worker.tier.practice]


def _of_clients(replay: Replay, row: Row) -> int:
    """Rows about clients that may stand at several places."""
    if row.event in ("left", "client_group_ended"):
        return -1
    holder = replay.worker(row.other)  # handed_over, lost_on_exit
    if not holder:
        return PATIENCE if row.event == "lost_on_exit" else ENDING
    return GRACE if holder.lapsed_at == row.minute else ENDING if holder.promoting_by < 0 else -1


def kinds_in_order(replay: Replay, row: Row) -> Iterator[str]:
    """Events by rank, then the C-phase; its activities may repeat, but what is published comes last."""
    here = place(replay, row)
    before = replay.place if replay.position else -1
    replay.place = max(here, before)
    if here < 0:
        return
    replay.place = here
    if min(here, CONDITIONAL) < min(before, CONDITIONAL) or (here >= CONDITIONAL and here < before == PUBLISHING):
        previous = replay.instant[replay.position - 1]
        yield f"{row.event} {row.key} comes after {previous.event} {previous.key} at one instant"


KEYED = ("session", "no_show", "passed", "exited", "notice", "reneged", "course_ended", "unsupervised")
KEYED += ("absent", "returned", "hours_changed")


def keys_in_order(replay: Replay, row: Row) -> Iterator[str]:
    """Within a kind of event the lower key goes first; so do the trainees of one course, who pass or fail."""
    if replay.position == 0:
        replay.last_keys.clear()
    if row.event not in KEYED or row.detail in ("cancelled", "empty", "not_selected", "not_deployed", "promoted"):
        return
    if row.other in replay.client_groups:
        return  # the members of one group after another
    worker, rank = replay.worker(row.key), place(replay, row)
    group = (row.kind, rank, worker.course if worker and rank == COURSE_END else "")
    key = key_order(replay.programme, row.key) if worker is None else worker.order
    if key < replay.last_keys.get(group, ()):
        yield f"{row.event} {row.key} comes after a higher key"
    replay.last_keys[group] = key


CHECKS = {
    "kinds in order": Check("R10.1", "before", kinds_in_order),
    "keys in order": Check("R10.1", "before", keys_in_order),
}
