"""A wave: in one week a share of those who are there is struck (R5.7)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from cascadesim.model.enums import Purpose
from cascadesim.model.rng import stable_hash
from engine.lives import drawn
from engine.programmes import school
from engine.scene import WEEK, Scene, leaves

Play = Callable[..., Scene]
PEOPLE = 20


def wave(share: float, *, week: float = 5, keys: str = "", people: str = f"initial = {PEOPLE}", rest: str = "") -> str:
    return f"""
horizon_weeks = 40
report_weeks = [8]
cascade = ["w"]
[tier.w]
{people}
hours_per_week = 10
[tier.w.events.wave]
time_to_event = {{ dist = "shock", week = {week}, share = {share} }}
{keys}
{rest}
"""


def test_who_is_struck_and_when(play: Play) -> None:
    """One draw says who, another at which minute of the week; nobody twice, not even where it says recurring."""
    for keys in ("", "recurring = true\n"):
        scene = play(wave(0.4, keys=keys))
        expected = {}
        for place in range(PEOPLE):
            if drawn(Purpose.THRESHOLD, stable_hash("wave"), position=place) < 0.4:
                u = drawn(Purpose.SHOCK_TIME, stable_hash("wave"), position=place)
                expected[f"w:initial:{place}"] = 5 * WEEK + math.floor(u * WEEK)
        assert {row.key: row.minute for row in scene.select("exited")} == expected
        assert 4 <= len(expected) <= 12
    assert scene.kpi("tier.w.active_at_week_8") == PEOPLE - len(expected)
    assert scene.kpi("tier.w.wave.wave.dip_share") == pytest.approx(len(expected) / PEOPLE)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nobody_and_everybody(play: Play, share: float) -> None:
    assert len(play(wave(share)).select("exited")) == share * PEOPLE


def test_only_those_who_are_there_before_the_week_begins(play: Play) -> None:
    people = "intake = [{ week = 4.9, count = 3 }, { week = 5, count = 3 }, { week = 5.5, count = 3 }]"
    scene = play(wave(1, people=people))
    assert [row.key.split(":")[2] for row in scene.select("exited")] == ["4.9"] * 3


def test_a_notice_a_hazard_ratio_and_what_follows(play: Play) -> None:
    """Like any other strike it may be an absence or come with a notice; no multiplier moves it."""
    scene = play(wave(1, keys="notice_weeks = 2", rest="[recognition]\nleaving_ratio = 9"))
    notices = {row.key: row.minute for row in scene.select("notice")}
    assert len(notices) == PEOPLE and all(5 * WEEK <= minute < 6 * WEEK for minute in notices.values())
    assert {row.key: row.minute - 2 * WEEK for row in scene.select("exited")} == notices
    scene = play(wave(1, keys="absence_weeks = 1"))
    assert len(scene.select("absent")) == len(scene.select("returned")) == PEOPLE


def test_the_clock_that_has_to_run(play: Play) -> None:
    """A course of weeks 1 to 6: a wave of week 5 from certification finds nobody, from recruitment everybody."""
    for origin, expected in (("certification", 0), ("recruitment", 2)):
        rest = f'[tier.peer.events.wave]\ntime_to_event = {{ dist = "shock", week = 5, share = 1 }}\nfrom = "{origin}"'
        scene = play(school("course_weeks = 5", "1:2", rest=rest))
        assert len(scene.select("exited")) == expected


@pytest.mark.parametrize("read", ["every_weeks = 1", "every_weeks = 13", "every_weeks = 40", "report_weeks = [6, 7]"])
def test_dip_and_recovery_do_not_depend_on_when_a_run_is_read(play: Play, read: str) -> None:
    """All who are struck are missing at the end of week 6, each is replaced three weeks later: back at the last one."""
    people = f"initial = {PEOPLE}\ntarget = {PEOPLE}\nlag_weeks = 3"
    scene = play(wave(0.4, people=people).replace("report_weeks = [8]", read))
    struck = [row.minute for row in scene.select("exited")]
    assert scene.kpi("tier.w.wave.wave.dip_share") == len(struck) / PEOPLE
    assert scene.kpi("tier.w.wave.wave.recovery_weeks") == (max(struck) + 3 * WEEK - 5 * WEEK) / WEEK


def test_a_second_fall_that_is_deeper_counts(play: Play) -> None:
    """From 20, of whom some go in week 5 and are replaced in the next; then all, at week 9."""
    people = f"initial = {PEOPLE}\ntarget = {PEOPLE}\nlag_weeks = 1"
    scene = play(wave(0.4, people=people, rest=leaves("w", "second", 9)))
    gone = [row.minute for row in scene.select("exited") if row.minute == 9 * WEEK]
    assert len(gone) == PEOPLE
    assert scene.kpi("tier.w.wave.wave.dip_share") == 1
    assert scene.kpi("tier.w.wave.wave.recovery_weeks") == 10 - 5
