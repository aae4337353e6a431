"""What is over counts no more, what was kept still counts: old deadlines, attempts, patience."""

from __future__ import annotations

from collections.abc import Callable

from cascadesim.model.enums import Entry, Purpose
from engine.lives import drawn
from engine.programmes import school, team
from engine.scene import WEEK, Scene, leaves, short

Play = Callable[..., Scene]


def test_the_end_of_an_earlier_grace_means_nothing(play: Play) -> None:
    """Unsupervised from 5 to 6, again from 6.5: grace ends at 8.5. Somebody who comes at 7.5 changes nothing (R4.5)."""
    mentor = "initial = 1\nintake = [{ week = 6, count = 1 }]"
    rest = leaves("mentor", "first", 5) + leaves("mentor", "then", 6.5)
    scene = play(team("1:1 7.5:1", mentor=mentor, rest=rest))
    assert short(scene.lines("unsupervised", "lapsed", "joined_supervision"))[1:] == [
        "5 unsupervised p:1:0",
        "6 joined_supervision p:1:0 g1",
        "6+5040 unsupervised p:1:0",
        "7+5040 unsupervised p:7.5:0",
        "8+5040 lapsed p:1:0",
        "9+5040 lapsed p:7.5:0",
    ]


def test_a_cancelled_course_is_no_attempt(play: Play) -> None:
    """The trainer leaves at week 2, another comes at week 4: two whole attempts are left then (R3.6)."""
    keys, rest = "attempts = 2\npass_probability = 1e-9", leaves("mentor", "move", 2)
    scene = play(school(keys, "1:1", mentor="initial = 1", mentors="4:1", rest=rest))
    assert scene.lines("requeued", "failed", "exited") == [
        "2 exited mentor:initial:0 move",
        "2 requeued peer:intake:1:0 peer:course:0",
        "6 failed peer:intake:1:0 peer:course:1 1",
        "8 exited peer:intake:1:0 failed_training",
    ]


def test_patience_is_drawn_for_each_wait(play: Play) -> None:
    """All are taught at once, at week 2; the second wait begins at week 3, when the course is cancelled (R3.8)."""
    rest = leaves("mentor", "move", 3)
    peer = 'candidate_patience_weeks = { dist = "uniform", low = 2, high = 12 }'
    scene = play(school("max_cohort = 8", "2:8", mentor="initial = 1", peer=peer, rest=rest))
    expected = {}
    for place in range(8):
        u = drawn(Purpose.CANDIDATE_PATIENCE, 1, level=1, entry=Entry.INTAKE, date=2 * WEEK, position=place)
        expected[f"peer:intake:2:{place}"] = 3 * WEEK + round((2 + 10 * u) * WEEK)
    gone = {row.key: row.minute for row in scene.select("exited") if row.detail == "gave_up_waiting"}
    assert gone == expected


def test_a_leaver_is_replaced_once(play: Play) -> None:
    """Two leave at week 5, two come at week 6 for them; the three of week 10 replace nobody (R9.1)."""
    scene = play(
        f"""
horizon_weeks = 20
cascade = ["w"]
[tier.w]
hours_per_week = 10
initial = 2
intake = [{{ week = 10, count = 3 }}]
target = 2
lag_weeks = 1
{leaves("w", "move", 5)}
"""
    )
    assert scene.weeks("recruited") == ["0", "0", "6", "6", "10", "10", "10"]
    assert scene.kpi("tier.w.recruited_replacing") == 2
