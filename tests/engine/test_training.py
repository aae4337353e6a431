"""Courses: gathering, cohorts, and who teaches them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.programmes import courses, school
from engine.scene import Scene, leaves

Play = Callable[..., Scene]


# --- gathering and cohorts --------------------------------------------------------------------------------------------

GATHERING = "min_cohort = 2\nmax_cohort = 4\ngather_weeks = 2"


@pytest.mark.parametrize(
    ("intake", "expected"),
    [
        ("1:1 2:1 3:1", ["4 course_started peer:course:0 3"]),  # min_cohort at week 2, two weeks of gathering
        ("1:1 2:1 3:2", ["3 course_started peer:course:0 4"]),  # max_cohort at week 3
        ("1:1 2:1 4:1", ["4 course_started peer:course:0 3"]),  # who comes at the last instant comes along
        ("1:1 2:1 3:1 5:1", ["4 course_started peer:course:0 3"]),  # one is not enough for another
        ("1:5", ["1 course_started peer:course:0 4"]),
        ("1:5 2:1", ["1 course_started peer:course:0 4", "4 course_started peer:course:1 2"]),
        # two more are left over at week 1: their gathering begins there, and the trainer is free at week 3
        ("1:6", ["1 course_started peer:course:0 4", "3 course_started peer:course:1 2"]),
    ],
)
def test_gathering(play: Play, intake: str, expected: list[str]) -> None:
    """A course waits `gather_weeks` from the instant at which min_cohort was reached, unless max_cohort is (R3.4)."""
    scene = play(school(GATHERING, intake))
    assert scene.lines("course_started") == expected


def test_gathering_starts_anew_when_the_cohort_falls_apart(play: Play) -> None:
    """Weeks 3 and 5: two are there and gather; weeks 4 and 6: one of them loses patience and one is not enough."""
    text = school(
        "min_cohort = 2\nmax_cohort = 4\ngather_weeks = 2", "1:1 3:1 5:1", peer="candidate_patience_weeks = 3"
    )
    scene = play(text)
    assert scene.lines("course_started", "exited") == [
        "4 exited peer:intake:1:0 gave_up_waiting",
        "6 exited peer:intake:3:0 gave_up_waiting",
        "8 exited peer:intake:5:0 gave_up_waiting",
    ]
    assert scene.kpi("tier.peer.waiting.course.gathering_weeks") == 2 * 1 + 2 * 1


def test_a_candidate_lost_and_gained_at_one_instant_does_not_stop_the_gathering(play: Play) -> None:
    """Week 6: one loses patience, one comes. Cohorts are judged at the end of an instant: it gathers from week 5."""
    text = school(GATHERING, "3:1 5:1 6:1", peer="candidate_patience_weeks = 3")
    assert play(text).lines("course_started", "exited") == [
        "6 exited peer:intake:3:0 gave_up_waiting",
        "7 course_started peer:course:0 2",
    ]


def test_cohorts_in_order_of_waiting(play: Play) -> None:
    """The trainer's hours hold one course at a time; a fifth candidate is below min_cohort."""
    scene = play(school("min_cohort = 2", "3:1 1:3 2:1"))
    assert scene.lines("course_started", "entered_course", "course_ended") == [
        "1 course_started peer:course:0 2",
        "1 entered_course peer:intake:1:0 peer:course:0",
        "1 entered_course peer:intake:1:1 peer:course:0",
        "3 course_ended peer:course:0 held",
        "3 course_started peer:course:1 2",
        "3 entered_course peer:intake:1:2 peer:course:1",
        "3 entered_course peer:intake:2:0 peer:course:1",
        "5 course_ended peer:course:1 held",
    ]
    assert scene.kpi("tier.peer.waiting.course.too_few_candidates_weeks") == 20 - 5
    assert scene.kpi("tier.peer.waiting.course.trainer_hours_weeks") == 1 + 1  # two of them in week 2 to 3
    # one alone from week 1 to 2 and from 3 to 5: neither candidates nor hours
    assert scene.kpi("tier.peer.waiting.course.multiple_weeks") == 1 + 2


# --- trainers ---------------------------------------------------------------------------------------------------------


def test_trainers_take_turns(play: Play) -> None:
    """Equal hours: who has never taught, then who has not for longest, then the lowest key (R3.3)."""
    scene = play(school("", "1:1 4:1 7:1 10:1", mentor="initial = 3"))
    assert [row.other for row in scene.select("trainer_joined")] == [
        "mentor:initial:0",
        "mentor:initial:1",
        "mentor:initial:2",
        "mentor:initial:0",
    ]


def test_two_trainers_of_one_course(play: Play) -> None:
    scene = play(school("trainers_per_course = 2", "1:1 4:1", mentor="initial = 3"))
    assert scene.lines("trainer_joined") == [
        "1 trainer_joined peer:course:0 mentor:initial:0",
        "1 trainer_joined peer:course:0 mentor:initial:1",
        "4 trainer_joined peer:course:1 mentor:initial:2",
        "4 trainer_joined peer:course:1 mentor:initial:0",
    ]
    assert scene.kpi("tier.mentor.share.training_given") == 2 * 2 * 2 / (3 * 20)


def test_preparation_is_spread_over_the_course(play: Play) -> None:
    """R3.1: 7 h a week and 5 h of preparation over two weeks are 9.5 h a week."""
    scene = play(school("trainer_hours_per_week = 7\npreparation_hours = 5", "1:1"))
    assert scene.kpi("tier.mentor.share.training_given") == pytest.approx(2 * 9.5 / (20 * 10), abs=1e-15)


def test_one_trainer_gives_two_courses_at_once_where_hours_allow(play: Play) -> None:
    scene = play(school("", "1:6", mentor="hours_per_week = 20"))
    assert courses(scene)[:4] == [
        "1 course_started peer:course:0 2",
        "1 course_started peer:course:1 2",
        "3 course_ended peer:course:0 held",
        "3 course_ended peer:course:1 held",
    ]
    assert scene.weeks("course_started") == ["1", "1", "3"]


DIFFERENT = 'initial = 2\nhours_per_week = { dist = "discrete", values = [12, 30], probabilities = [0.5, 0.5] }'


def test_most_free_minutes_first(play: Play) -> None:
    """Trainers of 30 and 12 hours and three courses of ten at once: 30, then 20 against 12, then 10 against 12."""
    for replication in range(100):
        scene = play(school("max_cohort = 1", "1:3", mentor=DIFFERENT), replication=replication)
        if [row.amount for row in scene.select("recruited")][:2] == [12 * 60, 30 * 60]:
            break
    assert [row.other for row in scene.select("trainer_joined")] == [
        "mentor:initial:1",
        "mentor:initial:1",
        "mentor:initial:0",
    ]


def test_nobody_on_notice_is_chosen(play: Play) -> None:
    """R5.6: everybody's notice of week 1 runs to week 19; the course waits for somebody new."""
    rest = leaves("mentor", "move", 1, notice_weeks=18)
    scene = play(school("", "2:1", mentor="initial = 1", mentors="8:1", rest=rest))
    assert scene.lines("trainer_joined") == ["8 trainer_joined peer:course:0 mentor:intake:8:0"]
    assert scene.kpi("tier.peer.waiting.course.too_few_trainers_weeks") == 6.0
