"""What there is to do, cell by cell: a cell is a few replications of one point, and a pure function of its question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cascadesim.engine.backends import AUTO
from cascadesim.errors import CascadeError, EnvironmentFault, ScenarioError, UsageError
from cascadesim.experiment.runs import Prepared, prepare
from cascadesim.experiment.study.scenarios import safe_name
from cascadesim.model.measures import Meter
from cascadesim.model.measures.trajectories import trajectory_columns, trajectory_rows
from cascadesim.scenario.load import from_resolved, with_changes
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import numpy as np

CHUNK = 10
"""Most replications of a cell: what may be lost or run again when a worker dies."""

DONE, INVALID, FAILED, DIED = "done", "invalid", "failed", "died"
"""How a cell ends: with its numbers; its settings are no scenario; a run of it failed; every worker that tried died."""


@dataclass(frozen=True, slots=True)
class Task:
    """One cell with all that a worker has to be told: replications `first` to `first + count - 1` of `point`.

    `shift` is added to the number of a replication for its draws: 0 where all points share their luck.
    """

    cell: int
    point: int
    first: int
    count: int
    base: str
    changes: tuple[tuple[str, Any], ...]
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a cell. `values` has a row a replication and a column a measure; `paths` a row a replication and
    interval, with the week first (None where no trajectories are asked for). Both are None unless it is done.
    """

    cell: int
    point: int
    first: int
    count: int
    status: str
    problem: str = ""
    values: np.ndarray | None = None
    paths: np.ndarray | None = None


@dataclass(frozen=True)
class Job:
    """What all cells of a study share. Called with a task it gives the outcome; it never raises for a bad scenario."""

    bases: Mapping[str, dict[str, Any]]
    seed: int
    measures: tuple[str, ...]
    trajectories: tuple[str, ...] = ()
    engine: str = AUTO

    def worker(self) -> Worker:
        """One that does cells of this job, for one process or thread."""
        return Worker(self)


class Worker:
    """Does cells one after another; the point that it did last stays ready, since its next cell often follows."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._bases: dict[str, Scenario] = {}
        self._ready: tuple[str, Any, Prepared] | None = None

    def __call__(self, task: Task) -> Outcome:
        """Run the cell."""
        head = (task.cell, task.point, task.first, task.count)
        try:
            prepared = self._prepared(task)
            return self._run(prepared, task, head)
        except (ScenarioError, UsageError) as fault:
            return Outcome(*head, INVALID, said(fault))
        except (MemoryError, EnvironmentFault):
            raise
        except Exception as fault:
            words = said(fault) if isinstance(fault, CascadeError) else f"{type(fault).__name__}: {fault}"
            return Outcome(*head, FAILED, words)

    def _prepared(self, task: Task) -> Prepared:
        if self._ready is None or self._ready[:2] != (task.base, task.changes):
            scenario = self._bases.get(task.base)
            if scenario is None:
                scenario = self._bases[task.base] = from_resolved(self._job.bases[task.base], safe_name(task.base))
            if task.changes:
                scenario = with_changes(scenario, dict(task.changes), warn=False)
            prepared = prepare(scenario, self._job.engine)
            if self._ready is not None:
                prepared.runner.take_over(self._ready[2].runner)
            self._meter = Meter(prepared.plan, prepared.layout, frozenset(self._job.measures))
            columns = trajectory_columns(prepared.plan.scope)
            wanted = ("week", *self._job.trajectories)
            self._picked = [columns.index(name) if name in columns else -1 for name in wanted]
            self._ready = task.base, task.changes, prepared
        return self._ready[2]

    def _run(self, prepared: Prepared, task: Task, head: tuple[int, int, int, int]) -> Outcome:
        import numpy as np

        job, plan, layout = self._job, prepared.plan, prepared.layout
        values = np.full((task.count, len(job.measures)), np.nan)
        paths = []
        for row in range(task.count):
            tally = prepared.runner(job.seed, task.shift + task.first + row, False)
            kpis = self._meter(tally)
            values[row] = [kpis.get(name, np.nan) for name in job.measures]
            if job.trajectories:
                rows = trajectory_rows(plan, layout, tally)
                paths += [[each[column] if column >= 0 else np.nan for column in self._picked] for each in rows]
        return Outcome(*head, DONE, values=values, paths=np.array(paths, dtype=float) if job.trajectories else None)


def said(fault: CascadeError) -> str:
    """A fault in one line, without the file that a scenario once came from."""
    first, *more = fault.problems
    text = " ".join(part for part in (f"{first.path}:" if first.path else "", first.message, first.hint) if part)
    return text if not more else f"{text} (and {len(more)} more)"
