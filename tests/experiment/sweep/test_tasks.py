"""A task by a real runner against the runs themselves, and again with its event log; how much there is to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from faults.acts import InlineWorkers

from cascadesim import read_table
from cascadesim.errors import EnvironmentFault, ScenarioError, UsageError
from cascadesim.experiment.files import code_version
from cascadesim.experiment.simulate import Prepared, Run, run_prepared, simulate
from cascadesim.experiment.study.read import read_study
from cascadesim.experiment.study.study import Study, first_replication, point_scenario
from cascadesim.experiment.sweep.rerun import rerun
from cascadesim.experiment.sweep.sweep import SweepOptions, sweep
from cascadesim.experiment.sweep.task_queue import dry_run
from cascadesim.experiment.sweep.tasks import DONE, FAILED, INVALID, Job, Task
from experiment.sweep.fake_workers import FakeWorkers, done, ends, made, until


def _job(study: Study) -> Job:
    return Job(study.bases, study.seed, study.outcomes, study.trajectories)


def _task(study: Study, number: int, first: int, count: int) -> Task:
    point = study.points[number]
    return Task(0, number, first, count, point.base, point.changes, first_replication(study, point))


@pytest.mark.parametrize("luck", ["common", "independent"])
def test_a_task_is_the_runs_of_its_point(study: Study, luck: str) -> None:
    study = replace(study, random_numbers=luck, trajectories=("clients.waiting",))
    point = study.points[3]
    result = _job(study).runner()(_task(study, 3, 10, 5))
    assert result.status == DONE
    assert result.values is not None
    assert result.paths is not None
    first = first_replication(study, point)
    assert first == (0 if luck == "common" else 75)
    for row, values in enumerate(result.values):
        run = simulate(point_scenario(study, point), seed=study.seed, replication=first + 10 + row)
        assert list(values) == [run.kpis[name] for name in study.outcomes]
        waiting = run.trajectories.columns.index("clients.waiting")
        weeks = len(run.trajectories.rows)
        expected = [[each[run.trajectories.columns.index("week")], each[waiting]] for each in run.trajectories.rows]
        np.testing.assert_array_equal(result.paths[row * weeks : (row + 1) * weeks], expected)


def test_settings_that_are_no_scenario_end_the_cell_and_not_the_worker(study: Study) -> None:
    work = _job(study).runner()
    bad = replace(_task(study, 0, 0, 1), changes=(("tier.beta.hours_per_week", 0.001),))
    result = work(bad)
    assert (result.status, result.values) == (INVALID, None)
    assert "tier.beta.hours_per_week" in result.problem
    assert "\n" not in result.problem
    assert work(replace(bad, changes=(("tier.nobody.hours", 1),))).status == INVALID
    assert work(_task(study, 0, 0, 1)).status == DONE


def test_a_run_that_fails_ends_the_task_and_not_the_worker(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    work = _job(study).runner()
    with monkeypatch.context() as patched:
        patched.setattr("cascadesim.model.measures.Meter.__call__", fail)
        result = work(_task(study, 0, 0, 1))
    assert (result.status, result.problem) == (FAILED, "ZeroDivisionError: division by zero")
    assert work(_task(study, 0, 0, 1)).status == DONE


def test_a_slip_while_a_scenario_is_made_is_a_row(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("no such thing")

    work, task = _job(study).runner(), _task(study, 1, 0, 10)
    with monkeypatch.context() as patched:
        patched.setattr("cascadesim.experiment.sweep.tasks.with_changes", fail)
        result = work(task)
    assert (result.status, result.problem) == (FAILED, "ValueError: no such thing")
    assert work(task).status == DONE


def test_again_gives_the_same_numbers_and_their_events(study: Study, tmp_path: Path) -> None:
    place = tmp_path / "out"
    sweep(study, place, SweepOptions(workers=InlineWorkers))
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    found = rerun(place, 5)
    assert (found.setting, found.replications, found.same) == (1, 5, True)
    assert {path: path.read_bytes() for path in before} == before
    kept = read_table(place / "tables/replications.parquet")
    kept = kept[(kept["setting"] == 1) & (kept["replication"] >= 20)]
    kpis = read_table(found.folder / "kpis.parquet")
    assert list(kpis["clients.started"]) == list(kept["clients.started"])
    assert len(read_table(found.folder / "events.parquet")) == found.events > 0
    assert rerun(place, 5, events=False).same
    assert not (found.folder / "events.parquet").exists()
    with pytest.raises(UsageError, match="from 0 to 11"):
        rerun(place, 12)


def test_again_tells_of_numbers_that_are_not_those_of_the_sweep(study: Study, tmp_path: Path) -> None:
    done(study, tmp_path / "out", FakeWorkers(ends(FAILED, 4)))  # which gave made-up numbers
    assert rerun(tmp_path / "out", 0).same is False
    assert rerun(tmp_path / "out", 4).same is None


def test_again_of_a_task_that_fails_leaves_what_there_is(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its second and fourth run fail; the others are those of the sweep."""
    place = tmp_path / "out"
    done(study, place, FakeWorkers(ends(FAILED, 5)))

    def fails(prepared: Prepared, seed: int, replication: int, events: bool) -> Run:
        if replication in (21, 23):
            raise ZeroDivisionError("by nothing")
        return run_prepared(prepared, seed, replication, events)

    monkeypatch.setattr("cascadesim.experiment.sweep.rerun.run_prepared", fails)
    found = rerun(place, 5)
    assert (found.asked, found.replications, found.same) == (5, 3, None)
    assert found.problem == "replication 21: ZeroDivisionError: by nothing"
    assert found.recorded == "failed: failed for a reason"
    assert list(read_table(found.folder / "kpis.parquet")["replication"]) == [20, 22, 24]
    assert len(read_table(found.folder / "events.parquet")) == found.events > 0
    told = (found.folder / "problem.txt").read_text(encoding="utf-8")
    assert told.count("in fails\n") == 2
    assert told.startswith("replication 21\nTraceback")
    assert [path.name for path in (place / "reruns").iterdir()] == ["task-5"]


def test_again_of_a_task_that_fails_now_and_did_not_then(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Run:
        raise UsageError("is no good.", hint="Do better.")

    done(study, tmp_path / "out")
    monkeypatch.setattr("cascadesim.experiment.sweep.rerun.run_prepared", fails)
    found = rerun(tmp_path / "out", 0)
    assert (found.replications, found.same, found.recorded) == (0, False, "")
    assert found.problem == "replication 0: is no good. Do better."
    assert [path.name for path in found.folder.iterdir()] == ["problem.txt"]


def test_again_where_the_disk_is_full_leaves_nothing(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Run:
        raise EnvironmentFault("the disk is full.")

    done(study, tmp_path / "out")
    monkeypatch.setattr("cascadesim.experiment.sweep.rerun.run_prepared", full)
    with pytest.raises(EnvironmentFault, match="the disk is full"):
        rerun(tmp_path / "out", 0)
    assert list((tmp_path / "out/reruns").iterdir()) == []


def test_again_by_other_code_says_so(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done(study, tmp_path / "out")
    assert rerun(tmp_path / "out", 0).other_code == ""
    monkeypatch.setattr("cascadesim.experiment.sweep.rerun.code_version", lambda: "9.9+abc")
    assert rerun(tmp_path / "out", 0).other_code == code_version()


@pytest.mark.usefixtures("study")
def test_again_of_a_point_that_is_no_scenario(tmp_path: Path) -> None:
    text = (tmp_path / "study.toml").read_text().replace("[12, 16]", "[0.001, 16]")
    (tmp_path / "bad.toml").write_text(text)
    bad = read_study(tmp_path / "bad.toml")
    swept = sweep(bad, tmp_path / "out", SweepOptions(workers=InlineWorkers))
    assert swept.bad == {INVALID: 6}
    with pytest.raises(ScenarioError, match="hours_per_week"):
        rerun(tmp_path / "out", 0)


def test_a_dry_run_counts_what_there_is(study: Study, small_file: Path, tmp_path: Path) -> None:
    found = dry_run(study, 2)
    assert (found.rows, found.settings, found.runs, found.most_runs, found.tried, found.bad) == (4, 4, 100, 100, 4, 0)
    assert found.seconds > 0
    assert found.bytes > 100 * 2 * 8
    part = dry_run(study, 2, (2, 3))
    assert (part.settings, part.runs) == (1, 25)
    assert dry_run(study, 2, (9, 9)).runs == 0
    found = dry_run(made(small_file, tmp_path, replications=until(12, 50)), 2)
    assert (found.runs, found.most_runs) == (48, 200)
