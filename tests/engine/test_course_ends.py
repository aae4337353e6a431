"""The end of a course: substitutes, cancellation, the last trainee, passing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cascadesim.model.enums import Entry, Kind, Purpose
from cascadesim.model.rng import entity_stream, replication_key, uniform
from engine.lives import identity
from engine.programmes import courses, school
from engine.scene import Scene, leaves

Play = Callable[..., Scene]


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
        key = identity(1, Entry.INTAKE, 10_080, position)
        draw = uniform(replication_key(1, 0), entity_stream(Kind.WORKER, 1, key), Purpose.PASS, 0)
        name = f"peer:intake:1:{position}"
        expected.append(f"3 passed {name} peer:course:0" if draw < probability else f"3 exited {name} failed_training")
    assert scene.lines("passed", "exited") == expected
    assert scene.kpi("tier.peer.course_yield") == sum("passed" in line for line in expected) / 40
