"""What a window counts: money by time, ratios of those who began in it and have come to an end (R1.6, R9.4)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from engine.circles import circle
from engine.clinic import clinic
from engine.programmes import school
from engine.scene import Scene, leaves

Play = Callable[..., Scene]

LATE = "measure_from_week = 5\n"
COSTS = "costs = { session_cost = 100, interpreter_hour_cost = 10 }"
FARSI = 'language = "Farsi"'


def test_sessions_of_those_referred_before(play: Play) -> None:
    """Ten sessions, in weeks 1.5 to 10.5: six of them in the window, and six weeks of an hour; a client of week 12."""
    text = LATE + clinic("initial = 1\ncosts.hour_cost = 1", f"sessions = 10\n{COSTS}", a="0.5, 12")
    scene = play(text)
    assert [scene.kpi(f"clients.{name}") for name in ("referred", "sessions_attended")] == [1, 8 - 1]
    assert scene.kpi("cost.clients.sessions") == 100 * (6 + 7)
    assert scene.kpi("cost.tier.w.clients") == pytest.approx(5.5 + 8)
    assert scene.kpi("cost.per_session") == pytest.approx((1300 + 13.5) / 13)


def test_their_interpreters(play: Play) -> None:
    """A session of an hour and a half in each of these six weeks; nobody of the window is seen with an interpreter."""
    care = f"sessions = 10\ninterpreter_hours_factor = 1.5\n{COSTS}"
    streams = {"f": f"dates = [0.5]\n{FARSI}"}
    scene = play(LATE + clinic("initial = 1\nlanguages = { Arabic = 1 }", care, streams=streams))
    assert scene.kpi("cost.clients.interpreters") == pytest.approx(10 * 1.5 * 6)


def test_their_groups(play: Play) -> None:
    """Nine sessions in weeks 1.5 to 9.5, of three clients: five are in the window, and are paid once."""
    scene = play(LATE + circle("initial = 2", "sessions = 9", COSTS, a="0.5, 0.5, 0.5"))
    assert scene.kpi("clients.referred") == 0
    assert scene.kpi("cost.clients.sessions") == 500


def test_a_completed_client_costs_what_the_window_spends_and_completes(play: Play) -> None:
    """The client of week 0.5 completes in week 10.5, in the window, and the one of week 12 not within the run."""
    text = LATE + clinic("initial = 1\ncosts.hour_cost = 1", f"sessions = 10\n{COSTS}", a="0.5, 12")
    scene = play(text)
    assert [scene.kpi(f"clients.{name}") for name in ("completed", "completions")] == [0, 1]
    assert scene.kpi("cost.per_completed") == scene.kpi("cost.total")


@pytest.mark.parametrize(("opens", "entries"), [(0, 6), (3, 2), (5, 1)])
def test_who_enters_a_course_before_the_window_does_not_pass_in_it(play: Play, opens: int, entries: int) -> None:
    """Three take a course from week 1 to 2, then another of two weeks one by one: all pass all of them."""
    stages = "stages = [{ course_weeks = 1 }, { course_weeks = 2, max_cohort = 1 }]\nmax_cohort = 3"
    scene = play(f"measure_from_week = {opens}\n{school(stages, '1:3')}")
    assert scene.kpi("tier.peer.entered_course") == entries
    assert scene.kpi("tier.peer.course_yield") == 1.0
    of_all = [1.0, 1.0] if opens == 0 else pytest.approx([math.nan] * 2, nan_ok=True)
    assert [scene.kpi(f"tier.peer.{name}_yield") for name in ("certified", "training")] == of_all


def test_who_is_on_the_way_at_the_end_is_left_out(play: Play) -> None:
    """Two are on a course to week 3; two who come in week 19 are on theirs when the run ends. Then all leave early."""
    text = school("attempts = 2", "1:2 19:2")
    assert [play(text).kpi(f"tier.peer.{name}_yield") for name in ("course", "certified", "training")] == [1, 1, 1]
    practice = "practice = 'simulated'\npractice_weeks = 1"
    text = school(f"attempts = 2\n{practice}", "1:2 19:2", rest=leaves("peer", "move", 3.5, origin="recruitment"))
    assert [play(text).kpi(f"tier.peer.{name}_yield") for name in ("course", "certified", "training")] == [1, 0, 1]


def test_those_there_from_the_start_were_not_recruited(play: Play) -> None:
    """Nine of them; of the recruits about half fail, and some still wait for a course at the end."""
    scene = play(school("pass_probability = 0.5", "1:40", peer="initial = 9"))
    passed, left = len(scene.select("passed")), len(scene.select("exited"))
    assert passed and left
    assert scene.kpi("tier.peer.certified_yield") == passed / (passed + left)


def test_a_certified_worker_costs_the_same_whatever_the_window(play: Play) -> None:
    """Recruits of 7 and courses of 90 for two are paid before they are certified, in weeks 3 and 5."""
    text = school("", "1:4", peer="costs = { recruit_cost = 7, course_cost = 90 }")
    for opens in (0, 2, 4):
        scene = play(f"measure_from_week = {opens}\n{text}")
        assert scene.kpi("cost.per_certified") == (4 * 7 + 2 * 90) / 4
