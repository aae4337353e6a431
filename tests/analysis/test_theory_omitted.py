"""What formulas about leaving and replacing leave out is named, with how many left so, and never put down to luck."""

from __future__ import annotations

from typing import Any

import pytest

from cascadesim import Scenario, replicate
from cascadesim.analysis.capacity.excluded_mechanisms import (
    exclusion_sentence,
    left_out,
    of_headcounts,
    of_leaving,
    of_recruits,
    of_trainers,
)
from cascadesim.analysis.capacity.explanations import NO_REASON
from cascadesim.analysis.capacity.quantities import AGREE, JUST_OUTSIDE, QUANTITIES, ComparedQuantity, compare
from cascadesim.analysis.capacity.simulated import Runs, SimulatedMeans, keep

from .theory_scenes import clinic, scenario_of

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
life.moves.clock = { dist = "exponential", mean_weeks = 100 }
[tier.peer]
intake = [{ week = 0, count = 30 }]
hours_per_week = 6
candidate_patience_weeks = { dist = "exponential", mean = 2 }
training = { course_weeks = 4, max_cohort = 4, trainer_hours_per_week = 10, practice_weeks = 2 }
supervision = { group_size = 8, meeting_hours = 1 }
[tier.peer.life]
moves.clock = { dist = "exponential", mean_weeks = 100 }
posted = { clock = { dist = "exponential", mean_weeks = 300 }, external = true }
contract_ends = { clock = { dist = "date", week = 60 }, then = { exit = 0.5 } }
closure = { clock = { dist = "shock", week = 30, share = 0.2 } }
leave = { clock = { dist = "exponential", mean_weeks = 50 }, absence_weeks = 2 }
"""


def ladder(**changes: Any) -> Scenario:
    return scenario_of(LADDER).with_(**changes)


ALL: dict[str, Any] = {
    "tier.mentor.target": 4,
    "tier.mentor.promotion": {"min_tenure_weeks": 30},
    "tier.peer.hazard_ratios": {"unsupervised": 2.0, "missed_refresher": 1.0},
    "tier.peer.frailty_variance": 0.5,
    "tier.peer.engagement.bus_pass": {"leaving_ratio": 0.8},
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
    assert of_leaving(ladder(**{"tier.peer.life": None}), 2) == ()


def test_how_many_left_is_told_of_the_tier_they_left() -> None:
    means = {"tier.peer.exits.contract_ends": 9.5, "tier.peer.exits.closure": 3.0, "tier.mentor.exits.moves": 2.0}
    scenario = ladder(**{"recognition.leaving_ratio": 1.2})
    found = SimulatedMeans(scenario, means | {"tier.peer.exits.moves": 7.0})
    assert exclusion_sentence(found, 2, of_leaving(ladder(), 2)) == (
        "Left out by hand, with how many left so in a run: the date of contract ends (9.5) and the wave of closure (3)."
    )
    assert exclusion_sentence(found, 2, of_trainers(scenario, 2)) == (
        "Left out by hand, with how many of the tier mentor left so in a run: the multipliers of hazards for "
        "recognition (2)."
    )
    assert exclusion_sentence(found, 2, ()) == ""


@pytest.mark.parametrize("name", ["hours_per_completed", "workers_required", "offered_load", "wait", "gives_up"])
def test_rows_about_clients_name_what_acts_on_them(name: str) -> None:
    scenario = clinic("life.moves.clock = { dist = \"exponential\", mean_weeks = 90 }", sessions=3)
    omits = QUANTITIES[name].omits(scenario, 1)
    assert exclusion_sentence(SimulatedMeans(scenario, {}), 1, omits) == (
        "Left out by hand: weeks without a supervisor and clients' own lives."
    )
    assert QUANTITIES["places"].omits(scenario, -1) == ()


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
        assert row.omits[:2] == ("the date of contract ends", "the wave of closure")
    assert "waits for a course (" in found["recruits", "peer", None].why
    assert "of the recruits were certified by the end, by hand" in found["recruits", "peer", None].why
    assert "of the tier mentor left so" in found["successors", "peer", None].why


def test_head_counts_under_multipliers_are_approximate() -> None:
    scenario = ladder(**{"recognition.leaving_ratio": 1.2})
    rows = {(row.name, row.tier, row.week): row for row in compare(scenario)}
    assert rows["active", "peer", 26].omits == ("the multipliers of hazards for recognition",)
    assert rows["active", "head", 26].omits == ()
    assert left_out(scenario) == (
        "Head counts at report weeks are approximate for mentor and peer: what multiplies hazards is left out.",
    )
    assert left_out(ladder()) == ()


def test_needs_of_recruits_name_only_what_makes_them_larger() -> None:
    """Twice as many leave as by hand, and all recruits are certified: more are needed for the leaving alone."""
    from cascadesim.analysis.capacity.explanations import holding

    means = {"tier.peer.recruited": 30.0, "tier.peer.certified": 30.0, "tier.peer.exits.moves": 24.0}
    means |= {f"tier.peer.{state}_mean": 0.0 for state in ("candidate", "in_training", "apprentice", "absent")}
    found = SimulatedMeans(ladder(**{"tier.peer.life.contract_ends": None}), means | {"tier.peer.active_mean": 10.0})
    said = holding(found, 2, 30 * 0.52, 30 * 1.2)
    assert said.startswith("1.2 of each head left a year in the runs, by hand 0.") and "certified" not in said
    assert holding(found, 2, 30 * 0.52, 1.0).startswith("100 % of the recruits were certified by the end, by hand 1")
