"""What is done to a command from within its own process: die at a place, do without workers, hold a clock back."""

from __future__ import annotations

import datetime as dt
import importlib
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

OWN = ("experiment/sweep/", "experiment/files.py")
WORKER = "FAULTS_WORKER"
"""The variable that tells worker processes of `poison`: what, then the tasks it befalls."""


def die_at(place: str, when: str, time_of: int) -> None:
    """Kill this process before or after the so-manieth call (from 1) of `module:function` of the sweep."""
    calls = 0

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == time_of and when == "before":
                end_now()
            found = real(*args, **named)
            if calls == time_of:
                end_now()
            return found

        return call

    replace(place, dying)


def replace(place: str, change: Callable[[Any], Any]) -> None:
    """Put `change(real)` in the place of a function, wherever it has been imported to."""
    home, _, function = place.partition(":")
    real = getattr(importlib.import_module(f"cascadesim.experiment.{home}"), function)
    other = change(real)
    for module in [loaded for name, loaded in sys.modules.items() if name.startswith("cascadesim")]:
        for name in [name for name, value in vars(module).items() if value is real]:
            setattr(module, name, other)


def end_now() -> None:
    """As the kernel would."""
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


class Lines:
    """Counts the lines of the sweep's own code that are run, and kills the process at one of them."""

    def __init__(self, last: int) -> None:
        self.count, self._last = 0, last
        self._own: dict[str, bool] = {}

    def __enter__(self) -> Lines:
        sys.settrace(self._enter)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _enter(self, frame: FrameType, _event: str, _arg: object) -> Any:
        file = frame.f_code.co_filename
        if file not in self._own:
            self._own[file] = any(name in file for name in OWN)
        return self._line if self._own[file] else None

    def _line(self, _frame: FrameType, event: str, _arg: object) -> Any:
        if event == "line":
            self.count += 1
            if self.count == self._last:
                end_now()
        return self._line


class InlineWorkers:
    """Does the tasks in the process itself, where `ProcessWorkers` has others: quick, and the same on every run."""

    def __init__(self, job: Any, _jobs: int) -> None:
        self._work = job.runner()

    def __enter__(self) -> InlineWorkers:
        return self

    def __exit__(self, *_: object) -> None: ...

    def work(self, more: Callable[[], Any]) -> Iterator[Any]:
        """The result of each task in turn."""
        while (task := more()) is not None:
            yield self._work(task)


def shuffled(seed: int) -> None:
    """No worker processes, and the tasks in another order."""

    class Shuffled(InlineWorkers):
        def work(self, more: Callable[[], Any]) -> Iterator[Any]:
            tasks = list(iter(more, None))
            random.Random(seed).shuffle(tasks)
            return map(self._work, tasks)

    replace("sweep.tasks:ProcessWorkers", lambda _: Shuffled)


def alone() -> None:
    """No worker processes from now on."""
    replace("sweep.tasks:ProcessWorkers", lambda _: InlineWorkers)


def log_tasks(path: str) -> None:
    """Write down the tasks that are computed, wherever they are computed."""
    from cascadesim.experiment.sweep.tasks import TaskRunner

    real = TaskRunner.__call__

    def call(self: TaskRunner, task: Any) -> Any:
        with Path(path).open("a", encoding="ascii") as file:
            file.write(f"{task.number}\n")
        return real(self, task)

    TaskRunner.__call__ = call  # type: ignore[method-assign]


def pace(seconds: float, size: int) -> None:
    """How soon tasks are put on disk: after so many seconds, or so many bytes."""
    from cascadesim.experiment.sweep import sweep

    sweep.FIRST_PACE_SECONDS, sweep.MOST_PACE_SECONDS, sweep.COMMIT_BYTES = seconds, seconds, size


def years_back(years: float) -> None:
    """Another present."""
    replace("files:now", lambda real: lambda: real() - dt.timedelta(days=365.25 * years))


def files_of_at_most(size: int) -> None:
    """No file may grow beyond so many bytes: what a full disk is like where none can be had."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def descriptors(most: int) -> None:
    """No more open files than these."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def poison(kind: str, tasks: list[int], marks: str) -> None:
    """For worker processes that start from now on: these tasks kill theirs, always, or (`once`) the first time."""
    os.environ[WORKER] = " ".join([kind, marks, *map(str, tasks)])


def in_worker() -> None:
    """What a worker process does at its start, where `poison` was called in its parent."""
    if WORKER not in os.environ:
        return
    from cascadesim.experiment.sweep.tasks import TaskRunner

    kind, marks, *tasks = os.environ[WORKER].split(" ")
    real = TaskRunner.__call__

    def call(self: TaskRunner, task: Any) -> Any:
        if str(task.number) in tasks:
            if kind == "slow":
                time.sleep(600)
            if kind == "memory":
                raise MemoryError
            mark = Path(marks) / f"died-{task.number}"
            if kind == "always" or not mark.exists():
                mark.touch()
                end_now()
        return real(self, task)

    TaskRunner.__call__ = call  # type: ignore[method-assign]


ACTS: dict[str, Callable[..., None]] = {
    "alone": alone,
    "descriptors": descriptors,
    "die_at": die_at,
    "files_of_at_most": files_of_at_most,
    "log_tasks": log_tasks,
    "pace": pace,
    "poison": poison,
    "shuffled": shuffled,
    "years_back": years_back,
}
