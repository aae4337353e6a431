"""Named measures to hold workers: from when to when, and what they act on."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from engine.lives import struck_at, threshold
from engine.scene import WEEK, Scene

Play = Callable[..., Scene]
PEOPLE = 15
CLOCK = 'time_to_event = { dist = "exponential", mean_weeks = 15 }'


def text(measures: str, reason: str) -> str:
    return f"""
horizon_weeks = 40
cascade = ["w"]
[tier.w]
initial = {PEOPLE}
hours_per_week = 10
[tier.w.events.x]
{CLOCK}
{reason}
{measures}
"""


def measure(name: str, keys: str) -> str:
    return f"[tier.w.incentive.{name}]\n" + keys.replace("; ", "\n") + "\n"


def check(scene: Scene, event: str, pieces: list[tuple[float, float]]) -> None:
    found = {row.key: row.minute for row in scene.select(event)}
    expected = {}
    for place in range(PEOPLE):
        week = struck_at(pieces, 15.0, threshold("x", position=place))
        if week < 40:
            expected[f"w:initial:{place}"] = math.ceil(week * WEEK)
    assert found.keys() == expected.keys() and len(found) > 5
    assert all(abs(found[key] - minute) <= 1 for key, minute in expected.items())


STIPEND = measure("stipend", "from_week = 5; until_week = 20; leaving_ratio = 0.25; absence_ratio = 3")
LEAVE, HOURS, ILL = "", "then = { hours_factor = 0.5 }", "absence_weeks = 1"


@pytest.mark.parametrize(
    ("reason", "event", "ratio"),
    [
        (LEAVE, "exited", 0.25),
        (HOURS, "hours_changed", 0.25),
        (ILL, "absent", 3),
        ("absence_weeks = 1\nthen = { exit = 0.0000001 }", "absent", 0.25),  # it can be an exit
        ("external = true", "exited", 1),
        ("absence_weeks = 1\nexternal = true", "absent", 1),
    ],
)
def test_from_when_to_when_and_on_what(play: Play, reason: str, event: str, ratio: float) -> None:
    """`leaving_ratio` on what can end in an exit or other hours, `absence_ratio` on absences alone (R5.3)."""
    check(play(text(STIPEND, reason)), event, [(0, 1), (5, ratio), (20, 1)])


def test_measures_multiply(play: Play) -> None:
    two = STIPEND + measure("club", "from_week = 10; leaving_ratio = 2")
    check(play(text(two, LEAVE)), "exited", [(0, 1), (5, 0.25), (10, 0.5), (20, 2)])


def test_from_the_first_minute_without_end(play: Play) -> None:
    check(play(text(measure("stipend", "leaving_ratio = 0.5"), LEAVE)), "exited", [(0, 0.5)])


def test_newcomers_begin_with_what_is_in_force(play: Play) -> None:
    """One of week 8, when the stipend holds: 0.25 up to week 20."""
    from cascadesim.model.enums import Entry

    scene = play(text(STIPEND, LEAVE).replace(f"initial = {PEOPLE}", "intake = [{ week = 8, count = 9 }]"))
    found = {row.key: row.minute for row in scene.select("exited")}
    for place in range(9):
        unit = threshold("x", entry=Entry.INTAKE, date=8 * WEEK, position=place)
        week = 8 + struck_at([(0, 0.25), (12, 1)], 15.0, unit)
        assert abs(found.get(f"w:intake:8:{place}", 40 * WEEK) - math.ceil(min(week, 40) * WEEK)) <= 1


def test_what_it_costs(play: Play) -> None:
    """Ten a worker and week: 15 people in the weeks 5 to 20, less who has left."""
    paid = STIPEND.replace("leaving_ratio = 0.25; absence_ratio = 3", "").replace("0.25", "1")
    scene = play(text(paid + "week_cost = 10\n", LEAVE))
    there = sum(
        max(
            0,
            min(20 * WEEK, next((row.minute for row in scene.select("exited") if row.key == key), 40 * WEEK))
            - 5 * WEEK,
        )
        for key in (f"w:initial:{place}" for place in range(PEOPLE))
    )
    assert scene.kpi("cost.tier.w.incentive") == pytest.approx(10 * there / WEEK)
