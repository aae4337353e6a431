"""Targets of staffing: a vacancy for everybody who is missing, filled once, after a time (R9.1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.programmes import school
from engine.scene import Scene, leaves

Play = Callable[..., Scene]


def staff(keys: str, rest: str = "") -> str:
    return f"""
horizon_weeks = 20
cascade = ["w"]
[tier.w]
hours_per_week = 10
{keys}
{rest}
"""


def recruits(scene: Scene) -> list[str]:
    return [each.removesuffix(" 600") for each in scene.lines("recruited") if ":initial:" not in each]


def test_a_shortfall_at_the_start(play: Play) -> None:
    """Two of five are there: three come after two weeks, each with a number of their own."""
    scene = play(staff("initial = 2\ntarget = 5\nlag_weeks = 2"))
    assert scene.lines("vacancies") == ["0 vacancies 3"]
    assert recruits(scene) == [f"2 recruited w:vacancy:{number}:0 vacancy" for number in range(3)]
    assert scene.kpi("tier.w.vacant_mean") == 3 * 2 / 20
    assert scene.kpi("tier.w.waiting.vacancy.lag_weeks") == 3 * 2
    assert scene.kpi("tier.w.active_mean") == (2 * 2 + 5 * 18) / 20


def test_without_a_lag_they_come_a_minute_later(play: Play) -> None:
    """R1.2: nothing is due at the instant that caused it."""
    assert recruits(play(staff("initial = 2\ntarget = 3"))) == ["0+1 recruited w:vacancy:0:0 vacancy"]


@pytest.mark.parametrize(
    ("keys", "rest", "expected"),
    [
        # an exit, and the next one of whoever came then
        ("initial = 1", leaves("w", "move", 5), ["7 w:vacancy:0:0"]),
        # at the notice, of week 5, and no second one at its end, of week 9
        ("initial = 1", leaves("w", "move", 5, notice_weeks=4), ["7 w:vacancy:0:0"]),
        # more than enough are there: only what falls below the target counts
        ("initial = 3", leaves("w", "move", 5), ["7 w:vacancy:0:0"]),
        # one of week 6 makes good for it, but the vacancy was open
        (
            "initial = 1\nintake = [{ week = 6, count = 1 }]",
            leaves("w", "move", 5),
            ["6 w:intake:6:0", "7 w:vacancy:0:0"],
        ),
        # and does count where it comes first
        (
            "initial = 1\nintake = [{ week = 4, count = 1 }]",
            leaves("w", "move", 3),
            ["4 w:intake:4:0", "5 w:vacancy:0:0"],
        ),
        # who gave notice and goes for another reason is missed once
        (
            "initial = 1",
            leaves("w", "move", 5, notice_weeks=4) + leaves("w", "sick", 6),
            ["7 w:vacancy:0:0"],
        ),
        # beyond the horizon
        ("initial = 1", leaves("w", "move", 18), []),
    ],
)
def test_when_vacancies_open(play: Play, keys: str, rest: str, expected: list[str]) -> None:
    scene = play(staff(f"{keys}\ntarget = 1\nlag_weeks = 2", rest))
    found = [f"{row.minute / 10_080:g} {row.key}" for row in scene.select("recruited") if ":initial:" not in row.key]
    assert found == expected


def test_surplus_is_used_up_first(play: Play) -> None:
    """Four for a target of three; the two of week 2 stay when the first two leave at week 3: one is missing then."""
    text = staff("initial = 2\nintake = [{ week = 3, count = 2 }]\ntarget = 3\nlag_weeks = 1", leaves("w", "move", 3))
    scene = play(text)
    # week 0: one is missing, on the way until week 1, who leaves at week 3 too; then two are there
    assert recruits(scene) == [
        "1 recruited w:vacancy:0:0 vacancy",
        "3 recruited w:intake:3:0 intake",
        "3 recruited w:intake:3:1 intake",
        "4 recruited w:vacancy:1:0 vacancy",
    ]


def test_candidates_and_trainees_count(play: Play) -> None:
    """Week 0: two are missing, on the way until week 1. Nobody is while they wait, are taught and have passed."""
    scene = play(school("min_cohort = 2", "1:1 2:1", peer="target = 2\nlag_weeks = 1"))
    assert [row.key for row in scene.select("recruited") if row.tier == "peer"] == [
        "peer:intake:1:0",
        "peer:vacancy:0:0",
        "peer:vacancy:1:0",
        "peer:intake:2:0",
    ]
    assert len(scene.select("vacancies")) == 1


def test_the_replaced_and_their_ratio(play: Play) -> None:
    """Two leave at week 5 and two come at week 6: certified at once."""
    scene = play(staff("initial = 2\ntarget = 2\nlag_weeks = 1", leaves("w", "move", 5)))
    assert scene.kpi("tier.w.recruited_replacing") == 2
    assert scene.kpi("tier.w.replacement_ratio") == 1
    assert scene.kpi("tier.w.vacant_mean") == 2 * 1 / 20


def test_a_planned_intake_replaces_nobody(play: Play) -> None:
    """Two leave at week 5; two come at week 10, as planned from the start. No vacancy was filled."""
    leaves_two = leaves("w", "move", 5)
    prices = "\n[tier.w.costs]\nrecruit_cost = 100"
    scene = play(staff("initial = 2\nintake = [{ week = 10, count = 2 }]", leaves_two + prices))
    assert scene.kpi("cost.total") == 200 and scene.kpi("cost.replacing_share") == 0
    planned = play(staff("initial = 2\ntarget = 2\nlag_weeks = 8\nintake = [{ week = 10, count = 1 }]", leaves_two))
    assert planned.weeks("recruited") == ["0", "0", "10", "13", "13"]
    assert planned.kpi("tier.w.recruited_replacing") == 2


# --- the pool ---------------------------------------------------------------------------------------------------------


def test_the_pool_runs_dry(play: Play) -> None:
    """Four outside: one comes at week 1, one at week 2, two for the three vacancies of week 5: one stays open."""
    text = staff(
        "initial = 2\nintake = [{ week = 1, count = 1 }]\ntarget = 3\nlag_weeks = 2\npool = 4",
        leaves("w", "move", 5),
    )
    scene = play(text)
    # week 0 opens one, filled at week 2: four people are there at week 5
    assert recruits(scene) == [
        "1 recruited w:intake:1:0 intake",
        "2 recruited w:vacancy:0:0 vacancy",
        "7 recruited w:vacancy:1:0 vacancy",
        "7 recruited w:vacancy:2:0 vacancy",
    ]
    assert scene.kpi("tier.w.waiting.vacancy.pool_empty_weeks") == 13
    assert scene.kpi("tier.w.waiting.vacancy.lag_weeks") == 1 * 2 + 3 * 2
    assert scene.kpi("tier.w.vacant_mean") == (2 + 6 + 13) / 20


def test_who_is_there_at_the_start_is_not_from_the_pool(play: Play) -> None:
    scene = play(staff("initial = 5\nintake = [{ week = 1, count = 3 }]\npool = 2"))
    assert recruits(scene) == ["1 recruited w:intake:1:0 intake", "1 recruited w:intake:1:1 intake"]
    assert scene.kpi("tier.w.recruited") == 7


def test_a_vacancy_that_the_pool_could_not_fill_is_not_opened_again(play: Play) -> None:
    """Nobody comes for the first; the second leaver's is another one, and the intake of week 9 finds no pool."""
    rest = leaves("w", "move", 5)
    scene = play(staff("initial = 1\nintake = [{ week = 6, count = 1 }]\ntarget = 1\npool = 1\nlag_weeks = 2", rest))
    assert [row.amount for row in scene.select("vacancies")] == [1]
    assert recruits(scene) == ["6 recruited w:intake:6:0 intake"]


def test_targets_of_each_site(play: Play) -> None:
    text = """
horizon_weeks = 20
cascade = ["w"]
sites = ["north", "south"]
[tier.w]
hours_per_week = 10
lag_weeks = 1
[tier.w.site.north]
initial = 1
target = 2
[tier.w.site.south]
initial = 3
target = 2
pool = 1
[tier.w.events.move]
time_to_event = { dist = "date", week = 5 }
"""
    assert recruits(play(text)) == [
        "1 recruited w@north:vacancy:0:0 vacancy",
        "6 recruited w@north:vacancy:1:0 vacancy",
        "6 recruited w@north:vacancy:2:0 vacancy",
        "6 recruited w@south:vacancy:0:0 vacancy",
    ]


def test_a_vacancy_that_nobody_can_fill_closes_when_nobody_is_missing(play: Play) -> None:
    """Two are missing until week 6, when the lag is over; the two of week 2, who took the last places, are enough."""
    scene = play(staff("target = 2\npool = 2\nintake = [{ week = 2, count = 2 }]\nlag_weeks = 6"))
    assert recruits(scene) == ["2 recruited w:intake:2:0 intake", "2 recruited w:intake:2:1 intake"]
    assert scene.kpi("tier.w.waiting.vacancy.pool_empty_weeks") == 0
    assert scene.kpi("tier.w.vacant_mean") == pytest.approx(2 * 6 / 20)


def test_one_of_two_that_nobody_can_fill_stays_open(play: Play) -> None:
    """The same with one place outside: one of the two is missing to the end, from week 6 on for want of anybody."""
    scene = play(staff("target = 2\npool = 1\nintake = [{ week = 2, count = 1 }]\nlag_weeks = 6"))
    assert scene.kpi("tier.w.waiting.vacancy.pool_empty_weeks") == 14
    assert scene.kpi("tier.w.vacant_mean") == pytest.approx((2 * 6 + 14) / 20)
