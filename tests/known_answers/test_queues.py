"""A fixed staff with exponential care is M/M/c; with exponential patience it is M/M/c+M, which is Erlang A.

The clock counts minutes: an exponential interval with a mean of one week is rounded to a whole number of them, at least
one, which moves its mean by less than 5e-5 weeks and every figure here by about as much; that is a hundredth of the
smallest shift that the tests can see. Clients still waiting at the end are not in the wait of those served: about one
in a thousand. Runs start empty; 150 weeks are left out, more than ten relaxation times (1 / (c mu (1 - sqrt rho)^2)),
and 30 where patience (2 weeks) drains the queue.
"""

from __future__ import annotations

import math

import pytest

from cascadesim import replicate
from cascadesim.experiment.simulate import Run
from known_answers.erlang import Queue, erlang_c
from known_answers.judge import Verdict, known, mean

REPLICATIONS = 30
PATIENT = Queue(3.0, 1.0, 4)
IMPATIENT = Queue(6.0, 1.0, 5, 0.5)
ERLANG_A = (
    "horizon_weeks=430",
    "every_weeks=430",
    "report_weeks=[430]",
    "measure_from_week=30",
    "tier.counsellor.initial=5",
    "clients.stream.all.referrals_per_week=6",
    'clients.patience_weeks={ dist = "exponential", mean = 2 }',
)


def test_the_formulas_agree_with_closed_forms() -> None:
    """Erlang's C, the queue of M/M/1, rho^2 / (1 - rho), and theta = mu, where the number in the system is Poisson."""
    assert PATIENT.delay == pytest.approx(erlang_c(4, 3.0), rel=1e-12)
    assert PATIENT.waiting == pytest.approx(erlang_c(4, 3.0) * 3 / (4 - 3), rel=1e-12)
    assert PATIENT.wait_of_the_served == pytest.approx(PATIENT.waiting / 3.0, rel=1e-12)
    assert Queue(0.5, 1.0, 1).waiting == pytest.approx(0.5, rel=1e-12)
    assert Queue(2.0, 1.0, 2, 1.0).states()[3] == pytest.approx(math.exp(-2) * 8 / 6, rel=1e-12)
    assert IMPATIENT.busy == pytest.approx(6 * (1 - IMPATIENT.abandoning), rel=1e-12)


def judged(theory: Queue, *sets: str) -> dict[str, Verdict]:
    """What the scenario with these values gives, beside the theory."""
    waits = replicate(known("queue", *sets), REPLICATIONS, keep=figures, events=True)
    found = {name: [each[name] for each in waits] for name in waits[0]}
    expected = {
        "waiting": theory.waiting,
        "busy": theory.busy,
        "delay": theory.delay,
        "wait": theory.wait_of_the_served,
        "abandoning": theory.abandoning,
        "care": 1 / theory.services,
    }
    return {name: mean(name, values, expected[name]) for name, values in found.items() if expected[name] > 0}


def figures(run: Run) -> dict[str, float]:
    """Of one run: KPIs; from the log, the share of those referred in the window whom nobody could see at once."""
    assert run.events is not None
    opens, kpis = run.scenario.measure_from_week, run.kpis
    referred: dict[str, int] = {}
    at_once = 0
    for row in run.events.rows:
        minute, event, key = row[2], row[3], row[5]
        if event == "referred" and minute >= opens * 10_080:
            referred[key] = minute
        elif event == "started" and referred.get(key) == minute:
            at_once += 1
    return {
        "waiting": kpis["clients.waiting_mean"],
        "busy": kpis["tier.counsellor.delivering_mean"],
        "delay": 1 - at_once / len(referred),
        "wait": kpis["clients.wait_mean_weeks"],
        "abandoning": kpis["clients.reneged"] / kpis["clients.referred"],
        "care": kpis["clients.in_care_mean"] * (run.scenario.horizon_weeks - opens) / kpis["clients.started"],
    }


def all_agree(found: dict[str, Verdict], sees: dict[str, float]) -> None:
    """Every figure agrees with theory, and each test would have seen this relative shift."""
    assert not [str(verdict) for verdict in found.values() if not verdict.agrees]
    assert found.keys() == sees.keys()
    assert {name: found[name].sees(shift) for name, shift in sees.items()} == dict.fromkeys(sees, True)


def test_erlang_c() -> None:
    """Sees 35 % in the queue and the wait, 12 % in the delay probability, 5 % in the busy servers, 3 % in the care."""
    all_agree(judged(PATIENT), {"waiting": 0.35, "busy": 0.05, "delay": 0.12, "wait": 0.35, "care": 0.03})


def test_erlang_a() -> None:
    """Sees 15 % in queue and wait, 10 % in abandonment, 5 % in the delay probability, 2 % in the busy servers."""
    sees = {"waiting": 0.15, "busy": 0.02, "delay": 0.05, "wait": 0.15, "abandoning": 0.1, "care": 0.03}
    all_agree(judged(IMPATIENT, *ERLANG_A), sees)


@pytest.mark.parametrize(
    ("sets", "seen"),
    [
        (['clients.interval_weeks={ dist = "exponential", mean = 1.04 }'], {"care"}),  # sessions 4 % further apart
        (['clients.patience_weeks={ dist = "exponential", mean = 2.5 }'], {"waiting", "wait"}),
    ],
)
def test_a_planted_shift_is_seen(sets: list[str], seen: set[str]) -> None:
    found = judged(IMPATIENT, *ERLANG_A, *sets)
    assert {name for name in seen if not found[name].agrees} == seen
