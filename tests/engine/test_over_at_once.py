"""A course whose only trainer, or participant, moves up at the instant at which it began is over for good (R10.2)."""

from __future__ import annotations

from collections.abc import Callable

from engine.scene import Scene, leaves

Play = Callable[..., Scene]

CASCADE = """
horizon_weeks = 8
cascade = ["boss", "mentor", "peer"]
[tier.boss]
initial = 1
target = 1
lag_weeks = 9
hours_per_week = 10
deployment_probability = 0.5
[tier.boss.promotion]
min_tenure_weeks = 1
promotion_weeks = 1
[tier.mentor]
initial = 2
hours_per_week = 10
[tier.mentor.training]
required = false
[tier.mentor.supervision]
required = false
[tier.peer]
initial = 1
intake = [{ week = 1, count = 1 }]
hours_per_week = 5
[tier.peer.training]
course_weeks = 2
max_cohort = 1
trainer_hours_per_week = 3
parallel_courses = 1
[tier.peer.refresher]
every_weeks = 1
window_weeks = 0
course_weeks = 2
max_cohort = 1
trainer_hours_per_week = 3
[tier.peer.supervision]
required = false
"""
COURSES = ("course_started", "course_ended", "refresher_started", "refresher_ended", "refresher_missed")


def test_a_trainer_promoted_in_a_later_pass(play_where: Play) -> None:
    """The boss leaves at week 1; the first mentor moves up, is not deployed and goes; so the second moves up as well.

    That one had just begun to teach, and nobody is left to go on: what has been cancelled does not end once more.
    """
    text = CASCADE + leaves("boss", "move", 1)
    scene = play_where(text, lambda scene: len(scene.select("promoting")) == 2)
    assert scene.lines("exited")[:4] == [
        "1 exited boss:initial:0 move",
        "1 exited mentor:initial:0 promoted",
        "1 exited mentor:initial:0 not_deployed",
        "1 exited mentor:initial:1 promoted",
    ]
    assert scene.lines(*COURSES) == [
        "1 course_started peer:course:0 1",
        "1 refresher_started peer:refresher:0 1",
        "1 course_ended peer:course:0 cancelled",
        "1 refresher_ended peer:refresher:0 cancelled",
        "1 refresher_missed peer:initial:0",
    ]
    assert scene.kpi("tier.peer.courses_held") == 0
