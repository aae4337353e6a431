"""What the doctor says of itself: repaired only where what was done is done again; and copies that do not go stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from cascadesim import read_table
from cascadesim.experiment.study.study import Study
from cascadesim.experiment.sweep.sweep import SweepOptions, doctor, resume, sweep
from cascadesim.experiment.sweep.tasks import DIED, FAILED, INVALID
from experiment.sweep.fake_workers import FakeWorkers, done, ends


@pytest.fixture
def place(study: Study, tmp_path: Path) -> Path:
    """A finished sweep with its tables as CSV too."""
    done(study, tmp_path / "out", FakeWorkers())
    resume(tmp_path / "out", SweepOptions(csv=True))
    return tmp_path / "out"


def _without_parts(place: Path) -> None:
    for part in (place / "parts").iterdir():
        part.unlink()


def test_what_dies_again_is_not_repaired(place: Path) -> None:
    _without_parts(place)
    found = doctor(place, SweepOptions(workers=FakeWorkers(ends(DIED, *range(12)))))
    assert (found.helped, found.to_do) == (False, 0)
    assert doctor(place, SweepOptions(workers=FakeWorkers())).faults == ()
    assert resume(place, SweepOptions(workers=FakeWorkers())).bad == {}


def test_what_comes_back_is_repaired(place: Path) -> None:
    before = (place / "tables" / "replications.parquet").read_bytes()
    _without_parts(place)
    found = doctor(place, SweepOptions(workers=FakeWorkers()))
    assert (found.helped, found.again) == (True, 12)
    assert (place / "tables" / "replications.parquet").read_bytes() == before


def test_another_version_repairs_what_needs_no_run(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of what was asked, and a table; but no numbers."""
    monkeypatch.setattr("cascadesim.experiment.sweep.sweep.code_version", lambda: "9.9+abc")
    (place / "study.json").unlink()
    assert doctor(place).helped
    (place / "tables" / "settings.parquet").unlink()
    assert doctor(place).helped
    assert (place / "tables" / "settings.parquet").is_file()
    _without_parts(place)
    assert not doctor(place).helped


def test_csv_tables_follow(place: Path) -> None:
    _without_parts(place)
    doctor(place, SweepOptions(workers=FakeWorkers(ends(FAILED, *range(12)))))
    assert list(read_table(place / "tables" / "settings.parquet")["status"]) == [FAILED] * 4
    assert (place / "tables" / "settings.csv").read_text().count(f",{FAILED},") == 4


def test_failures_of_earlier_sessions_count(study: Study, tmp_path: Path) -> None:
    """One is allowed, and there were two: each session would otherwise allow for one more."""
    workers = FakeWorkers(ends(INVALID, 0, 4, 8))
    first = sweep(study, tmp_path / "out", SweepOptions(max_failures=1, workers=workers))
    assert (first.complete, sum(first.bad.values())) == (False, 2)
    again = resume(tmp_path / "out", SweepOptions(max_failures=1, workers=workers))
    assert not again.complete
    assert again.computed == 0


def test_a_sweep_stops_at_once_when_it_has_too_many(study: Study, tmp_path: Path) -> None:
    workers = FakeWorkers(ends(INVALID, 0))
    sweep(study, tmp_path / "out", SweepOptions(max_failures=0, workers=workers))
    assert not resume(tmp_path / "out", SweepOptions(max_failures=0, workers=workers)).complete
    assert resume(tmp_path / "out", SweepOptions(workers=workers)).complete
