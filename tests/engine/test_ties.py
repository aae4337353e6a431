"""What happens first when several things are due at one minute (R10.1). Dates are forced, luck is chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.scene import Scene, burst, dated, leaves, rarely, short

Play = Callable[..., Scene]


def care(referred: str, clients: str, *, intake: str = "0:1", rest: str = "") -> str:
    """Workers of one tier with one place each."""
    return f"""
horizon_weeks = 20
cascade = ["w"]
[tier.w]
hours_per_week = 20
intake = {dated(intake)}
{rest}
[clients]
session_hours = 1
{clients}
[clients.stream.a]
referrals_per_week = {referred}
"""


def of_clients(scene: Scene) -> list[str]:
    """Everything about clients and exits; `w0:0` is the worker of week 0."""
    kinds = [row for row in scene.rows if row.kind == "client" or row.event in ("exited", "notice")]
    events = {row.event for row in kinds} - {"referred"}
    return [each.replace("w:intake:", "w").replace(" 10080", "") for each in scene.lines(*events)]


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
        "3 handed_over a:0 w0:0",
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
        "3+5040 handed_over a:0 w0:0",
        "3+5040 resumed a:0 w3.5:0",
    ]


def test_patience_in_hand_over_ends_at_the_minute_of_an_intake(play_referred: Play) -> None:
    text = care(
        burst(1), "sessions = 5\nhandover_patience_weeks = 2", rest=leaves("w", "move", 2.5), intake="0:1 4.5:1"
    )
    assert of_clients(play_referred(text, a=[1]))[-2:] == ["2+5040 handed_over a:0 w0:0", "4+5040 lost_on_exit a:0"]


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


TIERS = """
horizon_weeks = 20
cascade = ["mentor", "peer"]
[tier.mentor]
hours_per_week = 20
intake = {mentors}
[tier.peer]
hours_per_week = 10
{peer}
[tier.peer.training]
{training}
[tier.peer.supervision]
{supervision}
{rest}
"""


def two_tiers(
    mentors: str, peer: str, *, training: str = "required = false", supervision: str = "", rest: str = ""
) -> str:
    """Mentors by intake; peers as told."""
    supervised = "meeting_hours = 1" + "\n" + supervision if supervision != "none" else "required = false"
    return TIERS.format(mentors=dated(mentors), peer=peer, training=training, supervision=supervised, rest=rest)


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
    assert short(scene.lines("session", "lapsed", "handed_over"))[2:] == [
        "4 session a:0 p0 unsupervised 3",
        "4 lapsed p0",
        "4 handed_over a:0 p0",
    ]


def test_supervisor_and_member_leave_at_one_minute(play: Play) -> None:
    """The group dissolves; the one who is left is unsupervised, the one who has gone is not unseated."""
    rest = leaves("mentor", "move", 3) + leaves("peer", "end", 3)
    peer = f"intake = {dated('1:2')}"
    scene = play(two_tiers("0:1", peer, supervision="group_size = 3", rest=rest))
    assert short(scene.lines("exited", "unseated", "group_closed", "unsupervised")) == [
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
    assert short(scene.lines("exited", "group_closed", "seated", "unsupervised"))[1:] == [
        "4 exited p0 move",
        "4 group_closed g0 m:0:0 empty",
        "4 seated p:4:0 g1",
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
    happens = ("seated", "course_started", "started")
    assert short(play_referred(text, a=[1]).lines(*happens)) == ["3 seated p0 g0"]
    text = text.replace("initial = 1", "initial = 0")
    assert short(play_referred(text, a=[1]).lines(*happens)) == [
        "3 course_started peer:course:0 1",
        "5 seated p:2:0 g0",
    ]
