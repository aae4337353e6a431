"""Interpreters: sessions and assessments take longer, by a factor; the overhead does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.circles import circle
from engine.clinic import clinic, told
from engine.scene import Scene, leaves, rarely

Play = Callable[..., Scene]

WEEK = 20 * 60  # minutes a week of every worker
FARSI = {"f": 'language = "Farsi"\ndates = [1]'}
BOTH = {"f": 'language = "Farsi"\ndates = [1]', "r": 'language = "Arabic"\ndates = [2]'}
ARABIC = "initial = 1\nlanguages = { Arabic = 1 }"


def test_longer_sessions_the_same_overhead(play: Play) -> None:
    """1 x 1.5 + 0.5 = 2 hours for each of two weeks, in place of 1 + 0.5."""
    care = "session_overhead_hours = 0.5\ninterpreter_hours_factor = 1.5"
    scene = play(clinic(ARABIC, care, streams=FARSI))
    assert told(scene, "started", "completed") == ["1 started f0 w0 interpreter", "3 completed f0 w0"]
    assert scene.kpi("tier.w.share.clients") == pytest.approx(2 * 120 / (20 * WEEK), rel=1e-12)
    assert scene.kpi("clients.interpreted_share") == 1.0
    own = play(clinic("initial = 1", care, streams=FARSI))  # who speaks every language
    assert own.kpi("tier.w.share.clients") == pytest.approx(2 * 90 / (20 * WEEK), rel=1e-12)


def test_a_longer_assessment(play: Play) -> None:
    """Two hours of assessment are three: in the first week (1 + 2) x 1.5 = 4.5 hours, in the second 1.5."""
    scene = play(clinic(ARABIC, "assessment_hours = 2\ninterpreter_hours_factor = 1.5", streams=FARSI))
    assert scene.kpi("tier.w.share.clients") == pytest.approx((270 + 90) / (20 * WEEK), rel=1e-12)


def test_hours_for_a_session_but_not_for_an_interpreted_one(play: Play) -> None:
    """A week of an hour: Arabic fits, Farsi (an hour and a half) never does, and blocks nobody."""
    people = f"{ARABIC}\nhours_per_week = {rarely(1, 9)}\ncaseload = 2"
    scene = play(clinic(people, "interpreter_hours_factor = 1.5", streams=BOTH))
    assert told(scene, "started", "completed") == ["2 started r0 w0", "4 completed r0 w0"]
    assert scene.kpi("clients.waiting.care.worker_hours_weeks") == 19.0
    assert scene.kpi("clients.waiting_at_end") == 1


def test_handed_over_to_an_interpreter_and_back(play: Play) -> None:
    """One session of four in their language, two by interpreter, the last again with somebody who speaks it."""
    tiers = {
        "fa": "intake = [{ week = 0, count = 1 }, { week = 4, count = 1 }]\nlanguages = { Farsi = 1 }",
        "ar": ARABIC,
    }
    rest = leaves("fa", "move", 2) + leaves("ar", "go", 4)
    scene = play(clinic(tiers, "sessions = 4\ninterpreter_hours_factor = 2", rest, streams=FARSI))
    assert told(scene, "started", "awaiting_transfer", "resumed", "completed") == [
        "1 started f0 fa0",
        "2 awaiting_transfer f0 fa0",
        "2 resumed f0 ar0 interpreter",
        "4 awaiting_transfer f0 ar0",
        "4 resumed f0 fa4:0",
        "5 completed f0 fa4:0",
    ]
    assert scene.kpi("clients.interpreted_share") == 2 / 4
    assert scene.kpi("tier.ar.share.clients") == pytest.approx(2 * 120 / (4 * WEEK), rel=1e-12)


def test_without_an_interpreter_they_wait(play: Play) -> None:
    """Nobody speaks Farsi until week 5; that is the constraint, and the only one."""
    tiers = {"ar": ARABIC, "fa": "intake = [{ week = 5, count = 1 }]\nlanguages = { Farsi = 1 }"}
    scene = play(clinic(tiers, streams=FARSI))
    assert told(scene, "started", "binding_constraint") == [
        "1 binding_constraint care:language",
        "5 started f0 fa5:0",
        "5 binding_constraint care:",
    ]
    assert scene.kpi("clients.waiting.care.language_weeks") == 4.0


# --- what interpreters are paid for ---------------------------------------------------------------------------------

PAID = "interpreter_hours_factor = 1.5\nassessment_hours = 2\ncosts.interpreter_hour_cost = 100"


def test_an_interpreter_is_paid_for_the_longer_session_and_the_assessment(play: Play) -> None:
    """Two sessions of 1.5 hours, and the assessment of three at the end of the first interval: six hours."""
    scene = play(clinic(ARABIC, PAID, streams=FARSI))
    assert scene.kpi("cost.clients.interpreters") == 600.0
    assert scene.kpi("clients.interpreted_share") == 1.0
    own = play(clinic("initial = 1\nlanguages = { Farsi = 1 }", PAID, streams=FARSI))
    assert own.kpi("cost.clients.interpreters") == 0.0


def test_who_does_not_start_or_come_was_assessed_all_the_same(play: Play) -> None:
    never = play(clinic(ARABIC, f"{PAID}\nstart_probability = 0", streams=FARSI))
    assert never.kpi("cost.clients.interpreters") == 300.0
    missed = play(clinic(ARABIC, f"{PAID}\nno_show_probability = 1\nmax_no_shows = 2", streams=FARSI))
    assert missed.kpi("cost.clients.interpreters") == 300.0


def test_an_assessment_that_is_broken_off_is_not_paid(play: Play) -> None:
    """The worker leaves in the first interval; whoever comes next does not assess again: two sessions of 1.5 hours."""
    tiers = {"ar": f"intake = [{{ week = 0, count = 1 }}, {{ week = 3, count = 1 }}]\n{ARABIC[12:]}"}
    scene = play(clinic(tiers, PAID, leaves("ar", "move", 1.5), streams=FARSI))
    assert told(scene, "started", "resumed", "completed") == [
        "1 started f0 ar0 interpreter",
        "3 resumed f0 ar3:0 interpreter",
        "5 completed f0 ar3:0",
    ]
    assert scene.kpi("cost.clients.interpreters") == 300.0


def test_an_interpreter_of_a_group_is_there_all_the_time(play: Play) -> None:
    """Three sessions of 2 x 1.5 hours; facilitators do not assess."""
    streams = {"f": 'format = "g"\ndates = [1, 1, 1]\nlanguage = "Farsi"'}
    scene = play(circle(ARABIC, "facilitators = 1", PAID, streams=streams))
    assert scene.kpi("cost.clients.interpreters") == 900.0
