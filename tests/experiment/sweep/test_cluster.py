"""The same cells on a Dask cluster; and which addresses are spoken to."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.acts import Alone

from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.study import Study
from cascadesim.experiment.sweep.cluster import on_cluster, run_bundle
from cascadesim.experiment.sweep.identity import code_version
from cascadesim.experiment.sweep.run import Manner, sweep
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
    assert len(run_bundle(_job(study), [_task(study, 0, 0, 2)], code_version())) == 1
    with pytest.raises(EnvironmentFault, match=r"this is 0\.0: .* the same version everywhere"):
        run_bundle(_job(study), [_task(study, 0, 0, 2)], "0.0")


def test_without_dask_it_is_said_how_to_get_it(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EnvironmentFault, match=r"cascadesim\[cluster\]"):
        sweep(study, tmp_path / "out", Manner(workers=on_cluster("localhost:8786", False)))


@pytest.fixture
def address() -> Iterator[str]:
    """A cluster of two workers on this machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Dask's own making
        distributed = pytest.importorskip("distributed")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster:
            yield cluster.scheduler_address


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(os.name != "posix", reason="kills a worker")
def test_the_same_bytes_on_a_cluster_of_two(study: Study, tmp_path: Path, address: str) -> None:
    swept = sweep(study, tmp_path / "out", Manner(workers=on_cluster(address, False)))
    assert (swept.computed, swept.bad) == (12, {})
    sweep(study, tmp_path / "here", Manner(workers=Alone))
    here, there = (tmp_path / name / "tables" for name in ("here", "out"))
    assert {path.name: path.read_bytes() for path in there.iterdir()} == {
        path.name: path.read_bytes() for path in here.iterdir()
    }


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
