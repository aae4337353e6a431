"""How to plant a fault in a valid log: an edit gives the log that it makes, or None where there is nothing to edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from auditor.rows import Row, tier_of

Log = list[Row]
Edit = Callable[[Log], Log | None]


def find(log: Log, event: str, start: int = 0, **fields: Any) -> int | None:
    """The place of the first row of an event with these fields; a function is asked about the field's value."""
    for place in range(start, len(log)):
        row = log[place]
        if row.event == event and all(_is(getattr(row, name), wanted) for name, wanted in fields.items()):
            return place
    return None


def _is(value: Any, wanted: Any) -> bool:
    return bool(wanted(value)) if callable(wanted) else value == wanted


def drop(event: str, **fields: Any) -> Edit:
    """Take out the first such row."""

    def edit(log: Log) -> Log | None:
        place = find(log, event, **fields)
        return None if place is None else log[:place] + log[place + 1 :]

    return edit


def twice(event: str, **fields: Any) -> Edit:
    """Let the first such row be there twice."""

    def edit(log: Log) -> Log | None:
        place = find(log, event, **fields)
        return None if place is None else [*log[: place + 1], log[place], *log[place + 1 :]]

    return edit


def change(event: str, to: dict[str, Any], **fields: Any) -> Edit:
    """Write something else into the first such row; a function is given the row."""

    def edit(log: Log) -> Log | None:
        place = find(log, event, **fields)
        if place is None:
            return None
        new = {name: value(log[place]) if callable(value) else value for name, value in to.items()}
        return [*log[:place], log[place]._replace(**new), *log[place + 1 :]]

    return edit


def swap(first: str, second: str) -> Edit:
    """Exchange two rows that follow each other within one instant."""

    def edit(log: Log) -> Log | None:
        for place in range(1, len(log)):
            before, after = log[place - 1], log[place]
            if (before.event, after.event) == (first, second) and before.minute == after.minute:
                return [*log[: place - 1], after, before, *log[place + 1 :]]
        return None

    return edit


def again(event: str, after: str, **changes: Any) -> Edit:
    """After the first row `after`, a row of `event` for the same worker or client at that minute."""

    def edit(log: Log) -> Log | None:
        place = find(log, after)
        if place is None:
            return None
        new = log[place]._replace(event=event, **changes)
        return [*log[: place + 1], new, *log[place + 1 :]]

    return edit


def after_the_end(log: Log) -> Log | None:
    """A client who has completed comes once more."""
    place = find(log, "completed")
    return None if place is None else [*log[: place + 1], log[place - 1], *log[place + 1 :]]


def back_in_time(log: Log) -> Log | None:
    place = find(log, "session")
    return (
        None if not place else [*log[:place], log[place]._replace(minute=log[place - 1].minute - 1), *log[place + 1 :]]
    )


def past_the_horizon(log: Log) -> Log | None:
    return [*log[:-1], log[-1]._replace(minute=10**9)]


def to_somebody_else(event: str, **fields: Any) -> Edit:
    """Give the first such row to the worker of another row of the same event and tier."""

    def edit(log: Log) -> Log | None:
        place = find(log, event, **fields)
        if place is None:
            return None
        row = log[place]
        other = find(log, event, start=place + 1, tier=row.tier, other=lambda label: label != row.other)
        return None if other is None else [*log[:place], row._replace(other=log[other].other), *log[place + 1 :]]

    return edit


def by_a_learner(event: str, learner: str) -> Edit:
    """Let the first `event` that has one before it be done by the worker of the last `learner` row before it."""

    def edit(log: Log) -> Log | None:
        last: Row | None = None
        for place, row in enumerate(log):
            if row.event == learner:
                last = row
            if row.event == event and last and last.tier == row.tier:
                return [*log[:place], row._replace(other=last.key), *log[place + 1 :]]
        return None

    return edit


def by_who_is(event: str, flag: str, until: tuple[str, ...]) -> Edit:
    """Let the first possible `event` be done by somebody of that tier with a `flag` row and no `until` row since."""

    def edit(log: Log) -> Log | None:
        flagged: dict[str, str] = {}
        for place, row in enumerate(log):
            if row.event == flag:
                flagged[row.key] = row.tier
            elif row.event in until:
                flagged.pop(row.key, None)
            elif row.event == event and row.other:
                tier = tier_of(row.other)
                other = next((key for key, theirs in flagged.items() if theirs == tier and key != row.other), None)
                if other:
                    return [*log[:place], row._replace(other=other), *log[place + 1 :]]
        return None

    return edit


def kept(event: str) -> Edit:
    """Take out every row of an event."""

    def edit(log: Log) -> Log | None:
        left = [row for row in log if row.event != event]
        return left if len(left) < len(log) else None

    return edit


def later(event: str, by: int, **fields: Any) -> Edit:
    """Move the first such row to a later minute, in the place where it belongs by time."""

    def edit(log: Log) -> Log | None:
        place = find(log, event, **fields)
        if place is None or log[place].minute + by > log[-1].minute:
            return None
        row = log[place]._replace(minute=log[place].minute + by)
        rest = log[:place] + log[place + 1 :]
        where = next(at for at, each in enumerate(rest) if each.minute > row.minute or at == len(rest) - 1)
        return [*rest[:where], row, *rest[where:]]

    return edit


def seen_twice(log: Log) -> Log | None:
    """A client is started with two workers."""
    place = find(log, "started")
    other = None if place is None else find(log, "started", start=place, other=lambda label: label != log[place].other)
    if place is None or other is None:
        return None
    return [*log[: place + 1], log[place]._replace(other=log[other].other), *log[place + 1 :]]


def without_substitute(log: Log) -> Log | None:
    """Nobody takes the place of a trainer who has left."""
    started: set[str] = set()
    for place, row in enumerate(log):
        if row.event == "entered_course":
            started.add(row.other)
        if row.event == "trainer_joined" and row.key in started:
            return log[:place] + log[place + 1 :]
    return None
