"""The measures of what only some scenarios have, from a small tally, by hand."""

from __future__ import annotations

import math

import pytest

from cascadesim.model.measures import measure
from cascadesim.model.measures.trajectories import Trajectories, trajectory_columns
from cascadesim.model.replication import Tally, WaveTally
from model.tallies import RICH, W, packed, snapshot, tally

PLAN, LAYOUT = packed(RICH)
NOBODY = (0, math.nan, math.nan)


def rich(before: int = 8, lowest: int = 2, back: int = 6 * W) -> Tally:
    """Eight weeks, with a wave in the lower tier from week 3."""
    low = {
        "area tier.low.active": 40 * W,
        "area tier.low.available_rate": 6000 * W,
        "area tier.low.run_off_rate": 60 * W,
        "area tier.low.rate.research": 120 * W,
        "area tier.low.rate.other_duties": 1500 * W,
        "area tier.low.not_deployed": 4 * W,
        "area tier.low.vacant": 6 * W,
        "area tier.low.missed_refresher": 2 * W,
        "count tier.low.recruited": 8,
        "count tier.low.recruited_replacing": 3,
        "count tier.low.certified": 7,
        "count tier.low.certified_exited": 4,
        "count tier.low.failed": 2,
        "count tier.low.began_training": 9,
        "count tier.low.trainees_closed": 9,
        "count tier.low.trainees_passed": 6,
        "count tier.low.passed": 6,
        "count tier.low.courses_planned": 1,
        "count tier.low.refreshers_started": 2,
        "count tier.low.refreshed": 5,
        "count tier.low.refreshers_missed": 1,
    }
    top = {
        "area tier.top.absent": 3 * W,
        "count tier.top.absences": 2,
        "count tier.top.hours_changes": 1,
        "count tier.top.groups_shed": 1,
        "count tier.top.promoted_in": 1,
        "count tier.top.certified": 5,
        "count tier.top.certified_exited": 2,
    }
    clients = {
        "count clients.referred": 16,
        "count clients.screened_out": 4,
        "count clients.started": 10,
        "count clients.left_for_own_reason": 2,
        "count clients.closed": 8,
        "count clients.completed": 6,
        "count clients.sessions_held": 20,
        "count clients.interpreted": 5,
        "count clients.client_groups_started": 2,
        "count clients.client_group_members": 7,
    }
    snapshots = [snapshot(LAYOUT, week * W, **_state(week)) for week in (1, 2, 3, 4, 5, 6)]
    last = snapshot(LAYOUT, 8 * W, low | top | clients, **_state(8))
    return tally(
        *snapshots,
        last,
        taught=((5040,), ()),
        classes=((6, 4, 3, 2 * W, 3, 8), (7, 4, 2, 8 * W, 4, 9), (3, 2, 1, 4 * W, 1, 3)),
        after_course=((), (0.5, 0.4, 0.9)),
        waves=(WaveTally(1, "wave", 3 * W, before, lowest, back),),
    )


def _state(week: int) -> dict[str, object]:
    return {"competence": (NOBODY, (3, 0.1 * week, 0.01 * week)), "states": (0.1 + week / 100, 0.6)}


BY_HAND = {
    "clients.screened_out": 4,
    "clients.eligible_share": 16 / 20,
    "clients.left_for_own_reason": 2,
    "clients.adequate_share": 6 / 8,
    "clients.reach": 10 / 50,
    "clients.client_groups_started": 2,
    "clients.group_size_mean": 3.5,
    "clients.interpreted_share": 5 / 20,
    "clients.stream.east.referred": 6,
    "clients.stream.west.referred": 10,
    "clients.stream.west.coverage": 6 / 10,
    "clients.stream.west.wait_mean_weeks": 12 / 6,
    "clients.stream.west.sessions_mean": 12 / 5,
    "clients.language.Arabic.started": 8,
    "clients.language.Arabic.completed": 5,
    "clients.language.Farsi.wait_mean_weeks": 2,
    "clients.site.east.coverage": 4 / 6,
    "clients.site.west.completed": 3,
    "tier.top.absences": 2,
    "tier.top.absent_mean": 3 / 8,
    "tier.top.hours_changes": 1,
    "tier.top.groups_shed": 1,
    "tier.top.promoted_in": 1,
    "tier.top.replacement_from_below": 1 / 2,
    "tier.top.replacement_ratio": (5 - 2) / 2,
    "tier.low.run_off_share": 60 / 6000,
    "tier.low.share.research": 120 / 6000,
    "tier.low.share.other_duties": 1500 / 6000,
    "tier.low.utilisation": 1620 / 6000,
    "tier.low.not_deployed_mean": 4 / 8,
    "tier.low.vacant_mean": 6 / 8,
    "tier.low.recruited_replacing": 3,
    "tier.low.replacement_ratio": (7 - 1) / 4,  # one was certified from the start
    "tier.low.failed": 2,
    "tier.low.began_training": 9,
    "tier.low.training_yield": 6 / 9,
    "tier.low.courses_planned": 1,
    "tier.low.refreshers_started": 2,
    "tier.low.refreshed": 5,
    "tier.low.refreshers_missed": 1,
    "tier.low.missed_refresher_mean": 2 / 8,
    "tier.low.competence_after_course_mean": 0.6,
    "tier.low.competence_after_course_sd": math.sqrt((0.01 + 0.04 + 0.09) / 2),
    "tier.low.competence_mean_at_week_4": 0.4,
    "tier.low.competence_sd_at_week_4": 0.04,
    "tier.low.competence_mean": 0.8,
    "tier.low.competence_sd": 0.08,
    "tier.low.wave.wave.dip_share": 6 / 8,
    "tier.low.wave.wave.recovery_weeks": 3,  # from week 3 to week 6
    "organisation.clarity.trainings": 0,
    "organisation.clarity.east_at_week_4": 0.14,
    "organisation.clarity.west_at_week_4": 0.6,
}


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name: str) -> None:
    assert measure(PLAN, LAYOUT, rich())[name] == pytest.approx(BY_HAND[name], rel=1e-12)


def test_a_tier_that_never_fell_has_recovered_at_once() -> None:
    found = measure(PLAN, LAYOUT, rich(lowest=8))
    assert found["tier.low.wave.wave.dip_share"] == found["tier.low.wave.wave.recovery_weeks"] == 0


def test_a_tier_that_has_not_recovered_by_the_end_has_no_recovery_time() -> None:
    found = measure(PLAN, LAYOUT, rich(back=-1))
    assert math.isnan(found["tier.low.wave.wave.recovery_weeks"])


def test_a_wave_that_met_nobody_has_no_dip() -> None:
    assert math.isnan(measure(PLAN, LAYOUT, rich(before=0, lowest=0))["tier.low.wave.wave.dip_share"])


def test_trajectories_have_what_there_is() -> None:
    columns = trajectory_columns(PLAN.scope)
    rows = [dict(zip(columns, row, strict=True)) for row in Trajectories(PLAN, LAYOUT)(rich())]
    assert [row["tier.low.competence"] for row in rows] == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert [row["organisation.clarity.east"] for row in rows] == pytest.approx([0.12, 0.14, 0.16, 0.18])
    assert [row["tier.low.vacant"] for row in rows] == [0, 0, 0, 3]
    assert [row["tier.low.hours.research"] for row in rows] == [0, 0, 0, 1]
    assert [row["clients.screened_out"] for row in rows] == [0, 0, 0, 4]
    assert "tier.low.absent" not in columns and "tier.top.absent" in columns
