"""What the rows about groups, courses and constraints do to the replayed state."""

from __future__ import annotations

from auditor.people import CANDIDATE, Course, Group
from auditor.replay import Replay
from auditor.rows import Row, key_order, tier_of


def group_opened(replay: Replay, row: Row) -> None:
    tier = replay.programme.tiers[tier_of(row.key)]
    replay.groups[row.key] = Group(row.key, tier, key_order(replay.programme, row.key), row.other, opened_at=row.minute)
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


def binds(replay: Replay, row: Row) -> None:
    wait, _, tests = row.detail.partition(":")
    replay.binding[row.tier, wait] = tuple(tests.split("|")) if tests else ()
