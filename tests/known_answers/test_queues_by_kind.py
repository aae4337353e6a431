"""Queues of several kinds of clients: languages that split it, priorities that order it, lives that thin it out.

Rounding to minutes moves a mean of one week by less than 5e-5 weeks (see `test_queues.py`), far less than can be seen.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cascadesim import replicate
from known_answers.erlang import Queue
from known_answers.judge import Verdict, known, mean

REPLICATIONS = 30
Kpis = dict[str, float]
Figures = dict[str, tuple[Callable[[Kpis], float], float]]
"""Name -> (how it is read from the KPIs of a run, what theory says)."""


def judged(name: str, figures: Figures, *sets: str) -> dict[str, Verdict]:
    """What a scenario gives, beside theory."""
    runs = [dict(kpis) for kpis in replicate(known(name, *sets), REPLICATIONS)]
    return {what: mean(what, [read(kpis) for kpis in runs], theory) for what, (read, theory) in figures.items()}


def all_agree(found: dict[str, Verdict], sees: dict[str, float]) -> None:
    """Every figure agrees, and each test would have seen this relative shift."""
    assert not [str(verdict) for verdict in found.values() if not verdict.agrees]
    assert not [str(found[name]) for name, shift in sees.items() if not found[name].sees(shift)]
    assert found.keys() == sees.keys()


def kpi(name: str) -> Callable[[Kpis], float]:
    """The KPI of this name."""
    return lambda kpis: kpis[name]


# --- languages ------------------------------------------------------------------------------------------------------

ARABIC, FARSI = Queue(1.8, 1.0, 3), Queue(1.2, 1.0, 2)
SPLIT: Figures = {
    "wait for Arabic": (kpi("clients.language.Arabic.wait_mean_weeks"), ARABIC.wait_of_the_served),
    "wait for Farsi": (kpi("clients.language.Farsi.wait_mean_weeks"), FARSI.wait_of_the_served),
    "busy with Arabic": (kpi("tier.three.delivering_mean"), ARABIC.busy),
    "busy with Farsi": (kpi("tier.two.delivering_mean"), FARSI.busy),
    "waiting": (kpi("clients.waiting_mean"), ARABIC.waiting + FARSI.waiting),
}


def test_two_languages_are_two_queues() -> None:
    """A draw for each client thins the Poisson stream into two that share nothing; sees 45 % of a wait."""
    sees = {"wait for Arabic": 0.45, "wait for Farsi": 0.45, "busy with Arabic": 0.12, "busy with Farsi": 0.12}
    all_agree(judged("two_languages", SPLIT), sees | {"waiting": 0.35})


def test_one_queue_is_seen() -> None:
    """If everybody can see everybody it is M/M/5, and the test tells."""
    found = judged("two_languages", SPLIT, "tier.three.also={ Farsi = 1 }", "tier.two.also={ Arabic = 1 }")
    assert not found["waiting"].agrees
    assert not found["wait for Arabic"].agrees
    assert found["waiting"].found == pytest.approx(Queue(3.0, 1.0, 5).waiting, rel=0.3)


# --- priority -------------------------------------------------------------------------------------------------------


def cobham(rates: tuple[float, float], service: float = 1.0) -> tuple[float, float]:
    """The mean waits in M/M/1 of the class that goes first and of the other, without interruption.

    W1 = R / (1 - r1) and W2 = R / ((1 - r1)(1 - r1 - r2)) with R = (r1 + r2) / service what is left of the service
    under way: Cobham (1954), Priority assignment in waiting line problems, Operations Research 2:70-76.
    """
    first, both = rates[0] / service, sum(rates) / service
    return both / service / (1 - first), both / service / ((1 - first) * (1 - both))


PRIORITY = (
    ["clients.stream.second.priority=2"],
    ["clients.stream.second.priority=1", "clients.stream.first.urgent_probability=1"],
)


@pytest.mark.parametrize("sets", PRIORITY, ids=["priority", "urgent"])
def test_who_goes_first(sets: list[str]) -> None:
    """Sees 20 % of the first wait and 35 % of the other; first come first served has 1.22 weeks for both."""
    first, second = cobham((0.3, 0.25))
    figures: Figures = {
        "first": (kpi("clients.stream.first.wait_mean_weeks"), first),
        "second": (kpi("clients.stream.second.wait_mean_weeks"), second),
        "busy": (kpi("tier.counsellor.delivering_mean"), 0.55),
    }
    all_agree(judged("priority", figures, *sets), {"first": 0.2, "second": 0.35, "busy": 0.06})


def test_the_mean_of_all_does_not_depend_on_the_order() -> None:
    """With one mean of service for all it is that of M/M/1, r / (1 - r), whoever goes first; sees 30 %.

    Kleinrock (1965), A conservation law for a wide class of queueing disciplines, Naval Research Logistics 12:181-192.
    """
    first, second = cobham((0.3, 0.25))
    everybody = Queue(0.55, 1.0, 1).wait_of_the_served
    assert (0.3 * first + 0.25 * second) / 0.55 == pytest.approx(everybody, rel=1e-9)
    all_agree(judged("priority", {"wait": (kpi("clients.wait_mean_weeks"), everybody)}), {"wait": 0.3})


# --- clients' own lives ---------------------------------------------------------------------------------------------

LIVES = (
    "horizon_weeks=180",
    "every_weeks=180",
    "report_weeks=[180]",
    "measure_from_week=30",
    "tier.counsellor.initial=5",
    "clients.stream.all.referrals_per_week=8",
)


def test_leaving_by_ones_own_clock() -> None:
    """With an exponential clock of rate d the queue is M/M/c+M: giving up at rate d, and care that ends at 1 + d.

    The clock runs on in care and has no memory. Sees 20 % of queue and wait, 8 % of those who leave, 4 % of the busy.
    """
    theory = Queue(8.0, 1.5, 5, 0.5)
    figures: Figures = {
        "waiting": (kpi("clients.waiting_mean"), theory.waiting),
        "wait": (kpi("clients.wait_mean_weeks"), theory.wait_of_the_served),
        "busy": (kpi("tier.counsellor.delivering_mean"), theory.busy),
        "leaving": (
            lambda kpis: kpis["clients.left_for_own_reason"] / kpis["clients.referred"],
            0.5 * (theory.waiting + theory.busy) / 8.0,
        ),
    }
    clock = 'clients.events.move={ time_to_event = { dist = "exponential", mean_weeks = 2 } }'
    sees = {"waiting": 0.2, "wait": 0.2, "busy": 0.04, "leaving": 0.08}
    all_agree(judged("queue", figures, *LIVES, clock), sees)
    slower = judged("queue", figures, *LIVES, clock.replace("= 2 ", "= 2.4 "))
    assert not slower["waiting"].agrees
    assert not slower["leaving"].agrees
