"""What an engine hands over at the end of a replication: integers only, and the log if it was asked for."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeVar, overload

from cascadesim.model.units import WEEK_MINUTES

T = TypeVar("T")

TAUGHT_UNIT = 5040
"""A graduate is this much, so that a course can be shared equally among up to ten trainers (`Tally.taught`)."""

DIP_WINDOW_MINUTES = 26 * WEEK_MINUTES
"""The deepest fall is looked for in this time after a wave, or until the run ends."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The counters just before the events of `minute`.

    `levels` are the values now, `change_times` the sums of change x minute over their changes, `counts` the totals.
    `competence` is, for each tier, (people, mean, standard deviation) over its apprentices, active and absent: nan
    where nobody is, and where the tier's competence is not modelled; `states` the published levels of the
    organisation's states, by state and then by site.
    """

    minute: int
    levels: Sequence[int]
    change_times: Sequence[int]
    counts: Sequence[int]
    competence: tuple[tuple[int, float, float], ...] = ()
    states: tuple[float, ...] = ()

    def integral(self, level: int) -> int:
        """The exact integral of a level (by its place) over [0, minute), in level-minutes."""
        return self.levels[level] * self.minute - self.change_times[level]


class LazySequence(Sequence[T]):
    """`count` items that are made when they are asked for, each by `make(number)`."""

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        self._numbers, self._make = range(count), make

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, number: int) -> T: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[T]: ...
    def __getitem__(self, number: int | slice) -> T | Sequence[T]:
        if isinstance(number, slice):
            return tuple(map(self._make, self._numbers[number]))
        return self._make(self._numbers[number])

    def __iter__(self) -> Iterator[T]:
        return map(self._make, self._numbers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(len(self))


class LateSnapshots(LazySequence[Snapshot]):
    """Snapshots of these minutes; `make(index)` makes each when it is first looked at: most of them never are."""

    def __init__(self, minutes: Sequence[int], make: Callable[[int], Snapshot]) -> None:
        super().__init__(len(minutes), cache(make))
        self.minutes = minutes

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (list(self),)


class LogRow(NamedTuple):
    """One row of the event log, as integers (`enums.py`); `detail` is text that needs no lookup.

    `key` and `other` are keys as in `ids.py`; -1 where there is none. `level` is the tier's, -1 for none.
    """

    minute: int
    event: int
    kind: int
    key: int
    level: int
    other_kind: int
    other: int
    detail: str
    amount: int


def snapshot_at(snapshots: Sequence[Snapshot], minute: int) -> Snapshot:
    """The one of `minute`, which there is."""
    if isinstance(snapshots, LateSnapshots):
        return snapshots[snapshots.minutes.index(minute)]
    return next(snapshot for snapshot in snapshots if snapshot.minute == minute)


@dataclass(frozen=True, slots=True)
class WaveTally:
    """What became of the active workers of a tier after a wave; `back` is -1 where they never were as many again."""

    level: int
    reason: str
    minute: int
    before: int
    lowest: int
    back: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The integers of one replication. `snapshots` has one for each of the plan's, in order.

    Client counts, `waits` (minutes from referral to start, in order of start) and `still_waiting` (minutes waited by
    those who still wait at the horizon) are of clients referred at or after `measure_from`. `at_end` is how many of
    those are waiting, in transfer and in care. `first_start` is the minute of the first start of anybody, -1 if none,
    and `before_care` the counters at that instant; `first_full` per tier the minute at which as many were active as
    were planned (initial and intake, or the target), -1 if never.

    `classes` are the `CLASS_COUNTS` of each class of clients in the layout's order. `taught` has for each tier and each
    of its workers who could ever give a course, in order of keys, how many passed the last stage with them, in 5040ths
    (a course is shared equally among those who gave it). `after_course` has for each tier the competence of
    everybody after their last stage, in order of keys.
    """

    snapshots: Sequence[Snapshot]
    waits: array[int]
    still_waiting: tuple[int, ...]
    at_end: tuple[int, int, int]
    first_start: int
    first_full: tuple[int, ...]
    events: int
    log: tuple[LogRow, ...] | None
    before_care: Snapshot | None = None
    classes: tuple[tuple[int, ...], ...] = ()
    taught: tuple[tuple[int, ...], ...] = ()
    after_course: tuple[tuple[float, ...], ...] = ()
    waves: tuple[WaveTally, ...] = ()
