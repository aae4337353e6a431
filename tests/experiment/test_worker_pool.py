"""Worker processes: answers in order, faults told, nobody left behind; and what becomes of the items of those that die,
have no memory, cannot start, or are ended.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.sweep.tasks import DIED, DONE, ProcessWorkers, Task, TaskResult
from cascadesim.experiment.worker_pool import WorkerPool, in_processes, usable_processors
from experiment.perils import Perilous, without_memory

posix = pytest.mark.skipif(os.name != "posix", reason="signals")


def test_answers_come_in_processes_and_no_process_stays() -> None:
    numbers = range(3, 40)
    assert list(in_processes(math.sqrt, numbers, 2)) == [math.sqrt(number) for number in numbers]
    assert multiprocessing.active_children() == []


def test_one_job_runs_here() -> None:
    assert set(in_processes(lambda _: os.getpid(), range(3), 1)) == {os.getpid()}


def test_leaving_early_stops_the_others() -> None:
    outcomes = in_processes(time.sleep, [0, 60, 60, 60], 2)
    with contextlib.closing(outcomes):
        next(outcomes)
    assert multiprocessing.active_children() == []


def test_what_a_worker_raises_is_raised_here_with_its_traceback() -> None:
    with pytest.raises(ValueError, match=r"math domain error|nonnegative") as caught:
        list(in_processes(math.sqrt, [1, -1, 2], 2))
    assert "In a worker process, at replication -1:\nTraceback" in caught.value.__notes__[0]


def test_a_worker_that_dies_is_an_error_and_not_a_hang() -> None:
    with pytest.raises(EnvironmentFault, match=r"ended before .* replication (\d) \(exit code \1\)") as caught:
        list(in_processes(os._exit, [3, 4, 5], 2))
    assert "fewer jobs" in caught.value.problems[0].hint


def test_no_memory_in_a_worker_is_no_memory_here() -> None:
    """It is not tried again, so its kind is kept."""
    with pytest.raises(MemoryError):
        list(in_processes(without_memory, [1, 2], 2))


def test_what_cannot_be_loaded_by_a_worker_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function of this process that no other has."""
    only_here = type(sys)("only_here")
    monkeypatch.setitem(sys.modules, "only_here", only_here)
    exec("def work(number): return number", only_here.__dict__)
    with pytest.raises(ModuleNotFoundError, match="only_here"):
        list(in_processes(only_here.work, range(3), 2))
    assert multiprocessing.active_children() == []


def test_one_process_for_one_question_at_a_time() -> None:
    """What ends the process is told, and the next question has a new one."""
    with WorkerPool(abs) as ask:
        assert [ask(number) for number in (-2, 3)] == [2, 3]
        (first,) = multiprocessing.active_children()
        with pytest.raises(TypeError, match="bad operand"):
            ask("text")
        assert multiprocessing.active_children() == [first]
        first.kill()
        first.join()
        with pytest.raises(EnvironmentFault, match=r"before it had answered for replication -4 \(killed by signal 9"):
            ask(-4)
        assert ask(-5) == 5
    assert multiprocessing.active_children() == []


def test_what_cannot_be_sent_is_refused_before_anything_starts() -> None:
    with pytest.raises(UsageError, match="cannot be sent") as caught:
        list(in_processes(lambda number: number, range(3), 2))
    assert "jobs=1" in caught.value.problems[0].hint


def test_an_answer_that_cannot_be_sent_is_told() -> None:
    with pytest.raises(Exception, match="pickle"):
        list(in_processes(memoryview, [b"1", b"2"], 2))  # type: ignore[arg-type,list-item]


@posix
def test_workers_leave_ctrl_c_to_their_parent() -> None:
    """From their first moment, when the signal is blocked, and then because they ignore it."""
    blocked = partial(signal.pthread_sigmask, signal.SIG_BLOCK)
    first, second = in_processes(blocked, [(), (signal.SIGUSR1,)], 2)  # type: ignore[list-item]
    assert signal.SIGINT in first & second
    assert list(in_processes(signal.getsignal, [signal.SIGINT, signal.SIGTERM], 2)) == [signal.SIG_IGN, signal.SIG_DFL]


_PARENT = """
import sys, time, multiprocessing, threading
from cascadesim.experiment.worker_pool import in_processes
def told():
    while len(multiprocessing.active_children()) < 2: time.sleep(0.02)
    time.sleep(float(sys.argv[1]))
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
if __name__ == "__main__":
    threading.Thread(target=told).start()
    list(in_processes(time.sleep, [60, 60], 2))
"""


@posix
@pytest.mark.parametrize(
    ("number", "after_seconds"), [("SIGINT", 0.0), ("SIGINT", 0.5), ("SIGTERM", 0.5), ("SIGKILL", 0.5)]
)
def test_no_orphan_survives_its_parent(number: str, after_seconds: float, tmp_path: object) -> None:
    """While the workers start, and while they work."""
    script = f"{tmp_path}/parent.py"
    with open(script, "w") as file:  # noqa: PTH123
        file.write(_PARENT)
    parent = subprocess.Popen(
        [sys.executable, script, str(after_seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert parent.stdout is not None
    children = [int(pid) for pid in parent.stdout.readline().split()]
    if number == "SIGINT":
        os.killpg(parent.pid, signal.SIGINT)  # Ctrl-C reaches the whole group
    else:
        parent.send_signal(signal.Signals[number])
    told = parent.communicate(timeout=20)[1]
    assert "SpawnProcess" not in told, "a worker complained"
    deadline = time.monotonic() + 10
    while any(_alive(pid) for pid in children):
        assert time.monotonic() < deadline, "an orphan survives"
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat") as status:  # noqa: PTH123
        return status.read().rpartition(")")[2].split()[0] != "Z"
    return True


def _pool(tmp_path: Path, how: str, jobs: int = 2) -> WorkerPool[int]:
    return WorkerPool(Perilous(how, str(tmp_path)), jobs, attempts=4, bundle_seconds=1.0)


def _deaths(tmp_path: Path, how: str, jobs: int = 2, count: int = 12) -> dict[int, str]:
    """How workers died over the numbers up to `count` that were given up; all others were answered."""
    items = iter(range(count))
    with _pool(tmp_path, how, jobs) as pool:
        answers = [answer for answer in pool.work(lambda: next(items, None)) if answer is not None]
    assert multiprocessing.active_children() == []
    assert sorted(answer.item for answer in answers) == list(range(count))
    assert all(answer.number == answer.item for answer in answers)
    assert all(answer.value() == answer.item for answer in answers if not answer.death)
    return {answer.item: answer.death for answer in answers if answer.death}


@posix
@pytest.mark.parametrize(("how", "said"), [("kill", "killed by signal 9"), ("memory", "memory ran out")])
def test_items_that_kill_are_named_and_all_others_done(tmp_path: Path, how: str, said: str) -> None:
    assert _deaths(tmp_path, how) == {3: said, 4: said}


@posix
def test_a_worker_that_lives_on_unheard_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cascadesim.experiment.worker_pool._LAST_SECONDS", 0.1)
    assert _deaths(tmp_path, "deaf") == dict.fromkeys((3, 4), "it no longer answered")


@posix
def test_items_that_kill_once_are_done(tmp_path: Path) -> None:
    assert _deaths(tmp_path, "once", jobs=1) == {}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["3", "4"]


@posix
def test_workers_that_cannot_begin_are_the_machines_fault(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"no worker process can be started: 3 in a row .* \(exit code 7\)"):
        _deaths(tmp_path, "stillborn", jobs=1)
    assert multiprocessing.active_children() == []


@posix
def test_where_one_can_begin_and_no_other_it_does_the_work(tmp_path: Path) -> None:
    assert _deaths(tmp_path, "only one", count=40) == {}


@posix
@pytest.mark.parametrize(
    ("how", "kind", "said"),
    [("disk", EnvironmentFault, "/there: the disk is full"), ("fault", ZeroDivisionError, "by nothing")],
)
def test_what_would_befall_every_item_ends_the_work(tmp_path: Path, how: str, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said) as caught:
        _deaths(tmp_path, how, jobs=1)
    assert "In a worker process, at replication 3:" in caught.value.__notes__[0]


@posix
def test_a_worker_that_stands_still_does_not_stop_the_rest(tmp_path: Path) -> None:
    """One is halted by a signal; what it has waits until it goes on, all else is done meanwhile."""
    items = iter(range(10, 3000))
    halted = answered = 0
    with _pool(tmp_path, "none") as pool:
        for answer in pool.work(lambda: next(items, None)):
            answered += answer is not None
            if answered == 500 and not halted:
                halted = multiprocessing.active_children()[0].pid or 0
                os.kill(halted, signal.SIGSTOP)
            if answer is None and halted:
                break
        assert answered > 1500
        os.kill(halted, signal.SIGCONT)


class PerilousJob:
    """A job of a sweep whose tasks kill."""

    def __init__(self, marks: Path) -> None:
        self._perilous = Perilous("kill", str(marks))

    def runner(self) -> PerilousJob:
        return self

    def __call__(self, task: Task) -> TaskResult:
        self._perilous(task.number)
        return task.ended(DONE)


@posix
def test_a_task_of_a_sweep_that_kills_is_a_result(tmp_path: Path) -> None:
    tasks = iter([Task(number, number, 0, 10, "base", ()) for number in (2, 3, 5)])
    with ProcessWorkers(PerilousJob(tmp_path), 1) as workers:  # type: ignore[arg-type]
        results = [result for result in workers.work(lambda: next(tasks, None)) if result is not None]
    assert {result.task: result.status for result in results} == {2: DONE, 3: DIED, 5: DONE}
    problems = {result.problem for result in results if result.status == DIED}
    assert problems == {"its worker process ended each of 4 times that it was tried (killed by signal 9)"}


V2 = {"proc/self/cgroup": "0::/pod/box\n"}
V1 = {"proc/self/cgroup": "5:memory:/box\n4:cpu,cpuacct:/box\n"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 8),
        (V2 | {"sys/fs/cgroup/pod/box/cpu.max": "max 100000\n"}, 8),
        (V2 | {"sys/fs/cgroup/pod/box/cpu.max": "150000 100000\n"}, 2),
        (V2 | {"sys/fs/cgroup/pod/box/cpu.max": "50000 100000\n"}, 1),
        (V2 | {"sys/fs/cgroup/pod/box/cpu.max": "max 100000\n", "sys/fs/cgroup/pod/cpu.max": "300000 100000\n"}, 3),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "250000 100000"}, 3),
        (V2 | {"sys/fs/cgroup/pod/box/cpu.max": "9900000 100000\n"}, 8),
        (V2 | {"sys/fs/cgroup/pod/box/cpu.max": "nonsense\n"}, 8),
        (V1 | {"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n"}, 8),
        (V1 | {"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "210000", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000"}, 3),
        (
            V1
            | {"sys/fs/cgroup/cpu/box/cpu.cfs_quota_us": "90000", "sys/fs/cgroup/cpu/box/cpu.cfs_period_us": "50000"},
            2,
        ),
    ],
)
def test_as_many_processors_as_a_container_pays_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], expected: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert usable_processors(tmp_path) == expected
