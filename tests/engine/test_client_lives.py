"""Events of clients' own lives, in the queue and in care (R8.3)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from cascadesim.model.enums import Purpose
from cascadesim.model.rng import stable_hash
from engine.clinic import clinic, luck_of_client, story, told
from engine.scene import WEEK, Scene, leaves

Play = Callable[..., Scene]


def moves(week: float, more: str = "", reason: str = "move") -> str:
    """A table that takes away every client who was referred before `week`, then."""
    return f'[clients.events.{reason}]\ntime_to_event = {{ dist = "date", week = {week} }}\n{more}\n'


def test_from_the_queue_and_from_care(play: Play) -> None:
    """At 2.5 one is in care, one waits: both go, the place is free at once for the one who comes at that minute."""
    scene = play(clinic("initial = 1", "", moves(2.5), a="1, 2, 2.5"))
    assert story(scene) == [
        "1 started a0 w0",
        "2 session a0 w0 supervised 1",
        "2+5040 left a0 w0 move",
        "2+5040 left a1 move",
        "2+5040 started a2 w0",
        "3+5040 session a2 w0 supervised 1",
        "4+5040 session a2 w0 supervised 2",
        "4+5040 completed a2 w0",
    ]
    named = ("referred", "started", "completed", "left_for_own_reason", "dropped_out", "reneged")
    assert [scene.kpi(f"clients.{name}") for name in named] == [3, 2, 1, 2, 0, 0]
    assert scene.kpi("clients.waiting.care.caseload_weeks") == scene.kpi("clients.waiting_mean") * 20 == 0.5
    assert scene.kpi("tier.w.share.clients") == pytest.approx((1.5 + 2) * 60 / (20 * 1200), rel=1e-12)


def test_the_last_session_of_that_minute_comes_first(play: Play) -> None:
    """R10.1: completed at week 3, not left; whoever has one more to go has had the session of that minute."""
    scene = play(clinic("initial = 2\ncaseload = 1", "", moves(3), a="1, 2"))
    assert told(scene, "session", "completed", "left") == [
        "2 session a0 w0 supervised 1",
        "3 session a0 w0 supervised 2",
        "3 completed a0 w0",
        "3 session a1 w1 supervised 1",
        "3 left a1 w1 move",
    ]


def test_lost_patience_comes_first(play: Play) -> None:
    """Both at week 3: whoever gives up then has given up."""
    scene = play(clinic("intake = [{ week = 9, count = 1 }]", "patience_weeks = 2", moves(3), a="1, 2"))
    assert told(scene, "reneged", "left") == ["3 reneged a0", "3 left a1 move"]


def test_in_hand_over(play: Play) -> None:
    """The worker has gone at 2.5; the client, who waits for another one, goes at 3."""
    people = "intake = [{ week = 0, count = 1 }, { week = 4, count = 1 }]"
    text = clinic(people, "", leaves("w", "go", 2.5) + moves(3), a="1")
    assert told(play(text), "awaiting_transfer", "left", "resumed") == [
        "2+5040 awaiting_transfer a0 w0",
        "3 left a0 move",
    ]


def test_at_the_instant_of_the_workers_exit(play: Play) -> None:
    """R10.1: the exit comes first, but hand-over only when all events are over: the client of 1 leaves, as they would.

    The worker's time with them ends once: a week and a half of an hour a week, out of two and a half weeks there.
    """
    text = clinic("intake = [{ week = 0, count = 1 }]", "", leaves("w", "go", 2.5) + moves(2.5), a="1")
    scene = play(text)
    assert told(scene, "awaiting_transfer", "left") == ["2+5040 left a0 w0 move"]
    assert scene.kpi("tier.w.delivering_mean") == pytest.approx(1.5 / 20)
    assert scene.kpi("tier.w.share.clients") == pytest.approx(1.5 * 60 / (2.5 * 1200))


def test_the_first_of_several_reasons(play: Play) -> None:
    """One strike ends it; the second reason finds nobody but the client who came after the first."""
    rest = moves(6, reason="late") + moves(5, reason="soon")
    scene = play(clinic("initial = 1", "sessions = 9", rest, a="1, 5"))
    assert told(scene, "left") == ["5 left a0 w0 soon", "6 left a1 w0 late"]


@pytest.mark.parametrize(("probability", "gone"), [(0, 0), (1, 3)])
def test_leave_probability(play: Play, probability: float, gone: int) -> None:
    rest = moves(5, f"leave_probability = {probability}")
    assert play(clinic("initial = 1", "sessions = 9", rest, a="1, 2, 3")).kpi("clients.left_for_own_reason") == gone


def test_the_clock_runs_from_the_referral(play: Play) -> None:
    """Everybody's exponential clock, and whether it takes them away, are draws of their own; waiting or in care."""
    rest = '[clients.events.move]\ntime_to_event = { dist = "exponential", mean_weeks = 10 }\nleave_probability = 0.7'
    scene = play(clinic("initial = 9", "sessions = 99", rest, streams={"s": "referrals_per_week = 3"}))
    left = {row.key: row.minute for row in scene.select("left")}
    assert {row.other != "" for row in scene.select("left")} == {True, False}
    expected = {}
    for row in scene.select("referred"):
        number, reason = int(row.key.split(":")[1]), stable_hash("move")
        unit = -math.log1p(-luck_of_client("s", number, Purpose.THRESHOLD, reason))
        if luck_of_client("s", number, Purpose.CONSEQUENCE, reason) < 0.7:
            minute = math.ceil(row.minute + 10 * WEEK * unit)
            if minute < 20 * WEEK:
                expected[row.key] = minute
    assert len(expected) > 20
    assert left == expected


def test_a_wave(play: Play) -> None:
    """Of those referred before week 10 a share is struck, each at a minute of their own within the week."""
    rest = '[clients.events.wave]\ntime_to_event = { dist = "shock", week = 10, share = 0.5 }'
    scene = play(clinic("initial = 9", "sessions = 99", rest, streams={"s": "referrals_per_week = 3"}))
    expected = {}
    for row in scene.select("referred"):
        number, reason = int(row.key.split(":")[1]), stable_hash("wave")
        if row.minute < 10 * WEEK and luck_of_client("s", number, Purpose.THRESHOLD, reason) < 0.5:
            expected[row.key] = 10 * WEEK + math.floor(luck_of_client("s", number, Purpose.SHOCK_TIME, reason) * WEEK)
    assert len(expected) > 8
    assert {row.key: row.minute for row in scene.select("left")} == expected
