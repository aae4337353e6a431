"""What there is to do, task by task: a task is a few replications of one point, and a pure function of its question."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cascadesim.engine.backends import AUTO, SIMPY, choose_for
from cascadesim.errors import CascadeError, EnvironmentFault, ScenarioError, UsageError
from cascadesim.experiment.simulate import Prepared, prepare
from cascadesim.experiment.study.study import Study, safe_name
from cascadesim.experiment.worker_pool import WorkerPool
from cascadesim.model.measures import Meter
from cascadesim.scenario.feasibility.run_size import predict
from cascadesim.scenario.load import from_resolved, with_changes
from cascadesim.scenario.schema import Scenario

TASK_REPLICATIONS = 10
"""Most replications of a task: what may be lost or run again when a worker dies."""

DONE, INVALID, FAILED, DIED = "done", "invalid", "failed", "died"
"""How a task ends: with its numbers; its settings are no scenario; a run of it failed; every worker that tried died."""

ATTEMPTS = 4
"""So many workers have to die over a task before it is given up: one that dies of something else blames nobody."""
BUNDLE_SECONDS = 1.0
"""A worker gets as many tasks at a time as take it so long."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task with all that a worker has to be told: replications `first` to `first + count - 1` of `point`.

    `shift` is added to the number of a replication for its draws: 0 where all points share their random numbers.
    """

    number: int
    point: int
    first: int
    count: int
    base: str
    changes: tuple[tuple[str, Any], ...]
    shift: int = 0

    def __str__(self) -> str:
        return f"task {self.number}"

    def ended(
        self, status: str, problem: str = "", values: np.ndarray | None = None, paths: np.ndarray | None = None
    ) -> TaskResult:
        """What came of it."""
        return TaskResult(self.number, self.point, self.first, self.count, status, problem, values, paths)


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What came of the task of a number. `values` has a row a replication and a column a measure; `paths` a row a
    replication and interval, with the week first (None where no trajectories are asked for). Both are None unless it is
    done.
    """

    task: int
    point: int
    first: int
    count: int
    status: str
    problem: str = ""
    values: np.ndarray | None = None
    paths: np.ndarray | None = None


More = Callable[[], Task | None]
"""Gives the next task; None where there is none for now."""


@dataclass(frozen=True)
class Job:
    """What all tasks of a study share."""

    bases: Mapping[str, dict[str, Any]]
    seed: int
    outcomes: tuple[str, ...]
    trajectories: tuple[str, ...] = ()
    engine: str = AUTO

    def runner(self) -> TaskRunner:
        """One that does tasks of this job, for one process or thread."""
        return TaskRunner(self)


def job_of(study: Study, engine: str) -> Job:
    """What all tasks of a study share; `auto` is SimPy where all that there may be to run is done before compiling."""

    def events() -> float:
        bases = [from_resolved(base, safe_name(name)) for name, base in study.bases.items()]
        return len(study.points) * study.replications.most * max(predict(base).events for base in bases)

    chosen = SIMPY if choose_for(engine, events) == SIMPY else engine  # else as each worker can
    return Job(study.bases, study.seed, study.outcomes, study.trajectories, chosen)


class TaskRunner:
    """Does tasks one after another; the point that it did last stays ready, since its next task often follows."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._bases: dict[str, Scenario] = {}
        self._ready: tuple[str, Any, Prepared] | None = None

    def __call__(self, task: Task) -> TaskResult:
        """Run the task. A bad scenario and a run that fails are told in the result, never raised."""
        try:
            return self._run(self._prepared(task), task)
        except (ScenarioError, UsageError) as fault:
            return task.ended(INVALID, one_line(fault))
        except (MemoryError, EnvironmentFault):
            raise
        except Exception as fault:
            return task.ended(FAILED, one_line(fault))

    def _prepared(self, task: Task) -> Prepared:
        # as `study.point_scenario`, but without the study; the name does not matter to a run
        if self._ready is None or self._ready[:2] != (task.base, task.changes):
            scenario = self._bases.get(task.base)
            if scenario is None:
                scenario = self._bases[task.base] = from_resolved(self._job.bases[task.base], safe_name(task.base))
            if task.changes:
                scenario = with_changes(scenario, dict(task.changes), warn=False)
            prepared = prepare(scenario, self._job.engine)
            if self._ready is not None:
                prepared.runner.take_over(self._ready[2].runner)
            self._meter = Meter(prepared.plan, prepared.layout, frozenset(self._job.outcomes))
            names, kept = prepared.trajectories.names, ("week", *self._job.trajectories)
            self._kept_columns = [names.index(name) if name in names else len(names) for name in kept]
            self._ready = task.base, task.changes, prepared
        return self._ready[2]

    def _run(self, prepared: Prepared, task: Task) -> TaskResult:
        job = self._job
        values = np.full((task.count, len(job.outcomes)), np.nan)
        paths = []
        for index in range(task.count):
            tally = prepared.runner(job.seed, task.shift + task.first + index, False)
            kpis = self._meter(tally)
            values[index] = [kpis.get(name, np.nan) for name in job.outcomes]
            if job.trajectories:
                path = prepared.trajectories(tally)
                beyond = np.full((len(path), 1), np.nan)  # for what there is none of
                paths.append(np.hstack([path, beyond])[:, self._kept_columns])
        return task.ended(DONE, values=values, paths=np.concatenate(paths) if job.trajectories else None)


class ProcessWorkers:
    """The workers of a sweep in `jobs` processes of this machine, whatever becomes of the processes."""

    def __init__(self, job: Job, jobs: int) -> None:
        self._pool = WorkerPool(job.runner(), jobs, ATTEMPTS, BUNDLE_SECONDS)

    def __enter__(self) -> ProcessWorkers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers; what they were at is lost, and nothing else."""
        self._pool.close()

    def work(self, more: More) -> Generator[TaskResult | None]:
        """The result of each task as it comes, and None whenever there was none for a while."""
        for answer in self._pool.work(more):
            if answer is None or not answer.death:
                yield None if answer is None else answer.result
            else:
                problem = f"its worker process ended each of {ATTEMPTS} times that it was tried ({answer.death})"
                yield answer.item.ended(DIED, problem)


def one_line(fault: Exception) -> str:
    """A fault in one line, without the file that a scenario once came from."""
    if not isinstance(fault, CascadeError):
        return f"{type(fault).__name__}: {fault}"
    first, *more = fault.problems
    text = " ".join(part for part in (f"{first.path}:" if first.path else "", first.message, first.hint) if part)
    return text if not more else f"{text} (and {len(more)} more)"
