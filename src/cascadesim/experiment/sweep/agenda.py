"""Which cells are to be done, in which order, and when a point has had enough of them.

A cell's number is its point's times the most cells that a point can have, plus its place among them: it depends on the
study alone, so every shard and every resumption speaks of the same cells.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

from cascadesim.experiment.study import Fixed, Point, Study, first_replication
from cascadesim.experiment.sweep.cells import CHUNK, DONE, Outcome, Task
from cascadesim.experiment.sweep.store import Store

if TYPE_CHECKING:
    import numpy as np

Wanted = Callable[["np.ndarray"], int]
"""How many replications a point should have in all, by what it gave so far: a row a replication, a column a measure."""


@dataclass(slots=True)
class _Course:
    """A point whose number of replications depends on what it gives: how many it is to have, which cells are missing or
    were done before this sitting, and what came of the others, by their first replication.
    """

    point: Point
    runs: int
    missing: set[int] = field(default_factory=set)
    before: set[int] = field(default_factory=set)
    values: dict[int, np.ndarray] = field(default_factory=dict)


class Agenda:
    """The cells of a study that are still to be done, for one shard of it.

    `wanted` decides how many replications a point has, where the study leaves that to what they give; it is asked after
    the first and whenever the point has as many as it last wanted, rounded up to whole cells. With `only`, no other
    cells than these are done.
    """

    def __init__(
        self, study: Study, store: Store, wanted: Wanted | None = None, only: frozenset[int] | None = None
    ) -> None:
        self._only = only
        self._study, self._store, self._wanted = study, store, wanted
        least = study.replications
        self._least, self._most = (least.n, least.n) if isinstance(least, Fixed) else (least.least, least.most)
        self._points = self._mine()
        self._queue: deque[Task] = deque()
        self._courses: dict[int, _Course] = {}
        self._extra = 0
        self.done_before = 0

    @property
    def cells_per_point(self) -> int:
        """The most that a point can have."""
        return -(-self._most // CHUNK)

    @property
    def known_cells(self) -> int:
        """How many there are, as far as is known: every point has its least, and some have been found to want more."""
        number, of = self._store.asked.shard
        left_out = sum(point % of == number - 1 for point in self._study.table.problems)
        mine = len(range(number - 1, len(self._study.points), of)) - left_out
        return mine * -(-self._least // CHUNK) + self._extra

    def _mine(self) -> Iterator[Point]:
        number, of = self._store.asked.shard
        return (point for point in self._study.points if not point.problem and point.number % of == number - 1)

    def more(self) -> Task | None:
        """The next cell to be done; None where there is none, or none until others are heard of."""
        while not self._queue:
            point = next(self._points, None)
            if point is None:
                return None
            self._begin(_Course(point, 0), self._least)
        return self._queue.popleft()

    def left(self) -> int:
        """How many are still to be done, as far as is known before one of them is. It uses the agenda up."""
        return sum(1 for _ in iter(self.more, None))

    def heard(self, outcome: Outcome) -> None:
        """A cell has ended: its point may have enough now, or want more."""
        course = self._courses.get(outcome.point)
        if course is None:
            return
        course.missing.discard(outcome.cell)
        if outcome.values is None:
            del self._courses[outcome.point]  # a point with a cell that failed is not looked at
            return
        course.values[outcome.first] = outcome.values
        if not course.missing:
            self._look(course)

    def _begin(self, course: _Course, runs: int) -> None:
        """Queue the cells that bring the point up to `runs` replications, but for those that have ended before."""
        runs = min(self._most, -(-runs // CHUNK) * CHUNK)
        point, shift, failed = course.point, first_replication(self._study, course.point), False
        for first in range(course.runs, runs, CHUNK):
            cell = point.number * self.cells_per_point + first // CHUNK
            status = self._store.ended(cell)
            if status:
                self.done_before += 1
                failed |= status != DONE
                course.before.add(cell)
            elif self._only is not None and cell not in self._only:
                failed = True  # not this time, so the point is not looked at either
            else:
                count = min(CHUNK, runs - first)
                course.missing.add(cell)
                self._queue.append(Task(cell, point.number, first, count, point.base, point.changes, shift))
        self._extra += -(-runs // CHUNK) - -(-max(course.runs, self._least) // CHUNK)
        course.runs = runs
        if self._wanted is not None and not failed:
            self._courses[point.number] = course
            if not course.missing:
                self._look(course)

    def _look(self, course: _Course) -> None:
        """Ask whether the point has enough."""
        import numpy as np

        del self._courses[course.point.number]
        if course.runs >= self._most:
            return
        if course.before:
            rows = self._store.cells_of(course.point.number)
            found = sorted((row for whole, row in rows if whole and row[0] in course.before), key=itemgetter(2))
            ends = np.cumsum([row[3] for row in found])[:-1]
            course.values |= zip((row[2] for row in found), np.split(self._store.values_of(found), ends), strict=True)
            course.before = set()
        values = np.concatenate([course.values[first] for first in sorted(course.values)])
        course.values = {0: values}
        assert self._wanted is not None and len(values) == course.runs
        wanted = self._wanted(values)
        if wanted > course.runs:
            self._begin(course, wanted)
