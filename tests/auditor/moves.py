"""R2.1: legal moves, one state at a time, nothing after the end; R1.5: every row within the run, in order of time."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ACTIVE, APPRENTICE, CANDIDATE, EXITED, HANDOVER, HOLDING, IN_CARE, IN_TRAINING, OPEN, WAITING
from auditor.programme import BUILT_IN
from auditor.replay import Replay
from auditor.rows import ENTRIES, Row, tier_of

LIVING = (CANDIDATE, IN_TRAINING, APPRENTICE, ACTIVE)
PRACTISING = (APPRENTICE, ACTIVE)
WORKER_MOVES = {
    "entered_course": (CANDIDATE,),
    "requeued": (IN_TRAINING,),
    "passed": (IN_TRAINING,),
    "certified": (CANDIDATE, APPRENTICE),
    "exited": LIVING,
} | dict.fromkeys(("notice", "seated", "unseated", "moved", "unsupervised", "lapsed"), PRACTISING)
CLIENT_MOVES = {
    "started": (WAITING,),
    "not_starting": (WAITING,),
    "resumed": (HANDOVER,),
    "session": (IN_CARE,),
    "no_show": (IN_CARE,),
    "completed": (IN_CARE,),
    "dropped_out": (IN_CARE,),
    "never_started": (HOLDING,),
    "reneged": (WAITING,),
    "handed_over": OPEN,
    "lost_on_exit": (*OPEN, HANDOVER),
}
HELD = ("session", "no_show", "completed", "dropped_out", "never_started", "handed_over", "lost_on_exit")
LEFT_BEHIND = ("handed_over", "lost_on_exit", "group_closed")


def worker_moves(replay: Replay, row: Row) -> Iterator[str]:
    worker = replay.worker(row.key)
    if row.event == "recruited":
        if worker:
            yield f"{row.key} is recruited twice"
    elif worker is None:
        yield f"{row.event} of {row.key}, whom nobody recruited"
    elif worker.state not in WORKER_MOVES[row.event]:
        yield f"{row.event} of {row.key}, who is {worker.state}"
    elif row.event == "certified" and worker.state == CANDIDATE and worker.tier.course and worker.entry != "initial":
        yield f"{row.key} is certified without the course that tier {worker.tier.name} requires"


def client_moves(replay: Replay, row: Row) -> Iterator[str]:
    client = replay.clients.get(row.key)
    if row.event == "referred":
        if client:
            yield f"{row.key} is referred twice"
    elif client is None:
        yield f"{row.event} of {row.key}, whom nobody referred"
    elif client.state not in CLIENT_MOVES[row.event]:
        yield f"{row.event} of {row.key}, who is {client.state}"
    elif row.event in HELD and row.other != client.worker:
        yield f"{row.event} of {row.key} with {row.other or 'nobody'}, but the holder is {client.worker or 'nobody'}"


def nothing_after_exit(replay: Replay, row: Row) -> Iterator[str]:
    for label, at in ((row.key, "of"), (row.other, "for")):
        worker = replay.worker(label)
        if worker and worker.state == EXITED:
            leftover = row.event in LEFT_BEHIND and label == row.other and worker.exited_at == row.minute
            if not leftover:
                yield f"{row.event} {at} {label}, who left at {worker.exited_at}"


def groups_and_courses(replay: Replay, row: Row) -> Iterator[str]:
    group, course = replay.groups.get(row.key), replay.courses.get(row.key)
    if row.event == "group_opened":
        if group:
            yield f"{row.key} is opened twice"
    elif row.event == "course_started":
        if course:
            yield f"{row.key} is started twice"
    elif row.event == "group_closed":
        if not group or group.closed_at >= 0:
            yield f"{row.key} is closed, but is not open"
        elif row.other != group.supervisor:
            yield f"{row.key} is closed as {row.other}'s, but is led by {group.supervisor}"
    elif not course or course.ended_at >= 0:
        yield f"{row.event} of {row.key}, which is not under way"


def time_runs(replay: Replay, row: Row) -> Iterator[str]:
    if row.minute < replay.now:
        yield f"minute {row.minute} after minute {replay.now}"
    if not 0 <= row.minute < replay.programme.horizon:
        yield f"minute {row.minute} is outside [0, {replay.programme.horizon})"


def known_words(replay: Replay, row: Row) -> Iterator[str]:
    tiers = replay.programme.tiers
    if row.key and row.kind in ("worker", "group", "course") and row.tier != tier_of(row.key):
        yield f"{row.key} is not of tier {row.tier}"
    if row.event == "recruited" and row.detail not in ENTRIES:
        yield f"{row.key} entered as {row.detail!r}"
    if row.event in ("exited", "notice") and row.tier in tiers:
        known = set(tiers[row.tier].reasons) | (set(BUILT_IN) if row.event == "exited" else set())
        if row.detail not in known:
            yield f"{row.event} of {row.key} for {row.detail!r}, which is no reason of tier {row.tier}"


CHECKS = {
    "worker moves": Check("R2.1", "before", worker_moves, ("recruited", *WORKER_MOVES)),
    "client moves": Check("R8.8", "before", client_moves, ("referred", *CLIENT_MOVES)),
    "nothing after exit": Check("R2.1", "before", nothing_after_exit),
    "groups and courses": Check(
        "R2.1",
        "before",
        groups_and_courses,
        ("group_opened", "group_closed", "course_started", "trainer_joined", "course_ended"),
    ),
    "time runs": Check("R1.5", "before", time_runs),
    "known words": Check("R2.1", "before", known_words),
}
