"""What makes a worker's clocks run faster or slower: flags, states, recognition; external ones ignore it (R5.8)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from cascadesim.model.enums import Entry
from engine.lives import struck_at, threshold
from engine.programmes import team
from engine.scene import WEEK, Scene, leaves

Play = Callable[..., Scene]
PEERS = 25


def lives(
    ratios: str, reason: str = "", *, clock: str = 'dist = "exponential", mean_weeks = 10', rest: str = ""
) -> str:
    """Peers of week 0; a mentor of week 4 who leaves at week 8; one reason for leaving with a mean of ten."""
    mentor = "intake = [{ week = 4, count = 1 }]"
    tables = f"""
{leaves("mentor", "move", 8)}
[tier.peer.hazard_ratios]
{ratios}
[tier.peer.events.work]
time_to_event = {{ {clock} }}
{reason}
{rest}
"""
    return team(f"0:{PEERS}", f"group_size = {PEERS}", mentor=mentor, rest=tables)


def check(scene: Scene, pieces: list[tuple[float, float]], *, scale: float = 10.0, shape: float = 1.0) -> set[int]:
    """Every exit at the minute worked out from its threshold; the pieces in which somebody left."""
    found = {row.key: row.minute for row in scene.select("exited") if row.tier == "peer"}
    expected, used = {}, set()
    for position in range(PEERS):
        unit = threshold("work", level=1, entry=Entry.INTAKE, position=position)
        weeks = struck_at(pieces, scale, unit, shape)
        if weeks < 20:
            expected[f"peer:intake:0:{position}"] = math.ceil(weeks * WEEK)
            used.add(max(place for place, (begins, _) in enumerate(pieces) if begins < weeks))
    assert found.keys() == expected.keys()
    assert all(abs(found[key] - minute) <= 1 for key, minute in expected.items()), (found, expected)
    return used


def test_unsupervised_from_week_to_week(play: Play) -> None:
    """Three times the hazard up to week 4 and from week 8 on."""
    assert check(play(lives("unsupervised = 3")), [(0, 3), (4, 1), (8, 3)]) == {0, 1, 2}


def test_a_ratio_below_one_holds_back(play: Play) -> None:
    check(play(lives("unsupervised = 0.25")), [(0, 0.25), (4, 1), (8, 0.25)])


@pytest.mark.parametrize("shape", [0.6, 2.0])
def test_a_weibull_clock_keeps_its_tenure(play: Play, shape: float) -> None:
    clock = f'dist = "weibull", shape = {shape}, mean_weeks = {10 * math.gamma(1 + 1 / shape)}'
    check(play(lives("unsupervised = 3", clock=clock)), [(0, 3), (4, 1), (8, 3)], shape=shape)


def test_an_external_reason_does_not_respond(play: Play) -> None:
    """R5.3: neither to flags nor to recognition."""
    rest = "[recognition]\nleaving_ratio = 3"
    check(play(lives("unsupervised = 3", "external = true", rest=rest)), [(0, 1)])


def test_recognition_multiplies(play: Play) -> None:
    rest = "[recognition]\nleaving_ratio = 0.5"
    check(play(lives("unsupervised = 3", rest=rest)), [(0, 1.5), (4, 0.5), (8, 1.5)])


def test_a_state_acts_by_what_it_lacks(play: Play) -> None:
    """Readiness 2^(-week / 8), published every four weeks; the ratio of 4 to the power of what it lacks."""
    rest = "[organisation.readiness]\nhalf_life_weeks = 8"
    scene = play("review_weeks = 4\n" + lives("readiness = 4\nunsupervised = 3", rest=rest))
    pieces = []
    for week in range(0, 20, 4):
        flag = 1 if week == 4 else 3
        pieces.append((float(week), flag * 4 ** (1 - 2 ** (-week / 8))))
    assert len(check(scene, pieces)) >= 3


def test_a_recurring_absence_responds_too(play: Play) -> None:
    """The k-th of the absences of a week begins when the hazard has spent E1 + ... + Ek, its own absences left out.

    Nobody who is away is unsupervised, and the clock stands still then; a peer who is there before week 4 or from week
    8 has three times the hazard.
    """
    text = lives("unsupervised = 3", "absence_weeks = 1\nrecurring = true")
    scene = play(text)
    expected = []
    for position in range(PEERS):
        total, now, spent = 0.0, 0.0, 0.0
        for number in range(50):
            total += threshold("work", number, level=1, entry=Entry.INTAKE, position=position)
            while True:
                rate = (1 if 4 <= now < 8 else 3) / 10
                ends = 4 if now < 4 else 8 if now < 8 else math.inf
                if spent + rate * (ends - now) >= total:
                    break
                spent, now = spent + rate * (ends - now), ends
            begins = math.ceil((now + (total - spent) / rate) * WEEK) / WEEK
            spent += rate * (begins - now)
            if begins >= 20:
                break
            expected.append((f"peer:intake:0:{position}", begins))
            now = begins + 1
    found = [(row.key, row.minute / WEEK) for row in scene.select("absent")]
    assert len(found) == len(expected) > 20
    for (key, week), (other, worked_out) in zip(sorted(found), sorted(expected), strict=True):
        assert key == other and abs(week - worked_out) <= 2 / WEEK


def test_a_date_is_moved_by_nothing(play: Play) -> None:
    clock = 'dist = "date", week = 9'
    scene = play(lives("unsupervised = 3", clock=clock))
    assert {row.minute for row in scene.select("exited") if row.tier == "peer"} == {9 * WEEK}
