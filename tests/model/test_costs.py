"""Costs from a small tally, by hand, with what was spent before care begins."""

from __future__ import annotations

import math
import tomllib
from dataclasses import replace

import pytest

from cascadesim.model.measures import measure, measure_names
from cascadesim.model.replication import Tally
from model.tallies import BARE, RICH, W, packed, snapshot, tally

PLAN, LAYOUT = packed(RICH)
H = 60 * W
"""An hour a week for a week, in minute-minutes."""

AT_WEEK_1 = {"area tier.low.active": 1 * W}
BEFORE_CARE = {  # at week 2
    "area tier.low.active": 3 * W,
    "area tier.top.rate.training_given": 5 * H,
    "area tier.low.rate.training_taken": 6 * H,
    "count tier.low.recruited": 4,
    "count tier.low.courses_started": 1,
    "count tier.low.entered_course": 3,
    "count clients.referred": 3,
    "count clients.screened_out": 1,
    "count organisation.clarity.trainings": 0,
}
AT_WEEK_5 = {"area tier.low.active": 10 * W, "area tier.low.absent": 2 * W, "area tier.low.apprentice": W}
AT_THE_END = {
    "area tier.low.active": 20 * W,
    "area tier.low.absent": 4 * W,
    "area tier.low.apprentice": 2 * W,
    "area tier.top.rate.training_given": 9 * H,
    "area tier.top.refresher_rate": 2 * H,
    "area tier.top.rate.supervision_given": 11 * H,
    "area tier.top.rate.other_duties": 2 * H,
    "area tier.low.rate.training_taken": 15 * H,
    "area tier.low.course_rate": 12 * H,
    "area tier.low.rate.supervision_received": 13 * H,
    "area tier.low.rate.clients": 30 * H,
    "area tier.low.rate.research": 3 * H,
    "area tier.low.rate.other_duties": 17 * H,
    "count tier.low.recruited": 9,
    "count tier.low.recruited_replacing": 2,
    "count tier.low.certified": 6,
    "count tier.low.courses_started": 2,
    "count tier.low.entered_course": 7,
    "count tier.low.refreshers_started": 3,
    "count tier.top.recruited": 3,
    "count tier.top.promoted_in": 1,
    "count clients.referred": 12,
    "count clients.screened_out": 4,
    "count clients.completed": 4,
    "count clients.completions": 4,
    "count clients.sessions_given": 20,
    "count clients.interpreter_minutes": 270,
    "count organisation.clarity.trainings": 4,
}


def spent() -> Tally:
    """Eight weeks; care begins in week 2."""
    told = {1: AT_WEEK_1, 5: AT_WEEK_5, 8: AT_THE_END}
    nobody = {"competence": ((0, math.nan, math.nan),) * 2, "states": (0.0, 0.0)}
    snapshots = [snapshot(LAYOUT, week * W, told.get(week), **nobody) for week in (1, 2, 3, 4, 5, 6, 8)]
    return tally(
        *snapshots,
        before_care=snapshot(LAYOUT, 2 * W, BEFORE_CARE),
        first_start=2 * W,
        classes=((0,) * 6,) * 3,
        taught=((), ()),
        after_course=((), ()),
    )


LINES = {
    "programme": 1000 + 25 * 8,
    "organisation": 40 * 4,
    "clients.referral": 5 * 16,
    "clients.screening": 8 * 0.5 * 16,
    "clients.sessions": 6 * 20,
    "clients.interpreters": 9 * 4.5,
    "tier.top.training": 4 * 9,
    "tier.top.supervision": 4 * 11,
    "tier.top.other_duties": 4 * 2,
    "tier.low.recruitment": 10 * (9 - 1),  # one was there from the start
    "tier.low.training": 100 * 2 + 20 * 7 + 2 * 15,
    "tier.low.refreshers": 30 * 3,
    "tier.low.supervision": 2 * 13,
    "tier.low.clients": 2 * 30,
    "tier.low.research": 2 * 3,
    "tier.low.other_duties": 2 * 17,
    "tier.low.service": 3 * (20 + 4 + 2),
    "tier.low.incentive": 7 * (10 + 2 + 1 - 1),  # from week 1 to week 5
}
TOTAL = sum(LINES.values())
START_UP = (
    (1000 + 25 * 2 + 5 * 4 + 8 * 0.5 * 4)  # programme, referrals, screening
    + (4 * 5 + 10 * 3 + 100 + 20 * 3 + 2 * 6)  # recruits and their course
    + (3 * 3 + 7 * (3 - 1))  # service, and the incentive since week 1
)


@pytest.mark.parametrize("line", LINES)
def test_lines_by_hand(line: str) -> None:
    assert measure(PLAN, LAYOUT, spent())[f"cost.{line}"] == pytest.approx(LINES[line], rel=1e-12)


def test_totals_by_hand() -> None:
    found = measure(PLAN, LAYOUT, spent())
    assert {name for name in found if name.startswith("cost.")} == {f"cost.{line}" for line in LINES} | {
        f"cost.{name}"
        for name in (
            "total",
            "start_up",
            "running",
            "per_certified",
            "per_completed",
            "per_session",
            "replacing_share",
        )
    }
    assert found["cost.total"] == pytest.approx(TOTAL, rel=1e-12)
    assert found["cost.start_up"] == pytest.approx(START_UP, rel=1e-12)
    assert found["cost.running"] == pytest.approx(TOTAL - START_UP, rel=1e-12)
    assert found["cost.per_completed"] == pytest.approx(TOTAL / 4, rel=1e-12)
    assert found["cost.per_session"] == pytest.approx(TOTAL / 20, rel=1e-12)
    making = 80 + 200 + 140 + 2 * 12 + 4 * (9 - 2)  # trainers' hours are the top tier's; refreshers are left out
    assert found["cost.per_certified"] == pytest.approx(making / 5, rel=1e-12)
    assert found["cost.replacing_share"] == pytest.approx(making * 2 / 8 / TOTAL, rel=1e-12)


def test_where_care_never_began_nothing_is_start_up() -> None:
    found = measure(PLAN, LAYOUT, replace(spent(), before_care=None))
    assert math.isnan(found["cost.start_up"]) and math.isnan(found["cost.running"])
    assert found["cost.total"] == pytest.approx(TOTAL, rel=1e-12)


def test_a_late_window_leaves_out_what_came_before() -> None:
    plan = replace(PLAN, measure_from=5 * W)
    found = measure(plan, LAYOUT, spent())
    assert found["cost.programme"] == pytest.approx(25 * 3, rel=1e-12)
    assert found["cost.tier.low.service"] == pytest.approx(3 * (26 - 13), rel=1e-12)
    assert found["cost.tier.low.incentive"] == 0
    assert found["cost.tier.low.recruitment"] == pytest.approx(10 * 9, rel=1e-12)
    assert found["cost.start_up"] == 0


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("costs.week_cost", "programme"),
        ("clients.costs.session_cost", "clients.sessions"),
        ("tier.low.costs.recruit_cost", "tier.low.recruitment"),
        ("organisation.clarity.training_cost", "organisation"),
        ("tier.low.incentive.stipend.week_cost", "tier.low.incentive"),
    ],
)
def test_one_unit_cost_is_enough_for_a_ledger_and_none_for_no_line(path: str, line: str) -> None:
    rich = tomllib.loads(RICH)
    for table in (rich, rich["tier"]["low"], rich["tier"]["top"], rich["clients"]):
        table.pop("costs", None)
    del rich["organisation"]["clarity"]["training_cost"], rich["tier"]["low"]["incentive"]["stipend"]["week_cost"]
    free = {key: rich.get(key, {}) for key in ("tier", "clients", "organisation", "costs")}
    assert not [name for name in measure_names(packed(RICH, **free)[0].scope) if name.startswith("cost.")]
    *tables, key = path.split(".")
    home = free
    for table in tables:
        home = home.setdefault(table, {})
    home[key] = 2
    lines = {name for name in measure_names(packed(RICH, **free)[0].scope) if name.startswith("cost.")}
    totals = {"total", "start_up", "running", "per_certified", "per_completed", "per_session", "replacing_share"}
    assert lines == {f"cost.{name}" for name in totals | {line}}


def test_nothing_costs_anything_by_default() -> None:
    assert not [name for name in measure_names(packed(BARE)[0].scope) if name.startswith("cost")]
