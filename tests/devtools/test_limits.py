"""Limits of what a run keeps its people in: refused above, and at the limit both runtimes do what the rules say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from engines import ENGINES

from cascadesim.devtools.engine_comparison.compare import ComparisonRequest, compare_engines
from cascadesim.devtools.random_scenarios.document import seeded
from cascadesim.engine.runtime.simpy_calendar import SimpyWorld
from cascadesim.errors import ScenarioError
from cascadesim.experiment.simulate import simulate
from cascadesim.model import ids
from cascadesim.model.units import WEEK_MINUTES
from cascadesim.scenario.checks.programme import MAX_SITES, MAX_STAGES, numbers_with_a_limit
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


def formats(number: int) -> Plan:
    """Individual care and groups of two, of which the last is given, in the last of as many languages as can be."""
    plan = languages(ids.MAX_LANGUAGES)
    names = [f"f{place:04d}" for place in range(number - 1)]
    last = max(plan["tier"]["p"]["languages"])
    group = {"group_max": 2, "group_min": 1}
    streams = {"t": {"referrals_per_week": 2, "language": last, "format": names[-1]}}
    plan["tier"]["p"] |= {"also": {last: 0.9}}
    plan["clients"] |= {"format": dict.fromkeys(names, group), "stream": plan["clients"]["stream"] | streams}
    return plan


LIMITS: dict[str, tuple[Callable[[int], Plan], int]] = {
    "languages": (languages, ids.MAX_LANGUAGES),
    "sites": (sites, MAX_SITES),
    "tiers": (tiers, ids.MAX_TIERS),
    "stages": (stages, MAX_STAGES),
    "attempts": (attempts, ids.MAX_ATTEMPTS),
    "formats": (formats, ids.MAX_CLIENT_GROUP_KINDS // (ids.MAX_LANGUAGES + 1)),
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


@pytest.mark.parametrize("what", LIMITS)
def test_at_the_limit_every_key_is_a_word(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the calendar and of the log: compiled they have 63 bits and a sign, of which nothing may be lost."""
    make, most = LIMITS[what]
    schedule, most_of = SimpyWorld.schedule, [0]

    def noted(self: SimpyWorld, minute: int, rank: int, key: int, kind: int, who: Any, number: Any) -> None:
        assert 0 <= key < 1 << 63
        most_of[0] = max(most_of[0], key)
        schedule(self, minute, rank, key, kind, who, number)

    monkeypatch.setattr(SimpyWorld, "schedule", noted)
    simulate(made(make, most), events=True, engine="simpy")
    assert most_of[0] > 0


def test_people_and_weeks_are_no_more_than_their_minutes_can_be_counted() -> None:
    """Hours are counted in minutes a week times minutes, in a word."""
    plan = {"horizon_weeks": 100_000, "every_weeks": 50, "cascade": ["p"], "max_events": 10**9}
    people = 2**63 // (100_000 * WEEK_MINUTES**2)
    plan["tier"] = {"p": {"hours_per_week": 10, "intake": [{"week": 90_000, "count": 90_000}] * 1}}
    plan["tier"]["p"]["initial"] = 100_000
    for more, refused in ((people - 100_000, False), (people - 99_999, True)):
        half = {"week": 91_000, "count": more // 10}
        weeks = [{**half, "week": 91_000 + place} for place in range(9)]
        plan["tier"]["p"]["intake"] = [*weeks, {"week": 95_000, "count": more - 9 * half["count"]}]
        try:
            build(Document({"schema": 1, **plan}), warn=False)
            found = []
        except ScenarioError as error:
            found = [problem.code for problem in error.problems]
        assert found == (["too_large"] if refused else [])


def test_scenarios_at_random_go_to_each_limit() -> None:
    """So both engines are compared there (`verify engines`), and the auditor reads such runs."""
    seen: Counter[str] = Counter()
    for seed in range(200):
        document = seeded(seed)
        try:
            scenario = build(Document(document), warn=False)
        except ScenarioError:
            continue
        seen.update({what for _, number, what, most in numbers_with_a_limit(scenario) if number == most})
        seen["report weeks"] += len(scenario.report_weeks) == scenario.horizon_weeks
    languages = "languages of tiers and streams together"
    assert seen.keys() == {"tiers", "sites", languages, "stages", "attempts", "report weeks"}


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
