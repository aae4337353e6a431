"""Clients: who sees whom, hand-over, hours, and the window of the measures."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.programmes import desk, told
from engine.scene import WEEK, Scene, burst, leaves

Play = Callable[..., Scene]


# --- who sees whom (R8.4) -------------------------------------------------------------------------------------------


def test_fewest_open_cases_then_longest_since_a_start_then_key(play_referred: Play) -> None:
    """Two workers of two places. 1: both idle, the key decides. 2: the second has none. 4: both have none again,
    the first one's last start is longer ago. 5: the second has none. 6: a tie of one each at 5.5."""
    scene = play_referred(desk(burst(1, 2, 4, 5, 5.5), intake="0:2", worker="caseload = 2"), a=[1, 2, 4, 5, 5.5])
    assert told(scene, "started", "completed") == [
        "1 started a:0 w0",
        "2 started a:1 w1",
        "3 completed a:0 w0",
        "4 completed a:1 w1",
        "4 started a:2 w0",
        "5 started a:3 w1",
        "5+5040 started a:4 w0",
        "6 completed a:2 w0",
        "7 completed a:3 w1",
        "7+5040 completed a:4 w0",
    ]


def test_fewest_open_cases_before_longest_since_a_start(play_referred: Play) -> None:
    """At week 4 the first worker, who began at 1, still has a case; the second, who began later, has none."""
    interval = 'interval_weeks = { dist = "discrete", values = [1, 4], probabilities = [0.5, 0.5] }'
    text = desk(burst(1, 2, 4), f"sessions = 1\n{interval}", intake="0:2", worker="caseload = 2")

    def long_then_short(scene: Scene) -> bool:
        return [row.amount for row in scene.select("started")][:2] == [4 * WEEK, WEEK]

    scene = play_referred(text, long_then_short, a=[1, 2, 4])
    assert [row.other for row in scene.select("started")] == ["w:intake:0:0", "w:intake:0:1", "w:intake:0:1"]


def test_referrals_of_one_minute_in_order_of_stream_and_number(play_referred: Play) -> None:
    """One worker; two clients of stream a and one of b at week 1, whatever the order of the streams in the file."""
    scene = play_referred(desk(burst(1), streams="b a", clients="sessions = 1"), a=[1, 1], b=[1])
    assert told(scene, "started") == ["1 started a:0 w0", "2 started a:1 w0", "3 started b:0 w0"]


def test_hand_overs_come_before_earlier_referrals(play_referred: Play) -> None:
    """b waits from week 1, a is in care. At week 2.5 their worker leaves and another comes: a first."""
    text = desk(burst(1), streams="a b", intake="0:1 2.5:1", rest=leaves("w", "move", 2.5))
    assert [each.replace("w:intake:2.5:", "w1") for each in told(play_referred(text, a=[1], b=[1]))] == [
        "1 started a:0 w0",
        "2 session a:0 w0 supervised 1",
        "2+5040 awaiting_transfer a:0 w0",
        "2+5040 resumed a:0 w10",
        "3+5040 session a:0 w10 supervised 2",
        "3+5040 completed a:0 w10",
        "3+5040 started b:0 w10",
        "4+5040 session b:0 w10 supervised 1",
        "5+5040 session b:0 w10 supervised 2",
        "5+5040 completed b:0 w10",
    ]


def test_hand_overs_in_order_of_referral(play_referred: Play) -> None:
    """Two workers leave at week 4 and one comes: the client of week 1 first, with six of nine sessions to go."""
    text = desk(burst(1, 2), "sessions = 9", intake="0:2 4:1", rest=leaves("w", "move", 4))
    scene = play_referred(text, a=[1, 2])
    assert scene.lines("awaiting_transfer", "resumed") == [
        "4 awaiting_transfer a:0 w:intake:0:0",
        "4 awaiting_transfer a:1 w:intake:0:1",
        "4 resumed a:0 w:intake:4:0 10080",
        "10 resumed a:1 w:intake:4:0 10080",
    ]


def test_a_resumed_client_keeps_the_sessions(play_referred: Play) -> None:
    """Three of four sessions by week 4, the last at the minute of the exit; the fourth an interval after resuming."""
    text = desk(burst(1), "sessions = 4", intake="0:1 6.25:1", rest=leaves("w", "move", 4))
    assert [each.replace("w:intake:6.25:0", "w9") for each in told(play_referred(text, a=[1]))] == [
        "1 started a:0 w0",
        "2 session a:0 w0 supervised 1",
        "3 session a:0 w0 supervised 2",
        "4 session a:0 w0 supervised 3",
        "4 awaiting_transfer a:0 w0",
        "6+2520 resumed a:0 w9",
        "7+2520 session a:0 w9 supervised 4",
        "7+2520 completed a:0 w9",
    ]


def test_lose_instead_of_hand_over(play_referred: Play) -> None:
    text = desk(burst(1), 'on_worker_exit = "lose"', rest=leaves("w", "move", 2.5), intake="0:1 2.5:1")
    scene = play_referred(text, a=[1])
    assert told(scene)[2:] == ["2+5040 lost_on_exit a:0 w0"]
    assert [scene.kpi(f"clients.{name}") for name in ("lost_on_exit", "transfers")] == [1, 0]


# --- hours and the window -------------------------------------------------------------------------------------------


def test_an_episode_commits_its_minutes_a_week(play_referred: Play) -> None:
    """(1.5 + 0.75 hours) / interval of 0.7 weeks = 192.86 minutes a week, rounded up, while the episode is open."""
    clients = "session_hours = 1.5\nsession_overhead_hours = 0.75\ninterval_weeks = 0.7\nsessions = 5"
    scene = play_referred(desk(burst(1), clients), a=[1])
    assert scene.lines("completed") == ["4+5040 completed a:0 w:intake:0:0"]
    assert scene.kpi("tier.w.utilisation") == pytest.approx(193 * 3.5 / (1200 * 20), abs=1e-15)


def test_clients_belong_to_the_window_by_referral(play_referred: Play) -> None:
    """From week 2 on: the client of week 1 counts nowhere, though in care until week 3; integrals count by time."""
    text = "measure_from_week = 2\n" + desk(burst(1, 2, 19))
    scene = play_referred(text, a=[1, 2, 19])
    named = ("referred", "started", "completed", "in_care_at_end", "waiting_at_end", "sessions_attended")
    assert [scene.kpi(f"clients.{name}") for name in named] == [2, 2, 1, 1, 0, 2]
    assert scene.kpi("clients.wait_mean_weeks") == 0.5  # the client of week 2 waited a week, that of week 19 not at all
    assert scene.kpi("clients.in_care_mean") == (1 + 2 + 1) / 18
