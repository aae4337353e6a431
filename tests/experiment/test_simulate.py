"""One replication: what it is asked, what it answers, what it refuses."""

from __future__ import annotations

import dataclasses
import math
import pickle
from typing import Any

import numpy as np
import pytest

from cascadesim import Scenario, simulate
from cascadesim.errors import UsageError
from cascadesim.experiment.simulate import EVENT_COLUMNS, Kpis, Rows


def test_a_run_knows_its_question_and_is_short_to_print(small: Scenario) -> None:
    run = simulate(small, seed=5, replication=3)
    assert (run.scenario, run.seed, run.replication, run.events) == (small, 5, 3, None)
    assert repr(run) == f"<Run of small: seed 5, replication 3, {len(run.kpis)} KPIs, 30 intervals, no event log>"
    assert len(repr(run.kpis)) < 40
    assert len(repr(run.trajectories)) < 60


def test_nothing_of_a_run_can_be_edited(small: Scenario) -> None:
    run = simulate(small)
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.seed = 2  # type: ignore[misc]
    with pytest.raises(TypeError):
        run.kpis["clients.referred"] = 0.0  # type: ignore[index]


def test_runs_are_equal_when_everything_is(small: Scenario) -> None:
    run = simulate(small)
    again = simulate(small)
    assert run == again
    assert hash(run) == hash(again)
    assert run == pickle.loads(pickle.dumps(run))
    assert run != simulate(small, seed=2)
    assert run != simulate(small, replication=1)
    assert simulate(small, events=True).kpis == run.kpis


def test_kpis_are_equal_where_both_are_undefined() -> None:
    assert Kpis({"a": math.nan, "b": 1.0}) == Kpis({"a": float("nan"), "b": 1.0})
    assert Kpis({"a": math.nan}) != Kpis({"a": 1.0})
    assert Kpis({"a": 1.0}) != Kpis({"b": 1.0})
    assert Kpis({}) != 3


def test_frames(small: Scenario) -> None:
    run = simulate(small, replication=2, events=True)
    kpis, trajectories, events = run.kpis_frame(), run.trajectories_frame(), run.events_frame()
    assert list(kpis) == ["replication", *run.kpis]
    assert kpis.loc[0, "replication"] == 2
    assert list(trajectories)[:2] == ["replication", "week"]
    assert list(trajectories["week"]) == list(range(1, 31))
    assert set(trajectories["replication"]) == {2}
    assert tuple(events) == EVENT_COLUMNS
    assert list(events["row"]) == list(range(len(events)))
    assert events["minute"].is_monotonic_increasing
    first = events.iloc[0]
    assert (first["event"], first["kind"], first["key"], first["tier"]) == (
        "recruited",
        "worker",
        "alpha:initial:0",
        "alpha",
    )


def test_frames_without_rows_keep_their_types() -> None:
    frame = Rows(("replication", "event", "week"), ()).frame()
    assert [dtype.kind for dtype in frame.dtypes][::2] == ["i", "f"]


def test_a_log_that_was_not_kept_is_refused_with_the_way_to_get_it(small: Scenario) -> None:
    with pytest.raises(UsageError, match="no event log") as caught:
        simulate(small).events_frame()
    assert "events=True" in caught.value.problems[0].hint


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, "1", True, None])
def test_a_seed_out_of_range_is_refused(small: Scenario, seed: Any) -> None:
    with pytest.raises(UsageError, match="seed: ") as caught:
        simulate(small, seed=seed)
    assert "from 0 to 9223372036854775807" in caught.value.problems[0].hint


@pytest.mark.parametrize("seed", [0, 2**63 - 1, np.int64(7)])
def test_every_seed_in_range_is_taken(small: Scenario, seed: int) -> None:
    assert simulate(small, seed=seed).seed == int(seed)


def test_what_is_not_a_scenario_is_refused() -> None:
    with pytest.raises(UsageError, match="needs a Scenario, got str"):
        simulate("plan.toml")  # type: ignore[arg-type]
