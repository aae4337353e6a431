"""A fault in an engine is found, told and made small; a process that dies is a difference like any other."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from cascadesim import load
from cascadesim.experiment.twin import search
from cascadesim.experiment.twin.both import judge
from cascadesim.experiment.twin.outcome import Outcome, Subject
from cascadesim.model.codes import Rank
from cascadesim.report.twin import difference_text, last_line
from cascadesim.scenario.generated.toml import to_toml
from cascadesim.scenario.generated.whole import seeded
from twins.inline import DEADLY, Inline, deadly

SECONDS = 10.0


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> search.Search:
    """What comes of a SimPy engine in which sessions end after the exits of their instant."""
    monkeypatch.setattr("cascadesim.engine.care._SESSION_END", int(Rank.HOURS_CHANGE))
    monkeypatch.setattr(search, "WorkerPool", Inline)
    return search.search(1, 200)


def test_a_fault_is_found_and_made_small(faulty: search.Search, tmp_path: Path) -> None:
    assert faulty.failed is not None and faulty.failed.difference is not None
    assert faulty.failed.difference.row >= 0
    assert last_line(faulty).startswith("DIFFERENT")
    toml, outcome = search.smallest(faulty.failed, SECONDS)
    assert len(toml) < len(to_toml(seeded(faulty.failed.subject.seed))) / 3
    assert outcome.difference is not None
    path = tmp_path / "small.toml"
    path.write_text(toml, encoding="utf-8")
    again = judge(Subject(outcome.subject.seed, outcome.subject.replication, str(path)))
    assert again.difference == outcome.difference
    told = difference_text(again)
    assert f"row {again.difference.row} of the event log differs" in told
    assert "SimPy:" in told and "compiled:" in told and f"> {again.difference.row}: minute " in told


def test_a_file_is_made_small_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("cascadesim.engine.care._SESSION_END", int(Rank.HOURS_CHANGE))
    monkeypatch.setattr(search, "WorkerPool", Inline)
    path = tmp_path / "one.toml"
    path.write_text(to_toml(seeded(1)), encoding="utf-8")
    subjects = [search.subject_of(seed, str(path)) for seed in range(20)]
    failed = next(outcome for outcome in map(judge, subjects) if outcome.difference is not None)
    toml, outcome = search.smallest(failed, 2.0)
    assert outcome.difference is not None and len(toml) < len(to_toml(load(path).resolved())) / 2
    assert tomllib.loads(toml)["cascade"]


def test_a_process_that_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "judge", deadly)
    for jobs in (1, 2):
        found = search.search(1, 10, jobs=jobs)
        assert found.failed is not None and found.failed.difference is not None
        assert found.failed.subject.seed == DEADLY
        assert found.scenarios == DEADLY
        assert "ended the process" in found.failed.difference.what
        assert "exit code 7" in found.failed.difference.compiled[0]


def test_numbers_that_give_no_scenario_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def every_third(subject: Subject) -> Outcome:
        asked.append(subject.seed)
        return Outcome(subject, valid=subject.seed % 3 != 0, rows=1)

    monkeypatch.setattr(search, "judge", every_third)
    monkeypatch.setattr(search, "WorkerPool", Inline)
    counted: list[Any] = []
    found = search.search(1, 10, progress=lambda done, total: counted.append((done, total)))
    assert (found.scenarios, found.invalid, asked) == (10, 4, list(range(1, 15)))
    assert counted[-1] == (10, 10)


def test_replications_vary() -> None:
    assert {search.subject_of(seed).replication for seed in range(20)} == set(range(search.REPLICATIONS))
