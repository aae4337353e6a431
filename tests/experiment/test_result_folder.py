"""The result folder: the old one or the new one, whole, whatever happens, and nothing that is not ours is touched; its
tables, byte for byte, and what may not be in them; and several runs in one folder, all of them or nothing.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from cascadesim import Scenario, read_table, replicate
from cascadesim.errors import EnvironmentFault
from cascadesim.experiment import files
from cascadesim.experiment.files import uninterrupted
from cascadesim.experiment.manifest import MARKER, RunRequest, read_manifest
from cascadesim.experiment.result_folder import (
    check_free,
    default_comparison_folder,
    default_folder,
    folders_for,
    result_folder,
    store_comparison,
    store_run,
    tidy,
)

NAMES = ("events", "kpis", "trajectories")


def _write(place: Path, text: str) -> None:
    with result_folder(place) as folder:
        (folder / "tables").mkdir()
        (folder / "tables" / "a.txt").write_text(text)
        (folder / "manifest.json").write_text(json.dumps({"marker": MARKER, "files": ["tables/a.txt"]}))


def _read(place: Path) -> str:
    return (place / "tables" / "a.txt").read_text()


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    _write(tmp_path / "out", "old")
    return tmp_path / "out"


def test_a_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    _write(tmp_path / "a" / "b" / "out", "new")
    assert _read(tmp_path / "a" / "b" / "out") == "new"
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["out"]


def test_an_empty_folder_and_one_of_ours_are_replaced(ours: Path) -> None:
    (ours.parent / "empty").mkdir()
    for place in (ours, ours.parent / "empty"):
        _write(place, "new")
        assert _read(place) == "new"
    (ours / ".DS_Store").touch()
    _write(ours, "newer")
    assert sorted(path.name for path in ours.parent.iterdir()) == ["empty", "out"]


@pytest.mark.parametrize("exchange", [True, False])
def test_where_names_cannot_be_exchanged_the_old_folder_steps_aside(
    ours: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(files, "_exchange", lambda *_: False)
    _write(ours, "new")
    assert _read(ours) == "new"
    assert [path.name for path in ours.parent.iterdir()] == ["out"]


def test_a_failed_second_step_brings_the_old_folder_back(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if ".new-" in self.name:
            raise OSError(errno.EIO, "Input/output error", str(self))
        return rename(self, target)

    monkeypatch.setattr(files, "_exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(EnvironmentFault, match="Input/output error") as caught:
        _write(ours, "new")
    assert ".new-" not in str(caught.value)
    assert _read(ours) == "old"
    assert [path.name for path in ours.parent.iterdir()] == ["out"]


@pytest.mark.parametrize(
    "fault", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), ZeroDivisionError()]
)
def test_a_fault_on_the_way_leaves_nothing(ours: Path, fault: BaseException) -> None:
    for place in (ours, ours.parent / "deep" / "new"):
        with pytest.raises((EnvironmentFault, KeyboardInterrupt, ZeroDivisionError)), result_folder(place) as folder:
            (folder / "half").touch()
            raise fault
    assert _read(ours) == "old"
    assert [path.name for path in ours.parent.iterdir()] == ["out"]


def _not_empty(place: Path) -> None:
    place.mkdir()
    (place / "thesis.doc").write_text("years of work")


def _unknown_file(place: Path) -> None:
    _write(place, "ours")
    (place / "tables" / "notes.txt").write_text("mine")


def _damaged(place: Path) -> None:
    _write(place, "ours")
    (place / "manifest.json").write_text('{"marker": ')


def _link(place: Path) -> None:
    _write(place.parent / "real", "ours")
    place.symlink_to(place.parent / "real")


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "not ours": (_not_empty, "is not empty and is not a result folder"),
    "holds a file of somebody else": (_unknown_file, r"did not write \(tables/notes.txt\)"),
    "damaged manifest": (_damaged, "is not a result folder"),
    "symbolic link": (_link, "is a symbolic link"),
    "dangling link": (lambda place: place.symlink_to("nowhere"), "is a symbolic link"),
    "file": (lambda place: place.write_text("x"), "is a file"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_ours_is_refused_and_left_as_it_is(tmp_path: Path, case: str) -> None:
    prepare, said = REFUSED[case]
    prepare(tmp_path / "out")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(EnvironmentFault, match=said), result_folder(tmp_path / "out"):
        pytest.fail("it began")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_file_that_comes_while_we_run_is_left_alone_too(ours: Path) -> None:
    with pytest.raises(EnvironmentFault, match="did not write"), result_folder(ours):
        (ours / "notes.txt").write_text("mine")
    assert (ours / "notes.txt").read_text() == "mine"
    assert _read(ours) == "old"


def test_a_file_in_the_place_of_a_parent_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentFault, match="file: is a file"), result_folder(tmp_path / "file" / "a" / "out"):
        pytest.fail("it began")


def test_the_current_folder_is_refused(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ours / "tables")
    with pytest.raises(EnvironmentFault, match="in use as the current folder"), result_folder(Path("..")):
        pytest.fail("it began")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs permissions that bind")
def test_a_parent_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(EnvironmentFault, match="Permission denied"), result_folder(tmp_path / "locked" / "out"):
        pytest.fail("it began")


def test_a_full_disk_is_told_by_the_name_that_was_asked_for(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(EnvironmentFault, match=f"^{ours}: cannot be written: No space left on device") as caught:
        _write(ours, "new")
    assert "Free some space" in caught.value.problems[0].hint
    assert _read(ours) == "old"


_KILLED = """
import os, signal, sys
from pathlib import Path
from cascadesim.experiment import files, result_folder
folder, moment = Path(sys.argv[1]), sys.argv[2]
def die(*arguments): os.kill(os.getpid(), signal.SIGKILL)
if moment == "before the swap": result_folder.replace_folder = die
if moment == "between the two steps":
    files._exchange = lambda *_: False
    real = Path.rename
    Path.rename = lambda self, target: die() if ".new-" in self.name else real(self, target)
if moment == "after the swap": result_folder.force_folder = lambda path: die() if path == folder.parent else None
with result_folder.result_folder(folder) as new:
    (new / "tables").mkdir()
    (new / "tables" / "a.txt").write_text("new")
    (new / "manifest.json").write_text((folder / "manifest.json").read_text())
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("moment", "stands"), [("before the swap", "old"), ("between the two steps", "old"), ("after the swap", "new")]
)
def test_killed_at_any_moment_one_whole_folder_stands(ours: Path, moment: str, stands: str) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(ours), moment], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(list(ours.parent.iterdir())) == 2, "something was left beside it"
    tidy(ours)
    assert _read(ours) == stands
    assert [path.name for path in ours.parent.iterdir()] == ["out"]


def test_a_run_that_is_under_way_is_not_taken_for_a_leftover(ours: Path) -> None:
    with result_folder(ours) as folder:
        (folder / "tables").mkdir()
        _write(ours, "quick")
        assert folder.exists()
        (folder / "tables" / "a.txt").write_text("slow")
        (folder / "manifest.json").write_text((ours / "manifest.json").read_text())
    assert _read(ours) == "slow"


def test_an_interrupt_waits_until_the_swap_is_done() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        signal.raise_signal(signal.SIGINT)
        reached.append(True)
    assert reached


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
from cascadesim.experiment.manifest import RunRequest
from cascadesim.experiment.result_folder import store_run
if __name__ == "__main__":
    store_run(RunRequest(load(sys.argv[1]), 1, 6, True), Path(sys.argv[2]), jobs=int(sys.argv[3]))
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
from cascadesim.experiment.manifest import RunRequest
from cascadesim.experiment.result_folder import store_run
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    store_run(RunRequest(load(sys.argv[1]), 1, 6, True), Path(sys.argv[2]))
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
    request = RunRequest(small, 1, 20)
    assert default_folder(request) == Path("results") / f"small-{request.hash}"


@pytest.fixture
def requests(small: Scenario) -> dict[str, RunRequest]:
    more = small.with_(**{"tier.beta.intake.0.count": 6})
    return {"base": RunRequest(small, 1, 2), "two more": RunRequest(more, 1, 2)}


def put(requests: dict[str, RunRequest], place: Path) -> dict[str, Path]:
    return store_comparison(
        requests,
        place,
        finish_one=lambda name, folder, kpis, _: (folder / "told").write_text(f"{name} {len(kpis)}") and None,
        finish_all=lambda folder: (folder / "all").touch(),
    )


def test_each_has_the_folder_that_it_would_have_alone(requests: dict[str, RunRequest], tmp_path: Path) -> None:
    places = put(requests, tmp_path / "out")
    assert places == {"base": tmp_path / "out" / "base", "two more": tmp_path / "out" / "two-more"}
    for name, request in requests.items():
        store_run(request, tmp_path / "alone")
        for table in ("kpis.parquet", "trajectories.parquet"):
            alone = (tmp_path / "alone" / "tables" / table).read_bytes()
            assert (places[name] / "tables" / table).read_bytes() == alone
        assert (places[name] / "told").read_text() == f"{name} 2"
        assert read_manifest(places[name] / "manifest.json")["hash"] == request.hash
    check_free(tmp_path / "out")


def test_the_manifest_lists_every_file(requests: dict[str, RunRequest], tmp_path: Path) -> None:
    put(requests, tmp_path / "out")
    content = json.loads((tmp_path / "out" / "manifest.json").read_text())
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert set(content["files"]) == files - {"manifest.json"}
    assert content["compares"] == {"base": "base/manifest.json", "two more": "two-more/manifest.json"}
    put(requests, tmp_path / "out")  # in its own place again


def test_one_that_fails_leaves_nothing(requests: dict[str, RunRequest], tmp_path: Path) -> None:
    def fail(name: str, *_: object) -> None:
        if name != "base":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store_comparison(requests, tmp_path / "deep" / "out", finish_one=fail, finish_all=lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_all_runs(requests: dict[str, RunRequest], tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    store_comparison(
        requests,
        tmp_path / "out",
        finish_one=lambda *_: None,
        finish_all=lambda _: None,
        progress=lambda done, of: seen.append((done, of)),
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_folders_are_apart_and_safe() -> None:
    names = ["base", "+1", "-1", "A b", "a B", "tables", "../x", "???", "!!!", "Ärzte"]
    found = folders_for(names)
    assert list(found) == names
    assert found["base"] == "base" and found["Ärzte"] == "Ärzte" and found["tables"] == "tables-2"
    assert len({folder.casefold() for folder in found.values()} | {"tables", "figures"}) == len(names) + 2
    assert not any(set(folder) & set("/\\?*:") or folder.startswith(".") for folder in found.values())


def test_the_place_depends_on_everything_asked(requests: dict[str, RunRequest]) -> None:
    place = default_comparison_folder(requests)
    assert place.parent == Path("results") and place.name.startswith("small-variants-")
    other = dict(requests) | {"two more": RunRequest(requests["base"].scenario, 1, 2)}
    renamed = {"base": requests["base"], "more": requests["two more"]}
    assert len({place, default_comparison_folder(other), default_comparison_folder(renamed)}) == 3
