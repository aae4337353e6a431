"""Who gives a course, and that none waits that could start: R3.3, R3.4, R3.6 at every choice, and at rest.

The rows of a C-phase are in the order of its decisions, so the replayed state before a row is the one it was made in.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ACTIVE, Worker
from auditor.programme import Tier
from auditor.replay import Replay
from auditor.rows import Row


def trainers(replay: Replay, tier: Tier) -> list[Worker]:
    """Who could give a course of a tier now, best first: most free minutes, longest since their last, key (R3.3)."""
    above = replay.programme.above(tier)
    if not above or not tier.course:
        return []
    able = [
        worker
        for worker in replay.living[above.name].values()
        if worker.state == ACTIVE
        and not worker.notices
        and not worker.lapsed
        and replay.lendable(worker) >= tier.course.trainer_rate
    ]
    return sorted(able, key=lambda worker: (-replay.lendable(worker), worker.last_course, worker.order))


def trainer_choice(replay: Replay, row: Row) -> Iterator[str]:
    course = replay.courses.get(row.key)
    if course:
        best = next((each.key for each in trainers(replay, course.tier) if each.key not in course.trainers), "nobody")
        if best != row.other:
            yield f"{row.key} is given by {row.other}; next to give one is {best}"


def course_left(replay: Replay) -> Iterator[str]:
    """No course waits that could start: at the end of this instant, or on a day before the next (R3.4, R3.5)."""
    for name, room in replay.rooms.items():
        tier = replay.programme.tiers[name]
        plan, waiting = tier.course, replay.waiting(name, "course")
        if not plan or waiting < plan.min_cohort:
            continue
        days = [max(replay.now, day) for day in room.dates if day + plan.window > replay.now]
        if not plan.dates:
            gathering = plan.gather if waiting < plan.max_cohort else 0
            days = [max(replay.now, room.enough_since + gathering if gathering else 0)]
        if any(day < replay.until for day in days) and len(trainers(replay, tier)) >= plan.trainers:
            yield f"{waiting} candidates of {name} wait and trainers are there; a course could start at {min(days)}"


def substitute_left(replay: Replay) -> Iterator[str]:
    """A course that has just lost a trainer gets another if there is one (R3.6).

    Substitutes are looked for when what may not continue ends: who is free only by a merger or a seat that comes after
    it in the same instant is too late.
    """
    late = {row.key for row in replay.instant if row.event == "seated"}
    late |= {row.other for row in replay.instant if row.event == "group_closed" and row.detail == "merged"}
    for left in (each for each in replay.instant if each.event == "exited"):
        below = replay.programme.below(replay.workers[left.key].tier)
        for course in replay.courses.values() if below and below.course else ():
            short = course.ended_at < 0 and left.key in course.lost and len(course.trainers) < below.course.trainers
            if short and any(each.key not in course.trainers | late for each in trainers(replay, below)):
                yield f"{course.key} lost {left.key} and goes on with {len(course.trainers)}; others could step in"


CHECKS = {
    "choice of trainer": Check("R3.3", "before", trainer_choice, ("trainer_joined",)),
    "course left waiting": Check("R3.4", "instant", course_left),
    "substitute left out": Check("R3.6", "instant", substitute_left),
}
