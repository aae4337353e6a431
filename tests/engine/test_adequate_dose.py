"""Completed is one thing in all formats: an adequate number of sessions, however care has ended (R8.2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.circles import circle
from engine.clinic import clinic, told
from engine.scene import Scene, leaves

Play = Callable[..., Scene]

MOVE = '[clients.events.move]\ntime_to_event = { dist = "date", week = 4.5 }\n'


@pytest.mark.parametrize(("adequate", "share"), [(1, 1.0), (2, 1.0), (3, 0.5), (4, 0.5)])
def test_exactly_as_many_are_enough(play: Play, adequate: int, share: float) -> None:
    """One client leaves after two of four sessions, the other has all four."""
    text = clinic("initial = 1", f"sessions = 4\nadequate_sessions = {adequate}", MOVE, a="2, 5")
    scene = play(text)
    assert [row.amount for row in scene.select("session")] == [1, 2, 1, 2, 3, 4]
    assert scene.kpi("clients.adequate_share") == share
    assert scene.kpi("clients.completed") == 2 * share
    assert scene.kpi("clients.left_for_own_reason") == 2 - 2 * share
    assert scene.kpi("clients.sessions_mean") == 3


def test_all_sessions_unless_the_file_says_otherwise(play: Play) -> None:
    scene = play(clinic("initial = 1", "sessions = 4", MOVE, a="2, 5"))
    assert told(scene, "completed", "left") == ["4+5040 left a0 w0 move", "9 completed a1 w0"]
    assert "clients.adequate_share" not in scene.run.kpis


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize(
    ("care", "rest", "ends"),
    [
        ("continue_probability = 0.000001", "", "2 completed a0 continue"),
        ("", MOVE.replace("4.5", "2.5"), "2+5040 completed a0 move"),
        ('on_worker_exit = "lose"', leaves("w", "move", 2.5), "2+5040 completed a0 lost_on_exit"),
        (
            "transfer_patience_weeks = 1",
            leaves("w", "move", 2.5),
            "3+5040 completed a0 lost_on_exit",
        ),
    ],
)
def test_however_care_ends(play: Play, care: str, rest: str, ends: str, grouped: bool) -> None:
    """After one of three sessions, which is enough: alone and in a group the same."""
    people = "intake = [{ week = 0, count = 3 }]"
    if grouped:
        text = circle(people, "facilitators = 1", f"adequate_sessions = 1\n{care}".strip(), rest, a="1, 1, 1")
    else:
        text = clinic(people, f"sessions = 3\nadequate_sessions = 1\n{care}".strip(), rest, a="1, 1, 1")
    scene = play(text)
    completed = [" ".join(part for part in line.split() if part != "w0") for line in told(scene, "completed")]
    assert completed[0] == ends
    assert scene.kpi("clients.completed") == 3
    assert told(scene, "dropped_out", "lost_on_exit", "left") == []


def test_the_number_of_a_format_is_its_own(play: Play) -> None:
    """Two of three in the group, one of two alone; the mean of the sessions attended stands beside it by stream."""
    care = "adequate_sessions = 1\nmax_no_shows = 0"
    streams = {"i": "dates = [2]"}
    text = circle(
        "initial = 3", "adequate_sessions = 2", care, MOVE.replace("4.5", "3.5"), a="1, 2, 2", streams=streams
    )
    scene = play(text)
    assert told(scene, "completed", "left") == [
        *(f"3+5040 left a{number} move" for number in range(3)),
        "3+5040 completed i0 w2 move",
    ]
    assert [scene.kpi(f"clients.stream.{name}.sessions_mean") for name in "ai"] == [1, 1]
    assert [scene.kpi(f"clients.stream.{name}.completed") for name in "ai"] == [0, 1]
