"""R5: reasons to leave, notice, fixed dates, and the patience of candidates."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import CANDIDATE, IN_TRAINING, PRACTISING, Worker
from auditor.programme import Reason
from auditor.replay import Replay
from auditor.rows import Row


def exposed(worker: Worker, reason: Reason, minute: int) -> bool:
    """Whether a fixed date at `minute` concerns a worker: in the tier, or certified, just before it."""
    since = worker.certified_at if reason.from_certification else worker.recruited_at
    return 0 <= since < minute


def notice(replay: Replay, row: Row) -> Iterator[str]:
    """Notice is as long as the reason says, given once, on the day of a dated reason (R5.6)."""
    worker = replay.worker(row.key)
    reason = worker.tier.reasons.get(row.detail) if worker else None
    if not worker or not reason:
        return
    if not reason.notice or row.amount != row.minute + reason.notice:
        yield f"{row.key} gives notice to {row.amount}, not to {row.minute + reason.notice}"
    if row.detail in worker.notices:
        yield f"{row.key} gives notice twice for {row.detail}"
    yield from _clock(worker, reason, row)


def life_exit(replay: Replay, row: Row) -> Iterator[str]:
    """Who works out a notice leaves at its end; candidates, trainees and reasons without notice at once (R5.6)."""
    worker = replay.worker(row.key)
    reason = worker.tier.reasons.get(row.detail) if worker else None
    if not worker or not reason:
        return
    if reason.notice and worker.state in PRACTISING:
        if worker.notices.get(row.detail) != row.minute:
            yield f"{row.key} leaves at {row.minute}; their notice for {row.detail}: {worker.notices.get(row.detail)}"
    else:
        yield from _clock(worker, reason, row)


def _clock(worker: Worker, reason: Reason, row: Row) -> Iterator[str]:
    if reason.from_certification and worker.certified_at < 0:
        yield f"{row.event} of {row.key} for {row.detail}, which runs from certification, before being certified"
    if reason.date is not None and reason.date != row.minute:
        yield f"{row.event} of {row.key} for {row.detail} at {row.minute}, not at its date {reason.date}"


def notice_overdue(replay: Replay) -> Iterator[str]:
    for living in replay.living.values():
        for worker in living.values():
            if worker.notices and min(worker.notices.values()) < replay.until:
                yield f"{worker.key} is still there after the end of their notice at {min(worker.notices.values())}"


def date_missed(replay: Replay) -> Iterator[str]:
    """On a fixed date everybody whom it concerns leaves or gives notice."""
    for tier in replay.programme.cascade:
        for name, reason in tier.reasons.items():
            if reason.date is None or not replay.now <= reason.date < replay.until:
                continue
            for worker in replay.living[tier.name].values():
                if exposed(worker, reason, reason.date) and name not in worker.notices:
                    yield f"{worker.key} stays through {name} at {reason.date}"


def patience(replay: Replay, row: Row) -> Iterator[str]:
    """Candidates give up when their patience ends, and no course takes them afterwards (R3.8)."""
    worker = replay.worker(row.key)
    if not worker or worker.state != CANDIDATE:
        if row.detail == "gave_up_waiting" and worker:
            yield f"{row.key} gives up waiting, but is {worker.state}"
        return
    span, waited = worker.tier.patience, row.minute - worker.spell_since
    if row.event == "exited" and row.detail == "gave_up_waiting":
        if not span or waited < span[0] or (span[1] is not None and waited > span[1]):
            yield f"{row.key} gives up after {waited} minutes; patience is {span}"
    elif row.event == "entered_course" and span and span[1] is not None and waited >= span[1]:
        yield f"{row.key} enters a course after {waited} minutes, patience is {span}"


def patience_overdue(replay: Replay) -> Iterator[str]:
    for tier in replay.programme.cascade:
        if tier.patience and tier.patience[1] is not None:
            for worker in replay.living[tier.name].values():
                if worker.state == CANDIDATE and worker.spell_since + tier.patience[1] < replay.until:
                    yield f"{worker.key} is still waiting for a course after the longest patience there is"


def state_of_reason(replay: Replay, row: Row) -> Iterator[str]:
    """Only trainees fail training; a reason is given by who can have it."""
    worker = replay.worker(row.key)
    if worker and row.detail == "failed_training" and worker.state != IN_TRAINING:
        yield f"{row.key} fails training, but is {worker.state}"


CHECKS = {
    "notice": Check("R5.6", "before", notice, ("notice",)),
    "exit of life": Check("R5.6", "before", life_exit, ("exited",)),
    "notice overdue": Check("R5.6", "instant", notice_overdue),
    "date missed": Check("R5.7", "instant", date_missed),
    "candidate patience": Check("R3.8", "before", patience, ("exited", "entered_course")),
    "candidate patience overdue": Check("R3.8", "instant", patience_overdue),
    "reason and state": Check("R2.1", "before", state_of_reason, ("exited",)),
}
