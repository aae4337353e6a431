"""The scenarios that are shipped: clean, complete in what they say about themselves, and of the size they claim.

What each has to reproduce is tested in `tests/library/`.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

from cascadesim import ScenarioError, load, replicate
from cascadesim.scenario.fields import Table

ROOT = Path(__file__).parents[1]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.toml"))
FROZEN = ROOT / "tests" / "benchmarks" / "prosper-basic.toml"
LARGE = "national-scale"
"""Runs for minutes; a hundredth of it stands beside it."""
ASSUMED = "Set by the authors of this file for illustration; the ranges are what would not surprise them."


@pytest.mark.parametrize("path", [*SCENARIOS, FROZEN], ids=lambda path: path.stem)
def test_is_valid_without_warnings_and_runs(path: Path) -> None:
    scenario = load(path)
    assert scenario.warnings == ()
    for variant in scenario.variants:
        assert scenario.variant(variant.name).warnings == ()
    if path.stem != LARGE:
        assert len(replicate(scenario, 1, seed=1)) == 1


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_says_what_it_is_for_what_is_fitted_and_what_predicted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("\ntitle = ")]
    assert "Fitted" in head and "redicted" in head
    assert "What it is for" in head or path.stem.endswith("1pct")
    scenario = load(path)
    assert scenario.published and scenario.description


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_names_its_sources_and_uses_each(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if "extends" in tomllib.loads(text):
        assert path.stem == f"{LARGE}-1pct"
        return
    for name, source in load(path).sources.items():
        assert source.doi or source.url or (source.kind == "assumption" and source.citation == ASSUMED)
        assert f'source = "{name}"' in text or name in BACKGROUND, f"{name} is not used"


BACKGROUND = {"prosper_cascade", "prosper_protocol", "prosper_report", "prosper_page", "kerala", "kenya"}
"""Sources of plain choices of the programme (tiers, sessions, spans, days), which carry no source of their own."""


# --- The frozen benchmark, and size ---------------------------------------------------------------------------------


def test_benchmark_is_frozen() -> None:
    text = FROZEN.read_text(encoding="utf-8")
    assert hashlib.sha256(text.encode("utf-8")).hexdigest() == FROZEN_SHA256, "prosper-basic.toml must not change"


KEYS_OF_0_1 = {
    "tier": """hours_per_week overtime_fraction initial initial_tenure_weeks intake recruits_per_week
        candidate_patience_weeks delivers caseload apprentice_caseload apprentice_extra_hours_per_week training
        supervision events""",
    "training": """when at_weeks window_weeks gather_weeks course_weeks trainers_per_course min_cohort max_cohort
        trainer_hours_per_week trainee_hours_per_week preparation_hours pass_probability practice practice_weeks
        practice_cases practice_min_sessions practice_first apprentice_limit_weeks""",
    "supervision": "group_size meeting_hours interval_weeks preparation_hours max_supervisees grace_weeks",
    "reason": "time_to_event origin notice_weeks",
    "clients": """sessions session_hours session_overhead_hours interval_weeks start_probability continue_probability
        no_show_probability max_no_shows patience_weeks on_worker_exit transfer_patience_weeks stream""",
}


def test_benchmark_uses_every_mechanism_of_its_time() -> None:
    scenario = load(FROZEN)
    assert scenario.clients is not None
    tiers = list(scenario.tier.values())
    reasons = [reason for tier in tiers for reason in tier.events.values()]
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
    assert {reason.time_to_event.dist for reason in reasons} == {"exponential", "weibull", "date"}


FROZEN_SHA256 = "382127230611b5be820ae6fe775d55ab14eaeae1af8d84029d30e33a33a9e927"

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
