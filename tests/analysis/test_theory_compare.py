"""By hand beside the runs: a programme without luck where both coincide, and the reasons given where they do not."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from scipy import stats

from cascadesim import Scenario, keep_run, replicate
from cascadesim.analysis.statistics import summarise
from cascadesim.analysis.theory.compare import AGREE, JUST_OUTSIDE, ONE_RUN, SAME, Comparison, compare
from cascadesim.analysis.theory.found import Found, Runs, keep
from cascadesim.analysis.theory.reasons import NO_REASON
from cascadesim.analysis.theory.rows import ROWS

from .theory_scenes import clinic, scenario_of

ROOT = Path(__file__).parents[2]


def compared(scenario: Scenario, count: int = 3) -> dict[tuple[str, str, int | None], Comparison]:
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
    assert row.by_hand == 13 * 7
    assert row.simulated is not None and (row.simulated.mean, row.simulated.low, row.simulated.high) == (91, 91, 91)
    assert (row.ratio, row.why) == (1.0, SAME)


TEAM = """
horizon_weeks = 40
report_weeks = [12, 20, 40]
cascade = ["lead", "worker"]
[tier.lead]
initial = 3
hours_per_week = 7
[tier.lead.life.ends]
clock = { dist = "date", week = 20 }
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
    assert [found["active", "worker", week].by_hand for week in (12, 20, 40)] == [12, 12, 15]
    assert [found["active", "lead", week].by_hand for week in (12, 20, 40)] == [3, 3, 0]
    assert {key: row.why for key, row in found.items() if row.week is not None and row.why != SAME} == {}


def test_a_course_waits_for_its_first_trainers() -> None:
    """Leads come at week 10: the workers of week 0 pass at week 13 and are certified at week 17."""
    late = scenario_of(TEAM).with_(**{"tier.lead.initial": 0, "tier.lead.intake": [{"week": 10, "count": 3}]})
    found = compared(late)
    assert [found["active", "worker", week].by_hand for week in (12, 20, 40)] == [0, 12, 15]
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
    assert found.by_hand == pytest.approx(3 * 1.5 + 1.375 * 3 / 2, rel=1e-12)
    assert found.simulated.mean == pytest.approx(found.by_hand, rel=20 / 514_080 + 0.001 / 51)


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
[tier.mentor.life.other_post]
clock = { dist = "exponential", mean_weeks = 260 }
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
[tier.peer.life.moves]
clock = { dist = "exponential", mean_weeks = 100 }
[clients]
sessions = 5
session_hours = 1.5
patience_weeks = { dist = "exponential", mean = 4 }
stream.all.referrals_per_week = 8
"""


@pytest.fixture(scope="module")
def city() -> dict[tuple[str, str, int | None], Comparison]:
    """Mentors of 8 h, whose groups take 2.5 h each, so that a course, 6 h of one mentor, waits; one peer comes late."""
    return compared(scenario_of(CITY), 12)


def test_every_row_has_words_a_number_and_where_there_are_runs_a_reason(
    city: dict[tuple[str, str, int | None], Comparison],
) -> None:
    for key, row in city.items():
        assert row.words and row.unit and row.formula, key
        assert not math.isnan(row.by_hand), key
        if row.simulated is not None and not math.isnan(row.simulated.mean):
            assert row.why.endswith("."), key


def test_reasons_are_of_what_the_runs_measured(city: dict[tuple[str, str, int | None], Comparison]) -> None:
    made = city["graduates", "peer", None]
    assert made.ratio < 0.1
    assert re.search(r"waited [\d.]+ person-weeks for a course, \d+ % of them under: trainers short of hours", made.why)
    assert re.search(r"supervision took \d+ % of the mentor hours", made.why)
    assert "Hardly anybody waited for a course" in city["graduates", "mentor", None].why
    assert "not a full span of 12" in city["replacement", "peer", None].why
    assert re.search(r"Peer: on average [\d.]+ of 17 planned were active", city["wisn_ratio", "peer", None].why)
    assert "gave up waiting" in city["offered_load", "", None].why
    assert city["leaving", "peer", None].why == AGREE


def test_a_shortage_of_supervisors_is_the_reason_where_it_was_one() -> None:
    crowded = clinic(sessions=3).with_(**{"tier.lead.hours_per_week": 4, "tier.worker.supervision.max_supervisees": 4})
    row = compared(crowded.with_(**{"tier.worker.supervision.group_size": 5}), 2)["span", "worker", None]
    assert (row.by_hand, row.why) == (4.0, SAME)
    fewer = crowded.with_(**{"tier.lead.life.quits": {"clock": {"dist": "exponential", "mean_weeks": 20}}})
    why = compared(fewer, 12)["span", "worker", None].why
    assert why in (AGREE, SAME) or "person-weeks passed without a supervisor" in why


def test_a_lack_of_recruits_is_not_blamed_on_hours() -> None:
    idle = scenario_of(FACTORY).with_(**{"tier.pupil.intake": [{"week": 4, "count": 7}]})
    why = compared(idle)["graduates", "pupil", None].why
    assert why.startswith("Hardly anybody waited for a course or to practise: 7 recruits came for 1 course")


def test_a_young_programme_explains_a_low_rate_of_leaving() -> None:
    """Notice of 20 weeks: within 40 weeks few can have gone, though half leave in the long run."""
    leaves = {"clock": {"dist": "exponential", "mean_weeks": 20}, "notice_weeks": 20}
    young = scenario_of(TEAM).with_(**{"tier.worker.life.leaves": leaves, "tier.worker.intake.0.count": 400})
    young = young.with_(**{"tier.lead.initial": 80, "tier.lead.life": None})
    row = compared(young, 8)["leaving", "worker", None]
    assert row.by_hand == pytest.approx(52 / 40)
    assert "That is the long run; from when people come to week 40" in row.why
    within = float(re.findall(r"give ([\d.]+)\.$", row.why)[0])
    assert row.simulated is not None and within == pytest.approx(row.simulated.mean, rel=0.05)


def test_what_is_0_by_hand_and_not_in_the_runs_is_not_chance() -> None:
    from cascadesim.analysis.theory import reasons
    from cascadesim.analysis.theory.compare import _why
    from cascadesim.analysis.theory.found import Estimate

    found = Found(scenario_of(FACTORY), {})
    assert _why(0.0, Estimate(0.4, -0.1, 0.9), reasons.courses, found, 1) == NO_REASON
    assert _why(0.0, Estimate(0.0, 0.0, 0.0), reasons.courses, found, 1) == SAME


def test_no_reason_is_invented() -> None:
    """More certified than by hand, and nobody supervised less: nothing that is measured says why."""
    from cascadesim.analysis.theory import reasons
    from cascadesim.analysis.theory.compare import _why
    from cascadesim.analysis.theory.found import Estimate

    found = Found(scenario_of(FACTORY), {})
    assert _why(1.0, Estimate(9.0, 8.0, 10.0), reasons.courses, found, 1) == NO_REASON
    assert _why(1.0, Estimate(9.0, math.nan, math.nan), reasons.courses, found, 1) == ONE_RUN
    assert _why(8.0, Estimate(9.0, 8.0, 10.0), reasons.courses, found, 1) == AGREE
    assert _why(7.9, Estimate(9.0, 8.0, 10.0), reasons.courses, found, 1) == JUST_OUTSIDE
    assert _why(7.0, Estimate(9.0, 8.0, 10.0), reasons.courses, found, 1) == JUST_OUTSIDE
    assert _why(9.0, Estimate(9.0, 9.0, 9.0), reasons.courses, found, 1) == SAME
    assert _why(1.0, Estimate(math.nan, math.nan, math.nan), reasons.courses, found, 1) == ""


# --- Estimates --------------------------------------------------------------------------------------------------------


def test_the_jackknife_of_a_mean_is_students_interval() -> None:
    scenario, values = scenario_of(FACTORY), [3.0, 4.5, 4.5, math.nan, 7.0, 11.0]
    runs = Runs(scenario, [{"x": value} for value in values[:3] + values[4:]])
    known = summarise(values)
    found = runs.estimate(lambda each: each.means["x"])
    assert (found.mean, found.low, found.high) == pytest.approx((known.mean, known.low, known.high), rel=1e-12)


def test_the_interval_of_a_ratio_covers_as_often_as_it_says() -> None:
    """Of 600 intervals of a ratio of means (20 runs each) 95 % hold it: 0.92 to 0.98 with a false alarm of 1e-3."""
    import numpy as np

    draw, scenario = np.random.default_rng(3), scenario_of(FACTORY)
    hits = 0
    for _ in range(600):
        people = draw.poisson(6, size=20)
        rows = [{"left": float(draw.poisson(0.3 * each)), "years": float(each)} for each in people]
        found = Runs(scenario, rows).estimate(lambda each: each.means["left"] / each.means["years"])
        hits += found.low <= 0.3 <= found.high
    assert stats.binom.cdf(hits, 600, 0.95) > 1e-3 and stats.binom.sf(hits - 1, 600, 0.95) > 1e-3


def test_a_run_that_defines_nothing_is_left_out() -> None:
    runs = Runs(scenario_of(FACTORY), [{"x": 1.0}, {"x": math.nan}, {"x": 3.0}])
    assert runs.estimate(lambda each: each.means["x"]).mean == 2.0
    assert math.isnan(Runs(scenario_of(FACTORY), [{"x": 1.0}]).estimate(lambda each: each.means["x"]).low)


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


def test_those_of_the_start_are_not_counted_as_made() -> None:
    """Unless the window opens later: then they are not among those who came in it."""
    means = {"tier.pupil.certified": 9.0, "tier.pupil.recruited": 12.0}
    later = scenario_of(FACTORY).with_(**{"tier.pupil.initial": 2})
    found = [Found(scenario, means) for scenario in (later.with_(measure_from_week=0), later)]
    assert [(each.certified(1), each.recruited(1)) for each in found] == [(7, 10), (9, 12)]


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_page_describes_every_row_with_its_formula() -> None:
    page = (ROOT / "docs" / "theory.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| ([^|]+?) \|", page, flags=re.MULTILINE))
    assert {name: row.formula for name, row in ROWS.items()} == {name: rows[name] for name in ROWS}
