"""By hand beside the runs: a programme without luck where both coincide, and the reasons given where they do not."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from scipy import stats

from analysis.small_programmes import clinic, scenario_of
from cascadesim import Scenario, keep_run, replicate
from cascadesim.analysis.capacity import explanations, headcounts, lifetimes, queueing
from cascadesim.analysis.capacity.explanations import NO_REASON, Gap, left_out
from cascadesim.analysis.capacity.quantities import (
    AGREE,
    JUST_OUTSIDE,
    ONE_RUN,
    QUANTITIES,
    SAME,
    WITHIN,
    ComparedQuantity,
    compare,
    explain,
)
from cascadesim.analysis.capacity.simulated import Runs, SimulatedMeans, keep
from cascadesim.analysis.intervals import Estimate, summarise

ROOT = Path(__file__).parents[2]


def compared(scenario: Scenario, count: int = 3) -> dict[tuple[str, str, int | None], ComparedQuantity]:
    runs = Runs(scenario, list(replicate(scenario, count, keep=keep)))
    return {(row.name, row.tier, row.week): row for row in compare(scenario, runs)}


FACTORY = """
horizon_weeks = 56
measure_from_week = 4
report_weeks = [10, 30, 56]
cascade = ["teacher", "pupil"]
[tier.teacher]
initial = 1
hours_per_week = 10
[tier.pupil]
hours_per_week = 5
intake = [{ week = 0, count = 500 }]
[tier.pupil.training]
course_weeks = 4
max_cohort = 7
trainer_hours_per_week = 10
[tier.pupil.supervision]
required = false
"""


def test_a_teacher_who_does_nothing_else_makes_what_the_formula_says() -> None:
    """Courses of seven end at weeks 4, 8, ..., 52: thirteen in the 52 weeks from week 4 up to, and without, week 56."""
    row = compared(scenario_of(FACTORY))["graduates", "pupil", None]
    assert row.analytical == 13 * 7
    assert row.simulated is not None and (row.simulated.value, row.simulated.low, row.simulated.high) == (91, 91, 91)
    assert (row.ratio, row.why) == (1.0, SAME)


TEAM = """
horizon_weeks = 40
report_weeks = [12, 20, 40]
cascade = ["lead", "worker"]
[tier.lead]
initial = 3
hours_per_week = 7
[tier.lead.events.ends]
time_to_event = { dist = "date", week = 20 }
notice_weeks = 12
[tier.worker]
hours_per_week = 5
intake = [{ week = 0, count = 12 }, { week = 15, count = 3 }]
[tier.worker.training]
course_weeks = 3
max_cohort = 12
trainer_hours_per_week = 2
practice_weeks = 4
[tier.worker.supervision]
group_size = 3
meeting_hours = 2
preparation_hours = 1
"""


def test_head_counts_without_luck_coincide() -> None:
    """12 workers are certified at week 7, 3 more at 22; all three leads give notice at week 20 and leave at 32."""
    found = compared(scenario_of(TEAM))
    assert [found["active", "worker", week].analytical for week in (12, 20, 40)] == [12, 12, 15]
    assert [found["active", "lead", week].analytical for week in (12, 20, 40)] == [3, 3, 0]
    assert {key: row.why for key, row in found.items() if row.week is not None and row.why != SAME} == {}


def test_a_course_waits_for_its_first_trainers() -> None:
    """Leads come at week 10: the workers of week 0 pass at week 13 and are certified at week 17."""
    late = scenario_of(TEAM).with_(**{"tier.lead.initial": 0, "tier.lead.intake": [{"week": 10, "count": 3}]})
    found = compared(late)
    assert [found["active", "worker", week].analytical for week in (12, 20, 40)] == [0, 12, 15]
    assert {key: row.why for key, row in found.items() if row.week is not None and row.why != SAME} == {}


def test_full_use_of_hours_coincides() -> None:
    """One lead of 40 h and eight workers, each with two clients at all times and sessions that all are attended.

    Three sessions of one week; of some 2,000 clients referred in the first hours 272 are seen and the rest wait to the
    end. Care begins in the first minutes and not at 0. A batch ends every three weeks: 51.001 weeks hold 17 of them;
    hours are counted for all of these weeks but the first minutes, of which there are at most 20 in 514,080.
    """
    rush = [{"from_week": 0, "rate": 20_000}, {"from_week": 0.1, "rate": 0}]
    busy = clinic(sessions=3).with_(**{"clients.stream.all.referrals_per_week": rush, "horizon_weeks": 51.001})
    busy = busy.with_(report_weeks=[51], every_weeks=51)
    found = compared(busy, 1)["hours_per_completed", "worker", None]
    assert found.simulated is not None
    assert found.analytical == pytest.approx(3 * 1.5 + 1.375 * 3 / 2, rel=1e-12)
    assert found.simulated.value == pytest.approx(found.analytical, rel=20 / 514_080 + 0.001 / 51)


def test_hours_of_research_and_of_other_duties_are_spent_too() -> None:
    """Eight workers with two clients each without end: 3 h a week of sessions, 1 h of research, 1 h of a seat and 1 h
    of other duties are all of 6 h, eight workers' worth. A batch ends every three weeks.
    """
    keys = {"tier.worker.hours_per_week": 6, "tier.worker.other_duties_hours_per_week": 1, "every_weeks": 51}
    rush = [{"from_week": 0, "rate": 20_000}, {"from_week": 0.1, "rate": 0}]
    busy = clinic("research_hours_per_client = 1.5", sessions=3).with_(**keys, report_weeks=[51])
    found = compared(busy.with_(**{"clients.stream.all.referrals_per_week": rush, "horizon_weeks": 51.001}), 1)
    each, worth = (found[name, "worker", None] for name in ("hours_per_completed", "workers_required"))
    assert each.simulated is not None and worth.simulated is not None
    assert each.analytical == pytest.approx(3 * 2 + 1.375 * 3 / 2, rel=1e-12)
    assert each.simulated.value == pytest.approx(each.analytical, rel=1e-3)
    assert worth.simulated.value == pytest.approx(8, rel=1e-3)


OPEN_DAYS = """
horizon_weeks = 52
report_weeks = [26, 52]
cascade = ["worker"]
[tier.worker]
initial = 50
hours_per_week = 10
caseload = 2
[clients]
sessions = 1
session_hours = 1
"""


@pytest.mark.parametrize("tenth", range(10))
def test_each_dated_referral_is_counted_once(tenth: int) -> None:
    """40 clients on 40 dates, each at an edge of the fluid's steps, and places for all of them."""
    dates = [round(week + tenth / 10, 1) for week in range(40)]
    found = compared(scenario_of(f"{OPEN_DAYS}stream.all.dates = {dates}"), 1)
    row = found["started", "", 52]
    assert row.analytical == pytest.approx(40, rel=1e-12)
    assert row.why == SAME


def test_totals_of_clients_are_left_out_where_the_runs_count_only_some() -> None:
    """From week 10 on the runs count those referred since; who waits is the same whenever they were referred."""
    scenario = scenario_of(f"{OPEN_DAYS}stream.all.referrals_per_week = 9")
    names = {name for name, _, week in compared(scenario, 1) if week is not None}
    assert names == {"active", "waiting", "started", "completed"}
    assert left_out(scenario) == ()
    windowed = scenario.with_(measure_from_week=10)
    assert re.search("started and completed .* are left out: .* from week 10", *left_out(windowed))
    later = compared(windowed, 1)
    assert {name for name, _, week in later if week is not None} == {"active", "waiting"}


def test_clients_who_lose_their_place_have_begun_all_the_same() -> None:
    """All 50 workers leave at week 30: totals of clients do not fall."""
    ends = {"tier.worker.events.ends": {"time_to_event": {"dist": "date", "week": 30}}, "clients.sessions": 20}
    scenario = scenario_of(f"{OPEN_DAYS}stream.all.referrals_per_week = 4").with_(**ends)
    before, after = queueing.queue(scenario, (29, 35)).values()
    assert before.started > 100
    assert after.started >= before.started


POOL = """
horizon_weeks = 300
measure_from_week = 100
report_weeks = [300]
cascade = ["worker"]
[tier.worker]
initial = 60
target = 60
hours_per_week = 10
caseload = 2
deployment_probability = 0.5
not_deployed = "stay"
events.leaves.time_to_event = { dist = "exponential", mean_weeks = 52 }
[clients]
sessions = 5
session_hours = 1
patience_weeks = { dist = "exponential", mean = 4 }
stream.all.referrals_per_week = 14
"""


def test_the_idle_are_heads_without_places() -> None:
    """Half of 60 have no clients but stay like the others: 60 recruits a year hold 60 heads, 30 of them with places."""
    scenario = scenario_of(POOL)
    found = compared(scenario, 6)
    assert found["recruits", "worker", None].analytical == pytest.approx(60, rel=1e-9)
    assert found["places", "", None].analytical == 60
    for name, tier in (("recruits", "worker"), ("places", ""), ("wisn_ratio", "worker"), ("gives_up", "")):
        row = found[name, tier, None]
        assert row.simulated is not None
        assert row.ratio == pytest.approx(1, abs=0.2), name
    streaming = scenario.with_(**{"tier.worker.target": None, "tier.worker.recruits_per_week": 1})
    assert headcounts.held_by_recruits(streaming, 0) == pytest.approx(52, rel=1e-9)
    assert headcounts.held_by_recruits(streaming.with_(**{"tier.worker.not_deployed": "exit"}), 0) == pytest.approx(26)
    assert queueing.capacity(streaming.with_(**{"tier.worker.events": None}), [0.0]) == [60.0]


@pytest.mark.parametrize("when", [{}, {"at_weeks": [0, 6], "window_weeks": 1}])
def test_who_fails_takes_the_next_course(when: dict[str, object]) -> None:
    """Half of 400 pass at week 4 or, with a second attempt, a quarter at 8; with courses at weeks 0 and 6, at 10."""
    training = {f"tier.pupil.training.{key}": value for key, value in when.items()}
    retaking = scenario_of(FACTORY).with_(
        **training,
        **{
            "tier.pupil.intake": [{"week": 0, "count": 400}],
            "tier.pupil.training.max_cohort": 400,
            "tier.pupil.training.attempts": 2,
            "tier.pupil.training.pass_probability": 0.5,
            "measure_from_week": 0,
            "report_weeks": [7, 9, 11],
        },
    )
    found = compared(retaking, 12)
    assert [found["active", "pupil", week].analytical for week in (7, 9, 11)] == [200, 200 if when else 300, 300]
    for week in (7, 9, 11):
        assert found["active", "pupil", week].ratio == pytest.approx(1, abs=0.05)
    assert lifetimes.lead_weeks(retaking, 1) == pytest.approx(4 * (1 * 0.5 + 2 * 0.25) / 0.75)


def test_the_idle_neither_have_seats_nor_lead_groups() -> None:
    """Of 12 pupils at work or idle 2 are idle and 3 without a seat; of 4 certified teachers, one of them away, 1 is."""
    of_pupils = {"active_mean": 10.0, "apprentice_mean": 2.0, "not_deployed_mean": 2.0, "unsupervised_mean": 3.0}
    means = {f"tier.pupil.{name}": value for name, value in of_pupils.items()}
    means |= {"tier.teacher.active_mean": 3.0, "tier.teacher.absent_mean": 1.0, "tier.teacher.not_deployed_mean": 1.0}
    found, span = SimulatedMeans(scenario_of(FACTORY), means), QUANTITIES["span"].simulated
    assert found.at_work(0) == 3 * (1 - 1 / 4)
    assert span is not None and span(found, 1) == 7 / 2.25


QUEUE = """
horizon_weeks = 260
measure_from_week = 60
cascade = ["teacher", "pupil"]
[tier.teacher]
initial = 2
hours_per_week = 30
[tier.pupil]
recruits_per_week = 4
hours_per_week = 10
[tier.pupil.training]
course_weeks = 8
max_cohort = 10
trainer_hours_per_week = 20
practice_weeks = 5
[tier.pupil.supervision]
required = false
[tier.pupil.events.moves]
time_to_event = { dist = "exponential", mean_weeks = 40 }
"""


@pytest.mark.parametrize("origin", ["recruitment", "certification"])
def test_leaving_is_a_rate_of_all_whose_clock_runs(origin: str) -> None:
    """Courses take half of the recruits: a clock from recruitment takes people from the queue, one from the certificate
    takes no apprentice. Either way 1.3 a year of those for whom it runs."""
    scenario = scenario_of(QUEUE).with_(**{"tier.pupil.events.moves.from": origin})
    row = compared(scenario, 6)["leaving", "pupil", None]
    assert row.analytical == pytest.approx(1.3, rel=1e-9)
    assert row.ratio == pytest.approx(1, abs=0.1)


def test_the_rate_within_a_window_is_that_of_its_weeks() -> None:
    """60 of the start under a date at week 20 and a constant rate: before it exits come at that rate alone."""
    life = {"steady": {"time_to_event": {"dist": "exponential", "mean_weeks": 26}}}
    life["ends"] = {"time_to_event": {"dist": "date", "week": 20}}
    tier = headcounts.headcount(scenario_of(QUEUE).with_(**{"tier.teacher.events": life}), 0)
    assert tier.leaving_per_year(0, 20) == pytest.approx(2.0, rel=1e-3)
    assert tier.leaving_per_year(10, 20) == pytest.approx(2.0, rel=1e-3)
    assert tier.leaving_per_year(10, 21) > 4.0


def test_whom_a_date_takes_before_the_certificate_does_not_leave_after_it() -> None:
    """Pupils are certified 13 weeks after they come; at week 20 all recruits so far leave, trainees and certified.

    In the weeks from 20 to 40 nobody else does: those who come later are certified from week 33 on.
    """
    ends = {"ends": {"time_to_event": {"dist": "date", "week": 20}, "from": "recruitment"}}
    tier = headcounts.headcount(scenario_of(QUEUE).with_(**{"tier.pupil.events": ends}), 1)
    assert tier.active(32) == 0.0
    assert tier.active(40) > 20
    assert tier.leaving_per_year(20.5, 40) == pytest.approx(0.0, abs=1e-9)


def test_head_counts_that_nobody_knows_beforehand_are_said_to_be_left_out() -> None:
    """Vacancies of workers: neither their head count nor that of clients at report weeks is there."""
    scenario = scenario_of(POOL)
    assert {row.week for row in compare(scenario)} == {None}
    clients, heads_too = left_out(scenario)
    assert clients.startswith("Clients at report weeks are left out")
    assert heads_too.startswith("Head counts at report weeks are left out for worker")


# --- Reasons ----------------------------------------------------------------------------------------------------------


CITY = """
horizon_weeks = 104
report_weeks = [26, 104]
every_weeks = 26
cascade = ["head", "mentor", "peer"]
[tier.head]
initial = 2
hours_per_week = 40
[tier.mentor]
hours_per_week = 8
intake = [{ week = 0, count = 4 }]
[tier.mentor.training]
course_weeks = 2
max_cohort = 8
trainer_hours_per_week = 10
[tier.mentor.supervision]
group_size = 4
meeting_hours = 1.5
max_supervisees = 8
[tier.mentor.events.other_post]
time_to_event = { dist = "exponential", mean_weeks = 260 }
[tier.peer]
hours_per_week = 6
caseload = 3
intake = [{ week = 4, count = 10 }, { week = 40, count = 6 }, { week = 100, count = 1 }]
[tier.peer.training]
course_weeks = 3
min_cohort = 2
max_cohort = 6
trainer_hours_per_week = 6
[tier.peer.supervision]
group_size = 6
meeting_hours = 2
preparation_hours = 0.5
max_supervisees = 12
[tier.peer.events.moves]
time_to_event = { dist = "exponential", mean_weeks = 100 }
[clients]
sessions = 5
session_hours = 1.5
patience_weeks = { dist = "exponential", mean = 4 }
stream.all.referrals_per_week = 14
"""


@pytest.fixture(scope="module")
def city() -> dict[tuple[str, str, int | None], ComparedQuantity]:
    """Mentors of 8 h, whose groups take 2.5 h each, so that a course, 6 h of one mentor, waits; one peer comes late."""
    return compared(scenario_of(CITY), 12)


def test_every_row_has_words_a_number_and_where_there_are_runs_a_reason(
    city: dict[tuple[str, str, int | None], ComparedQuantity],
) -> None:
    for key, row in city.items():
        assert row.words and row.unit and row.formula, key
        assert not math.isnan(row.analytical), key
        if row.simulated is not None and not math.isnan(row.simulated.value):
            assert row.why.endswith("."), key


def test_reasons_are_of_what_the_runs_measured(city: dict[tuple[str, str, int | None], ComparedQuantity]) -> None:
    made = city["graduates", "peer", None]
    assert made.ratio < 0.1
    assert re.search(r"waited [\d.]+ person-weeks for a course, \d+ % of them under: trainers short of hours", made.why)
    assert re.search(r"supervision took \d+ % of the mentor hours", made.why)
    assert "Almost nobody waited for a course" in city["graduates", "mentor", None].why
    assert "not a full span of 12" in city["replacement", "peer", None].why
    assert re.search(r"Peer: on average [\d.]+ of 17 planned were active", city["wisn_ratio", "peer", None].why)
    assert "gave up waiting" in city["offered_load", "", None].why
    assert city["leaving", "peer", None].why == AGREE


def test_a_shortage_of_supervisors_is_the_reason_where_it_was_one() -> None:
    crowded = clinic(sessions=3).with_(**{"tier.lead.hours_per_week": 4, "tier.worker.supervision.max_supervisees": 4})
    row = compared(crowded.with_(**{"tier.worker.supervision.group_size": 5}), 2)["span", "worker", None]
    assert (row.analytical, row.why) == (4.0, SAME)
    fewer = crowded.with_(**{"tier.lead.events.quits": {"time_to_event": {"dist": "exponential", "mean_weeks": 20}}})
    why = compared(fewer, 12)["span", "worker", None].why
    assert why in (AGREE, SAME) or "person-weeks passed without a supervisor" in why


def test_a_lack_of_recruits_is_not_blamed_on_hours() -> None:
    idle = scenario_of(FACTORY).with_(**{"tier.pupil.intake": [{"week": 4, "count": 7}]})
    why = compared(idle)["graduates", "pupil", None].why
    assert why.startswith("Almost nobody waited for a course or to practise: 7 recruits came for 1 course")


def test_a_young_programme_explains_a_low_rate_of_leaving() -> None:
    """Notice of 20 weeks: within 40 weeks few can have gone, though half leave in the long run."""
    leaves = {"time_to_event": {"dist": "exponential", "mean_weeks": 20}, "notice_weeks": 20}
    young = scenario_of(TEAM).with_(**{"tier.worker.events.leaves": leaves, "tier.worker.intake.0.count": 400})
    young = young.with_(**{"tier.lead.initial": 80, "tier.lead.events": None})
    row = compared(young, 8)["leaving", "worker", None]
    assert row.analytical == pytest.approx(52 / 40)
    assert "This is the long-run rate. From when people come to week 40" in row.why
    within = float(re.findall(r"give ([\d.]+)\.$", row.why)[0])
    assert row.simulated is not None and within == pytest.approx(row.simulated.value, rel=0.05)


def test_only_what_the_plan_has_goes_on_beside_empty_places() -> None:
    """Workers with other duties and without supervisors: nothing is said of supervision."""
    means = {"clients.in_care_mean": 2.0, "tier.worker.active_mean": 10.0, "tier.worker.hours.other_duties": 50.0}
    means |= {"clients.in_care_at_end": 0.0, "clients.completions": 100.0}
    found = SimulatedMeans(scenario_of(f"{OPEN_DAYS}stream.all.referrals_per_week = 9"), means)
    assert explanations.hours_per_client(Gap(found, 0, 1.0, 2.0)) == ""
    why = "Other duties go on whether places are taken or not, and 10 % of them were."
    assert explanations.workload(Gap(found, 0, 1.0, 2.0)) == why


def test_what_is_0_by_hand_and_not_in_the_runs_is_not_chance() -> None:
    means = SimulatedMeans(scenario_of(FACTORY), {})
    assert explain(0.0, Estimate(0.4, -0.1, 0.9), explanations.courses, means, 1) == NO_REASON
    assert explain(0.0, Estimate(0.0, 0.0, 0.0), explanations.courses, means, 1) == SAME


def test_no_reason_is_invented() -> None:
    """More certified than by hand, and nobody supervised less: nothing that is measured says why."""
    means = SimulatedMeans(scenario_of(FACTORY), {})
    assert explain(1.0, Estimate(9.0, 8.0, 10.0), explanations.courses, means, 1) == NO_REASON
    assert explain(1.0, Estimate(9.0, math.nan, math.nan), explanations.courses, means, 1) == ONE_RUN
    assert explain(8.0, Estimate(9.0, 8.0, 10.0), explanations.courses, means, 1) == AGREE
    assert explain(7.9, Estimate(9.0, 8.0, 10.0), explanations.courses, means, 1) == JUST_OUTSIDE
    assert explain(7.0, Estimate(9.0, 8.0, 10.0), explanations.courses, means, 1) == JUST_OUTSIDE
    for hand, said in ((7.0, "Left out."), (8.0, f"{WITHIN} Left out."), (1.0, "Left out.")):  # nothing is luck then
        assert explain(hand, Estimate(9.0, 8.0, 10.0), explanations.courses, means, 1, "Left out.") == said
    assert explain(9.0, Estimate(9.0, 9.0, 9.0), explanations.courses, means, 1) == SAME
    assert explain(1.0, Estimate(math.nan, math.nan, math.nan), explanations.courses, means, 1) == ""


# --- Estimates --------------------------------------------------------------------------------------------------------


def test_the_jackknife_of_a_mean_is_students_interval() -> None:
    scenario, values = scenario_of(FACTORY), [3.0, 4.5, 4.5, math.nan, 7.0, 11.0]
    runs = Runs(scenario, [{"x": value} for value in values[:3] + values[4:]])
    known = summarise(values)
    found = runs.estimate(lambda each: each.values["x"])
    assert (found.value, found.low, found.high) == pytest.approx((known.mean, known.low, known.high), rel=1e-12)


def test_the_interval_of_a_ratio_covers_as_often_as_it_says() -> None:
    """Of 600 intervals of a ratio of means (20 runs each) 95 % hold it: 0.92 to 0.98 with a false alarm of 1e-3."""
    import numpy as np

    draw, scenario = np.random.default_rng(3), scenario_of(FACTORY)
    hits = 0
    for _ in range(600):
        people = draw.poisson(6, size=20)
        rows = [{"left": float(draw.poisson(0.3 * each)), "years": float(each)} for each in people]
        found = Runs(scenario, rows).estimate(lambda each: each.values["left"] / each.values["years"])
        hits += found.low <= 0.3 <= found.high
    assert stats.binom.cdf(hits, 600, 0.95) > 1e-3 and stats.binom.sf(hits - 1, 600, 0.95) > 1e-3


def test_a_run_that_defines_nothing_is_left_out() -> None:
    runs = Runs(scenario_of(FACTORY), [{"x": 1.0}, {"x": math.nan}, {"x": 3.0}])
    assert runs.estimate(lambda each: each.values["x"]).value == 2.0
    assert math.isnan(Runs(scenario_of(FACTORY), [{"x": 1.0}]).estimate(lambda each: each.values["x"]).low)


def test_hours_are_those_of_intervals_in_the_window() -> None:
    scenario = clinic(sessions=3).with_(every_weeks=13, measure_from_week=39)
    (kept,) = replicate(scenario, 1, keep=keep)
    (run,) = replicate(scenario, 1, keep=keep_run)
    frame = run.trajectories_frame()
    last = frame.loc[frame["week"] == 52, "tier.worker.hours.clients"].item()
    assert kept["tier.worker.hours.clients"] == pytest.approx(last, rel=1e-12)
    assert kept["clients.waiting_at_week_52"] == frame.loc[frame["week"] == 52, "clients.waiting"].item()
    (none,) = replicate(scenario.with_(every_weeks=52), 1, keep=keep)
    assert math.isnan(none["tier.worker.hours.clients"])


def test_the_screened_out_are_not_among_the_referred() -> None:
    """Half are not eligible, and `referred` has left them out: 40 of 100 who are give up, after waits of 2 weeks."""
    means = {"clients.referred": 100.0, "clients.screened_out": 100.0, "clients.reneged": 40.0}
    means |= {"clients.waiting_mean": 200 / 52}
    found = SimulatedMeans(clinic("eligibility_probability = 0.5", sessions=3), means)
    simulated = {name: QUANTITIES[name].simulated for name in ("wait", "gives_up")}
    assert {name: each and each(found, -1) for name, each in simulated.items()} == {"wait": 2.0, "gives_up": 0.4}
    shares = explanations.clients(Gap(SimulatedMeans(found.scenario, {**found.values, **NOBODY_ELSE}), -1, 9.0, 1.0))
    assert shares == "40 % of those referred gave up waiting."


NOBODY_ELSE = {f"clients.{name}": 0.0 for name in ("waiting_at_end", "lost_on_exit", "first_start_week")}


def test_those_of_the_start_are_not_counted_as_made() -> None:
    """Unless the window opens later: then they are not among those who came in it."""
    means = {"tier.pupil.certified": 9.0, "tier.pupil.recruited": 12.0}
    later = scenario_of(FACTORY).with_(**{"tier.pupil.initial": 2})
    found = [SimulatedMeans(scenario, means) for scenario in (later.with_(measure_from_week=0), later)]
    assert [(each.certified(1), each.recruited(1)) for each in found] == [(7, 10), (9, 12)]


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_page_describes_every_row_with_its_formula() -> None:
    page = (ROOT / "docs" / "explanation" / "capacity.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| ([^|]+?) \|", page, flags=re.MULTILINE))
    assert {name: row.formula for name, row in QUANTITIES.items()} == {name: rows[name] for name in QUANTITIES}
