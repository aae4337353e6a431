"""Courses by the calendar: windows, dates that lapse, and under which constraint."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.programmes import courses, school
from engine.scene import Scene, rarely

Play = Callable[..., Scene]


@pytest.mark.parametrize(
    ("keys", "intake", "expected"),
    [
        # inside the window of week 3 to 4; week 6 lapses for want of candidates
        ("", "3.5:1", ["3+5040 course_started peer:course:0 1", "7 course_lapsed too_few_candidates 60480"]),
        # at most one course a date, and candidates wait for the next date
        ("", "1:4", ["3 course_started peer:course:0 2", "6 course_started peer:course:1 2"]),
        (
            "window_weeks = 1.5",
            "4:1",
            ["4 course_started peer:course:0 1", "7+5040 course_lapsed too_few_candidates 60480"],
        ),
        # two windows overlap: one course each, the earlier date first; the trainer's hours hold only one at a time
        (
            "at_weeks = [3, 3.5]",
            "3.75:4",
            ["3+7560 course_started peer:course:0 2", "4+5040 course_lapsed trainer_hours 35280"],
        ),
        # the trainer is busy on the date of week 6: the course of week 3 lasts until week 8
        ("course_weeks = 5", "1:2 4:1", ["3 course_started peer:course:0 2", "7 course_lapsed trainer_hours 60480"]),
        (
            "course_weeks = 5\nmin_cohort = 2",
            "1:2 4:1",
            ["3 course_started peer:course:0 2", "7 course_lapsed too_few_candidates+trainer_hours 60480"],
        ),
    ],
)
def test_calendar(play: Play, keys: str, intake: str, expected: list[str]) -> None:
    """A date opens a window of a week for one course; a date without one lapses under its constraint (R3.5)."""
    training = f'when = "calendar"\nat_weeks = [6, 3]\n{keys}'.strip()
    assert play(school(training, intake)).lines("course_started", "course_lapsed") == expected


@pytest.mark.parametrize(
    ("keys", "intake", "expected"),
    [
        # the candidate comes at the minute at which the window of week 3 closes
        ("min_cohort = 1", "4:1", ["4 course_lapsed too_few_candidates 30240", "6 course_started peer:course:0 1"]),
        # the trainer is free at the minute at which the window of week 6 closes
        ("course_weeks = 4", "1:2 4:1", ["3 course_started peer:course:0 2", "7 course_lapsed trainer_hours 60480"]),
    ],
)
def test_a_date_that_lapses_just_as_the_last_thing_arrives(
    play: Play, keys: str, intake: str, expected: list[str]
) -> None:
    """Too late all the same, and counted under what was missing while the window was open."""
    training = f'when = "calendar"\nat_weeks = [6, 3]\n{keys}'
    assert play(school(training, intake)).lines("course_started", "course_lapsed") == expected


def test_a_date_without_trainers(play: Play) -> None:
    """A second trainer comes at week 10, after the date."""
    training = 'when = "calendar"\nat_weeks = [3, 12]\ntrainers_per_course = 2'
    scene = play(school(training, "1:1", mentor="initial = 1", mentors="10:1"))
    assert courses(scene)[:2] == ["4 course_lapsed too_few_trainers 30240", "12 course_started peer:course:0 1"]


def test_waiting_for_the_calendar(play: Play) -> None:
    """Two wait from week 1 to the date, one more from week 4 on: there is no date to come."""
    scene = play(school('when = "calendar"\nat_weeks = [3]', "1:2 4:1"))
    assert scene.kpi("tier.peer.waiting.course.calendar_weeks") == 2 * 2 + 16


def test_dates_at_and_after_the_horizon_do_not_count(play: Play) -> None:
    scene = play(
        school('when = "calendar"\nat_weeks = [19.5, 20, 25]', "1:1", mentor=f"hours_per_week = {rarely(1, 10)}")
    )
    assert courses(scene) == []
    assert scene.kpi("tier.peer.courses_lapsed") == 0
