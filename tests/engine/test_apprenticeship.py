"""From the course to the certificate: cases, simulated practice, the time limit, who gets the clients."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.lives import away
from engine.scene import WEEK, Scene, burst, dated, leaves, short, when

Play = Callable[..., Scene]

LIFE = ("passed", "started", "session", "completed", "dropped_out", "left", "certified", "exited")


def practising(
    referred: str,
    training: str = "",
    *,
    intake: str = "0:1",
    mentor: str = "",
    peer: str = "",
    clients: str = "",
    rest: str = "",
) -> str:
    """One mentor, peers who pass a course of a week and practise with clients of two sessions."""
    keys = {"practice": '"clients"', "practice_cases": "2"} | dict(
        each.split(" = ", 1) for each in training.splitlines()
    )
    table = "\n".join(f"{key} = {value}" for key, value in keys.items())
    care = {"sessions": "2", "session_hours": "1"} | dict(each.split(" = ", 1) for each in clients.splitlines())
    desk = "\n".join(f"{key} = {value}" for key, value in care.items())
    return f"""
horizon_weeks = 20
cascade = ["mentor", "peer"]
[tier.mentor]
initial = 1
hours_per_week = 20
{mentor}
[tier.peer]
hours_per_week = 10
intake = {dated(intake)}
{peer}
[tier.peer.training]
course_weeks = 1
max_cohort = 9
trainer_hours_per_week = 2
{table}
[tier.peer.supervision]
meeting_hours = 1
{rest}
[clients]
{desk}
[clients.stream.a]
referrals_per_week = {referred}
"""


def of_peers(scene: Scene) -> list[str]:
    """What happened, without the mentors."""
    return [each for each in short(scene.lines(*LIFE)) if " m0" not in each and " m:" not in each]


def test_two_cases_and_the_certificate(play_referred: Play) -> None:
    """Passed at week 1; a case from 2 to 4; the second client of week 3 waits for the apprentice's only place."""
    scene = play_referred(practising(burst(2, 3)), a=[2, 3])
    assert of_peers(scene) == [
        "1 passed p:0:0 peer:course:0",
        "2 started a:0 p:0:0 10080",
        "3 session a:0 p:0:0 supervised 1",
        "4 session a:0 p:0:0 supervised 2",
        "4 completed a:0 p:0:0",
        "4 started a:1 p:0:0 10080",
        "5 session a:1 p:0:0 supervised 1",
        "6 session a:1 p:0:0 supervised 2",
        "6 completed a:1 p:0:0",
        "6 certified p:0:0",
    ]
    assert scene.kpi("tier.peer.apprentice_mean") == 5 / 20
    assert scene.kpi("tier.peer.waiting.practice.no_client_weeks") == 1.0
    assert scene.kpi("clients.waiting.care.caseload_weeks") == 1.0


def test_two_places_for_an_apprentice(play_referred: Play) -> None:
    scene = play_referred(practising(burst(2, 3), peer="apprentice_caseload = 2"), a=[2, 3])
    assert short(scene.lines("started", "certified"))[1:] == [
        "2 started a:0 p:0:0 10080",
        "3 started a:1 p:0:0 10080",
        "5 certified p:0:0",
    ]


@pytest.mark.parametrize(
    ("training", "certified"),
    [("practice_min_sessions = 1", ["4"]), ("", []), ("practice_min_sessions = 1\npractice_cases = 3", [])],
)
def test_a_case_counts_from_so_many_sessions(play_referred: Play, training: str, certified: list[str]) -> None:
    """Both clients drop out after one of two sessions: enough where one is asked for, else not (R2.8)."""
    scene = play_referred(practising(burst(2, 3), training, clients="continue_probability = 0"), a=[2, 3])
    assert scene.weeks("dropped_out") == ["3", "4"]
    assert scene.weeks("certified", of="peer:intake:0:0") == certified


@pytest.mark.parametrize(("week", "certified"), [(3.5, ["3+5040"]), (2.5, [])])
def test_a_case_that_the_clients_own_life_ends(play_referred: Play, week: float, certified: list[str]) -> None:
    """One session is asked for, and one of two was attended by week 3.5 and none by week 2.5 (R2.8)."""
    training = "practice_cases = 1\npractice_min_sessions = 1"
    rest = f'[clients.events.move]\ntime_to_event = {{ dist = "date", week = {week} }}\n'
    scene = play_referred(practising(burst(2), training, rest=rest), a=[2])
    assert scene.weeks("left") == [when(round(week * WEEK))]
    assert scene.weeks("certified", of="peer:intake:0:0") == certified


def test_a_case_that_ends_while_the_apprentice_is_away(play_referred: Play) -> None:
    """One of two sessions at week 3; away from 3.25 to 5, and the client leaves at 3.5: certified on return."""
    training = "practice_cases = 1\npractice_min_sessions = 1"
    rest = away("peer", 3.25, 1.75, origin="recruitment") + "[tier.peer.absence]\nhold_weeks = 4\n"
    rest += '[clients.events.move]\ntime_to_event = { dist = "date", week = 3.5 }\n'
    scene = play_referred(practising(burst(2), training, rest=rest), a=[2])
    assert of_peers(scene)[-3:] == [
        "3 session a:0 p:0:0 supervised 1",
        "3+5040 left a:0 p:0:0 move",
        "5 certified p:0:0",
    ]
    assert scene.weeks("returned") == ["5"]


def test_an_unsupervised_session_spoils_the_case(play_referred: Play) -> None:
    """The mentor leaves at week 2.5, another comes at week 3.5: the session of week 3 spoils the case."""
    mentor = f"intake = {dated('3.5:1')}"
    training, rest = "practice_cases = 1", leaves("mentor", "move", 2.5)
    scene = play_referred(practising(burst(2, 6), training, mentor=mentor, rest=rest), a=[2, 6])
    assert of_peers(scene)[2:] == [
        "3 session a:0 p:0:0 unsupervised 1",
        "4 session a:0 p:0:0 supervised 2",
        "4 completed a:0 p:0:0",
        "6 started a:1 p:0:0 10080",
        "7 session a:1 p:0:0 supervised 1",
        "8 session a:1 p:0:0 supervised 2",
        "8 completed a:1 p:0:0",
        "8 certified p:0:0",
    ]


def test_after_a_hand_over_only_the_sessions_held_here_count(play_referred: Play) -> None:
    """The active worker leaves at week 3.5 after one session; the apprentice holds the second: one is too few."""
    peer = "initial = 1"
    training = "practice_cases = 1\npractice_first = false"
    text = practising(burst(2), training, intake="1:1", peer=peer, rest=leaves("peer", "move", 3.5))
    scene = play_referred(text, a=[2])
    assert of_peers(scene) == [
        "0 certified p0",
        "2 passed p:1:0 peer:course:0",
        "2 started a:0 p0 10080",
        "3 session a:0 p0 supervised 1",
        "3+5040 exited p0 move",
        "4+5040 session a:0 p:1:0 supervised 2",
        "4+5040 completed a:0 p:1:0",
    ]
    scene = play_referred(text.replace("practice_cases = 1", "practice_cases = 1\npractice_min_sessions = 1"), a=[2])
    assert of_peers(scene)[-1] == "4+5040 certified p:1:0"


@pytest.mark.parametrize(("first", "who"), [("true", "p:0:0"), ("false", "p0")])
def test_apprentices_are_offered_clients_first(play_referred: Play, first: str, who: str) -> None:
    """R2.9: before the active worker, unless the tier says otherwise."""
    text = practising(burst(2), f"practice_first = {first}", peer="initial = 1")
    assert short(play_referred(text, a=[2]).lines("started")) == [f"2 started a:0 {who} 10080"]


@pytest.mark.parametrize(("cases", "second"), [(1, "active"), (2, "apprentice")])
def test_first_only_while_short_of_cases(play_referred: Play, cases: int, second: str) -> None:
    """Open cases that suffice for the certificate end the precedence of an apprentice with two places (R2.9).

    A peer is active from the start; clients come at weeks 2 and 3, when the other one has passed the course.
    """
    text = practising(burst(2, 3), f"practice_cases = {cases}", peer="initial = 1\napprentice_caseload = 2")
    scene = play_referred(text, a=[2, 3])
    took = [line.split()[3] for line in short(scene.lines("started"))]
    assert took == ["p:0:0", {"active": "p0", "apprentice": "p:0:0"}[second]]


def test_the_time_limit(play_referred: Play) -> None:
    """Passed at week 1 with three weeks to go: at week 4 the apprentice leaves and the case of week 3 goes over."""
    training = "apprentice_limit_weeks = 3\npractice_cases = 1"
    scene = play_referred(practising(burst(3), training), a=[3])
    assert of_peers(scene)[1:] == [
        "3 started a:0 p:0:0 10080",
        "4 session a:0 p:0:0 supervised 1",
        "4 exited p:0:0 not_certified",
    ]
    assert scene.weeks("awaiting_transfer") == ["4"]


@pytest.mark.parametrize(("limit", "expected"), [(3, "4 certified p:0:0"), (3.5, "4 certified p:0:0")])
def test_certified_at_the_last_instant(play_referred: Play, limit: float, expected: str) -> None:
    """The last session comes before the exit of the same minute, and the limit is lifted (R10.1)."""
    training = f"apprentice_limit_weeks = {limit}\npractice_cases = 1"
    scene = play_referred(practising(burst(2), training), a=[2])
    assert of_peers(scene)[-1] == expected


SIMULATED = 'practice = "simulated"\npractice_weeks = 3\npractice_cases = 0'


@pytest.mark.parametrize(
    ("goes", "comes", "certified"),
    [
        (9, 9, "4"),
        (4, 9, "4"),  # the last day of practice is the mentor's last day
        (2, 3, "5"),  # a week without a mentor does not count
        (2, 2, "4"),  # another one takes over at that instant
        (2, 3.5, "5+5040"),
        (3, 12, "13"),  # two of three weeks done: one more from week 12
    ],
)
def test_simulated_practice_counts_while_supervised(play: Play, goes: float, comes: float, certified: str) -> None:
    """From week 1 to 4 with a mentor who stays; the clock stands still between `goes` and `comes`."""
    mentor = f"intake = {dated(f'{comes}:1')}"
    scene = play(practising("1e-9", SIMULATED, mentor=mentor, rest=leaves("mentor", "move", goes)))
    assert scene.weeks("certified", of="peer:intake:0:0") == [certified]


def test_practice_that_ends_with_the_time_limit(play: Play) -> None:
    """Three weeks of practice within a limit of three: certified at the last instant (R10.1)."""
    scene = play(practising("1e-9", f"{SIMULATED}\napprentice_limit_weeks = 3"))
    assert of_peers(scene)[1:] == ["4 certified p:0:0"]


def test_practice_that_ends_with_the_exit(play: Play) -> None:
    """Somebody who leaves on the last day of practice leaves certified."""
    rest = leaves("peer", "move", 4, origin="recruitment")
    assert of_peers(play(practising("1e-9", SIMULATED, rest=rest)))[1:] == ["4 certified p:0:0", "4 exited p:0:0 move"]


def test_simulated_practice_begins_with_the_first_seat(play: Play) -> None:
    """Passed at week 1 while the mentor, on notice, takes no new member; seated at week 6."""
    mentor = f"intake = {dated('6:1')}"
    scene = play(practising("1e-9", SIMULATED, mentor=mentor, rest=leaves("mentor", "move", 0.5, notice_weeks=8)))
    assert short(scene.lines("joined_supervision", "certified"))[-2:] == [
        "6 joined_supervision p:0:0 g0",
        "9 certified p:0:0",
    ]


def test_certified_with_the_course_where_no_practice_is_asked_for(play: Play) -> None:
    scene = play(practising("1e-9", 'practice_cases = 0\npractice = "simulated"'))
    assert of_peers(scene)[:2] == ["1 passed p:0:0 peer:course:0", "1 certified p:0:0"]


def test_a_middle_tier_may_practise_with_clients(play_referred: Play) -> None:
    """delivers_in_practice: the mentor's apprentice sees a client, the certified mentor does not."""
    scene = play_referred(
        f"""
horizon_weeks = 12
cascade = ["boss", "mentor", "peer"]
[tier.boss]
initial = 1
hours_per_week = 20
[tier.mentor]
intake = [{{ week = 0, count = 1 }}]
hours_per_week = 10
delivers_in_practice = true
[tier.mentor.training]
course_weeks = 1
max_cohort = 1
trainer_hours_per_week = 1
practice_cases = 1
[tier.mentor.supervision]
meeting_hours = 1
[tier.peer]
hours_per_week = 10
intake = [{{ week = 7, count = 1 }}]
training.required = false
supervision = {{ meeting_hours = 1 }}
[clients]
sessions = 1
session_hours = 1
[clients.stream.a]
referrals_per_week = {burst(2, 4)}
""",
        a=[2, 4],
    )
    assert short(scene.lines("started", "certified"))[1:] == [
        "2 started a:0 m:0:0 10080",
        "3 certified m:0:0",
        "7 certified p:7:0",
        "7 started a:1 p:7:0 10080",
    ]
