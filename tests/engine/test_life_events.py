"""What follows when a clock strikes: exit, other hours, an absence or nothing; once or again and again (R5.1, R5.2)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from cascadesim.model.enums import Purpose
from cascadesim.model.rng import MASK, stable_hash
from engine.lives import drawn, threshold
from engine.scene import WEEK, Scene

Play = Callable[..., Scene]
PEOPLE = 12


def one(*tables: str, initial: int = PEOPLE, horizon: int = 60) -> str:
    """A single tier of ten hours whose people have only these lives: `NAME: keys`."""
    text = f'horizon_weeks = {horizon}\ncascade = ["w"]\n[tier.w]\nhours_per_week = 10\ninitial = {initial}\n'
    for table in tables:
        name, keys = table.split(": ", 1)
        text += f"[tier.w.events.{name}]\n{keys}\n"
    return text


def date(week: float) -> str:
    return f'time_to_event = {{ dist = "date", week = {week} }}'


@pytest.mark.parametrize(
    ("keys", "event"),
    [
        ("", "exited w:initial:0 x"),
        ("absence_weeks = 2", "absent w:initial:0 x 70560"),
        ("then = { hours_factor = 0.5 }", "hours_changed w:initial:0 x 300"),
        ("then = { exit = 0, hours_factor = 0.5 }", "hours_changed w:initial:0 x 300"),
        ("then = { exit = 1 }", "exited w:initial:0 x"),
        ("absence_weeks = 2\nthen = { exit = 0 }", "absent w:initial:0 x 70560"),
        (
            "absence_weeks = 2\nthen = { hours_factor = 0.5, absence = 0, hours_change = 1 }",
            "hours_changed w:initial:0 x 300",
        ),
        ("then = { exit = 0 }", None),
    ],
)
def test_what_follows_by_default(play: Play, keys: str, event: str | None) -> None:
    scene = play(one(f"x: {date(5)}\n{keys}", initial=1))
    lines = scene.lines("exited", "absent", "hours_changed")
    assert lines == ([f"5 {event}"] if event else [])


THEN = "absence_weeks = 3\nthen = { exit = 0.3, hours_change = 0.2, hours_factor = 0.5, absence = 0.3 }"


def followed(u: float) -> str:
    """One draw over the probabilities in the order exit, other hours, absence; the rest is nothing."""
    return ("exited", "hours_changed", "absent", "")[(u >= 0.3) + (u >= 0.5) + (u >= 0.8)]


def test_one_draw_decides(play: Play) -> None:
    """At week 5 all twelve are struck; what follows is keyed by the reason, so that another reason changes nothing."""
    scene = play(one(f"x: {date(5)}\n{THEN}"))
    expected = {
        f"w:initial:{place}": followed(drawn(Purpose.CONSEQUENCE, stable_hash("x"), position=place))
        for place in range(PEOPLE)
    }
    assert set(expected.values()) == {"exited", "hours_changed", "absent", ""}
    found = {row.key: row.event for row in scene.select("exited", "hours_changed", "absent")}
    assert found == {key: event for key, event in expected.items() if event}
    again = play(one(f"x: {date(5)}\n{THEN}", f"b: {date(9)}"))
    assert {
        row.key: row.event for row in again.rows if row.minute == 5 * WEEK and row.event != "binding_constraint"
    } == found


def test_a_notice_concerns_exits_only(play: Play) -> None:
    scene = play(one(f"x: {date(5)}\nnotice_weeks = 2\n{THEN}"))
    by_event: dict[str, set[str]] = {}
    for row in scene.select("notice", "exited", "hours_changed", "absent"):
        by_event.setdefault(row.event, set()).add(row.key)
    assert scene.weeks("hours_changed") + scene.weeks("absent") == ["5"] * len(
        by_event["hours_changed"] | by_event["absent"]
    )
    assert set(scene.weeks("notice")) == {"5"} and set(scene.weeks("exited")) == {"7"}
    assert by_event["notice"] == by_event["exited"]


@pytest.mark.parametrize("recurring", [True, False])
def test_occurrences(play: Play, recurring: bool) -> None:
    """Strikes at 10 (E1 + ... + Ek) weeks, each with a draw of its own for what follows, until an exit (R5.1)."""
    clock = 'time_to_event = { dist = "exponential", mean_weeks = 10 }'
    then = "then = { exit = 0.2, hours_factor = 0.5, hours_change = 0.5 }"
    scene = play(one(f"x: {clock}\n{then}\nrecurring = {str(recurring).lower()}"))
    expected = []
    for place in range(PEOPLE):
        total, available = 0.0, 600
        for occurrence in range(50 if recurring else 1):
            total += threshold("x", occurrence, position=place)
            minute = math.ceil(10 * total * WEEK)
            if minute >= 60 * WEEK:
                break
            u = drawn(Purpose.CONSEQUENCE, stable_hash("x") + occurrence & MASK, position=place)
            if u < 0.2:
                expected.append((minute, "exited", f"w:initial:{place}", 0))
                break
            if u < 0.7:
                available = math.ceil(available / 2)
                expected.append((minute, "hours_changed", f"w:initial:{place}", available))
    found = [(row.minute, row.event, row.key, row.amount) for row in scene.select("exited", "hours_changed")]
    assert found == sorted(expected)
    assert len([each for each in found if each[1] == "exited"]) > (3 if recurring else 0)


def test_order_at_one_instant(play: Play) -> None:
    """R5.5: an exit makes the other two void; without it hours change before the absence begins."""
    hours, absence = f"b: {date(5)}\nthen = {{ hours_factor = 0.5 }}", f"a: {date(5)}\nabsence_weeks = 1"
    scene = play(one(hours, absence, f"z: {date(5)}", initial=1))
    assert scene.lines("exited", "absent", "hours_changed") == ["5 exited w:initial:0 z"]
    scene = play(one(hours, absence, initial=1))
    assert scene.lines("exited", "absent", "hours_changed") == [
        "5 hours_changed w:initial:0 b 300",
        "5 absent w:initial:0 a 60480",
    ]


STEPS = ((4, 2.6), (14, 0), (30, 5.2))  # from this tenure in weeks, a year
TABLE = ", ".join(f"{{ from_weeks = {begins}, rate_per_year = {rate} }}" for begins, rate in STEPS)


def test_a_life_table(play: Play) -> None:
    """Nothing up to a tenure of 4 weeks, 0.05 a week up to 14, nothing up to 30, then 0.1: the area reaches E."""
    scene = play(one(f'x: time_to_event = {{ dist = "life_table", table = [{TABLE}] }}'))
    expected = {}
    for place in range(PEOPLE):
        unit = threshold("x", position=place)
        weeks = 4 + unit / 0.05 if unit <= 0.5 else 30 + (unit - 0.5) / 0.1
        if weeks < 60:
            expected[f"w:initial:{place}"] = math.ceil(weeks * WEEK)
    found = {row.key: row.minute for row in scene.select("exited")}
    assert found == expected
    assert any(minute < 14 * WEEK for minute in found.values()) and any(minute > 30 * WEEK for minute in found.values())
