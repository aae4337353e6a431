"""What it costs to replace those who leave: recruiting them and their initial courses, not refreshers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.lives import away
from engine.scene import Scene, leaves

Play = Callable[..., Scene]

TEXT = """
horizon_weeks = 30
cascade = ["mentor", "peer"]
[tier.mentor]
hours_per_week = 40
initial = 2
costs.hour_cost = 3
[tier.peer]
hours_per_week = 20
initial = 1
target = 1
lag_weeks = 1
costs = { recruit_cost = 50, hour_cost = 2, course_cost = 100 }
[tier.peer.training]
course_weeks = 2
min_cohort = 1
max_cohort = 1
trainer_hours_per_week = 10
trainee_hours_per_week = 5
[tier.peer.supervision]
meeting_hours = 1
"""
REFRESHER = """
[tier.peer.refresher]
every_weeks = 3
window_weeks = 1
course_weeks = 1
max_cohort = 1
trainer_hours_per_week = 4
trainee_hours_per_week = 4
"""
MAKING = 50 + 100 + 3 * 20 + 2 * 10
"""One recruit, who replaces the one who left, and their course."""


@pytest.mark.parametrize("refresher", ["", REFRESHER])
def test_refreshers_replace_nobody(play: Play, refresher: str) -> None:
    """The peer of week 0 leaves at week 4; one is recruited at week 5 and certified at week 7."""
    scene = play(TEXT + refresher + leaves("peer", "move", 4))
    assert bool(scene.select("refreshed")) == bool(refresher)
    assert scene.weeks("certified", of="peer:vacancy:0:0") == ["7"]
    assert scene.kpi("cost.replacing_share") * scene.kpi("cost.total") == pytest.approx(MAKING, rel=1e-12)


def test_nor_do_those_that_are_cancelled(play: Play) -> None:
    """The mentors are away for two weeks from 2.5 on, in a refresher; another is given later."""
    rest = leaves("peer", "move", 9) + away("mentor", 2.5, 2)
    scene = play(TEXT + REFRESHER + rest)
    assert scene.select("refresher_ended")[0].detail == "cancelled"
    assert scene.kpi("cost.replacing_share") * scene.kpi("cost.total") == pytest.approx(MAKING, rel=1e-12)
