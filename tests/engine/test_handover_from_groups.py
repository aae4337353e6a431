"""A group that has lost its last facilitator: everybody goes on one by one, with the sessions attended (R8.6, R8.5)."""

from __future__ import annotations

from collections.abc import Callable

from engine.circles import circle
from engine.clinic import clinic, story, told
from engine.lives import away
from engine.scene import Scene, leaves

Play = Callable[..., Scene]

ONE = "facilitators = 1"
THEN_ONE = "intake = [{ week = 0, count = 1 }, { week = 3, count = 1 }]"


def test_with_the_sessions_attended(play: Play) -> None:
    """Two of the three sessions of their format are left, whatever `[clients]` says; the new worker has two places."""
    scene = play(circle(f"{THEN_ONE}\ncaseload = 2", ONE, "sessions = 7", leaves("w", "move", 2.5), a="1, 1, 1"))
    assert story(scene, but="joined_group facilitator_joined") == [
        "1 client_group_started g:0 g 3",
        "2 group_session g:0 1",
        *(f"2 session a{number} g:0 supervised 1" for number in range(3)),
        *(f"2+5040 awaiting_transfer a{number} w0" for number in range(3)),
        "2+5040 client_group_ended g:0 dissolved",
        "3 resumed a0 w3:0",
        "3 resumed a1 w3:0",
        *(
            f"{week} session a{number} w3:0 supervised {attended}"
            for week, attended in ((4, 2),)
            for number in range(2)
        ),
        "5 session a0 w3:0 supervised 3",
        "5 completed a0 w3:0",
        "5 session a1 w3:0 supervised 3",
        "5 completed a1 w3:0",
        "5 resumed a2 w3:0",
        *(f"{4 + attended} session a2 w3:0 supervised {attended}" for attended in (2, 3)),
        "7 completed a2 w3:0",
    ]
    assert scene.kpi("clients.transfers") == 3
    assert scene.kpi("clients.started") == 3


def test_before_others_who_were_referred_earlier(play: Play) -> None:
    """An individual client of week 1 waits; the worker of week 3 takes those of the group first."""
    streams = {"i": "dates = [1]"}
    text = circle(THEN_ONE, f"{ONE}\ngroup_min = 2", "", leaves("w", "move", 2.5), a="1, 1", streams=streams)
    assert told(play(text), "started", "resumed") == ["3 resumed a0 w3:0", "5 resumed a1 w3:0", "7 started i0 w3:0"]


def test_nobody_has_completed_by_the_number_of_others(play: Play) -> None:
    """Two of three sessions in the group are as many as there are in `[clients]`: the third is to come."""
    scene = play(circle("intake = [{ week = 0, count = 1 }]", ONE, "", leaves("w", "move", 3.5), a="1, 1, 1"))
    assert told(scene, "completed", "awaiting_transfer", "client_group_ended") == [
        *(f"3+5040 awaiting_transfer a{number} w0" for number in range(3)),
        "3+5040 client_group_ended g:0 dissolved",
    ]


def test_alone_with_the_hours_of_the_format(play: Play) -> None:
    """A session of two hours takes two alone: a worker of four hours a week sees two of the three, in three places."""
    people = f"{THEN_ONE}\ncaseload = 3\nhours_per_week = 4"
    scene = play(circle(people, ONE, "", leaves("w", "move", 2.5), a="1, 1, 1"))
    assert told(scene, "resumed") == ["3 resumed a0 w3:0", "3 resumed a1 w3:0", "5 resumed a2 w3:0"]


def test_a_missed_session_is_made_up_alone(play_where: Play) -> None:
    """In the group nothing is postponed; alone it is: who has attended none of two needs all three."""
    text = circle(f"{THEN_ONE}\ncaseload = 3", ONE, "no_show_probability = 0.5", leaves("w", "move", 3.5), a="1, 1, 1")
    text = text.replace("week = 3,", "week = 4,")
    scene = play_where(text, lambda scene: told(scene, "no_show")[:2] == ["2 no_show a0 g:0 1", "3 no_show a0 g:0 2"])
    attended = [line.split()[-1] for line in told(scene, "session") if " a0 " in line]
    assert attended == ["1", "2", "3"]


def test_who_would_not_have_started_has_not(play: Play) -> None:
    scene = play(circle(THEN_ONE, ONE, "start_probability = 0", leaves("w", "move", 1.5), a="1, 1, 1"))
    assert told(scene, "never_started", "awaiting_transfer") == [
        f"1+5040 never_started a{number}" for number in range(3)
    ]


def test_lost_where_nobody_is_handed_over(play: Play) -> None:
    scene = play(circle(THEN_ONE, ONE, 'on_worker_exit = "lose"\nsessions = 5', leaves("w", "move", 2.5), a="1, 1, 1"))
    assert told(scene, "lost_on_exit", "awaiting_transfer") == [
        f"2+5040 lost_on_exit a{number} w0" for number in range(3)
    ]
    assert scene.kpi("clients.lost_on_exit") == 3


def test_an_absence_dissolves_at_once(play: Play) -> None:
    """Sessions of a group are not held for anybody: no pause, whatever the hold; and nobody comes back to it."""
    scene = play(circle("initial = 1", ONE, "sessions = 5", away("w", 2.5, 1), a="1, 1, 1"))
    assert told(scene, "paused", "awaiting_transfer", "client_group_ended", "returned", "resumed") == [
        *(f"2+5040 awaiting_transfer a{number} w0" for number in range(3)),
        "2+5040 client_group_ended g:0 dissolved",
        "3+5040 returned w0",
        "3+5040 resumed a0 w0",
        "5+5040 resumed a1 w0",
        "7+5040 resumed a2 w0",
    ]


def test_a_lapsed_facilitator(play: Play) -> None:
    """The supervisor goes at week 2.5; a week of grace later the group ends, unsupervised at its last session."""
    tiers = {
        "m": "initial = 1\ndelivers = false",
        "w": "initial = 1\nsupervision.required = true\nsupervision.meeting_hours = 1\nsupervision.grace_weeks = 1",
    }
    rest = leaves("m", "move", 2.5)
    form = "[clients.format.g]\ngroup_max = 3\nsessions = 9\n"
    text = clinic(tiers, "sessions = 5", form + rest, streams={"a": 'format = "g"\ndates = [1, 1, 1]'})
    scene = play(text)
    lines = told(scene, "session", "lapsed", "awaiting_transfer", "client_group_ended")
    assert [line for line in lines if " a1 " not in line and " a2 " not in line] == [
        "2 session a0 g:0 supervised 1",
        "3 session a0 g:0 unsupervised 2",
        "3+5040 lapsed w0",
        "3+5040 awaiting_transfer a0 w0",
        "3+5040 client_group_ended g:0 dissolved",
    ]
    assert scene.kpi("clients.sessions_unsupervised_share") == 3 / 6
