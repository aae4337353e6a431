"""The same tasks on a Dask cluster that somebody has started: `cascadesim[cluster]`."""

from __future__ import annotations

import contextlib
import ipaddress
import pickle
import queue
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from cascadesim.errors import EnvironmentFault, UsageError, printable
from cascadesim.experiment.files import code_version
from cascadesim.experiment.sweep.tasks import (
    ATTEMPTS,
    BUNDLE_SECONDS,
    DIED,
    Job,
    More,
    Task,
    TaskResult,
    TaskRunner,
)
from cascadesim.experiment.worker_pool import MOST_BUNDLED, PATIENCE_SECONDS, pickled

_AHEAD = 2  # bundles under way for each thread of the cluster
_CONNECT_SECONDS = 30
_FETCH_SECONDS = 10
"""So long an answer that is there may take to arrive: its worker may have died since."""


def on_cluster(address: str, plain_tcp: bool) -> Callable[[Job, int], DaskCluster]:
    """What makes the workers of a sweep, on the cluster at `address` (`tls://host:8786`).

    Raises `UsageError` where another machine would be spoken to without TLS and `plain_tcp` does not allow that:
    whoever can reach a Dask scheduler can run programs on it. `EnvironmentFault` where Dask is not installed.
    """
    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
        host = parts.hostname or ""
    except ValueError as fault:
        raise UsageError(f"--cluster {address}: is no address: {fault}.", code="cluster") from fault
    if parts.scheme not in ("tcp", "tls"):
        raise UsageError(f"--cluster {address}: begins with neither tcp:// nor tls://.", code="cluster")
    if parts.scheme != "tls" and not plain_tcp and not _is_here(host):
        raise UsageError(
            f"--cluster {address}: speaks to another machine without TLS, so anyone between could run programs there.",
            hint="Use tls://, or --plain-tcp on a network that you trust.",
            code="cluster",
        )
    return lambda job, _: DaskCluster(job, f"{parts.scheme}://{parts.netloc}")


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(eq=False)
class _Bundle:
    """Tasks that go to the cluster together, maybe with nothing beside them, and how often it has lost them."""

    tasks: list[Task]
    alone: bool = False
    lost: int = 0


class DaskCluster:
    """Workers of a sweep (`sweep.Workers`) on a cluster: bundles of tasks that take about a second.

    All that a bundle needs goes with it, so that no worker holds anything that others need. Dask blames a worker's
    death on all that the worker had, so what was blamed is tried again with nothing beside it, and halved.
    """

    def __init__(self, job: Job, address: str) -> None:
        self._pickled, self._address = pickled(job.runner()), address
        self._todo: deque[_Bundle] = deque()  # was lost, and nobody is to blame
        self._suspects: deque[_Bundle] = deque()
        self._deaths: Counter[int] = Counter()
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._under_way: dict[Any, _Bundle] = {}
        self._task_seconds = 0.0
        self._threads, self._counted = 0, 0.0
        self._deserted = False
        self._client: Any = None

    def __enter__(self) -> DaskCluster:
        try:
            from distributed import Client, Security
        except ImportError as fault:
            raise EnvironmentFault(
                f"Dask is not installed ({fault}).",
                hint='python -m pip install "cascadesim[cluster]"',
                code="cluster",
            ) from fault
        if self._address.startswith("tls") and not Security().get_connection_args("client").get("ssl_context"):
            raise EnvironmentFault(
                f"Dask has no certificates for {self._address}.",
                hint="Name them in its configuration: distributed.comm.tls.ca-file and distributed.comm.tls.client.",
                code="cluster",
            )
        try:
            self._client = Client(self._address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as fault:
            raise EnvironmentFault(
                f"no Dask scheduler answers at {self._address}: {fault}.",
                hint="Start one with `dask scheduler` and `dask worker`, and give the address that it prints.",
                code="cluster",
            ) from fault
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # what is under way is of no use to anybody
            self._client.close()

    def work(self, more: More) -> Generator[TaskResult | None]:
        """The result of each task as it comes, and None whenever there was none for a while."""
        while True:
            self._look()
            self._hand_out(more)
            if not self._under_way:
                return
            try:
                future = self._answers.get(timeout=PATIENCE_SECONDS)
            except queue.Empty:
                self._silence()
                yield None
            else:
                yield from self._heard(future, self._under_way.pop(future, None))

    def _look(self) -> None:
        """About once a second, ask how many threads the cluster has."""
        if self._client.status == "closed":
            raise EnvironmentFault(
                f"the Dask scheduler at {self._address} has gone.",
                hint="What is done is kept. Start it again, then: cascadesim resume.",
                code="cluster",
            )
        if self._client.status == "running" and self._counted + PATIENCE_SECONDS < time.monotonic():
            with contextlib.suppress(OSError, TimeoutError):  # it may come back: the client tries
                self._threads = sum(map(int, self._client.nthreads().values()))
            self._counted = time.monotonic()

    def _hand_out(self, more: More) -> None:
        if any(bundle.alone for bundle in self._under_way.values()):
            return
        while len(self._under_way) < _AHEAD * max(1, self._threads) and (bundle := self._next(more)):
            self._submit(bundle)
        if not self._under_way and self._suspects:
            suspect = self._suspects.popleft()
            suspect.alone = True
            self._submit(suspect)

    def _submit(self, bundle: _Bundle) -> None:
        arguments = (self._pickled, bundle.tasks, code_version())
        future = self._client.submit(run_bundle, *arguments, pure=False, retries=0)
        self._under_way[future] = bundle
        future.add_done_callback(self._answers.put)

    def _silence(self) -> None:
        """Nothing has come for a while: is anybody there?"""
        for future in [future for future in self._under_way if future.status == "lost"]:
            self._answers.put(future)  # its worker died with the answer: nobody calls for that
        if self._threads == 0 and not self._deserted:
            text = f"the cluster at {self._address} has no workers: waiting until one comes (`dask worker`) ..."
            print(printable(text), file=sys.stderr, flush=True)
        self._deserted = self._threads == 0

    def _next(self, more: More) -> _Bundle | None:
        if self._todo:
            return self._todo.popleft()
        size = int(BUNDLE_SECONDS / self._task_seconds) if self._task_seconds else 1
        tasks: list[Task] = []
        while len(tasks) < max(1, min(MOST_BUNDLED, size)) and (task := more()) is not None:
            tasks.append(task)
        return _Bundle(tasks) if tasks else None

    def _heard(self, future: Any, bundle: _Bundle | None) -> Generator[TaskResult]:
        if bundle is None:
            return  # it was given up, and has been heard of since
        fault = future.exception() if future.status == "error" else None
        if fault is not None:
            yield from self._failed(fault, bundle)
            return
        try:
            if future.status != "finished":
                raise TimeoutError
            results, seconds = future.result(timeout=_FETCH_SECONDS)
        except (OSError, TimeoutError, CancelledError):
            self._lost(bundle)
            return
        spent = seconds / len(results)
        self._task_seconds = 0.8 * self._task_seconds + 0.2 * spent if self._task_seconds else spent
        for result in results:
            self._deaths.pop(result.task, None)
            yield result

    def _lost(self, bundle: _Bundle) -> None:
        """Dask has cancelled it, or lost its answer: it goes again, but not for ever."""
        bundle.lost += 1
        if bundle.lost >= ATTEMPTS:
            raise EnvironmentFault(
                f"the cluster has lost task {bundle.tasks[0].number} {ATTEMPTS} times.",
                hint="Look at the log of its scheduler. What is done is kept; to go on: cascadesim resume.",
                code="cluster",
            )
        (self._suspects if bundle.alone else self._todo).append(bundle)

    def _failed(self, fault: BaseException, bundle: _Bundle) -> Generator[TaskResult]:
        """Its workers died, which is some task's doing, or what befell it would befall every other task as well."""
        from distributed.scheduler import KilledWorker

        tasks = bundle.tasks
        if not isinstance(fault, KilledWorker):
            raise (
                fault
                if isinstance(fault, EnvironmentFault)
                else EnvironmentFault(
                    f"the cluster could not run task {tasks[0].number}: {type(fault).__name__}: {fault}.",
                    hint="Its workers need the same version of cascadesim as this machine.",
                    code="cluster",
                )
            )
        if not bundle.alone:
            self._suspects.append(bundle)
        elif len(tasks) > 1:
            half = len(tasks) // 2
            self._suspects += [_Bundle(tasks[:half]), _Bundle(tasks[half:])]
        else:
            (task,) = tasks
            self._deaths[task.number] += 1 + int(fault.args[-1])  # so many Dask lets happen before it tells
            if self._deaths[task.number] < ATTEMPTS:
                self._suspects.append(bundle)
                return
            problem = f"workers of the cluster died each of {self._deaths[task.number]} times that it was tried"
            yield task.ended(DIED, problem)


@lru_cache(maxsize=64)
def _runner(pickled_runner: bytes, _thread: int) -> TaskRunner:
    """What does the tasks of a job in a thread: it is kept, since bundles of one sweep follow one another."""
    runner: TaskRunner = pickle.loads(pickled_runner)
    return runner


def run_bundle(pickled_runner: bytes, tasks: list[Task], code: str) -> tuple[list[TaskResult], float]:
    """On a worker of the cluster: some tasks by a pickled runner, and the seconds that they took.

    Raises `EnvironmentFault` where its code is other.
    """
    if code_version() != code:
        raise EnvironmentFault(
            f"a worker of the cluster has cascadesim {code_version()}, this is {code}: their numbers would differ.",
            hint="Install the same version everywhere.",
            code="other_version",
        )
    work, began = _runner(pickled_runner, threading.get_ident()), time.perf_counter()
    return [work(task) for task in tasks], time.perf_counter() - began
