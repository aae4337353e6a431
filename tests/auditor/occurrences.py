"""What happened in one run: the mechanisms that a few hundred generated runs must show, each in enough of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.people import APPRENTICE
from auditor.replay import PURPOSES, Replay
from auditor.rows import Row


def occurrences(replay: Replay, rows: Sequence[Row]) -> set[str]:
    """Names of everything that happened at least once."""
    found = {row.event for row in rows}
    found |= {f"{row.event}: {row.detail}" for row in rows if row.event in WITH_DETAIL}
    found |= set(_courses(replay, rows))
    found |= set(_leaving(replay, rows))
    found |= set(_people(replay, rows))
    found |= set(_waits(replay))
    return found


WITH_DETAIL = ("group_closed", "course_ended", "dropped_out", "session", "recruited")


def _courses(replay: Replay, rows: Sequence[Row]) -> Iterator[str]:
    starts = {row.key: row.minute for row in rows if row.event == "course_started"}
    for row in rows:
        if row.event == "trainer_joined":
            if row.minute > starts[row.key]:
                yield "substitute trainer"
            if replay.courses[row.key].tier.course.dates:
                yield "dated course"
        if row.event == "course_started":
            plan = replay.courses[row.key].tier.course
            if plan.gather and not plan.dates:
                yield "course after gathering" if row.amount < plan.max_cohort else "course full before gathering ends"


def _leaving(replay: Replay, rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if row.event == "exited":
            worker = replay.workers[row.key]
            reason = worker.tier.reasons.get(row.detail)
            yield f"exit: {'fixed date' if reason and reason.date is not None else 'clock' if reason else row.detail}"
            if worker.notices and row.detail not in worker.notices:
                yield "notice overtaken by another exit"
            if len(worker.notices) > 1:
                yield "two notices at once"
        if row.event == "lost_on_exit":
            yield "client lost with the worker" if row.other else "hand-over patience ends"
        if row.event == "lapsed" and replay.workers[row.key].group:
            yield "supervised again after a lapse"


def _people(replay: Replay, rows: Sequence[Row]) -> Iterator[str]:
    last = replay.programme.cascade[-1]
    for worker in replay.workers.values():
        if worker.certified_at > worker.passed_at >= 0:
            yield f"certified after practice: {worker.tier.practice}"
        elif worker.certified_at == worker.passed_at >= 0:
            yield "certified without practice"
        if worker.passed_at >= 0 and worker.supervised_minutes and worker.tier.practice == "simulated":
            yield "simulated practice interrupted"
        if not worker.tier.course and worker.tier.level and worker.entry != "initial" and worker.certified_at >= 0:
            yield "tier without training"
        if worker.last_start >= 0 and not worker.tier.supervision and worker.tier.level:
            yield "tier without supervision delivers"
        if worker.last_start >= 0 and worker.tier is not last:
            yield "a tier above the last delivers"
        learnt = worker.state == APPRENTICE or worker.certified_at > worker.passed_at >= 0
        if learnt and worker.tier.extra_rate and worker.seated_at >= 0:
            yield "apprentice takes extra hours"
        if worker.most_courses > 1:
            yield "two courses at once"
    minutes = [row.minute for row in rows if row.event not in ("binds", "unsupervised")]
    if len(minutes) - len(set(minutes)) > len(minutes) / 2:
        yield "most rows share their instant"


def _waits(replay: Replay) -> Iterator[str]:
    """Constraints and uses of hours, from the levels."""
    for name, changes in replay.levels.changes.items():
        if any(by > 0 and minute < replay.programme.horizon for minute, by in changes):
            if "waiting." in name:
                yield name[name.index("waiting.") :]
            elif name.endswith("overtime_rate"):
                yield "overtime"
            elif name.rpartition("rate.")[2] in PURPOSES:
                yield name.rpartition(".")[2]
