"""Courses: gathering, cohorts, calendar windows, trainers, substitutes, cancellations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cascadesim.model.codes import Entry, Kind, Purpose
from cascadesim.model.draws import entity_stream, replication_key, uniform
from cascadesim.model.keys import worker_key
from engine.scene import Scene, dated, leaves, rarely

Play = Callable[..., Scene]


def school(training: str, intake: str, *, mentor: str = "", mentors: str = "", peer: str = "", rest: str = "") -> str:
    """Mentors who teach, peers who come by `intake`; a course is two weeks of ten hours for at most two.

    `training` overrides that; `mentors` is the intake of mentors in place of one initial one of ten hours; `mentor` and
    `peer` are more keys of the two tiers, `rest` more tables.
    """
    keys = {"course_weeks": "2", "max_cohort": "2", "trainer_hours_per_week": "10"}
    keys |= dict(each.split(" = ", 1) for each in training.splitlines())
    table = "\n".join(f"{key} = {value}" for key, value in keys.items())
    people = {"initial": "1", "hours_per_week": "10"} | dict(each.split(" = ", 1) for each in mentor.splitlines())
    if mentors:
        people |= {"initial": people["initial"] if "initial" in mentor else "0", "intake": dated(mentors)}
    above = "\n".join(f"{key} = {value}" for key, value in people.items())
    return f"""
horizon_weeks = 20
cascade = ["mentor", "peer"]
[tier.mentor]
{above}
[tier.peer]
hours_per_week = 5
intake = {dated(intake)}
{peer}
[tier.peer.training]
{table}
[tier.peer.supervision]
required = false
{rest}
"""


def courses(scene: Scene) -> list[str]:
    """Starts and ends of courses."""
    return scene.lines("course_started", "course_ended", "course_lapsed")


# --- gathering and cohorts --------------------------------------------------------------------------------------------

GATHERING = "min_cohort = 2\nmax_cohort = 4\ngather_weeks = 2"


@pytest.mark.parametrize(
    ("intake", "expected"),
    [
        ("1:1 2:1 3:1", ["4 course_started peer:course:0 3"]),  # min_cohort at week 2, two weeks of gathering
        ("1:1 2:1 3:2", ["3 course_started peer:course:0 4"]),  # max_cohort at week 3
        ("1:1 2:1 4:1", ["4 course_started peer:course:0 3"]),  # who comes at the last instant comes along
        ("1:1 2:1 3:1 5:1", ["4 course_started peer:course:0 3"]),  # one is not enough for another
        ("1:5", ["1 course_started peer:course:0 4"]),
        ("1:5 2:1", ["1 course_started peer:course:0 4", "4 course_started peer:course:1 2"]),
        # two more are left over at week 1: their gathering begins there, and the trainer is free at week 3
        ("1:6", ["1 course_started peer:course:0 4", "3 course_started peer:course:1 2"]),
    ],
)
def test_gathering(play: Play, intake: str, expected: list[str]) -> None:
    """A course waits `gather_weeks` from the instant at which min_cohort was reached, unless max_cohort is (R3.4)."""
    scene = play(school(GATHERING, intake))
    assert scene.lines("course_started") == expected


def test_gathering_starts_anew_when_the_cohort_falls_apart(play: Play) -> None:
    """Weeks 3 and 5: two are there and gather; weeks 4 and 6: one of them loses patience and one is not enough."""
    text = school(
        "min_cohort = 2\nmax_cohort = 4\ngather_weeks = 2", "1:1 3:1 5:1", peer="candidate_patience_weeks = 3"
    )
    scene = play(text)
    assert scene.lines("course_started", "exited") == [
        "4 exited peer:intake:1:0 gave_up_waiting",
        "6 exited peer:intake:3:0 gave_up_waiting",
        "8 exited peer:intake:5:0 gave_up_waiting",
    ]
    assert scene.kpi("tier.peer.waiting.course.gathering_weeks") == 2 * 1 + 2 * 1


def test_a_candidate_lost_and_gained_at_one_instant_does_not_stop_the_gathering(play: Play) -> None:
    """Week 6: one loses patience, one comes. Cohorts are judged at the end of an instant: it gathers from week 5."""
    text = school(GATHERING, "3:1 5:1 6:1", peer="candidate_patience_weeks = 3")
    assert play(text).lines("course_started", "exited") == [
        "6 exited peer:intake:3:0 gave_up_waiting",
        "7 course_started peer:course:0 2",
    ]


def test_cohorts_in_order_of_waiting(play: Play) -> None:
    """The trainer's hours hold one course at a time; a fifth candidate is below min_cohort."""
    scene = play(school("min_cohort = 2", "3:1 1:3 2:1"))
    assert scene.lines("course_started", "entered_course", "course_ended") == [
        "1 course_started peer:course:0 2",
        "1 entered_course peer:intake:1:0 peer:course:0",
        "1 entered_course peer:intake:1:1 peer:course:0",
        "3 course_ended peer:course:0 held",
        "3 course_started peer:course:1 2",
        "3 entered_course peer:intake:1:2 peer:course:1",
        "3 entered_course peer:intake:2:0 peer:course:1",
        "5 course_ended peer:course:1 held",
    ]
    assert scene.kpi("tier.peer.waiting.course.too_few_candidates_weeks") == 20 - 5
    assert scene.kpi("tier.peer.waiting.course.trainer_hours_weeks") == 1 + 1  # two of them in week 2 to 3
    # one alone from week 1 to 2 and from 3 to 5: neither candidates nor hours
    assert scene.kpi("tier.peer.waiting.course.several_weeks") == 1 + 2


# --- trainers ---------------------------------------------------------------------------------------------------------


def test_trainers_take_turns(play: Play) -> None:
    """Equal hours: who has never taught, then who has not for longest, then the lowest key (R3.3)."""
    scene = play(school("", "1:1 4:1 7:1 10:1", mentor="initial = 3"))
    assert [row.other for row in scene.select("trainer_joined")] == [
        "mentor:initial:0",
        "mentor:initial:1",
        "mentor:initial:2",
        "mentor:initial:0",
    ]


def test_two_trainers_of_one_course(play: Play) -> None:
    scene = play(school("trainers_per_course = 2", "1:1 4:1", mentor="initial = 3"))
    assert scene.lines("trainer_joined") == [
        "1 trainer_joined peer:course:0 mentor:initial:0",
        "1 trainer_joined peer:course:0 mentor:initial:1",
        "4 trainer_joined peer:course:1 mentor:initial:2",
        "4 trainer_joined peer:course:1 mentor:initial:0",
    ]
    assert scene.kpi("tier.mentor.share.training_given") == 2 * 2 * 2 / (3 * 20)


def test_preparation_is_spread_over_the_course(play: Play) -> None:
    """R3.1: 7 h a week and 5 h of preparation over two weeks are 9.5 h a week."""
    scene = play(school("trainer_hours_per_week = 7\npreparation_hours = 5", "1:1"))
    assert scene.kpi("tier.mentor.share.training_given") == pytest.approx(2 * 9.5 / (20 * 10), abs=1e-15)


def test_one_trainer_gives_two_courses_at_once_where_hours_allow(play: Play) -> None:
    scene = play(school("", "1:6", mentor="hours_per_week = 20"))
    assert courses(scene)[:4] == [
        "1 course_started peer:course:0 2",
        "1 course_started peer:course:1 2",
        "3 course_ended peer:course:0 held",
        "3 course_ended peer:course:1 held",
    ]
    assert scene.weeks("course_started") == ["1", "1", "3"]


DIFFERENT = 'initial = 2\nhours_per_week = { dist = "discrete", values = [12, 30], probabilities = [0.5, 0.5] }'


def test_most_free_minutes_first(play: Play) -> None:
    """Trainers of 30 and 12 hours and three courses of ten at once: 30, then 20 against 12, then 10 against 12."""
    for replication in range(100):
        scene = play(school("max_cohort = 1", "1:3", mentor=DIFFERENT), replication=replication)
        if [row.amount for row in scene.select("recruited")][:2] == [12 * 60, 30 * 60]:
            break
    assert [row.other for row in scene.select("trainer_joined")] == [
        "mentor:initial:1",
        "mentor:initial:1",
        "mentor:initial:0",
    ]


def test_nobody_on_notice_is_chosen(play: Play) -> None:
    """R5.6: everybody's notice of week 1 runs to week 19; the course waits for somebody new."""
    rest = leaves("mentor", "move", 1, notice_weeks=18)
    scene = play(school("", "2:1", mentor="initial = 1", mentors="8:1", rest=rest))
    assert scene.lines("trainer_joined") == ["8 trainer_joined peer:course:0 mentor:intake:8:0"]
    assert scene.kpi("tier.peer.waiting.course.too_few_trainers_weeks") == 6.0


# --- the end of a course ----------------------------------------------------------------------------------------------

LIVES = ("exited", "course_started", "trainer_joined", "course_ended", "requeued", "entered_course", "passed")


def test_a_lost_trainer_is_replaced_at_once(play: Play) -> None:
    """R3.6: the one who comes at the very instant of the exit takes over; the course ends on its day."""
    scene = play(school("", "1:1", mentor="initial = 1", mentors="2:1", rest=leaves("mentor", "move", 2)))
    assert scene.lines(*LIVES) == [
        "1 course_started peer:course:0 1",
        "1 trainer_joined peer:course:0 mentor:initial:0",
        "1 entered_course peer:intake:1:0 peer:course:0",
        "2 exited mentor:initial:0 move",
        "2 trainer_joined peer:course:0 mentor:intake:2:0",
        "3 course_ended peer:course:0 held",
        "3 passed peer:intake:1:0 peer:course:0",
    ]
    assert scene.kpi("tier.mentor.share.training_given") == 2 / 20


def test_a_course_goes_on_with_the_trainer_who_is_left(play: Play) -> None:
    """Both trainers leave at week 2, one comes, with hours for two courses but not to be two trainers of one.

    One trainer is enough to go on; a new course needs two.
    """
    mentor, rest = "initial = 2\nhours_per_week = 25", leaves("mentor", "move", 2)
    scene = play(school("trainers_per_course = 2", "1:1 3:1", mentor=mentor, mentors="2:1", rest=rest))
    assert scene.lines("trainer_joined", "course_ended") == [
        "1 trainer_joined peer:course:0 mentor:initial:0",
        "1 trainer_joined peer:course:0 mentor:initial:1",
        "2 trainer_joined peer:course:0 mentor:intake:2:0",
        "3 course_ended peer:course:0 held",
    ]
    assert scene.kpi("tier.peer.waiting.course.too_few_trainers_weeks") == 17.0


def test_without_a_trainer_the_course_is_cancelled(play: Play) -> None:
    """The trainees return to the head of the queue with fresh patience (R3.6, R3.8).

    Week 1: two on the course; one more comes half a week later. Week 2: the trainer leaves. Week 4: another comes and
    takes the two of week 1. The third has waited five weeks at 6.5 and leaves. The first spell of the two of week 1
    would have ended at week 6.
    """
    peer, rest = "candidate_patience_weeks = 5", leaves("mentor", "move", 2)
    text = school("course_weeks = 3", "1:2 1.5:1", mentor="initial = 1", mentors="4:1", peer=peer, rest=rest)
    scene = play(text)
    assert scene.lines(*LIVES) == [
        "1 course_started peer:course:0 2",
        "1 trainer_joined peer:course:0 mentor:initial:0",
        "1 entered_course peer:intake:1:0 peer:course:0",
        "1 entered_course peer:intake:1:1 peer:course:0",
        "2 exited mentor:initial:0 move",
        "2 course_ended peer:course:0 cancelled",
        "2 requeued peer:intake:1:0 peer:course:0",
        "2 requeued peer:intake:1:1 peer:course:0",
        "4 course_started peer:course:1 2",
        "4 trainer_joined peer:course:1 mentor:intake:4:0",
        "4 entered_course peer:intake:1:0 peer:course:1",
        "4 entered_course peer:intake:1:1 peer:course:1",
        "6+5040 exited peer:intake:1.5:0 gave_up_waiting",
        "7 course_ended peer:course:1 held",
        "7 passed peer:intake:1:0 peer:course:1",
        "7 passed peer:intake:1:1 peer:course:1",
    ]
    assert [scene.kpi(f"tier.peer.courses_{what}") for what in ("started", "held", "cancelled")] == [2, 1, 1]
    # on the course from 1 to 2 and from 4 to 7, two of them: hours spent stay spent
    assert scene.kpi("tier.peer.in_training_mean") == pytest.approx(2 * 4 / 20, abs=1e-15)


def test_patience_runs_afresh_after_a_cancelled_course(play: Play) -> None:
    """Waiting from week 0 to 1, on the course to week 3, then five whole weeks of patience: to week 8."""
    peer, rest = "candidate_patience_weeks = 5", leaves("mentor", "move", 3)
    scene = play(school("course_weeks = 3", "0:1", mentors="1:1", peer=peer, rest=rest))
    assert scene.lines("exited") == ["3 exited mentor:intake:1:0 move", "8 exited peer:intake:0:0 gave_up_waiting"]


def test_an_empty_course_ends_at_once_and_frees_its_trainer(play: Play) -> None:
    """R3.7: both trainees leave at week 2; the two who come then start at that instant."""
    rest = leaves("peer", "move", 2, origin="recruitment")
    scene = play(school("course_weeks = 3", "1:2 2:2", rest=rest))
    assert courses(scene) == [
        "1 course_started peer:course:0 2",
        "2 course_ended peer:course:0 empty",
        "2 course_started peer:course:1 2",
        "5 course_ended peer:course:1 held",
    ]
    assert scene.kpi("tier.mentor.share.training_given") == (1 + 3) / 20


def test_a_course_of_one_goes_on(play: Play) -> None:
    """R3.7: a course never ends for too few trainees. The one who came a week later than the date is left."""
    rest = leaves("peer", "move", 2, origin="recruitment")
    text = school("course_weeks = 3\nmin_cohort = 2\nmax_cohort = 3", "1:1 2:1", rest=rest)
    assert courses(play(text)) == []
    rest = leaves("peer", "move", 2.5, origin="recruitment")
    scene = play(school("course_weeks = 3\nmin_cohort = 2", "1:1 2:1", rest=rest))
    assert courses(scene) == ["2 course_started peer:course:0 2", "2+5040 course_ended peer:course:0 empty"]


@pytest.mark.parametrize("probability", [1e-9, 0.4, 1.0])
def test_each_trainee_passes_by_a_draw_of_their_own(play: Play, probability: float) -> None:
    """R3.8: passed if and only if the uniform of (worker, attempt) is below pass_probability."""
    scene = play(school(f"max_cohort = 40\npass_probability = {probability}", "1:40"))
    expected = []
    for position in range(40):
        key = worker_key(1, Entry.INTAKE, 10_080, position)
        draw = uniform(replication_key(1, 0), entity_stream(Kind.WORKER, 1, key), Purpose.PASS, 0)
        name = f"peer:intake:1:{position}"
        expected.append(f"3 passed {name} peer:course:0" if draw < probability else f"3 exited {name} failed_training")
    assert scene.lines("passed", "exited") == expected
    assert scene.kpi("tier.peer.course_yield") == sum("passed" in line for line in expected) / 40


# --- the calendar -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "intake", "expected"),
    [
        # inside the window of week 3 to 4; week 6 lapses for want of candidates
        ("", "3.5:1", ["3+5040 course_started peer:course:0 1", "7 course_lapsed too_few_candidates 60480"]),
        # at most one course a date, and candidates wait for the next date
        ("", "1:4", ["3 course_started peer:course:0 2", "6 course_started peer:course:1 2"]),
        (
            "window_weeks = 1.5",
            "4:1",
            ["4 course_started peer:course:0 1", "7+5040 course_lapsed too_few_candidates 60480"],
        ),
        # two windows overlap: one course each, the earlier date first; the trainer's hours hold only one at a time
        (
            "at_weeks = [3, 3.5]",
            "3.75:4",
            ["3+7560 course_started peer:course:0 2", "4+5040 course_lapsed trainer_hours 35280"],
        ),
        # the trainer is busy on the date of week 6: the course of week 3 lasts until week 8
        ("course_weeks = 5", "1:2 4:1", ["3 course_started peer:course:0 2", "7 course_lapsed trainer_hours 60480"]),
        (
            "course_weeks = 5\nmin_cohort = 2",
            "1:2 4:1",
            ["3 course_started peer:course:0 2", "7 course_lapsed too_few_candidates+trainer_hours 60480"],
        ),
    ],
)
def test_calendar(play: Play, keys: str, intake: str, expected: list[str]) -> None:
    """A date opens a window of a week for one course; a date without one lapses under its constraint (R3.5)."""
    training = f'when = "calendar"\nat_weeks = [6, 3]\n{keys}'.strip()
    assert play(school(training, intake)).lines("course_started", "course_lapsed") == expected


@pytest.mark.parametrize(
    ("keys", "intake", "expected"),
    [
        # the candidate comes at the minute at which the window of week 3 closes
        ("min_cohort = 1", "4:1", ["4 course_lapsed too_few_candidates 30240", "6 course_started peer:course:0 1"]),
        # the trainer is free at the minute at which the window of week 6 closes
        ("course_weeks = 4", "1:2 4:1", ["3 course_started peer:course:0 2", "7 course_lapsed trainer_hours 60480"]),
    ],
)
def test_a_date_that_lapses_just_as_the_last_thing_arrives(
    play: Play, keys: str, intake: str, expected: list[str]
) -> None:
    """Too late all the same, and counted under what was missing while the window was open."""
    training = f'when = "calendar"\nat_weeks = [6, 3]\n{keys}'
    assert play(school(training, intake)).lines("course_started", "course_lapsed") == expected


def test_a_date_without_trainers(play: Play) -> None:
    """A second trainer comes at week 10, after the date."""
    training = 'when = "calendar"\nat_weeks = [3, 12]\ntrainers_per_course = 2'
    scene = play(school(training, "1:1", mentor="initial = 1", mentors="10:1"))
    assert courses(scene)[:2] == ["4 course_lapsed too_few_trainers 30240", "12 course_started peer:course:0 1"]


def test_waiting_for_the_calendar(play: Play) -> None:
    """Two wait from week 1 to the date, one more from week 4 on: there is no date to come."""
    scene = play(school('when = "calendar"\nat_weeks = [3]', "1:2 4:1"))
    assert scene.kpi("tier.peer.waiting.course.calendar_weeks") == 2 * 2 + 16


def test_dates_at_and_after_the_horizon_do_not_count(play: Play) -> None:
    scene = play(
        school('when = "calendar"\nat_weeks = [19.5, 20, 25]', "1:1", mentor=f"hours_per_week = {rarely(1, 10)}")
    )
    assert courses(scene) == []
    assert scene.kpi("tier.peer.courses_lapsed") == 0
