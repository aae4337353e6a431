"""A sweep from beginning to end by workers whose answers are known: what is kept, told, refused, and gone on with."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.parquet import read_table
from cascadesim.experiment.study.study import Study
from cascadesim.experiment.sweep.parts import TaskRow
from cascadesim.experiment.sweep.sweep import Progress, SweepOptions, doctor, resume, sweep
from cascadesim.experiment.sweep.tasks import DIED, FAILED, INVALID, Task, TaskResult
from experiment.sweep.fake_workers import FakeWorkers, answer, done, ends, made, until

CELLS = 12


def _tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "tables").iterdir()}


def test_every_number_is_where_it_belongs(study: Study, tmp_path: Path) -> None:
    swept = done(study, tmp_path / "out")
    assert (swept.tasks, swept.already_done, swept.computed, swept.bad, swept.complete) == (CELLS, 0, CELLS, {}, True)
    found = read_table(tmp_path / "out/tables/replications.parquet")
    assert list(found) == ["setting", "replication", "clients.started", "clients.completed"]
    assert list(found["setting"]) == [point for point in range(4) for _ in range(25)]
    assert list(found["replication"]) == list(range(25)) * 4
    assert (found["clients.started"] == 1000 * found["setting"] + found["replication"]).all()
    assert (found["clients.completed"] == found["clients.started"] / 2).all()
    points = read_table(tmp_path / "out/tables/settings.parquet")
    assert list(points["status"]) == ["done"] * 4
    assert list(points["tier.alpha.initial"]) == [2, 2, 3, 3]
    summary = read_table(tmp_path / "out/tables/summary.parquet")
    assert list(summary["mean"][:2]) == [12, 6]
    assert list(summary["defined"]) == [25] * 8


@pytest.mark.parametrize("size", [0, 10**9])
def test_the_bytes_do_not_tell_how_many_parts_there_were(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("cascadesim.experiment.sweep.sweep.COMMIT_BYTES", size)
    done(study, tmp_path / "one")
    assert len(list((tmp_path / "one" / "parts").iterdir())) == (1 if size else CELLS)
    monkeypatch.setattr("cascadesim.experiment.sweep.sweep.COMMIT_BYTES", 1000)
    done(study, tmp_path / "several")
    assert _tables(tmp_path / "one") == _tables(tmp_path / "several")


@pytest.mark.parametrize("status", [INVALID, FAILED, DIED])
def test_a_point_without_numbers_is_a_row_that_says_why(study: Study, tmp_path: Path, status: str) -> None:
    heard: list[TaskRow] = []
    swept = done(study, tmp_path / "out", FakeWorkers(ends(status, 4)), failed=heard.append)
    assert (swept.bad, swept.complete) == ({status: 1}, True)
    assert swept.failures == (TaskRow(4, 1, 10, 10, status, f"{status} for a reason", "", ""),)
    assert heard == list(swept.failures)
    points = read_table(tmp_path / "out/tables/settings.parquet")
    assert list(points["status"]) == ["done", status, "done", "done"]
    assert list(points["problem"]) == ["", f"{status} for a reason", "", ""]
    assert list(points["replications"]) == [25, 15, 25, 25]


def test_words_that_no_file_can_hold_are_kept_as_far_as_they_go(study: Study, tmp_path: Path) -> None:
    def give(task: Task) -> TaskResult:
        return replace(answer(task), status=FAILED, values=None, problem="half of a letter: \udcff")

    assert done(study, tmp_path / "out", FakeWorkers(give)).failures[0].problem == "half of a letter: ?"


def test_it_stops_after_too_many_failures_and_goes_on_when_asked(study: Study, tmp_path: Path) -> None:
    workers = FakeWorkers(ends(FAILED, 0, 1, 2, 3))
    swept = done(study, tmp_path / "out", workers, max_failures=1)
    assert (swept.complete, swept.bad, workers.did) == (False, {FAILED: 2}, [0, 1])
    assert not (tmp_path / "out" / "tables").exists()
    swept = resume(tmp_path / "out", SweepOptions(workers=FakeWorkers()))
    assert (swept.complete, swept.already_done, swept.computed, swept.bad) == (True, 2, 10, {FAILED: 2})


def test_the_study_may_say_how_many_failures_are_too_many(study: Study, tmp_path: Path) -> None:
    assert not done(replace(study, max_failures=0), tmp_path / "out", FakeWorkers(ends(FAILED, 0))).complete


@pytest.mark.parametrize("before", [0, 5, 11, 12])
def test_it_goes_on_where_it_stopped(study: Study, tmp_path: Path, before: int) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        done(study, tmp_path / "out", FakeWorkers(upto=before))
    for path in tmp_path.glob("*.toml"):
        path.unlink()  # neither is needed again
    workers = FakeWorkers()
    swept = resume(tmp_path / "out", SweepOptions(workers=workers))
    assert (swept.already_done, swept.computed, workers.did) == (before, CELLS - before, list(range(before, CELLS)))
    done(study, tmp_path / "whole")
    assert _tables(tmp_path / "out") == _tables(tmp_path / "whole")
    workers = FakeWorkers()
    swept = sweep(study, tmp_path / "out", SweepOptions(workers=workers))
    assert (swept.already_done, swept.computed, workers.did) == (CELLS, 0, [])


def test_a_finished_sweep_is_one_file_of_sqlite_and_leaves_nothing_else(study: Study, tmp_path: Path) -> None:
    done(study, tmp_path / "out", csv=True)
    found = {path.name for path in (tmp_path / "out").iterdir()}
    assert found == {"store.sqlite", "study.json", "parts", "tables", "writer.lock"}
    assert (tmp_path / "out/store.sqlite").read_bytes()[18:20] == b"\x01\x01", "needs more files to be opened"
    assert not list((tmp_path / "out").glob("*/.*"))
    assert sorted(path.name for path in (tmp_path / "out/tables").glob("*.csv")) == [
        "design.csv",
        "replications.csv",
        "settings.csv",
        "summary.csv",
    ]


def test_a_cell_that_died_is_tried_again_and_no_other(study: Study, tmp_path: Path) -> None:
    done(study, tmp_path / "out", FakeWorkers(ends(DIED, 7)))
    workers = FakeWorkers()
    swept = resume(tmp_path / "out", SweepOptions(workers=workers))
    assert (workers.did, swept.already_done, swept.bad) == ([7], 11, {})
    done(study, tmp_path / "whole")
    assert _tables(tmp_path / "out") == _tables(tmp_path / "whole")


def test_progress_is_told_and_adds_up(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cascadesim.experiment.sweep.sweep.COMMIT_BYTES", 0)
    states: list[Progress] = []
    done(study, tmp_path / "out", progress=states.append)
    assert [state.done for state in states] == list(range(1, CELLS + 1))
    assert (states[-1].tasks, states[-1].runs, states[-1].bad) == (CELLS, 100, 0)


def test_what_has_come_is_put_on_disk_although_nothing_comes_any_more(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cascadesim.experiment.sweep.sweep.FIRST_PACE_SECONDS", 0.05)
    monkeypatch.setattr("cascadesim.experiment.sweep.sweep.MOST_PACE_SECONDS", 0.05)
    seen: list[int] = []

    class Slow(FakeWorkers):
        def work(self, more: object) -> Iterator[TaskResult]:
            for result in super().work(more):  # type: ignore[arg-type]
                yield result
                time.sleep(0.06)
                yield None  # type: ignore[misc]
                with contextlib.closing(sqlite3.connect(tmp_path / "out/store.sqlite")) as record:
                    seen.append(record.execute("SELECT count(*) FROM tasks").fetchone()[0])

    done(study, tmp_path / "out", Slow())
    assert seen == list(range(1, CELLS + 1))


def test_another_sweep_or_version_is_left_as_it_is(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(study, tmp_path / "out")
    with pytest.raises(EnvironmentFault, match=r"out: holds another sweep.* -o"):
        done(replace(study, seed=6), tmp_path / "out")
    monkeypatch.setattr("cascadesim.experiment.sweep.sweep.code_version", lambda: "9.9+abc")
    for again in (lambda: done(study, tmp_path / "out"), lambda: resume(tmp_path / "out")):
        with pytest.raises(EnvironmentFault, match=r"out: was begun by cascadesim .*, this is 9\.9\+abc.* anew"):
            again()


@pytest.mark.parametrize("other", [0, 1, 3])
def test_a_store_of_another_format_is_refused_with_the_remedy(study: Study, tmp_path: Path, other: int) -> None:
    from cascadesim.experiment.files import digest

    done(study, tmp_path / "out")
    asked = json.loads((tmp_path / "out/study.json").read_text())["asked"] | {"format": other}
    (tmp_path / "out/study.json").write_text(json.dumps({"asked": asked, "digest": digest(asked)}))
    with pytest.raises(EnvironmentFault, match=rf"out: has format {other} .* reads 2\. Use the version that wrote it"):
        resume(tmp_path / "out")


def test_a_folder_of_somebody_else_gets_nothing(study: Study, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").touch()
    with pytest.raises(EnvironmentFault, match=r"mine: holds other files \(letter.txt\)"):
        done(study, tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]
    with pytest.raises(EnvironmentFault, match=r"letter.txt: is a file"):
        done(study, tmp_path / "mine/letter.txt")
    with pytest.raises(EnvironmentFault, match=r"holds no sweep.*cascadesim sweep STUDY"):
        resume(tmp_path / "mine")


def test_a_folder_in_which_one_was_about_to_begin_is_free(study: Study, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/writer.lock").touch()
    (tmp_path / "out/.new-study.json").touch()
    assert done(study, tmp_path / "out").complete


def test_a_part_of_a_whole_has_its_points_only(study: Study, tmp_path: Path) -> None:
    swept = sweep(study, tmp_path / "out", SweepOptions(workers=FakeWorkers()), (2, 3))
    assert (swept.tasks, swept.computed) == (3, 3)
    assert list(read_table(tmp_path / "out/tables/settings.parquet")["setting"]) == [1]
    assert sweep(study, tmp_path / "none", SweepOptions(workers=FakeWorkers()), (6, 7)).tasks == 0
    assert len(read_table(tmp_path / "none/tables/settings.parquet")) == 0
    with pytest.raises(UsageError, match="shard"):
        sweep(study, tmp_path / "bad", shard=(3, 2))


class TestUntilEnough:
    """Points whose number of replications depends on what they give."""

    @staticmethod
    def _wanted(values: np.ndarray) -> int:
        """Point 0 is happy with what it has, point 1 wants 30, the others as many as they can have."""
        point = int(values[0, 0] // 1000)
        assert list(values[:, 0]) == [1000 * point + number for number in range(len(values))], "out of order"
        return (len(values), 30, 99, 99)[point]

    @pytest.fixture
    def study(self, small_file: Path, tmp_path: Path) -> Study:
        return made(small_file, tmp_path, replications=until(12, 50))

    def test_each_has_what_it_wants(self, study: Study, tmp_path: Path) -> None:
        swept = done(study, tmp_path / "out", rule=self._wanted)
        assert list(read_table(tmp_path / "out/tables/settings.parquet")["replications"]) == [20, 30, 50, 50]
        assert swept.tasks == swept.computed == 2 + 3 + 5 + 5

    @pytest.mark.parametrize("before", range(15))
    def test_wherever_it_stops(self, study: Study, tmp_path: Path, before: int) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            done(study, tmp_path / "out", FakeWorkers(upto=before), rule=self._wanted)
        workers = FakeWorkers()
        swept = resume(tmp_path / "out", SweepOptions(workers=workers, rule=self._wanted))
        assert (swept.already_done, swept.computed, swept.tasks) == (before, 15 - before, 15)
        done(study, tmp_path / "whole", rule=self._wanted)
        assert _tables(tmp_path / "out") == _tables(tmp_path / "whole")

    def test_what_is_lost_is_known_to_be_missing(self, study: Study, tmp_path: Path) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            done(study, tmp_path / "out", FakeWorkers(upto=9), rule=self._wanted)
        checked = doctor(tmp_path / "out", SweepOptions(workers=FakeWorkers(), rule=self._wanted))
        assert (checked.faults, checked.helped, checked.to_do) == ((), True, 3)

    def test_a_point_with_a_failed_cell_gets_no_more(self, study: Study, tmp_path: Path) -> None:
        workers = FakeWorkers(ends(FAILED, 11))
        done(study, tmp_path / "out", workers, rule=self._wanted)
        points = read_table(tmp_path / "out/tables/settings.parquet")
        assert list(points["replications"]) == [20, 30, 10, 50]
        assert resume(tmp_path / "out", SweepOptions(workers=FakeWorkers(), rule=self._wanted)).computed == 0

    def test_without_a_rule_it_is_refused(self, study: Study, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="needs a rule"):
            done(study, tmp_path / "out")
