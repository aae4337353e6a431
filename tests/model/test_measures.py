"""Measures and trajectories from small tallies, by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from cascadesim.errors import UsageError
from cascadesim.model.codes import WEEK_MINUTES
from cascadesim.model.layout import Layout, lay_out
from cascadesim.model.measures import better, measure, trajectory_columns, trajectory_rows, unit_of
from cascadesim.model.plan import ClientPlan, Draw, Plan, PracticePlan, TierPlan
from cascadesim.model.readings import quantile_weeks
from cascadesim.model.tally import Snapshot, Tally

W = WEEK_MINUTES
ONE = Draw("constant", (1.0,))
NO_PRACTICE = PracticePlan("none", 0, 0, 0, False, 0)


def tier_plan(level: int, name: str, delivers: bool, exits: tuple[str, ...] = ()) -> TierPlan:
    return TierPlan(
        level, name, delivers, False, ONE, 0.0, 1, 0, (), (), None, 1, 1, 0, None, NO_PRACTICE, None, (), exits
    )


PLAN = Plan(
    horizon=4 * W,
    measure_from=2 * W,
    snapshots=(W, 2 * W, 3 * W, 4 * W),
    trajectory=(2 * W, 4 * W),
    reports=((3, 3 * W),),
    tiers=(tier_plan(0, "top", False), tier_plan(1, "low", True, ("failed_training", "moved"))),
    clients=ClientPlan(1, 60, ONE, 1.0, 1.0, 0.0, -1, None, True, None, ()),
)
LAYOUT = lay_out(PLAN)


def snapshot(layout: Layout, minute: int, **told: int) -> Snapshot:
    """`level__`, `area__` or `count__` and the name, with `_._` for a dot; the rest is 0."""
    values = {"level": [0] * len(layout.levels), "area": [0] * len(layout.levels), "count": [0] * len(layout.counts)}
    for key, value in told.items():
        what, _, name = key.partition("__")
        names = layout.counts if what == "count" else layout.levels
        values[what][names.index(name.replace("_._", "."))] = value
    moments = (level * minute - area for level, area in zip(values["level"], values["area"], strict=True))
    return Snapshot(minute, tuple(values["level"]), tuple(moments), tuple(values["count"]))


def tally() -> Tally:
    """Two weeks before the window (to be taken off), then two weeks inside it."""
    low, care = "tier_._low_._", "clients_._"
    before = {
        f"area__{low}active": 4 * W,
        f"area__{low}available_rate": 1200 * W,
        f"area__{low}rate_._clients": 300 * W,
        f"area__{low}waiting_._seat_._supervisor_hours": W,
        f"count__{low}recruited": 2,
        f"count__{low}certified": 2,
    }
    after = {
        f"area__{low}active": 10 * W,
        f"area__{low}apprentice": 2 * W,
        f"area__{low}unsupervised": 2 * W,
        f"area__{low}idle_active": 3 * W,
        f"area__{low}available_rate": 3600 * W,
        f"area__{low}rate_._clients": 900 * W,
        f"area__{low}rate_._supervision_received": 300 * W,
        f"area__{low}rate_._training_taken": 600 * W,
        f"area__{low}overtime_rate": 120 * W,
        f"area__{low}waiting_._seat_._supervisor_hours": 4 * W,
        f"area__{care}waiting": 5 * W,
        f"area__{care}waiting_._care_._caseload": 5 * W,
        f"count__{low}recruited": 6,
        f"count__{low}entered_course": 4,
        f"count__{low}passed": 3,
        f"count__{low}certified": 5,
        f"count__{low}exits_._moved": 1,
        f"count__{low}exited": 1,
        f"count__{care}referred": 5,
        f"count__{care}started": 4,
        f"count__{care}completed": 2,
        f"count__{care}sessions_attended": 8,
        f"count__{care}sessions_unsupervised": 2,
        f"count__{care}no_shows": 2,
    }
    reading = {f"level__{low}active": 3, f"count__{low}certified": 4, f"count__{care}started": 1}
    return Tally(
        snapshots=(
            snapshot(LAYOUT, W),
            snapshot(LAYOUT, 2 * W, **before),
            snapshot(LAYOUT, 3 * W, **before | reading),
            snapshot(LAYOUT, 4 * W, **after),
        ),
        waits=(2 * W, 0, 3 * W, W),
        still_waiting=(W // 2,),
        at_end=(1, 0, 2),
        first_start=W + W // 2,
        first_full=(0, -1),
        events=9,
        log=None,
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
    "tier.low.recruited": 4,  # 6 less the 2 before the window
    "tier.low.certified": 3,
    "tier.low.certified_at_week_3": 4,  # a reading counts from week 0
    "tier.low.active_at_week_3": 3,
    "tier.low.exits.moved": 1,
    "tier.low.exits.failed_training": 0,
    "tier.low.active_mean": (10 - 4) / 2,
    "tier.low.utilisation": (900 - 300 + 300) / 2400,
    "tier.low.overtime_share": 120 / 2400,
    "tier.low.share.training_taken": 600 / 2400,
    "tier.low.supervised_share": 1 - 2 / 8,
    "tier.low.idle_trained_share": 3 / 6,
    "tier.low.course_yield": 3 / 4,
    "tier.low.certified_yield": 3 / 4,
    "tier.low.waiting.seat.supervisor_hours_weeks": 3,
    "tier.top.full_complement_week": 0,
}


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name: str) -> None:
    assert measure(PLAN, LAYOUT, tally())[name] == pytest.approx(BY_HAND[name], rel=1e-15)


@pytest.mark.parametrize(
    "name",
    ["tier.low.full_complement_week", "tier.top.utilisation", "tier.top.course_yield", "tier.top.supervised_share"],
)
def test_undefined_is_nan(name: str) -> None:
    assert math.isnan(measure(PLAN, LAYOUT, tally())[name])


def test_order_clients_first_then_tiers_from_the_top() -> None:
    owners = [name.rsplit(".")[0] + name.split(".")[1] for name in measure(PLAN, LAYOUT, tally())]
    firsts = [name for name in measure(PLAN, LAYOUT, tally()) if name.startswith("tier.")]
    assert owners[0].startswith("clients")
    assert [name.split(".")[1] for name in firsts] == sorted((n.split(".")[1] for n in firsts), reverse=True)
    assert not any("idle_trained" in name for name in firsts if name.startswith("tier.top."))


def test_without_clients() -> None:
    plan = replace(PLAN, clients=None)
    assert not [name for name in measure(plan, LAYOUT, tally()) if name.startswith("clients")]
    assert not [name for name in trajectory_columns(plan, LAYOUT) if name.startswith("clients")]


def test_every_measure_has_a_unit_and_direction() -> None:
    for name in measure(PLAN, LAYOUT, tally()):
        assert unit_of(name)
        assert better(name) in ("higher", "lower", "")
    assert unit_of("tier.low.waiting.seat.supervisor_hours_weeks") == "person-weeks"
    assert unit_of("tier.a.active_at_week_26") == "people"
    assert better("clients.wait_p90_weeks") == "lower"
    with pytest.raises(UsageError, match="completd") as caught:
        unit_of("clients.completd")
    assert caught.value.problems[0].hint == "Did you mean completed?"


def test_trajectories_are_interval_means_and_totals() -> None:
    columns = trajectory_columns(PLAN, LAYOUT)
    rows = [dict(zip(columns, row, strict=True)) for row in trajectory_rows(PLAN, LAYOUT, tally())]
    assert [row["week"] for row in rows] == [2.0, 4.0]
    assert [row["tier.low.active"] for row in rows] == [4 / 2, 6 / 2]
    assert [row["tier.low.hours.available"] for row in rows] == [1200 / 60 / 2, 2400 / 60 / 2]
    assert [row["tier.low.waiting.seat.supervisor_hours"] for row in rows] == [0.5, 1.5]
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
    assert measure(plan, LAYOUT, tally())["tier.low.recruited"] == 6
