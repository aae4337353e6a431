"""Groups: merging, closing, apprentices' extra hours, supervisors who have lapsed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.scene import Scene, dated, short

Play = Callable[..., Scene]

SEATS = ("group_opened", "group_closed", "joined_supervision", "left_supervision", "moved", "unsupervised", "lapsed")
CASES = """practice = "clients"
practice_cases = 1"""
SIMULATED = """practice = "simulated"
practice_weeks = 3"""


def apprentices(
    intake: str, supervision: str, *, mentors: int = 1, limit: float = 4, peer: str = "", practice: str = CASES
) -> str:
    """Peers who pass a course a week after they come and leave uncertified `limit` weeks later: seats that come free.

    The course costs no hours. Clients come only in the last week.
    """
    return f"""
horizon_weeks = 20
cascade = ["mentor", "peer"]
[tier.mentor]
initial = {mentors}
hours_per_week = 10
[tier.peer]
hours_per_week = 5
intake = {dated(intake)}
{peer}
[tier.peer.training]
course_weeks = 1
max_cohort = 9
trainer_hours_per_week = 0
apprentice_limit_weeks = {limit}
{practice}
[tier.peer.supervision]
meeting_hours = 2
{supervision}
[clients]
sessions = 1
session_hours = 1
[clients.stream.a]
referrals_per_week = [{{ from_week = 19.9, rate = 1 }}]
"""


def test_groups_that_fit_into_one_merge(play: Play) -> None:
    """R4.3: groups of 4 and 1; at week 6 the two of week 1 leave and three are left: into the older group."""
    scene = play(apprentices("1:2 2:2 3:1", "group_size = 4"))
    assert short(scene.lines(*SEATS, "exited")) == [
        "2 group_opened g0 m0",
        "2 joined_supervision p:1:0 g0",
        "2 joined_supervision p:1:1 g0",
        "3 joined_supervision p:2:0 g0",
        "3 joined_supervision p:2:1 g0",
        "4 group_opened g1 m0",
        "4 joined_supervision p:3:0 g1",
        "6 exited p:1:0 not_certified",
        "6 exited p:1:1 not_certified",
        "6 moved p:3:0 g0",
        "6 group_closed g1 m0 merged",
        "7 exited p:2:0 not_certified",
        "7 exited p:2:1 not_certified",
        "8 exited p:3:0 not_certified",
        "8 group_closed g0 m0 empty",
    ]
    # g0 from 2 to 8 and g1 from 4 to 6, two hours each
    assert scene.kpi("tier.mentor.share.supervision_given") == pytest.approx(2 * (6 + 2) / (20 * 10))
    assert scene.kpi("tier.peer.share.supervision_received") == 2 / 5


@pytest.mark.parametrize(("mentors", "moved"), [(1, ["6"]), (2, [])])
def test_groups_of_different_supervisors_do_not_merge(play: Play, mentors: int, moved: list[str]) -> None:
    """Groups of 3 and 1, of 1 and 1 from week 6. Nobody changes supervisor for tidiness (R4.2)."""
    scene = play(apprentices("1:2 2:2", "group_size = 3", mentors=mentors))
    assert len({row.other for row in scene.select("group_opened")}) == mentors
    assert scene.weeks("moved") == moved


def test_groups_merge_that_fill_one_exactly(play: Play) -> None:
    """Groups of 3 and 2; at week 6 the two of week 1 leave: 1 + 2 = 3."""
    scene = play(apprentices("1:2 2:3", "group_size = 3"))
    assert short(scene.lines("moved"))[:2] == ["6 moved p:2:1 g0", "6 moved p:2:2 g0"]


def test_the_fullest_group_is_filled_first(play: Play) -> None:
    """From week 6 on one member is left under the first mentor and two under the second: the next one joins the two."""
    scene = play(apprentices("1:2 2:3 5.5:1", "group_size = 3", mentors=2))
    assert short(scene.lines("exited"))[:2] == ["6 exited p:1:0 not_certified", "6 exited p:1:1 not_certified"]
    assert short(scene.lines("joined_supervision"))[-1] == "6+5040 joined_supervision p:5.5:0 g1"


def test_several_groups_merge_into_the_oldest_that_has_room(play: Play) -> None:
    """Groups of 3, 3 and 1; at week 6 the first two of week 1 leave: 1 + 3 are too many, 1 + 1 fit."""
    scene = play(apprentices("1:2 2:5", "group_size = 3"))
    assert short(scene.lines("moved", "group_closed"))[:2] == ["6 moved p:2:4 g0", "6 group_closed g2 m0 merged"]


def test_the_empty_seat_is_filled_at_the_instant_of_the_exit(play: Play) -> None:
    """Span one. The apprentice of week 1 leaves at week 6; the one who has waited since week 5 takes the seat."""
    scene = play(apprentices("1:1 4:1", "max_supervisees = 1"))
    assert short(scene.lines(*SEATS, "exited")) == [
        "2 group_opened g0 m0",
        "2 joined_supervision p:1:0 g0",
        "5 unsupervised p:4:0",
        "6 exited p:1:0 not_certified",
        "6 group_closed g0 m0 empty",
        "6 group_opened g1 m0",
        "6 joined_supervision p:4:0 g1",
        "9 exited p:4:0 not_certified",
        "9 group_closed g1 m0 empty",
    ]


def test_apprentices_take_extra_hours_until_certified(play: Play) -> None:
    """R2.10: ten hours hold a group of two hours and, at three hours an apprentice, two apprentices.

    Seated at week 2, certified at week 5; the third is seated at week 5 and certified at week 8.
    """
    text = apprentices(
        "1:3", "group_size = 4", limit=52, peer="apprentice_extra_hours_per_week = 3", practice=SIMULATED
    )
    scene = play(text)
    assert short(scene.lines(*SEATS, "certified"))[1:] == [
        "2 group_opened g0 m0",
        "2 joined_supervision p:1:0 g0",
        "2 joined_supervision p:1:1 g0",
        "2 unsupervised p:1:2",
        "4 lapsed p:1:2",
        "5 certified p:1:0",
        "5 certified p:1:1",
        "5 joined_supervision p:1:2 g0",
        "8 certified p:1:2",
    ]
    given = 2 * 18 + 3 * (2 * 3 + 3)  # the group from 2 to 20; two apprentices from 2 to 5, one from 5 to 8
    assert scene.kpi("tier.mentor.share.supervision_given") == pytest.approx(given / (10 * 20))
    assert scene.kpi("tier.peer.waiting.supervision_place.supervisor_hours_weeks") == 3.0


# --- lapsed supervisors ---------------------------------------------------------------------------------------------


def test_a_lapsed_supervisor_opens_no_group_but_a_free_seat_may_be_filled(play: Play) -> None:
    """R4.6: the boss leaves at week 5 and the mentor lapses at week 7. The mentor's odd seat is filled at week 8;
    the next peer waits, for want of a supervisor who is supervised."""
    scene = play(
        """
horizon_weeks = 20
cascade = ["boss", "mentor", "peer"]
[tier.boss]
initial = 1
hours_per_week = 10
[tier.boss.events.move]
time_to_event = { dist = "date", week = 5 }
[tier.mentor]
initial = 1
hours_per_week = 10
training.required = false
supervision = { meeting_hours = 1 }
[tier.peer]
hours_per_week = 5
intake = [{ week = 1, count = 1 }, { week = 8, count = 2 }]
training.required = false
supervision = { meeting_hours = 1, group_size = 2 }
"""
    )
    assert short(scene.lines(*SEATS)) == [
        "0 group_opened mg0 boss:initial:0",
        "0 joined_supervision m0 mg0",
        "1 group_opened g0 m0",
        "1 joined_supervision p:1:0 g0",
        "5 left_supervision m0 mg0 dissolved",
        "5 group_closed mg0 boss:initial:0 dissolved",
        "5 unsupervised m0",
        "7 lapsed m0",
        "8 joined_supervision p:8:0 g0",
        "8 unsupervised p:8:1",
        "10 lapsed p:8:1",
    ]
    assert scene.kpi("tier.peer.waiting.supervision_place.supervisor_unsupervised_weeks") == 12.0
