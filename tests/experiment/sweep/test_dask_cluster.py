"""The same tasks on a Dask cluster; and which addresses are spoken to."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from faults.acts import InlineWorkers

from cascadesim.cli import run_command
from cascadesim.engine.backends import VARIABLE
from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.files import code_version
from cascadesim.experiment.study.definition import Fixed
from cascadesim.experiment.study.study import Study
from cascadesim.experiment.sweep.dask_cluster import DaskCluster, _Bundle, on_cluster, run_bundle
from cascadesim.experiment.sweep.sweep import SweepOptions, sweep
from cascadesim.experiment.sweep.tasks import DIED, DONE, Job, More, Task, TaskResult, TaskRunner
from cascadesim.experiment.worker_pool import pickled
from experiment.sweep.fake_workers import answer
from experiment.sweep.test_tasks import _job, _task


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:8786", "tls://far.org:8786"])
def test_this_machine_and_tls_are_spoken_to(address: str) -> None:
    assert on_cluster(address, plain_tcp=False)
    assert on_cluster("tcp://far.org:8786", plain_tcp=True)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("far.org:8786", "without TLS.* --plain-tcp"),
        ("tcp://10.0.0.1:8786", "without TLS"),
        ("tcp://:8786", "without TLS"),
        ("tcp://127.0.0.1.far.org:8786", "without TLS"),
        ("http://127.0.0.1", "neither tcp:// nor tls://"),
        ("tcp://[::1:8786", "is no address"),
    ],
)
def test_others_are_not(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        on_cluster(address, plain_tcp=False)


def test_a_worker_with_other_code_refuses(study: Study) -> None:
    runner = pickled(_job(study).runner())
    results, seconds = run_bundle(runner, [_task(study, 0, 0, 2)], code_version())
    assert [result.status for result in results] == [DONE]
    assert seconds > 0
    with pytest.raises(EnvironmentFault, match=r"this is 0\.0: .* the same version everywhere"):
        run_bundle(runner, [_task(study, 0, 0, 2)], "0.0")


def test_without_dask_it_is_said_how_to_get_it(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EnvironmentFault, match=r"cascadesim\[cluster\]"):
        sweep(study, tmp_path / "out", SweepOptions(workers=on_cluster("localhost:8786", False)))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler on this machine, whose worker processes have nannies that start them again: one for all tests.

    A cluster of this kind gives up a worker that is not back after 15 s, and its nanny with it: on a busy machine, all.
    """
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patched:
        warnings.simplefilter("ignore")  # of Dask's own making
        distributed = pytest.importorskip("distributed")
        import dask

        patched.setenv(VARIABLE, "simpy")  # it starts faster in each of the processes
        quiet = {"dashboard_address": None, "host": "127.0.0.1", "threads_per_worker": 1, "silence_logs": 50}
        patient = dask.config.set({"distributed.deploy.lost-worker-timeout": "10 minutes"})
        with patient, distributed.LocalCluster(n_workers=1, processes=True, **quiet) as made:
            yield made


def _scaled(cluster: Any, workers: int) -> str:
    """The address of the cluster, which has so many workers now."""
    cluster.scale(workers)
    deadline = time.monotonic() + 60
    while len(cluster.scheduler.workers) != workers:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return str(cluster.scheduler_address)


@contextlib.contextmanager
def _worker(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process that nobody starts again."""
    command = ["-m", "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
    paths = os.pathsep.join(sys.path)
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", *command],
        env=os.environ | {"PYTHONPATH": paths},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@dataclass(frozen=True)
class Slow:
    """A job that takes a twentieth of a second more for each task; one of its tasks may kill whoever works on it."""

    job: Job
    poison: int = -1

    def runner(self) -> SlowRunner:
        return SlowRunner(self.job.runner(), self.poison)


@dataclass(frozen=True)
class SlowRunner:
    work: TaskRunner
    poison: int

    def __call__(self, task: Task) -> TaskResult:
        time.sleep(0.05)
        if task.number == self.poison:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.work(task)


class Watched(DaskCluster):
    """Calls `meanwhile[n](its client)` after the `n`th answer."""

    def __init__(self, job: Job, address: str, meanwhile: dict[int, Callable[[Any], None]]) -> None:
        super().__init__(Slow(job), address)  # type: ignore[arg-type]
        self._meanwhile = meanwhile

    def work(self, more: More) -> Generator[TaskResult | None]:
        heard = 0
        for result in super().work(more):
            yield result
            heard += result is not None
            if result is not None and heard in self._meanwhile:
                self._meanwhile[heard](self._client)


def _assert_as_without_cluster(study: Study, tmp_path: Path, folder: Path) -> None:
    sweep(study, tmp_path / "here", SweepOptions(workers=InlineWorkers))
    tables = sorted(path.name for path in (tmp_path / "here" / "tables").iterdir())
    assert sorted(path.name for path in (folder / "tables").iterdir()) == tables
    for name in tables:
        assert (folder / "tables" / name).read_bytes() == (tmp_path / "here" / "tables" / name).read_bytes()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(os.name != "posix", reason="kills a worker")
@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.campaign)])
def test_a_task_that_kills_every_worker_is_named_and_all_others_are_done(
    study: Study, cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, workers: int
) -> None:
    """With one worker every task that waits there shares the blame, and is found to have none.

    A cluster starts four workers before it gives up what has killed them; this one, which has to be quick, one.
    """
    file, out = tmp_path / f"{study.name}.toml", tmp_path / "out"

    def poisoned(address: str, _plain: bool) -> Callable[[Job, int], DaskCluster]:
        return lambda job, _: DaskCluster(Slow(job, 4), address)  # type: ignore[arg-type]

    monkeypatch.setattr("cascadesim.experiment.sweep.dask_cluster.on_cluster", poisoned)
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    assert run_command(["sweep", str(file), "-o", str(out), "--cluster", _scaled(cluster, workers), "--json"]) == 5
    told = json.loads(capsys.readouterr().out)
    assert (told["computed"], told["failed"]) == (12, {DIED: 1})
    (failure,) = told["failures"]
    assert (failure["task"], failure["status"]) == (4, DIED)
    assert failure["problem"] == "workers of the cluster died each of 4 times that it was tried"


@pytest.mark.parametrize(("allowed", "tries"), [(0, 4), (1, 2), (3, 1), (9, 1)])
def test_deaths_that_a_cluster_does_not_tell_of_count_too(study: Study, allowed: int, tries: int) -> None:
    scheduler = pytest.importorskip("distributed.scheduler")
    workers, bundle = DaskCluster(_job(study), ""), _Bundle([_task(study, 0, 0, 1)], alone=True)
    killed = SimpleNamespace(status="error", exception=lambda: scheduler.KilledWorker("task", None, allowed))
    results = [list(workers._heard(killed, bundle)) for _ in range(tries)]
    assert results[:-1] == [[]] * (tries - 1)
    ((result,),) = results[-1:]
    assert result.status == DIED and f"died each of {tries * (1 + allowed)} times" in result.problem


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(os.name != "posix", reason="kills a worker")
def test_the_same_bytes_on_a_cluster_of_two(study: Study, cluster: Any, tmp_path: Path) -> None:
    options = SweepOptions(workers=on_cluster(_scaled(cluster, 2), False))
    swept = sweep(study, tmp_path / "out", options)
    assert (swept.computed, swept.bad) == (12, {})
    _assert_as_without_cluster(study, tmp_path, tmp_path / "out")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(os.name != "posix", reason="kills a worker")
def test_workers_that_die_and_come_back_lose_nothing(study: Study, cluster: Any, tmp_path: Path) -> None:
    """One of two, and then both."""
    address = _scaled(cluster, 2)

    def kill(killed: int, client: Any) -> None:
        for pid in list(client.run(os.getpid).values())[:killed]:
            os.kill(pid, signal.SIGKILL)

    study, meanwhile = replace(study, replications=Fixed(50)), {2: partial(kill, 1), 10: partial(kill, 2)}
    swept = sweep(study, tmp_path / "out", SweepOptions(workers=lambda job, _: Watched(job, address, meanwhile)))
    assert (swept.computed, swept.bad) == (20, {})
    _assert_as_without_cluster(study, tmp_path, tmp_path / "out")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(os.name != "posix", reason="kills a worker")
def test_when_the_only_worker_dies_it_is_said_and_the_next_one_goes_on(
    study: Study, cluster: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    address = _scaled(cluster, 0)
    with _worker(address) as first:
        said: list[str] = []

        class Deserted(Watched):
            def work(self, more: More) -> Generator[TaskResult | None]:
                for result in super().work(more):
                    said.append(capfd.readouterr().err)
                    if "has no workers: waiting until one comes" in said[-1] and first.poll() is not None:
                        cluster.scale(1)
                    yield result

        options = SweepOptions(workers=lambda job, _: Deserted(job, address, {2: lambda _: first.kill()}))
        swept = sweep(study, tmp_path / "out", options)
    assert (swept.computed, swept.bad) == (12, {})
    assert "".join(said).count("has no workers") in (1, 2)  # after the death; and before the first had begun, if slow
    _assert_as_without_cluster(study, tmp_path, tmp_path / "out")


@pytest.mark.filterwarnings("ignore")
def test_while_nobody_is_there_it_can_save_what_it_has(
    study: Study, cluster: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = iter([_task(study, 0, 0, 1), _task(study, 0, 1, 1)])
    with DaskCluster(_job(study), _scaled(cluster, 0)) as workers:
        found = workers.work(lambda: next(tasks, None))
        assert [next(found) for _ in range(3)] == [None] * 3
        assert capsys.readouterr().err.count("has no workers: waiting until one comes") == 1
        cluster.scale(1)
        assert [result.status for result in found if result is not None] == [DONE] * 2


@pytest.mark.parametrize(("seconds", "size"), [(0.0, 1), (0.25, 4), (7.0, 1), (1e-6, 500)])
def test_bundles_take_about_a_second(study: Study, seconds: float, size: int) -> None:
    workers = DaskCluster(_job(study), "")
    answers = [answer(_task(study, 0, 0, 1))] * 3
    future = SimpleNamespace(status="finished", result=lambda **_: (answers, 3 * seconds))
    if seconds:
        assert len(list(workers._heard(future, _Bundle([])))) == 3
    bundle = workers._next(lambda: _task(study, 0, 0, 1))
    assert bundle is not None
    assert len(bundle.tasks) == size


def test_what_is_lost_again_and_again_ends_the_sweep(study: Study) -> None:
    workers, bundle = DaskCluster(_job(study), ""), _Bundle([_task(study, 0, 0, 1)])
    cancelled = SimpleNamespace(status="cancelled")
    for _ in range(3):
        assert list(workers._heard(cancelled, bundle)) == []
        assert workers._next(lambda: None) is bundle
    with pytest.raises(EnvironmentFault, match=r"has lost task 0 4 times\. Look at the log .* cascadesim resume"):
        list(workers._heard(cancelled, bundle))


@pytest.mark.filterwarnings("ignore")
def test_nobody_there_and_no_certificates(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("distributed")
    monkeypatch.setattr("cascadesim.experiment.sweep.dask_cluster._CONNECT_SECONDS", 1)
    with pytest.raises(EnvironmentFault, match=r"no Dask scheduler answers at tcp://localhost:1"):
        sweep(study, tmp_path / "out", SweepOptions(workers=on_cluster("localhost:1", False)))
    with pytest.raises(EnvironmentFault, match=r"no certificates for tls://localhost:1"):
        sweep(study, tmp_path / "out", SweepOptions(workers=on_cluster("tls://localhost:1", False)))
