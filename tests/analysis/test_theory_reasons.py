"""Reasons point the way in which a number differs: none is given that would make the difference smaller."""

from __future__ import annotations

import math

import pytest

from cascadesim import replicate
from cascadesim.analysis.capacity import explanations
from cascadesim.analysis.capacity.care import first_referral_week
from cascadesim.analysis.capacity.explanations import NO_REASON, Why
from cascadesim.analysis.capacity.quantities import compare
from cascadesim.analysis.capacity.simulated import Runs, SimulatedMeans, keep

from .theory_scenes import clinic, scenario_of

WAITING = ("too_few_workers", "caseload", "worker_hours", "worker_unsupervised", "several")


def found(active: float, begins: float = 0.0, waited: float = 0.0) -> SimulatedMeans:
    """The clinic of eight workers, 52 weeks: so many were active, care began then, so many client-weeks of waiting."""
    means = {f"clients.waiting.care.{name}_weeks": waited / 4 for name in WAITING[1:]}
    means |= {"clients.waiting.care.too_few_workers_weeks": 3 * waited, "clients.first_start_week": begins}
    means |= {"tier.worker.active_mean": active, "tier.worker.full_complement_week": 30.0, "clients.referred": 100.0}
    means |= {"clients.reneged": 20.0, "clients.waiting_at_end": 0.0, "clients.lost_on_exit": 0.0}
    return SimulatedMeans(clinic(sessions=3), means)


MORE = "Worker: on average 8.5 of 8 planned were active, all at once first in week 30."
FEWER = "Worker: on average 6 of 8 planned were active, all at once first in week 30."


@pytest.mark.parametrize(
    ("why", "up", "down"),
    [
        (explanations.staff, MORE, FEWER),
        (explanations.waits, FEWER, MORE),
        (explanations.taken, FEWER, f"{MORE[:-1]}; 20 % of those referred gave up waiting."),
    ],
)
def test_staff_is_a_reason_in_its_own_direction_only(why: Why, up: str, down: str) -> None:
    """More staff fills more places and shortens waits, fewer leaves fewer places and lengthens them."""
    reasons = {(active, sign): why(found(active), -1, 1.0, 1.0 + sign) for active in (8.5, 6.0) for sign in (0.5, -0.5)}
    assert up in reasons.values() and down in reasons.values()
    against = reasons[8.5 if up == FEWER else 6.0, 0.5]
    assert "worker: " not in against.lower()
    against = reasons[6.0 if up == FEWER else 8.5, -0.5]
    assert "worker: " not in against.lower()


def test_a_long_wait_is_one_for_care_that_began_late_and_for_what_held_it_up() -> None:
    """More workers than planned were there on average, and no wait is put down to them."""
    said = explanations.waits(found(10.3, begins=23.0, waited=100.0), -1, 0.01, 1.3)
    assert said == (
        "Care began in week 23 of 52, 23 weeks after the first referral; clients waited 400 client-weeks, 75 % of them "
        "under: too few workers."
    )
    assert explanations.waits(found(8.0), -1, 0.01, 1.3) == ""


def test_a_queue_without_end_stops_with_the_runs() -> None:
    said = explanations.waits(found(6.0), -1, math.inf, 9.0)
    assert said == "By hand the queue grows without end, the runs stop at week 52."
    assert explanations.waits(found(6.0), -1, 2.0, 1.0) == ""


def test_care_is_late_after_the_first_referral_only() -> None:
    later = [{"from_week": 0, "rate": 0}, {"from_week": 20, "rate": 3}]
    scenario = clinic(sessions=3).with_(**{"clients.stream.all.referrals_per_week": later})
    assert first_referral_week(scenario) == 20.0
    assert first_referral_week(scenario.with_(**{"clients.stream.all.dates": [7.5]})) == 7.5
    means = {**found(8.0, begins=20.1).means}
    assert explanations.waits(SimulatedMeans(scenario, means), -1, 0.0, 1.0) == ""


def test_head_counts_at_a_report_week_are_those_of_the_clients_then() -> None:
    """Six of eight at week 26: fewer start, and more wait; they are no reason for the contrary."""
    fewer = SimulatedMeans(clinic(sessions=3), {"tier.worker.active_at_week_26": 6.0})
    said = "Worker: 6 were active at week 26, by hand 8."
    started, waiting = (explanations.at_week(26, waiting=queue) for queue in (False, True))
    assert [started(fewer, -1, 9.0, sim) for sim in (5.0, 12.0)] == [said, ""]
    assert [waiting(fewer, -1, 9.0, sim) for sim in (5.0, 12.0)] == ["", said]
    assert waiting(fewer, -1, 0.0, 2.0).startswith("Chance makes a queue")


LATE = """
horizon_weeks = 40
cascade = ["lead", "worker"]
[tier.lead]
initial = 1
hours_per_week = 40
[tier.worker]
intake = [{ week = 0, count = 8 }]
hours_per_week = 10
caseload = 4
training = { course_weeks = 10, max_cohort = 8, trainer_hours_per_week = 5, practice_weeks = 0, practice_cases = 0 }
supervision = { required = false }
[clients]
sessions = 3
session_hours = 1
stream.all.referrals_per_week = 4
"""


def test_the_runs_of_a_late_start_say_so() -> None:
    """Nobody is certified before week 10: weeks of waiting, which by hand hardly anybody has."""
    scenario = scenario_of(LATE)
    rows = {row.name: row for row in compare(scenario, Runs(scenario, list(replicate(scenario, 5, keep=keep))))}
    assert rows["wait"].by_hand < 0.1 and rows["wait"].ratio > 10
    assert rows["wait"].why.startswith("Care began in week 10 of 40, 10 weeks after the first referral; worker: on ")
    assert "too few workers" in rows["wait"].why
    assert NO_REASON not in {row.why for row in rows.values()}
