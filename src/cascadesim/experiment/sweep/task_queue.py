"""Which tasks are to be done, in which order, when a point has had enough of them, and how long all will take.

A task's number is its point's times the most tasks that a point can have, plus its index among them: it depends on the
study alone, so every shard and every resumption speaks of the same tasks.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter

import numpy as np

from cascadesim.engine.backends import AUTO, compile_beforehand
from cascadesim.experiment.study.definition import Point
from cascadesim.experiment.study.study import Study, first_replication
from cascadesim.experiment.sweep.store import Store
from cascadesim.experiment.sweep.tasks import DONE, TASK_REPLICATIONS, Task, TaskResult, TaskRunner, job_of

ReplicationRule = Callable[["np.ndarray"], int]
"""How many replications a point should have in all, by what it gave so far: a row a replication, a column a measure."""


def tasks_for(replications: int) -> int:
    """How many tasks so many replications of a point are."""
    return -(-replications // TASK_REPLICATIONS)


def tasks_per_point(study: Study) -> int:
    """The most tasks that a point can have."""
    return tasks_for(study.replications.most)


def points_to_run(study: Study, shard: tuple[int, int]) -> Iterator[int]:
    """The numbers of the points of a shard that are run."""
    return (point for point in _points_of(study, shard) if point not in study.table.problems)


def _points_of(study: Study, shard: tuple[int, int]) -> range:
    """The numbers of all points of a shard, those that are not run too since they break a constraint."""
    number, of = shard
    return range(number - 1, len(study.points), of)


def task_of(study: Study, point: Point, first: int, count: int, number: int = 0) -> Task:
    """A task of so many replications of a point, from `first` on."""
    return Task(number, point.number, first, count, point.base, point.changes, first_replication(study, point))


@dataclass(slots=True)
class _OpenPoint:
    """A point whose number of replications depends on what it gives: how many it is to have, which tasks are missing or
    were done before this session, and what came of the others, by their first replication.
    """

    point: Point
    runs: int
    missing: set[int] = field(default_factory=set)
    before: set[int] = field(default_factory=set)
    values: dict[int, np.ndarray] = field(default_factory=dict)


class TaskQueue:
    """The tasks of a study that are still to be done, for one shard of it.

    `rule` decides how many replications a point has, where the study leaves that to what they give; it is asked after
    the first and whenever the point has as many as it last wanted, rounded up to whole tasks. With `only`, no other
    tasks than these are done.
    """

    def __init__(
        self, study: Study, store: Store, rule: ReplicationRule | None = None, only: frozenset[int] | None = None
    ) -> None:
        self._only = only
        self._study, self._store, self._rule = study, store, rule
        self._least, self._most = study.replications.least, study.replications.most
        self._points = points_to_run(study, store.spec.shard)
        self._per_point = tasks_per_point(study)
        self._queue: deque[Task] = deque()
        self._open: dict[int, _OpenPoint] = {}
        self.known_tasks = sum(1 for _ in points_to_run(study, store.spec.shard)) * tasks_for(self._least)
        """How many there are, as far as is known: every point has its least, and some have been found to want more."""
        self.done_before = 0

    def more(self) -> Task | None:
        """The next task to be done; None where there is none, or none until others are heard of."""
        while not self._queue:
            point = next(self._points, None)
            if point is None:
                return None
            self._begin(_OpenPoint(self._study.points[point], 0), self._least)
        return self._queue.popleft()

    def left(self) -> int:
        """How many are still to be done, as far as is known before one of them is. It uses the queue up."""
        return sum(1 for _ in iter(self.more, None))

    def heard(self, result: TaskResult) -> None:
        """A task has ended: its point may have enough now, or want more."""
        opened = self._open.get(result.point)
        if opened is None:
            return
        opened.missing.discard(result.task)
        if result.values is None:
            del self._open[result.point]  # a point with a task that failed is not looked at
            return
        opened.values[result.first] = result.values
        if not opened.missing:
            self._look(opened)

    def _begin(self, opened: _OpenPoint, runs: int) -> None:
        """Queue the tasks that bring the point up to `runs` replications, but for those that have ended before."""
        runs = min(self._most, tasks_for(runs) * TASK_REPLICATIONS)
        failed = False
        for first in range(opened.runs, runs, TASK_REPLICATIONS):
            task = opened.point.number * self._per_point + first // TASK_REPLICATIONS
            status = self._store.status_of(task)
            if status:
                self.done_before += 1
                failed |= status != DONE
                opened.before.add(task)
            elif self._only is not None and task not in self._only:
                failed = True  # not this time, so the point is not looked at either
            else:
                opened.missing.add(task)
                count = min(TASK_REPLICATIONS, runs - first)
                self._queue.append(task_of(self._study, opened.point, first, count, task))
        self.known_tasks += tasks_for(runs) - tasks_for(max(opened.runs, self._least))
        opened.runs = runs
        if self._rule is not None and not failed:
            self._open[opened.point.number] = opened
            if not opened.missing:
                self._look(opened)

    def _look(self, opened: _OpenPoint) -> None:
        """Ask whether the point has enough."""
        del self._open[opened.point.number]
        if opened.runs >= self._most:
            return
        if opened.before:
            every = self._store.tasks_of(opened.point.number)
            tasks = sorted((task for task in every if task.task in opened.before), key=attrgetter("first"))
            arrays = np.split(self._store.values_of(tasks), np.cumsum([task.replications for task in tasks])[:-1])
            opened.values |= zip((task.first for task in tasks), arrays, strict=True)
            opened.before = set()
        values = np.concatenate([opened.values[first] for first in sorted(opened.values)])
        opened.values = {0: values}
        assert self._rule is not None and len(values) == opened.runs
        wanted = self._rule(values)
        if wanted > opened.runs:
            self._begin(opened, wanted)


_POINTS, _RUNS, _SECONDS = 8, 3, 20.0
_STARTING_SECONDS = 1.5  # until worker processes have begun
_ROW_BYTES = 12  # a measure of a replication, in a part and in a table, compressed: half of 8 bytes, and some to spare
_TASK_BYTES = 250


@dataclass(frozen=True)
class DryRun:
    """What a study comes to. `runs` are replications of all settings together, `most_runs` if each has its most.

    `seconds` and `bytes` are for `runs`. `tried` settings of the study were run, `bad` of which could not be, for the
    first of them because of `problem`.
    """

    rows: int
    settings: int
    excluded: int
    runs: int
    most_runs: int
    seconds: float
    bytes: int
    tried: int
    bad: int
    problem: str


def dry_run(study: Study, jobs: int, shard: tuple[int, int] = (1, 1), engine: str = AUTO) -> DryRun:
    """Run some points a few times, spread over the design, and work out the rest: in half a minute, or one point."""
    mine = list(points_to_run(study, shard))
    points = len(mine)
    job = job_of(study, engine)
    compile_beforehand(job.engine)
    work = job.runner()
    per_point, per_run, tried, good, bad, intervals, problem = 0.0, 0.0, 0, 0, 0, 0, ""
    began = time.perf_counter()
    for trial in range(min(_POINTS, points)):
        point = study.points[mine[trial * points // min(_POINTS, points)]]
        if not tried:
            work(task_of(study, study.points[mine[-1]], 0, 1))  # what is loaded once does not count
        first, seconds = _timed(work, task_of(study, point, 0, 1))
        tried += 1
        if first.status != DONE:
            bad, problem = bad + 1, problem or first.problem
            continue
        again, more = _timed(work, task_of(study, point, 1, _RUNS))
        per_point, per_run, good = per_point + seconds, per_run + more / _RUNS, good + (again.status == DONE)
        intervals = max(intervals, 0 if first.paths is None else len(first.paths))
        if time.perf_counter() - began > _SECONDS:
            break
    least = study.replications.least
    runs, tasks, divisor = points * least, points * tasks_for(least), max(good, 1)
    busy = points * max(0.0, per_point - per_run) / divisor + runs * per_run / divisor
    width = len(study.outcomes) + intervals * (1 + len(study.trajectories))
    size = 2 * runs * _ROW_BYTES * width + tasks * _TASK_BYTES + len(study.rows) * 8
    seconds = busy / min(jobs, max(1, tasks)) + _STARTING_SECONDS
    excluded = len(_points_of(study, shard)) - points
    counts = (len(study.rows), points, excluded, runs, points * study.replications.most)
    return DryRun(*counts, seconds, size, tried, bad, problem)


def _timed(work: TaskRunner, task: Task) -> tuple[TaskResult, float]:
    began = time.perf_counter()
    return work(task), time.perf_counter() - began
