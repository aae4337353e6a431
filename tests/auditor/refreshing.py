"""R3.9: refreshers that are due, and what it means when none has begun."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.replay import Replay
from auditor.rows import Row


def missed(replay: Replay, row: Row) -> Iterator[str]:
    """Noted on the day on which it was due, or when somebody leaves one after it."""
    worker = replay.worker(row.key)
    if not worker:
        return
    left_now = any(each.event == "left_refresher" and each.key == row.key for each in replay.instant)
    if not 0 <= worker.refresher_due <= row.minute or (worker.refresher_due < row.minute and not left_now):
        yield f"{row.key} has missed a refresher at {row.minute}, one was due at {worker.refresher_due}"
    if worker.refresher or worker.missed_refresher:
        yield f"{row.key} has missed a refresher, but {'takes one' if worker.refresher else 'had missed it before'}"


def missed_overdue(replay: Replay) -> Iterator[str]:
    for tier in (each for each in replay.programme.cascade if each.refresher):
        for worker in replay.living[tier.name].values():
            due = worker.refresher_due
            if 0 <= due < replay.until and not worker.refresher and not worker.missed_refresher:
                yield f"{worker.key} has missed the refresher that was due at {due}, and nobody noted it"


def refreshed(replay: Replay, row: Row) -> Iterator[str]:
    """Completed on the last day of a refresher."""
    worker, course = replay.worker(row.key), replay.courses.get(row.other)
    held = course is not None and course.ended_at == row.minute and course.ended_as == "held"
    if worker and (worker.refresher != row.other or not held):
        yield f"{row.key} has completed {row.other}, which was not held to its end now, or not with them"


CHECKS = {
    "refresher missed": Check("R3.9", "before", missed, ("refresher_missed",)),
    "refresher missed and not noted": Check("R3.9", "instant", missed_overdue),
    "refresher completed": Check("R3.9", "before", refreshed, ("refreshed",)),
}
