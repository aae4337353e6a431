"""R5: reasons to leave, notice, fixed dates, and the patience of candidates."""

from __future__ import annotations

import math
from collections.abc import Iterator

from auditor.amounts import WEEK
from auditor.check import Check
from auditor.people import CANDIDATE, IN_SERVICE, IN_TRAINING, Worker
from auditor.programme import Reason
from auditor.replay import Replay
from auditor.rows import Row


def exposed(worker: Worker, reason: Reason, minute: int) -> bool:
    """Whether a date at `minute` concerns a worker: in the tier, or certified in it, just before."""
    since = worker.active_from if reason.from_certification else worker.entered_at
    return 0 <= since < minute


def reason_of(worker: Worker | None, name: str) -> Reason | None:
    """A reason of somebody's tier by name."""
    return worker.tier.reasons.get(name) if worker else None


def notice(replay: Replay, row: Row) -> Iterator[str]:
    """Notice is as long as the reason says, given once, on the day of a dated reason (R5.6)."""
    worker = replay.worker(row.key)
    reason = reason_of(worker, row.detail)
    if not worker or not reason:
        return
    if not reason.notice or row.amount != row.minute + reason.notice:
        yield f"{row.key} gives notice to {row.amount}, not to {row.minute + reason.notice}"
    if row.detail in worker.notices:
        yield f"{row.key} gives notice twice for {row.detail}"
    yield from _clock(worker, reason, row, reason.exit > 0)


def life_exit(replay: Replay, row: Row) -> Iterator[str]:
    """Who works out a notice leaves at its end; candidates, trainees and reasons without notice at once (R5.6)."""
    worker = replay.worker(row.key)
    reason = reason_of(worker, row.detail)
    if not worker or not reason:
        return
    if reason.notice and worker.state in IN_SERVICE:
        if worker.notices.get(row.detail) != row.minute:
            yield f"{row.key} leaves at {row.minute}; their notice for {row.detail}: {worker.notices.get(row.detail)}"
    else:
        yield from _clock(worker, reason, row, reason.exit > 0)


def hours_change(replay: Replay, row: Row) -> Iterator[str]:
    """Available hours times the factor, rounded up, within the week (R1.4, R5.2)."""
    worker = replay.worker(row.key)
    reason = reason_of(worker, row.detail)
    if worker and reason:
        wanted = min(WEEK, math.ceil(worker.available * reason.hours_factor))
        if row.amount != wanted:
            yield f"{row.key} has {row.amount} minutes a week after {row.detail}, not {wanted}"
        yield from _clock(worker, reason, row, reason.hours > 0)


def absence(replay: Replay, row: Row) -> Iterator[str]:
    """As long as the scenario can give (R2.7)."""
    worker = replay.worker(row.key)
    reason = reason_of(worker, row.detail)
    if worker and reason:
        least, most = reason.absence_span
        if row.amount - row.minute < least or (most is not None and row.amount - row.minute > most):
            yield f"{row.key} is away for {row.amount - row.minute} minutes, the scenario gives {least} to {most}"
        yield from _clock(worker, reason, row, reason.absence > 0)


def comes_back(replay: Replay, row: Row) -> Iterator[str]:
    worker = replay.worker(row.key)
    if worker and row.minute != worker.back_at:
        yield f"{row.key} returns at {row.minute}, was to be away to {worker.back_at}"


def absence_overdue(replay: Replay) -> Iterator[str]:
    for living in replay.living.values():
        for worker in living.values():
            if worker.away and worker.back_at < replay.until:
                yield f"{worker.key} is still away after {worker.back_at}"


def _clock(worker: Worker, reason: Reason, row: Row, possible: bool) -> Iterator[str]:
    """A clock strikes who is exposed, at its time, once unless it recurs, and as the scenario says (R5.1, R5.2)."""
    what = f"{row.event} of {row.key} for {row.detail}"
    if not possible:
        yield f"{what}, which the scenario rules out"
    if reason.from_certification and worker.active_from < 0:
        yield f"{what}, which runs from certification, before being certified"
    if row.detail in worker.struck and (not reason.recurring or reason.date is not None):
        yield f"{what} for the second time"
    if reason.date is not None:
        if not reason.date <= row.minute <= reason.date + max(0, reason.spread - 1):
            yield f"{what} at {row.minute}, not at its date {reason.date}"
        if not exposed(worker, reason, reason.date):
            yield f"{what}, who was not there before {reason.date}"
        if reason.share == 0:
            yield f"{what}, which strikes nobody"


def notice_overdue(replay: Replay) -> Iterator[str]:
    for living in replay.living.values():
        for worker in living.values():
            if worker.notices and min(worker.notices.values()) < replay.until:
                yield f"{worker.key} is still there after the end of their notice at {min(worker.notices.values())}"


def date_missed(replay: Replay) -> Iterator[str]:
    """On a date everybody whom it concerns is struck, where nothing is left to chance (R5.7)."""
    for tier in replay.programme.cascade:
        for name, reason in tier.reasons.items():
            if reason.date is None or not replay.now <= reason.date + max(0, reason.spread - 1) < replay.until:
                continue
            # an absence spread over a week is void for whoever is away at their own time in it, which no row tells
            certain = reason.share == 1 and max(reason.exit, reason.hours, 0 if reason.spread else reason.absence) == 1
            for worker in replay.living[tier.name].values() if certain else ():
                struck = name in worker.struck or (reason.absence == 1 and worker.away)
                if exposed(worker, reason, reason.date) and not struck:
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
    """A reason of the model's own is given by who can have it."""
    worker = replay.worker(row.key)
    if not worker:
        return
    tier, now = worker.tier, row.minute
    can = {
        "failed_training": worker.state == IN_TRAINING,
        "not_selected": worker.entered_at == now and tier.selection < 1 and worker.state == CANDIDATE,
        "not_deployed": worker.active_from == now and tier.deployment < 1 and not tier.idle_if_not_deployed,
        "promoted": worker.promoting_by >= 0 and not worker.away,
    }
    if not can.get(row.detail, True):
        yield f"{row.key}, {worker.state}, leaves as {row.detail}"


def deployed(replay: Replay, row: Row) -> Iterator[str]:
    """Whether somebody is deployed, and gives courses, is drawn at certification (R2.6)."""
    worker = replay.worker(row.key)
    if worker:
        tier = worker.tier
        share = tier.deployment if row.event == "not_deployed" else tier.trains
        rules_out = row.event == "not_deployed" and not tier.idle_if_not_deployed
        if worker.active_from != row.minute or share == 1 or rules_out:
            yield f"{row.event} of {row.key}, certified at {worker.active_from}, with a probability of {float(share)}"


def draws_made(replay: Replay) -> Iterator[str]:
    """What is certain happens: nobody of a tier is selected, deployed or a trainer where the probability is 0."""
    for row in replay.instant:
        worker = replay.worker(row.key)
        if worker and worker.exited_at < 0 and row.event in ("recruited", "certified"):
            tier = worker.tier
            waits = tier.course is not None and worker.state == CANDIDATE and worker.entry != "promotion"
            if row.event == "recruited" and tier.selection == 0 and waits:
                yield f"{row.key} has been selected, with a probability of 0"
            if row.event == "certified" and tier.deployment == 0 and worker.deployed:
                yield f"{row.key} is deployed, with a probability of 0"
            if row.event == "certified" and tier.trains == 0 and worker.trainer:
                yield f"{row.key} gives courses, with a probability of 0"


CHECKS = {
    "notice": Check("R5.6", "before", notice, ("notice",)),
    "exit of life": Check("R5.6", "before", life_exit, ("exited",)),
    "hours after a change": Check("R5.2", "before", hours_change, ("hours_changed",)),
    "absence": Check("R2.7", "before", absence, ("absent",)),
    "return": Check("R2.7", "before", comes_back, ("returned",)),
    "absence overdue": Check("R2.7", "instant", absence_overdue),
    "deployment": Check("R2.6", "before", deployed, ("not_deployed", "no_trainer")),
    "certain draws": Check("R2.6", "instant", draws_made),
    "notice overdue": Check("R5.6", "instant", notice_overdue),
    "date missed": Check("R5.7", "instant", date_missed),
    "candidate patience": Check("R3.8", "before", patience, ("exited", "entered_course")),
    "candidate patience overdue": Check("R3.8", "instant", patience_overdue),
    "reason and state": Check("R2.1", "before", state_of_reason, ("exited",)),
}
