"""R10: the order of kinds within an instant, as far as the log shows it; ascending keys within a kind."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import APPRENTICE, CANDIDATE, IN_TRAINING
from auditor.replay import Replay
from auditor.rows import Row, key_order

SESSION_END, PRACTICE_END, COURSE_END, EXIT, NOTICE, PATIENCE, ARRIVAL, CONDITIONAL = range(8)
ENDING, PLACING, GRACE, COURSES, CLIENTS, PUBLISHING = range(CONDITIONAL, CONDITIONAL + 6)
FIXED = {
    "session": SESSION_END,
    "no_show": SESSION_END,
    "completed": SESSION_END,
    "dropped_out": SESSION_END,
    "never_started": SESSION_END,
    "passed": COURSE_END,
    "notice": NOTICE,
    "reneged": PATIENCE,
    "recruited": ARRIVAL,
    "referred": ARRIVAL,
    "unseated": ENDING,
    "group_closed": ENDING,
    "moved": ENDING,
    "requeued": ENDING,
    "group_opened": PLACING,
    "seated": PLACING,
    "lapsed": GRACE,
    "course_lapsed": COURSES,
    "course_started": COURSES,
    "entered_course": COURSES,
    "started": CLIENTS,
    "not_starting": CLIENTS,
    "resumed": CLIENTS,
    "unsupervised": PUBLISHING,
    "binds": PUBLISHING,
}
EXITS = {"failed_training": COURSE_END, "gave_up_waiting": PATIENCE, "not_certified": EXIT}
CERTIFICATES = {"clients": SESSION_END, "simulated": PRACTICE_END, "none": COURSE_END}


def place(replay: Replay, row: Row) -> int:
    """Where a row belongs in its instant, given the state before it."""
    if row.event in FIXED:
        return FIXED[row.event]
    worker = replay.worker(row.key)
    if row.event == "certified":
        return CERTIFICATES[worker.tier.practice] if worker and worker.state == APPRENTICE else ARRIVAL
    if row.event == "exited":
        reason = worker.tier.reasons.get(row.detail) if worker else None
        at_once = worker is not None and worker.state in (CANDIDATE, IN_TRAINING)
        return NOTICE if reason and reason.notice and at_once else EXITS.get(row.detail, EXIT)
    if row.event == "trainer_joined":
        course = replay.courses.get(row.key)
        return COURSES if course and course.started_at == row.minute else ENDING
    if row.event == "course_ended":
        return COURSE_END if row.detail == "held" else ENDING
    holder = replay.worker(row.other)  # handed_over, lost_on_exit
    if not holder:
        return PATIENCE
    return ENDING if holder.exited_at == row.minute else GRACE


def kinds_in_order(replay: Replay, row: Row) -> Iterator[str]:
    """Events by rank, then the C-phase; its activities may repeat, but what is published comes last."""
    here = place(replay, row)
    before = replay.place if replay.position else -1
    replay.place = here
    if min(here, CONDITIONAL) < min(before, CONDITIONAL) or (here >= CONDITIONAL and here < before == PUBLISHING):
        previous = replay.instant[replay.position - 1]
        yield f"{row.event} {row.key} comes after {previous.event} {previous.key} at one instant"


KEYED = ("session", "no_show", "passed", "exited", "notice", "reneged", "course_ended", "unsupervised")


def keys_in_order(replay: Replay, row: Row) -> Iterator[str]:
    """Within a kind of event the lower key goes first; so do the trainees of one course, who pass or fail."""
    if replay.position == 0:
        replay.last_keys.clear()
    if row.event not in KEYED or row.detail in ("cancelled", "empty"):
        return
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
