"""A study of four points, and workers that know the answers: replication r of point p gives 1000 p + r, and half."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from cascadesim.experiment.study.definition import Until
from cascadesim.experiment.study.read import read_study
from cascadesim.experiment.study.study import Study
from cascadesim.experiment.sweep.sweep import SweepOptions, SweepResult, sweep
from cascadesim.experiment.sweep.tasks import DIED, DONE, FAILED, INVALID, Job, Task, TaskResult

MEASURES = ("clients.started", "clients.completed")
FILE = """
scenario = "small.toml"
design = "grid"
replications = 25
seed = 5
outcomes = ["clients.started", "clients.completed"]
[factors]
"tier.alpha.initial" = [2, 3]
"tier.beta.hours_per_week" = [12, 16]
"""
"""Four points of three tasks: ten, ten and five replications."""


def made(small_file: Path, folder: Path, **changes: Any) -> Study:
    """The study, with some of its fields changed."""
    (folder / "small.toml").write_text(small_file.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "study.toml").write_text(FILE, encoding="utf-8")
    return replace(read_study(folder / "study.toml"), **changes)


def until(least: int, most: int) -> Until:
    return Until(least, most, 0.1, (), MEASURES)


def answer(task: Task) -> TaskResult:
    """What everybody knows of a task."""
    numbers = 1000.0 * task.point + task.first + np.arange(task.count)
    return task.ended(DONE, values=np.c_[numbers, numbers / 2])


def ends(status: str, *tasks: int) -> Callable[[Task], TaskResult]:
    """The same, but that some tasks end otherwise."""
    assert status in (INVALID, FAILED, DIED)

    def give(task: Task) -> TaskResult:
        return task.ended(status, f"{status} for a reason") if task.number in tasks else answer(task)

    return give


class FakeWorkers:
    """Workers that answer at once; `SweepOptions(workers=FakeWorkers(...))`. `did` are the tasks that they were given.

    After `upto` of them they stop as Ctrl-C does.
    """

    def __init__(self, give: Callable[[Task], TaskResult] = answer, upto: int = 10**9) -> None:
        self.give, self.upto, self.did = give, upto, list[int]()

    def __call__(self, _job: Job, _jobs: int) -> FakeWorkers:
        return self

    def __enter__(self) -> FakeWorkers:
        return self

    def __exit__(self, *_: object) -> None: ...

    def work(self, more: Callable[[], Task | None]) -> Iterator[TaskResult]:
        while (task := more()) is not None:
            if len(self.did) == self.upto:
                raise KeyboardInterrupt
            self.did.append(task.number)
            yield self.give(task)


def done(study: Study, folder: Path, workers: FakeWorkers | None = None, **options: Any) -> SweepResult:
    """A sweep by such workers."""
    return sweep(study, folder, SweepOptions(workers=workers or FakeWorkers(), **options))
