"""Training in several courses, and more than one try at each (R3.8, R3.10)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cascadesim.model.enums import Entry, Purpose
from engine.lives import drawn
from engine.programmes import courses, school
from engine.scene import Scene, short

Play = Callable[..., Scene]
EVENTS = ("course_started", "stage_passed", "failed", "passed", "exited", "certified")
TWO = "stages = [{ course_weeks = 1 }, { course_weeks = 2, max_cohort = 1 }]\nmax_cohort = 3"


def test_one_stage_after_the_other(play: Play) -> None:
    """Three take the first together in week 1; the second, of two weeks and for one, in turn."""
    scene = play(school(TWO, "1:3"))
    assert short(scene.lines(*EVENTS)) == [
        "0 certified m0",
        "1 course_started peer:course:0 3",
        "2 stage_passed p:1:0 peer:course:0 1",
        "2 stage_passed p:1:1 peer:course:0 1",
        "2 stage_passed p:1:2 peer:course:0 1",
        "2 course_started peer:course:1 1",
        "4 passed p:1:0 peer:course:1",
        "4 certified p:1:0",
        "4 course_started peer:course:2 1",
        "6 passed p:1:1 peer:course:2",
        "6 certified p:1:1",
        "6 course_started peer:course:3 1",
        "8 passed p:1:2 peer:course:3",
        "8 certified p:1:2",
    ]
    assert scene.kpi("tier.peer.courses_held") == 4
    assert scene.kpi("tier.peer.entered_course") == 6
    assert scene.kpi("tier.peer.passed") == 3


def test_earlier_stages_first(play: Play) -> None:
    """One trainer: at week 2 a newcomer wants the first stage and another the second; the lower stage goes first."""
    scene = play(school("stages = [{}, { course_weeks = 1 }]\nmax_cohort = 1\ncourse_weeks = 1", "1:1 2:1"))
    assert short(scene.lines("entered_course")) == [
        "1 entered_course p:1:0 peer:course:0",
        "2 entered_course p:2:0 peer:course:1",
        "3 entered_course p:1:0 peer:course:2",
        "4 entered_course p:2:0 peer:course:3",
    ]


@pytest.mark.parametrize(("patience", "gone"), [(4.5, []), (3, ["5 exited p:1:2 gave_up_waiting"])])
def test_patience_is_fresh_for_each_stage(play: Play, patience: float, gone: list[str]) -> None:
    """All wait for stage 2 from week 2; the third until week 6."""
    scene = play(school(TWO, "1:3", peer=f"candidate_patience_weeks = {patience}"))
    assert short(scene.lines("exited")) == gone


def test_dates_of_one_stage(play: Play) -> None:
    """The first stage when ready, the second on week 6 only."""
    scene = play(school("stages = [{ course_weeks = 1 }, { at_weeks = [6, 12] }]", "1:1 7:1"))
    assert courses(scene) == [
        "1 course_started peer:course:0 1",
        "2 course_ended peer:course:0 held",
        "6 course_started peer:course:1 1",
        "8 course_ended peer:course:1 held",
        "8 course_started peer:course:2 1",
        "9 course_ended peer:course:2 held",
        "12 course_started peer:course:3 1",
        "14 course_ended peer:course:3 held",
    ]
    assert scene.kpi("tier.peer.courses_planned") == 2


def test_hours_of_each_stage(play: Play) -> None:
    """Ten hours for a week, then four and three of preparation over two weeks: 5.5 for two."""
    second = "{ trainer_hours_per_week = 4, preparation_hours = 3, trainee_hours_per_week = 7 }"
    scene = play(school(f"stages = [{{ course_weeks = 1 }}, {second}]", "1:1"))
    assert scene.kpi("tier.mentor.share.training_given") == pytest.approx((10 + 2 * 5.5) / 200)
    frame = scene.run.trajectories_frame()
    assert frame["tier.peer.hours.training_taken"].tolist()[:5] == [0, 0, 7, 7, 0]


PEOPLE = 40
CHANCE = 0.5


def route(place: int, stages: int, attempts: int) -> str:
    """`P` for a course passed, `F` for one failed, by draws for each stage and try."""
    path = ""
    for stage in range(stages):
        for attempt in range(attempts):
            u = drawn(Purpose.PASS, stage << 16 | attempt, level=1, entry=Entry.INTAKE, date=10_080, position=place)
            path += "P" if u < CHANCE else "F"
            if path[-1] == "P":
                break
        else:
            return path
    return path


@pytest.mark.parametrize(("stages", "attempts"), [(1, 1), (1, 3), (2, 2)])
def test_tries(play: Play, stages: int, attempts: int) -> None:
    """Everybody is taught at once, a week at a time: each has a draw for every stage and try of their own."""
    table = f"stages = [{', '.join(['{}'] * stages)}]\nattempts = {attempts}\npass_probability = {CHANCE}"
    training = f"{table}\ncourse_weeks = 1\nmax_cohort = {PEOPLE}\ntrainer_hours_per_week = 1"
    scene = play(school(training, f"1:{PEOPLE}"))
    routes = [route(place, stages, attempts) for place in range(PEOPLE)]
    assert len(set(routes)) > (3 if attempts > 1 else 1)
    for place, path in enumerate(routes):
        done = path.count("P") == stages
        events = ["failed" if each == "F" else "stage_passed" for each in path]
        events[-1] = "passed" if done else "exited"
        found = [
            row for row in scene.select(*EVENTS) if row.key == f"peer:intake:1:{place}" and row.event != "certified"
        ]
        assert [row.event for row in found] == events
        assert [row.minute // 10_080 for row in found] == [2 + number for number in range(len(path))]
    if attempts > 1:
        assert scene.kpi("tier.peer.failed") == sum(path.count("F") for path in routes)
    assert scene.kpi("tier.peer.exits.failed_training") == sum(path[-1] == "F" for path in routes)


def test_who_fails_goes_to_the_back_of_the_queue_with_fresh_patience(play_where: Play) -> None:
    """Courses for one: the first fails at week 2, when the third has waited since week 1.5; patience of 2.5 weeks."""
    training = "attempts = 2\npass_probability = 0.5\ncourse_weeks = 1\nmax_cohort = 1"
    text = school(training, "1:2 1.5:1", peer="candidate_patience_weeks = 2.5")
    scene = play_where(
        text, lambda scene: short(scene.lines("failed", "passed"))[:1] == ["2 failed p:1:0 peer:course:0 1"]
    )
    assert [each.split(" peer")[0] for each in short(scene.lines("entered_course"))][:4] == [
        "1 entered_course p:1:0",
        "2 entered_course p:1:1",
        "3 entered_course p:1.5:0",
        "4 entered_course p:1:0",
    ]
