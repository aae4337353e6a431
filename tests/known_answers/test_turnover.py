"""Targets of staffing and promotion, against renewal theory and Little's law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from cascadesim import replicate, simulate
from known_answers.judge import Verdict, known, mean
from known_answers.spans import WEEK, refuted

REPLICATIONS = 24
WEEKS = 300  # from week 100 on


def figures(runs: Iterable[Mapping[str, float]], expected: dict[str, float]) -> list[Verdict]:
    """The means of KPIs over replications."""
    return [mean(name, [kpis[name] for kpis in runs], value) for name, value in expected.items()]


def kept_at_target(target: int, stay: float, lag: float) -> dict[str, float]:
    """Every place is held for `stay` weeks on average, then vacant for `lag`: a renewal each stay + lag weeks.

    Little's law: vacancies that open a week x lag = vacancies.
    """
    flow = target / (stay + lag)
    return {
        "tier.volunteer.active_mean": target * stay / (stay + lag),
        "tier.volunteer.vacant_mean": flow * lag,
        "tier.volunteer.exited": flow * WEEKS,
        "tier.volunteer.recruited_replacing": flow * WEEKS,
    }


@pytest.mark.parametrize("shape", [1.0, 2.5])
def test_replacements_a_year(shape: float) -> None:
    """40 / (25 + 8) a week; for lifetimes with a shape too, a hundred weeks after the start. Sees 8 % of flows."""
    life = f'tier.volunteer.events.leave.time_to_event={{ dist = "weibull", shape = {shape}, mean_weeks = 25 }}'
    runs = list(replicate(known("turnover", life), REPLICATIONS))
    found = figures(runs, kept_at_target(40, 25, 8))
    assert not refuted(found)
    assert all(verdict.sees(0.08) for verdict in found[2:]) and found[0].sees(0.04)
    assert len(refuted(figures(runs, kept_at_target(40, 25, 10)))) >= 3


def test_a_notice_shortens_the_vacancy() -> None:
    """Notice of three weeks: people stay for 25 + 3, and the search of eight weeks begins with it.

    So a renewal takes 25 + 8 weeks. Of the target 40 x 25 / 33 are there and not on notice, those on notice besides.
    """
    flow = 40 / 33
    expected = {
        "tier.volunteer.active_mean": flow * (25 + 3),
        "tier.volunteer.vacant_mean": flow * 8,
        "tier.volunteer.exited": flow * WEEKS,
    }
    runs = replicate(known("turnover", "tier.volunteer.events.leave.notice_weeks=3"), REPLICATIONS)
    assert not refuted(figures(runs, expected))


def test_promotion() -> None:
    """Leads are replaced at once from 40 volunteers: 20 / 50 a week move up.

    Volunteers leave at v / 25 a week besides, v of them being there; every vacancy lasts eight weeks, so that
    40 - v = 8 (20 / 50 + v / 25) and v = (40 - 8 x 0.4) / (1 + 8 / 25).
    """
    scenario = known("turnover", "tier.lead.promotion={ promotion_weeks = 1 }")
    there = (40 - 8 * 0.4) / (1 + 8 / 25)
    expected = {
        "tier.lead.exited": WEEKS * 20 / 50,
        "tier.volunteer.active_mean": there,
        "tier.volunteer.exits.promoted": WEEKS * 20 / 50,
        "tier.volunteer.exits.leave": WEEKS * there / 25,
        "tier.volunteer.vacant_mean": 40 - there,
    }
    runs = list(replicate(scenario, REPLICATIONS))
    assert all(kpis["tier.lead.active_mean"] == 20 for kpis in runs)
    found = figures(runs, expected)
    assert not refuted(found)
    assert found[1].sees(0.05) and found[3].sees(0.1)
    assert refuted(figures(runs, {"tier.volunteer.active_mean": there * 1.06}))


def test_tenure_before_promotion() -> None:
    """Only those of 30 weeks are promoted, longest first: all who move up have been certified for at least that."""
    run = simulate(known("turnover", "tier.lead.promotion={ min_tenure_weeks = 30 }"), events=True)
    assert run.events is not None
    certified: dict[str, int] = {}
    tenures = []
    for row in run.events.rows:
        minute, event, key, tier, detail = row[2], row[3], row[5], row[6], row[8]
        if event == "certified" and tier == "volunteer":
            certified[key] = minute
        elif event == "exited" and detail == "promoted":
            tenures.append((minute - certified[key]) / WEEK)
    assert len(tenures) > 50 and min(tenures) >= 30
