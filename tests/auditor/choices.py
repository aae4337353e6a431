"""Who goes first, and that nobody waits for what could be had: R3.3, R3.4, R8.4 at every choice, and at rest.

The rows of a C-phase are in the order of its decisions, so the replayed state before a row is the one it was made in.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ACTIVE, HANDOVER, Client, Worker
from auditor.programme import Tier
from auditor.replay import Replay
from auditor.rows import Row


def by_turn(client: Client) -> tuple[object, ...]:
    """Clients: hand-over first, then time of referral, then key (R8.4)."""
    return (client.state != HANDOVER, client.referred_at, client.order)


def by_load(worker: Worker) -> tuple[object, ...]:
    """Workers for a client: practice first, fewest open cases, longest since the last start, key (R8.4, R2.9)."""
    learner = worker.short_of_cases and worker.tier.practice_first
    return (not learner, len(worker.cases), worker.last_start, worker.order)


def everybody(replay: Replay) -> Iterator[Worker]:
    """Everybody who has not left."""
    for living in replay.living.values():
        yield from living.values()


def client_choice(replay: Replay, row: Row) -> Iterator[str]:
    if replay.queue:
        first = min(replay.queue.values(), key=by_turn)
        if first.key != row.key:
            yield f"{row.key} {row.event} before {first.key}, whose turn it is"
    able = [worker for worker in everybody(replay) if replay.can_see_one_more(worker)]
    best = min(able, key=by_load, default=None)
    if best is None or best.key != row.other:
        yield f"{row.key} {row.event} with {row.other}; next for a client is {best.key if best else 'nobody'}"


def client_left(replay: Replay) -> Iterator[str]:
    if replay.queue:
        for worker in everybody(replay):
            if replay.can_see_one_more(worker):
                yield f"{len(replay.queue)} clients wait while {worker.key} could take one"


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


PLACED = ("started", "not_starting", "resumed")
CHECKS = {
    "choice of client and worker": Check("R8.4", "before", client_choice, PLACED),
    "client left waiting": Check("R8.4", "instant", client_left),
    "choice of trainer": Check("R3.3", "before", trainer_choice, ("trainer_joined",)),
    "course left waiting": Check("R3.4", "instant", course_left),
    "substitute left out": Check("R3.6", "instant", substitute_left),
}
