"""R3: cohorts, trainers, lengths and dates of courses, and what becomes of the trainees."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ACTIVE, IN_TRAINING
from auditor.replay import Replay
from auditor.rows import Row


def trainer(replay: Replay, row: Row) -> Iterator[str]:
    """Trainers are active, of the tier above, not on notice, not lapsed, and each is there once (R3.3, R4.6)."""
    course, worker = replay.courses.get(row.key), replay.worker(row.other)
    if not course or not course.tier.course:
        return
    if not worker or worker.tier is not replay.programme.above(course.tier) or worker.state != ACTIVE:
        yield f"{row.key} is given by {row.other or 'nobody'}, who is no active worker of the tier above"
        return
    if worker.notices:
        yield f"{row.other} is on notice and gives {row.key}"
    if worker.lapsed:
        yield f"{row.other} has lapsed and gives {row.key}"
    if row.other in course.trainers:
        yield f"{row.other} is put twice into {row.key}"
    elif len(course.trainers) >= course.tier.course.trainers:
        yield f"{row.key} gets more than {course.tier.course.trainers} trainers"


def cohort(replay: Replay) -> Iterator[str]:
    """A course starts with as many trainees and trainers as it should, all of its tier (R3.4)."""
    for started in (each for each in replay.instant if each.event == "course_started"):
        course = replay.courses[started.key]
        plan = course.tier.course
        if not plan:
            yield f"{course.key} is held, but tier {course.tier.name} needs no course"
            continue
        size = len(course.entered)
        if not plan.min_cohort <= size <= plan.max_cohort:
            yield f"{course.key} starts with {size} trainees, not {plan.min_cohort} to {plan.max_cohort}"
        if size != course.announced:
            yield f"{course.key} says {course.announced} trainees, {size} entered"
        if course.entered != set(course.queue[: plan.max_cohort]):
            yield f"{course.key} takes {sorted(course.entered)}; first in line are {course.queue[: plan.max_cohort]}"
        if course.trained_by != plan.trainers:
            yield f"{course.key} starts with {course.trained_by} trainers, not {plan.trainers}"


def entry(replay: Replay, row: Row) -> Iterator[str]:
    worker, course = replay.worker(row.key), replay.courses.get(row.other)
    if not worker or not course or course.started_at != row.minute or course.tier is not worker.tier:
        yield f"{row.key} enters {row.other or 'nothing'}, which is no course of their tier that starts now"


def length(replay: Replay, row: Row) -> Iterator[str]:
    """A course ends on its day, or when nobody is left to learn or to teach (R3.6, R3.7)."""
    course = replay.courses.get(row.key)
    if not course or not course.tier.course:
        return
    day = course.started_at + course.tier.course.minutes
    if row.detail == "held" and row.minute != day:
        yield f"{row.key} is held to {row.minute}, its last day is {day}"
    elif row.detail == "empty" and course.trainees:
        yield f"{row.key} ends as empty with {len(course.trainees)} trainees"
    elif row.detail == "cancelled" and (course.trainers or not course.trainees):
        yield f"{row.key} is cancelled with {len(course.trainers)} trainers and {len(course.trainees)} trainees"
    elif row.detail not in ("held", "empty", "cancelled"):
        yield f"{row.key} ends as {row.detail!r}"


def under_way(replay: Replay) -> Iterator[str]:
    """At the end of an instant every course under way has a trainer, a trainee and a last day that is to come."""
    for course in replay.courses.values():
        if course.ended_at >= 0:
            if course.ended_at == replay.now and course.trainees:
                yield f"{course.key} has ended as {course.ended_as}, {', '.join(sorted(course.trainees))} still in it"
        elif course.tier.course:
            day = course.started_at + course.tier.course.minutes
            if not course.trainers or not course.trainees:
                yield f"{course.key} goes on with {len(course.trainers)} trainers, {len(course.trainees)} trainees"
            if day < replay.until:
                yield f"{course.key} does not end on its last day, {day}"


def outcome(replay: Replay, row: Row) -> Iterator[str]:
    """Trainees pass or fail when their course has been held, and go back to the queue when it is cancelled (R3.8)."""
    worker = replay.worker(row.key)
    if not worker or (row.event == "exited" and row.detail != "failed_training"):
        return
    course = replay.courses.get(worker.course)
    wanted = "cancelled" if row.event == "requeued" else "held"
    if worker.state != IN_TRAINING or not course or course.ended_at != row.minute or course.ended_as != wanted:
        yield f"{row.event} of {row.key} without a course that was {wanted} now"
    elif row.event != "exited" and row.other != course.key:
        yield f"{row.event} of {row.key} from {row.other}, but they were in {course.key}"
    elif course.tier.course:
        chance = course.tier.course.pass_probability
        if (row.event == "passed" and chance == 0) or (row.event == "exited" and chance == 1):
            yield f"{row.key} {row.event} with a pass probability of {chance}"


def dates(replay: Replay, row: Row) -> Iterator[str]:
    """One course a date, within its window; a date without one lapses when the window closes (R3.5)."""
    tier = replay.programme.tiers[row.tier]
    course, room = tier.course, replay.rooms.get(row.tier)
    if not course or not room:
        return
    if row.event == "course_lapsed":
        if row.amount not in room.dates or row.amount + course.window != row.minute:
            yield f"date {row.amount} of {tier.name} lapses at {row.minute}"
    elif course.dates and not any(date <= row.minute < date + course.window for date in room.dates[:1]):
        yield f"{row.key} starts at {row.minute}, outside the window of any date that is left"


def dates_overdue(replay: Replay) -> Iterator[str]:
    for name, room in replay.rooms.items():
        course = replay.programme.tiers[name].course
        if course and room.dates and room.dates[0] + course.window < replay.until:
            yield f"date {room.dates[0]} of {name} has neither a course nor a lapse"


def gathering(replay: Replay, row: Row) -> Iterator[str]:
    """A course waits `gather_weeks` for more candidates unless it is full before (R3.4)."""
    room, course = replay.rooms.get(row.tier), replay.programme.tiers[row.tier].course
    if not room or not course or course.dates or not course.gather or row.amount >= course.max_cohort:
        return
    since = room.enough_since if room.enough_since >= 0 else row.minute
    if row.minute < since + course.gather:
        yield f"{row.key} starts at {row.minute} with {row.amount}; a cohort has been waiting only since {since}"


CHECKS = {
    "who may train": Check("R3.3", "before", trainer, ("trainer_joined",)),
    "cohort": Check("R3.4", "instant", cohort),
    "course entry": Check("R3.4", "before", entry, ("entered_course",)),
    "course length": Check("R3.7", "before", length, ("course_ended",)),
    "courses under way": Check("R3.6", "instant", under_way),
    "course outcome": Check("R3.8", "before", outcome, ("passed", "requeued", "exited")),
    "course dates": Check("R3.5", "before", dates, ("course_started", "course_lapsed")),
    "dates overdue": Check("R3.5", "instant", dates_overdue),
    "gathering": Check("R3.4", "before", gathering, ("course_started",)),
}
