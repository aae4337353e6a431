"""Write, sync, rename, commit: whatever the record names was forced to disk before, content and name.

A process that is killed loses nothing that it has written; a machine that loses power does. So the order is recorded:
what was forced, what was given its name, and what the record was about to say.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from cascadesim.experiment import files
from cascadesim.experiment.study.study import Study
from cascadesim.experiment.sweep import merge as merging
from cascadesim.experiment.sweep import parts, repair, store
from cascadesim.experiment.sweep import sweep as sweeping
from cascadesim.experiment.sweep.merge import merge
from cascadesim.experiment.sweep.sweep import SweepOptions, resume, sweep
from experiment.sweep.fake_workers import FakeWorkers, done

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a folder cannot be forced to disk")
FULL = 2


class Disk:
    """What would be there after a power cut. `faults` is what the record names, or has its name, too soon."""

    def __init__(self, patch: pytest.MonkeyPatch, root: Path) -> None:
        self.root, self.folder = root, root / "results" / "out"
        self.faults: list[str] = []
        self.named = 0
        self._contents: dict[int, tuple[int, int]] = {}
        self._names: dict[int, dict[str, int]] = {}
        self._fsync, self._replace, self._put_rows = os.fsync, os.replace, store.put_rows
        patch.setattr(os, "fsync", self.fsync)
        patch.setattr(os, "replace", self.replace)
        patch.setattr(store, "put_rows", self.put_rows)

    def fsync(self, handle: int) -> None:
        """A file as it is now is on disk; of a folder, the names that are in it now."""
        self._fsync(handle)
        about = os.fstat(handle)
        if stat.S_ISDIR(about.st_mode):
            entries = os.listdir(handle)
            self._names[about.st_ino] = {name: os.stat(name, dir_fd=handle).st_ino for name in entries}
        else:
            self._contents[about.st_ino] = about.st_size, about.st_mtime_ns

    def replace(self, new: Path, path: Path) -> None:
        """What takes its place in the store is whole by then."""
        if Path(path).parent.name != parts.ASIDE and not self._is_forced(new):
            self.faults.append(f"{Path(path).name} has its name before its content is forced")
        self._replace(new, path)

    def put_rows(self, record: sqlite3.Connection, table: str, rows: Iterable[Any]) -> None:
        """The record, which is forced, is about to name parts, which have been forced."""
        rows = list(rows)
        folder = Path(record.execute("PRAGMA database_list").fetchone()[2]).parent
        if record.execute("PRAGMA synchronous").fetchone() != (FULL,):
            self.faults.append("the record itself is not forced")
        for name in {name for row in rows if table == "tasks" for name in row.parts}:
            self.named += 1
            path = folder / parts.FOLDER / name
            if not self._is_forced(path):
                self.faults.append(f"{name} is named before it is forced")
            self.faults += [f"{each.name} is named before its name is forced" for each in self._unnamed(path)]
        self._put_rows(record, table, rows)

    def _is_forced(self, path: Path) -> bool:
        about = path.stat()
        return self._contents.get(about.st_ino) == (about.st_size, about.st_mtime_ns)

    def _unnamed(self, path: Path) -> list[Path]:
        """The path, and the folders above it, whose names a power cut would take."""
        chain = [path, *(above for above in path.parents if self.root in above.parents)]
        return [each for each in chain if self._names.get(_inode(each.parent), {}).get(each.name) != _inode(each)]


def _inode(path: Path) -> int:
    return path.stat().st_ino


def _all_of_it(study: Study, place: Path) -> None:
    done(study, place)


def _resumed(study: Study, place: Path) -> None:
    """Stopped on the way and taken up again."""
    with contextlib.suppress(KeyboardInterrupt):
        done(study, place, FakeWorkers(upto=7))
    resume(place, SweepOptions(workers=FakeWorkers()))


def _recovered(study: Study, place: Path) -> None:
    """The record is gone; the parts tell."""
    done(study, place)
    (place / store.RECORD).unlink()
    _written_anew(place)
    resume(place, SweepOptions(workers=FakeWorkers()))


def _merged(study: Study, place: Path) -> None:
    for number in (1, 2):
        sweep(study, place.parent / f"part-{number}", SweepOptions(workers=FakeWorkers()), (number, 2))
    merge([place.parent / "part-1", place.parent / "part-2"], place)


def _written_anew(place: Path) -> None:
    """New files with the same content: whoever finds them cannot know whether they were forced."""
    for part in (place / parts.FOLDER).iterdir():
        new = part.with_name("new")
        new.write_bytes(part.read_bytes())
        new.rename(part)


def _without_parts(study: Study, place: Path) -> None:
    done(study, place)
    (place / parts.FOLDER).rename(place.parent / "away")
    resume(place, SweepOptions(workers=FakeWorkers()))


WAYS = {
    "swept": _all_of_it,
    "resumed": _resumed,
    "recovered": _recovered,
    "merged": _merged,
    "made again": _without_parts,
}


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    monkeypatch.setattr("cascadesim.experiment.sweep.sweep.COMMIT_BYTES", 0)
    return Disk(monkeypatch, tmp_path)


@pytest.mark.parametrize("way", WAYS)
def test_what_the_record_names_is_on_disk(study: Study, disk: Disk, way: str) -> None:
    WAYS[way](study, disk.folder)
    assert disk.faults == []
    assert disk.named >= 12


def _nothing(*_: object) -> None: ...


def _only_made(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)


def _only_named(new: Path, path: Path) -> None:
    new.replace(path)


def _named_first(new: Path, path: Path) -> None:
    new.replace(path)
    files.force_file(path)
    files.force_folder(path.parent)


PLANTED: dict[str, tuple[Any, str, Callable[..., None], str]] = {
    "a part that is only renamed": (parts, "publish", _only_named, "swept"),
    "a part that is forced after it has its name": (parts, "publish", _named_first, "swept"),
    "contents are not forced": (files, "force_file", _nothing, "swept"),
    "names are not forced": (files, "force_folder", _nothing, "swept"),
    "what was found is not forced": (repair, "force_file", _nothing, "recovered"),
    "the name of what was found is not forced": (repair, "force_folder", _nothing, "recovered"),
    "a copy that is only renamed": (merging, "publish", _only_named, "merged"),
    "the name of the sweep's folder": (sweeping, "make_folder", _only_made, "swept"),
    "the name of the folder of parts": (repair, "make_folder", _only_made, "made again"),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_seen(study: Study, disk: Disk, monkeypatch: pytest.MonkeyPatch, planted: str) -> None:
    where, name, fault, way = PLANTED[planted]
    monkeypatch.setattr(where, name, fault)
    WAYS[way](study, disk.folder)
    assert disk.faults


def test_a_record_that_is_not_forced_is_seen(study: Study, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = store.connect

    def slack(folder: Path) -> sqlite3.Connection:
        record = connect(folder)
        record.execute("PRAGMA synchronous = NORMAL")
        return record

    monkeypatch.setattr(repair, "connect", slack)
    done(study, disk.folder)
    assert "the record itself is not forced" in disk.faults
