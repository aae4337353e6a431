"""Many replications, of one scenario or of many in one call: the same whoever else runs, in order, in memory that is
used again, and only what the caller wants is kept.
"""

from __future__ import annotations

import threading
import weakref
from pathlib import Path
from typing import Any

import pytest

from cascadesim import Run, Scenario, keep_run, keep_trajectories, load, replicate, replicate_all, simulate
from cascadesim.engine.runtime.compiled import CompiledRuntime
from cascadesim.errors import UsageError
from cascadesim.experiment.simulate import prepare

SCENARIOS = Path(__file__).parents[2] / "scenarios"
OTHER = load(SCENARIOS / "nairobi-funnel.toml").with_(replications=3)


def test_a_replication_is_the_same_among_few_and_among_many(small: Scenario) -> None:
    few, many = replicate(small, 3, seed=9), replicate(small, 12, seed=9)
    assert few.kept == many.kept[:3]
    assert many[2] == simulate(small, seed=9, replication=2).kpis
    assert len(set(many.kpis_frame()["clients.referred"])) > 1


def test_the_scenario_says_how_many_by_default(small: Scenario) -> None:
    found = replicate(small)
    assert (len(found), found.seed, found.scenario) == (4, 1, small)
    assert repr(found) == "<Replications of small: seed 1, 4 kept, each Kpis>"
    assert list(found) == list(found.kept)


def test_processes_change_nothing(small: Scenario) -> None:
    assert replicate(small, 5, jobs=2, keep=keep_run, events=True) == replicate(small, 5, keep=keep_run, events=True)


def test_what_to_keep_is_an_argument(small: Scenario) -> None:
    runs = replicate(small, 2, keep=keep_run, events=True)
    assert list(runs.kpis_frame()["replication"]) == [0, 1]
    assert len(runs.trajectories_frame()) == 2 * 30
    assert set(runs.events_frame()["replication"]) == {0, 1}
    assert replicate(small, 2, keep=keep_trajectories).trajectories_frame().equals(runs.trajectories_frame())
    own = replicate(small, 2, keep=lambda run: {"week": run.kpis["clients.first_start_week"]})
    assert list(own.kpis_frame()) == ["replication", "week"]


@pytest.mark.parametrize("frame", ["trajectories_frame", "events_frame"])
def test_a_frame_of_what_was_not_kept_is_refused(small: Scenario, frame: str) -> None:
    with pytest.raises(UsageError, match="did not keep") as caught:
        getattr(replicate(small, 1), frame)()
    assert "keep_run" in caught.value.problems[0].hint


def test_progress_is_told(small: Scenario) -> None:
    told: list[tuple[int, int]] = []
    replicate(small, 3, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("wrong", [{"n": 0}, {"n": 2.0}, {"n": 10**7}, {"jobs": 0}, {"jobs": "2"}, {"seed": -1}])
def test_numbers_out_of_range_are_refused(small: Scenario, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="is not allowed") as caught:
        replicate(small, **{"n": 1} | wrong)
    assert "whole number from" in caught.value.problems[0].hint


@pytest.fixture
def points(small: Scenario) -> dict[str, Scenario]:
    """Two of one kind with another in between, with groups of clients and attendance, and one without any client."""
    alone = load(SCENARIOS / "dhaka-chw.toml").with_(replications=2)
    more = small.with_(**{"clients.sessions": 6, "replications": 7})
    return {"few": small, "other": OTHER, "alone": alone, "more": more}


@pytest.mark.parametrize(("engine", "jobs"), [("compiled", 1), ("compiled", 2), ("compiled", 5), ("simpy", 1)])
def test_many_scenarios_are_the_same_as_one_by_one(points: dict[str, Scenario], engine: str, jobs: int) -> None:
    """Event logs too, although each thread goes through scenarios of different shapes in one and the same memory."""
    found = replicate_all(points, seed=4, keep=keep_run, events=True, jobs=jobs, engine=engine)
    assert list(found) == list(points)
    for name, scenario in points.items():
        assert found[name] == replicate(scenario, seed=4, keep=keep_run, events=True, engine="compiled"), name
    assert [len(each) for each in found.values()] == [4, 3, 2, 7]


def test_many_scenarios_in_processes_are_the_same(small: Scenario) -> None:
    points = {1: small, 2: small.with_(**{"clients.sessions": 6})}
    found = replicate_all(points, 3, keep=keep_run, jobs=2, engine="simpy")
    assert found == {name: replicate(each, 3, keep=keep_run) for name, each in points.items()}


def test_a_thread_takes_its_memory_along(small: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[CompiledRuntime] = []
    begin = CompiledRuntime.__init__

    def counted(self: CompiledRuntime, *arguments: Any) -> None:
        made.append(self)
        begin(self, *arguments)

    monkeypatch.setattr(CompiledRuntime, "__init__", counted)
    replicate_all(dict(enumerate([small, OTHER] * 5)), 2, engine="compiled")
    assert len(made) == 1
    replicate_all(dict(enumerate([small, OTHER] * 5)), 2, engine="compiled", jobs=3)
    assert 2 <= len(made) <= 4


@pytest.mark.parametrize("jobs", [1, 3])
def test_scenarios_are_made_ready_in_turn_and_dropped(
    small: Scenario, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never more at a time than those that the threads turn from and to."""
    ready: list[weakref.ref[Any]] = []
    most = 0

    def watched(*arguments: Any) -> Any:
        nonlocal most
        prepared = prepare(*arguments)
        ready.append(weakref.ref(prepared))
        most = max(most, sum(other() is not None for other in ready))
        return prepared

    monkeypatch.setattr("cascadesim.experiment.replicate.prepare", watched)
    replicate_all(dict(enumerate([small] * 30)), 2, engine="compiled", jobs=jobs)
    assert len(ready) == 30 and most <= 2 * jobs


def test_nobody_idles_at_the_end_of_a_scenario(small: Scenario) -> None:
    """Two threads and two scenarios, of 1 and of 9 replications: who is done with the short one helps with the long
    one. Each thread waits for the other in its first three turns, so that neither does all."""
    meeting = threading.Barrier(2)
    turns: dict[tuple[int, int], int] = {}
    taken: dict[int, int] = {}

    def keep(run: Run) -> int:
        me = threading.get_ident()
        taken[me] = taken.get(me, 0) + 1
        turns[(run.scenario.replications, run.replication)] = me
        if taken[me] <= 3:
            meeting.wait(timeout=60)
        return me

    points = {"short": small.with_(replications=1), "long": small.with_(replications=9)}
    found = replicate_all(points, keep=keep, jobs=2, engine="compiled")
    assert len(found["short"]) == 1 and len(set(found["long"].kept)) == 2


def test_progress_counts_all_scenarios(small: Scenario) -> None:
    told: list[tuple[int, int]] = []
    replicate_all({"a": small, "b": small}, 2, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_no_scenario_is_no_work() -> None:
    assert replicate_all({}, 2, jobs=2) == {}


def test_what_is_no_scenario_is_refused_before_anything_runs(small: Scenario) -> None:
    def keep(run: Run) -> None:
        raise AssertionError(run)

    with pytest.raises(UsageError, match=r"^b: needs a Scenario, got str"):
        replicate_all({"a": small, "b": "small.toml"}, keep=keep)  # type: ignore[dict-item]
    with pytest.raises(UsageError, match="needs scenarios by name, got list") as fault:
        replicate_all([small])  # type: ignore[arg-type]
    assert "dict(enumerate(scenarios))" in fault.value.problems[0].hint
    with pytest.raises(UsageError, match="jobs: 0 is not allowed"):
        replicate_all({"a": small}, jobs=0)


def test_a_fault_in_a_thread_ends_them_all(small: Scenario) -> None:
    def keep(run: Run) -> float:
        return 1 / (run.replication - 3)

    with pytest.raises(ZeroDivisionError):
        replicate_all(dict(enumerate([small] * 4)), 5, keep=keep, jobs=2, engine="compiled")


def test_each_run_is_under_the_name_of_its_scenario(small: Scenario) -> None:
    """Against single runs, so that no place and no number is mixed up."""
    points = {sessions: small.with_(**{"clients.sessions": sessions}) for sessions in (2, 3, 4)}
    found = replicate_all(points, 3, seed=2, jobs=2)
    for sessions, scenario in points.items():
        assert found[sessions].scenario == scenario
        for replication in range(3):
            assert found[sessions][replication] == simulate(scenario, seed=2, replication=replication).kpis
