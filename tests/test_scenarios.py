"""The scenarios that are shipped: clean, and true to what they say about themselves.

A comparison with a published figure that was *fitted* checks arithmetic only. Each uses a fixed seed and the normal
approximation to the mean of R replications; its half-width is `Z` standard errors, a false-alarm rate of 1e-5, and it
would see a true shift of `Z + Z99` standard errors with probability 0.99. Both stand beside each test.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import pytest

from cascadesim import Scenario, ScenarioError, load, replicate
from cascadesim.scenario.base import Table

ROOT = Path(__file__).parents[1]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.toml"))
FROZEN = ROOT / "tests" / "benchmarks" / "prosper-basic.toml"
Z = 4.417  # two-sided 1e-5
Z99 = 2.326


def _mean(scenario: Scenario, kpi: str, replications: int) -> float:
    values = replicate(scenario, replications, seed=1).kpis_frame()[kpi]
    return float(values.mean())


def _binomial_sd(size: float, chance: float) -> float:
    return math.sqrt(size * chance * (1 - chance))


@pytest.mark.parametrize("path", [*SCENARIOS, FROZEN], ids=lambda path: path.stem)
def test_is_valid_without_warnings_and_runs(path: Path) -> None:
    scenario = load(path)
    assert scenario.warnings == ()
    assert len(replicate(scenario, 2, seed=1)) == 2


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_says_what_is_fitted_and_what_predicted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("schema = 1")]
    assert "itted" in head and "redicted" in head
    assert load(path).published


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_is_self_contained_and_leaves_no_source_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "extends" not in text
    for source in load(path).sources.values():
        assert source.kind == "assumption" or source.doi or source.url


# --- THPP, Rawalpindi: both figures fitted --------------------------------------------------------------------------
# R = 400. Certified: SD of a run 1.38, half-width 0.31, sees 0.47 people. Active at week 156: SD 2.87, 0.64, sees 0.97.
THPP_RUNS = 400
THPP_YEARS = 154 / 52  # from the end of the course in week 2 to week 156


def _thpp_active(passed: float, rate: float, years: float, **changes: object) -> tuple[float, float, float]:
    """Simulated mean, expected mean and half-width of the peers active at week 156."""
    chance = passed * math.exp(-rate * years)
    scenario = load(ROOT / "scenarios" / "thpp-rawalpindi.toml").with_(**changes)
    half = Z * _binomial_sd(45, chance) / math.sqrt(THPP_RUNS)
    return _mean(scenario, "tier.peer.active_at_week_156", THPP_RUNS), 45 * chance, half


def test_thpp_certifies_43_of_45() -> None:
    scenario = load(ROOT / "scenarios" / "thpp-rawalpindi.toml")
    half = Z * _binomial_sd(45, 43 / 45) / math.sqrt(THPP_RUNS)
    assert abs(_mean(scenario, "tier.peer.certified", THPP_RUNS) - 43) < half


def test_thpp_keeps_34_with_the_rate_from_certification() -> None:
    simulated, expected, half = _thpp_active(43 / 45, 0.078, THPP_YEARS)
    assert abs(simulated - expected) < half
    assert abs(simulated - 34) < half  # 34.13 is expected: the two weeks of the course


def test_thpp_keeps_34_with_the_rate_from_recruitment_if_everybody_passes() -> None:
    everybody = {"tier.peer.training.pass_probability.high": 1.0, "tier.peer.training.pass_probability.value": 1.0}
    simulated, expected, half = _thpp_active(1.0, 0.093, 3.0, **_RECRUITMENT, **everybody)
    assert abs(simulated - expected) < half
    assert abs(simulated - 34) < half


def test_thpp_loses_two_twice_with_the_rate_from_recruitment_and_the_pass_probability() -> None:
    simulated, expected, half = _thpp_active(43 / 45, 0.093, 3.0, **_RECRUITMENT)
    assert abs(simulated - expected) < half
    assert simulated < 34 - half


_RECRUITMENT = {"tier.peer.life.left.clock.rate_per_year": 0.093, "tier.peer.life.left.from": "recruitment"}


# --- PM+ roll-out: fitted -------------------------------------------------------------------------------------------


def test_pmplus_makes_305_providers() -> None:
    """R = 60. SD of a run 3.90, half-width 2.2, sees 3.4 providers; 304 are expected, the published figure is 305."""
    scenario = load(ROOT / "scenarios" / "pmplus-rollout.toml")
    half = Z * _binomial_sd(320, 0.95) / math.sqrt(60)
    simulated = _mean(scenario, "tier.provider.certified", 60)
    assert abs(simulated - 304) < half
    assert abs(simulated - 305) < half


# --- PROSPER-shaped -------------------------------------------------------------------------------------------------


def test_prosper_gives_back_the_no_shows_put_in() -> None:
    """R = 40 with about 600 slots each: SD of a run 0.012, half-width 0.0081, sees 0.012."""
    scenario = load(ROOT / "scenarios" / "prosper-shaped.toml")
    frame = replicate(scenario, 40, seed=1).kpis_frame()
    shares = frame["clients.no_show_share"].dropna()
    half = Z * 0.012 / math.sqrt(len(shares))
    assert abs(float(shares.mean()) - scenario.published[0].value) < half


def test_prosper_tells_the_story_of_its_comments() -> None:
    """Mentors' hours hold up the second course in some histories, some clients wait, and a mentor more changes that.

    R = 60 and the same seed for both. The shares themselves are not published anywhere: only their order is checked.
    """
    scenario = load(ROOT / "scenarios" / "prosper-shaped.toml")
    more = scenario.with_(**{"tier.mentor.intake": [{"week": 2, "count": 5}]})
    frame, other = (replicate(each, 60, seed=1).kpis_frame() for each in (scenario, more))
    held = frame["tier.peer.courses_held"]
    assert 0.2 < float((held == 2).mean()) < 0.8
    assert float(frame["tier.peer.waiting.course.trainer_hours_weeks"].mean()) > 5
    assert 0.3 < float(frame["clients.wait_mean_weeks"].mean()) < 8
    assert float(other["tier.peer.courses_held"].mean()) > float(held.mean())
    assert float(other["clients.completed"].mean()) > float(frame["clients.completed"].mean())
    assert float(frame["tier.mentor.utilisation"].mean()) < 0.5  # busy is not the same as binding


# --- The frozen benchmark, and size ---------------------------------------------------------------------------------


def test_benchmark_is_frozen() -> None:
    text = FROZEN.read_text(encoding="utf-8")
    assert hashlib.sha256(text.encode("utf-8")).hexdigest() == FROZEN_SHA256, "prosper-basic.toml must not change"


KEYS_OF_0_1 = {
    "tier": """hours_per_week overtime_fraction initial initial_tenure_weeks intake recruits_per_week
        candidate_patience_weeks delivers caseload apprentice_caseload apprentice_extra_hours_per_week training
        supervision life""",
    "training": """when at_weeks window_weeks gather_weeks course_weeks trainers_per_course min_cohort max_cohort
        trainer_hours_per_week trainee_hours_per_week preparation_hours pass_probability practice practice_weeks
        practice_cases practice_min_sessions practice_first apprentice_limit_weeks""",
    "supervision": "group_size meeting_hours interval_weeks preparation_hours max_supervisees grace_weeks",
    "reason": "clock origin notice_weeks",
    "clients": """sessions session_hours session_overhead_hours interval_weeks start_probability continue_probability
        no_show_probability max_no_shows patience_weeks on_worker_exit handover_patience_weeks stream""",
}


def test_benchmark_uses_every_mechanism_of_its_time() -> None:
    scenario = load(FROZEN)
    assert scenario.clients is not None
    tiers = list(scenario.tier.values())
    reasons = [reason for tier in tiers for reason in tier.life.values()]
    groups: list[tuple[str, list[Table]]] = [
        ("tier", list(tiers)),
        ("training", [tier.training for tier in tiers]),
        ("supervision", [tier.supervision for tier in tiers]),
        ("reason", list(reasons)),
        ("clients", [scenario.clients]),
    ]
    for table, used in groups:
        left = set(KEYS_OF_0_1[table].split()) - set().union(*(one.model_fields_set for one in used))
        assert not left, f"{table}: {sorted(left)}"
    assert {reason.clock.dist for reason in reasons} == {"exponential", "weibull", "date"}


FROZEN_SHA256 = "f40479182b52ff59272a9f11bf2484a8fefe6e665b90b1716607ce5eb58aa955"

NATIONAL = """
schema = 1
horizon_weeks = 260
cascade = ["trainer", "helper"]
{limit}
[tier.trainer]
initial = 400
hours_per_week = 20
[tier.helper]
initial = 8000
hours_per_week = 20
caseload = 6
[tier.helper.training]
course_weeks = 2
trainer_hours_per_week = 8
max_cohort = 20
[tier.helper.supervision]
meeting_hours = 1.5
group_size = 10
[clients]
sessions = 5
session_hours = 1.5
[clients.stream.all]
referrals_per_week = 3850
"""


def test_a_million_referrals_are_admitted(tmp_path: Path) -> None:
    """3,850 a week over 260 weeks. The limit is there to stop a slip of the pen, and can be raised or lowered."""
    file = tmp_path / "national.toml"
    file.write_text(NATIONAL.format(limit=""), encoding="utf-8")
    load(file)
    file.write_text(NATIONAL.format(limit="max_events = 1_000_000"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="max_events"):
        load(file)
    file.write_text(NATIONAL.format(limit="").replace("3850", "385_000"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="max_events"):
        load(file)
