"""The roll-out of PM+ (305 providers from 34 master trainers, fitted) and the national programme (size)."""

from __future__ import annotations

import math
import tomllib

import pytest
from known_answers.judge import mean, normal

from cascadesim import Scenario
from library.shelf import FOLDER, runs, shipped

# --- PM+ roll-out -----------------------------------------------------------------------------------------------------
# The published 305 has no sampling error of its own. R = 20 replications, 320 recruits each: an SD of 4 a run.

ROLL_OUT = 20
CERTIFIED, PASSED = "tier.provider.certified", "tier.provider.passed"
EACH, IDLE = "tier.master_trainer.graduates_per_trainer_mean", "tier.master_trainer.never_trained_share"
TOP = "tier.master_trainer.graduates_per_trainer_max"


def test_pmplus_makes_305_providers() -> None:
    [certified] = runs(shipped("pmplus-rollout"), ROLL_OUT, CERTIFIED)
    for expected in (304, 305):  # 95 % of 320, and the published figure
        told = mean("providers", certified, expected)
        assert told.agrees, told
        assert told.smallest_shift < 12


def test_pmplus_makes_more_where_everybody_passes() -> None:
    everybody = {"pass_probability.high": 1.0, "pass_probability.value": 1.0}
    changes = {f"tier.provider.training.{key}": value for key, value in everybody.items()}
    [certified] = runs(shipped("pmplus-rollout").with_(**changes), 2, CERTIFIED)
    assert set(certified) == {320.0}


def test_pmplus_shows_the_spread_over_trainers() -> None:
    """9.0 each on average; no spread has been published. At least the 40 % who do not train have no graduates."""
    scenario = shipped("pmplus-rollout")
    each, passed, idle, top = runs(scenario, ROLL_OUT, EACH, PASSED, IDLE, TOP)
    assert all(math.isclose(34 * one, other) for one, other in zip(each, passed, strict=True))
    assert math.fsum(idle) / ROLL_OUT > 0.4
    assert math.fsum(top) / ROLL_OUT > 20


def test_pmplus_has_fewer_idle_trainers_where_all_train() -> None:
    """The judge that finds the share of base in base rejects it for the variant."""
    scenario = shipped("pmplus-rollout")
    [base] = runs(scenario, ROLL_OUT, IDLE)
    [all_train] = runs(scenario.variant("every master trainer trains"), ROLL_OUT, IDLE)
    expected = math.fsum(base) / ROLL_OUT
    assert mean("never trained", base, expected).agrees
    assert not mean("never trained", all_train, expected).agrees
    assert math.fsum(all_train) < math.fsum(base)


# --- National scale, at a hundredth of it -----------------------------------------------------------------------------

NO_SHOWS = "clients.no_show_share"


@pytest.fixture(scope="module")
def hundredth() -> Scenario:
    return shipped("national-scale-1pct")


def test_national_hundredth_is_a_hundredth() -> None:
    whole, part = (
        tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("national-scale", "national-scale-1pct")
    )
    for tier in ("master_trainer", "mentor", "peer"):
        for key in ("initial", "intake", "recruits_per_week"):
            assert _numbers(part["tier"][tier].get(key)) == pytest.approx(
                [number / 100 for number in _numbers(whole["tier"][tier].get(key))]
            )
    referrals = (file["clients"]["stream"]["all"]["referrals_per_week"] for file in (part, whole))
    assert _numbers(next(referrals)) == pytest.approx([number / 100 for number in _numbers(next(referrals))])


def _numbers(value: object) -> list[float]:
    """Every number of people or referrals in a piece of a scenario: not weeks."""
    if isinstance(value, dict):
        return [number for key, each in value.items() if "week" not in key for number in _numbers(each)]
    if isinstance(value, list):
        return [number for each in value for number in _numbers(each)]
    return [float(value)] if isinstance(value, int | float) else []


def test_national_hundredth_gives_ten_thousand_referrals_and_the_no_shows(hundredth: Scenario) -> None:
    """One replication. 10,000 referrals are Poisson (SD 100, sees 675); about 42,000 slots (SE 0.0014, sees 0.0094)."""
    kpis = (NO_SHOWS, "clients.referred", "clients.completed_at_week_260", "tier.peer.active_at_week_260")
    no_shows, referred, completed, active = (values[0] for values in runs(hundredth, 1, *kpis))
    for told in (
        normal("referred", referred, 10_000, 100),
        normal("no-shows", no_shows, 0.089, math.sqrt(0.089 * 0.911 / 42_000)),
    ):
        assert told.agrees, told
        assert told.sees(0.11)
    assert completed > 5000
    assert 150 < active < 220


def test_national_without_no_shows_has_none(hundredth: Scenario) -> None:
    short = {"horizon_weeks": 52, "report_weeks": [52], "target": None, "clients.no_show_probability": 0}
    [[share]] = runs(hundredth.with_(**short), 1, NO_SHOWS)
    assert not normal("no-shows", share, 0.089, math.sqrt(0.089 * 0.911 / 5_000)).agrees
