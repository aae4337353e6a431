"""Competence as the auditor works it out again: supervised sessions and refreshers add, time without any takes (R6).

Like the rules it stores a value at a worker's own events and at reviews only; every condition reads the stored one.
"""

from __future__ import annotations

from auditor.people import Worker

BILLION = 1_000_000_000


def settle(worker: Worker, minute: int) -> None:
    """Store the competence of now: what lies above the baseline halves while unsupervised, away or idle (R6.2)."""
    plan = worker.tier.competence
    if plan is None or worker.competence < 0:
        return
    since = minute
    if worker.away or worker.unsupervised_since >= 0:
        since = worker.competence_at
    elif plan.idle_after >= 0 and (worker.tier.delivers or worker.tier.clients_in_practice):
        since = max(worker.competence_at, worker.last_session + plan.idle_after)
    if plan.half_life and minute > since and worker.competence > plan.baseline:
        kept = 2.0 ** (-(minute - since) / plan.half_life)
        worker.competence = plan.baseline + (worker.competence - plan.baseline) * kept
    worker.competence_at = minute


def begin(worker: Worker, minute: int) -> None:
    """Practice begins."""
    plan = worker.tier.competence
    if plan is not None:
        worker.competence = plan.initial if worker.competence < 0 else worker.competence
        worker.competence_at = worker.last_session = minute


def practised(worker: Worker, minute: int) -> None:
    """A session was held; under supervision it adds."""
    plan = worker.tier.competence
    if plan is None or worker.competence < 0:
        return
    settle(worker, minute)
    worker.last_session = minute
    if worker.supervised:
        _gain(worker, plan.gain * attendance(worker, minute))


def refreshed(worker: Worker, minute: int) -> None:
    """A refresher was completed."""
    if worker.tier.competence is not None and worker.competence >= 0:
        settle(worker, minute)
        _gain(worker, worker.tier.competence.refresher_gain)


def _gain(worker: Worker, share: float) -> None:
    plan = worker.tier.competence
    if plan and worker.competence < plan.ceiling:
        worker.competence += share * (plan.ceiling - worker.competence)


def attendance(worker: Worker, minute: int) -> float:
    """The share of supervision that is attended, at most 1; a measure acts from the instant after it begins (R4.7)."""
    if worker.tier.supervision is None:
        return 1.0
    share = worker.tier.supervision.attendance
    for measure in worker.tier.measures:
        if measure.start < minute and (measure.end is None or minute <= measure.end):
            share *= measure.attendance
    return min(1.0, share)
