"""What happens first when several things are due at one minute (R10.1): courses, seats, exits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.programmes import two_tiers
from engine.scene import Scene, burst, dated, leaves, rarely, short

Play = Callable[..., Scene]


COURSE = "course_weeks = 2\nmax_cohort = 2\ntrainer_hours_per_week = 15"


def test_a_course_that_ends_with_the_trainers_exit_counts(play: Play) -> None:
    peer, rest = f"intake = {dated('1:1')}", leaves("mentor", "move", 3)
    scene = play(two_tiers("0:1", peer, training=COURSE, supervision="none", rest=rest))
    assert short(scene.lines("course_ended", "passed", "certified", "exited"))[1:] == [
        "3 course_ended peer:course:0 held",
        "3 passed p:1:0 peer:course:0",
        "3 certified p:1:0",
        "3 exited m:0:0 move",
    ]


def test_a_trainee_who_leaves_on_the_last_day_has_passed(play: Play) -> None:
    """The course ends first; the clock from recruitment then takes somebody who is certified."""
    peer, rest = f"intake = {dated('1:1')}", leaves("peer", "move", 3, origin="recruitment")
    scene = play(two_tiers("0:1", peer, training=COURSE, supervision="none", rest=rest))
    assert short(scene.lines("passed", "certified", "exited"))[1:] == [
        "3 passed p:1:0 peer:course:0",
        "3 certified p:1:0",
        "3 exited p:1:0 move",
    ]
    assert scene.kpi("tier.peer.course_yield") == 1.0


def test_a_trainee_on_notice_from_the_last_day_works_it_out(play: Play) -> None:
    """A day earlier a trainee would have left at once (R5.6)."""
    peer, rest = f"intake = {dated('1:1')}", leaves("peer", "move", 3, origin="recruitment", notice_weeks=2)
    scene = play(two_tiers("0:1", peer, training=COURSE, supervision="none", rest=rest))
    assert short(scene.lines("passed", "notice", "exited")) == [
        "3 passed p:1:0 peer:course:0",
        "3 notice p:1:0 move 50400",
        "5 exited p:1:0 move",
    ]


def test_a_candidate_loses_patience_as_the_trainer_falls_free(play: Play) -> None:
    """The course of week 1 ends at week 3 and frees the hours; the candidate's patience ends before courses start."""
    peer = f"intake = {dated('1:2 2:1')}\ncandidate_patience_weeks = 1"
    scene = play(two_tiers("0:1", peer, training=COURSE, supervision="none"))
    assert short(scene.lines("course_started", "course_ended", "exited")) == [
        "1 course_started peer:course:0 2",
        "3 course_ended peer:course:0 held",
        "3 exited p:2:0 gave_up_waiting",
    ]


def test_a_candidate_who_comes_as_the_trainer_falls_free_starts_at_once(play: Play) -> None:
    scene = play(two_tiers("0:1", f"intake = {dated('1:2 3:1')}", training=COURSE, supervision="none"))
    assert scene.weeks("course_started") == ["1", "3"]


def test_a_trainer_who_comes_at_the_last_trainers_exit_saves_the_course(play: Play) -> None:
    peer, rest = f"intake = {dated('1:2')}", leaves("mentor", "move", 2)
    scene = play(two_tiers("0:1 2:1", peer, training=COURSE, supervision="none", rest=rest))
    assert scene.lines("course_ended") == ["3 course_ended peer:course:0 held"]


CLIENTS = f"""
[clients]
sessions = 4
session_hours = 1
[clients.stream.a]
referrals_per_week = {burst(1)}
"""


@pytest.mark.parametrize(("comes", "third"), [("9", "unsupervised"), ("3", "supervised")])
def test_a_session_at_the_minute_of_the_supervisors_exit_was_supervised(
    play_referred: Play, comes: str, third: str
) -> None:
    """The supervisor leaves at week 3; the next session is unsupervised unless another came at that minute (R4.7)."""
    rest = leaves("mentor", "move", 3) + CLIENTS
    scene = play_referred(two_tiers(f"0:1 {comes}:1", "initial = 1", supervision="grace_weeks = 9", rest=rest), a=[1])
    assert [row.detail for row in scene.select("session")] == ["supervised", "supervised", third, third]
    assert scene.kpi("tier.peer.supervised_share") == (1.0 if comes == "3" else (20 - 6) / 20)


def test_a_session_at_the_minute_of_a_new_seat_was_unsupervised(play_referred: Play) -> None:
    """Seats are given after the events of the instant: the session of week 4 was held without a supervisor."""
    rest = leaves("mentor", "move", 3) + CLIENTS
    scene = play_referred(two_tiers("0:1 4:1", "initial = 1", supervision="grace_weeks = 9", rest=rest), a=[1])
    assert [row.detail for row in scene.select("session")] == ["supervised", "supervised", "unsupervised", "supervised"]


def test_a_session_at_the_minute_at_which_grace_ends(play_referred: Play) -> None:
    """The third session is held, then grace is over and the case is handed over."""
    rest = leaves("mentor", "move", 3) + CLIENTS
    scene = play_referred(two_tiers("0:1", "initial = 1", supervision="grace_weeks = 1", rest=rest), a=[1])
    assert short(scene.lines("session", "lapsed", "awaiting_transfer"))[2:] == [
        "4 session a:0 p0 unsupervised 3",
        "4 lapsed p0",
        "4 awaiting_transfer a:0 p0",
    ]


def test_supervisor_and_member_leave_at_one_minute(play: Play) -> None:
    """The group dissolves; the one who is left is unsupervised, the one who has gone is not unseated."""
    rest = leaves("mentor", "move", 3) + leaves("peer", "end", 3)
    peer = f"intake = {dated('1:2')}"
    scene = play(two_tiers("0:1", peer, supervision="group_size = 3", rest=rest))
    assert short(scene.lines("exited", "left_supervision", "group_closed", "unsupervised")) == [
        "3 exited m:0:0 move",
        "3 exited p:1:0 end",
        "3 exited p:1:1 end",
        "3 group_closed g0 m:0:0 dissolved",
    ]
    assert scene.kpi("tier.peer.unsupervised_mean") == 0.0


def test_a_seat_falls_free_at_the_minute_of_a_recruits_arrival(play: Play) -> None:
    """Span one: the peer of week 4 takes the seat of the one who leaves at week 4."""
    peer = f"initial = 1\nintake = {dated('4:1')}"
    scene = play(two_tiers("0:1", peer, supervision="max_supervisees = 1", rest=leaves("peer", "move", 4)))
    assert short(scene.lines("exited", "group_closed", "joined_supervision", "unsupervised"))[1:] == [
        "4 exited p0 move",
        "4 group_closed g0 m:0:0 empty",
        "4 joined_supervision p:4:0 g1",
    ]


def test_seats_before_courses_before_clients(play_referred: Play) -> None:
    """One mentor of ten hours comes at week 3; each of the three takes six (R10.2): the group first, for good.

    With no group to lead, the course of week 3 to 5 comes first and the client waits for its end.
    """
    text = f"""
horizon_weeks = 12
cascade = ["mentor", "peer"]
[tier.mentor]
hours_per_week = 10
intake = {dated("3:1")}
delivers = true
[tier.peer]
initial = 1
intake = {dated("2:1")}
hours_per_week = {rarely(6, 9)}
training = {{ course_weeks = 2, max_cohort = 1, trainer_hours_per_week = 6 }}
supervision = {{ meeting_hours = 2, preparation_hours = 4, grace_weeks = 9, max_supervisees = 1 }}
[clients]
sessions = 3
session_hours = 6
[clients.stream.a]
referrals_per_week = {burst(1)}
"""
    happens = ("joined_supervision", "course_started", "started")
    assert short(play_referred(text, a=[1]).lines(*happens)) == ["3 joined_supervision p0 g0"]
    text = text.replace("initial = 1", "initial = 0")
    assert short(play_referred(text, a=[1]).lines(*happens)) == [
        "3 course_started peer:course:0 1",
        "5 joined_supervision p:2:0 g0",
    ]
