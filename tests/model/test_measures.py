"""Measures and trajectories from small tallies, by hand."""

from __future__ import annotations

import math
from array import array
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cascadesim import simulate
from cascadesim.errors import UsageError
from cascadesim.model.measures import better, depends_on, margin_of, measure, measure_names, unit_of
from cascadesim.model.measures.trajectories import Trajectories, trajectory_columns
from cascadesim.model.measures.types import quantile_weeks
from cascadesim.model.replication import Tally
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.compile import measure_names as names_of
from model.tallies import BARE, RICH, W, packed, scenario, snapshot, tally

PLAN, LAYOUT = packed(BARE)


def bare() -> Tally:
    """Two weeks before the window (to be taken off), then two weeks inside it."""
    before = {
        "area tier.low.active": 4 * W,
        "area tier.low.available_rate": 1200 * W,
        "area tier.low.rate.clients": 300 * W,
        "area tier.low.waiting.supervision_place.supervisor_hours": W,
        "count tier.low.recruited": 2,
        "count tier.low.certified": 2,
    }
    after = {
        "area tier.low.active": 10 * W,
        "area tier.low.apprentice": 2 * W,
        "area tier.low.unsupervised": 2 * W,
        "area tier.low.idle_active": 3 * W,
        "area tier.low.available_rate": 3600 * W,
        "area tier.low.rate.clients": 900 * W,
        "area tier.low.rate.supervision_received": 300 * W,
        "area tier.low.rate.training_taken": 600 * W,
        "area tier.low.course_rate": 480 * W,
        "area tier.low.overtime_rate": 120 * W,
        "area tier.low.waiting.supervision_place.supervisor_hours": 4 * W,
        "area clients.waiting": 5 * W,
        "area clients.waiting.care.caseload": 5 * W,
        "count tier.low.recruited": 6,
        "count tier.low.entered_course": 4,
        "count tier.low.passed": 3,
        "count tier.low.certified": 5,
        "count tier.low.recruits_closed": 4,
        "count tier.low.recruits_certified": 3,
        "count tier.low.entries_closed": 4,
        "count tier.low.entries_passed": 3,
        "count tier.low.exits.moved": 1,
        "count tier.low.exited": 1,
        "count clients.referred": 5,
        "count clients.started": 4,
        "count clients.completed": 2,
        "count clients.sessions_attended": 8,
        "count clients.sessions_unsupervised": 2,
        "count clients.no_shows": 2,
        "count clients.closed": 3,
        "count clients.closed_sessions": 9,
        "count clients.closed_sessions_squared": 41,
    }
    reading = {"level tier.low.active": 3, "count tier.low.certified": 4, "count clients.started": 1}
    return tally(
        snapshot(LAYOUT, W),
        snapshot(LAYOUT, 2 * W, before),
        snapshot(LAYOUT, 3 * W, before | reading),
        snapshot(LAYOUT, 4 * W, after),
        waits=array("q", (2 * W, 0, 3 * W, W)),
        still_waiting=(W // 2,),
        at_end=(1, 0, 2),
        first_start=W + W // 2,
        first_full=(0, -1),
        taught=((3 * 5040, 0, 2520, 2520, 0), ()),
        classes=((5, 4, 2, 6 * W, 3, 7),),
    )


BY_HAND = {
    "clients.referred": 5,
    "clients.coverage": 4 / 5,
    "clients.sessions_unsupervised_share": 2 / 8,
    "clients.no_show_share": 2 / 10,
    "clients.wait_mean_weeks": 6 / 4,
    "clients.wait_median_weeks": 1.5,  # of 0, 1, 2, 3: halfway between 1 and 2
    "clients.wait_p90_weeks": 2.7,  # at place 2.7 of 0 to 3
    "clients.still_waiting_mean_weeks": 0.5,
    "clients.first_start_week": 1.5,
    "clients.waiting_at_end": 1,
    "clients.in_care_at_end": 2,
    "clients.waiting_mean": 5 / 2,
    "clients.waiting.care.caseload_weeks": 5,
    "clients.started_at_week_3": 1,
    "clients.sessions_mean": 3,  # such as 6, 2 and 1 sessions: a sum of 9, squares of 41
    "clients.sessions_sd": math.sqrt((9 + 1 + 4) / 2),
    "tier.low.recruited": 4,  # 6 less the 2 before the window
    "tier.low.certified": 3,
    "tier.low.certified_at_week_3": 4,  # a reading counts from week 0
    "tier.low.active_at_week_3": 3,
    "tier.low.exits.moved": 1,
    "tier.low.exits.failed_training": 0,
    "tier.low.active_mean": (10 - 4) / 2,
    "tier.low.utilisation": (900 - 300 + 300 + 600 - 480) / 2400,  # refreshers, but not the first course
    "tier.low.overtime_share": 120 / 2400,
    "tier.low.share.training_taken": (600 - 480) / 2400,  # the same
    "tier.low.supervised_share": 1 - 2 / 8,
    "tier.low.idle_trained_share": 3 / 6,
    "tier.low.course_yield": 3 / 4,
    "tier.low.certified_yield": 3 / 4,
    "tier.low.waiting.supervision_place.supervisor_hours_weeks": 3,
    "tier.top.full_strength_week": 0,
    "tier.top.graduates_per_trainer_mean": 4 / 5,  # of 3, 0, 1/2, 1/2 and 0
    "tier.top.graduates_per_trainer_sd": math.sqrt((2.2**2 + 2 * 0.8**2 + 2 * 0.3**2) / 4),
    "tier.top.graduates_per_trainer_p90": 0.5 + 0.6 * 2.5,  # at place 3.6 of 0, 0, 1/2, 1/2, 3
    "tier.top.graduates_per_trainer_max": 3,
    "tier.top.never_trained_share": 2 / 5,
}


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name: str) -> None:
    assert measure(PLAN, LAYOUT, bare())[name] == pytest.approx(BY_HAND[name], rel=1e-14)


@pytest.mark.parametrize(
    "name",
    ["tier.low.full_strength_week", "tier.top.utilisation", "tier.top.course_yield", "tier.top.supervised_share"],
)
def test_undefined_is_nan(name: str) -> None:
    assert math.isnan(measure(PLAN, LAYOUT, bare())[name])


def test_order_clients_first_then_tiers_from_the_top() -> None:
    found = list(measure(PLAN, LAYOUT, bare()))
    assert found == list(measure_names(PLAN.scope))
    owners = [name.split(".")[1] if name.startswith("tier.") else name.split(".")[0] for name in found]
    assert list(dict.fromkeys(owners)) == ["clients", "top", "low"]
    assert not any("idle_trained" in name for name in found if name.startswith("tier.top."))


def test_without_clients() -> None:
    plan = replace(PLAN, clients=None, scope=replace(PLAN.scope, clients=None))
    assert not [name for name in measure(plan, LAYOUT, bare()) if name.startswith("clients")]
    assert not [name for name in trajectory_columns(plan.scope) if name.startswith("clients")]


@pytest.mark.parametrize("text", [BARE, RICH])
def test_every_measure_has_a_unit_and_direction(text: str) -> None:
    for name in measure_names(packed(text)[0].scope):
        assert unit_of(name)
        assert better(name) in ("higher", "lower", "")


def test_units_and_directions() -> None:
    assert unit_of("tier.low.waiting.supervision_place.supervisor_hours_weeks") == "person-weeks"
    assert unit_of("tier.a.active_at_week_26") == "people"
    assert unit_of("clients.language.Tok Pisin.coverage") == "share"
    assert unit_of("organisation.clarity.east_at_week_4") == "share"
    assert unit_of("tier.peer.competence_mean_at_week_4") == "level"  # may be in standard deviations: no per cent
    assert unit_of("cost.tier.low.service") == "money"
    assert better("clients.wait_p90_weeks") == "lower"
    assert better("tier.low.wave.war.dip_share") == "lower"
    for name in ("exits.promoted", "exits.not_selected", "exited", "hours_changes"):  # no loss, or not of one kind
        assert better(f"tier.low.{name}") == ""
    assert (better("tier.low.exits.war"), better("clients.group_size_mean")) == ("lower", "")
    for name, hint in (("clients.completd", "completed"), ("cost.totl", "total"), ("tier.a.certifed", "certified")):
        with pytest.raises(UsageError, match=name.rpartition(".")[2]) as caught:
            unit_of(name)
        assert caught.value.problems[0].hint == f"Did you mean {hint}?"


SUMS, END, BEGIN, NEITHER = (True, True), (False, True), (True, False), (False, False)


@pytest.mark.parametrize(
    ("names", "depends"),
    [
        ("clients.completed clients.stream.town.started clients.waiting.care.x_weeks clients.reach", SUMS),
        ("tier.low.certified tier.low.exits.war tier.low.graduates_per_trainer_mean organisation.calm.trainings", SUMS),
        ("cost.total cost.tier.low.service", SUMS),
        ("clients.waiting_at_end clients.still_waiting_mean_weeks tier.low.competence_mean", END),
        ("clients.completed_at_week_26", BEGIN),
        ("tier.low.active_at_week_26 tier.low.competence_mean_at_week_4 organisation.calm_at_week_4", NEITHER),
        ("clients.coverage clients.wait_mean_weeks clients.first_start_week clients.stream.town.coverage", NEITHER),
        ("clients.stream.town.wait_mean_weeks tier.low.active_mean tier.low.utilisation cost.per_completed", NEITHER),
        ("tier.low.wave.war.dip_share cost.replacing_share", NEITHER),
    ],
)
def test_which_measures_depend_on_the_weeks_measured(names: str, depends: tuple[bool, bool]) -> None:
    for name in names.split():
        assert depends_on(name) == depends, name


@pytest.mark.parametrize("text", [BARE, RICH])
def test_what_does_not_depend_on_the_weeks_is_a_ratio_a_mean_or_a_date(text: str) -> None:
    """A count that is left out here would be compared with one over other weeks."""
    free = [name for name in measure_names(packed(text)[0].scope) if depends_on(name) == NEITHER]
    for name in (name for name in free if "_at_week_" not in name):
        kind = unit_of(name) in ("share", "week", "weeks", "ratio")
        assert kind or name.endswith(("_mean", "_sd")) or ".per_" in name, name


@pytest.mark.parametrize(
    ("name", "mean", "margin"),
    [
        ("clients.coverage", 0.5, 0.01),
        ("clients.wait_mean_weeks", 3.0, 0.1),
        ("tier.low.full_strength_week", 30.0, 1.0),
        ("tier.low.competence_mean_at_week_4", 0.5, 0.01),
        ("clients.completed", 300.0, 3.0),
        ("cost.total", 1e6, 1e4),
        ("clients.completed", math.nan, 0.0),
        ("clients.started", 300.0, 7.0),
    ],
)
def test_the_smallest_difference_that_matters(name: str, mean: float, margin: float) -> None:
    assert margin_of(name, {"clients.started": 7.0}).at(mean) == pytest.approx(margin)


@pytest.mark.parametrize("text", [BARE, RICH])
@pytest.mark.parametrize("changes", [{}, {"sites": []}, {"clients": None}, {"organisation": {}}])
def test_the_names_are_those_of_a_run(text: str, changes: dict[str, Any]) -> None:
    if "sites" in changes and text == RICH:
        pytest.skip("its people stand under sites")
    changes = {key: value for key, value in changes.items() if value is not None}
    found = scenario(text, **changes)
    assert list(simulate(found, engine="simpy").kpis) == list(measure_names(compile_scenario(found).scope))
    assert names_of(found) == set(measure_names(compile_scenario(found).scope))


NEW = (
    "absen",
    "vaca",
    "competence",
    "cost.",
    "screened",
    "eligible",
    "interpret",
    "adequate",
    "reach",
    "group",
    "stream.",
    "language",
    "site.",
    "organisation.",
    "refresh",
    "promot",
    "replac",
    "run_off",
    "hours_changes",
    "other_duties",
    "research",
    "not_deployed",
    "failed",
    "courses_planned",
    "wave.",
    "no_room",
    "left_for_own",
)


@pytest.mark.parametrize("new", NEW)
def test_what_a_scenario_lacks_is_not_measured(new: str) -> None:
    def found(text: str) -> list[str]:
        return [name for name in measure_names(packed(text)[0].scope) if new in name and "exits." not in name]

    assert not found(BARE)
    assert found(RICH)


def test_trajectories_are_interval_means_and_totals() -> None:
    columns = trajectory_columns(PLAN.scope)
    rows = [dict(zip(columns, row, strict=True)) for row in Trajectories(PLAN, LAYOUT)(bare())]
    assert [row["week"] for row in rows] == [2.0, 4.0]
    assert [row["tier.low.active"] for row in rows] == [4 / 2, 6 / 2]
    assert [row["tier.low.hours.available"] for row in rows] == [1200 / 60 / 2, 2400 / 60 / 2]
    assert [row["tier.low.waiting.supervision_place.supervisor_hours"] for row in rows] == [0.5, 1.5]
    assert [row["tier.low.recruited"] for row in rows] == [2.0, 6.0]
    assert [row["clients.waiting"] for row in rows] == [0.0, 2.5]
    assert [row["clients.started"] for row in rows] == [0.0, 4.0]


def test_quantiles_are_those_of_numpy() -> None:
    numbers = [(7919 * i * i) % 100_003 for i in range(101)]
    for size in (1, 2, 3, 10, 101):
        for top, bottom in ((1, 2), (9, 10)):
            expected = np.quantile(np.array(numbers[:size]), top / bottom) / W
            assert quantile_weeks(numbers[:size], top, bottom) == pytest.approx(expected, rel=1e-12)
    assert math.isnan(quantile_weeks([], 1, 2))


def test_window_from_the_start_takes_nothing_off() -> None:
    plan = replace(PLAN, measure_from=0)
    assert measure(plan, LAYOUT, bare())["tier.low.recruited"] == 6
