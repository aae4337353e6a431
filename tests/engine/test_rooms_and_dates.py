"""Rooms for courses, and calendars with several courses a date (R3.4, R3.5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.programmes import courses, school
from engine.scene import Scene

Play = Callable[..., Scene]
ABLE = "hours_per_week = 50"


def starts(scene: Scene) -> list[str]:
    return [
        f"{week} {row.amount}"
        for week, row in zip(scene.weeks("course_started"), scene.select("course_started"), strict=True)
    ]


@pytest.mark.parametrize(
    ("rooms", "expected"),
    [(1, ["1 2", "3 2", "5 1"]), (2, ["1 2", "1 2", "3 1"]), (3, ["1 2", "1 2", "1 1"])],
)
def test_rooms(play: Play, rooms: int, expected: list[str]) -> None:
    """Five candidates, two to a course of two weeks, and a trainer with the hours for all."""
    scene = play(school(f"parallel_courses = {rooms}", "1:5", mentor=ABLE))
    assert starts(scene) == expected
    waited = {1: 3 * 2 + 1 * 2, 2: 1 * 2, 3: 0}[rooms]
    assert scene.kpi("tier.peer.waiting.course.no_room_weeks") == waited


def test_stages_share_the_rooms(play: Play) -> None:
    """One room: the first stage of a week for those of week 1, and at week 2 the first stage of others goes first."""
    scene = play(school("stages = [{ course_weeks = 1 }, {}]\nparallel_courses = 1", "1:1 2:1", mentor=ABLE))
    assert [each.split(" peer")[0] for each in scene.lines("entered_course")] == [
        "1 entered_course",
        "2 entered_course",
        "3 entered_course",
        "3 entered_course",
    ]
    assert starts(scene) == ["1 1", "2 1", "3 2"]


def test_a_room_is_free_when_a_course_ends_early(play: Play) -> None:
    """The only trainee of weeks 1 to 3 leaves at week 2: the next one begins then."""
    rest = '[tier.peer.events.move]\nfrom = "recruitment"\ntime_to_event = { dist = "date", week = 2 }\n'
    scene = play(school("parallel_courses = 1", "1:1 2:1", mentor=ABLE, rest=rest))
    assert courses(scene)[:3] == [
        "1 course_started peer:course:0 1",
        "2 course_ended peer:course:0 empty",
        "2 course_started peer:course:1 1",
    ]


# --- dates ------------------------------------------------------------------------------------------------------------


def test_every_so_many_weeks(play: Play) -> None:
    """5, 10 and 15, and week 2 and 5 besides, one of them twice; not week 20, the end. One candidate for each."""
    scene = play(school("every_weeks = 5\nat_weeks = [2, 5]\nmax_cohort = 1", "0:9"))
    assert starts(scene) == ["2 1", "5 1", "10 1", "15 1"]
    assert scene.kpi("tier.peer.courses_planned") == 4
    assert scene.kpi("tier.peer.courses_lapsed") == 0


def test_several_courses_a_date(play: Play) -> None:
    """Two courses of two at week 5, the fifth candidate waits for week 10."""
    scene = play(school("every_weeks = 5\ncourses_per_date = 2", "0:5", mentor=ABLE))
    assert starts(scene) == ["5 2", "5 2", "10 1"]
    assert scene.kpi("tier.peer.courses_lapsed") == 1  # week 15
    assert scene.kpi("tier.peer.courses_planned") == 3


def test_within_the_window(play: Play) -> None:
    """Courses of half a week and one trainer: of three at week 5 the second begins at 5.5; week 6 is too late."""
    scene = play(school("at_weeks = [5]\ncourses_per_date = 3\ncourse_weeks = 0.5\nmax_cohort = 1", "0:3"))
    assert starts(scene) == ["5 1", "5+5040 1"]
    scene = play(
        school("at_weeks = [5]\ncourses_per_date = 3\ncourse_weeks = 0.5\nmax_cohort = 1\nwindow_weeks = 2", "0:4")
    )
    assert starts(scene) == ["5 1", "5+5040 1", "6 1"]  # three and no more


def test_windows_that_overlap(play: Play) -> None:
    """Weeks 5 and 6 with windows of three weeks: of three who come at 6.5, 7 and 7.5 each date takes one."""
    scene = play(school("at_weeks = [5, 6]\nwindow_weeks = 3\nmax_cohort = 1", "6.5:1 7:1 7.5:1", mentor=ABLE))
    assert starts(scene) == ["6+5040 1", "7 1"]
    scene = play(school("at_weeks = [5, 6]\nwindow_weeks = 3\nmax_cohort = 1", "7:1 8.5:1", mentor=ABLE))
    assert starts(scene) == ["7 1", "8+5040 1"]  # the first took the date of week 5


def test_a_date_lapses_for_want_of_a_room(play: Play) -> None:
    """A course of weeks 5 to 7 takes the only room; the window of week 6 closes at 6.5, and that of 12 is too late."""
    keys = "at_weeks = [5, 6, 12]\nwindow_weeks = 0.5\nparallel_courses = 1\nmax_cohort = 1"
    scene = play(school(keys, "0:2", mentor=ABLE))
    assert scene.lines("course_lapsed") == ["6+5040 course_lapsed no_room 60480"]
    assert starts(scene) == ["5 1", "12 1"]
    assert scene.kpi("tier.peer.courses_lapsed") == 1
