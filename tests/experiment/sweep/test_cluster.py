"""The same cells on a Dask cluster; and which addresses are spoken to."""

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
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from faults.acts import Alone

from cascadesim.cli import run_command
from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.pool import packed
from cascadesim.experiment.study import Fixed, Study
from cascadesim.experiment.sweep import cluster
from cascadesim.experiment.sweep.cells import DIED, DONE, Job, Outcome, Task
from cascadesim.experiment.sweep.cluster import Cluster, _Bundle, on_cluster, run_bundle
from cascadesim.experiment.sweep.identity import code_version
from cascadesim.experiment.sweep.run import Manner, sweep
from cascadesim.experiment.sweep.workers import More
from experiment.sweep.hands import answer
from experiment.sweep.test_cells import _job, _task


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
    job = packed(_job(study))
    outcomes, seconds = run_bundle(job, [_task(study, 0, 0, 2)], code_version())
    assert [outcome.status for outcome in outcomes] == [DONE]
    assert seconds > 0
    with pytest.raises(EnvironmentFault, match=r"this is 0\.0: .* the same version everywhere"):
        run_bundle(job, [_task(study, 0, 0, 2)], "0.0")


def test_without_dask_it_is_said_how_to_get_it(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EnvironmentFault, match=r"cascadesim\[cluster\]"):
        sweep(study, tmp_path / "out", Manner(workers=on_cluster("localhost:8786", False)))


@contextlib.contextmanager
def _cluster(workers: int) -> Iterator[Any]:
    """A scheduler on this machine with so many worker processes, each with a nanny that starts it again.

    A cluster of this kind gives up a worker that is not back after 15 s, and its nanny with it: on a busy machine, all.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Dask's own making
        distributed = pytest.importorskip("distributed")
        import dask

        quiet = {"dashboard_address": None, "host": "127.0.0.1", "threads_per_worker": 1, "silence_logs": 50}
        patient = dask.config.set({"distributed.deploy.lost-worker-timeout": "10 minutes"})
        with patient, distributed.LocalCluster(n_workers=workers, processes=True, **quiet) as cluster:
            yield cluster


@pytest.fixture
def address() -> Iterator[str]:
    """A cluster of two workers on this machine."""
    with _cluster(2) as cluster:
        yield cluster.scheduler_address


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
    """A job that takes a twentieth of a second more for each cell; one of its cells may kill whoever works on it."""

    job: Job
    poison: int = -1

    def worker(self) -> Callable[[Task], Outcome]:
        work = self.job.worker()

        def slow(task: Task) -> Outcome:
            time.sleep(0.05)
            if task.cell == self.poison:
                os.kill(os.getpid(), signal.SIGKILL)
            return work(task)

        return slow


class Watched(Cluster):
    """Calls `meanwhile(its client)` after the second answer."""

    def __init__(self, job: Job, address: str, meanwhile: Callable[[Any], None]) -> None:
        super().__init__(Slow(job), address)  # type: ignore[arg-type]
        self._meanwhile = meanwhile

    def work(self, more: More) -> Generator[Outcome | None]:
        heard = 0
        for outcome in super().work(more):
            heard += outcome is not None
            yield outcome
            if outcome is not None and heard == 2:
                self._meanwhile(self._client)


def _tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "tables").iterdir()}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(os.name != "posix", reason="kills a worker")
@pytest.mark.parametrize("killed", [1, 2])
def test_workers_that_die_and_come_back_lose_nothing(study: Study, tmp_path: Path, address: str, killed: int) -> None:
    def kill(client: Any) -> None:
        for pid in list(client.run(os.getpid).values())[:killed]:
            os.kill(pid, signal.SIGKILL)

    study = replace(study, replications=Fixed(250))
    swept = sweep(study, tmp_path / "out", Manner(workers=lambda job, _: Watched(job, address, kill)))
    assert (swept.computed, swept.bad) == (100, {})
    sweep(study, tmp_path / "here", Manner(workers=Alone))
    assert _tables(tmp_path / "out") == _tables(tmp_path / "here")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(os.name != "posix", reason="kills a worker")
def test_when_the_only_worker_dies_it_is_said_and_the_next_one_goes_on(
    study: Study, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    study = replace(study, replications=Fixed(250))
    with _cluster(0) as there, contextlib.ExitStack() as stack:
        address = there.scheduler_address
        first = stack.enter_context(_worker(address))
        said: list[str] = []

        class Deserted(Watched):
            def work(self, more: More) -> Generator[Outcome | None]:
                for outcome in super().work(more):
                    said.append(capfd.readouterr().err)
                    if "has no workers: waiting until one comes" in said[-1] and first.poll() is not None:
                        stack.enter_context(_worker(address))
                    yield outcome

        manner = Manner(workers=lambda job, _: Deserted(job, address, lambda _: first.kill()))
        swept = sweep(study, tmp_path / "out", manner)
    assert (swept.computed, swept.bad) == (100, {})
    assert "".join(said).count("has no workers") in (1, 2)  # after the death; and before the first had begun, if slow
    sweep(study, tmp_path / "here", Manner(workers=Alone))
    assert _tables(tmp_path / "out") == _tables(tmp_path / "here")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(os.name != "posix", reason="kills a worker")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_cell_that_kills_every_worker_is_named_and_all_others_are_done(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], workers: int
) -> None:
    """With one worker every cell that waits there shares the blame, and is found to have none."""
    file, out = tmp_path / f"{study.name}.toml", tmp_path / "out"

    def poisoned(address: str, _plain: bool) -> Callable[[Job, int], Cluster]:
        return lambda job, _: Cluster(Slow(job, 4), address)  # type: ignore[arg-type]

    monkeypatch.setattr(cluster, "on_cluster", poisoned)
    with _cluster(workers) as there:
        arguments = ["sweep", str(file), "-o", str(out), "--cluster", there.scheduler_address, "--json"]
        assert run_command(arguments) == 5
    told = json.loads(capsys.readouterr().out)
    assert (told["computed"], told["failed"]) == (12, {DIED: 1})
    (failure,) = told["failures"]
    assert (failure["cell"], failure["status"]) == (4, DIED)
    assert failure["problem"] == "workers of the cluster died each of 4 times that it was tried"


@pytest.mark.filterwarnings("ignore")
def test_while_nobody_is_there_it_can_save_what_it_has(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    tasks = iter([_task(study, 0, 0, 1), _task(study, 0, 1, 1)])
    with _cluster(0) as there, Cluster(_job(study), there.scheduler_address) as crew:
        found = crew.work(lambda: next(tasks, None))
        assert [next(found) for _ in range(3)] == [None] * 3
        assert capsys.readouterr().err.count("has no workers: waiting until one comes") == 1
        there.scale(1)
        assert [outcome.status for outcome in found if outcome is not None] == [DONE] * 2


@pytest.mark.parametrize(("seconds", "size"), [(0.0, 1), (0.25, 4), (7.0, 1), (1e-6, 500)])
def test_bundles_take_about_a_second(study: Study, seconds: float, size: int) -> None:
    crew = Cluster(_job(study), "")
    answers = [answer(_task(study, 0, 0, 1))] * 3
    future = SimpleNamespace(status="finished", result=lambda **_: (answers, 3 * seconds))
    if seconds:
        assert len(list(crew._heard(future, _Bundle([])))) == 3
    bundle = crew._next(lambda: _task(study, 0, 0, 1))
    assert bundle is not None
    assert len(bundle.tasks) == size


def test_what_is_lost_again_and_again_ends_the_sweep(study: Study) -> None:
    crew, bundle = Cluster(_job(study), ""), _Bundle([_task(study, 0, 0, 1)])
    cancelled = SimpleNamespace(status="cancelled")
    for _ in range(3):
        assert list(crew._heard(cancelled, bundle)) == []
        assert crew._next(lambda: None) is bundle
    with pytest.raises(EnvironmentFault, match=r"has lost task 0 4 times\. Look at the log .* cascadesim resume"):
        list(crew._heard(cancelled, bundle))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(os.name != "posix", reason="kills a worker")
def test_the_same_bytes_on_a_cluster_of_two(study: Study, tmp_path: Path, address: str) -> None:
    swept = sweep(study, tmp_path / "out", Manner(workers=on_cluster(address, False)))
    assert (swept.computed, swept.bad) == (12, {})
    sweep(study, tmp_path / "here", Manner(workers=Alone))
    assert _tables(tmp_path / "out") == _tables(tmp_path / "here")


@pytest.mark.filterwarnings("ignore")
def test_nobody_there_and_no_certificates(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("distributed")
    monkeypatch.setattr("cascadesim.experiment.sweep.cluster._CONNECT_SECONDS", 1)
    with pytest.raises(EnvironmentFault, match=r"no Dask scheduler answers at tcp://localhost:1"):
        sweep(study, tmp_path / "out", Manner(workers=on_cluster("localhost:1", False)))
    with pytest.raises(EnvironmentFault, match=r"no certificates for tls://localhost:1"):
        sweep(study, tmp_path / "out", Manner(workers=on_cluster("tls://localhost:1", False)))
