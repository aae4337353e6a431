"""Who gives a course, and that none waits that could start: R3.3, R3.4, R3.6, R3.9 at every choice, and at rest.

The rows of a C-phase are in the order of its decisions, so the replayed state before a row is the one it was made in.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ACTIVE, Worker
from auditor.programme import Course, Refresher, Tier
from auditor.replay import Replay
from auditor.rows import Row, way_in


def trainers(replay: Replay, tier: Tier, site: str, plan: Course | Refresher | None) -> list[Worker]:
    """Who could give this to a tier at a site now, best first (R3.3).

    Those of the site before others, then most free minutes, longest since their last course, key.
    """
    above = replay.programme.above(tier)
    if not above or not plan:
        return []
    found = []
    for worker in replay.living[above.name].values():
        near = worker.site == site
        if (near or tier.trainers_across_sites) and may_train(worker):
            spare = replay.lendable(worker)
            kept = replay.reserve(worker) if isinstance(plan, Refresher) else 0
            if spare - kept >= plan.trainer_rate + (0 if near else plan.travel_rate):
                found.append((not near, -spare, worker.last_course, worker.order, worker))
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:4])]


def may_train(worker: Worker) -> bool:
    """Whether somebody may give a course, hours apart."""
    able = worker.tier.competence is None or worker.competence >= worker.tier.competence.min_trainer
    return worker.state == ACTIVE and worker.placeable and worker.trainer and not worker.lapsed and able


def trainer_choice(replay: Replay, row: Row) -> Iterator[str]:
    course = replay.courses.get(row.key)
    if course:
        able = trainers(replay, course.tier, course.site, course.plan)
        best = next((each.key for each in able if each.key not in course.trainers), "nobody")
        if best != row.other:
            yield f"{row.key} is given by {row.other}; next to give one is {best}"


def course_left(replay: Replay) -> Iterator[str]:
    """No course waits that could start: at the end of this instant, or on a day before the next (R3.4, R3.5)."""
    for room in replay.rooms.values():
        plan, waiting = room.plan, len(replay.candidates(room))
        if waiting < plan.min_cohort or (room.tier.rooms and replay.rooms_taken(room) >= room.tier.rooms):
            continue
        open_now = [date for date in room.dates if date + plan.window > replay.now and room.left[date]]
        days = [max(replay.now, date) for date in open_now]
        if not plan.dates:
            gathering = plan.gather if waiting < plan.max_cohort else 0
            days = [max(replay.now, room.enough_since + gathering if gathering else 0)]
        able = len(trainers(replay, room.tier, room.site, plan))
        if any(day < replay.until for day in days) and able >= plan.trainers:
            yield f"{waiting} of {room.tier.name} wait for stage {plan.stage}; a course could start at {min(days)}"


def refresher_left(replay: Replay) -> Iterator[str]:
    """No refresher waits that could start: one who may be placed is enough (R3.9)."""
    for tier in (each for each in replay.programme.cascade if each.refresher):
        for site in replay.programme.sites:
            ready = [worker for worker in replay.to_refresh(tier, site) if replay.refresher_fits(worker)]
            if ready and len(trainers(replay, tier, site, tier.refresher)) >= tier.refresher.trainers:
                yield f"{len(ready)} of {tier.name} wait for a refresher at {site or 'the site'}; one could start"


def substitute_left(replay: Replay) -> Iterator[str]:
    """A course that has just lost a trainer gets another if there is one (R3.6).

    Substitutes are looked for when what may not continue ends: who is free only by a merger, a seat, a promotion or a
    lapse that comes after it in the same instant is too late.
    """
    late = {row.key for row in replay.instant if row.event == "joined_supervision" or way_in(row) == "promotion"}
    late |= {row.other for row in replay.instant if row.event == "group_closed"}
    for course in replay.courses.values():
        if not course.plan or course.ended_at >= 0 or len(course.trainers) >= course.plan.trainers:
            continue
        gone = [key for key, minute in course.lost.items() if minute == replay.now and key not in course.trainers]
        came = sum(row.event == "trainer_joined" and row.key == course.key for row in replay.instant)
        if came < len(gone):
            able = trainers(replay, course.tier, course.site, course.plan)
            if any(each.key not in course.trainers and each.key not in late for each in able):
                yield f"{course.key} lost {gone[0]} and goes on with {len(course.trainers)}; others could step in"


CHECKS = {
    "choice of trainer": Check("R3.3", "before", trainer_choice, ("trainer_joined",)),
    "course left waiting": Check("R3.4", "instant", course_left),
    "refresher left waiting": Check("R3.9", "instant", refresher_left),
    "substitute left out": Check("R3.6", "instant", substitute_left),
}
