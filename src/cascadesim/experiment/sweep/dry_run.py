"""How long a study will take and how much it will leave, from a few trial runs of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from cascadesim.engine.backends import AUTO, compile_beforehand
from cascadesim.experiment.study.study import Study
from cascadesim.experiment.sweep.task_queue import (
    count_points,
    points_to_run,
    replication_range,
    task_of,
    tasks_for,
)
from cascadesim.experiment.sweep.tasks import DONE, Job, Task, TaskResult, TaskRunner

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
    points, excluded = count_points(study, shard)
    compile_beforehand(engine)
    work = Job(study.bases, study.seed, study.outcomes, study.trajectories, engine).runner()
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
    least, most = replication_range(study)
    runs, tasks, divisor = points * least, points * tasks_for(least), max(good, 1)
    busy = points * max(0.0, per_point - per_run) / divisor + runs * per_run / divisor
    width = len(study.outcomes) + intervals * (1 + len(study.trajectories))
    size = 2 * runs * _ROW_BYTES * width + tasks * _TASK_BYTES + len(study.rows) * 8
    seconds = busy / min(jobs, max(1, tasks)) + _STARTING_SECONDS
    return DryRun(len(study.rows), points, excluded, runs, points * most, seconds, size, tried, bad, problem)


def _timed(work: TaskRunner, task: Task) -> tuple[TaskResult, float]:
    began = time.perf_counter()
    return work(task), time.perf_counter() - began
