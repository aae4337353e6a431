"""Supervision: seats, groups, span, and what they cost in hours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.programmes import SEATS, team
from engine.scene import Scene, short

Play = Callable[..., Scene]


def test_fullest_group_first_then_most_free_minutes(play: Play) -> None:
    """R4.2. Each opening takes two hours, so mentors take turns; the odd seat is filled before a group is opened."""
    scene = play(team("1:3 2:2 3:1", mentor="initial = 2"))
    assert short(scene.lines(*SEATS)) == [
        "1 group_opened g0 m0",
        "1 joined_supervision p:1:0 g0",
        "1 joined_supervision p:1:1 g0",
        "1 group_opened g1 m1",
        "1 joined_supervision p:1:2 g1",
        "2 joined_supervision p:2:0 g1",
        "2 group_opened g2 m0",
        "2 joined_supervision p:2:1 g2",
        "3 joined_supervision p:3:0 g2",
    ]
    # two groups of m0 and one of m1: weeks 1, 1 and 2 to 20; a member's two hours a week
    assert scene.kpi("tier.mentor.share.supervision_given") == pytest.approx(2 * (19 + 19 + 18) / (2 * 10 * 20))
    member_weeks = 3 * 19 + 2 * 18 + 1 * 17
    assert scene.kpi("tier.peer.share.supervision_received") == pytest.approx(2 * member_weeks / (5 * member_weeks))
    assert scene.kpi("tier.peer.supervised_share") == 1.0


@pytest.mark.parametrize(
    ("keys", "given", "received"),
    [
        ("meeting_hours = 1.5\npreparation_hours = 0.25\ninterval_weeks = 2", 53, 45),  # 52.5 rounds up
        ("meeting_hours = 1\ninterval_weeks = 7", 9, 9),  # 8.57
        ("meeting_hours = 1\npreparation_hours = 1\ninterval_weeks = 7", 17, 9),  # 17.14
    ],
)
def test_minutes_of_a_group(play: Play, keys: str, given: int, received: int) -> None:
    """R4.1: to the nearest minute a week, half up, for the supervisor and for the member."""
    scene = play(team("0:1", keys))
    assert scene.kpi("tier.mentor.share.supervision_given") == given / 600
    assert scene.kpi("tier.peer.share.supervision_received") == received / 300


def test_hours_bound_the_number_of_groups(play: Play) -> None:
    """Five hours hold two groups of two hours; overtime of a fifth makes six hours and three groups."""
    keys = "group_size = 1"
    scene = play(team("1:4", keys, mentor="initial = 1\nhours_per_week = 5"))
    assert len(scene.select("group_opened")) == 2
    assert scene.kpi("tier.peer.waiting.supervision_place.supervisor_hours_weeks") == 2 * 19
    assert scene.kpi("tier.mentor.overtime_share") == 0.0
    scene = play(team("1:4", keys, mentor="initial = 1\nhours_per_week = 5\novertime_fraction = 0.2"))
    assert len(scene.select("group_opened")) == 3
    assert scene.kpi("tier.peer.waiting.supervision_place.supervisor_hours_weeks") == 19
    assert scene.kpi("tier.mentor.overtime_share") == pytest.approx(1 * 19 / (5 * 20))


def test_span(play: Play) -> None:
    """At most three supervisees: the last seat of the second group stays empty, and the rest wait for span."""
    scene = play(team("1:5", "max_supervisees = 3"))
    assert short(scene.lines(*SEATS)) == [
        "1 group_opened g0 m0",
        "1 joined_supervision p:1:0 g0",
        "1 joined_supervision p:1:1 g0",
        "1 group_opened g1 m0",
        "1 joined_supervision p:1:2 g1",
        "1 unsupervised p:1:3",
        "1 unsupervised p:1:4",
        "3 lapsed p:1:3",
        "3 lapsed p:1:4",
    ]
    assert scene.kpi("tier.peer.waiting.supervision_place.supervisor_span_weeks") == 2 * 19


def test_a_worker_without_the_hours_for_it_does_not_block_the_others(play_where: Play) -> None:
    """The first of the queue has one hour and the meeting takes two: own_hours. The second has five and is seated."""
    peer = 'hours_per_week = { dist = "discrete", values = [1, 5], probabilities = [0.5, 0.5] }'
    scene = play_where(
        team("1:2", peer=peer), lambda scene: [row.amount for row in scene.select("recruited")] == [600, 60, 300]
    )
    assert short(scene.lines("joined_supervision", "unsupervised")) == [
        "1 joined_supervision p:1:1 g0",
        "1 unsupervised p:1:0",
    ]
    assert scene.kpi("tier.peer.waiting.supervision_place.own_hours_weeks") == 19
