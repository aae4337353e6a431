"""Other hours from some day on: what no longer fits, what is given up and what runs off (R2.5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.lives import away, hours_to
from engine.programmes import care, school, team
from engine.scene import Scene, burst, short

Play = Callable[..., Scene]
SHED = (
    "hours_changed",
    "group_shed",
    "left_supervision",
    "group_closed",
    "group_opened",
    "unsupervised",
    "joined_supervision",
)


def test_groups_are_given_up_newest_first(play: Play) -> None:
    """Three groups of two hours; from week 5 three hours of ten: the first stays, the third goes before the second."""
    scene = play(team("0:5", rest=hours_to("mentor", 5, 0.3)))
    assert short(scene.lines(*SHED))[8:] == [
        "5 hours_changed m0 study 180",
        "5 group_shed g2 m0",
        "5 left_supervision p:0:4 g2 dissolved",
        "5 group_closed g2 m0 dissolved",
        "5 group_shed g1 m0",
        "5 left_supervision p:0:2 g1 dissolved",
        "5 left_supervision p:0:3 g1 dissolved",
        "5 group_closed g1 m0 dissolved",
        "5 unsupervised p:0:2",
        "5 unsupervised p:0:3",
        "5 unsupervised p:0:4",
    ]
    assert scene.kpi("tier.mentor.hours_changes") == 1
    assert scene.kpi("tier.mentor.groups_shed") == 2
    assert scene.kpi("tier.mentor.share.supervision_given") == (6 * 5 + 2 * 15) / (10 * 5 + 3 * 15)


def test_overtime_keeps_what_fits_in_it(play: Play) -> None:
    """Three hours and a half of it as overtime are 4.5: two groups of two stay, one hour of them is overtime."""
    scene = play(team("0:5", mentor="initial = 1\novertime_fraction = 0.5", rest=hours_to("mentor", 5, 0.3)))
    assert scene.kpi("tier.mentor.groups_shed") == 1
    assert scene.kpi("tier.mentor.overtime_share") == pytest.approx(1 * 15 / (10 * 5 + 3 * 15))
    assert scene.kpi("tier.mentor.run_off_share") == 0


@pytest.mark.parametrize(
    ("duties", "received", "other"),
    [(0, 2 * 5 + 1 * 15, 0), (0.75, 2 * 5 + 0.25 * 15, 0.75 * 20), (1.5, 2 * 5, 1.5 * 5 + 1 * 15)],
)
def test_duties_and_supervision_received_are_capped(play: Play, duties: float, received: float, other: float) -> None:
    """From five hours to one: other duties come first, the meeting of two hours takes what is left of them."""
    peer = f"other_duties_hours_per_week = {duties}"
    scene = play(team("0:2", peer=peer, rest=hours_to("peer", 5, 0.2)))
    available = 5 * 5 + 1 * 15
    assert scene.kpi("tier.peer.share.supervision_received") == pytest.approx(received / available)
    if duties:
        assert scene.kpi("tier.peer.share.other_duties") == pytest.approx(other / available)
    assert scene.kpi("tier.peer.run_off_share") == 0
    assert scene.kpi("tier.peer.supervised_share") == 1


def test_open_cases_run_off(play_referred: Play) -> None:
    """Three hours a week with clients, from week 2.5 two there: one hour of run-off until week 5; then room for two."""
    rest = hours_to("w", 2.5, 0.1) + "[tier.w.absence]\nhold_weeks = 2\n"
    text = care(burst(1, 2, 3, mean=1), "sessions = 4", rest=rest).replace("[tier.w]", "[tier.w]\ncaseload = 9", 1)
    scene = play_referred(text, a=[1, 1, 2, 3])
    assert [row.minute / 10_080 for row in scene.select("started")] == [1, 1, 2, 5]
    # three until the first two end at week 5, when one begins: two until week 6, one until week 9
    assert scene.kpi("tier.w.run_off_share") == pytest.approx(1 * 2.5 / (20 * 2.5 + 2 * 17.5))
    assert scene.kpi("clients.waiting.care.worker_hours_weeks") == 2


def test_a_running_course_goes_on(play: Play) -> None:
    """A course of ten hours in weeks 1 to 3, five hours there from week 2: five run off for a week, no second one."""
    scene = play(school("", "1:1 4:1", rest=hours_to("mentor", 2, 0.5)))
    assert scene.lines("course_started", "course_ended") == [
        "1 course_started peer:course:0 1",
        "3 course_ended peer:course:0 held",
    ]
    assert scene.kpi("tier.mentor.run_off_share") == pytest.approx(5 * 1 / (10 * 2 + 5 * 18))


def test_more_hours_open_groups_at_once(play: Play) -> None:
    """A mentor of three hours has one group of two; with six from week 5 on, two more."""
    scene = play(team("0:5", mentor="initial = 1\nhours_per_week = 3", rest=hours_to("mentor", 5, 2)))
    assert scene.weeks("group_opened") == ["0", "5", "5"]


def test_rounding_up(play: Play) -> None:
    """300 minutes x 0.335 are 100.5: 101."""
    scene = play(team("0:1", rest=hours_to("peer", 5, 0.335)))
    assert [row.amount for row in scene.select("hours_changed")] == [101]


def test_a_week_has_no_more_hours(play: Play) -> None:
    """R1.4: five hours a hundred times over are the 168 of a week, and stay so, whatever the factor."""
    for factor in (100, 1e9):
        again = hours_to("peer", 6, factor, reason="more")
        scene = play(team("0:1", rest=hours_to("peer", 5, factor) + again))
        assert [row.amount for row in scene.select("hours_changed")] == [10_080, 10_080]


def test_nobody_is_recruited_with_more_hours_than_a_week_has(play: Play) -> None:
    """Of an exponential mean of 100 hours about one draw in five is above 168: e^-1.68."""
    hours = 'hours_per_week = { dist = "exponential", mean = 100 }'
    drawn = [row.amount for row in play(team("0:200", peer=hours)).select("recruited") if row.tier == "peer"]
    assert max(drawn) == 10_080
    assert 20 <= drawn.count(10_080) <= 55


def test_a_change_while_away_holds_from_the_return(play: Play) -> None:
    """Away from 5 to 6 with two groups, at half the hours from 5.5: ten hours to 5, five from 6, nothing between."""
    rest = away("mentor", 5, 1) + hours_to("mentor", 5.5, 0.3)
    scene = play(team("0:4", rest=rest))
    assert short(scene.lines("absent", "hours_changed", "returned", "group_shed", "group_resumed")) == [
        "5 absent m0 ill 60480",
        "5+5040 hours_changed m0 study 180",
        "6 returned m0",
        "6 group_resumed g0 m0",
        "6 group_resumed g1 m0",
        "6 group_shed g1 m0",
    ]
    assert scene.kpi("tier.mentor.share.supervision_given") == (4 * 5 + 2 * 14) / (10 * 5 + 3 * 14)


def test_a_candidate_certified_later_has_the_other_hours(play: Play) -> None:
    rest = hours_to("peer", 2, 0.5).replace("time_to_event", 'from = "recruitment"\ntime_to_event')
    scene = play(school("", "1:1", rest=rest))
    assert [row.amount for row in scene.select("hours_changed")] == [150]
    frame = scene.run.trajectories_frame()
    assert frame["tier.peer.hours.available"].tolist()[3:6] == [2.5] * 3
