"""Whose stored competence passes what a trainer must have may train from that instant on, or no longer (R3.3, R6.3)."""

from __future__ import annotations

from collections.abc import Callable

from engine.scene import Scene, burst, leaves

Play = Callable[..., Scene]

CASCADE = """
review_weeks = 16
horizon_weeks = 16
cascade = ["boss", "mentor", "peer"]
[tier.boss]
initial = 1
hours_per_week = 10
[tier.mentor]
initial = 1
hours_per_week = 10
delivers = true
[tier.mentor.training]
course_weeks = 1
max_cohort = 1
trainer_hours_per_week = 1
[tier.mentor.supervision]
meeting_hours = 1
grace_weeks = 30
[tier.mentor.competence]
course_level = 0.8
min_trainer_competence = 0.5
gain_per_session = 0.2
half_life_weeks = 4
idle_decay_after_weeks = 1
initial_competence = INITIAL
[tier.peer]
hours_per_week = 5
intake = [{ week = COME, count = 1 }]
[tier.peer.training]
course_weeks = 1
max_cohort = 1
trainer_hours_per_week = 4
[tier.peer.supervision]
required = false
[clients]
sessions = 3
session_hours = 1
[clients.stream.a]
"""


def cascade(initial: float, come: float, referred: str) -> str:
    """A mentor of this competence at week 0, a peer who comes then."""
    text = CASCADE.replace("INITIAL", str(initial)).replace("COME", str(come))
    return f"{text}referrals_per_week = {referred}\n"


def test_a_session_that_ends_no_case_may_make_somebody_able(play_referred: Play) -> None:
    """0.48 is 0.40 at week 2, after a week idle; the first of three sessions makes it 0.52, and the course begins."""
    scene = play_referred(cascade(0.48, 1.5, burst(1)), a=[1])
    assert scene.weeks("session") == ["2", "3", "4"]
    assert scene.weeks("course_started") == ["2"]
    assert scene.kpi("tier.peer.waiting.course.trainer_competence_weeks") == 0.5


def test_who_loses_a_supervisor_may_be_found_unable(play: Play) -> None:
    """0.6, idle from week 1 on; unsupervised from 3 on, which stores 0.42: nobody teaches who comes at 3.5."""
    scene = play(cascade(0.6, 3.5, "0.0") + leaves("boss", "move", 3))
    assert scene.weeks("course_started") == []
    assert scene.kpi("tier.peer.waiting.course.trainer_competence_weeks") == 12.5
