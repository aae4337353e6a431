"""The hours ledger: whole minutes, exact fits, overtime only for courses and supervision."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cascadesim.model.units import committed_limit
from engine.scene import Scene, burst, rarely

Play = Callable[..., Scene]


def exact_fit(session_hours: float, hours_per_week: float) -> str:
    """Four clients at once for a worker whose week holds three of them exactly."""
    return f"""
horizon_weeks = 12
cascade = ["peer"]
[tier.peer]
initial = 1
hours_per_week = {hours_per_week}
caseload = 9
[clients]
sessions = 5
session_hours = {session_hours}
[clients.stream.a]
referrals_per_week = {burst(2, mean=4)}
"""


@pytest.mark.parametrize(("session_hours", "hours_per_week"), [(0.7, 2.1), (1.1, 3.3), (0.1, 0.3), (2 / 3, 2.0)])
def test_sessions_fit_exactly(play_referred: Play, session_hours: float, hours_per_week: float) -> None:
    """1.1 + 1.1 + 1.1 <= 3.3 is false in floats and true in minutes: 66 + 66 + 66 = 198. The fourth client waits."""
    scene = play_referred(exact_fit(session_hours, hours_per_week), a=[2, 2, 2, 2])
    assert scene.lines("started", "completed") == [
        "2 started a:0 peer:initial:0 10080",
        "2 started a:1 peer:initial:0 10080",
        "2 started a:2 peer:initial:0 10080",
        "7 completed a:0 peer:initial:0",
        "7 completed a:1 peer:initial:0",
        "7 completed a:2 peer:initial:0",
        "7 started a:3 peer:initial:0 10080",
    ]
    assert scene.kpi("clients.waiting.care.worker_hours_weeks") == 5.0
    # weeks 2 to 7 full, weeks 7 to 12 a third of the hours
    assert scene.kpi("tier.peer.utilisation") == pytest.approx((5 + 5 / 3) / 12, abs=1e-12)


@settings(derandomize=True, max_examples=500, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 1000))
def test_limit_is_the_exact_product_rounded_down(available: int, thousandths: int) -> None:
    """Where floats fall a hair short (2400 * 1.15 = 2759.9999999999995) the whole number counts (R2.4)."""
    exact = available * (1 + Fraction(thousandths, 1000))
    assert committed_limit(available, thousandths / 1000) == math.floor(exact)


def course(overtime: float, hours: float) -> str:
    """Two weeks of 12 hours a week, taught by somebody with ten, who is also offered a client."""
    return f"""
horizon_weeks = 10
cascade = ["mentor", "peer"]
[tier.mentor]
initial = 1
hours_per_week = {rarely(10, 100)}
overtime_fraction = {overtime}
[tier.peer]
hours_per_week = 1
intake = [{{ week = 3, count = 1 }}]
[tier.peer.training]
course_weeks = 2
max_cohort = 1
trainer_hours_per_week = {hours}
trainee_hours_per_week = 30
[tier.peer.supervision]
required = false
"""


def test_courses_may_run_into_overtime_up_to_the_limit(play: Play) -> None:
    """Ten hours and a fifth more hold a course of twelve, from week 3 to week 5: two hours of overtime."""
    scene = play(course(0.2, 12))
    assert scene.lines("course_started", "course_ended") == [
        "3 course_started peer:course:0 1",
        "5 course_ended peer:course:0 held",
    ]
    assert scene.kpi("tier.mentor.overtime_share") == (2 * 2) / (10 * 10)
    assert scene.kpi("tier.mentor.share.training_given") == (12 * 2) / (10 * 10)
    hours = scene.run.trajectories_frame().set_index("week")["tier.mentor.hours.overtime"]
    assert [week for week, each in hours.items() if each] == [4, 5]
    assert set(hours) == {0.0, 2.0}


def test_one_minute_over_the_limit_does_not_fit(play: Play) -> None:
    scene = play(course(0.2, 12 + 1 / 60))
    assert scene.lines("course_started") == []
    assert scene.kpi("tier.peer.waiting.course.trainer_hours_weeks") == 7.0


def test_hours_of_the_course_do_not_limit_the_trainee(play: Play) -> None:
    """Thirty hours of course a week for somebody with one: recorded, not limited (R2.3)."""
    scene = play(course(0.0, 10))
    assert scene.lines("certified", of="peer:intake:3:0") == ["5 certified peer:intake:3:0"]
    # available from week 5 on: 5 weeks of one hour
    assert scene.kpi("tier.peer.share.training_taken") == 0  # out of nobody's week, as in the utilisation
    assert scene.kpi("tier.peer.utilisation") == 0.0


CLIENTS_NO_OVERTIME = f"""
horizon_weeks = 6
cascade = ["peer"]
[tier.peer]
initial = 1
hours_per_week = 1
overtime_fraction = 1.0
caseload = 2
[clients]
sessions = 1
session_hours = 1
[clients.stream.a]
referrals_per_week = {burst(1)}
[clients.stream.b]
referrals_per_week = {burst(1)}
"""


def test_clients_never_run_into_overtime(play_referred: Play) -> None:
    scene = play_referred(CLIENTS_NO_OVERTIME, a=[1], b=[1])
    assert scene.weeks("started") == ["1", "2"]
    assert scene.kpi("tier.peer.overtime_share") == 0.0
