"""Refreshers: when they are due, who is placed in them, and what follows from missing one (R3.9)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from cascadesim.model.enums import Entry
from engine.lives import away, hours_to, struck_at, threshold
from engine.programmes import school
from engine.scene import WEEK, Scene, leaves, short

Play = Callable[..., Scene]
EVENTS = ("refresher_started", "joined_refresher", "refreshed", "left_refresher", "refresher_ended", "refresher_missed")


def certified_at_two(
    refresher: str = "", *, intake: str = "0:2", training: str = "", rest: str = "", **people: str
) -> str:
    """A course of weeks 0 to 2; a refresher of a week every six, from two weeks before; all hours of a trainer."""
    keys = {"every_weeks": "6", "window_weeks": "2", "course_weeks": "1", "max_cohort": "2"}
    keys |= {"trainer_hours_per_week": "10", "trainee_hours_per_week": "3"}
    keys |= dict(each.split(" = ", 1) for each in refresher.splitlines())
    table = "\n".join(f"{key} = {value}" for key, value in keys.items())
    return school(training, intake, rest=f"[tier.peer.refresher]\n{table}\n{rest}", **people)


def refreshers(scene: Scene) -> list[str]:
    return [each.replace("peer:refresher:", "r") for each in short(scene.lines(*EVENTS))]


def test_again_and_again(play: Play) -> None:
    """Certified at week 2, due at 8, placeable from 6, completed at 7; due again at 13 and 18: in weeks 11 and 16."""
    scene = play(certified_at_two(intake="0:1"))
    assert refreshers(scene) == [
        "6 refresher_started r0 1",
        "6 joined_refresher p:0:0 r0",
        "7 refresher_ended r0 held",
        "7 refreshed p:0:0 r0",
        "11 refresher_started r1 1",
        "11 joined_refresher p:0:0 r1",
        "12 refresher_ended r1 held",
        "12 refreshed p:0:0 r1",
        "16 refresher_started r2 1",
        "16 joined_refresher p:0:0 r2",
        "17 refresher_ended r2 held",
        "17 refreshed p:0:0 r2",
    ]
    assert scene.kpi("tier.peer.refreshers_started") == scene.kpi("tier.peer.refreshed") == 3
    assert scene.kpi("tier.peer.refreshers_missed") == 0
    assert scene.kpi("tier.mentor.share.training_given") == (2 * 10 + 3 * 10) / 200
    assert scene.kpi("tier.peer.utilisation") == 3 * 3 / (18 * 5)  # the hours of the initial course are not in it


def test_preparation_is_spread(play: Play) -> None:
    """Five hours and one and a half of preparation for a refresher of half a week: eight hours a week."""
    keys = "every_weeks = 16\ncourse_weeks = 0.5\ntrainer_hours_per_week = 5\npreparation_hours = 1.5"
    scene = play(certified_at_two(keys, intake="0:1"))
    assert scene.kpi("tier.mentor.share.training_given") == pytest.approx((20 + 8 * 0.5) / 200)


def test_those_of_before_are_due_from_week_0(play: Play) -> None:
    scene = play(certified_at_two(intake="0:1", peer="initial = 1\ninitial_tenure_weeks = 9"))
    assert scene.weeks("joined_refresher", of="peer:initial:0") == ["4", "9", "14", "19"]


def test_never_at_the_instant_that_made_it_due(play: Play) -> None:
    """A window as long as the period, to the minute, opens a minute after the certificate and after each refresher."""
    scene = play(certified_at_two("window_weeks = 5.99999", intake="0:1"))
    minutes = [row.minute for row in scene.select("joined_refresher")]
    assert minutes[:4] == [2 * WEEK + 1, 3 * WEEK + 2, 4 * WEEK + 3, 5 * WEEK + 4]


def test_in_order_of_their_due_dates(play: Play) -> None:
    """Two certified at 2 and one at 4: places for one at a time, those due first."""
    scene = play(certified_at_two("max_cohort = 1\nwindow_weeks = 5", intake="0:2 1:1"))
    assert [each for each in refreshers(scene) if "joined" in each][:3] == [
        "4 joined_refresher p:0:0 r0",
        "5 joined_refresher p:0:1 r1",
        "6 joined_refresher p:1:0 r2",
    ]


def test_missed_until_one_is_completed(play: Play) -> None:
    """No window: at week 8 both are due, one is placed, the other misses it until completed at 10; due again at 16."""
    scene = play(certified_at_two("max_cohort = 1\nwindow_weeks = 0"))
    assert refreshers(scene)[:9] == [
        "8 refresher_started r0 1",
        "8 joined_refresher p:0:0 r0",
        "8 refresher_missed p:0:1",
        "9 refresher_ended r0 held",
        "9 refreshed p:0:0 r0",
        "9 refresher_started r1 1",
        "9 joined_refresher p:0:1 r1",
        "10 refresher_ended r1 held",
        "10 refreshed p:0:1 r1",
    ]
    assert refreshers(scene)[9:] == [
        "15 refresher_started r2 1",
        "15 joined_refresher p:0:0 r2",
        "16 refresher_ended r2 held",
        "16 refreshed p:0:0 r2",
        "16 refresher_started r3 1",
        "16 joined_refresher p:0:1 r3",
        "17 refresher_ended r3 held",
        "17 refreshed p:0:1 r3",
    ]
    assert scene.kpi("tier.peer.refreshers_missed") == 1
    assert scene.kpi("tier.peer.missed_refresher_mean") == 2 / 20
    assert scene.kpi("tier.peer.waiting.refresher.trainer_hours_weeks") == 1


def test_it_hastens_leaving_while_missed(play: Play) -> None:
    """Peers of two hours from week 5 on have no room and miss it at week 8: five times the hazard from there."""
    rest = "[tier.peer.hazard_ratios]\nmissed_refresher = 5\n"
    rest += '[tier.peer.events.work]\ntime_to_event = { dist = "exponential", mean_weeks = 15 }\n'
    rest += hours_to("peer", 5, 0.4)
    text = certified_at_two(intake="0:15", training="max_cohort = 15", rest=rest)
    scene = play(text)
    found = {row.key: row.minute for row in scene.select("exited")}
    for place in range(15):
        unit = threshold("work", level=1, entry=Entry.INTAKE, position=place)
        week = min(20.0, 2 + struck_at([(0, 1), (6, 5)], 15.0, unit))
        assert abs(found.get(f"peer:intake:0:{place}", 20 * WEEK) - math.ceil(week * WEEK)) <= 1
    assert scene.kpi("tier.peer.refreshers_missed") == len(
        [each for each in found.values() if each > 8 * WEEK]
    ) + 15 - len(found)
    assert scene.kpi("tier.peer.waiting.refresher.own_hours_weeks") > 10


def test_courses_go_first(play: Play) -> None:
    """A candidate of week 6 takes the trainer's ten hours until week 8; the refreshers begin then."""
    scene = play(certified_at_two(intake="0:1 6:1"))
    assert scene.weeks("course_started") == ["0", "6"]
    assert refreshers(scene)[:2] == ["8 refresher_started r0 1", "8 joined_refresher p:0:0 r0"]
    assert scene.kpi("tier.peer.refreshers_missed") == 0


def test_no_room_is_needed(play: Play) -> None:
    """One room, taken by a course of weeks 6 to 8, and a trainer with the hours for both."""
    scene = play(certified_at_two(intake="0:1 6:1", training="parallel_courses = 1", mentor="hours_per_week = 20"))
    assert refreshers(scene)[0] == "6 refresher_started r0 1"


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        (
            1,  # back at 7.5, before the day of week 8
            [
                "6+5040 refresher_ended r0 empty",
                "7+5040 refresher_started r1 1",
                "7+5040 joined_refresher p:0:0 r1",
                "8+5040 refresher_ended r1 held",
                "8+5040 refreshed p:0:0 r1",
            ],
        ),
        (
            2,
            [
                "6+5040 refresher_ended r0 empty",
                "8 refresher_missed p:0:0",
                "8+5040 refresher_started r1 1",
                "8+5040 joined_refresher p:0:0 r1",
                "9+5040 refresher_ended r1 held",
                "9+5040 refreshed p:0:0 r1",
            ],
        ),
    ],
)
def test_a_participant_who_is_away_leaves_it(play: Play, weeks: int, expected: list[str]) -> None:
    scene = play(certified_at_two(intake="0:1", rest=away("peer", 6.5, weeks)))
    assert refreshers(scene)[2] == "6+5040 left_refresher p:0:0 r0"
    assert refreshers(scene)[3 : 3 + len(expected)] == expected


@pytest.mark.parametrize(
    ("rest", "refreshed", "weeks"),
    [
        (away("peer", 8.5, 1), ["10+5040", "17+5040"], 2),
        (leaves("mentor", "move", 8.5), [], 20 - 8.5),
        (leaves("mentor", "move", 8.5) + leaves("peer", "move", 11), [], 11 - 8.5),
    ],
    ids=["away", "cancelled", "gone at last"],
)
def test_leaving_it_after_the_day_is_missing_it(play: Play, rest: str, refreshed: list[str], weeks: float) -> None:
    """Begun at week 8, the day, and left at 8.5: overdue from then on, and counted, until completed or gone."""
    scene = play(certified_at_two("window_weeks = 0", intake="0:1", rest=rest))
    assert [each for each in refreshers(scene) if "ended" not in each][2:4] == [
        "8+5040 left_refresher p:0:0 r0",
        "8+5040 refresher_missed p:0:0",
    ]
    assert scene.weeks("refreshed") == refreshed
    assert scene.kpi("tier.peer.refreshers_missed") == 1
    assert scene.kpi("tier.peer.missed_refresher_mean") == pytest.approx(weeks / 20)


def test_leaving_the_tier_in_a_late_refresher_is_not_missing_it(play: Play) -> None:
    scene = play(certified_at_two("window_weeks = 0", intake="0:1", rest=leaves("peer", "move", 8.5)))
    assert not scene.select("refresher_missed")
    assert scene.kpi("tier.peer.refreshers_missed") == scene.kpi("tier.peer.missed_refresher_mean") == 0


def test_a_trainer_who_leaves_is_replaced_or_it_is_cancelled(play: Play) -> None:
    """One who comes at that very instant goes on with it; one of half a week later begins anew."""
    scene = play(certified_at_two(intake="0:1", mentors="0:1 6.5:1", rest=leaves("mentor", "move", 6.5)))
    assert short(scene.lines("trainer_joined", "refreshed"))[1:4] == [
        "6 trainer_joined peer:refresher:0 m:0:0",
        "6+5040 trainer_joined peer:refresher:0 m:6.5:0",
        "7 refreshed p:0:0 peer:refresher:0",
    ]
    scene = play(certified_at_two(intake="0:1", mentors="0:1 7:1", rest=leaves("mentor", "move", 6.5)))
    assert refreshers(scene)[2:6] == [
        "6+5040 refresher_ended r0 cancelled",
        "6+5040 left_refresher p:0:0 r0",
        "7 refresher_started r1 1",
        "7 joined_refresher p:0:0 r1",
    ]


def test_nobody_on_notice_is_placed(play: Play) -> None:
    scene = play(certified_at_two(intake="0:1", rest=leaves("peer", "move", 5, notice_weeks=9)))
    assert refreshers(scene) == ["8 refresher_missed p:0:0"]
    assert scene.kpi("tier.peer.missed_refresher_mean") == 6 / 20  # until the exit


def test_who_is_not_deployed_needs_none(play_where: Play) -> None:
    """Neither placed nor overdue."""
    text = certified_at_two(intake="0:1", peer='deployment_probability = 0.5\nnot_deployed = "stay"')
    scene = play_where(text, lambda scene: bool(scene.select("not_deployed")))
    assert refreshers(scene) == []


def test_two_trainers(play: Play) -> None:
    """Both are needed; one of them is on leave from 6 to 7."""
    mentors = "0:1 6.5:1"
    scene = play(certified_at_two("trainers_per_course = 2", intake="0:1", mentors=mentors))
    assert refreshers(scene)[0] == "6+5040 refresher_started r0 1"
    assert scene.kpi("tier.peer.waiting.refresher.too_few_trainers_weeks") + scene.kpi(
        "tier.peer.waiting.refresher.multiple_weeks"
    ) == pytest.approx(0.5)
