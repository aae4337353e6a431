"""What the rows about one worker do to the replayed state: from recruitment to exit, and supervision."""

from __future__ import annotations

import math

from auditor import competence
from auditor.people import ACTIVE, APPRENTICE, CANDIDATE, EXITED, IN_TRAINING, Worker
from auditor.programme import Tier
from auditor.replay import Replay
from auditor.rows import Row


def recruited(replay: Replay, row: Row) -> None:
    old = replay.worker(row.key)
    worker = replay.make_worker(row)
    entry, _, spoken = row.detail.partition(":")
    row, worker.languages = row._replace(detail=entry), frozenset(spoken.split("+") if spoken else ())
    if row.detail == "intake":  # the label rounds the week
        worker.order = (*worker.order[:3], row.minute, worker.order[4])
    worker.entry, worker.speaks_all = row.detail, not worker.tier.languages
    set_hours(worker, row.amount)
    worker.entered_at = worker.recruited_at = worker.waiting_since = worker.spell_since = row.minute
    desk = (worker.tier.name, worker.site)
    if row.detail == "initial":
        worker.recruited_at -= worker.tier.tenure
    elif row.detail == "promotion" and old:
        _promoted(replay, worker, old)
    elif desk in replay.openings.pools:
        replay.openings.pools[desk] -= 1
    if row.detail == "vacancy":
        replay.openings.arrive(desk, row.minute)
    if row.detail == "vacancy" and replay.leavers[desk] > 0:
        replay.leavers[desk] -= 1
        replay.when[worker.tier.name, "recruited_replacing"].append(row.minute)
    replay.touched.add(row.key)


def _promoted(replay: Replay, worker: Worker, old: Worker) -> None:
    """The same person a tier above: key, hours, languages, competence and date of recruitment stay (R9.2)."""
    worker.speaks_all = old.speaks_all
    worker.order, worker.site, worker.recruited_at = old.order, old.site, old.recruited_at
    if worker.tier.competence is not None:
        worker.competence, worker.competence_at = old.competence, replay.now
    replay.when[worker.tier.name, "promoted_in"].append(replay.now)


def set_hours(worker: Worker, available: int) -> None:
    """Other minutes a week from now on."""
    worker.available = available
    worker.stretched = math.floor(available * (1 + worker.tier.overtime))


def begin_practice(replay: Replay, worker: Worker) -> None:
    """An apprentice, or certified at once."""
    competence.begin(worker, replay.now)
    worker.seat_lost_at = replay.now
    if worker.tier.supervision is None:
        worker.practising_since = replay.now


def entered_course(replay: Replay, row: Row) -> None:
    worker, course = subject(replay, row), replay.courses.get(row.other)
    if not worker.has_begun:
        worker.has_begun, worker.began_at = True, row.minute
        replay.when[worker.tier.name, "began_training"].append(row.minute)
    worker.state, worker.course = IN_TRAINING, row.other
    if course:
        course.trainees.add(row.key)
        course.entered.add(row.key)


def back_in_queue(replay: Replay, row: Row) -> None:
    """A candidate again: the course was cancelled, or they are away; at the place in the queue that they had."""
    worker = subject(replay, row)
    leave_course(replay, worker)
    worker.state, worker.spell_since = CANDIDATE, row.minute


def failed(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    leave_course(replay, worker)
    worker.state, worker.spell_since, worker.waiting_since = CANDIDATE, row.minute, row.minute
    worker.attempt += 1


def stage_passed(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    pass_course(replay, worker)
    failed(replay, row)
    worker.stage += 1
    worker.attempt = 0


def passed(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    pass_course(replay, worker)
    leave_course(replay, worker)
    if worker.tier.competence:
        worker.competence = row.amount / competence.BILLION
    worker.state, worker.passed_at = APPRENTICE, row.minute
    begin_practice(replay, worker)


def certified(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    if worker.state != APPRENTICE:
        begin_practice(replay, worker)
    stop_practising(worker, row.minute)
    worker.state, worker.active_from, worker.certified_at, worker.extra = ACTIVE, row.minute, row.minute, 0
    if worker.entry == "initial":
        worker.certified_at -= worker.tier.tenure
    if worker.group in replay.groups:
        replay.touched.add(replay.groups[worker.group].supervisor)
    expect_refresher(replay, worker)
    note_full(replay, worker.tier)


def note_full(replay: Replay, tier: Tier) -> None:
    """As many are active as were planned, for the first time."""
    active = sum(1 for each in replay.living[tier.name].values() if each.state == ACTIVE)
    if 0 < tier.planned <= active:
        replay.first_full.setdefault(tier.name, replay.now)


def expect_refresher(replay: Replay, worker: Worker) -> None:
    """The next one is due a period from now, and may begin somewhat before (R3.9)."""
    plan = worker.tier.refresher
    if plan:
        worker.refresher_due = replay.now + plan.every
        worker.refresher_from = max(replay.now + 1, worker.refresher_due - plan.window)
        replay.alarm(worker.refresher_from, worker.key)


def notice(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    worker.notices[row.detail] = row.amount
    worker.struck.add(row.detail)
    break_promise(replay, worker)


def exited(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    competence.settle(worker, row.minute)
    leave_course(replay, worker)
    leave_refresher(replay, worker)
    replay.unseat(worker)
    for key in worker.teaches:
        replay.courses[key].trainers.pop(worker.key, None)
        replay.courses[key].lost[worker.key] = row.minute
    worker.teaches.clear()
    break_promise(replay, worker)
    replay.leavers[worker.tier.name, worker.site] += 1
    if worker.active_from >= 0:
        replay.when[worker.tier.name, "certified_exited"].append(row.minute)
    worker.state, worker.exited_at, worker.exited_as, worker.away = EXITED, row.minute, row.detail, False
    replay.meters.pop(worker.key, None)
    replay.living[worker.tier.name].pop(worker.key, None)
    replay.gone[worker.key].append(worker)


def break_promise(replay: Replay, worker: Worker) -> None:
    """Whoever gives notice or leaves is not to be promoted any more; who has moved up has kept the promise (R9.2)."""
    above = replay.programme.above(worker.tier)
    if worker.promoting_by >= 0 and above:
        replay.openings.redeem(above, worker.site)
    worker.promoting_by = -1


def joined_supervision(replay: Replay, row: Row) -> None:
    worker, group = subject(replay, row), replay.groups.get(row.other)
    if group:
        replay.unseat(worker)
        group.members.add(worker.key)
        worker.group, worker.suspended = group.key, False
        worker.seat_rate = group.tier.supervision.seat_rate if group.tier.supervision else 0
        worker.extra = worker.tier.extra_rate if worker.state == APPRENTICE else 0
        replay.touched.add(group.supervisor)
    resume_supervision(worker, row.minute)


def resume_supervision(worker: Worker, minute: int) -> None:
    """Supervised from now on; simulated practice runs on."""
    if worker.unsupervised_since >= 0:
        competence.settle(worker, minute)
    worker.unsupervised_since, worker.lapsed = -1, False
    if worker.state == APPRENTICE and worker.practising_since < 0:
        worker.practising_since = minute


def stop_practising(worker: Worker, minute: int) -> None:
    """Simulated practice stands still."""
    if worker.practising_since >= 0:
        worker.supervised_minutes += minute - worker.practising_since
    worker.practising_since = -1


def left_supervision(replay: Replay, row: Row) -> None:
    replay.unseat(subject(replay, row))


def moved(replay: Replay, row: Row) -> None:
    worker, group = subject(replay, row), replay.groups.get(row.other)
    if group:
        if worker.group in replay.groups:
            replay.groups[worker.group].members.discard(worker.key)
        group.members.add(worker.key)
        worker.group = group.key


def unsupervised(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    competence.settle(worker, row.minute)
    worker.unsupervised_since = row.minute
    if not worker.may_practise:
        stop_practising(worker, row.minute)


def lapsed(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    worker.lapsed, worker.lapsed_at = True, row.minute


def subject(replay: Replay, row: Row) -> Worker:
    """Whom a row is about."""
    return replay.worker(row.key) or replay.make_worker(row)


def pass_course(replay: Replay, worker: Worker) -> None:
    """One of those who passed the course that they are on."""
    if worker.course in replay.courses:
        replay.courses[worker.course].passed.add(worker.key)


def leave_course(replay: Replay, worker: Worker) -> None:
    """No trainee any more."""
    if worker.course in replay.courses:
        replay.courses[worker.course].trainees.discard(worker.key)
    worker.course = ""


def leave_refresher(replay: Replay, worker: Worker) -> None:
    """No participant any more."""
    if worker.refresher in replay.courses:
        replay.courses[worker.refresher].trainees.discard(worker.key)
    worker.refresher = ""
