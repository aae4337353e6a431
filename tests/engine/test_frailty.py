"""Some leave sooner than others, for reasons that nobody sees: a gamma multiplier with mean 1 (R5.8, R5.10)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from scipy import stats

from cascadesim import ScenarioError
from cascadesim.model.enums import Entry, Kind, Purpose
from cascadesim.model.rng import entity_stream, replication_key, stable_hash, uniform
from engine.lives import drawn, identity, threshold
from engine.scene import WEEK, Scene

Play = Callable[..., Scene]
PEOPLE = 30
VARIANCE = 0.8


def text(*lives: str, tenure: float = 0.0, variance: float = VARIANCE) -> str:
    tables = "\n".join(f"[tier.w.events.{name}]\n{keys}" for name, keys in (each.split(": ", 1) for each in lives))
    return f"""
horizon_weeks = 60
cascade = ["w"]
[tier.w]
initial = {PEOPLE}
initial_tenure_weeks = {tenure}
hours_per_week = 10
frailty_variance = {variance}
{tables}
"""


def frailty(position: int, lived: float = 0.0, variance: float = VARIANCE) -> float:
    """Gamma with shape 1/v; its rate is 1/v, and more for those who have survived a cumulative hazard `lived`."""
    u = drawn(Purpose.FRAILTY, position=position)
    return float(stats.gamma.ppf(u, 1 / variance, scale=1 / (1 / variance + lived)))


def exits(expected: Callable[[int], float]) -> dict[str, float]:
    """The week of exit of each person within the run."""
    weeks = {f"w:initial:{place}": expected(place) for place in range(PEOPLE)}
    return {key: week for key, week in weeks.items() if week < 60}


def check(scene: Scene, event: str, expected: dict[str, float]) -> None:
    found = {row.key: row.minute for row in scene.select(event)}
    assert found.keys() == expected.keys() and len(found) >= 5
    for key, week in expected.items():
        assert abs(found[key] - math.ceil(week * WEEK)) <= 1, key


EXPONENTIAL = 'time_to_event = { dist = "exponential", mean_weeks = 20 }'
STEPS = "[{ rate_per_year = 1.04 }, { from_weeks = 10, rate_per_year = 5.2 }]"
TABLE = f'time_to_event = {{ dist = "life_table", table = {STEPS} }}'


@pytest.mark.parametrize("variance", [0.2, 0.8, 3.0])
def test_it_multiplies_the_hazard(play: Play, variance: float) -> None:
    scene = play(text(f"work: {EXPONENTIAL}", variance=variance))
    check(
        scene,
        "exited",
        exits(lambda place: 20 * threshold("work", position=place) / frailty(place, variance=variance)),
    )


def test_of_absences_too(play: Play) -> None:
    scene = play(text(f"ill: {EXPONENTIAL}\nabsence_weeks = 1"))
    check(scene, "absent", exits(lambda place: 20 * threshold("ill", position=place) / frailty(place)))


def test_not_of_external_reasons(play: Play) -> None:
    scene = play(text(f"work: {EXPONENTIAL}\nexternal = true"))
    check(scene, "exited", exits(lambda place: 20 * threshold("work", position=place)))


def test_those_who_stayed_are_the_less_frail(play: Play) -> None:
    """After 30 weeks of a life table of 0.02 and, from week 10, 0.1 a week they have survived a hazard of 2.2."""
    scene = play(text(f"work: {TABLE}", tenure=30))
    check(scene, "exited", exits(lambda place: 10 * threshold("work", position=place) / frailty(place, 2.2)))


def test_what_recurs_and_what_is_external_tells_nothing_about_the_frail(play: Play) -> None:
    """Whoever was away again and again is still there; what is external strikes the frail and others alike."""
    ill = f"ill: {EXPONENTIAL}\nabsence_weeks = 1\nrecurring = true"
    scene = play(text(f"work: {TABLE}", ill, f"visa: {EXPONENTIAL}\nexternal = true", tenure=30))
    found = {row.key: row.minute for row in scene.select("exited") if row.detail == "work"}
    expected = exits(lambda place: 10 * threshold("work", position=place) / frailty(place, 2.2))
    assert len(found) >= 3
    assert all(abs(minute - math.ceil(expected[key] * WEEK)) <= 1 for key, minute in found.items())


def test_one_frailty_for_all_reasons_of_a_person(play: Play) -> None:
    """Two reasons compete; each clock is multiplied by the same number."""
    scene = play(text(f"a: {EXPONENTIAL}", f"b: {EXPONENTIAL}"))
    check(
        scene,
        "exited",
        exits(lambda p: 20 * min(threshold("a", position=p), threshold("b", position=p)) / frailty(p)),
    )


def test_weibull_clocks_are_refused(play: Play) -> None:
    """R5.10: both explain a hazard that falls with tenure. An external one does not respond, and may be."""
    weibull = 'time_to_event = { dist = "weibull", shape = 0.7, mean_weeks = 20 }'
    with pytest.raises(ScenarioError):
        play(text(f"work: {weibull}"))
    assert play(text(f"work: {weibull}\nexternal = true")).select("exited")


LADDER = f"""
horizon_weeks = 60
cascade = ["top", "w"]
[tier.top]
target = 10
hours_per_week = 10
TOP
[tier.top.promotion]
[tier.w]
initial = {PEOPLE}
hours_per_week = 10
frailty_variance = {VARIANCE}
training.required = false
supervision.required = false
[tier.w.events.other]
time_to_event = {{ dist = "exponential", mean_weeks = 1000 }}
[tier.top.events.work]
CLOCK
"""


def person(position: int) -> float:
    """The frailty that was drawn in the second tier."""
    u = drawn(Purpose.FRAILTY, level=1, position=position)
    return float(stats.gamma.ppf(u, 1 / VARIANCE, scale=VARIANCE))


def threshold_above(position: int) -> float:
    """Of the reason `work`, for the same person in the first tier: the draws of a tier are its own."""
    stream = entity_stream(Kind.WORKER, 0, identity(1, Entry.INITIAL, 0, position))
    return -math.log1p(-uniform(replication_key(1, 0), stream, Purpose.THRESHOLD, stable_hash("work")))


@pytest.mark.parametrize("top", ["", "[tier.top.incentive.club]\nleaving_ratio = 0.999999999999"])
def test_it_goes_along_in_promotion(play: Play, top: str) -> None:
    """Ten move up at week 0 with the frailty that was drawn below, whether or not anything else acts above."""
    scene = play(LADDER.replace("TOP", top).replace("CLOCK", EXPONENTIAL))
    risen = [row.key for row in scene.select("recruited") if row.detail == "promotion" and row.minute == 0]
    places = [int(key.rpartition(":")[2]) for key in risen]
    found = {row.key: row.minute for row in scene.select("exited") if row.detail == "work" and row.key in risen}
    work = {place: 20 * threshold_above(place) / person(place) for place in places}
    expected = {f"w:initial:{place}": week for place, week in work.items() if week < 60}
    assert len(places) == 10
    assert found.keys() == expected.keys() and len(found) >= 5
    for key, week in expected.items():
        assert abs(found[key] - math.ceil(week * WEEK)) <= 1, key


def test_weibull_clocks_above_are_refused(play: Play) -> None:
    with pytest.raises(ScenarioError, match="work of top, to which they are promoted"):
        play(
            LADDER.replace("TOP", "").replace(
                "CLOCK", 'time_to_event = { dist = "weibull", shape = 0.7, mean_weeks = 20 }'
            )
        )
