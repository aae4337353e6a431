"""A fault in an engine is found, told and made small; a process that dies is a difference like any other.

What a difference does not need is taken away, everything else stays.
"""

from __future__ import annotations

import copy
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cascadesim import load
from cascadesim.devtools.engine_comparison import compare, search
from cascadesim.devtools.engine_comparison.command import difference_text, last_line
from cascadesim.devtools.engine_comparison.compare import Comparison, ComparisonRequest, compare_engines
from cascadesim.devtools.engine_comparison.search import shrink
from cascadesim.devtools.random_scenarios.document import seeded, to_toml
from cascadesim.engine.backends import SIMPY, Runner
from cascadesim.model.enums import Event
from cascadesim.model.replication import Tally
from devtools.inline import DEADLY, compare_inline, deadly

SECONDS = 10.0
LONG = 20.0


class SessionsLast(Runner):
    """On SimPy, an engine that tells sessions after everything else of their instant."""

    def __call__(self, seed: int, replication: int, log: bool) -> Tally:
        tally = super().__call__(seed, replication, log)
        if self.engine != SIMPY or tally.log is None:
            return tally
        rows = sorted(tally.log, key=lambda row: (row.minute, row.event == Event.SESSION))
        return replace(tally, log=tuple(rows))


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine with a fault, in this process."""
    monkeypatch.setattr(compare, "Runner", SessionsLast)
    compare_inline(monkeypatch)


@pytest.mark.usefixtures("faulty")
def test_a_fault_is_found_and_made_small(tmp_path: Path) -> None:
    result = search.search(1, 200)
    assert result.failed is not None and result.failed.difference is not None
    assert result.failed.difference.row >= 0
    assert last_line(result).startswith("DIFFERENT")
    toml, smaller = search.smallest(result.failed, SECONDS)
    assert len(toml) < len(to_toml(seeded(result.failed.request.seed))) / 3
    assert smaller.difference is not None
    path = tmp_path / "small.toml"
    path.write_text(toml, encoding="utf-8")
    again = compare_engines(ComparisonRequest(smaller.request.seed, smaller.request.replication, str(path)))
    assert again.difference == smaller.difference
    text = difference_text(again)
    assert f"row {again.difference.row} of the event log differs" in text
    assert "SimPy:" in text and "compiled:" in text and f"> {again.difference.row}: minute " in text


@pytest.mark.usefixtures("faulty")
def test_a_file_is_made_small_too(tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    path.write_text(to_toml(seeded(1)), encoding="utf-8")
    requests = [search.request_of(seed, str(path)) for seed in range(20)]
    failed = next(comparison for comparison in map(compare_engines, requests) if comparison.difference)
    toml, smaller = search.smallest(failed, 2.0)
    assert smaller.difference is not None and len(toml) < len(to_toml(load(path).resolved())) / 2
    assert tomllib.loads(toml)["cascade"]


def test_a_process_that_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "compare_engines", deadly)
    for jobs in (1, 2):
        result = search.search(1, 10, jobs=jobs)
        assert result.failed is not None and result.failed.difference is not None
        assert result.failed.request.seed == DEADLY
        assert result.scenarios == DEADLY
        assert "ended the process" in result.failed.difference.what
        assert "exit code 7" in result.failed.difference.compiled[0]


def test_numbers_that_give_no_scenario_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def every_third(request: ComparisonRequest) -> Comparison:
        asked.append(request.seed)
        return Comparison(request, valid=request.seed % 3 != 0, rows=1)

    monkeypatch.setattr(search, "compare_engines", every_third)
    compare_inline(monkeypatch)
    counted: list[Any] = []
    result = search.search(1, 10, progress=lambda done, total: counted.append((done, total)))
    assert (result.scenarios, result.invalid, asked) == (10, 4, list(range(1, 15)))
    assert counted[-1] == (10, 10)


def test_replications_vary() -> None:
    assert {search.request_of(seed).replication for seed in range(20)} == set(range(search.REPLICATIONS))


def test_what_is_needed_stays() -> None:
    document = {"a": {"b": 12, "c": [1, 2, 3, 4]}, "d": {"e": 0.37}, "f": "g"}
    before = copy.deepcopy(document)

    def differs(data: dict[str, Any]) -> bool:
        return 3 in data.get("a", {}).get("c", ()) and data.get("d", {}).get("e", 0) > 0.3

    assert shrink(document, differs, LONG) == {"a": {"c": [3]}, "d": {"e": 1.0}}
    assert document == before


def test_numbers_become_small() -> None:
    assert shrink({"n": 37, "x": 8.5}, lambda data: data.get("n", 0) > 4 and data.get("x", 0) > 1, LONG) == {
        "n": 5,
        "x": 2.0,
    }


def test_a_distribution_becomes_a_number() -> None:
    def differs(data: dict[str, Any]) -> bool:
        patience = data.get("patience")
        return isinstance(patience, float) or (isinstance(patience, dict) and len(patience) == 3)

    patience = {"dist": "lognormal", "mean": 7.0, "cv": 0.5}
    assert shrink({"patience": patience}, differs, LONG) == {"patience": 0.0}


def test_a_tier_goes_with_all_that_speaks_of_it() -> None:
    """By itself neither its table nor its place in the cascade could go: the rest would not be a scenario."""
    document = {"cascade": ["one", "two"], "tier": {"one": {"initial": 1}, "two": {"initial": 1}}}
    small = shrink(document, lambda data: data.get("cascade", []) == list(data.get("tier", [])) != [], LONG)
    assert small in ({"cascade": ["one"], "tier": {"one": {}}}, {"cascade": ["two"], "tier": {"two": {}}})


def test_no_time_no_change() -> None:
    assert shrink(seeded(1), lambda _: True, -1.0) == seeded(1)


def test_what_always_differs_vanishes() -> None:
    assert shrink(seeded(1), lambda _: True, LONG) == {}
