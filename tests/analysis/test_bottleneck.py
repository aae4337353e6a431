"""What binds over time: the sentences word for word, and the tables behind them, from made-up waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import frames
from cascadesim.analysis.bottleneck.detection import (
    Bottleneck,
    attribute_combinations,
    find_bottleneck,
    majority_filter,
)
from cascadesim.analysis.bottleneck.root_causes import Cause

CARE = "clients.waiting.care.worker_unsupervised"
SEAT = "tier.peer.waiting.supervision_place.supervisor_hours"
COURSE = "tier.peer.waiting.course.trainer_hours"


def found(folder: Path, runs: list[dict[str, dict[tuple[float, float], float]]]) -> Bottleneck:
    scenario = frames.scenario(folder)
    return find_bottleneck(scenario, frames.trajectories(scenario, runs))


def test_one_cause_then_another(tmp_path: Path) -> None:
    run = {COURSE: {(8, 20): 3.0}, SEAT: {(20, 40): 2.0}, CARE: {(20, 40): 6.0}}
    bottleneck = found(tmp_path, [run, run])
    assert bottleneck.sentence == (
        "Binding constraint: mentor hours for peer courses in months 2 to 5 (weeks 8 to 20, 100 % of runs), then "
        "mentor hours for peer supervision from month 5 to the end (from week 20, 100 % of runs); at other times "
        "almost nobody waits in most runs."
    )
    assert bottleneck.reason == (
        "Longest binding constraint: mentor hours for peer supervision (20 weeks of the average run). In these weeks, "
        "on average: 6 clients waiting for care (workers unsupervised); 2 peers waiting for a supervisor (supervisors "
        "short of hours)."
    )
    assert [(period.start_week, period.end_week) for period in bottleneck.periods] == [(0, 8), (8, 20), (20, 40)]
    assert [row.cause.kind for row in bottleneck.causes] == ["supervision_hours", "training_hours"]


@pytest.mark.parametrize(
    ("opens", "weeks"), [("24", "all the time (100 % of runs)"), ("14", "from month 5 to the end (from week 20, ")]
)
def test_only_the_window_is_traced(tmp_path: Path, opens: str, weeks: str) -> None:
    """Courses bind before week 20, seats after it: a window from week 24 knows nothing of courses."""
    scenario = frames.scenario(tmp_path, sets=[f"measure_from_week={opens}"])
    run = {COURSE: {(8, 20): 3.0}, SEAT: {(20, 40): 2.0}}
    bottleneck = find_bottleneck(scenario, frames.trajectories(scenario, [run, run]))
    assert f"mentor hours for peer supervision {weeks}" in bottleneck.sentence
    assert bottleneck.periods[0].start_week == float(opens) and bottleneck.weeks[0] == float(opens) + 1
    assert sum(row.unit_weeks for row in bottleneck.waits) == {"24": 2 * 16, "14": 3 * 6 + 2 * 20}[opens]


def test_it_is_found_once_for_each_frame(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path)
    seat, course = (frames.trajectories(scenario, [{name: {(0, 40): 2.0}}]) for name in (SEAT, COURSE))
    first = find_bottleneck(scenario, seat)
    assert find_bottleneck(scenario, seat) is first
    assert find_bottleneck(scenario, course) != first and find_bottleneck(scenario, seat) == first


def test_one_run_has_no_shares_of_runs(tmp_path: Path) -> None:
    bottleneck = found(tmp_path, [{SEAT: {(0, 40): 2.0}}])
    assert bottleneck.sentence == "Binding constraint: mentor hours for peer supervision all the time."
    assert bottleneck.reason.startswith(
        "Longest binding constraint: mentor hours for peer supervision (40 weeks of this run)."
    )


def test_replications_are_traced_one_by_one(tmp_path: Path) -> None:
    """In three of four runs seats are short; in one, recruits. A mean over runs would call it clients and recruits."""
    failed = {"clients.waiting.care.too_few_workers": {(0, 40): 60.0}}
    bottleneck = found(tmp_path, [{SEAT: {(0, 40): 2.0}}] * 3 + [failed])
    assert bottleneck.sentence == "Binding constraint: mentor hours for peer supervision all the time (75 % of runs)."
    assert {cause.kind: share[0] for cause, share in bottleneck.shares.items()} == pytest.approx(
        {"supervision_hours": 0.75, "recruitment": 0.25}
    )


def test_a_wait_of_a_week_or_two_is_no_bottleneck() -> None:
    """Edges stay where they are; what does not last for three of five weeks gives way."""
    x, y = Cause("caseload", "a", "a"), Cause("calendar", "a", "b")
    weeks = [None, None, x, None, None, y, y, y, x, y, y, None, y, None, None, None]
    steadied = majority_filter(weeks, [float(week + 1) for week in range(len(weeks))], [1.0] * len(weeks))
    assert steadied == [None] * 5 + [y] * 6 + [None] * 5  # a week without anybody waiting is not filled
    # Intervals too far apart to compare.
    assert majority_filter([x, None, y], [4.0, 8.0, 12.0], [4.0] * 3) == [x, None, y]


def test_a_combination_counts_as_what_binds_most_often_by_itself(tmp_path: Path) -> None:
    """Hours bind in every week of both runs, half of the time together with the span, which never binds alone."""
    several = "tier.peer.waiting.supervision_place.multiple"
    both = {several: {(20, 40): 2.0}, f"{several}.supervisor_hours+supervisor_span": {(20, 40): 2.0}}
    bottleneck = found(tmp_path, [{SEAT: {(0, 20): 2.0}} | both] * 2)
    assert bottleneck.sentence == "Binding constraint: mentor hours for peer supervision all the time (100 % of runs)."


def test_a_combination_of_what_never_binds_alone_stays_one(tmp_path: Path) -> None:
    several = "tier.peer.waiting.supervision_place.multiple"
    both = {several: {(0, 40): 2.0}, f"{several}.supervisor_hours+supervisor_span": {(0, 40): 2.0}}
    assert found(tmp_path, [both]).sentence == (
        "Binding constraint: mentor supervision of peer (supervisors short of hours and supervisors at their limit of "
        "supervisees) all the time."
    )


def test_the_more_frequent_part_of_a_combination_is_named() -> None:
    hours, span = (Cause(f"supervision_{what}", "a", "b") for what in ("hours", "span"))
    both = Cause("supervision_multiple", "a", "b", "supervisor_hours+supervisor_span")
    elsewhere = Cause("supervision_hours", "a", "c")
    assert attribute_combinations([both, span, hours, span, None]) == [span, span, hours, span, None]
    assert attribute_combinations([both, elsewhere]) == [both, elsewhere]


def test_one_cause_at_several_times_is_said_in_one_go(tmp_path: Path) -> None:
    again = {SEAT: {(4, 10): 2.0, (16, 24): 2.0, (30, 40): 2.0}, COURSE: {(24, 30): 3.0}}
    assert found(tmp_path, [again]).sentence == (
        "Binding constraint: mentor hours for peer supervision in months 1 to 3 (weeks 4 to 10) and months 4 to 6 "
        "(weeks 16 to 24), then mentor hours for peer courses in months 6 to 7 (weeks 24 to 30), then mentor hours for "
        "peer supervision from month 7 to the end (from week 30); at other times almost nobody waits."
    )
    twice = {SEAT: {(4, 10): 2.0, (16, 24): 2.0, (30, 40): 2.0}}
    assert found(tmp_path, [twice]).sentence == (
        "Binding constraint: mentor hours for peer supervision in months 1 to 3 (weeks 4 to 10), months 4 to 6 (weeks "
        "16 to 24) and from month 7 to the end (from week 30); at other times almost nobody waits."
    )


def test_a_short_interruption_is_not_a_spell(tmp_path: Path) -> None:
    bottleneck = found(tmp_path, [{SEAT: {(0, 20): 2.0, (21, 40): 2.0}, COURSE: {(20, 21): 8.0}}])
    assert len(bottleneck.periods) == 1


def test_the_tier_that_binds_longest(tmp_path: Path) -> None:
    """Mentors own the causes of week 8 to 40, in every run."""
    bottleneck = found(tmp_path, [{SEAT: {(0, 40): 2.0}}])
    assert bottleneck.tiers == "Bottleneck by tier: mentor (40 weeks of this run)."


def test_weeks_without_a_leading_cause_are_judged_spell_by_spell(tmp_path: Path) -> None:
    """From week 20 four causes share the runs, a fifth of them each; before week 8 nobody waits."""
    others = [COURSE, "tier.peer.waiting.practice.no_client", "tier.mentor.waiting.course.calendar"]
    runs = [{SEAT: {(8, 20): 6.0}, other: {(20, 40): 2.0}} for other in others]
    runs += [{SEAT: {(8, 20): 6.0, (20, 40): 2.0}}, {SEAT: {(8, 20): 6.0}}]
    sentence = found(tmp_path, runs).sentence
    assert sentence.endswith("; at other times there is no one main constraint, or almost nobody waits.")


def test_nobody_waits(tmp_path: Path) -> None:
    bottleneck = found(tmp_path, [{}])
    assert bottleneck.sentence == "Binding constraint: none. Nobody waited for a course, for a supervisor or for care."
    assert (bottleneck.reason, bottleneck.causes, bottleneck.waits) == ("", (), ())


def test_what_never_lasts_four_weeks_binds_for_nobody(tmp_path: Path) -> None:
    """It was said to be nothing in most runs, and then something in 0 % of them."""
    bottleneck = found(tmp_path, [{SEAT: {(0, 3): 2.0}}] + [{}] * 4)
    assert bottleneck.sentence == "Binding constraint: none for long. Referrals set the pace."


def test_weeks_in_which_nobody_waits_do_not_count(tmp_path: Path) -> None:
    """Nobody waits in the first week and the last two: too short for a period of its own, yet nothing binds in it."""
    bottleneck = found(tmp_path, [{SEAT: {(1, 38): 2.0}}])
    assert bottleneck.sentence == (
        "Binding constraint: mentor hours for peer supervision in months 1 to 9 (weeks 1 to 38); at other times almost "
        "nobody waits."
    )
    assert bottleneck.causes[0].mean_weeks == 37
    assert [(period.start_week, period.end_week) for period in bottleneck.periods] == [(0, 1), (1, 38), (38, 40)]


def test_of_several_sites_it_is_said_that_the_chain_is_short(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path, frames.CAREERS)
    waits = {"clients.waiting.care.too_few_workers": {(0, 40): 6.0}, "tier.peer.active": {(0, 40): 2.0}}
    reason = find_bottleneck(scenario, frames.trajectories(scenario, [waits])).reason
    assert reason.endswith("With several sites, causes are followed only as far as they are certain to be at one site.")


def test_hardly_anybody_waits(tmp_path: Path) -> None:
    bottleneck = found(tmp_path, [{SEAT: {(0, 40): 2.0}}] + [{SEAT: {(0, 40): 0.2}}] * 9)
    assert bottleneck.sentence == (
        "Binding constraint: none in most runs. Almost nobody waits for long; referrals set the pace. Where there is "
        "one, it is most often mentor hours for peer supervision (for four weeks or more in 10 % of runs)."
    )


def test_waits_by_constraint(tmp_path: Path) -> None:
    """Two runs: 40 and 20 person-weeks under hours, none and 20 under span."""
    first = {SEAT: {(0, 40): 1.0}}
    second = {SEAT: {(0, 20): 1.0}, "tier.peer.waiting.supervision_place.supervisor_span": {(20, 40): 1.0}}
    rows = found(tmp_path, [first, second]).waits
    assert [(row.tier, row.constraint) for row in rows] == [("peer", "supervisor_hours"), ("peer", "supervisor_span")]
    assert [row.unit_weeks for row in rows] == [30.0, 10.0]
    assert [row.share for row in rows] == [0.75, 0.25]
    assert [row.weeks_dominant for row in rows] == [30.0, 10.0]


def test_intervals_need_not_be_equal(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path)
    frame = frames.trajectories(scenario, [{SEAT: {(0, 40): 1.0}}])
    rows = find_bottleneck(scenario, frame[frame["week"].isin([16.0, 32.0, 40.0])]).waits
    assert rows[0].unit_weeks == 40.0
