"""Processes: answers in order, faults told, nobody left behind. The work is functions that any process knows."""

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

import pytest

from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.worker_pool import in_processes


def test_answers_come_in_order_and_no_process_stays() -> None:
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
    assert "In a worker process:" in caught.value.__notes__[0]


def test_a_worker_that_dies_is_an_error_and_not_a_hang() -> None:
    with pytest.raises(EnvironmentFault, match=r"ended before .* replication (\d) \(exit code \1\)") as caught:
        list(in_processes(os._exit, [3, 4, 5], 2))
    assert "fewer jobs" in caught.value.problems[0].hint


def test_what_cannot_be_sent_is_refused_before_anything_starts() -> None:
    with pytest.raises(UsageError, match="cannot be sent") as caught:
        list(in_processes(lambda number: number, range(3), 2))
    assert "jobs=1" in caught.value.problems[0].hint


def test_an_answer_that_cannot_be_sent_is_told() -> None:
    with pytest.raises(Exception, match="pickle"):
        list(in_processes(memoryview, [b"1", b"2"], 2))  # type: ignore[arg-type,list-item]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_workers_leave_ctrl_c_to_their_parent() -> None:
    """From their first moment, when the signal is blocked, and then because they ignore it."""
    blocked = partial(signal.pthread_sigmask, signal.SIG_BLOCK)
    first, second = in_processes(blocked, [(), (signal.SIGUSR1,)], 2)  # type: ignore[list-item]
    assert signal.SIGINT in first & second
    assert list(in_processes(signal.getsignal, [signal.SIGINT, signal.SIGTERM], 2)) == [signal.SIG_IGN, signal.SIG_DFL]


_PARENT = """
import sys, time, multiprocessing, threading
from cascadesim.experiment.worker_pool import in_order
def told():
    while len(multiprocessing.active_children()) < 2: time.sleep(0.02)
    time.sleep(float(sys.argv[1]))
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
if __name__ == "__main__":
    threading.Thread(target=told).start()
    list(in_order(time.sleep, [60, 60], 2))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
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
