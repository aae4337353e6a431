"""R2.8, R2.9: what lies between the course and the certificate, and how long it may take."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import APPRENTICE, CANDIDATE, Worker
from auditor.replay import Replay
from auditor.rows import Row


def practised(worker: Worker, minute: int) -> int:
    """Minutes of simulated practice up to `minute`: they count while there is a supervisor, and the apprentice."""
    running = minute - worker.practising_since if worker.practising_since >= 0 else 0
    return worker.supervised_minutes + running


def able(worker: Worker) -> bool:
    """Whether the stored competence is enough for the certificate (R2.8)."""
    plan = worker.tier.competence
    return plan is None or worker.competence >= plan.threshold - NOISE


def certificate(replay: Replay, row: Row) -> Iterator[str]:
    """Certified when the practice that the tier asks for is done, neither before nor after, and competent enough."""
    worker = replay.worker(row.key)
    if not worker:
        return
    tier = worker.tier
    if worker.state == CANDIDATE:
        if worker.entered_at != row.minute:
            yield f"{row.key} is certified at {row.minute}, not when recruited"
        return
    if not able(worker):
        yield f"{row.key} is certified with a competence of {worker.competence}"
    may_wait = tier.competence is not None and tier.competence.threshold > 0
    if tier.practice == "none":
        if worker.passed_at != row.minute:
            yield f"{row.key} is certified at {row.minute}, but passed at {worker.passed_at} and needs no practice"
    elif tier.practice == "clients":
        enough = worker.counted_cases >= tier.practice_cases
        if not enough or (worker.counted_cases > tier.practice_cases and not may_wait):
            yield f"{row.key} is certified after {worker.counted_cases} practice cases, not {tier.practice_cases}"
    else:
        done = practised(worker, row.minute)
        if done < tier.practice_minutes or (done > tier.practice_minutes and not may_wait):
            yield f"{row.key} is certified after {done} minutes of supervised practice, not {tier.practice_minutes}"


def certificate_overdue(replay: Replay) -> Iterator[str]:
    for tier in replay.programme.cascade:
        for worker in replay.living[tier.name].values():
            if worker.state == CANDIDATE and (not tier.course or worker.entry == "initial"):
                yield f"{worker.key} needs no course and is not certified"
            if worker.state != APPRENTICE or not able(worker):
                continue
            if tier.practice == "none" or (tier.practice == "clients" and worker.counted_cases >= tier.practice_cases):
                yield f"{worker.key} has done all practice and is not certified"
            elif tier.practice == "simulated" and worker.practising_since >= 0:
                due = replay.now + tier.practice_minutes - practised(worker, replay.now)
                if due < replay.until:
                    yield f"{worker.key} is not certified at {due}, when their practice is done"


def limit(replay: Replay, row: Row) -> Iterator[str]:
    """An apprentice who is not certified in time leaves at the limit, exactly (R2.8)."""
    worker = replay.worker(row.key)
    if row.detail == "not_certified" and worker:
        due = worker.passed_at + worker.tier.apprentice_limit
        learning = worker.state == APPRENTICE or (worker.away and worker.left_state == APPRENTICE)
        if not learning or due != row.minute:
            yield f"{row.key}, {worker.state}, leaves as not certified at {row.minute}; the limit is {due}"


def limit_overdue(replay: Replay) -> Iterator[str]:
    for tier in replay.programme.cascade:
        for worker in replay.living[tier.name].values():
            due = worker.passed_at + tier.apprentice_limit
            learning = worker.state == APPRENTICE or (worker.away and worker.left_state == APPRENTICE)
            if learning and due < replay.until:
                yield f"{worker.key} is still an apprentice after the limit at {due}"


NOISE = 1e-9  # of a competence worked out in another way
CHECKS = {
    "certificate": Check("R2.8", "before", certificate, ("certified",)),
    "certificate overdue": Check("R2.8", "instant", certificate_overdue),
    "apprentice limit": Check("R2.8", "before", limit, ("exited",)),
    "apprentice limit overdue": Check("R2.8", "instant", limit_overdue),
}
