"""The same cells on a Dask cluster that somebody has started: `cascadesim[cluster]`."""

from __future__ import annotations

import contextlib
import ipaddress
from collections import Counter, deque
from collections.abc import Callable, Generator
from typing import Any
from urllib.parse import urlsplit

from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.sweep.cells import DIED, Job, Outcome, Task, Worker
from cascadesim.experiment.sweep.identity import code_version
from cascadesim.experiment.sweep.workers import ATTEMPTS, More

_BUNDLE = 20
_AHEAD = 2  # bundles under way for each thread of the cluster
_CONNECT_SECONDS = 30


def on_cluster(address: str, plain_tcp: bool) -> Callable[[Job, int], Cluster]:
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
    return lambda job, _: Cluster(job, f"{parts.scheme}://{parts.netloc}")


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Cluster:
    """Workers of a sweep (`run.Workers`) on a cluster: bundles of cells, each split when a worker died over it."""

    def __init__(self, job: Job, address: str) -> None:
        self._job, self._address = job, address
        self._todo: deque[list[Task]] = deque()
        self._deaths: Counter[int] = Counter()
        self._client: Any = None

    def __enter__(self) -> Cluster:
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

    def work(self, more: More) -> Generator[Outcome]:
        """The outcome of each task as it comes."""
        from distributed import as_completed

        job = self._client.scatter(self._job, broadcast=True)
        under_way: dict[Any, list[Task]] = {}
        answers = as_completed(loop=self._client.loop)
        while True:
            while len(under_way) < self._room() and (bundle := self._next(more)):
                future = self._client.submit(run_bundle, job, bundle, code_version(), pure=False, retries=0)
                under_way[future] = bundle
                answers.add(future)
            if not under_way:
                return
            future = next(answers)
            yield from self._heard(future, under_way.pop(future))

    def _room(self) -> int:
        return _AHEAD * max(1, sum(map(int, self._client.nthreads().values())))

    def _next(self, more: More) -> list[Task]:
        if self._todo:
            return self._todo.popleft()
        bundle: list[Task] = []
        while len(bundle) < _BUNDLE and (task := more()) is not None:
            bundle.append(task)
        return bundle

    def _heard(self, future: Any, bundle: list[Task]) -> Generator[Outcome]:
        from distributed.scheduler import KilledWorker

        fault = future.exception()
        if fault is None:
            yield from future.result()
        elif not isinstance(fault, KilledWorker):
            raise fault if isinstance(fault, EnvironmentFault) else EnvironmentFault(
                f"the cluster could not run cell {bundle[0].cell}: {type(fault).__name__}: {fault}.",
                hint="Its workers need the same version of cascadesim as this machine.",
                code="cluster",
            )
        elif len(bundle) > 1:  # one of them kills workers: halve until it is alone
            half = len(bundle) // 2
            self._todo += [bundle[:half], bundle[half:]]
        else:
            (task,) = bundle
            self._deaths[task.cell] += 1
            if self._deaths[task.cell] < ATTEMPTS:
                self._todo.append(bundle)
            else:
                words = f"workers of the cluster died each of {ATTEMPTS} times that it was tried"
                yield Outcome(task.cell, task.point, task.first, task.count, DIED, words)


def run_bundle(job: Job, bundle: list[Task], code: str) -> list[Outcome]:
    """On a worker of the cluster: some cells, one after the other. An `EnvironmentFault` where its code is other."""
    if code_version() != code:
        raise EnvironmentFault(
            f"a worker of the cluster has cascadesim {code_version()}, this is {code}: their numbers would differ.",
            hint="Install the same version everywhere.",
            code="other_version",
        )
    work: Worker = job.worker()
    return [work(task) for task in bundle]
