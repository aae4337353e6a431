"""Hours beside the sessions: an assessment in the first interval, research over the whole episode (R8.3, R8.7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.circles import circle
from engine.clinic import clinic, told
from engine.scene import Scene, leaves, rarely

Play = Callable[..., Scene]

WEEK = 20 * 60  # minutes a week of every worker


def hours(scene: Scene, purpose: str, weeks: float = 20, workers: int = 1) -> float:
    """The hours that all of tier w have committed to a purpose, in a run of so many weeks for each."""
    return scene.kpi(f"tier.w.share.{purpose}") * WEEK / 60 * weeks * workers


def test_assessment_in_the_first_interval_only(play: Play) -> None:
    """Three hours over an interval of two weeks are 1.5 a week more: (0.5 + 1.5) x 2 + 0.5 x 2."""
    scene = play(clinic("initial = 1", "assessment_hours = 3\ninterval_weeks = 2", a="1"))
    assert hours(scene, "clients") == pytest.approx(4 + 1, rel=1e-12)


def test_once_even_if_the_first_session_is_missed(play: Play) -> None:
    """Nobody ever comes: 1 + 2 hours in the first week, 1 in each of the three after it."""
    scene = play(clinic("initial = 1", "assessment_hours = 2\nno_show_probability = 1\nmax_no_shows = 3", a="1"))
    assert scene.weeks("dropped_out") == ["5"]
    assert hours(scene, "clients") == pytest.approx(3 + 3, rel=1e-12)


def test_who_does_not_start_was_assessed(play: Play) -> None:
    scene = play(clinic("initial = 1", "assessment_hours = 2\nstart_probability = 0", a="1"))
    assert hours(scene, "clients") == pytest.approx(3, rel=1e-12)


def test_the_first_interval_needs_the_hours(play: Play) -> None:
    """A week of three hours: with a case of one hour a second assessment has to wait for the end of the first one."""
    text = clinic(f"initial = 1\nhours_per_week = {rarely(3, 9)}\ncaseload = 9", "assessment_hours = 1", a="1, 1, 1.5")
    scene = play(text)
    assert told(scene, "started") == ["1 started a0 w0", "2 started a1 w0", "3 started a2 w0"]
    assert scene.lines("binding_constraint") == ["1 binding_constraint care:worker_hours", "3 binding_constraint care:"]


def test_no_second_assessment_after_hand_over(play: Play) -> None:
    """The assessment, half done, is not done again: 1.5 weeks of 1 + 2 and then 2 weeks of 1."""
    rest = leaves("w", "move", 1.5)
    text = clinic("intake = [{ week = 0, count = 1 }, { week = 3, count = 1 }]", "assessment_hours = 2", rest, a="1")
    scene = play(text)
    assert told(scene, "resumed", "completed") == ["3 resumed a0 w3:0", "5 completed a0 w3:0"]
    assert hours(scene, "clients", weeks=1.5 + 17) == pytest.approx(0.5 * 3 + 2, rel=1e-12)


def test_no_room_for_a_second_assessment_is_asked(play: Play) -> None:
    """R2.4, R8.4: three and a half hours, two cases of one: the client in transfer fits, a new one does not."""
    tiers = {
        "a": "initial = 1\nhours_per_week = 10\ncaseload = 1",
        "b": "initial = 1\nhours_per_week = 3.5\ncaseload = 3",
    }
    care = "sessions = 5\nassessment_hours = 1"
    scene = play(clinic(tiers, care, leaves("a", "move", 3.5), s="1, 1.1, 1.2, 3.4"))
    assert [line for line in scene.lines("resumed") if line.startswith("3+5040 ")] == scene.lines("resumed")
    assert len(scene.lines("resumed")) == 1
    assert scene.lines("started")[-1].startswith("6+5040 ")


def test_facilitators_do_not_assess(play: Play) -> None:
    """Two hours a week are enough for a group of two-hour sessions."""
    people = f"initial = 2\nhours_per_week = {rarely(2, 9)}"
    scene = play(circle(people, "", "assessment_hours = 2", a="1, 1, 1"))
    assert told(scene, "client_group_ended") == ["4 client_group_ended g:0 held"]
    assert scene.kpi("tier.w.share.clients") == pytest.approx(3 / 20, rel=1e-12)


# --- research -------------------------------------------------------------------------------------------------------


def test_research_is_a_purpose_of_its_own(play: Play) -> None:
    """Five hours over two sessions two weeks apart: 75 minutes a week for four weeks."""
    scene = play(clinic("initial = 1", "research_hours_per_client = 5\ninterval_weeks = 2", a="1"))
    assert hours(scene, "research") == pytest.approx(5, rel=1e-12)
    assert hours(scene, "clients") == pytest.approx(2, rel=1e-12)
    assert scene.kpi("tier.w.utilisation") == pytest.approx(7 / 400, rel=1e-12)


def test_it_goes_on_with_the_next_worker(play: Play) -> None:
    """For half a week and, after the hand-over, for two."""
    text = clinic(
        "intake = [{ week = 0, count = 1 }, { week = 3, count = 1 }]",
        "research_hours_per_client = 5",
        leaves("w", "move", 1.5),
        a="1",
    )
    assert hours(play(text), "research", weeks=1.5 + 17) == pytest.approx(2.5 * 2.5, rel=1e-12)


def test_its_hours_are_needed_too(play: Play) -> None:
    """An hour of care and one of research do not fit beside another hour of care and one of research."""
    people = f"initial = 1\nhours_per_week = {rarely(3, 9)}\ncaseload = 9"
    scene = play(clinic(people, "research_hours_per_client = 2", a="1, 1"))
    assert told(scene, "started") == ["1 started a0 w0", "3 started a1 w0"]


@pytest.mark.parametrize(("members", "each"), [(3, 9.0), (4, 12.0)])
def test_of_a_group_every_members_hours(play: Play, members: int, each: float) -> None:
    """Six hours for each of three or four, over three weekly sessions, shared by the two facilitators."""
    scene = play(circle("initial = 2", "", "research_hours_per_client = 6", a=", ".join(["1"] * members)))
    assert hours(scene, "research", workers=2) == pytest.approx(2 * each, rel=1e-12)


def test_shared_and_rounded_up_to_the_minute(play: Play) -> None:
    """An hour over three weeks is 20 minutes a week; of three members that is 20 for each of three, 30 of two."""
    for facilitators, minutes in ((1, 60), (2, 30), (3, 20)):
        form, care = f"facilitators = {facilitators}", "research_hours_per_client = 1"
        scene = play(circle(f"initial = {facilitators}", form, care, a="1, 1, 1"))
        assert hours(scene, "research", workers=facilitators) == pytest.approx(facilitators * minutes * 3 / 60)
    scene = play(circle("initial = 2", "", "research_hours_per_client = 0.95", a="1, 1, 1"))
    assert hours(scene, "research", workers=2) == pytest.approx(2 * 29 * 3 / 60)  # 19 x 3 / 2 = 28.5


def test_room_for_the_research_of_a_full_group(play: Play) -> None:
    """Two hours of session and, of four members, four of research for each: three members do not start with five."""
    care, members = "research_hours_per_client = 6", "1, 1, 1"
    scene = play(circle(f"initial = 2\nhours_per_week = {rarely(5, 9)}", "", care, a=members))
    assert scene.lines("binding_constraint") == ["1 binding_constraint care:worker_hours"]
    scene = play(circle(f"initial = 2\nhours_per_week = {rarely(6, 9)}", "", care, a=members))
    assert told(scene, "client_group_ended") == ["4 client_group_ended g:0 held"]
