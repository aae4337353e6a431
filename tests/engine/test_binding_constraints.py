"""Which tests stand in the way: alone, or several; what is logged and booked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cascadesim.engine.binding_constraints import failing
from engine.scene import Scene, burst, dated, leaves

Play = Callable[..., Scene]

CASELOAD, HOURS, UNSUPERVISED, NOBODY, OTHERWISE = 1, 2, 4, 64, 128
OFFSET = 3
"""The tests of a resource are bits from this one on; the answers of another kind are others."""


@pytest.mark.parametrize(
    ("masks", "expected"),
    [
        ({}, NOBODY),
        ({1: 3}, CASELOAD << OFFSET),
        ({1: 9, 4: 1}, (CASELOAD | UNSUPERVISED) << OFFSET),
        ({1: 10, 4: 1}, CASELOAD << OFFSET),  # fewer than one in ten of those held back by one test: left out
        ({2: 1, 3: 4}, HOURS << OFFSET),  # one fails hours alone; those who fail two tests do not matter
        ({1: 1, 4: 1}, (CASELOAD | UNSUPERVISED) << OFFSET),  # either would help
        ({3: 2}, (CASELOAD | HOURS) << OFFSET),  # both together are needed
        ({3: 1, 6: 1}, (CASELOAD | HOURS | UNSUPERVISED) << OFFSET),
        ({0: 1, 1: 1}, OTHERWISE),  # somebody passes every test and the unit does not fit all the same
    ],
)
def test_failing(masks: dict[int, int], expected: int) -> None:
    """`masks` counts the resources by the set of tests that each fails, as bits (R12.1)."""
    assert failing([masks.get(mask, 0) for mask in range(8)], 3, OFFSET, NOBODY, OTHERWISE) == expected


def binds(scene: Scene) -> list[str]:
    """The `binds` rows."""
    return scene.lines("binding_constraint")


def desk(worker: str, referred: str, rest: str = "") -> str:
    """One tier; clients of two sessions of an hour."""
    return f"""
horizon_weeks = 10
cascade = ["w"]
[tier.w]
{worker}
{rest}
[clients]
sessions = 2
session_hours = 1
[clients.stream.a]
referrals_per_week = {referred}
"""


def test_care_from_nobody_to_hours_to_caseload(play_referred: Play) -> None:
    """Week 1: no worker. Week 2: one of one hour and one place takes the first client, and is full in both respects for
    the second. Week 4: free again."""
    scene = play_referred(desk(f"hours_per_week = 1\nintake = {dated('2:1')}", burst(1, 1.5)), a=[1, 1.5])
    assert binds(scene) == [
        "1 binding_constraint care:too_few_workers",
        "2 binding_constraint care:caseload+worker_hours",
        "4 binding_constraint care:",
    ]
    weeks = {
        name: scene.kpi(f"clients.waiting.care.{name}_weeks") for name in ("too_few_workers", "multiple", "caseload")
    }
    assert weeks == {"too_few_workers": 1.5, "multiple": 2.0, "caseload": 0.0}


def test_a_worker_on_notice_is_no_resource(play_referred: Play) -> None:
    text = desk("hours_per_week = 9\ninitial = 1", burst(3), leaves("w", "move", 2, notice_weeks=3))
    assert binds(play_referred(text, a=[3])) == ["3 binding_constraint care:too_few_workers"]


SCHOOL = """
horizon_weeks = 20
cascade = ["mentor", "peer"]
[tier.mentor]
initial = 1
hours_per_week = 10
[tier.peer]
hours_per_week = 5
intake = {intake}
[tier.peer.training]
course_weeks = 2
min_cohort = 2
max_cohort = 4
trainer_hours_per_week = 10
{training}
[tier.peer.supervision]
required = false
"""


def test_course_from_candidates_to_both_to_hours(play: Play) -> None:
    """One waits (1 to 2), a course runs (2 to 4), one waits for a cohort and for hours (2.5 to 3), two for hours."""
    scene = play(SCHOOL.format(intake=dated("1:1 2:1 2.5:1 3:1"), training=""))
    assert binds(scene) == [
        "1 binding_constraint course:too_few_candidates",
        "2 binding_constraint course:",
        "2+5040 binding_constraint course:too_few_candidates+trainer_hours",
        "3 binding_constraint course:trainer_hours",
        "4 binding_constraint course:",
    ]
    weeks = {name: scene.kpi(f"tier.peer.waiting.course.{name}_weeks") for name in ("too_few_candidates", "multiple")}
    assert weeks == {"too_few_candidates": 1.0, "multiple": 0.5}
    assert scene.kpi("tier.peer.waiting.course.trainer_hours_weeks") == 2.0


def test_course_from_gathering_to_the_start(play: Play) -> None:
    scene = play(SCHOOL.format(intake=dated("1:1 2:1"), training="gather_weeks = 3"))
    assert binds(scene) == [
        "1 binding_constraint course:too_few_candidates",
        "2 binding_constraint course:gathering",
        "5 binding_constraint course:",
    ]
    assert scene.kpi("tier.peer.waiting.course.gathering_weeks") == 6.0


def test_course_by_the_calendar(play: Play) -> None:
    """Between dates only the date counts; within the window what the course lacks."""
    scene = play(SCHOOL.format(intake=dated("1:1 9:2"), training='when = "calendar"\nat_weeks = [3, 8, 11]'))
    assert binds(scene) == [
        "1 binding_constraint course:calendar",
        "3 binding_constraint course:too_few_candidates",
        "4 binding_constraint course:calendar",
        "8 binding_constraint course:too_few_candidates",
        "9 binding_constraint course:calendar",
        "11 binding_constraint course:",
    ]


def test_seats_by_two_groups_of_people(play_where: Play) -> None:
    """Span one, and it is used up. The first peer has too few hours of their own for any meeting, and a seat is lacking
    besides; the others lack only the seat. That another one comes at week 5 changes nothing for the first.
    """
    text = f"""
horizon_weeks = 10
cascade = ["mentor", "peer"]
[tier.mentor]
initial = 1
hours_per_week = 10
[tier.peer]
initial = 3
intake = {dated("5:1")}
hours_per_week = {{ dist = "discrete", values = [1, 5], probabilities = [0.5, 0.5] }}
training.required = false
supervision = {{ meeting_hours = 2, max_supervisees = 1 }}
"""
    scene = play_where(
        text, lambda scene: [row.amount for row in scene.select("recruited")] == [600, 60, 300, 300, 300]
    )
    assert scene.lines("joined_supervision") == ["0 joined_supervision peer:initial:1 peer:group:0"]
    names = ("own_hours", "supervisor_span", "multiple")
    own, span, several = (scene.kpi(f"tier.peer.waiting.supervision_place.{name}_weeks") for name in names)
    assert span == 10.0 + 5.0
    assert own + several == 10.0
