"""What the rows about groups, courses and constraints do to the replayed state."""

from __future__ import annotations

from auditor.people import Course, Group
from auditor.replay import Replay, Room
from auditor.rows import Row, key_order, site_of, tier_of


def group_opened(replay: Replay, row: Row) -> None:
    tier, site, leader = replay.programme.tiers[tier_of(row.key)], site_of(row.key), replay.worker(row.other)
    order = key_order(replay.programme, row.key)
    group = Group(row.key, tier, order, site, row.other, leader, opened_at=row.minute)
    replay.groups[row.key] = group
    if leader and tier.supervision:
        group.rate = tier.supervision.group_rate + (tier.supervision.travel_rate if leader.site != site else 0)
        leader.leads.add(row.key)


def group_closed(replay: Replay, row: Row) -> None:
    group = replay.groups.get(row.key)
    if group:
        group.closed_at = row.minute
        if group.leader:
            group.leader.leads.discard(row.key)
            replay.touched.add(group.supervisor)


def course_started(replay: Replay, row: Row) -> None:
    tier, site = replay.programme.tiers[tier_of(row.key)], site_of(row.key)
    entering = {each.key for each in replay.instant if each.event == "entered_course" and each.other == row.key}
    stages = {replay.workers[key].stage for key in entering if key in replay.workers}
    room = replay.rooms.get((tier.name, site, min(stages, default=0)))
    queue = tuple(worker.key for worker in replay.candidates(room)) if room else ()
    course = Course(row.key, tier, site, room.plan if room else None, row.minute, row.amount, queue)
    replay.courses[row.key] = course
    if room:
        course.enough_since, room.enough_since = room.enough_since, -1
        for date in room.open_dates(row.minute)[:1]:
            room.left[date] -= 1
            room.used.add(date)
            course.date = date


def course_lapsed(replay: Replay, row: Row) -> None:
    room = lapsing_room(replay, row)
    if room:
        room.dates.remove(row.amount)


def lapsing_room(replay: Replay, row: Row) -> Room | None:
    """The stage of a tier at a site for which this date goes by; None where none of them has it."""
    site = row.other if len(replay.programme.sites) > 1 else replay.programme.sites[0]  # the only one is not named
    for room in replay.rooms.values():
        here = (room.tier.name, room.site) == (row.tier, site) and row.amount in room.dates
        if here and row.amount not in room.used and row.amount + room.plan.window == row.minute:
            return room
    return None


def refresher_started(replay: Replay, row: Row) -> None:
    tier, site = replay.programme.tiers[tier_of(row.key)], site_of(row.key)
    queue = tuple(worker.key for worker in replay.to_refresh(tier, site) if replay.refresher_fits(worker))
    replay.courses[row.key] = Course(row.key, tier, site, tier.refresher, row.minute, row.amount, queue)


def trainer_joined(replay: Replay, row: Row) -> None:
    course, trainer = replay.courses.get(row.key), replay.worker(row.other)
    if course and trainer and course.plan:
        travel = course.plan.travel_rate if trainer.site != course.site else 0
        course.trainers[row.other] = trainer
        course.trained_by += 1
        if course.started_at == row.minute:
            able = [each.competence if each.competence >= 0 else 1.0 for each in course.trainers.values()]
            course.taught_by = sum(able) / len(able)
        trainer.teaches[row.key] = course.plan.trainer_rate + travel
        trainer.most_courses = max(trainer.most_courses, len(trainer.teaches))


def course_ended(replay: Replay, row: Row) -> None:
    course = replay.courses.get(row.key)
    if course:
        course.ended_at, course.ended_as = row.minute, row.detail
        for key, trainer in course.trainers.items():
            trainer.teaches.pop(row.key, None)
            trainer.last_course = row.minute
            replay.touched.add(key)
        course.trainers.clear()


def binding_constraint(replay: Replay, row: Row) -> None:
    wait, _, tests = row.detail.partition(":")
    site = row.other
    if not site and wait in SITED:  # where there is only one it is not named
        site = replay.programme.sites[0]
    replay.binding[row.tier, site, wait, row.amount] = tuple(tests.split("|")) if tests else ()


SITED = ("course", "supervision_place", "refresher", "vacancy")
"""The waits that are booked site by site."""
