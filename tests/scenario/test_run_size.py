"""Sizes are predicted and refused before anything is made."""

from __future__ import annotations

import time
from typing import Any

import pytest

from cascadesim.model import ids
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.programme import MAX_SITES
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.feasibility import hours, run_size
from cascadesim.scenario.feasibility.run_size import SizeShare, predict
from scenario.helpers import built, changed, faults, plan

MILLION = {"clients__stream": {"town": {"referrals_per_week": 10_000, "source": "guess"}}}


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"tier__master__initial": 10**9}, "tier.master.initial", "1,000,000,000 people at once; at most 131,071"),
        ({"tier__peer__intake__0__count": 2**17}, "tier.peer.intake.0", "131,072 people at once"),
        (
            {"tier__peer__intake": [{"week": 8, "count": 600_000}, {"week": 8, "count": 600_000}]},
            "tier.peer.intake.1",
            "1,200,000 people at once",
        ),
        (
            {"tier__master__initial": 120_000},
            "tier.master.initial",
            "most of them from here: 120,000 people x 10. The limit is max_events = 1,000,000; write max_events =",
        ),
        (
            {"clients__stream__town__referrals_per_week": 10**5},
            "clients.stream.town.referrals_per_week",
            "10,400,000 referrals x 7.56. The limit is max_events = 1,000,000; write max_events = 79000000 if",
        ),
        (
            {"clients__stream__town__referrals_per_week": 10**8},
            "clients.stream.town.referrals_per_week",
            "2,147,483,648",
        ),
        ({"tier__peer__recruits_per_week": 10**6}, "tier.peer.recruits_per_week", "104,000,000 people x 10."),
        (
            {"tier__peer__recruits_per_week": 10**8},
            "tier.peer.recruits_per_week",
            "at most 2,147,483,648 can be numbered.",
        ),
        ({"horizon_weeks": 60_000}, "horizon_weeks", "makes 30,000 rows. At most 20,000: write every_weeks = 3."),
        ({"horizon_weeks": 400_001}, "horizon_weeks", "at most 400,000"),
        (
            {"horizon_weeks": 2000, "report_weeks": [*range(1, 1002)]},
            "report_weeks",
            "1,001 report weeks; at most 1,000",
        ),
    ],
)
def test_what_is_too_large(changes: dict[str, Any], path: str, words: str) -> None:
    began = time.perf_counter()
    found = faults(changed(**changes))
    assert time.perf_counter() - began < 5
    assert path in found, found
    assert words in found[path]


def test_the_hint_is_enough() -> None:
    changes = {"clients__stream__town__referrals_per_week": {"value": 10**5, "source": "guess"}}
    assert faults(changed(max_events=79_000_000, **changes)) == {}


def test_a_national_programme_of_a_million_referrals_is_within_the_default() -> None:
    million = {"town": {"referrals_per_week": {"value": 10**6 / 104, "source": "guess"}}}
    data = changed(max_events=None, clients__stream=million, clients__sessions=8, clients__max_no_shows=None)
    expected = predict(built(data))
    assert expected.referrals == pytest.approx(10**6)
    assert expected.events < 50_000_000


def test_the_prediction_counts_people_referrals_and_sessions() -> None:
    expected = predict(built(plan()))
    assert expected.recruits == pytest.approx(3 + 1 + 6 + 10 + 0.4 * 98)
    assert expected.referrals == pytest.approx(0.8 * 104 + 1.5 * 78)
    assert expected.events == pytest.approx(expected.recruits * 10 + expected.referrals * (2 + 5 / 0.9))


def test_the_prediction_counts_vacancies_dates_refreshers_and_absences() -> None:
    """Twelve places, ten of them to be filled at first; each is vacated 104 / 52 times at 1 a year, absences apart."""
    base = predict(built(plan()))
    life = {"left": {"time_to_event": {"dist": "exponential", "rate_per_year": 1}}}
    vacancies = predict(built(changed(tier__master__initial=2, tier__master__target=12, tier__master__events=life)))
    assert vacancies.recruits - base.recruits == pytest.approx(-1 + 10 + 12 * 2)
    pool = {"tier__master__target": 12, "tier__master__events": life, "tier__master__pool": 4}
    assert predict(built(changed(tier__master__initial=2, **pool))).recruits - base.recruits == pytest.approx(-1 + 4)
    dated = predict(built(changed(clients__stream__town__dates=[3, 3, 5, 200])))
    assert dated.referrals - base.referrals == pytest.approx(3)
    factor = predict(built(changed(recognition={"referral_factor": 0.5, "recruitment_factor": 0.5})))
    assert factor.referrals == pytest.approx(base.referrals / 2)
    assert base.recruits - factor.recruits == pytest.approx(0.2 * 98)
    refresher = {"every_weeks": 26, "course_weeks": 1, "max_cohort": 4, "trainer_hours_per_week": 1}
    often = predict(built(changed(tier__peer__refresher=refresher)))
    assert often.events - base.events == pytest.approx(2 * 4 * (10 + 0.4 * 98))
    ill = {"time_to_event": {"dist": "exponential", "rate_per_year": 2}, "recurring": True, "absence_weeks": 1}
    often = predict(built(changed(tier__peer__events__ill=ill)))
    assert often.events - base.events == pytest.approx(2 * 4 * (10 + 0.4 * 98))


def test_what_lies_past_the_horizon_is_not_counted() -> None:
    steps = [{"rate": 1}, {"from_week": 200, "rate": 9}, {"from_week": 50, "rate": 2}]
    assert predict(built(changed(clients__stream={"town": {"referrals_per_week": steps}}))).referrals == 50 + 2 * 54
    intake = [{"week": 8, "count": 10}, {"week": 104, "count": 10}]
    assert predict(built(changed(tier__peer__intake=intake))).recruits == predict(built(plan())).recruits


def test_a_limit_on_no_shows_bounds_the_sessions() -> None:
    data = changed(clients__no_show_probability=0.9, clients__max_no_shows=1)
    expected = predict(built(data))
    assert expected.events == pytest.approx(expected.recruits * 10 + expected.referrals * (2 + 5 + 2))


def test_no_shows_without_end_are_bounded_by_the_horizon() -> None:
    data = changed(clients__no_show_probability=0.999, clients__max_no_shows=None, clients__interval_weeks=1)
    assert predict(built(data)).events < 2_000 + 200.2 * (2 + 105)


def test_the_numbers_fit_the_keys_of_the_model() -> None:
    assert MAX_SITES <= ids.MAX_SITES
    assert 2 * run_size.MAX_BY_CHANCE <= ids.MAX_DATE
    assert ids.MAX_DATE > 400_000 * 10_080


def test_the_arithmetic_has_no_powers_of_ten() -> None:
    assert SizeShare(3.0, 15_600.0, "people").words == "3 people x 15,600"
    assert SizeShare(3.0, 7.5623, "people").words == "3 people x 7.56"


@pytest.mark.parametrize(
    ("module", "name"),
    [(hours, "client_minutes"), (defaults, "format_of"), (defaults, "languages"), (hours, "present")],
)
def test_the_work_grows_as_the_streams_and_formats_do(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """Ten times as many streams, each with a format of its own, are at most ten times the work."""
    calls, work = [0], getattr(module, name)

    def counted(*given: Any, **named: Any) -> Any:
        calls[0] += 1
        return work(*given, **named)

    monkeypatch.setattr(module, name, counted)
    counts = []
    for size in (10, 100):
        calls[0] = 0
        formats = {f"f{number}": {"sessions": 4} for number in range(size)}
        streams = {f"s{number}": {"referrals_per_week": 0.01, "format": f"f{number}"} for number in range(size)}
        compile_scenario(built(changed(clients__format=formats, clients__stream=streams)))
        counts.append(calls[0])
    assert counts[1] <= 11 * counts[0], counts
