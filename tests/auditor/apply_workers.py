"""What the rows about one worker do to the replayed state."""

from __future__ import annotations

import math

from auditor.people import ACTIVE, APPRENTICE, CANDIDATE, EXITED, IN_TRAINING, Worker
from auditor.replay import Replay
from auditor.rows import Row


def recruited(replay: Replay, row: Row) -> None:
    worker = replay.make_worker(row)
    if row.detail == "intake":  # the label rounds the week
        worker.order = (*worker.order[:2], row.minute, worker.order[3])
    worker.available, worker.entry = row.amount, row.detail
    worker.stretched = math.floor(row.amount * (1 + worker.tier.overtime))
    worker.recruited_at = worker.waiting_since = worker.spell_since = row.minute
    replay.touched.add(row.key)


def entered_course(replay: Replay, row: Row) -> None:
    worker, course = _subject(replay, row), replay.courses.get(row.other)
    worker.state, worker.course = IN_TRAINING, row.other
    if course:
        course.trainees.add(row.key)
        course.entered.add(row.key)


def requeued(replay: Replay, row: Row) -> None:
    worker = _subject(replay, row)
    _leave_course(replay, worker)
    worker.state, worker.spell_since = CANDIDATE, row.minute


def passed(replay: Replay, row: Row) -> None:
    worker = _subject(replay, row)
    _leave_course(replay, worker)
    worker.state, worker.passed_at, worker.seat_lost_at = APPRENTICE, row.minute, row.minute


def certified(replay: Replay, row: Row) -> None:
    worker = _subject(replay, row)
    if worker.state != APPRENTICE:
        worker.seat_lost_at = row.minute
    worker.state, worker.certified_at = ACTIVE, row.minute
    if worker.group in replay.groups:
        replay.touched.add(replay.groups[worker.group].supervisor)
    tier = worker.tier
    active = sum(1 for each in replay.living[tier.name].values() if each.state == ACTIVE)
    if active >= tier.initial + sum(count for _, count in tier.intake):
        replay.first_full.setdefault(tier.name, row.minute)


def notice(replay: Replay, row: Row) -> None:
    _subject(replay, row).notices[row.detail] = row.amount


def exited(replay: Replay, row: Row) -> None:
    worker = _subject(replay, row)
    _leave_course(replay, worker)
    _leave_group(replay, worker, row.minute)
    for key in worker.teaches:
        replay.courses[key].trainers.discard(worker.key)
        replay.courses[key].lost.add(worker.key)
    worker.teaches.clear()
    worker.state, worker.exited_at = EXITED, row.minute
    replay.living[worker.tier.name].pop(worker.key, None)


def seated(replay: Replay, row: Row) -> None:
    worker, group = _subject(replay, row), replay.groups.get(row.other)
    if group:
        _leave_group(replay, worker, row.minute)
        group.members.add(worker.key)
        worker.group = group.key
        replay.touched.add(group.supervisor)
    worker.seated_at, worker.unsupervised_since, worker.lapsed = row.minute, -1, False


def unseated(replay: Replay, row: Row) -> None:
    _leave_group(replay, _subject(replay, row), row.minute)


def moved(replay: Replay, row: Row) -> None:
    worker, group = _subject(replay, row), replay.groups.get(row.other)
    if group:
        if worker.group in replay.groups:
            replay.groups[worker.group].members.discard(worker.key)
        group.members.add(worker.key)
        worker.group = group.key


def unsupervised(replay: Replay, row: Row) -> None:
    _subject(replay, row).unsupervised_since = row.minute


def lapsed(replay: Replay, row: Row) -> None:
    _subject(replay, row).lapsed = True


def _subject(replay: Replay, row: Row) -> Worker:
    return replay.worker(row.key) or replay.make_worker(row)


def _leave_course(replay: Replay, worker: Worker) -> None:
    if worker.course in replay.courses:
        replay.courses[worker.course].trainees.discard(worker.key)
    worker.course = ""


def _leave_group(replay: Replay, worker: Worker, minute: int) -> None:
    group = replay.groups.get(worker.group)
    if group:
        group.members.discard(worker.key)
        replay.touched.add(group.supervisor)
        worker.seat_lost_at = minute
        if worker.state == APPRENTICE:
            worker.supervised_minutes += minute - worker.seated_at
    worker.group = ""
