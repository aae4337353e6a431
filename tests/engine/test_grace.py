"""Losing a supervisor: grace, lapse, notice, and who is seated first afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.lives import away
from engine.programmes import SEATS, team
from engine.scene import Scene, burst, dated, leaves, short

Play = Callable[..., Scene]


def test_a_seat_lost_and_found_at_one_instant_is_no_time_unsupervised(play: Play) -> None:
    """R4.5: the mentor leaves at week 5, another comes at week 5. Nobody is unsupervised, not even on paper."""
    scene = play(
        team("1:2", mentor="initial = 1\nintake = [{ week = 5, count = 1 }]", rest=leaves("mentor", "move", 5))
    )
    assert short(scene.lines(*SEATS))[3:] == [
        "5 left_supervision p:1:0 g0 dissolved",
        "5 left_supervision p:1:1 g0 dissolved",
        "5 group_closed g0 m0 dissolved",
        "5 group_opened g1 m:5:0",
        "5 joined_supervision p:1:0 g1",
        "5 joined_supervision p:1:1 g1",
    ]
    assert scene.kpi("tier.peer.unsupervised_mean") == 0.0
    assert scene.kpi("tier.peer.supervised_share") == 1.0


@pytest.mark.parametrize(
    ("comes", "expected"),
    [
        (6, ["6 joined_supervision p:1:0 g1"]),
        (7, ["7 joined_supervision p:1:0 g1"]),  # at the instant of the expiry: tested after placing (R4.6)
        (8, ["7 lapsed p:1:0", "8 joined_supervision p:1:0 g1"]),
    ],
)
def test_grace(play: Play, comes: int, expected: list[str]) -> None:
    """Two weeks of grace from week 5; a new supervisor comes."""
    mentor = f"initial = 1\nintake = [{{ week = {comes}, count = 1 }}]"
    scene = play(team("1:1", mentor=mentor, rest=leaves("mentor", "move", 5)))
    assert short(scene.lines("unsupervised", "lapsed", "joined_supervision"))[1:] == ["5 unsupervised p:1:0", *expected]
    assert scene.kpi("tier.peer.unsupervised_mean") == (comes - 5) / 20


def test_grace_begins_anew_after_a_seat(play: Play) -> None:
    """Unsupervised from 5 to 6.5, seated, unsupervised again from 7: the lapse is at 9, not at 7."""
    mentor = "initial = 1\nintake = [{ week = 6.5, count = 1 }]"
    rest = leaves("mentor", "first", 5) + leaves("mentor", "then", 7)
    scene = play(team("1:1", mentor=mentor, rest=rest))
    assert short(scene.lines("unsupervised", "lapsed", "joined_supervision"))[1:] == [
        "5 unsupervised p:1:0",
        "6+5040 joined_supervision p:1:0 g1",
        "7 unsupervised p:1:0",
        "9 lapsed p:1:0",
    ]


def test_no_grace(play: Play) -> None:
    """Nothing is due at the instant that made it: without grace a worker lapses at the next minute (R1.2)."""
    scene = play(team("1:1", "grace_weeks = 0", rest=leaves("mentor", "move", 5)))
    lines = short(scene.lines("exited", "left_supervision", "group_closed", "unsupervised", "lapsed"))
    assert lines == [
        "5 exited m0 move",
        "5 left_supervision p:1:0 g0 dissolved",
        "5 group_closed g0 m0 dissolved",
        "5 unsupervised p:1:0",
        "5+1 lapsed p:1:0",
    ]


def test_supervisors_on_notice_keep_their_members_and_take_no_new_one(play: Play) -> None:
    """Notice from week 3 to 9. The seat beside the first peer stays empty; the one who comes at week 4 waits."""
    scene = play(team("1:1 4:1", rest=leaves("mentor", "move", 3, notice_weeks=6)))
    assert short(scene.lines("joined_supervision", "unsupervised", "lapsed", "exited")) == [
        "1 joined_supervision p:1:0 g0",
        "4 unsupervised p:4:0",
        "6 lapsed p:4:0",
        "9 exited m0 move",
        "9 unsupervised p:1:0",
        "11 lapsed p:1:0",
    ]
    assert scene.kpi("tier.peer.waiting.supervision_place.too_few_supervisors_weeks") == 16 + 11


def test_whoever_is_unsupervised_and_on_notice_may_still_be_seated(play: Play) -> None:
    mentor = "initial = 0\nintake = [{ week = 4, count = 1 }]"
    scene = play(team("1:1", mentor=mentor, rest=leaves("peer", "move", 3, notice_weeks=6)))
    assert short(scene.lines("joined_supervision", "exited")) == [
        "4 joined_supervision p:1:0 g0",
        "9 exited p:1:0 move",
    ]


SEEN = f"""
horizon_weeks = 20
cascade = ["mentor", "peer"]
[tier.mentor]
initial = 2
hours_per_week = 10
[tier.peer]
initial = 3
hours_per_week = 10
[tier.peer.training]
required = false
[tier.peer.supervision]
meeting_hours = 1
max_supervisees = 2
[tier.mentor.events.move]
time_to_event = {{ dist = "date", week = 5 }}
[clients]
sessions = 4
session_hours = 1
[clients.stream.a]
referrals_per_week = {burst(1, 2, 3)}
"""


def test_those_with_open_cases_are_seated_first(play_referred: Play) -> None:
    """Cases of four weeks from week 1 (first peer), 2 (second) and 3 (third); at week 6 two seats are free again.

    Then only the third peer has an open case; of the others the first has the lower key.
    """
    text = SEEN.replace("initial = 2", "initial = 2\nintake = [{ week = 6, count = 1 }]")
    scene = play_referred(text, a=[1, 2, 3])
    assert short(scene.lines("joined_supervision")) == [
        "0 joined_supervision p0 g0",
        "0 joined_supervision p1 g1",
        "0 joined_supervision p2 g2",
        "6 joined_supervision p2 g3",
        "6 joined_supervision p0 g4",
    ]


def test_lapse_hands_over_the_open_cases(play_referred: Play) -> None:
    """Sessions in grace are unsupervised; at week 7 the cases wait; at week 8 two peers get a seat and resume them.

    Order of seats: nobody has a case any more, so by key. Order of resuming: who has not begun a case for longest.
    """
    text = SEEN.replace("initial = 2", "initial = 2\nintake = [{ week = 8, count = 1 }]")
    scene = play_referred(text.replace("sessions = 4", "sessions = 7"), a=[1, 2, 3])
    assert short(scene.lines("lapsed", "awaiting_transfer", "joined_supervision", "resumed"))[3:] == [
        "7 lapsed p0",
        "7 awaiting_transfer a:0 p0",
        "7 lapsed p1",
        "7 awaiting_transfer a:1 p1",
        "7 lapsed p2",
        "7 awaiting_transfer a:2 p2",
        "8 joined_supervision p0 g3",
        "8 joined_supervision p1 g4",
        "8 resumed a:0 p0 10080",
        "8 resumed a:1 p1 10080",
        "9 resumed a:2 p0 10080",
    ]
    assert short(scene.lines("session", "completed", of="a:0")) == [
        "2 session a:0 p0 supervised 1",
        "3 session a:0 p0 supervised 2",
        "4 session a:0 p0 supervised 3",
        "5 session a:0 p0 supervised 4",
        "6 session a:0 p0 unsupervised 5",
        "7 session a:0 p0 unsupervised 6",
        "9 session a:0 p0 supervised 7",
        "9 completed a:0 p0",
    ]
    assert scene.kpi("clients.sessions_unsupervised_share") == (2 * 3) / (7 * 3)
    # three wait from 7 to 8, one more week for a place; nobody may take them at first
    assert scene.kpi("clients.waiting.care.worker_unsupervised_weeks") == 3.0
    assert scene.kpi("clients.waiting.care.multiple_weeks") == 1.0


def test_the_minutes_of_a_seat_that_is_lacking_are_kept(play_referred: Play) -> None:
    """Without a supervisor nobody takes on what would keep them from having one again (R4.2).

    The mentor has eight hours: two of meetings with the boss, four for a client. The boss leaves at week 3. A group of
    four hours would fit now, but not beside the seat: the peer of week 4 waits, and the mentor sits with the boss of
    week 5. The client, who is seen for nine weeks, makes room for the group in week 10.
    """
    text = f"""
horizon_weeks = 12
cascade = ["boss", "mentor", "peer"]
[tier.boss]
initial = 1
hours_per_week = 10
intake = {dated("5:1")}
[tier.mentor]
initial = 1
hours_per_week = 8
delivers = true
training.required = false
supervision = {{ meeting_hours = 2, grace_weeks = 3 }}
[tier.peer]
intake = {dated("4:1")}
hours_per_week = 9
training.required = false
supervision = {{ meeting_hours = 4, preparation_hours = 0 }}
[clients]
sessions = 9
session_hours = 4
[clients.stream.a]
referrals_per_week = {burst(1)}
{leaves("boss", "move", 3)}
"""
    scene = play_referred(text, a=[1])
    assert short(
        scene.lines("started", "joined_supervision", "unsupervised", "lapsed", "awaiting_transfer", "resumed")
    ) == [
        "0 joined_supervision m0 mg0",
        "1 started a:0 m0 10080",
        "3 unsupervised m0",
        "4 unsupervised p:4:0",
        "5 joined_supervision m0 mg1",
        "6 lapsed p:4:0",
        "10 joined_supervision p:4:0 g0",
    ]
    assert scene.kpi("tier.mentor.waiting.supervision_place.own_hours_weeks") == 0.0
    assert scene.kpi("tier.peer.waiting.supervision_place.supervisor_hours_weeks") == 6.0


def test_who_has_lapsed_and_was_away_is_in_grace_again(play: Play) -> None:
    """R2.7: the mentor lapses at week 3 and is away for week 4; a course may begin at 5.5, none after week 7."""
    text = """
horizon_weeks = 12
cascade = ["boss", "mentor", "peer"]
[tier.boss]
initial = 1
hours_per_week = 10
[tier.boss.events.move]
time_to_event = { dist = "date", week = 1 }
[tier.mentor]
initial = 1
hours_per_week = 10
training.required = false
supervision = { meeting_hours = 1, grace_weeks = 2 }
[tier.peer]
hours_per_week = 5
intake = [{ week = 5.5, count = 1 }, { week = 8, count = 1 }]
training = { course_weeks = 1, max_cohort = 1, trainer_hours_per_week = 4 }
supervision.independent = true
"""
    scene = play(text + away("mentor", 4, 1))
    assert short(scene.lines("unsupervised", "lapsed", "absent", "returned", "course_started")) == [
        "1 unsupervised m0",
        "3 lapsed m0",
        "4 absent m0 ill 50400",
        "5 returned m0",
        "5 unsupervised m0",
        "5+5040 course_started peer:course:0 1",
        "7 lapsed m0",
    ]
