"""Hours and workers by hand where care is given in several formats: alone, shorter, and in groups."""

from __future__ import annotations

import itertools
import math

import pytest
from known_answers.judge import mean, share

from cascadesim import Scenario, replicate
from cascadesim.analysis.capacity import care, explanations, hours, wisn
from cascadesim.analysis.capacity.excluded_mechanisms import left_out
from cascadesim.analysis.capacity.quantities import compare
from cascadesim.analysis.capacity.simulated import Runs, SimulatedMeans, keep
from cascadesim.scenario.clients import Clients

from .theory_scenes import clinic

GROUP = "format.group = { session_hours = 2, group_min = 2, group_max = 4, facilitators = 2 }"
SHORT = "format.short = { sessions = 1, session_hours = 1, interval_weeks = 2 }"
MIXED = (
    *(GROUP, SHORT, "start_probability = 0.8", "research_hours_per_client = 0.6", "assessment_hours = 0.5"),
    'stream.circle = { referrals_per_week = 3, format = "group", eligibility_probability = 0.5 }',
    'stream.advice = { referrals_per_week = 2.5, format = "short" }',
)


def mixed() -> Scenario:
    """6 a week alone (three sessions of 1.5 h), 1.5 in groups of four with two facilitators, 2.5 for one hour."""
    return clinic(*MIXED, sessions=3)


def test_each_format_by_hand() -> None:
    """Of 0.8 who start. Alone: 0.2 + 0.8 x 3 = 2.6 slots of 1.7 h and 0.5 h before. Short: a slot of 1.6 h, and 0.5 h.

    In groups of four two facilitators give three sessions of 2 h: 3 h for each, and 0.6 h of research.
    """
    alone, group, short = wisn.formats_of_care(mixed())
    assert [each.share for each in (alone, group, short)] == pytest.approx([0.6, 0.15, 0.25], rel=1e-12)
    assert [each.hours for each in (alone, group, short)] == pytest.approx([2.6 * 1.7 + 0.5, 3.6, 2.1], rel=1e-12)
    assert [each.place_weeks for each in (alone, group, short)] == pytest.approx([2.6, 2 * 3 / 4, 2.0], rel=1e-12)
    assert [each.completes for each in (alone, group, short)] == pytest.approx([0.8, 0.8, 0.8], rel=1e-12)


def test_hours_and_workers_are_sums_over_formats() -> None:
    """A seat of 1 h leaves 4 of 5 h. Alone 2.2 h at first and 1.7 h then: two; short 1.05 h and 0.8 h: three, of
    caseload; a group with the research of four, 2.4 h, shared by two over three weeks, takes 2.4 h: one."""
    scenario = mixed()
    kinds = wisn.formats_of_care(scenario)
    held = [hours.places(scenario, 1, each.form) for each in kinds]
    assert held == [2, 1, 3]
    expected = 0.6 * (4.92 + 1.375 * 2.6 / 2) + 0.15 * (3.6 + 1.375 * 1.5) + 0.25 * (2.1 + 1.375 * 2 / 3)
    assert wisn.hours_per_completed(scenario, 1) == pytest.approx(expected / 0.8, rel=1e-12)
    need = wisn.workers_needed(scenario, 1)
    assert need.workload == pytest.approx(10 * 52, rel=1e-12)
    assert need.workload / need.standard_workload * 5 == pytest.approx(6 * 4.92 + 1.5 * 3.6 + 2.5 * 2.1, rel=1e-12)
    assert wisn.places_of_a_worker(scenario, 1) == pytest.approx(0.6 * 2 + 0.15 * 1 + 0.25 * 3, rel=1e-12)


def test_one_format_is_the_formula_of_one_client() -> None:
    scenario = clinic("no_show_probability = 0.1", "continue_probability = 0.9", sessions=3)
    clients = scenario.clients
    assert clients is not None
    each = care.hours_of_a_place(clients) + 1.375 * care.weeks_in_place(clients) / 2
    assert wisn.hours_per_completed(scenario, 1) == pytest.approx(each / care.completes(clients), rel=1e-12)
    assert wisn.hours_per_completed(scenario.with_(**{"clients.start_probability": 0}), 1) == math.inf


def by_all_paths(clients: Clients, miss: float, stay: float, limit: int | None) -> float:
    """The chance to complete in a group, as a sum over every pattern of no-shows."""
    total = 0.0
    for pattern in itertools.product((True, False), repeat=clients.sessions):
        missed = clients.sessions - sum(pattern)
        if any(pattern) and (limit is None or missed <= limit):
            total += (1 - miss) ** sum(pattern) * miss**missed * stay ** sum(pattern[:-1])
    return total


@pytest.mark.parametrize("limit", [None, 0, 2])
def test_members_complete_by_every_pattern_of_no_shows(limit: int | None) -> None:
    keys = ["no_show_probability = 0.3", "continue_probability = 0.9"] + ([f"max_no_shows = {limit}"] if limit else [])
    clients = clinic(*keys, *(["max_no_shows = 0"] if limit == 0 else []), sessions=5).clients
    assert clients is not None
    assert wisn.completes_in_group(clients) == pytest.approx(by_all_paths(clients, 0.3, 0.9, limit), rel=1e-12)


CROWD = [{"from_week": 0, "rate": 20_000}, {"from_week": 0.1, "rate": 0}]


def test_full_groups_take_the_hours_of_the_formula() -> None:
    """Eight workers with two groups each, of four clients and two facilitators: eight groups at a time for three weeks.

    Some 2,000 come in the first hours. Of those who have been in a group 81 % of 80 % complete; sees 9 %.
    """
    keys = (GROUP, "start_probability = 0.8", "continue_probability = 0.9", "patience_weeks = 999")
    busy = clinic(*keys, sessions=3).with_(**{"clients.stream.all.referrals_per_week": CROWD, "horizon_weeks": 51.001})
    busy = busy.with_(**{"clients.stream.all.format": "group", "report_weeks": [51], "every_weeks": 51})
    kept = list(replicate(busy, 6, keep=keep))
    offered = 4 * round(sum(each["clients.client_groups_started"] - 8 for each in kept))  # eight are under way
    verdict = share("complete", round(sum(each["clients.completed"] for each in kept)), offered, 0.8 * 0.81)
    assert verdict.agrees, str(verdict)
    assert verdict.sees(0.09)
    rows = {row.name: row for row in compare(busy, Runs(busy, kept)) if row.tier == "worker"}
    assert rows["hours_per_completed"].by_hand == pytest.approx((3 + 1.375 * 1.5 / 2) / 0.648, rel=1e-12)
    ratios = [each["tier.worker.hours.clients"] * 51.001 / each["clients.completed"] for each in kept]
    assert mean("hours of workers for each", ratios, 3 / 0.648).agrees
    (said,) = (each for each in left_out(busy) if "format" in each)
    assert "a queue by hand needs places that are all alike, and some care here is in the format group." in said


def test_why_groups_take_more_hours() -> None:
    means = {"clients.group_size_mean": 2.5, "clients.interpreted_share": 0.2, "tier.worker.share.clients": 0.3}
    means |= {"clients.in_care_at_end": 0.0, "clients.completed": 9.0}
    said = explanations.hours_per_client(SimulatedMeans(mixed(), means), 1, 9.0, 12.0)
    assert said == (
        "Groups began with 2.5 clients on average, by hand with 4; 20 % of the sessions took longer, with an "
        "interpreter; supervision goes on whether places are taken or not, and clients took 30 % of the hours."
    )
    assert explanations.hours_per_client(SimulatedMeans(mixed(), means), 1, 12.0, 9.0) == ""
