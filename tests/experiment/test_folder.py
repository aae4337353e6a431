"""The result folder: the old one or the new one, whole, whatever happens; and nothing that is not ours is touched."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment import result_folder as folders
from cascadesim.experiment.files import uninterrupted
from cascadesim.experiment.manifest import MARKER
from cascadesim.experiment.result_folder import result_folder


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
        monkeypatch.setattr(swap, "_exchange", lambda *_: False)
    _write(ours, "new")
    assert _read(ours) == "new"
    assert [path.name for path in ours.parent.iterdir()] == ["out"]


def test_a_failed_second_step_brings_the_old_folder_back(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if ".new-" in self.name:
            raise OSError(errno.EIO, "Input/output error", str(self))
        return rename(self, target)

    monkeypatch.setattr(swap, "_exchange", lambda *_: False)
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


def _stranger(place: Path) -> None:
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
    "holds a file of somebody else": (_stranger, r"did not write \(tables/notes.txt\)"),
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


def test_a_stranger_who_comes_while_we_run_is_left_alone_too(ours: Path) -> None:
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
from cascadesim.experiment import folder, swap
place, moment = Path(sys.argv[1]), sys.argv[2]
def die(*arguments): os.kill(os.getpid(), signal.SIGKILL)
if moment == "before the swap": folder.put_in_place = die
if moment == "between the two steps":
    swap._exchange = lambda *_: False
    real = Path.rename
    Path.rename = lambda self, target: die() if ".new-" in self.name else real(self, target)
if moment == "after the swap": folder._force_folder = lambda path: die() if path == place.parent else None
with folder.result_folder(place) as new:
    (new / "tables").mkdir()
    (new / "tables" / "a.txt").write_text("new")
    (new / "manifest.json").write_text((place / "manifest.json").read_text())
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("moment", "stands"), [("before the swap", "old"), ("between the two steps", "old"), ("after the swap", "new")]
)
def test_killed_at_any_moment_one_whole_folder_stands(ours: Path, moment: str, stands: str) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(ours), moment], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(list(ours.parent.iterdir())) == 2, "something was left beside it"
    folders.tidy(ours)
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
