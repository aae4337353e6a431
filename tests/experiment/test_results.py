"""From an order to a folder: the tables, byte for byte, and what may not be in them."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from cascadesim import Scenario, read_table, replicate
from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.manifest import RunRequest
from cascadesim.experiment.result_folder import default_folder, store_run

NAMES = ("events", "kpis", "trajectories")


def _bytes(folder: Path) -> dict[str, bytes]:
    return {name: (folder / "tables" / f"{name}.parquet").read_bytes() for name in NAMES}


def test_what_is_in_the_folder(small: Scenario, tmp_path: Path) -> None:
    stored = store_run(RunRequest(small, 1, 3), tmp_path / "out", csv=True, command=["cascadesim", "run"])
    assert sorted(path.name for path in (tmp_path / "out" / "tables").iterdir()) == [
        "kpis.csv",
        "kpis.parquet",
        "trajectories.csv",
        "trajectories.parquet",
    ]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["command"] == ["cascadesim", "run"]
    assert manifest["files"] == sorted(f"tables/{path.name}" for path in (tmp_path / "out" / "tables").iterdir())
    pd.testing.assert_frame_equal(stored.kpis, replicate(small, 3).kpis_frame())
    assert list(stored.trajectories["replication"].unique()) == [0, 1, 2]


def test_more_replications_leave_the_first_ones_unchanged(small: Scenario, tmp_path: Path) -> None:
    few = store_run(RunRequest(small, 1, 5), tmp_path / "out").kpis
    many = store_run(RunRequest(small, 1, 10), tmp_path / "out").kpis
    pd.testing.assert_frame_equal(many.head(5), few)
    assert list(many["replication"]) == list(range(10))


_SCRIPT = """
import sys
from pathlib import Path
from cascadesim import load
from cascadesim.experiment.manifest import Order
from cascadesim.experiment.result_folder import store
if __name__ == "__main__":
    store(Order(load(sys.argv[1]), 1, 6, True), Path(sys.argv[2]), jobs=int(sys.argv[3]))
"""


def test_tables_are_the_same_bytes_whatever_the_jobs_and_the_hash_seed(
    small: Scenario, small_file: Path, tmp_path: Path
) -> None:
    store_run(RunRequest(small, 1, 6, True), tmp_path / "here")
    (tmp_path / "script.py").write_text(_SCRIPT)
    for jobs, hash_seed in (("1", "0"), ("2", "12345")):
        subprocess.run(
            [sys.executable, str(tmp_path / "script.py"), str(small_file), str(tmp_path / jobs), jobs],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            check=True,
        )
        assert _bytes(tmp_path / jobs) == _bytes(tmp_path / "here")


def test_tables_hold_no_clock_time_and_no_host(small: Scenario, tmp_path: Path) -> None:
    store_run(RunRequest(small, 1, 2, True), tmp_path / "out")
    times = {"time", "date", "host", "worker_id", "pid"}
    for name in NAMES:
        assert not times & set(read_table(tmp_path / "out" / "tables" / f"{name}.parquet"))


def test_a_full_disk_leaves_the_old_folder(small: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_run(RunRequest(small, 1, 2, True), tmp_path / "out")
    before = _bytes(tmp_path / "out")

    def full(self: Path, *_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(EnvironmentFault, match=f"{tmp_path}/out/manifest.json: cannot be written: No space left"):
        store_run(RunRequest(small, 1, 3, True), tmp_path / "out")
    assert _bytes(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


_LIMITED = """
import resource, sys
from pathlib import Path
from cascadesim import load
from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.manifest import Order
from cascadesim.experiment.result_folder import store
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    store(Order(load(sys.argv[1]), 1, 6, True), Path(sys.argv[2]))
except EnvironmentFault as fault:
    print(fault)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file-size limits")
def test_a_file_that_may_not_grow_is_told(small_file: Path, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(small_file), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stderr == ""
    assert f"{tmp_path}/out/tables/" in told.stdout
    assert "cannot be written: File too large" in told.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_default_place_says_what_it_holds(small: Scenario) -> None:
    order = RunRequest(small, 1, 20)
    assert default_folder(order) == Path("results") / f"small-{order.hash}"
