"""Cases while their worker is away: the running interval stands still, for so long and no longer (R2.7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.clinic import clinic, story, told
from engine.lives import away
from engine.scene import Scene, leaves

Play = Callable[..., Scene]

TWO = "intake = [{ week = 0, count = 1 }, { week = 5, count = 1 }]"
SEEN = ("session", "completed", "paused", "unpaused", "awaiting_transfer", "resumed", "absent", "returned")


def test_the_interval_stands_still(play: Play) -> None:
    """Half an interval had gone by 2.5; the other half follows after the return at 4."""
    scene = play(clinic("initial = 1", "", away("w", 2.5, 1.5), a="1"))
    assert told(scene, *SEEN) == [
        "2 session a0 w0 supervised 1",
        "2+5040 absent w0 ill 40320",
        "2+5040 paused a0 w0 5040",
        "4 returned w0",
        "4 unpaused a0 w0",
        "4+5040 session a0 w0 supervised 2",
        "4+5040 completed a0 w0",
    ]
    assert scene.kpi("clients.in_care_mean") == 3.5 / 20
    assert scene.kpi("tier.w.share.clients") == pytest.approx(2 * 60 / (18.5 * 1200), rel=1e-12)


def test_a_session_of_that_minute_is_held(play: Play) -> None:
    """The absence begins at week 2 just after the session: a whole interval is left."""
    scene = play(clinic("initial = 1", "", away("w", 2, 1), a="1"))
    assert told(scene, "session", "paused", "unpaused") == [
        "2 session a0 w0 supervised 1",
        "2 paused a0 w0",
        "3 unpaused a0 w0",
        "4 session a0 w0 supervised 2",
    ]


def test_held_for_two_weeks_then_handed_over(play: Play) -> None:
    """Away from 2.5 to 6.5; at 4.5 the case is given up, at 5 another worker resumes it, with a whole interval."""
    scene = play(clinic(TWO, "sessions = 4", away("w", 2.5, 4), a="1"))
    assert told(scene, *SEEN) == [
        "2 session a0 w0 supervised 1",
        "2+5040 absent w0 ill 65520",
        "2+5040 paused a0 w0 5040",
        "4+5040 awaiting_transfer a0 w0",
        "5 resumed a0 w5:0",
        "6 session a0 w5:0 supervised 2",
        "6+5040 returned w0",
        "7 session a0 w5:0 supervised 3",
        "8 session a0 w5:0 supervised 4",
        "8 completed a0 w5:0",
    ]


def test_handed_over_and_back_to_the_same_worker(play: Play) -> None:
    """Nobody else is there: after the return the case is resumed, and no interval goes on where it stopped."""
    scene = play(clinic("initial = 1", "", away("w", 2.5, 4), a="1"))
    assert told(scene, "awaiting_transfer", "resumed", "unpaused", "completed") == [
        "4+5040 awaiting_transfer a0 w0",
        "6+5040 resumed a0 w0",
        "7+5040 completed a0 w0",
    ]


@pytest.mark.parametrize(
    ("hold", "events"), [(0, ["2+5040 awaiting_transfer a0 w0"]), (1, ["2+5040 paused a0 w0 5040"])]
)
def test_hold_weeks(play: Play, hold: float, events: list[str]) -> None:
    """Nothing is held for no time; a return at the minute at which the time is over is in time."""
    text = clinic(f"initial = 1\nabsence.hold_weeks = {hold}", "", away("w", 2.5, 1), a="1")
    scene = play(text)
    assert told(scene, "paused", "awaiting_transfer") == events
    assert told(scene, "unpaused", "resumed") == [f"3+5040 {'unpaused' if hold else 'resumed'} a0 w0"]


def test_the_place_is_kept(play: Play) -> None:
    """One place: a client who waits is not seen while the worker is away, nor before the case has ended."""
    scene = play(clinic("initial = 1", "", away("w", 2.5, 1.5), a="1, 1.5"))
    assert told(scene, "started") == ["1 started a0 w0", "4+5040 started a1 w0"]
    assert scene.lines("binding_constraint") == [
        "1+5040 binding_constraint care:caseload",
        "2+5040 binding_constraint care:too_few_workers",
        "4 binding_constraint care:caseload",
        "4+5040 binding_constraint care:",
    ]


def test_the_client_leaves_meanwhile(play: Play) -> None:
    """The place is free on the return, and the hours of the case are free too."""
    rest = away("w", 2.5, 1.5) + '[clients.events.move]\ntime_to_event = { dist = "date", week = 3 }\n'
    scene = play(clinic("initial = 1", "", rest, a="1, 3.5"))
    assert story(scene)[3:] == [
        "3 left a0 w0 move",
        "4 started a1 w0",
        "5 session a1 w0 supervised 1",
        "6 session a1 w0 supervised 2",
        "6 completed a1 w0",
    ]
    assert scene.kpi("tier.w.share.clients") == pytest.approx((1.5 + 2) * 60 / (18.5 * 1200), rel=1e-12)


def test_the_worker_leaves_meanwhile(play: Play) -> None:
    scene = play(clinic(TWO, "", away("w", 2.5, 4) + leaves("w", "move", 3), a="1"))
    assert told(scene, "paused", "awaiting_transfer", "resumed", "completed", "exited", "returned") == [
        "2+5040 paused a0 w0 5040",
        "3 exited w0 move",
        "3 awaiting_transfer a0 w0",
        "5 resumed a0 w5:0",
        "6 completed a0 w5:0",
    ]
