"""R2.4: nothing starts that does not fit into the week; R1.4: available hours as the scenario gives them."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.replay import Replay
from auditor.rows import Row, is_refresher, way_in


def supervision_fits(replay: Replay, row: Row) -> Iterator[str]:
    """A seat takes hours of the member, a group or an apprentice in it hours of the supervisor (R3.2, R4.2)."""
    group = replay.groups.get(row.key if row.event == "group_opened" else row.other)
    worker = replay.worker(row.key)
    if row.event == "joined_supervision":
        yield from _over(replay, row.key, row, overtime=True)
    if group and (row.event == "group_opened" or (worker and worker.extra)):
        yield from _over(replay, group.supervisor, row, overtime=True, reserved=True)


def course_fits(replay: Replay, row: Row) -> Iterator[str]:
    yield from _over(replay, row.other, row, overtime=True, reserved=is_refresher(row.key))


def refresher_fits(replay: Replay, row: Row) -> Iterator[str]:
    """A refresher takes what is left of the participant's week, and no overtime (R3.9)."""
    yield from _over(replay, row.key, row, overtime=False)


def episode_fits(replay: Replay, row: Row) -> Iterator[str]:
    yield from _over(replay, row.other, row, overtime=False, reserved=True)


def _over(replay: Replay, label: str, row: Row, overtime: bool, reserved: bool = False) -> Iterator[str]:
    worker = replay.worker(label)
    if worker:
        most = (worker.stretched if overtime else worker.available) - (replay.reserve(worker) if reserved else 0)
        committed = replay.committed(worker)
        if committed > most:
            yield f"{row.event} {row.key}: {label} has {committed} minutes a week committed, {most} are allowed"


def available(replay: Replay, row: Row) -> Iterator[str]:
    """The hours drawn for a recruit are hours that the scenario can give."""
    worker = replay.worker(row.key)
    if worker and way_in(row) != "promotion":
        least, most = worker.tier.available
        if row.amount < least or (most is not None and row.amount > most):
            yield f"{row.key} has {row.amount} minutes a week, the scenario gives {least} to {most}"


PLACED = ("started", "not_starting", "resumed", "facilitator_joined")
CHECKS = {
    "supervision fits the week": Check("R2.4", "after", supervision_fits, ("group_opened", "joined_supervision")),
    "courses fit the week": Check("R2.4", "after", course_fits, ("trainer_joined",)),
    "refreshers fit the week": Check("R2.4", "after", refresher_fits, ("joined_refresher",)),
    "episodes fit the week": Check("R2.4", "after", episode_fits, PLACED),
    "available hours": Check("R1.4", "after", available, ("recruited",)),
}
