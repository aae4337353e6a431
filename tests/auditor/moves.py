"""R2.1: legal moves, one state at a time, nothing after the end; R1.5: every row within the run, in order of time."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ABSENT, ACTIVE, APPRENTICE, CANDIDATE, EXITED, IN_TRAINING, Worker
from auditor.programme import BUILT_IN
from auditor.replay import Replay
from auditor.rows import ENTRIES, Row, tier_of, way_in

PRACTISING = (APPRENTICE, ACTIVE)
IN_SERVICE = (*PRACTISING, ABSENT)
LIVING = (CANDIDATE, IN_TRAINING, *IN_SERVICE)
WORKER_MOVES = (
    {
        "entered_course": (CANDIDATE,),
        "certified": (CANDIDATE, APPRENTICE),
        "exited": LIVING,
        "absent": (CANDIDATE, IN_TRAINING, *PRACTISING),
        "returned": (CANDIDATE, ABSENT),
        "hours_changed": LIVING,
    }
    | dict.fromkeys(("requeued", "passed", "failed", "stage_passed", "left_course"), (IN_TRAINING,))
    | dict.fromkeys(("joined_supervision", "unsupervised", "lapsed"), PRACTISING)
    | dict.fromkeys(("notice", "strained", "left_supervision", "moved"), IN_SERVICE)
    | dict.fromkeys(("not_deployed", "no_trainer", "joined_refresher", "refreshed", "promoting"), (ACTIVE,))
    | dict.fromkeys(("left_refresher", "refresher_missed"), (ACTIVE, ABSENT))
)
ANYWAY = ("exited", "notice", "hours_changed", "returned", "strained", "left_supervision", "moved", "refresher_missed")
LEFT_BEHIND = (
    "awaiting_transfer",
    "left",
    "lost_on_exit",
    "never_started",
    "group_closed",
)  # at the instant of the exit


def worker_moves(replay: Replay, row: Row) -> Iterator[str]:
    worker = replay.worker(row.key)
    if row.event == "recruited":
        yield from _recruited(replay, worker, row)
    elif worker is None:
        yield f"{row.event} of {row.key}, whom nobody recruited"
    elif worker.state not in WORKER_MOVES[row.event]:
        yield f"{row.event} of {row.key}, who is {worker.state}"
    elif row.event == "certified" and worker.state == CANDIDATE and worker.tier.course and worker.entry != "initial":
        yield f"{row.key} is certified without the course that tier {worker.tier.name} requires"
    elif worker.away and row.event not in (*ANYWAY, "left_course", "left_refresher"):
        yield f"{row.event} of {row.key}, who is away"
    elif row.event == "returned" and not worker.away:
        yield f"{row.key} returns, but was not away"


def _recruited(replay: Replay, worker: Worker | None, row: Row) -> Iterator[str]:
    """Everybody once; only who is promoted comes back, now, and a tier above (R9.2)."""
    if way_in(row) != "promotion":
        if worker:
            yield f"{row.key} is recruited twice"
    elif not worker or worker.exited_as != "promoted" or worker.exited_at != row.minute:
        yield f"{row.key} comes by promotion, but has not just been promoted"
    elif row.tier != getattr(replay.programme.above(worker.tier), "name", ""):
        yield f"{row.key} is promoted from {worker.tier.name} to {row.tier}"
    elif row.amount != worker.available:
        yield f"{row.key} has {row.amount} minutes a week after promotion, {worker.available} before"


def nothing_after_exit(replay: Replay, row: Row) -> Iterator[str]:
    if way_in(row) == "promotion":
        return
    for label, at in ((row.key, "of"), (row.other, "for")):
        worker = replay.worker(label)
        if worker and worker.state == EXITED:
            leftover = row.by_way_out.event in LEFT_BEHIND and label == row.other and worker.exited_at == row.minute
            if not leftover:
                yield f"{row.event} {at} {label}, who left at {worker.exited_at}"


def promoted_on(replay: Replay) -> Iterator[str]:
    """Who is promoted is in the tier above at the same instant (R9.2)."""
    for row in replay.instant:
        worker = replay.worker(row.key)
        if row.detail == "promoted" and worker and worker.exited_as == "promoted":
            yield f"{row.key} has been promoted, but has not come to the tier above"


def groups_and_courses(replay: Replay, row: Row) -> Iterator[str]:
    group, course = replay.groups.get(row.key), replay.courses.get(row.key)
    if row.event == "group_opened":
        if group:
            yield f"{row.key} is opened twice"
    elif row.event in ("course_started", "refresher_started"):
        if course:
            yield f"{row.key} is started twice"
    elif row.event.startswith("group_"):
        if not group or group.closed_at >= 0:
            yield f"{row.event} of {row.key}, which is not open"
        elif row.other != group.supervisor:
            yield f"{row.event} of {row.key} as {row.other}'s, but it is led by {group.supervisor}"
    elif not course or course.ended_at >= 0:
        yield f"{row.event} of {row.key}, which is not under way"


def time_runs(replay: Replay, row: Row) -> Iterator[str]:
    if row.minute < replay.before:
        yield f"minute {row.minute} after minute {replay.before}"
    if not 0 <= row.minute < replay.programme.horizon:
        yield f"minute {row.minute} is outside [0, {replay.programme.horizon})"


def known_words(replay: Replay, row: Row) -> Iterator[str]:
    tiers, worker = replay.programme.tiers, replay.worker(row.key)
    tier = worker.tier.name if worker and row.event != "recruited" else tier_of(row.key)
    of_tier = row.key and row.kind in ("worker", "group", "course", "refresher") and way_in(row) != "promotion"
    if of_tier and row.tier != tier:
        yield f"{row.key} is not of tier {row.tier}"
    if row.event == "recruited" and way_in(row) not in (*ENTRIES, "promotion"):
        yield f"{row.key} entered as {row.detail!r}"
    if row.event in ("exited", "notice", "absent", "hours_changed") and row.tier in tiers:
        known = set(tiers[row.tier].reasons) | (set(BUILT_IN) if row.event == "exited" else set())
        if row.detail not in known:
            yield f"{row.event} of {row.key} for {row.detail!r}, which is no reason of tier {row.tier}"
    if (row.kind == "site" and row.key not in replay.programme.sites) or (
        row.kind == "state" and (row.detail not in replay.programme.states or row.other not in replay.programme.sites)
    ):
        yield f"{row.event} of {row.detail} at {row.other or row.key}, which the scenario does not have"


GROUPS = ("group_opened", "group_closed", "group_suspended", "group_resumed", "group_shed")
COURSES = ("course_started", "trainer_joined", "course_ended", "refresher_started", "refresher_ended")
CHECKS = {
    "worker moves": Check("R2.1", "before", worker_moves, ("recruited", *WORKER_MOVES)),
    "nothing after exit": Check("R2.1", "before", nothing_after_exit),
    "promoted into the tier above": Check("R9.2", "instant", promoted_on),
    "groups and courses": Check("R2.1", "before", groups_and_courses, GROUPS + COURSES),
    "time runs": Check("R1.5", "before", time_runs),
    "known words": Check("R2.1", "before", known_words),
}
