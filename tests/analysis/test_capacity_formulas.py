"""Each formula of capacity against a calculation of another kind: on paper, in closed form, by draws."""

from __future__ import annotations

import inspect
import itertools
import math
import re

import numpy as np
import pytest
from known_answers.erlang import Queue, erlang_c
from known_answers.judge import mean, share
from scipy import stats

from analysis.small_programmes import clinic, lives, scenario_of, school
from cascadesim import Scenario, replicate
from cascadesim.analysis.capacity import (
    explanations,
    headcounts,
    hours,
    lifetimes,
    queueing,
    wisn,
)
from cascadesim.analysis.capacity.explanations import Gap, left_out
from cascadesim.analysis.capacity.lifetimes import (
    gets_through,
    has_hazard,
    leaving_per_year,
    left_by_dates,
    mean_weeks,
    stays,
)
from cascadesim.analysis.capacity.quantities import compare
from cascadesim.analysis.capacity.queueing import LongRunQueue, erlang_a
from cascadesim.analysis.capacity.simulated import Runs, SimulatedMeans, keep
from cascadesim.scenario.clients import Clients

# --- Sources ----------------------------------------------------------------------------------------------------------


FORMULAS = (headcounts, hours, lifetimes, queueing, wisn)
NUMBERS = ("float", "tuple[float, ...]", "Attendance", "LongRunQueue", "WorkersNeeded")
SOURCE = re.compile(r"\b(19|20)\d\d\b|own\s+derivation", re.IGNORECASE)
READINGS = {"_course_ends", "eligible", "first_referral_week", "planned_at_work", "rate_at"}
READINGS |= {"stays_in_head_count", "works"}
"""What only reads the scenario, as a rule of the model says."""


def test_every_formula_says_where_it_comes_from() -> None:
    """A work with its year, or `own derivation`."""
    found = [
        (module.__name__, name, inspect.getdoc(each) or "")
        for module in FORMULAS
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if each.__module__ == module.__name__ and each.__annotations__.get("return") in NUMBERS and name not in READINGS
    ]
    assert len(found) > 35
    assert [(module, name) for module, name, text in found if not SOURCE.search(text)] == []


# --- Erlang A ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arrivals", "services", "places", "giving_up"),
    [
        (6.0, 1.0, 5, 0.5),  # overloaded
        (3.0, 1.0, 4, 0.5),
        (0.7, 1.3, 1, 2.0),
        (2.0, 1.0, 2, 1.0),  # giving up as fast as care ends: the number in the system is Poisson
        (90.0, 1.0, 60, 0.05),  # overloaded, and patient
        (3.0, 0.2, 300, 0.05),  # hardly anybody waits
    ],
)
def test_erlang_a_is_the_stationary_birth_and_death_process(
    arrivals: float, services: float, places: int, giving_up: float
) -> None:
    theory, found = Queue(arrivals, services, places, giving_up), erlang_a(arrivals, services, places, giving_up)
    assert found.delayed == pytest.approx(theory.delay, rel=1e-9, abs=1e-14)
    assert found.wait_weeks == pytest.approx(theory.waiting / arrivals, rel=1e-8, abs=1e-14)
    assert found.gives_up == pytest.approx(theory.abandoning, rel=1e-8, abs=1e-14)
    assert found.utilisation == pytest.approx(theory.busy / places, rel=1e-9)


def test_without_patience_it_is_erlang_c() -> None:
    found = erlang_a(3.0, 1.0, 4, 0.0)
    assert found.delayed == pytest.approx(erlang_c(4, 3.0), rel=1e-12)
    assert found.wait_weeks == pytest.approx(erlang_c(4, 3.0) / (4 - 3), rel=1e-12)
    assert (found.gives_up, found.utilisation) == (0.0, 0.75)


def test_under_a_heavy_load_of_patient_clients_it_is_the_fluid() -> None:
    """Whoever exceeds the places gives up in the end, 30 of 90, at 1 in 2,000 a week; A(x, y) is beyond any float."""
    found = erlang_a(90.0, 1.0, 60, 0.0005)
    assert (found.delayed, found.utilisation) == pytest.approx((1.0, 1.0), rel=1e-9)
    assert found.gives_up == pytest.approx(1 / 3, rel=1e-9)
    assert found.wait_weeks == pytest.approx(2000 / 3, rel=1e-9)


def test_queues_without_end_without_servers_and_without_clients() -> None:
    assert erlang_a(4.0, 1.0, 4, 0.0).wait_weeks == math.inf
    nobody_serves = erlang_a(4.0, 1.0, 0, 0.5)
    assert (nobody_serves.wait_weeks, nobody_serves.gives_up) == (2.0, 1.0)
    assert erlang_a(4.0, 1.0, 0, 0.0).wait_weeks == math.inf
    assert erlang_a(0.0, 1.0, 3, 0.5).wait_weeks == 0.0
    assert erlang_a(4.0, 0.0, 3, 0.5) == LongRunQueue(1.0, 2.0, 1.0, 1.0)
    assert erlang_a(4.0, 0.0, 3, 0.0).wait_weeks == math.inf


def test_clients_who_never_come_hold_their_places_for_ever() -> None:
    """Everybody is a no-show and nothing limits them; where nobody starts, an interval is all that a client takes."""
    scenario = clinic("no_show_probability = 1", sessions=3)
    named = {row.name: row.analytical for row in compare(scenario)}
    assert (named["offered_load"], named["wait"], named["hours_per_completed"]) == (math.inf, math.inf, math.inf)
    idle = scenario.with_(**{"clients.start_probability": 0})
    assert idle.clients is not None and hours.slots_of_a_place(idle.clients) == 1.0


# --- Working lives ----------------------------------------------------------------------------------------------------


def test_the_earliest_of_exponential_clocks_has_the_sum_of_their_rates() -> None:
    tier = lives(
        'a = { time_to_event = { dist = "exponential", mean_weeks = 40 } }',
        'b = { time_to_event = { dist = "exponential", rate_per_year = 2.6 }, from = "recruitment" }',
    )
    assert mean_weeks(tier, 7.0) == pytest.approx(1 / (1 / 40 + 2.6 / 52), rel=1e-12)
    assert leaving_per_year(tier) == pytest.approx(1.3 + 2.6, rel=1e-12)
    assert gets_through(tier, 7.0) == pytest.approx(math.exp(-7 * 2.6 / 52), rel=1e-12)


@pytest.mark.parametrize("shape", [0.1, 0.5, 1.2, 5.0, 60.0])
def test_the_mean_of_one_weibull_clock_is_its_mean_and_notice_comes_on_top(shape: float) -> None:
    clock = f'{{ dist = "weibull", shape = {shape}, mean_weeks = 80 }}'
    assert mean_weeks(lives(f"a = {{ time_to_event = {clock} }}")) == pytest.approx(80, rel=1e-9)
    assert mean_weeks(lives(f"a = {{ time_to_event = {clock}, notice_weeks = 6 }}")) == pytest.approx(86, rel=1e-9)


def test_the_earliest_of_three_clocks_against_draws() -> None:
    """400,000 draws see 1.2 % of the mean. The second clock has run for 9 weeks at the certificate and not struck."""
    tier = lives(
        'falling = { time_to_event = { dist = "weibull", shape = 0.6, mean_weeks = 90 }, notice_weeks = 4 }',
        'rising = { time_to_event = { dist = "weibull", shape = 2.5, mean_weeks = 70 }, from = "recruitment" }',
        'steady = { time_to_event = { dist = "exponential", mean_weeks = 60 }, notice_weeks = 12 }',
    )
    draw, count = np.random.default_rng(7), 400_000
    scale = [average / math.gamma(1 + 1 / shape) for average, shape in ((90, 0.6), (70, 2.5))]
    falling = scale[0] * draw.exponential(size=count) ** (1 / 0.6) + 4
    rising = scale[1] * (draw.exponential(size=count) + (9 / scale[1]) ** 2.5) ** (1 / 2.5) - 9
    steady = 60 * draw.exponential(size=count) + 12
    first = np.minimum(np.minimum(falling, rising), steady)
    verdict = mean("mean of the minimum", first.tolist(), mean_weeks(tier, 9.0))
    assert verdict.agrees, str(verdict)
    assert verdict.sees(0.012)
    for week in (3.0, 10.0, 40.0):
        share = float((first > week).mean())
        assert stays(tier, week, recruited=9.0) == pytest.approx(share, abs=4.5 * math.sqrt(0.25 / count))


def test_a_date_has_no_hazard_but_takes_everybody_whose_clock_runs() -> None:
    tier = lives('ends = { time_to_event = { dist = "date", week = 30 }, notice_weeks = 4 }')
    assert mean_weeks(tier) == math.inf
    assert leaving_per_year(tier) == 0.0
    asked = [(34.0, 2.0, 5.0), (34.1, 2.0, 5.0), (50.0, 2.0, 31.0), (50.0, 30.0, 30.0)]
    assert [left_by_dates(tier, *each) for each in asked] == [1.0, 0.0, 1.0, 1.0]


def test_a_shock_takes_its_share() -> None:
    tier = lives('wave = { time_to_event = { dist = "shock", week = 30, share = 0.4 }, then = { exit = 0.5 } }')
    assert [left_by_dates(tier, week, 0.0, 0.0) for week in (30.0, 31.0)] == [1.0, 0.8]
    assert leaving_per_year(tier) == 0.0


def test_a_life_table_and_a_clock_that_means_leaving_only_at_times() -> None:
    """2.6 a year for ten weeks, then 0.52: by hand 1 - e^-0.5 over 0.05, and e^-0.5 over 0.01. Absences take nobody."""
    table = "{ from_weeks = 0, rate_per_year = 2.6 }, { from_weeks = 10, rate_per_year = 0.52 }"
    tier = lives(f'a = {{ time_to_event = {{ dist = "life_table", table = [{table}] }} }}')
    assert mean_weeks(tier) == pytest.approx((1 - math.exp(-0.5)) / 0.05 + math.exp(-0.5) / 0.01, rel=1e-9)
    clock = 'time_to_event = { dist = "exponential", mean_weeks = 20 }'
    again = lives(f"a = {{ {clock}, recurring = true, absence_weeks = 2, then = {{ exit = 0.25 }} }}")
    assert mean_weeks(again) == pytest.approx(80, rel=1e-9)
    once = lives(f"a = {{ {clock}, then = {{ exit = 0.25 }} }}")
    assert stays(once, 20.0) == pytest.approx(0.75 + 0.25 * math.exp(-1), rel=1e-12)
    assert mean_weeks(once) == math.inf
    (away,) = lives(f"a = {{ {clock}, absence_weeks = 2 }}").events.values()
    assert not has_hazard(away)


# --- Care -------------------------------------------------------------------------------------------------------------


def test_attendance_without_a_limit_of_no_shows() -> None:
    found = hours.attendance(clinic("no_show_probability = 0.2", "continue_probability = 0.9", sessions=4).clients)
    assert found.slots == pytest.approx((1 + 0.9 + 0.81 + 0.729) / 0.8, rel=1e-12)
    assert found.attends == pytest.approx((1, 0.9, 0.81, 0.729), rel=1e-12)


def test_attendance_with_a_limit_by_hand() -> None:
    """Two sessions, one no-show allowed. First: 1 + 0.2 slots; 0.8 attend at once, 0.16 after a no-show, 0.04 are out.
    Of them 0.4 and 0.08 go on: 1.2 slots and 1 slot more; 0.4 x 0.96 + 0.08 x 0.8 complete."""
    limited = ("no_show_probability = 0.2", "continue_probability = 0.5", "max_no_shows = 1")
    found = hours.attendance(clinic(*limited, sessions=2).clients)
    assert found.slots == pytest.approx(1.2 + 0.4 * 1.2 + 0.08, rel=1e-12)
    assert found.attends == pytest.approx((0.96, 0.448), rel=1e-12)


@pytest.mark.parametrize("limit", [0, 2, 9])
def test_completion_with_a_limit_is_negative_binomial(limit: int) -> None:
    """All five sessions, or only three of them where these are adequate."""
    limited = ("no_show_probability = 0.3", "continue_probability = 0.9", f"max_no_shows = {limit}")
    for needed, said in ((5, ()), (3, ("adequate_sessions = 3",))):
        found = hours.completes(clinic(*limited, *said, sessions=5).clients)
        expected = 0.9 ** (needed - 1) * stats.nbinom.cdf(limit, needed, 0.7)
        assert found == pytest.approx(expected, rel=1e-12)


def test_hours_for_each_client_who_completes_by_hand() -> None:
    """0.8 start; 3 sessions at 0.9 take 2.71 slots: 0.2 + 0.8 x 2.71 = 2.368 slots of 2 hours; 0.648 complete.

    A week of 5 h less a seat of 1 h holds two clients. A seat costs 1 h, a quarter of the leader's 1.5 h 0.375 h.
    """
    keys = ("start_probability = 0.8", "continue_probability = 0.9", "session_overhead_hours = 0.5")
    scenario = clinic(*keys, sessions=3)
    expected = (2.368 * 2.0 + 1.375 * 2.368 / 2) / 0.648
    assert wisn.hours_per_completed(scenario, 1) == pytest.approx(expected, rel=1e-12)
    assert hours.places(scenario, 1) == 2.0


def test_referrals_are_those_of_the_window() -> None:
    stepped = [{"from_week": 0, "rate": 4}, {"from_week": 40, "rate": 1}]
    scenario = clinic(sessions=3).with_(
        **{"clients.stream.all.referrals_per_week": stepped, "horizon_weeks": 60, "measure_from_week": 20}
    )
    assert hours.referrals_per_week(scenario) == pytest.approx((20 * 4 + 20 * 1) / 40, rel=1e-12)


# --- Hours and people -------------------------------------------------------------------------------------------------


def test_span_by_hand() -> None:
    """10 h and 10 % overtime are 660 min, less an own seat of 90; a group takes 150: 3 groups of 6, at most 15."""
    scenario = school()
    assert hours.span(scenario, 2) == 15.0
    assert hours.span(scenario.with_(**{"tier.worker.supervision.max_supervisees": None}), 2) == 18.0
    # a course takes 4 + 6 / 3 = 6 h = 360 min: 210 are left, one group
    assert hours.span(scenario, 2, training=True) == 6.0


def test_a_span_is_the_mean_of_whole_numbers() -> None:
    """Half of the supervisors hold two groups (7 h), half three (9 h), of whom 15 count; a mean week would hold two."""
    two = {"dist": "discrete", "values": [7, 9], "probabilities": [0.5, 0.5]}
    scenario = school().with_(**{"tier.lead.hours_per_week": two, "tier.lead.overtime_fraction": 0})
    assert hours.span(scenario, 2) == (12 + 15) / 2


def test_graduates_by_hand() -> None:
    """One course at a time in 570 of 360 min; 52 / 3 a year of 8 people by 2 trainers; 0.9 pass, 0.5 are certified.

    A case takes 2 weeks and counts half the time; 6 weeks hold three, of which two are needed: P = 0.5.
    """
    scenario = school()
    assert lifetimes.certified_of_passed(scenario, 2) == pytest.approx(0.5, rel=1e-12)
    assert headcounts.graduates_per_trainer_year(scenario, 2) == pytest.approx(52 / 3 * 8 / 2 * 0.9 * 0.5, rel=1e-12)
    # three groups take 450 of 570 min: no course fits beside them
    assert headcounts.graduates_per_trainer_year(scenario, 2, math.inf) == 0.0


def test_recruits_successors_and_replacement_by_hand() -> None:
    """20 workers who stay 100 weeks; leads stay 130. With 16 h a lead has 1056 - 90 min: 3 groups and a course."""
    scenario = school().with_(
        **{
            "tier.lead.hours_per_week": 16,
            "tier.worker.events.leaves": {"time_to_event": {"dist": "exponential", "mean_weeks": 100}},
            "tier.lead.events.leaves": {"time_to_event": {"dist": "exponential", "mean_weeks": 130}},
        }
    )
    assert headcounts.planned(scenario, 2) == 20
    assert headcounts.recruits_per_year(scenario, 2) == pytest.approx(20 * 0.52 / (0.9 * 0.5), rel=1e-9)
    graduates = 52 / 3 * 4 * 0.45
    assert headcounts.successors(scenario, 2) == pytest.approx(graduates * 130 / 52, rel=1e-9)
    assert headcounts.replacement(scenario, 2) == pytest.approx(graduates / (15 * 0.52), rel=1e-9)
    streaming = scenario.with_(**{"tier.worker.recruits_per_week": 0.4})
    assert headcounts.held_by_recruits(streaming, 2) == pytest.approx(0.4 * 0.45 * 100, rel=1e-9)


def test_successors_are_those_of_a_trainer_who_supervises_as_many_as_planned() -> None:
    """Two leads and 20 workers: of three groups of 6 each leads two, which leave 270 of 570 min; a course takes 240.

    Beside a full span of three groups no course fits: nobody would be certified.
    """
    scenario = school().with_(
        **{
            "tier.worker.training.preparation_hours": 0,
            "tier.lead.events.leaves": {"time_to_event": {"dist": "exponential", "mean_weeks": 130}},
        }
    )
    assert headcounts.planned_supervisees(scenario, 2) == 10.0
    crowded = scenario.with_(**{"tier.worker.intake.0.count": 40})
    assert headcounts.planned_supervisees(crowded, 2) == 15.0
    assert headcounts.graduates_per_trainer_year(scenario, 2, math.inf) == 0.0
    assert headcounts.successors(scenario, 2) == pytest.approx(52 / 3 * 4 * 0.45 * 130 / 52, rel=1e-9)
    assert headcounts.successors(crowded, 2) == 0.0


def test_duties_reserve_and_stages_by_hand() -> None:
    """660 min less a seat of 90 and duties of 60 are 510: three groups; 210 kept for courses leave two.

    Two stages of 3 and 1 weeks, of 6 h and 2 h, by 2 trainers and 1: alone 510 min hold one and four at once, so that a
    trainer has 3 x 2 / 1 + 1 / 4 weeks of work with eight people. Half of the leads train.
    """
    scenario = school().with_(
        **{
            "tier.lead.other_duties_hours_per_week": 1,
            "tier.lead.training_reserve_hours_per_week": 3.5,
            "tier.lead.trains_probability": 0.5,
            "tier.worker.training.stages": [
                {},
                {"course_weeks": 1, "trainers_per_course": 1, "trainer_hours_per_week": 2, "preparation_hours": 0},
            ],
        }
    )
    assert hours.span(scenario.with_(**{"tier.lead.training_reserve_hours_per_week": 0}), 2) == 15.0
    assert hours.span(scenario, 2) == 12.0
    per_year = 0.5 * 52 / 6.25 * 8 * 0.81 * 0.5
    assert headcounts.graduates_per_trainer_year(scenario, 2) == pytest.approx(per_year, rel=1e-12)


def test_selection_attempts_and_deployment_by_hand() -> None:
    scenario = school().with_(
        **{
            "tier.worker.training.selection_probability": 0.8,
            "tier.worker.training.attempts": 2,
            "tier.worker.deployment_probability": 0.6,
        }
    )
    assert lifetimes.yield_of_recruits(scenario, 2) == pytest.approx(0.8 * 0.99 * 0.5 * 0.6, rel=1e-12)
    assert headcounts.graduates_per_trainer_year(scenario, 2) == pytest.approx(52 / 3 * 4 * 0.9 * 0.5, rel=1e-12)


def test_eligibility_research_and_assessment_by_hand() -> None:
    """A third of 6 a week; three sessions of 1.5 h with 0.5 h of research each, and an hour of assessment: 7 h."""
    keys = ("eligibility_probability = 0.3333333333333333", "research_hours_per_client = 1.5", "assessment_hours = 1")
    scenario = clinic(*keys, sessions=3)
    assert scenario.clients is not None
    assert hours.referrals_per_week(scenario) == pytest.approx(2.0, rel=1e-12)
    assert hours.hours_of_a_place(scenario.clients) == pytest.approx(7.0, rel=1e-12)


def test_seats_of_a_recruit_by_hand() -> None:
    """0.8 are selected; of two attempts at 0.5 a recruit makes 1.5, and 0.75 pass; at 0.9 it is 1.1 attempts, and 0.99.

    A course of 8 lets 4 through, all of whom the second of 8 could take: 0.99 of them pass it. A second course of 4
    lets 0.8 through at 0.2, though 36 % of 4 would pass in the end.
    """
    training = {"selection_probability": 0.8, "attempts": 2, "stages": [{"pass_probability": 0.5}, {}]}
    scenario = school().with_(**{f"tier.worker.training.{key}": value for key, value in training.items()})
    tier = scenario.tier["worker"]
    assert lifetimes.seats_of_recruits(tier) == pytest.approx((0.8 * 1.5, 0.8 * 0.75 * 1.1), rel=1e-12)
    assert lifetimes.passes_of_recruits(tier) == pytest.approx(0.8 * 0.75 * 0.99, rel=1e-12)
    assert lifetimes.passes_of_round(tier) == pytest.approx(4 * 0.99, rel=1e-12)
    stages = [{"pass_probability": 0.5}, {"max_cohort": 4, "pass_probability": 0.2}]
    tier = scenario.with_(**{"tier.worker.training.stages": stages}).tier["worker"]
    assert lifetimes.passes_of_round(tier) == pytest.approx(0.8, rel=1e-12)


def test_a_larger_first_course_makes_up_for_those_who_fail_it() -> None:
    """12 seats of which half pass fill 6 of the 8 seats of the second stage."""
    stages = [{"max_cohort": 12, "pass_probability": 0.5}, {"max_cohort": 8, "pass_probability": 1}]
    tier = school().with_(**{"tier.worker.training.stages": stages}).tier["worker"]
    assert lifetimes.passes_of_round(tier) == 6.0


def test_weeks_of_practice_are_those_of_whole_rounds() -> None:
    """Two cases of two weeks, three at a time, all of which count, take two weeks; at a half each, by draws."""
    sure = school().with_(**{"tier.worker.apprentice_caseload": 3, "clients.start_probability": 1})
    assert lifetimes.weeks_of_practice(sure, 2) == pytest.approx(2 * 4 / 3, rel=1e-9)  # two sessions of 4/3 weeks
    half = sure.with_(**{"clients.start_probability": 0.5, "tier.worker.training.apprentice_limit_weeks": 60})
    draw = np.random.default_rng(11).random((50_000, 20, 3)) < 0.5
    rounds = 1 + (draw.sum(axis=2).cumsum(axis=1) < 2).sum(axis=1)
    verdict = mean("rounds", rounds.tolist(), lifetimes.weeks_of_practice(half, 2) / 2)
    assert verdict.agrees, str(verdict)
    assert verdict.sees(0.03)


def test_an_assessment_takes_hours_of_the_first_interval_only() -> None:
    """Of 7 h a client takes 1.5, and 2.5 in the first week: three who are past it leave 2.5 h for a fourth.

    Full from early on, five workers see nearly 20, and never ten, as if each client took 2.5 h all the time.
    """
    scenario = scenario_of(ASSESSED)
    assert hours.places(scenario, 0) == 4.0
    assert hours.places(scenario.with_(**{"clients.assessment_hours": 5.5}), 0) == 1.0
    (run,) = replicate(scenario, 1)
    assert run["clients.in_care_mean"] == pytest.approx(20, rel=0.1)


ASSESSED = """
horizon_weeks = 200
measure_from_week = 20
cascade = ["worker"]
[tier.worker]
initial = 5
hours_per_week = 7
caseload = 9
[clients]
sessions = 5
session_hours = 1
session_overhead_hours = 0.5
assessment_hours = 1
stream.all.referrals_per_week = 12
"""


# --- WISN -------------------------------------------------------------------------------------------------------------


def test_wisn_against_a_published_example() -> None:
    """Burmen, Owuor and Mitei (2017), Human Resources for Health 15:9, table 3: clinicians of an HIV clinic in Kenya.

    100,000 appointments a year of a quarter of an hour are 3,125 days of 8 hours; 179 days a year are available, 10 of
    which go to training. Their baseline is 17.46; with the category allowance the same work has 169 days a year.
    """
    appointments_per_day, days = 8 / 0.25, 179
    baseline = wisn.WorkersNeeded(100_000, appointments_per_day * days).workers
    assert round(baseline, 2) == 17.46
    factor = wisn.category_allowance_factor(10 / 179)
    assert wisn.WorkersNeeded(100_000, appointments_per_day * days, factor).workers == pytest.approx(
        3_125 / 169, rel=1e-12
    )
    assert wisn.WorkersNeeded(100_000, appointments_per_day * days, factor, 0.5).workers == pytest.approx(
        3_125 / 169 + 0.5
    )
    assert wisn.category_allowance_factor(1.0) == math.inf


def test_wisn_of_a_scenario_by_hand() -> None:
    """6 referrals a week of 3 x 2 = 6 h for each; a seat takes 1 of 5 h: 36 h a week in weeks of 4 h are 9 workers."""
    scenario = clinic("session_overhead_hours = 0.5", sessions=3)
    assert wisn.workers_needed(scenario, 1).workers == pytest.approx(9.0, rel=1e-12)


def test_wisn_counts_what_is_done_for_the_tier_below() -> None:
    """Leads who deliver too: two groups of an hour and a half for eight workers, of the 40 h that one lead has."""
    scenario: Scenario = clinic(sessions=3, lead_delivers=True)
    assert wisn.workers_needed(scenario, 0).individual_workers == pytest.approx(2 * 1.5 / 40, rel=1e-12)


@pytest.mark.parametrize("selected", [1.0, 0.1])
def test_who_is_not_selected_takes_no_seat(selected: float) -> None:
    """Eight workers who stay a year need eight graduates, at 0.5 sixteen seats, in two courses of 4 weeks and 10 h."""
    course = {"required": True, "course_weeks": 4, "max_cohort": 8, "trainer_hours_per_week": 10}
    course |= {"pass_probability": 0.5, "attempts": 9, "practice_weeks": 0, "practice": "simulated"}
    scenario = clinic(sessions=3, lead_delivers=True).with_(
        **{
            "tier.worker.training": {**course, "selection_probability": selected},
            "tier.worker.events.leaves": {"time_to_event": {"dist": "exponential", "mean_weeks": 52}},
        }
    )
    hours_a_year = 2 * 1.5 * 52 + 2 * 4 * 10
    assert wisn.workers_needed(scenario, 0).individual_workers == pytest.approx(hours_a_year / (40 * 52), rel=1e-9)


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
    each = hours.hours_of_a_place(clients) + 1.375 * hours.weeks_in_place(clients) / 2
    assert wisn.hours_per_completed(scenario, 1) == pytest.approx(each / hours.completes(clients), rel=1e-12)
    assert wisn.hours_per_completed(scenario.with_(**{"clients.start_probability": 0}), 1) == math.inf


def by_all_paths(clients: Clients, miss: float, stay: float, limit: int | None, needed: int) -> float:
    """The chance to attend so many sessions in a group, as a sum over every pattern of no-shows."""
    total = 0.0
    for pattern in itertools.product((True, False), repeat=clients.sessions):
        ends = [place for place in range(clients.sessions) if sum(pattern[: place + 1]) == needed]
        if ends and (limit is None or ends[0] + 1 - needed <= limit):
            total += (1 - miss) ** sum(pattern) * miss ** (clients.sessions - sum(pattern)) * stay ** (needed - 1)
    return total


@pytest.mark.parametrize("needed", [1, 3, 5])
@pytest.mark.parametrize("limit", [None, 0, 2])
def test_members_complete_by_every_pattern_of_no_shows(limit: int | None, needed: int) -> None:
    keys = ["no_show_probability = 0.3", "continue_probability = 0.9"] + ([f"max_no_shows = {limit}"] if limit else [])
    keys += [f"adequate_sessions = {needed}"] if needed < 5 else []  # all of them by default
    clients = clinic(*keys, *(["max_no_shows = 0"] if limit == 0 else []), sessions=5).clients
    assert clients is not None
    expected = by_all_paths(clients, 0.3, 0.9, limit, needed)
    assert wisn.completes_in_group(clients) == pytest.approx(expected, rel=1e-12)


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
    assert rows["hours_per_completed"].analytical == pytest.approx((3 + 1.375 * 1.5 / 2) / 0.648, rel=1e-12)
    ratios = [each["tier.worker.hours.clients"] * 51.001 / each["clients.completed"] for each in kept]
    assert mean("hours of workers for each", ratios, 3 / 0.648).agrees
    (said,) = (each for each in left_out(busy) if "format" in each)
    assert "the formulas of a queue need places that are all alike, and some care is in the format group." in said


def test_why_groups_take_more_hours() -> None:
    means = {"clients.group_size_mean": 2.5, "clients.interpreted_share": 0.2, "tier.worker.share.clients": 0.3}
    means |= {"clients.in_care_at_end": 0.0, "clients.completions": 9.0}
    said = explanations.hours_per_client(Gap(SimulatedMeans(mixed(), means), 1, 9.0, 12.0))
    assert said == (
        "Groups began with 2.5 clients on average, 4 by the formula; 20 % of the sessions took longer, with an "
        "interpreter; supervision goes on whether places are taken or not, and clients took 30 % of the hours."
    )
    assert explanations.hours_per_client(Gap(SimulatedMeans(mixed(), means), 1, 12.0, 9.0)) == ""
