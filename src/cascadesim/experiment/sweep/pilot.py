"""How long a study will take and how much it will leave, from a few trial runs of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from cascadesim.engine.backends import AUTO, compile_beforehand
from cascadesim.experiment.study import Fixed, Point, Study, first_replication
from cascadesim.experiment.sweep.cells import CHUNK, DONE, Job, Outcome, Task, Worker

_POINTS, _RUNS, _SECONDS = 8, 3, 20.0
_STARTING_SECONDS = 1.5  # until worker processes have begun
_ROW_BYTES = 12  # a measure of a replication, in a part and in a table, compressed: half of 8 bytes, and some to spare
_CELL_BYTES = 250


@dataclass(frozen=True)
class Pilot:
    """What a study comes to. `runs` are replications of all points together, `most_runs` if each point has its most.

    `seconds` and `bytes` are for `runs`. `tried` points of the study were run, `bad` of which could not be, for the
    first of them because of `problem`.
    """

    rows: int
    points: int
    excluded: int
    runs: int
    most_runs: int
    seconds: float
    bytes: int
    tried: int
    bad: int
    problem: str


def pilot(study: Study, jobs: int, shard: tuple[int, int] = (1, 1), engine: str = AUTO) -> Pilot:
    """Run some points a few times, spread over the design, and work out the rest: in half a minute, or one point."""
    number, of = shard
    mine = [point for point in range(number - 1, len(study.points), of) if point not in study.table.problems]
    compile_beforehand(engine)
    work = Job(study.bases, study.seed, study.measures, study.trajectories, engine).worker()
    per_point, per_run, tried, good, bad, intervals, problem = 0.0, 0.0, 0, 0, 0, 0, ""
    began = time.perf_counter()
    for place in range(min(_POINTS, len(mine))):
        point = study.points[mine[place * len(mine) // min(_POINTS, len(mine))]]
        if not tried:
            work(_task(study, study.points[mine[-1]], 0, 1))  # what is loaded once does not count
        first, seconds = _timed(work, _task(study, point, 0, 1))
        tried += 1
        if first.status != DONE:
            bad, problem = bad + 1, problem or first.problem
            continue
        again, more = _timed(work, _task(study, point, 1, _RUNS))
        per_point, per_run, good = per_point + seconds, per_run + more / _RUNS, good + (again.status == DONE)
        intervals = max(intervals, 0 if first.paths is None else len(first.paths))
        if time.perf_counter() - began > _SECONDS:
            break
    least, most = _least_and_most(study)
    points, each = len(mine), max(good, 1)
    runs = points * least
    busy = points * max(0.0, per_point - per_run) / each + runs * per_run / each
    width = len(study.measures) + intervals * (1 + len(study.trajectories))
    size = 2 * runs * _ROW_BYTES * width + points * _CELL_BYTES * -(-least // CHUNK) + len(study.rows) * 8
    excluded = sum(point % of == number - 1 for point in study.table.problems)
    seconds = busy / min(jobs, max(1, points * -(-least // CHUNK))) + _STARTING_SECONDS
    return Pilot(len(study.rows), points, excluded, runs, points * most, seconds, size, tried, bad, problem)


def _least_and_most(study: Study) -> tuple[int, int]:
    asked = study.replications
    return (asked.n, asked.n) if isinstance(asked, Fixed) else (asked.least, asked.most)


def _task(study: Study, point: Point, first: int, count: int) -> Task:
    return Task(0, point.number, first, count, point.base, point.changes, first_replication(study, point))


def _timed(work: Worker, task: Task) -> tuple[Outcome, float]:
    began = time.perf_counter()
    return work(task), time.perf_counter() - began
