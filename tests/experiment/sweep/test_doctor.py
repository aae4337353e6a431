"""What the doctor says of itself: mended only where what was done is done again; and copies that do not go stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from cascadesim import read_table
from cascadesim.experiment.study import Study
from cascadesim.experiment.sweep import doctor as ward
from cascadesim.experiment.sweep.doctor import doctor
from cascadesim.experiment.sweep.sweep import SweepOptions, resume, sweep
from cascadesim.experiment.sweep.tasks import DIED, FAILED, INVALID, Task
from experiment.sweep.hands import Hands, done, ends


@pytest.fixture
def place(study: Study, tmp_path: Path) -> Path:
    """A finished sweep with its tables as CSV too."""
    done(study, tmp_path / "out", Hands())
    resume(tmp_path / "out", SweepOptions(csv=True))
    return tmp_path / "out"


def _without_parts(place: Path) -> None:
    for part in (place / "parts").iterdir():
        part.unlink()


def test_what_dies_again_is_not_mended(place: Path) -> None:
    _without_parts(place)
    found = doctor(place, SweepOptions(workers=Hands(ends(DIED, *range(12)))))
    assert (found.helped, found.to_do) == (False, 0)
    assert doctor(place, SweepOptions(workers=Hands())).faults == ()
    assert resume(place, SweepOptions(workers=Hands())).bad == {}


def test_what_comes_back_is_mended(place: Path) -> None:
    before = (place / "tables" / "replications.parquet").read_bytes()
    _without_parts(place)
    found = doctor(place, SweepOptions(workers=Hands()))
    assert (found.helped, found.again) == (True, 12)
    assert (place / "tables" / "replications.parquet").read_bytes() == before


def test_another_version_mends_what_needs_no_run(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of what was asked, and a table; but no numbers."""
    monkeypatch.setattr(ward, "code_version", lambda: "9.9+abc")
    (place / "study.json").unlink()
    assert doctor(place).helped
    (place / "tables" / "points.parquet").unlink()
    assert doctor(place).helped
    assert (place / "tables" / "points.parquet").is_file()
    _without_parts(place)
    assert not doctor(place).helped


def test_csv_tables_follow(place: Path) -> None:
    _without_parts(place)
    doctor(place, SweepOptions(workers=Hands(ends(FAILED, *range(12)))))
    assert list(read_table(place / "tables" / "points.parquet")["status"]) == [FAILED] * 4
    assert (place / "tables" / "points.csv").read_text().count(f",{FAILED},") == 4


def test_failures_of_earlier_sittings_count(study: Study, tmp_path: Path) -> None:
    """One is allowed, and there were two: each sitting would otherwise allow for one more."""
    hands = Hands(ends(INVALID, 0, 4, 8))
    first = sweep(study, tmp_path / "out", SweepOptions(max_failures=1, workers=hands))
    assert (first.complete, sum(first.bad.values())) == (False, 2)
    again = resume(tmp_path / "out", SweepOptions(max_failures=1, workers=hands))
    assert not again.complete
    assert again.computed == 0


def test_the_version_holds_what_decides_on_points() -> None:
    """Sources of studies, runs and cells are among what it is made of."""
    from cascadesim.experiment import code_version

    package = Path(code_version.__file__).parents[2]
    found = {path.name for pattern in code_version._PARTS for path in package.glob(pattern)}
    assert {"designs.py", "places_moved.py", "cells.py", "runs.py", "kernel.py", "care.py", "schema.py"} <= found
    assert "+" in code_version()


def test_a_slip_while_a_scenario_is_made_is_a_row(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    from cascadesim.experiment.sweep import tasks

    def fail(*_: object, **__: object) -> None:
        raise ValueError("no such thing")

    point = study.points[1]
    job = tasks.Job(study.bases, study.seed, study.measures)
    work = job.worker()
    task = Task(3, 1, 0, 10, point.base, point.changes)
    with monkeypatch.context() as patched:
        patched.setattr(cells, "with_changes", fail)
        outcome = work(task)
    assert (outcome.status, outcome.problem) == (FAILED, "ValueError: no such thing")
    assert work(task).status == "done"


def test_a_sweep_stops_at_once_when_it_has_too_many(study: Study, tmp_path: Path) -> None:
    hands = Hands(ends(INVALID, 0))
    sweep(study, tmp_path / "out", SweepOptions(max_failures=0, workers=hands))
    assert not resume(tmp_path / "out", SweepOptions(max_failures=0, workers=hands)).complete
    assert resume(tmp_path / "out", SweepOptions(workers=hands)).complete
