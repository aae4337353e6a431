"""The record, the parts and the lock: what is damaged is found, kept aside, and only what it held is done again."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cascadesim
from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.files import code_version
from cascadesim.experiment.study.study import Study, study_document
from cascadesim.experiment.sweep import parts
from cascadesim.experiment.sweep.checks import KnownTasks
from cascadesim.experiment.sweep.repair import Damage, opened
from cascadesim.experiment.sweep.store import (
    Store,
    SweepSpec,
    create,
    create_tables,
    drop_rows,
    faults_of,
    only_writer,
    open_to_read,
    put_rows,
    read_rows,
    tables_stand,
)
from cascadesim.experiment.sweep.sweep import SweepOptions, doctor, resume, sweep
from cascadesim.experiment.sweep.tasks import DIED, DONE, FAILED, TaskResult
from experiment.sweep.fake_workers import MEASURES, FakeWorkers, done, ends


@pytest.fixture
def place(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished sweep with a part for every cell; one cell, number 4, failed."""
    monkeypatch.setattr("cascadesim.experiment.sweep.sweep.COMMIT_BYTES", 0)
    done(study, tmp_path / "out", FakeWorkers(ends(FAILED, 4)))
    return tmp_path / "out"


def _tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "tables").glob("*.parquet")}


def _part_of(place: Path, cell: int) -> Path:
    with contextlib.closing(sqlite3.connect(place / "store.sqlite")) as record:
        (name,) = record.execute("SELECT part FROM tasks WHERE task = ?", (cell,)).fetchone()
    return place / "parts" / name


def _flip(path: Path, where: int) -> None:
    content = bytearray(path.read_bytes())
    content[where] ^= 4
    path.write_bytes(content)


def _changed(place: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(place / "store.sqlite")) as record:
        record.execute(statement)
        record.commit()


def _forgotten(place: Path, cell: int) -> None:
    """The record as it was before this cell and those after it were noted."""
    _changed(place, f"DELETE FROM tasks WHERE task >= {cell}")


HARM: dict[str, tuple[Callable[[Path], object], str, list[int]]] = {
    "a bit of a part": (lambda place: _flip(_part_of(place, 7), 100), r"parts/replications-\w+.parquet: damaged", [7]),
    "a part gone": (lambda place: _part_of(place, 0).unlink(), r"parts/replications-\w+.parquet: missing", [0]),
    "a table gone": (lambda place: (place / "tables/design.parquet").unlink(), "tables/design.parquet: missing", []),
    "a bit of a table": (
        lambda place: _flip(place / "tables/settings.parquet", 40),
        "tables/settings.parquet: dam",
        [],
    ),
    "no study.json": (lambda place: (place / "study.json").unlink(), "study.json: missing or damaged", []),
    "a bit of study.json": (lambda place: _flip(place / "study.json", 300), "study.json: missing or damaged", []),
    "a cell's row": (
        lambda place: _changed(place, "UPDATE tasks SET setting = 2 WHERE task = 3"),
        r"store.sqlite: a row of tasks \(3\)",
        [],
    ),
    "a failed cell's row": (
        lambda place: _changed(place, "UPDATE tasks SET problem = 'other' WHERE task = 4"),
        r"store.sqlite: a row of tasks \(4\)",
        [4],
    ),
    "a part's name": (
        lambda place: _changed(place, "UPDATE tasks SET part = 'x' WHERE task = 5"),
        r"store.sqlite: a row of tasks \(5\)",
        [],
    ),
    "what was asked": (
        lambda place: _changed(place, "DELETE FROM meta WHERE key = 'asked'"),
        "the study is missing",
        [],
    ),
    "a table of the record": (lambda place: _changed(place, "DROP TABLE meta"), "tables are not as they were", []),
    "an index of it": (
        lambda place: _changed(place, "DROP INDEX tasks_by_setting"),
        "tables are not as they were",
        [],
    ),
    "the record's head": (lambda place: _flip(place / "store.sqlite", 18), "store.sqlite: ", []),
    "the record cut": (lambda place: (place / "store.sqlite").write_bytes(b"SQLite"), "not a database", [4]),
    "its last steps": (lambda place: _forgotten(place, 8), "store.sqlite: did not name 4 parts; its 4 tasks", []),
    "no record": (lambda place: (place / "store.sqlite").unlink(), "store.sqlite: it is missing", [4]),
}


@pytest.mark.parametrize("what", HARM)
def test_what_is_damaged_is_found_and_no_more_is_done_than_needed(place: Path, what: str) -> None:
    harm, said, again = HARM[what]
    before = _tables(place)
    harm(place)
    workers = FakeWorkers(ends(FAILED, 4))
    checked = doctor(place, SweepOptions(workers=workers))
    assert checked.helped
    assert any(re.search(said, fault) for fault in checked.faults), checked.faults
    assert (workers.did, checked.again, checked.to_do) == (again, len(again), 0)
    assert _tables(place) == before
    assert doctor(place, SweepOptions(workers=workers)).faults == ()


def test_the_damaged_original_is_kept(place: Path) -> None:
    part = _part_of(place, 7)
    _flip(part, 100)
    spoilt = part.read_bytes()
    resume(place, SweepOptions(workers=FakeWorkers()))
    assert (place / "damaged" / part.name).read_bytes() == spoilt


def test_a_damaged_table_is_kept_too_and_told_of_by_resume(place: Path) -> None:
    table = place / "tables/settings.parquet"
    _flip(table, 40)
    spoilt = table.read_bytes()
    assert resume(place, SweepOptions(workers=FakeWorkers())).faults == ("tables/settings.parquet: damaged",)
    assert (place / "damaged/settings.parquet").read_bytes() == spoilt


def test_a_record_that_is_made_anew_is_there_whole_or_not_at_all(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stopped while it makes a new record: nothing of the parts may be taken for rubbish afterwards."""
    (place / "store.sqlite").unlink()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("cascadesim.experiment.sweep.store.publish", stop)
        with pytest.raises(KeyboardInterrupt):
            resume(place, SweepOptions(workers=FakeWorkers()))
    workers = FakeWorkers(ends(FAILED, 4))
    assert resume(place, SweepOptions(workers=workers)).already_done == 11
    assert workers.did == [4]


def test_an_unknown_file_is_set_aside_and_what_was_not_registered_cleared_away(place: Path, study: Study) -> None:
    (place / "parts/letter.txt").write_text("mine")
    (place / "parts/.new-0123").touch()
    spec = SweepSpec(study_document(study), code_version())
    known = parts.part_frame("replications", [_result(0)], MEASURES)
    ours = parts.write_part(place, "replications", known, spec.identity)
    theirs = parts.write_part(place, "replications", known, "of another sweep")
    checked = doctor(place, SweepOptions(workers=FakeWorkers()))
    assert sorted(path.name for path in (place / "damaged").iterdir()) == sorted(["letter.txt", theirs])
    assert len(checked.faults) == 2
    assert not (place / "parts" / ours).exists()
    assert all(path.name.startswith("replications-") for path in (place / "parts").iterdir())


def test_the_last_step_is_noted_again_without_a_word(place: Path) -> None:
    """That is how a sweep leaves its store which is killed before it could note what it had written."""
    _forgotten(place, 11)
    workers = FakeWorkers()
    again = resume(place, SweepOptions(workers=workers))
    assert (again.faults, again.already_done, workers.did) == ((), 12, [])


def test_a_part_of_another_shard_is_not_taken_in(study: Study, tmp_path: Path) -> None:
    """Whoever put it here may not have it anywhere else, so it is set aside."""
    for number in (1, 2):
        sweep(study, tmp_path / str(number), SweepOptions(workers=FakeWorkers()), (number, 2))
    (part,) = (tmp_path / "1/parts").iterdir()
    part.rename(tmp_path / "2/parts" / part.name)
    checked = doctor(tmp_path / "2", SweepOptions(workers=FakeWorkers()))
    assert (checked.helped, checked.again) == (True, 0)
    assert [path.name for path in (tmp_path / "2/damaged").iterdir()] == [part.name]


def test_what_was_asked_from_two_sweeps_is_refused(place: Path, study: Study, tmp_path: Path) -> None:
    done(replace(study, seed=6), tmp_path / "other")
    (place / "study.json").write_bytes((tmp_path / "other/study.json").read_bytes())
    with pytest.raises(EnvironmentFault, match=r"study.json and store.sqlite are of two different sweeps.* Put back"):
        resume(place, SweepOptions(workers=FakeWorkers()))


def test_both_copies_of_what_was_asked_are_damaged(place: Path) -> None:
    (place / "study.json").write_text("{}")
    (place / "store.sqlite").write_bytes(b"")
    with pytest.raises(EnvironmentFault, match=r"both copies .* into another folder"):
        resume(place)


def test_a_part_that_cannot_be_read_for_now_is_not_taken_for_damaged(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = _part_of(place, 0)

    def no_descriptors(_: Path) -> str:
        raise OSError(errno.EMFILE, "Too many open files", str(part))

    with monkeypatch.context() as patched:
        patched.setattr(parts, "sha256_of", no_descriptors)
        with pytest.raises(EnvironmentFault, match=r"parts/.*: cannot be read: Too many open files"):
            resume(place, SweepOptions(workers=FakeWorkers()))
    assert part.exists()
    assert resume(place, SweepOptions(workers=FakeWorkers())).computed == 0


@pytest.mark.parametrize("inside", [True, False])
def test_a_fault_names_what_is_of_the_store(tmp_path: Path, inside: bool) -> None:
    """Where no more files can be opened the next one may be a module of Python's, which is nobody's concern."""
    name = str(tmp_path / "parts" / "new") if inside else "/usr/lib/python3/encodings/ascii.py"
    with pytest.raises(EnvironmentFault, match="Too many open files") as caught, faults_of(tmp_path):
        raise OSError(errno.EMFILE, "Too many open files", name)
    assert caught.value.problems[0].file == (name if inside else str(tmp_path))


def test_a_commit_is_whole_although_a_signal_comes_in_its_middle(study: Study, tmp_path: Path) -> None:
    spec = SweepSpec(study_document(study), "code")
    (tmp_path / "out").mkdir()
    create(tmp_path / "out", spec)
    with opened(tmp_path / "out") as store:
        store.add(_result(0))

        def interrupted(*arguments: Any) -> None:
            signal.raise_signal(signal.SIGINT)
            put_rows(*arguments)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("cascadesim.experiment.sweep.store.put_rows", interrupted)
            with pytest.raises(KeyboardInterrupt):
                store.commit()
        assert store.status_of(0) == DONE
    with opened(tmp_path / "out") as store:
        assert store.count(DONE) == 1


def test_a_disk_that_fills_up_is_told_of_and_not_of_what_follows(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    create(tmp_path / "out", SweepSpec(study_document(study), "code"))

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with opened(tmp_path / "out") as store:
        store.add(_result(0))
        for _ in range(2):
            with monkeypatch.context() as patched:
                patched.setattr("cascadesim.experiment.sweep.store.put_rows", full)
                with pytest.raises(EnvironmentFault, match=r"store.sqlite: .*disk is full. Free some space") as caught:
                    store.commit()
            assert caught.value.exit_code == 4
        assert store.status_of(0) == ""
        store.commit()  # there is room again
        assert store.status_of(0) == DONE


def _result(cell: int) -> TaskResult:
    return TaskResult(cell, cell // 3, 0, 10, DONE, values=np.ones((10, 2)))


def test_a_reader_sees_what_is_there_while_somebody_writes(place: Path, study: Study) -> None:
    spec = SweepSpec(study_document(study), code_version())
    known = KnownTasks.of(study, spec.columns)
    before = sorted(path.name for path in place.iterdir())
    with only_writer(place), opened(place) as store, open_to_read(place, spec, known) as seen:
        assert isinstance(store, Store)
        assert len(seen.tasks_of(1)) == 3
        assert store.count(DONE, FAILED) == 12
        assert store.tasks_that(DIED) == []
    assert sorted(path.name for path in place.iterdir()) == before


def test_damage_is_told_once(place: Path) -> None:
    _part_of(place, 7).unlink()
    damage = Damage()
    with opened(place, damage):
        assert damage.lost_tasks == {7}
    with opened(place, again := Damage()):
        assert again.faults == []


class TestLock:
    """One writer at a time."""

    def test_the_second_is_told_who_holds_it(self, tmp_path: Path) -> None:
        with (
            only_writer(tmp_path),
            pytest.raises(EnvironmentFault, match=rf"by process {os.getpid()} on {socket.gethostname()}, since 20"),
            only_writer(tmp_path),
        ):
            pass
        with only_writer(tmp_path):
            pass
        assert [path.name for path in tmp_path.iterdir()] == ["writer.lock"]

    def test_who_only_looks_at_the_lock_for_a_moment_refuses_nobody(self, tmp_path: Path) -> None:
        """As one of two does who come in the same instant: without patience both of them gave up."""
        with only_writer(tmp_path):
            pass
        other = sqlite3.connect(tmp_path / "writer.lock", isolation_level=None, check_same_thread=False)
        with contextlib.closing(other):
            other.execute("BEGIN")
            other.execute("SELECT * FROM sqlite_master").fetchall()
            away = threading.Timer(0.1, other.execute, ("COMMIT",))
            away.start()
            with only_writer(tmp_path):
                assert (tmp_path / "writer.json").exists()
            away.join()

    def test_it_dies_with_its_holder(self, tmp_path: Path) -> None:
        script = (
            "import os, sys\nfrom pathlib import Path\nfrom cascadesim.experiment.sweep.store import only_writer\n"
            f"with only_writer(Path({str(tmp_path)!r})):\n    os._exit(9)"
        )
        environment = {"PYTHONPATH": str(Path(cascadesim.__file__).parents[1])}
        assert subprocess.run([sys.executable, "-c", script], env=environment, check=False).returncode == 9
        assert json.loads((tmp_path / "writer.json").read_text())["process"]
        with only_writer(tmp_path):
            pass

    def test_a_file_that_is_no_lock_is_told_of(self, tmp_path: Path) -> None:
        (tmp_path / "writer.lock").write_text("a diary, and not a lock at all" * 100)
        with pytest.raises(EnvironmentFault, match=r"Remove .*writer.lock"), only_writer(tmp_path):
            pass

    def test_a_holder_whose_note_is_damaged_still_holds(self, tmp_path: Path) -> None:
        with only_writer(tmp_path):
            (tmp_path / "writer.json").write_text("{")
            with pytest.raises(EnvironmentFault, match="written by another process"), only_writer(tmp_path):
                pass


def test_a_row_carries_its_digest(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "x.sqlite")) as record:
        create_tables(record)
        assert tables_stand(record)
        put_rows(record, "meta", [("a", "1"), ("b", "2")])
        record.execute("UPDATE meta SET value = '3' WHERE key = 'b'")
        assert list(read_rows(record, "meta")) == [(True, ("a", "1")), (False, ("b", "3"))]
        put_rows(record, "meta", [("b", "4")])
        assert list(read_rows(record, "meta", "key", "b")) == [(True, ("b", "4"))]
        drop_rows(record, "meta", ["a"])
        assert [row for _, row in read_rows(record, "meta")] == [("b", "4")]
        record.execute("CREATE TABLE more (x)")
        assert not tables_stand(record)
