"""Limits of what a run keeps its people in: refused above, and at the limit both runtimes do what the rules say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from engines import ENGINES

from cascadesim.devtools.engine_comparison.compare import ComparisonRequest, compare_engines
from cascadesim.errors import ScenarioError
from cascadesim.experiment.simulate import simulate
from cascadesim.model import ids
from cascadesim.scenario.checks.programme import MAX_SITES, MAX_STAGES
from cascadesim.scenario.document import Document
from cascadesim.scenario.load import build
from cascadesim.scenario.schema import Scenario

Plan = dict[str, Any]


def languages(number: int) -> Plan:
    """As many languages, spoken by one worker and one client in so many each."""
    shares = {f"L{place:03}": 1 / number for place in range(number)}
    tier = {"initial": 3 * number, "hours_per_week": 10, "caseload": 2, "languages": shares}
    clients = {
        "sessions": 3,
        "session_hours": 1,
        "patience_weeks": 5,
        "stream": {"s": {"referrals_per_week": 8, "languages": shares}},
    }
    return {"horizon_weeks": 20, "cascade": ["p"], "tier": {"p": tier}, "clients": clients}


def sites(number: int) -> Plan:
    names = [f"s{place}" for place in range(number)]
    staff = {name: {"initial": 2} for name in names}
    streams = {name: {"site": name, "referrals_per_week": 0.2} for name in names}
    clients = {"sessions": 2, "session_hours": 1, "stream": streams}
    tier = {"hours_per_week": 10, "site": staff}
    return {"horizon_weeks": 12, "sites": names, "cascade": ["p"], "tier": {"p": tier}, "clients": clients}


def tiers(number: int) -> Plan:
    """Each trains and supervises the one below."""
    top: Plan = {"initial": 2, "hours_per_week": 30}
    training = {"course_weeks": 1, "max_cohort": 4, "trainer_hours_per_week": 4, "practice": "simulated"}
    supervision = {"group_size": 4, "meeting_hours": 1, "interval_weeks": 1}
    come = [{"week": 0, "count": 3}]
    lower = {"intake": come, "hours_per_week": 30, "training": training, "supervision": supervision}
    names = [f"t{place}" for place in range(number)]
    return {"horizon_weeks": 3 * number, "cascade": names, "tier": dict.fromkeys(names, lower) | {"t0": top}}


def stages(number: int) -> Plan:
    plan = tiers(2)
    course = {"course_weeks": 0.1, "max_cohort": 4, "trainer_hours_per_week": 4, "trainee_hours_per_week": 1}
    plan["tier"]["t1"] = {**plan["tier"]["t1"], "training": {"practice": "simulated", "stages": [course] * number}}
    return plan | {"horizon_weeks": 40}


def attempts(number: int) -> Plan:
    plan = tiers(2)
    training = {**plan["tier"]["t1"]["training"], "attempts": number, "pass_probability": 0.5}
    plan["tier"]["t1"] = {**plan["tier"]["t1"], "training": training}
    return plan


LIMITS: dict[str, tuple[Callable[[int], Plan], int]] = {
    "languages": (languages, ids.MAX_LANGUAGES),
    "sites": (sites, MAX_SITES),
    "tiers": (tiers, ids.MAX_TIERS),
    "stages": (stages, MAX_STAGES),
    "attempts": (attempts, ids.MAX_ATTEMPTS),
}


def made(make: Callable[[int], Plan], number: int) -> Scenario:
    return build(Document({"schema": 1, **make(number)}), warn=False)


@pytest.mark.parametrize("what", LIMITS)
def test_above_the_limit_the_number_is_refused(what: str) -> None:
    make, most = LIMITS[what]
    with pytest.raises(ScenarioError) as caught:
        made(make, most + 1)
    assert [problem.code for problem in caught.value.problems] == ["too_large"]
    assert f"at most {most:,}." in caught.value.problems[0].message


@pytest.mark.parametrize("below", [1, 0])
@pytest.mark.parametrize("what", LIMITS)
def test_at_the_limit_both_runtimes_agree(what: str, below: int) -> None:
    make, most = LIMITS[what]
    scenario = made(make, most - below)
    if len(ENGINES) == 1:
        assert simulate(scenario, events=True).events is not None
        return
    compared = compare_engines(ComparisonRequest(1, 0, document=scenario.resolved()))
    assert compared.difference is None and compared.rows > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_at_the_limit_of_languages_everybody_is_seen_in_their_own(engine: str) -> None:
    scenario = made(languages, ids.MAX_LANGUAGES)
    run = simulate(scenario, events=True, engine=engine)
    assert run.events is not None
    rows = run.events.frame()
    spoken = {row.key: row.detail for row in rows[rows.event == "recruited"].itertuples()}
    wanted = {row.key: row.detail for row in rows[rows.event == "referred"].itertuples()}
    started = list(rows[rows.event == "started"].itertuples())
    assert len(started) > 50
    assert not [row for row in started if wanted[row.key].split(":")[-1] not in spoken[row.other]]
