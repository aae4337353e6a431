"""One task of a sweep run again, with its event log, to see what went on in it."""

from __future__ import annotations

import math
import shutil
import traceback
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cascadesim.engine.backends import AUTO
from cascadesim.errors import EnvironmentFault, UsageError, whole_number
from cascadesim.experiment.files import code_version
from cascadesim.experiment.parquet import TableWriter
from cascadesim.experiment.simulate import Prepared, Rows, kpi_rows, prepare, run_prepared
from cascadesim.experiment.study.study import Study, first_replication, point_scenario, study_from
from cascadesim.experiment.sweep.checks import KnownTasks, PartIndex
from cascadesim.experiment.sweep.parts import FOLDER, TaskRow
from cascadesim.experiment.sweep.repair import read_spec
from cascadesim.experiment.sweep.store import Store, open_to_read
from cascadesim.experiment.sweep.task_queue import tasks_per_point
from cascadesim.experiment.sweep.tasks import DONE, TASK_REPLICATIONS, one_line

RERUNS, PROBLEM = "reruns", "problem.txt"


@dataclass(frozen=True)
class RerunResult:
    """A task that was run again. `same` says whether its outcomes are those of the store; None where it has none.

    Of `asked` replications so many `replications` ran; `problem` is why the first that did not failed, and `recorded`
    what the store says of a task that ended without numbers; both are empty where there is nothing to tell.
    `other_code` is the version that the store is of, where that is not this one.
    """

    folder: Path
    setting: int
    asked: int
    replications: int
    events: int
    same: bool | None
    problem: str = ""
    recorded: str = ""
    other_code: str = ""


def rerun(folder: Path, task: int, events: bool = True, engine: str = AUTO) -> RerunResult:
    """Run one task again and write its tables to `reruns/task-K` in the folder; the store stays as it is.

    Where a run fails, the tables are of the others, and `problem.txt` has the traceback. Raises `UsageError` where
    there is no such task, `ScenarioError` where its point is no scenario.
    """
    spec = read_spec(folder)
    study = study_from(spec.study)
    per_point = tasks_per_point(study)
    task = whole_number("task", task, 0, per_point * len(study.points) - 1)
    point, first = study.points[task // per_point], task % per_point * TASK_REPLICATIONS
    with open_to_read(folder, spec, KnownTasks.of(study, spec.columns)) as store:
        row = next((row for row in store.tasks_of(point.number) if row.task == task), None)
        known = _numbers(store, row) if row and row.status == DONE else None
    if point.problem:
        raise UsageError(f"task {task}: its setting is not run, since {point.problem}", code="task")
    count = row.replications if row else min(TASK_REPLICATIONS, study.replications.most - first)
    runs = _Runs(prepare(point_scenario(study, point), engine), study, first_replication(study, point), events)
    inner = folder / RERUNS / f"task-{task}"
    new = inner.with_name(f".new-task-{task}")
    shutil.rmtree(new, ignore_errors=True)
    try:
        runs.write(new, range(first, first + count))
        shutil.rmtree(inner, ignore_errors=True)
        new.rename(inner)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    recorded = f"{row.status}: {row.problem}" if row and row.status != DONE else ""
    code = spec.code if spec.code != code_version() else ""
    return RerunResult(
        inner, point.number, count, runs.ran, runs.logged, runs.same_as(known), runs.problem, recorded, code
    )


def _numbers(store: Store, row: TaskRow) -> np.ndarray:
    """What the store has of a task. Raises `EnvironmentFault` where that is damaged or missing."""
    parts = PartIndex(store.folder, row.parts, store.known)
    if not parts.has(row):
        name, fault = next(iter(parts.faults.items()), (row.part, "damaged"))
        hint = f"cascadesim doctor {store.folder} runs its tasks again."
        raise EnvironmentFault(f"{fault}.", hint=hint, code="damaged_store", file=str(store.folder / FOLDER / name))
    return store.values_of([row])


class _Runs:
    """The replications of a task, one after the other, whatever becomes of one of them."""

    def __init__(self, prepared: Prepared, study: Study, shift: int, events: bool) -> None:
        self._prepared, self._study, self._shift, self._events = prepared, study, shift, events
        self._values: list[list[float]] = []
        self.ran = self.logged = 0
        self.problem = ""

    def write(self, new: Path, numbers: range) -> None:
        """Run these and write their tables to the folder `new`, which is made."""
        new.mkdir(parents=True)
        writers: dict[str, TableWriter] = {}
        for number in numbers:
            try:
                tables = self._run(number)
            except (MemoryError, EnvironmentFault):
                raise
            except Exception as fault:
                self._failed(new, number, fault)
                continue
            for name, rows in tables.items():
                writers.setdefault(name, TableWriter(new / f".{name}")).add(rows)
        for name, writer in writers.items():
            writer.finish(new / f"{name}.parquet")

    def _run(self, number: int) -> dict[str, Rows]:
        run = run_prepared(self._prepared, self._study.seed, self._shift + number, self._events)
        tables = {"kpis": kpi_rows([(self._shift + number, run.kpis)]), "trajectories": run.trajectories}
        if run.events is not None:
            tables["events"] = run.events
            self.logged += len(run.events)
        self._values.append([run.kpis.get(name, math.nan) for name in self._study.outcomes])
        self.ran += 1
        return tables

    def _failed(self, new: Path, number: int, fault: Exception) -> None:
        self.problem = self.problem or f"replication {number}: {one_line(fault)}"
        with (new / PROBLEM).open("a", encoding="utf-8", errors="replace") as file:
            file.write(f"replication {number}\n{''.join(traceback.format_exception(fault))}\n")

    def same_as(self, known: np.ndarray | None) -> bool | None:
        """Whether all ran and gave these numbers; None where there are none."""
        return None if known is None else bool(np.array_equal(known, self._values, equal_nan=True))
