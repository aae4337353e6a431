"""What happens first when several things are due at one minute (R10.1): clients and those who see them."""

from __future__ import annotations

from collections.abc import Callable

from engine.programmes import care, of_clients
from engine.scene import Scene, burst, leaves

Play = Callable[..., Scene]


def test_the_last_session_at_the_minute_of_the_exit_completes(play_referred: Play) -> None:
    assert of_clients(play_referred(care(burst(1), "sessions = 3", rest=leaves("w", "move", 4)), a=[1])) == [
        "1 started a:0 w0:0",
        "2 session a:0 w0:0 supervised 1",
        "3 session a:0 w0:0 supervised 2",
        "4 session a:0 w0:0 supervised 3",
        "4 completed a:0 w0:0",
        "4 exited w0:0 move",
    ]


def test_a_session_that_is_not_the_last_counts_before_the_hand_over(play_referred: Play) -> None:
    """And the worker who comes at the minute of the exit resumes the case at that minute."""
    text = care(burst(1), "sessions = 3", rest=leaves("w", "move", 3), intake="0:1 3:1")
    assert of_clients(play_referred(text, a=[1])) == [
        "1 started a:0 w0:0",
        "2 session a:0 w0:0 supervised 1",
        "3 session a:0 w0:0 supervised 2",
        "3 exited w0:0 move",
        "3 awaiting_transfer a:0 w0:0",
        "3 resumed a:0 w3:0",
        "4 session a:0 w3:0 supervised 3",
        "4 completed a:0 w3:0",
    ]


def test_patience_ends_at_the_minute_at_which_a_place_falls_free(play_referred: Play) -> None:
    """The session end frees the place, patience ends, and only then are places given: too late by nothing."""
    assert of_clients(play_referred(care(burst(1, 2), "sessions = 2\npatience_weeks = 1"), a=[1, 2])) == [
        "1 started a:0 w0:0",
        "2 session a:0 w0:0 supervised 1",
        "3 session a:0 w0:0 supervised 2",
        "3 completed a:0 w0:0",
        "3 reneged a:1",
    ]


def test_a_minute_more_of_patience_is_enough(play_referred: Play) -> None:
    scene = play_referred(care(burst(1, 2), "sessions = 2\npatience_weeks = 1.0001"), a=[1, 2])
    assert scene.weeks("started") == ["1", "3"]


def test_patience_ends_at_the_minute_of_an_exit_and_of_an_intake(play_referred: Play) -> None:
    """The client of week 2 leaves although a new worker comes; the case of week 1 goes to that worker."""
    clients = "sessions = 5\npatience_weeks = 1.5"
    text = care(burst(1, 2), clients, rest=leaves("w", "move", 3.5), intake="0:1 3.5:1")
    assert of_clients(play_referred(text, a=[1, 2]))[3:7] == [
        "3+5040 exited w0:0 move",
        "3+5040 reneged a:1",
        "3+5040 awaiting_transfer a:0 w0:0",
        "3+5040 resumed a:0 w3.5:0",
    ]


def test_patience_in_hand_over_ends_at_the_minute_of_an_intake(play_referred: Play) -> None:
    text = care(
        burst(1), "sessions = 5\ntransfer_patience_weeks = 2", rest=leaves("w", "move", 2.5), intake="0:1 4.5:1"
    )
    assert of_clients(play_referred(text, a=[1]))[-2:] == [
        "2+5040 awaiting_transfer a:0 w0:0",
        "4+5040 lost_on_exit a:0",
    ]


def test_a_referral_at_the_minute_at_which_a_place_falls_free_starts_at_once(play_referred: Play) -> None:
    scene = play_referred(care(burst(1, 3), "sessions = 2"), a=[1, 3])
    assert [line for line in scene.lines() if line.startswith("3 ")] == [
        "3 session a:0 w:intake:0:0 supervised 2",
        "3 completed a:0 w:intake:0:0",
        "3 referred a:1 a",
        "3 started a:1 w:intake:0:0 10080",
    ]
    assert scene.kpi("clients.waiting_mean") == 0.0


def test_of_two_who_are_there_when_the_place_falls_free_the_earlier_is_taken(play_referred: Play) -> None:
    scene = play_referred(care(burst(1, 2, 3), "sessions = 2"), a=[1, 2, 3])
    assert scene.lines("started") == [
        "1 started a:0 w:intake:0:0 10080",
        "3 started a:1 w:intake:0:0 10080",
        "5 started a:2 w:intake:0:0 10080",
    ]


def test_a_referral_at_the_minute_at_which_notice_begins_waits(play_referred: Play) -> None:
    """Notices come before arrivals, and places are given after both (R5.6)."""
    text = care(burst(3), "sessions = 2", rest=leaves("w", "move", 3, notice_weeks=4), intake="0:1 5:1")
    assert of_clients(play_referred(text, a=[3]))[:2] == ["3 notice w0:0 move 70560", "5 started a:0 w5:0"]
