"""R3: cohorts, trainers, lengths and dates of courses, and what becomes of the trainees."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.apply_groups import lapsing_room
from auditor.check import Check
from auditor.people import ACTIVE, IN_TRAINING
from auditor.programme import Course
from auditor.replay import Replay
from auditor.rows import Row, is_refresher


def trainer(replay: Replay, row: Row) -> Iterator[str]:
    """Trainers are active, of the tier above, may be given something, have not lapsed, and each is there once."""
    course, worker = replay.courses.get(row.key), replay.worker(row.other)
    if not course or not course.plan:
        return
    if not worker or worker.tier is not replay.programme.above(course.tier) or worker.state != ACTIVE:
        yield f"{row.key} is given by {row.other or 'nobody'}, who is no active worker of the tier above"
        return
    able = worker.tier.competence is None or worker.competence >= worker.tier.competence.min_trainer
    against = {
        "is on notice": bool(worker.notices),
        "is about to be promoted": worker.promoting_by >= 0,
        "is not deployed": not worker.deployed,
        "is no trainer": not worker.trainer,
        "has lapsed": worker.lapsed,
        "is not competent enough": not able,
        "is of another site": worker.site != course.site and not course.tier.trainers_across_sites,
    }
    for why, holds in against.items():
        if holds:
            yield f"{row.other} {why} and gives {row.key}"
    if row.other in course.trainers:
        yield f"{row.other} is put twice into {row.key}"
    elif len(course.trainers) >= course.plan.trainers:
        yield f"{row.key} gets more than {course.plan.trainers} trainers"


def cohort(replay: Replay) -> Iterator[str]:
    """A course starts with as many trainees and trainers as it should, the first in line (R3.4, R3.9)."""
    for started in (each for each in replay.instant if each.event in ("course_started", "refresher_started")):
        course = replay.courses[started.key]
        plan = course.plan
        if not plan:
            yield f"{course.key} is held, but tier {course.tier.name} needs none"
            continue
        size, least = len(course.entered), plan.min_cohort if isinstance(plan, Course) else 1
        if not least <= size <= plan.max_cohort:
            yield f"{course.key} starts with {size} trainees, not {least} to {plan.max_cohort}"
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
    elif worker.site != course.site:
        yield f"{row.key} enters {row.other}, which is at another site"
    elif isinstance(course.plan, Course) and course.plan.stage != worker.stage:
        yield f"{row.key} enters {row.other}, stage {course.plan.stage}, and waits for stage {worker.stage}"
    elif is_refresher(row.other) != (row.event == "joined_refresher"):
        yield f"{row.event} of {row.key} into {row.other}"


def room_free(replay: Replay, row: Row) -> Iterator[str]:
    """No more initial courses of a tier at a site than there are rooms."""
    course = replay.courses.get(row.key)
    if course and isinstance(course.plan, Course) and course.tier.rooms:
        room = replay.rooms[course.tier.name, course.site, course.plan.stage]
        if replay.rooms_taken(room) > course.tier.rooms:
            yield f"{row.key} is one of {replay.rooms_taken(room)} courses at once, there are {course.tier.rooms} rooms"


def length(replay: Replay, row: Row) -> Iterator[str]:
    """A course ends on its day, or when nobody is left to learn or to teach (R3.6, R3.7)."""
    course = replay.courses.get(row.key)
    if not course or not course.plan:
        return
    day = course.started_at + course.plan.minutes
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
        elif course.plan:
            day = course.started_at + course.plan.minutes
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
    elif isinstance(course.plan, Course) and row.event != "requeued":
        yield from _result(row, worker.attempt, worker.stage, course.plan)


def _result(row: Row, attempt: int, stage: int, plan: Course) -> Iterator[str]:
    """Passed, on to the next stage, once more, or out: as the scenario has it."""
    good = row.event in ("passed", "stage_passed")
    if plan.pass_probability == (0 if good else 1):
        yield f"{row.event} of {row.key} with a pass probability of {plan.pass_probability}"
    if good and (row.event == "passed") != plan.last:
        yield f"{row.event} of {row.key} after stage {stage}"
    if row.event == "stage_passed" and row.amount != stage + 1:
        yield f"{row.key} passes to stage {row.amount} after stage {stage}"
    if not good and (row.event == "failed") != (attempt + 1 < plan.attempts):
        yield f"{row.event} of {row.key} at attempt {attempt + 1} of {plan.attempts}"
    if row.event == "failed" and row.amount != attempt + 1:
        yield f"{row.key} has failed {attempt + 1} times at this stage, {row.amount} is said"


def dates(replay: Replay, row: Row) -> Iterator[str]:
    """A dated course starts within the window of a date that has one left (R3.5)."""
    course = replay.courses.get(row.key)
    if course and isinstance(course.plan, Course) and course.plan.dates and course.date < 0:
        yield f"{row.key} starts at {row.minute}, outside the window of any date that is left"


def lapse(replay: Replay, row: Row) -> Iterator[str]:
    """A date without a course lapses when the window closes."""
    if not lapsing_room(replay, row):
        yield f"date {row.amount} of {row.tier} lapses at {row.minute}"


def dates_overdue(replay: Replay) -> Iterator[str]:
    for room in replay.rooms.values():
        for date in room.dates:
            closes = date + room.plan.window
            if date not in room.used and closes < replay.until and closes >= replay.now:
                yield f"date {date} of {room.tier.name} has neither a course nor a lapse"


def gathering(replay: Replay, row: Row) -> Iterator[str]:
    """A course waits `gather_weeks` for more candidates unless it is full before (R3.4)."""
    course = replay.courses.get(row.key)
    plan = course.plan if course else None
    if not course or not isinstance(plan, Course) or plan.dates or not plan.gather or row.amount >= plan.max_cohort:
        return
    since = course.enough_since if course.enough_since >= 0 else row.minute
    if row.minute < since + plan.gather:
        yield f"{row.key} starts at {row.minute} with {row.amount}; a cohort has been waiting only since {since}"


def left_course(replay: Replay, row: Row) -> Iterator[str]:
    """A trainee who falls absent leaves the course and keeps the attempt (R2.7); a participant of a refresher too."""
    worker = replay.worker(row.key)
    if worker and row.event == "left_course" and (worker.away_since != row.minute or worker.course != row.other):
        yield f"{row.key} leaves {row.other}, but has not just gone away from it"
    course = replay.courses.get(row.other)
    if worker and row.event == "left_refresher":
        away = worker.away_since == row.minute and worker.away
        stopped = course is not None and course.ended_at == row.minute and course.ended_as == "cancelled"
        if worker.refresher != row.other or not (away or stopped):
            yield f"{row.key} leaves {row.other}, but has not just gone away from it"


def away_from_courses(replay: Replay) -> Iterator[str]:
    for row in replay.instant:
        if row.event == "absent":
            worker = replay.workers[row.key]
            if worker.away and (worker.course or worker.refresher or worker.teaches):
                yield f"{row.key} is away and still in a course"


STARTS = ("course_started", "refresher_started")
ENDS = ("course_ended", "refresher_ended")
OUTCOMES = ("passed", "stage_passed", "failed", "requeued", "exited")
CHECKS = {
    "who may train": Check("R3.3", "before", trainer, ("trainer_joined",)),
    "cohort": Check("R3.4", "instant", cohort),
    "course entry": Check("R3.4", "before", entry, ("entered_course", "joined_refresher")),
    "rooms": Check("R3.2", "after", room_free, ("course_started",)),
    "course length": Check("R3.7", "before", length, ENDS),
    "courses under way": Check("R3.6", "instant", under_way),
    "course outcome": Check("R3.8", "before", outcome, OUTCOMES),
    "course dates": Check("R3.5", "after", dates, ("course_started",)),
    "date that lapses": Check("R3.5", "before", lapse, ("course_lapsed",)),
    "dates overdue": Check("R3.5", "instant", dates_overdue),
    "gathering": Check("R3.4", "after", gathering, ("course_started",)),
    "leaving a course": Check("R2.7", "before", left_course, ("left_course", "left_refresher")),
    "away from courses": Check("R2.7", "instant", away_from_courses),
}
