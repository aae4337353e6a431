"""Where runs come to the capacity algebra: scaled up, and without luck.

Large scale. A queue that is overloaded has dE(X)/dt = arrivals - mu c - theta (E(X) - c) exactly, which is the fluid's
own equation: they differ only while the queue fills up, by the mean of (c - X)+ near the moment t at which the fluid
passes c. There X is about normal with a variance of at most c (the Poisson number that would be there without a limit)
and its mean moves at arrivals - mu c, so that the difference collected is at most |mu - theta| x variance / (2 x that
speed), and it fades at the rate theta. A step of the fluid adds at most half of its flow.
"""

from __future__ import annotations

import math

import pytest

from cascadesim import Scenario, replicate
from cascadesim.analysis.capacity import queueing, wisn
from cascadesim.analysis.capacity.headcounts import headcount
from cascadesim.analysis.capacity.queueing import STEPS_A_WEEK
from cascadesim.analysis.capacity.simulated import keep
from cascadesim.experiment.replicate import Replications
from known_answers.judge import Verdict, known, mean

WEEKS = (2, 6, 12)
REPLICATIONS = 40
PLACES, ARRIVALS, PATIENCE = 200, 400.0, 4.0


def crowd(**changes: object) -> Scenario:
    """M/M/200+M at twice its capacity, from empty: care of a week, patience of four."""
    return known("queue").with_(
        **{
            "horizon_weeks": WEEKS[-1],
            "report_weeks": list(WEEKS),
            "every_weeks": 2,
            "measure_from_week": 0,
            "tier.counsellor.initial": PLACES,
            "clients.patience_weeks": {"dist": "exponential", "mean": PATIENCE},
            "clients.stream.all.referrals_per_week": ARRIVALS,
            **changes,
        }
    )


def bias() -> float:
    """How far the mean may be from the fluid, in clients: while it fills up, and by the length of a step."""
    filling = abs(1 - 1 / PATIENCE) * PLACES / (2 * (ARRIVALS - PLACES))
    return filling + ARRIVALS / STEPS_A_WEEK / 2


def totals(runs: Replications, name: str, week: int) -> list[float]:
    return [kpis[f"clients.{name}_at_week_{week}"] for kpis in runs]


def test_a_large_crowd_flows_like_the_fluid() -> None:
    """Waiting on average in the two weeks before, started and completed: sees 8 % at weeks 6 and 12."""
    scenario = crowd()
    theory, runs = queueing.queue(scenario, WEEKS), replicate(scenario, REPLICATIONS, keep=keep)
    for week in WEEKS:
        for name in ("waiting", "started", "completed"):
            verdict = judged(f"{name} by week {week}", totals(runs, name, week), getattr(theory[week], name))
            assert verdict.agrees, str(verdict)
            assert week == 2 or verdict.sees(0.08), str(verdict)


def judged(what: str, values: list[float], expected: float, within: float | None = None) -> Verdict:
    """Whether chance and the bias together explain the difference: the nearest expectation that the bias allows."""
    middle, most = math.fsum(values) / len(values), bias() if within is None else within
    return mean(what, values, min(max(middle, expected - most), expected + most))


def test_a_planted_shift_is_seen() -> None:
    """Care that takes 10 % longer, and patience that is 10 % shorter: fewer complete, and fewer wait."""
    other = {
        "clients.interval_weeks": {"dist": "exponential", "mean": 1.1},
        "clients.patience_weeks": {"dist": "exponential", "mean": 3.6},
    }
    seen = {"clients.interval_weeks": "completed", "clients.patience_weeks": "waiting"}
    theory = queueing.queue(crowd(), WEEKS)[12]
    for key, value in other.items():
        found = totals(replicate(crowd(**{key: value}), REPLICATIONS, keep=keep), seen[key], 12)
        assert not judged(seen[key], found, getattr(theory, seen[key])).agrees


COURSE = {
    "report_weeks": [4, 6, 12],
    "clients.sessions": 5,
    "clients.interval_weeks": 1,
    "clients.start_probability": 0.8,
    "clients.continue_probability": 0.9,
    "clients.no_show_probability": 0.1,
    "clients.max_no_shows": 1,
    "clients.stream.all.referrals_per_week": 150.0,
}
"""Five sessions a week apart; a fifth never start, and 41 % of the others drop out: 3.2 weeks in a place on average."""

FILLING = 1.0
"""150 come a week and at most 50 leave before 200 places are full: variance / (2 x speed) = 200 / 200 client-weeks
later begun, and as many clients at most, since whoever has begun leaves a week later at the earliest."""


@pytest.mark.parametrize(
    ("places", "patience"),
    [(2000, None), (PLACES, {"dist": "exponential", "mean": PATIENCE}), (PLACES, {"dist": "constant", "value": 3})],
    ids=["places for all", "exponential patience", "patience of three weeks"],
)
def test_care_of_fixed_sessions_flows_like_the_fluid(places: int, patience: dict[str, object] | None) -> None:
    """Sees 17 % by weeks 4 and 6, and 7 % by week 12. Exponential care of the same mean completes 27 to 35 % more by
    week 12, and many by week 4, when nobody can have had five sessions."""
    scenario = crowd(**{"tier.counsellor.initial": places, **COURSE, "clients.patience_weeks": patience})
    theory, runs = queueing.queue(scenario, (4, 6, 12)), replicate(scenario, REPLICATIONS, keep=keep)
    assert theory[4].completed == 0.0 == max(totals(runs, "completed", 4))
    for week in (4, 6, 12):
        for name in ("waiting", "started", "completed"):
            expected = getattr(theory[week], name)
            if expected > 0:
                verdict = judged(name, totals(runs, name, week), expected, FILLING + 150 / STEPS_A_WEEK / 2)
                assert verdict.agrees, f"{verdict} by week {week}"
                assert verdict.sees(0.07 if week == 12 else 0.17), str(verdict)


SCHOOL = {
    "tier.peer.intake": [{"week": 3, "count": 60}],
    "tier.peer.recruits_per_week": [{"from_week": 10, "rate": 4.0}],
    "tier.peer.training.min_cohort": 1,
    "tier.peer.deployment_probability": 0.8,
    "tier.peer.training.practice": "simulated",
    "tier.peer.training.practice_weeks": 3,
    "tier.peer.training.practice_cases": 0,
    "tier.peer.supervision.required": False,
    "tier.peer.supervision.meeting_hours": None,
    "tier.peer.events": {
        "moves": {"time_to_event": {"dist": "weibull", "shape": 0.7, "mean_weeks": 30}, "from": "recruitment"},
        "tires": {"time_to_event": {"dist": "exponential", "mean_weeks": 60}, "notice_weeks": 3},
    },
    "tier.mentor.initial": 200,
    "horizon_weeks": 40,
    "report_weeks": [8, 12, 25, 40],
    "clients.stream.all.referrals_per_week": 0.001,
}
"""Courses of four weeks, as many at once as are asked for, three weeks of practice, two clocks of leaving; some fail,
and some are not deployed."""


def test_head_counts_where_nobody_waits() -> None:
    """Means are exact at any scale; sees 12 % at each week. Recruits by the quarter of a week: a shift below 0.1 %."""
    scenario = known("gates").with_(**SCHOOL)
    runs, tier = replicate(scenario, 200), headcount(scenario, 1)
    found = {week: [kpis[f"tier.peer.active_at_week_{week}"] for kpis in runs] for week in scenario.report_weeks}
    assert (tier.active(8), set(found[8])) == (0.0, {0.0})  # the intake of week 3 is certified at week 10
    for week in (12, 25, 40):
        verdict = mean(f"active at week {week}", found[week], tier.active(week))
        assert verdict.agrees, str(verdict)
        assert verdict.sees(0.12), str(verdict)


def test_the_wisn_requirement_is_recovered_without_luck() -> None:
    """Clients without end keep every hour of 7 workers busy: WISN asks for 7 workers for those whom they complete.

    A week of 8 h holds four sessions of two hours. Care begins within the first minute or so and a batch ends every
    four weeks, so that 52 weeks and an hour hold 13 whole batches.
    """
    scenario = known(
        "queue",
        "horizon_weeks=52.01",
        "every_weeks=52",
        "report_weeks=[52]",
        "measure_from_week=0",
        "tier.counsellor.initial=7",
        "tier.counsellor.hours_per_week=8",
        "tier.counsellor.caseload=9",
        "clients.sessions=4",
        "clients.session_hours=2",
        "clients.interval_weeks=1",
        "clients.stream.all.referrals_per_week=4000",
    )
    (kept,) = replicate(scenario, 1, keep=keep)
    completed = kept["clients.completed"]
    need = wisn.workers_needed(scenario, 0)
    assert completed == 13 * 4 * 7
    assert wisn.WorkersNeeded(completed, need.standard_workload, need.category_factor).workers == pytest.approx(
        7.0, rel=1e-12
    )
