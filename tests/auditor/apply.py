"""What each row of the log does to the replayed state: one function an event, and the table of them."""

from __future__ import annotations

import math
from collections.abc import Callable

from auditor.people import (
    ACTIVE,
    APPRENTICE,
    CANDIDATE,
    EXITED,
    HANDOVER,
    HOLDING,
    IN_CARE,
    IN_TRAINING,
    Client,
    Course,
    Group,
    Worker,
)
from auditor.replay import Replay
from auditor.rows import Row, key_order, tier_of


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


def _subject(replay: Replay, row: Row) -> Worker:
    return replay.worker(row.key) or replay.make_worker(row)


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


def group_opened(replay: Replay, row: Row) -> None:
    tier = replay.programme.tiers[tier_of(row.key)]
    replay.groups[row.key] = Group(
        row.key, tier, key_order(replay.programme, row.key), row.other, opened_at=row.minute
    )
    leader = replay.worker(row.other)
    if leader:
        leader.leads.add(row.key)


def group_closed(replay: Replay, row: Row) -> None:
    group = replay.groups.get(row.key)
    if group:
        group.closed_at = row.minute
        leader = replay.worker(group.supervisor)
        if leader:
            leader.leads.discard(row.key)
            replay.touched.add(leader.key)


def course_started(replay: Replay, row: Row) -> None:
    tier = replay.programme.tiers[tier_of(row.key)]
    queue = sorted(
        (worker for worker in replay.living[tier.name].values() if worker.state == CANDIDATE),
        key=lambda worker: (worker.waiting_since, worker.order),
    )
    waiting = tuple(worker.key for worker in queue)
    replay.courses[row.key] = Course(row.key, tier, row.minute, row.amount, waiting)
    room = replay.rooms.get(tier.name)
    if room:
        room.enough_since = -1
        room.dates = room.dates[1:] if room.dates and room.dates[0] <= row.minute else room.dates


def course_lapsed(replay: Replay, row: Row) -> None:
    room = replay.rooms.get(row.tier)
    if room and row.amount in room.dates:
        room.dates.remove(row.amount)


def trainer_joined(replay: Replay, row: Row) -> None:
    course, trainer = replay.courses.get(row.key), replay.worker(row.other)
    if course and trainer:
        course.trainers.add(row.other)
        course.trained_by += 1
        trainer.teaches.add(row.key)
        trainer.most_courses = max(trainer.most_courses, len(trainer.teaches))


def course_ended(replay: Replay, row: Row) -> None:
    course = replay.courses.get(row.key)
    if course:
        course.ended_at, course.ended_as = row.minute, row.detail
        for key in course.trainers:
            trainer = replay.workers[key]
            trainer.teaches.discard(row.key)
            trainer.last_course = row.minute
            replay.touched.add(key)
        course.trainers.clear()


def referred(replay: Replay, row: Row) -> None:
    client = Client(row.key, key_order(replay.programme, row.key), row.minute, since=row.minute)
    replay.clients[row.key] = replay.queue[row.key] = client


def _place(replay: Replay, row: Row, state: str) -> Client | None:
    client, worker = replay.clients.get(row.key), replay.worker(row.other)
    if client and worker:
        client.enter(state, row.minute)
        client.worker, client.slot_at = row.other, row.minute
        client.attended_here = client.unsupervised_here = 0
        worker.cases[row.key] = row.minute
        worker.last_start = row.minute
        replay.queue.pop(row.key, None)
    return client


def started(replay: Replay, row: Row) -> None:
    client = _place(replay, row, IN_CARE)
    if client:
        client.started_at, client.first_slot = row.minute, row.amount


def not_starting(replay: Replay, row: Row) -> None:
    client = _place(replay, row, HOLDING)
    if client:
        client.will_start, client.first_slot = False, row.amount


def resumed(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    if client:
        _place(replay, row, IN_CARE if client.will_start else HOLDING)
        client.first_slot = row.amount


def session(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    if client:
        client.attended += 1
        client.attended_here += 1
        client.tries, client.slot_at, client.first_slot = 0, row.minute, -1
        if row.detail == "unsupervised":
            client.unsupervised_here += 1
            client.unsupervised_total += 1


def no_show(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    if client:
        client.tries += 1
        client.no_shows += 1
        client.slot_at, client.first_slot = row.minute, -1


def _release(replay: Replay, row: Row) -> Client | None:
    client = replay.clients.get(row.key)
    if client:
        worker = replay.worker(client.worker)
        if worker:
            worker.cases.pop(row.key, None)
            replay.touched.add(worker.key)
        client.worker = ""
        replay.queue.pop(row.key, None)
    return client


def handed_over(replay: Replay, row: Row) -> None:
    client = _release(replay, row)
    if client:
        client.enter(HANDOVER, row.minute)
        client.handed_over += 1
        replay.queue[row.key] = client


def client_ended(replay: Replay, row: Row) -> None:
    client = replay.clients.get(row.key)
    holder = replay.worker(client.worker) if client else None
    if client and holder and holder.state == APPRENTICE and row.event in ("completed", "dropped_out"):
        enough = client.attended_here >= holder.tier.practice_min_sessions
        holder.counted_cases += enough and not client.unsupervised_here
    client = _release(replay, row)
    if client:
        client.ended = row.event
        client.enter(row.event, row.minute)


def binds(replay: Replay, row: Row) -> None:
    wait, _, tests = row.detail.partition(":")
    replay.binding[row.tier, wait] = tuple(tests.split("|")) if tests else ()


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


CLIENT_ENDS = ("completed", "dropped_out", "never_started", "reneged", "lost_on_exit")
HANDLERS: dict[str, Callable[[Replay, Row], None]] = {
    handler.__name__: handler
    for handler in (
        recruited,
        entered_course,
        requeued,
        passed,
        certified,
        notice,
        exited,
        seated,
        unseated,
        moved,
        unsupervised,
        lapsed,
        group_opened,
        group_closed,
        course_started,
        trainer_joined,
        course_ended,
        course_lapsed,
        referred,
        started,
        not_starting,
        resumed,
        session,
        no_show,
        handed_over,
        binds,
    )
} | dict.fromkeys(CLIENT_ENDS, client_ended)
