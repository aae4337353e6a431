"""Many replications: the same whoever else runs, in order, and only what the caller wants is kept."""

from __future__ import annotations

from typing import Any

import pytest

from cascadesim import Scenario, keep_run, keep_trajectories, replicate, simulate
from cascadesim.errors import UsageError


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
