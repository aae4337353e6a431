"""Being away for a while: what stands still, what is held and for how long, what is given up at once (R2.7, R4.4)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from engine.lives import away, threshold
from engine.programmes import courses, school, team
from engine.scene import WEEK, Scene, leaves, short

Play = Callable[..., Scene]
SEATS = (
    "absent",
    "returned",
    "group_suspended",
    "group_resumed",
    "group_opened",
    "group_closed",
    "joined_supervision",
    "left_supervision",
    "unsupervised",
    "lapsed",
)


# --- the worker's own hours and seat ----------------------------------------------------------------------------------


def test_hours_and_seat(play: Play) -> None:
    """Two peers away from week 5 to 8: no hours of theirs count, their seats are kept, the supervisor's hours go on."""
    scene = play(team("0:2", rest=away("peer", 5, 3)))
    assert short(scene.lines(*SEATS)) == [
        "0 group_opened g0 m0",
        "0 joined_supervision p:0:0 g0",
        "0 joined_supervision p:0:1 g0",
        "5 absent p:0:0 ill 80640",
        "5 absent p:0:1 ill 80640",
        "8 returned p:0:0",
        "8 returned p:0:1",
    ]
    assert scene.kpi("tier.peer.absences") == 2
    assert scene.kpi("tier.peer.absent_mean") == 2 * 3 / 20
    assert scene.kpi("tier.peer.active_mean") == 2 * 17 / 20
    assert scene.kpi("tier.peer.share.supervision_received") == 2 / 5  # of what is there
    assert scene.kpi("tier.mentor.share.supervision_given") == 2 / 10
    assert scene.kpi("tier.peer.supervised_share") == 1


def test_a_seat_lost_while_away(play: Play) -> None:
    """The mentor leaves at week 6 and another comes at week 9: who is away from 5 to 8 is unsupervised from week 8."""
    rest = away("peer", 5, 3) + leaves("mentor", "move", 6)
    scene = play(team("0:1", mentor="intake = [{ week = 0, count = 1 }, { week = 9, count = 1 }]", rest=rest))
    assert short(scene.lines(*SEATS)) == [
        "0 group_opened g0 m:0:0",
        "0 joined_supervision p:0:0 g0",
        "5 absent p:0:0 ill 80640",
        "6 left_supervision p:0:0 g0 dissolved",
        "6 group_closed g0 m:0:0 dissolved",
        "8 returned p:0:0",
        "8 unsupervised p:0:0",
        "9 group_opened g1 m:9:0",
        "9 joined_supervision p:0:0 g1",
    ]


def test_grace_begins_afresh_on_return(play: Play) -> None:
    """Without a supervisor until week 9: two weeks of grace from week 0, left off at week 1, and again from week 4."""
    scene = play(team("0:1", mentor="intake = [{ week = 9, count = 1 }]", rest=away("peer", 1, 3)))
    assert short(scene.lines(*SEATS)) == [
        "0 unsupervised p:0:0",
        "1 absent p:0:0 ill 40320",
        "4 returned p:0:0",
        "4 unsupervised p:0:0",
        "6 lapsed p:0:0",
        "9 group_opened g0 m:9:0",
        "9 joined_supervision p:0:0 g0",
    ]
    assert scene.kpi("tier.peer.unsupervised_mean") == (1 + 5) / 20


# --- a supervisor away ------------------------------------------------------------------------------------------------


def test_groups_are_suspended_and_resumed(play: Play) -> None:
    """Away for a week: the members are unsupervised but nobody loses a seat; the mentor's hours stand still."""
    scene = play(team("0:2", rest=away("mentor", 5, 1)))
    assert short(scene.lines(*SEATS))[3:] == [
        "5 absent m0 ill 60480",
        "5 group_suspended g0 m0",
        "5 unsupervised p:0:0",
        "5 unsupervised p:0:1",
        "6 returned m0",
        "6 group_resumed g0 m0",
    ]
    assert scene.kpi("tier.peer.unsupervised_mean") == 2 * 1 / 20
    assert scene.kpi("tier.mentor.share.supervision_given") == 2 / 10
    assert scene.kpi("tier.peer.waiting.supervision_place.supervisor_absent_weeks") == 2


def test_a_return_at_the_last_instant_of_the_hold_resumes(play: Play) -> None:
    """Ends of absences come before bare deadlines (R10.1)."""
    scene = play(team("0:1", rest=away("mentor", 5, 2)))
    assert short(scene.lines(*SEATS))[-2:] == ["7 returned m0", "7 group_resumed g0 m0"]


def test_after_the_hold_groups_dissolve(play: Play) -> None:
    """Held for two weeks: at week 7 the seats are gone and grace is over, at week 8 the mentor begins anew."""
    scene = play(team("0:1", rest=away("mentor", 5, 3)))
    assert short(scene.lines(*SEATS))[2:] == [
        "5 absent m0 ill 80640",
        "5 group_suspended g0 m0",
        "5 unsupervised p:0:0",
        "7 left_supervision p:0:0 g0 dissolved",
        "7 group_closed g0 m0 dissolved",
        "7 lapsed p:0:0",
        "8 returned m0",
        "8 group_opened g1 m0",
        "8 joined_supervision p:0:0 g1",
    ]


def test_nobody_moves_back(play: Play) -> None:
    """A mentor of week 6 has room: the seats are kept until week 7, then taken there for good."""
    mentor = "intake = [{ week = 0, count = 1 }, { week = 6, count = 1 }]"
    scene = play(team("0:1", mentor=mentor, rest=away("mentor", 5, 4)))
    assert short(scene.lines("joined_supervision", "left_supervision", "group_opened", "group_closed", "returned"))[
        2:
    ] == [
        "7 left_supervision p:0:0 g0 dissolved",
        "7 group_closed g0 m:0:0 dissolved",
        "7 group_opened g1 m:6:0",
        "7 joined_supervision p:0:0 g1",
        "9 returned m:0:0",
    ]


def test_without_a_hold_groups_dissolve_at_once(play: Play) -> None:
    scene = play(team("0:1", mentor="initial = 2", rest="[tier.mentor.absence]\nhold_weeks = 0\n" + ONE_OF_TWO))
    lines = short(scene.lines("absent", "group_suspended", "group_closed", "group_opened", "unsupervised"))
    first = next(row for row in scene.select("absent"))
    assert lines[0] == "0 group_opened g0 m0"
    assert first.key == "mentor:initial:0"
    assert [each.split(" ", 1)[1] for each in lines[2:4]] == ["group_closed g0 m0 dissolved", "group_opened g1 m1"]
    assert not scene.select("group_suspended", "unsupervised")


ONE_OF_TWO = """
[tier.mentor.events.ill]
time_to_event = { dist = "exponential", mean_weeks = 10 }
absence_weeks = 1
"""


# --- courses ----------------------------------------------------------------------------------------------------------


def test_a_trainee_leaves_the_course_and_loses_no_attempt(play: Play) -> None:
    """Course 0 of weeks 1 to 3 has one trainee, who is away from 2 to 4 and takes the next course, of weeks 4 to 6."""
    scene = play(school("max_cohort = 1", "1:1 2:1", rest=away("peer", 2, 2, origin="recruitment")))
    assert short(scene.lines("course_started", "course_ended", "left_course", "absent", "returned", "passed")) == [
        "1 course_started peer:course:0 1",
        "2 absent p:1:0 ill 40320",
        "2 left_course p:1:0 peer:course:0",
        "2 course_ended peer:course:0 empty",
        "2 course_started peer:course:1 1",
        "4 course_ended peer:course:1 held",
        "4 passed p:2:0 peer:course:1",
        "4 returned p:1:0",
        "4 course_started peer:course:2 1",
        "6 course_ended peer:course:2 held",
        "6 passed p:1:0 peer:course:2",
    ]
    assert scene.kpi("tier.peer.exited") == 0
    assert scene.kpi("tier.peer.absent_mean") == 0  # a candidate stays one


WAVE = """
[tier.peer.events.ill]
time_to_event = { dist = "shock", week = 2, share = 0.3 }
from = "recruitment"
absence_weeks = 1
"""


def test_a_trainee_who_comes_back_keeps_the_place_in_the_queue(play_where: Play) -> None:
    """Courses for one, two of week 1.5 wait. The first is taken from the course in week 2, and is next when back."""
    scene = play_where(
        school("max_cohort = 1", "1:1 1.5:2", rest=WAVE),
        lambda scene: [row.key for row in scene.select("absent")] == ["peer:intake:1:0"],
    )
    order = ["p:1:0", "p:1.5:0", "p:1:0", "p:1.5:1"]
    assert [each.split()[2] for each in short(scene.lines("entered_course"))] == order


def test_a_candidate_who_is_away_is_not_counted_on(play: Play) -> None:
    """Two are needed: the second comes at week 3, the first is away from 2 to 5."""
    rest = away("peer", 2, 3, origin="recruitment")
    scene = play(school("min_cohort = 2", "1:1 3:1", rest=rest))
    assert courses(scene)[0] == "5 course_started peer:course:0 2"
    scene = play(school("min_cohort = 2", "1:1 3:1", peer="candidate_patience_weeks = 3", rest=rest))
    assert short(scene.lines("exited"))[0] == "4 exited p:1:0 gave_up_waiting"  # patience goes on


def test_trainers_are_replaced_or_the_course_is_cancelled(play: Play) -> None:
    """One trainer of weeks 1 to 3, away from 2 to 5: another takes over; without one the course is taken anew."""
    rest = away("mentor", 2, 3)
    scene = play(school("", "1:1", mentors="0:1 2:1", rest=rest))
    assert short(scene.lines("trainer_joined", "course_ended")) == [
        "1 trainer_joined peer:course:0 m:0:0",
        "2 trainer_joined peer:course:0 m:2:0",
        "3 course_ended peer:course:0 held",
    ]
    scene = play(school("", "1:1", rest=rest))
    assert short(scene.lines("trainer_joined", "course_ended", "requeued", "passed")) == [
        "1 trainer_joined peer:course:0 m0",
        "2 course_ended peer:course:0 cancelled",
        "2 requeued p:1:0 peer:course:0",
        "5 trainer_joined peer:course:1 m0",
        "7 course_ended peer:course:1 held",
        "7 passed p:1:0 peer:course:1",
    ]
    assert scene.kpi("tier.mentor.share.training_given") == 3 / 17


def test_simulated_practice_stands_still(play: Play) -> None:
    """Course of weeks 1 to 3, four weeks of practice, away from 5 to 8: certified at week 10."""
    rest = away("peer", 5, 3, origin="recruitment")
    scene = play(school('practice = "simulated"\npractice_weeks = 4', "1:1", rest=rest))
    assert scene.weeks("certified", of="peer:intake:1:0") == ["10"]


def test_who_is_away_waits_for_no_certificate(play: Play) -> None:
    """Practice is over at week 5, competence never suffices. Away from 8 to 12, and from 15 to the exit at 17."""
    able = "[tier.peer.competence]\ncourse_level = 0.5\ncertification_threshold = 0.6\ngain_per_session = 0.1\n"
    rest = able + away("peer", 8, 4, origin="recruitment") + away("peer", 15, 9, reason="b", origin="recruitment")
    rest += leaves("peer", "move", 17, origin="recruitment")
    scene = play(school('practice = "simulated"\npractice_weeks = 2', "1:2", rest=rest))
    assert scene.kpi("tier.peer.waiting.certificate.competence_weeks") == 2 * (3 + 3)


# --- other clocks -----------------------------------------------------------------------------------------------------


def test_an_exit_while_away(play: Play) -> None:
    rest = "[tier.mentor.absence]\nhold_weeks = 9\n" + away("mentor", 5, 4) + leaves("mentor", "move", 6)
    scene = play(team("0:1", rest=rest))
    assert short(scene.lines("absent", "returned", "exited", "group_suspended", "group_closed")) == [
        "5 absent m0 ill 90720",
        "5 group_suspended g0 m0",
        "6 exited m0 move",
        "6 group_closed g0 m0 dissolved",
    ]


def test_notice_runs_while_away(play: Play) -> None:
    rest = away("mentor", 5, 4) + leaves("mentor", "move", 6, notice_weeks=2)
    assert short(play(team("0:1", rest=rest)).lines("absent", "returned", "notice", "exited")) == [
        "5 absent m0 ill 90720",
        "6 notice m0 move 80640",
        "8 exited m0 move",
    ]


def test_an_exit_goes_before_an_absence_of_the_same_minute(play: Play) -> None:
    """R5.5: exit, hours change, absence."""
    rest = away("mentor", 5, 1, reason="a") + leaves("mentor", "z", 5)
    assert short(play(team("0:1", rest=rest)).lines("absent", "exited")) == ["5 exited m0 z"]


def test_an_absence_within_an_absence_is_void(play: Play) -> None:
    rest = away("mentor", 5, 4, reason="a") + away("mentor", 6, 9, reason="b")
    assert short(play(team("0:1", rest=rest)).lines("absent", "returned")) == ["5 absent m0 a 90720", "9 returned m0"]


RECURRING = """
horizon_weeks = 100
cascade = ["w"]
[tier.w]
initial = 5
hours_per_week = 10
[tier.w.events.ill]
time_to_event = { dist = "exponential", mean_weeks = 15 }
recurring = RECURRING
absence_weeks = 2
"""


@pytest.mark.parametrize("recurring", [True, False])
def test_thresholds_add_up_and_the_clock_stands_still_while_away(play: Play, recurring: bool) -> None:
    """The k-th absence begins at 15 (E1 + ... + Ek) + 2 (k - 1) weeks: its own clock does not run meanwhile (R5.1)."""
    scene = play(RECURRING.replace("RECURRING", "true" if recurring else "false"))
    expected = []
    for position in range(5):
        total, number = threshold("ill", 0, position=position), 0
        while (minute := math.ceil((15 * total + 2 * number) * WEEK)) < 100 * WEEK:
            expected.append((minute, f"w:initial:{position}", minute + 2 * WEEK))
            number += 1
            total += threshold("ill", number, position=position)
            if not recurring:
                break
    found = [(row.minute, row.key, row.amount) for row in scene.select("absent")]
    assert len(found) > (15 if recurring else 3)
    assert found == sorted(expected)


def test_the_length_is_drawn(play: Play) -> None:
    """A length with a spread is rounded to whole minutes and differs between people."""
    text = RECURRING.replace("RECURRING", "false").replace(
        "absence_weeks = 2", 'absence_weeks = { dist = "exponential", mean = 3 }'
    )
    lengths = {row.key: row.amount - row.minute for row in play(text).select("absent")}
    assert len(set(lengths.values())) == len(lengths) >= 4
