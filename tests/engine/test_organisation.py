"""States of the workplaces: levels, lifts and reviews; the hours and the referrals that depend on them (R7)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from cascadesim.model.enums import Kind, Purpose
from cascadesim.model.rng import entity_stream, replication_key, stable_hash, uniform
from engine.lives import hours_to
from engine.programmes import desk, school, team
from engine.scene import WEEK, Scene

Play = Callable[..., Scene]


def place(states: str, worker: str = "", *, sites: str = "", rest: str = "") -> str:
    people = "initial = 2" if not sites else "\n".join(f"[tier.w.site.{site}]\ninitial = 2" for site in sites.split())
    named = f"sites = {sites.split()}".replace("'", '"') if sites else ""
    return f"""
horizon_weeks = 20
review_weeks = 4
report_weeks = [8, 9]
cascade = ["w"]
{named}
[tier.w]
hours_per_week = 10
{worker}
{people}
{states}
{rest}
"""


def published(scene: Scene) -> list[tuple[float, str, float]]:
    return [
        (row.minute / WEEK, row.other or row.detail, round(row.amount / 1e9, 9)) for row in scene.select("published")
    ]


READINESS = "[organisation.readiness]\n"


def test_decay_and_lifts_show_at_reviews(play: Play) -> None:
    """1 at the start, halved every 8 weeks; lifted half of the way to 1 at week 6, and at week 12 before the review."""
    scene = play(place(READINESS + "half_life_weeks = 8\nat_weeks = [6, 12]\nlift = 0.5"))
    at_6 = 0.5 + 2**-0.75 / 2
    at_12 = 0.5 + at_6 * 2**-0.75 / 2
    assert published(scene) == [
        (4, "readiness", pytest.approx(2**-0.5)),
        (8, "readiness", pytest.approx(at_6 * 2**-0.25)),
        (12, "readiness", pytest.approx(at_12)),
        (16, "readiness", pytest.approx(at_12 * 2**-0.5)),
    ]
    assert scene.weeks("workplace_training") == ["6", "12"]
    assert scene.kpi("organisation.readiness.trainings") == 2
    assert scene.kpi("organisation.readiness_at_week_8") == pytest.approx(2**-0.5)  # just before
    assert scene.kpi("organisation.readiness_at_week_9") == pytest.approx(at_6 * 2**-0.25)


def test_again_and_again(play: Play) -> None:
    """Every six weeks, and at week 0 and 12 besides: a date twice is one."""
    scene = play(place(READINESS + "initial = 0.2\nevery_weeks = 6\nat_weeks = [0, 12]\nlift = 0.5"))
    assert scene.weeks("workplace_training") == ["0", "6", "12", "18"]
    assert published(scene) == [(8, "readiness", 0.8), (12, "readiness", 0.9)]  # 0.6 from week 0 on


def test_nothing_changes_without_a_half_life(play: Play) -> None:
    assert published(play(place(READINESS + "initial = 0.3"))) == []


def test_one_site_differs(play: Play) -> None:
    states = READINESS + "initial = 0.4\nat_weeks = [2]\nlift = 0.5\n[organisation.readiness.site.south]\n"
    scene = play(place(states + "initial = 0.2\nat_weeks = [7]\nlift = 0.25", sites="north south"))
    assert published(scene) == [(4, "north", 0.7), (8, "south", 0.4)]
    assert scene.kpi("organisation.readiness.north_at_week_9") == pytest.approx(0.7)
    assert scene.kpi("organisation.readiness.south_at_week_9") == pytest.approx(0.4)


# --- hours ------------------------------------------------------------------------------------------------------------


def duties(scene: Scene, tier: str = "w") -> list[float]:
    """Mean hours of other duties in each week."""
    frame = scene.run.trajectories_frame()
    return [round(hours, 6) for hours in frame[f"tier.{tier}.hours.other_duties"].tolist()]


def test_a_workplace_training_takes_hours_for_a_week(play: Play) -> None:
    """Two workers with an hour of other duties: three more each in the week after 6, two after 6.5, at most ten."""
    states = (
        READINESS + "at_weeks = [6, 15]\nstaff_hours = 3\n[organisation.clarity]\nat_weeks = [6.5, 15]\nstaff_hours = 8"
    )
    scene = play(place(states, "other_duties_hours_per_week = 1"))
    expected = [2.0] * 20
    expected[6] = 2 * (1 + 3 / 2 + 6 / 2 + 3 / 2)  # from 6.5 on 1 + 3 + 8 are capped at 10
    expected[7] = 2 * (9 / 2 + 1 / 2)
    expected[15] = 20.0
    assert duties(scene) == pytest.approx(expected)


def test_hours_lost_to_a_low_level(play: Play) -> None:
    """Four hours at a level of 0: 4 (1 - level) in whole minutes, as published at weeks 4, 8, ...

    A third worker comes at week 11, after a lift that is not published before week 12.
    """
    states = "[organisation.clarity]\nhalf_life_weeks = 4\nat_weeks = [10]\nlift = 1"
    scene = play(place(states, "intake = [{ week = 11, count = 1 }]", rest="[tier.w.lost_hours_per_week]\nclarity = 4"))
    at_12 = math.ceil(240 * (1 - 2**-0.5)) / 60
    expected = [0.0] * 4 + [2.0] * 4 + [3.0] * 4 + [at_12] * 4 + [math.ceil(240 * (1 - 2**-1.5)) / 60] * 4
    assert duties(scene) == pytest.approx([(2 if week < 11 else 3) * hours for week, hours in enumerate(expected)])


def test_hours_lost_are_capped_by_a_week_that_has_shrunk(play: Play) -> None:
    """Other duties of two hours and four lost: all of the two hours that are left from week 6 on."""
    states = "[organisation.clarity]\ninitial = 0"
    rest = "[tier.w.lost_hours_per_week]\nclarity = 4\n" + hours_to("w", 6, 0.2)
    scene = play(place(states, "other_duties_hours_per_week = 2", rest=rest))
    assert duties(scene) == pytest.approx([12.0] * 6 + [4.0] * 14)


def test_only_those_in_service_lose_hours(play: Play) -> None:
    """A peer on a course of weeks 1 to 3 loses none; from week 3 on two hours. Mentors lose none at all."""
    rest = "[organisation.clarity]\ninitial = 0.5\n[tier.peer.lost_hours_per_week]\nclarity = 4"
    scene = play(school("", "1:1", rest=rest))
    assert duties(scene, "peer") == pytest.approx([0.0] * 3 + [2.0] * 17)
    assert scene.kpi("tier.mentor.utilisation") == 2 / 20


def test_a_training_keeps_courses_from_starting(play: Play) -> None:
    """The only trainer has ten hours, all of which a course takes; the training of week 1 takes one until week 2."""
    rest = "[organisation.clarity]\nat_weeks = [1]\nstaff_hours = 1"
    assert play(school("", "1:1", rest=rest)).weeks("course_started") == ["2"]


# --- referrals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", [0.25, 3.0])
def test_referrals_follow_the_published_level(play: Play, ratio: float) -> None:
    """The i-th comes when the integral of rate x ratio^(1 - level) reaches E1 + ... + Ei (R7.3)."""
    rest = f"[organisation.readiness]\nhalf_life_weeks = 6\nat_weeks = [9]\nlift = 0.5\nreferral_ratio = {ratio}"
    scene = play("review_weeks = 4\n" + desk("[{ from_week = 0, rate = 2 }, { from_week = 10, rate = 5 }]", rest=rest))
    at_9 = 0.5 + 2**-1.5 / 2
    levels = [1.0, 2 ** (-4 / 6), 2 ** (-8 / 6), at_9 * 2 ** (-3 / 6), at_9 * 2 ** (-7 / 6)]
    expected = []
    luck, source = replication_key(1, 0), entity_stream(Kind.STREAM, stable_hash("a"), 0)
    total, week, spent = 0.0, 0.0, 0.0
    for ordinal in range(200):
        total -= math.log1p(-uniform(luck, source, Purpose.INTER_ARRIVAL, ordinal))
        while week < 20:
            rate = (2 if week < 10 else 5) * ratio ** (1 - levels[int(week // 4)])
            ends = min(each for each in (4, 8, 10, 12, 16, 20) if each > week)
            if spent + rate * (ends - week) >= total:
                break
            spent, week = spent + rate * (ends - week), ends
        if week >= 20:
            break
        week, spent = week + (total - spent) / rate, total
        expected.append(math.floor(week * WEEK + 0.5))
    found = [row.minute for row in scene.select("referred")]
    assert len(found) == len(expected) > 20
    assert all(abs(minute - other) <= 1 for minute, other in zip(found, expected, strict=True))


def test_groups_are_led_on_through_a_workplace_training(play: Play) -> None:
    """R2.5: of ten hours eight are groups, five the training of week 3: three run off for a week, none are shed."""
    text = team("0:4", "group_size = 1", rest="[organisation.ready]\nat_weeks = [3]\nstaff_hours = 5\nlift = 0.1\n")
    scene = play(text + "[tier.mentor.lost_hours_per_week]\nready = 1\n")
    assert scene.select("group_shed", "left_supervision", "unsupervised") == []
    assert scene.kpi("tier.mentor.run_off_share") == pytest.approx(3 * 1 / (20 * 10))
