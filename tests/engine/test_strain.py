"""Strain follows the load of the weeks since the last review, up and down at its own pace (R5.9)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from engine.lives import away, hours_to, struck_at, threshold
from engine.programmes import school
from engine.scene import WEEK, Scene

Play = Callable[..., Scene]


def worn(rest: str = "", *, duties: float = 6, overtime: float = 0, comfort: float = 0.5, people: int = 1) -> str:
    """A tier of ten hours with other duties; strain rises with a half-life of 8 weeks and falls with one of 2."""
    return f"""
horizon_weeks = 21
review_weeks = 4
cascade = ["w"]
[tier.w]
initial = {people}
hours_per_week = 10
other_duties_hours_per_week = {duties}
overtime_fraction = {overtime}
[tier.w.strain]
comfort_utilisation = {comfort}
strain_half_life_weeks = 8
recovery_half_life_weeks = 2
{rest}
"""


def levels(scene: Scene) -> dict[float, float]:
    return {row.minute / WEEK: row.amount / 1e9 for row in scene.select("strained")}


UP = 1 - 2**-0.5  # of the way in four weeks at a half-life of eight
DOWN = 2**-2.0  # what is left after four weeks at a half-life of two


@pytest.mark.parametrize(
    ("duties", "overtime", "comfort", "target"),
    [
        (6, 0, 0.5, 0.2),  # (0.6 - 0.5) / (1 - 0.5)
        (6, 0.25, 0.5, 0.1 / 0.75),
        (10, 0, 0.5, 1.0),
        (9, 0, 0.8, 0.5),
    ],
)
def test_towards_its_target(play: Play, duties: float, overtime: float, comfort: float, target: float) -> None:
    scene = play(worn(duties=duties, overtime=overtime, comfort=comfort))
    expected = {4.0 * n: target * (1 - (1 - UP) ** n) for n in range(1, 6)}
    assert levels(scene) == pytest.approx(expected, abs=1e-9)


def test_none_below_comfort(play: Play) -> None:
    assert levels(play(worn(duties=5))) == {}


def test_up_and_down_with_what_is_there(play: Play) -> None:
    """Six of ten hours, six of twenty from week 6 on: 0.6, then 12 of 30 hours, then 0.3, so two weeks' half-life."""
    first = 0.2 * UP
    scene = play(worn(hours_to("w", 6, 2)))
    assert levels(scene) == pytest.approx(
        {4.0: first, 8.0: first * DOWN, 12.0: first * DOWN**2, 16.0: first * DOWN**3, 20.0: first * DOWN**4}, abs=1e-9
    )


def test_half_of_a_period(play: Play) -> None:
    """From week 6 on 6.6 hours of other duties are all there is: u = (6 x 2 + 6 x 2) / (10 x 2 + 6.6 x 2) = 0.723."""
    scene = play(worn(hours_to("w", 6, 0.66)))
    first, target = 0.2 * UP, (24 / 33.2 - 0.5) / 0.5
    assert levels(scene)[8.0] == pytest.approx(first + (target - first) * UP, abs=1e-9)


def test_absence_is_left_out(play: Play) -> None:
    """Away from week 5 to 7, and from 9 to 20: the load of the rest counts, and none at all from 12 to 20."""
    scene = play(worn(away("w", 5, 2) + away("w", 9, 11, reason="long")))
    steady = {4.0 * n: 0.2 * (1 - (1 - UP) ** n) for n in (1, 2, 3)}
    assert levels(scene) == pytest.approx(steady | {16.0: steady[12.0] * DOWN, 20.0: steady[12.0] * DOWN**2}, abs=1e-9)


def test_of_those_who_teach(play: Play) -> None:
    """A course of eight hours in weeks 1 to 3 of ten: u = 16 / 40 from 0 to 4, and nothing afterwards."""
    rest = "[tier.mentor.strain]\ncomfort_utilisation = 0.2\nstrain_half_life_weeks = 8\nrecovery_half_life_weeks = 2\n"
    scene = play("review_weeks = 4\n" + school("trainer_hours_per_week = 8", "1:1", rest=rest))
    first = 0.25 * UP
    assert levels(scene) == pytest.approx({4.0 * n: first * DOWN ** (n - 1) for n in range(1, 5)}, abs=1e-9)


def test_it_hastens_leaving(play: Play) -> None:
    """A ratio of 9 to the power of the strain, from review to review."""
    rest = """
[tier.w.hazard_ratios]
strain = 9
[tier.w.events.work]
time_to_event = { dist = "exponential", mean_weeks = 15 }
"""
    scene = play(worn(rest, duties=10, people=20))
    pieces = [(4.0 * n, 9 ** (1 - (1 - UP) ** n)) for n in range(6)]
    found = {row.key: row.minute for row in scene.select("exited")}
    for place in range(20):
        week = min(21, struck_at(pieces, 15.0, threshold("work", position=place)))
        assert abs(found.get(f"w:initial:{place}", 21 * WEEK) - math.ceil(week * WEEK)) <= 1
    assert len({row.minute // (4 * WEEK) for row in scene.select("exited")}) >= 4


def test_who_has_just_begun_has_not_been_strained_for_long(play: Play) -> None:
    """R5.9: from week 3 to the review at 4 it is an eighth of the half-life of eight weeks, then half of it."""
    scene = play(worn().replace("initial = 1", "intake = [{ week = 3, count = 1 }]"))
    first = 0.2 * (1 - 2 ** (-1 / 8))
    assert levels(scene)[4.0] == pytest.approx(first, abs=1e-9)
    assert levels(scene)[8.0] == pytest.approx(first + (0.2 - first) * UP, abs=1e-9)
