"""Worker processes that die, have no memory, cannot start, or are ended: what becomes of the cells."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.sweep.cells import DIED, DONE, Outcome, Task
from cascadesim.experiment.sweep.workers import Crew

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")


@dataclass(frozen=True)
class Perilous:
    """A job whose cells 3 and 4 do as `how` says; `marks` is where they note that they have been tried."""

    how: str
    marks: str

    def worker(self) -> Perilous:
        if self.how == "stillborn":
            os._exit(7)
        if self.how == "only one":
            try:
                (Path(self.marks) / "first").touch(exist_ok=False)
            except FileExistsError:
                os._exit(7)
        return self

    def __call__(self, task: Task) -> Outcome:
        if self.how == "only one":
            time.sleep(0.2)
        elif task.cell in (3, 4):
            mark = Path(self.marks) / f"{task.cell}"
            if self.how == "deaf":
                _close_sockets()
                time.sleep(600)
            if self.how == "memory":
                raise MemoryError
            if self.how == "disk":
                raise EnvironmentFault("the disk is full.", file="/there")
            if self.how == "fault":
                raise ZeroDivisionError("by nothing")
            if self.how == "kill" or not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return Outcome(task.cell, task.point, task.first, task.count, DONE)


def _close_sockets() -> None:
    """The pipe of a worker among them: whoever holds the other end is told that nobody is there."""
    for number in range(3, 64):
        with contextlib.suppress(OSError):
            socket.socket(fileno=os.dup(number)).shutdown(socket.SHUT_RDWR)


def _work(tmp_path: Path, how: str, jobs: int = 2, count: int = 12) -> list[Outcome]:
    tasks: Iterator[Task] = iter([Task(cell, cell, 0, 10, "base", ()) for cell in range(count)])
    with Crew(Perilous(how, str(tmp_path)), jobs) as crew:  # type: ignore[arg-type]
        found = [outcome for outcome in crew.work(lambda: next(tasks, None)) if outcome is not None]
    assert multiprocessing.active_children() == []
    return sorted(found, key=lambda outcome: outcome.cell)


@pytest.mark.parametrize(("how", "said"), [("kill", "killed by signal 9"), ("memory", "memory ran out")])
def test_cells_that_kill_are_named_and_all_others_done(tmp_path: Path, how: str, said: str) -> None:
    found = _work(tmp_path, how)
    assert [outcome.cell for outcome in found] == list(range(12))
    assert [outcome.cell for outcome in found if outcome.status == DIED] == [3, 4]
    assert found[3].problem == f"its worker process ended each of 4 times that it was tried ({said})"
    assert {outcome.status for outcome in found[:3] + found[5:]} == {DONE}


def test_a_worker_that_lives_on_unheard_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cascadesim.experiment.sweep.workers._LAST_SECONDS", 0.1)
    found = _work(tmp_path, "deaf")
    assert [outcome.cell for outcome in found if outcome.status == DIED] == [3, 4]
    assert found[3].problem == "its worker process ended each of 4 times that it was tried (it no longer answered)"


def test_cells_that_kill_once_are_done(tmp_path: Path) -> None:
    assert [outcome.status for outcome in _work(tmp_path, "once", jobs=1)] == [DONE] * 12
    assert sorted(path.name for path in tmp_path.iterdir()) == ["3", "4"]


def test_workers_that_cannot_begin_are_the_machines_fault(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"no worker process can be started: 3 in a row .* \(exit code 7\)"):
        _work(tmp_path, "stillborn", jobs=1)
    assert multiprocessing.active_children() == []


def test_where_one_can_begin_and_no_other_it_does_the_work(tmp_path: Path) -> None:
    assert [outcome.status for outcome in _work(tmp_path, "only one", count=40)] == [DONE] * 40


@pytest.mark.parametrize(("how", "said"), [("disk", "/there: the disk is full"), ("fault", "task 3.*ZeroDivision")])
def test_what_would_befall_every_cell_ends_the_work(tmp_path: Path, how: str, said: str) -> None:
    with pytest.raises(EnvironmentFault, match=said):
        _work(tmp_path, how, jobs=1)


def test_a_worker_that_stands_still_does_not_stop_the_rest(tmp_path: Path) -> None:
    """One is halted by a signal; what it has waits until it goes on, all else is done meanwhile."""
    tasks: Iterator[Task] = iter([Task(cell, cell, 0, 10, "base", ()) for cell in range(10, 3000)])
    halted = 0
    found = 0
    with Crew(Perilous("none", str(tmp_path)), 2) as crew:  # type: ignore[arg-type]
        for outcome in crew.work(lambda: next(tasks, None)):
            found += outcome is not None
            if found == 500 and not halted:
                halted = multiprocessing.active_children()[0].pid or 0
                os.kill(halted, signal.SIGSTOP)
            if outcome is None and halted:
                break
        assert found > 1500
        os.kill(halted, signal.SIGCONT)

