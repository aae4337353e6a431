"""Why the runs differ from what is computed: reasons point the way in which they do, and what is left out is named."""

from __future__ import annotations

import math
from typing import Any

import pytest

from analysis.small_programmes import clinic, scenario_of
from cascadesim import Scenario, replicate
from cascadesim.analysis.capacity import explanations
from cascadesim.analysis.capacity.explanations import (
    NO_REASON,
    Gap,
    Why,
    exclusion_sentence,
    holding,
    left_out,
    of_headcounts,
    of_leaving,
    of_recruits,
    of_trainers,
)
from cascadesim.analysis.capacity.hours import first_referral_week
from cascadesim.analysis.capacity.quantities import AGREE, JUST_OUTSIDE, QUANTITIES, ComparedQuantity, compare
from cascadesim.analysis.capacity.simulated import Runs, SimulatedMeans, keep

WAITING = ("too_few_workers", "caseload", "worker_hours", "worker_unsupervised", "multiple")


def found(active: float, begins: float = 0.0, waited: float = 0.0) -> SimulatedMeans:
    """The clinic of eight workers, 52 weeks: so many were active, care began then, so many client-weeks of waiting."""
    means = {f"clients.waiting.care.{name}_weeks": waited / 4 for name in WAITING[1:]}
    means |= {"clients.waiting.care.too_few_workers_weeks": 3 * waited, "clients.first_start_week": begins}
    means |= {"tier.worker.active_mean": active, "tier.worker.full_strength_week": 30.0, "clients.referred": 100.0}
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
    reasons = {
        (active, sign): why(Gap(found(active), -1, 1.0, 1.0 + sign)) for active in (8.5, 6.0) for sign in (0.5, -0.5)
    }
    assert up in reasons.values() and down in reasons.values()
    against = reasons[8.5 if up == FEWER else 6.0, 0.5]
    assert "worker: " not in against.lower()
    against = reasons[6.0 if up == FEWER else 8.5, -0.5]
    assert "worker: " not in against.lower()


def test_a_long_wait_is_one_for_care_that_began_late_and_for_what_held_it_up() -> None:
    """More workers than planned were there on average, and no wait is put down to them."""
    said = explanations.waits(Gap(found(10.3, begins=23.0, waited=100.0), -1, 0.01, 1.3))
    assert said == (
        "Care began in week 23 of 52, 23 weeks after the first referral; clients waited 400 client-weeks, 75 % of them "
        "under: too few workers."
    )
    assert explanations.waits(Gap(found(8.0), -1, 0.01, 1.3)) == ""


def test_a_queue_without_end_stops_with_the_runs() -> None:
    said = explanations.waits(Gap(found(6.0), -1, math.inf, 9.0))
    assert said == "By the formula the queue grows without end; the runs stop at week 52."
    assert explanations.waits(Gap(found(6.0), -1, 2.0, 1.0)) == ""


def test_care_is_late_after_the_first_referral_only() -> None:
    later = [{"from_week": 0, "rate": 0}, {"from_week": 20, "rate": 3}]
    scenario = clinic(sessions=3).with_(**{"clients.stream.all.referrals_per_week": later})
    assert first_referral_week(scenario) == 20.0
    assert first_referral_week(scenario.with_(**{"clients.stream.all.dates": [7.5]})) == 7.5
    means = {**found(8.0, begins=20.1).values}
    assert explanations.waits(Gap(SimulatedMeans(scenario, means), -1, 0.0, 1.0)) == ""


def test_head_counts_at_a_report_week_are_those_of_the_clients_then() -> None:
    """Six of eight at week 26: fewer start, and more wait; they are no reason for the contrary."""
    fewer = SimulatedMeans(clinic(sessions=3), {"tier.worker.active_at_week_26": 6.0})
    said = "Worker: 6 were active at week 26, 8 by the formula."
    started, waiting = (explanations.at_week(26, waiting=queue) for queue in (False, True))
    assert [started(Gap(fewer, -1, 9.0, sim)) for sim in (5.0, 12.0)] == [said, ""]
    assert [waiting(Gap(fewer, -1, 9.0, sim)) for sim in (5.0, 12.0)] == ["", said]
    assert waiting(Gap(fewer, -1, 0.0, 2.0)).startswith("Chance makes a queue")


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
    assert rows["wait"].analytical < 0.1 and rows["wait"].ratio > 10
    assert rows["wait"].why.startswith("Care began in week 10 of 40, 10 weeks after the first referral; worker: on ")
    assert "too few workers" in rows["wait"].why
    assert NO_REASON not in {row.why for row in rows.values()}


LADDER = """
horizon_weeks = 104
report_weeks = [26, 104]
cascade = ["head", "mentor", "peer"]
[tier.head]
initial = 1
hours_per_week = 40
[tier.mentor]
initial = 4
hours_per_week = 16
training = { required = false }
supervision = { required = false }
events.moves.time_to_event = { dist = "exponential", mean_weeks = 100 }
[tier.peer]
intake = [{ week = 0, count = 30 }]
hours_per_week = 6
candidate_patience_weeks = { dist = "exponential", mean = 2 }
training = { course_weeks = 4, max_cohort = 4, trainer_hours_per_week = 10, practice_weeks = 2 }
supervision = { group_size = 8, meeting_hours = 1 }
[tier.peer.events]
moves.time_to_event = { dist = "exponential", mean_weeks = 100 }
posted = { time_to_event = { dist = "exponential", mean_weeks = 300 }, external = true }
contract_ends = { time_to_event = { dist = "date", week = 60 }, then = { exit = 0.5 } }
closure = { time_to_event = { dist = "shock", week = 30, share = 0.2 } }
leave = { time_to_event = { dist = "exponential", mean_weeks = 50 }, absence_weeks = 2 }
"""


def ladder(**changes: Any) -> Scenario:
    return scenario_of(LADDER).with_(**changes)


ALL: dict[str, Any] = {
    "tier.mentor.target": 4,
    "tier.mentor.promotion": {"min_tenure_weeks": 30},
    "tier.peer.hazard_ratios": {"unsupervised": 2.0, "missed_refresher": 1.0},
    "tier.peer.frailty_variance": 0.5,
    "tier.peer.incentive.bus_pass": {"leaving_ratio": 0.8},
    "recognition.leaving_ratio": 1.2,
}


def test_every_mechanism_is_named_with_the_exits_by_which_it_shows() -> None:
    """Multipliers act on what is not external; absences take nobody; who is away or at 1 is not named."""
    plain, full = ladder(), ladder(**ALL)
    dated = [("the date of contract ends", ("contract_ends",)), ("the wave of closure", ("closure",))]
    assert [(each.words, each.exits) for each in of_leaving(plain, 2)] == dated
    hazards = "the multipliers of hazards for unsupervised, frailty, bus pass and recognition"
    found = [(each.words, each.exits) for each in of_leaving(full, 2)]
    assert found == [*dated, ("promotion", ("promoted",)), (hazards, ("moves",))]
    late = [("waits for a course", ("gave_up_waiting",)), ("waits for practice and competence", ("not_certified",))]
    assert [(each.words, each.exits) for each in of_recruits(full, 2)] == [*found, *late]
    assert [each.words for each in of_headcounts(full, 2)] == [hazards]
    assert [(each.words, each.level) for each in of_trainers(full, 2)] == [
        ("the multipliers of hazards for recognition", 1)
    ]
    assert of_leaving(ladder(**{"tier.peer.events": None}), 2) == ()


def test_how_many_left_is_told_of_the_tier_they_left() -> None:
    means = {"tier.peer.exits.contract_ends": 9.5, "tier.peer.exits.closure": 3.0, "tier.mentor.exits.moves": 2.0}
    scenario = ladder(**{"recognition.leaving_ratio": 1.2})
    found = SimulatedMeans(scenario, means | {"tier.peer.exits.moves": 7.0})
    assert exclusion_sentence(found, 2, of_leaving(ladder(), 2)) == (
        "The formula leaves out (in brackets: how many leave so in a run): "
        "the date of contract ends (9.5) and the wave of closure (3)."
    )
    assert exclusion_sentence(found, 2, of_trainers(scenario, 2)) == (
        "The formula leaves out (in brackets: how many of the tier mentor leave so in a run): "
        "the multipliers of hazards for "
        "recognition (2)."
    )
    assert exclusion_sentence(found, 2, ()) == ""


@pytest.mark.parametrize("name", ["hours_per_completed", "workers_required", "offered_load", "wait", "gives_up"])
def test_rows_about_clients_name_what_acts_on_them(name: str) -> None:
    scenario = clinic('events.moves.time_to_event = { dist = "exponential", mean_weeks = 90 }', sessions=3)
    omits = QUANTITIES[name].excluded(scenario, 1)
    assert exclusion_sentence(SimulatedMeans(scenario, {}), 1, omits) == (
        "The formula leaves out: weeks without a supervisor and clients' own lives."
    )
    assert QUANTITIES["places"].excluded(scenario, -1) == ()


def compared(scenario: Scenario) -> dict[tuple[str, str, int | None], ComparedQuantity]:
    runs = Runs(scenario, list(replicate(scenario, 20, keep=keep)))
    return {(row.name, row.tier, row.week): row for row in compare(scenario, runs)}


def test_rows_of_a_tier_with_more_than_the_formula_has_are_never_luck() -> None:
    """A contract end takes half of the peers, a wave a fifth, and many candidates lose patience."""
    found = compared(ladder(**ALL))
    for name in ("leaving", "recruits", "replacement"):
        row = found[name, "peer", None]
        assert "the date of contract ends (" in row.why and "promotion (" in row.why, row.why
        assert row.why not in (AGREE, JUST_OUTSIDE, NO_REASON) and "luck" not in row.why
        assert row.excluded[:2] == ("the date of contract ends", "the wave of closure")
    assert "waits for a course (" in found["recruits", "peer", None].why
    assert "of the recruits were certified by the end, " in found["recruits", "peer", None].why
    assert "of the tier mentor leave so" in found["successors", "peer", None].why


def test_head_counts_under_multipliers_are_approximate() -> None:
    scenario = ladder(**{"recognition.leaving_ratio": 1.2})
    rows = {(row.name, row.tier, row.week): row for row in compare(scenario)}
    assert rows["active", "peer", 26].excluded == ("the multipliers of hazards for recognition",)
    assert rows["active", "head", 26].excluded == ()
    assert left_out(scenario) == (
        "Head counts at report weeks are approximate for mentor and peer: the formula leaves out what "
        "multiplies hazards.",
    )
    assert left_out(ladder()) == ()


def test_needs_of_recruits_name_only_what_makes_them_larger() -> None:
    """Twice as many leave as by hand, and all recruits are certified: more are needed for the leaving alone."""
    means = {"tier.peer.recruited": 30.0, "tier.peer.certified": 30.0, "tier.peer.exits.moves": 24.0}
    means |= {f"tier.peer.{state}_mean": 0.0 for state in ("candidate", "in_training", "apprentice", "absent")}
    found = SimulatedMeans(ladder(**{"tier.peer.events.contract_ends": None}), means | {"tier.peer.active_mean": 10.0})
    said = holding(Gap(found, 2, 30 * 0.52, 30 * 1.2))
    assert said.startswith("1.2 of each worker left a year in the runs, 0.") and "certified" not in said
    said = holding(Gap(found, 2, 30 * 0.52, 1.0))
    assert said.startswith("100 % of the recruits were certified by the end, 1")
