"""What is said of variants: the sentences, on made-up runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from cascadesim import Scenario
from cascadesim.analysis.variants import (
    VariantRun,
    headline_differences,
    variant_run,
    variant_sentences,
    variants_object,
)
from cascadesim.analysis.wording import kpi_words

from . import frames

COMPLETED, WAIT = "clients.completed", "clients.wait_mean_weeks"
DELIVERING = "tier.peer.delivering_at_week_40"
RUNS = 4


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return frames.scenario(tmp_path, frames.CASCADE + frames.TARGET)


def ran(scenario: Scenario, name: str, values: Mapping[str, Sequence[float]], runs: int = RUNS) -> VariantRun:
    return VariantRun(name, scenario, frames.kpis(scenario, values, runs), "peer courses", 7.0)


def test_a_sentence_tells_what_is_clear_then_what_is_not(scenario: Scenario) -> None:
    base = ran(scenario, "base", {COMPLETED: [20, 30, 40, 50], WAIT: [3, 3, 3, 3], DELIVERING: [2, 3, 4, 5]})
    other = ran(scenario, "other", {COMPLETED: [24, 34, 43, 53], WAIT: [2, 2.5, 2, 2.5], DELIVERING: [3, 2, 5, 4]})
    (said,) = variant_sentences(base, [other])
    assert said == (
        "other: 3.5 more clients completing care (2.6 to 4.4), mean wait for care 0.75 weeks shorter (0.29 to 1.2). "
        "No clear difference in: peers delivering. Longest binding constraint: peer courses (7 weeks), as in base."
    )


def test_less_is_told_as_less(scenario: Scenario) -> None:
    base = ran(scenario, "base", {COMPLETED: [20, 30, 40, 50], WAIT: [3, 3, 3, 3]})
    other = ran(scenario, "other", {COMPLETED: [16, 26, 37, 47], WAIT: [5, 5, 5, 5]})
    other = replace(other, binds="none", binds_weeks=0)
    (said,) = variant_sentences(base, [other])
    assert "other: 3.5 fewer clients completing care (2.6 to 4.4), mean wait for care 2 weeks longer (2 to 2)." in said
    assert said.endswith("Longest binding constraint: none.")


def test_the_chance_of_the_target_comes_first(scenario: Scenario) -> None:
    at_40 = "clients.completed_at_week_40"
    base = ran(scenario, "base", {at_40: [10] * 20}, 20)
    (said,) = variant_sentences(base, [ran(scenario, "other", {at_40: [30] * 10 + [10] * 10}, 20)])
    assert said.startswith("other: chance of the target 50 points higher (24.3 to 70.1).")


def test_a_variant_that_changes_nothing_says_so(scenario: Scenario) -> None:
    base = ran(scenario, "base", {COMPLETED: [20, 30, 40, 50], WAIT: [math.nan] * 4})
    (said,) = variant_sentences(base, [replace(base, name="other")])
    assert said.startswith("other: no difference from base in the answers below. Longest binding")


PUBLISHED = """
[[published]]
outcome = "tier.peer.exits.left"
value = 3
kind = "fitted"
source = "somebody"

[sources.somebody]
kind = "literature"
citation = "Somebody 2020"
"""


def test_competence_costs_and_published_measures_are_compared(tmp_path: Path) -> None:
    """A variant that changes nothing else must not seem to change nothing."""
    careers = frames.scenario(tmp_path, frames.CAREERS)
    able, total, left = "tier.peer.competence_mean_at_week_40", "cost.total", "tier.peer.exits.left"
    base = ran(careers, "base", {able: [0.5] * 4, total: [900] * 4, left: [2] * 4})
    published = frames.scenario(tmp_path, frames.CAREERS + PUBLISHED)  # by the variant alone
    other = ran(published, "other", {able: [0.26] * 4, total: [1000] * 4, left: [5] * 4})
    (said,) = variant_sentences(base, [other])
    assert said.startswith(
        "other: mean peer competence at week 40 0.24 lower (0.24 to 0.24), total cost 100 CHF higher (100 to 100), "
        "peer exits (left) 3 higher (3 to 3)."
    )
    headings = [each.words.heading for each in headline_differences(base, [other])]
    assert headings[-4:] == [
        "mean peer competence, week 40",
        "total cost (CHF)",
        "cost per completed client (CHF)",
        "peer exits (left) (people)",
    ]


WAIT_MARGIN = '[[margin]]\noutcome = "clients.wait_mean_weeks"\nvalue = '


@pytest.mark.parametrize(
    ("own", "shorter", "words"),
    [
        ("", 0.001, "no clear difference from base. A difference too small to matter in: mean wait for care (less"),
        ("0", 0.001, "other: mean wait for care 0.001 weeks shorter (0.001 to 0.001)."),  # and never 0
        ("0.4", 0.3, "A difference too small to matter in: mean wait for care (less than 0.4 weeks)."),
        ("", 0.3, "other: mean wait for care 0.3 weeks shorter (0.3 to 0.3)."),
    ],
)
def test_a_difference_has_to_matter_as_well(tmp_path: Path, own: str, shorter: float, words: str) -> None:
    text = frames.CASCADE + frames.TARGET + (WAIT_MARGIN + own if own else "")
    scenario = frames.scenario(tmp_path, text)
    base = ran(scenario, "base", {WAIT: [1.0] * 4})
    (said,) = variant_sentences(base, [ran(scenario, "other", {WAIT: [1 - shorter] * 4})])
    assert words in said


def test_what_may_be_too_small_is_told_with_its_margin(scenario: Scenario) -> None:
    base = ran(scenario, "base", {WAIT: [1.0] * 4})
    (said,) = variant_sentences(base, [ran(scenario, "other", {WAIT: [1.1, 1.15, 1.1, 1.15]})])
    assert "other: no clear difference from base. Perhaps too small to matter: mean wait for care 0.12 weeks" in said
    assert "longer (0.08 to 0.17), margin 0.1 weeks." in said


def test_runs_without_a_pair_are_counted(scenario: Scenario) -> None:
    base = ran(scenario, "base", {WAIT: [1, 1, math.nan, 1]})
    (said,) = variant_sentences(base, [ran(scenario, "other", {WAIT: [3, 3, 3, 3]})])
    assert "mean wait for care 2 weeks longer (2 to 2; 3 of 4 pairs)" in said


def test_what_is_counted_over_other_weeks_is_not_compared(scenario: Scenario) -> None:
    """A mean of other weeks is."""
    base = ran(scenario, "base", {COMPLETED: [20, 30, 40, 50], WAIT: [3, 3, 3, 3]})
    other = ran(scenario, "other", {COMPLETED: [40, 60, 80, 99], WAIT: [5, 5, 5, 5]})
    for change, weeks, chance in (
        ({"horizon_weeks": 60}, "0 to 60", ""),  # the target is one of week 40 in both
        ({"measure_from_week": 13}, "13 to 40", "chance of the target, "),
    ):
        longer = replace(other, scenario=scenario.with_(**change))
        (said,) = variant_sentences(base, [longer])
        assert said.startswith(
            f"other: mean wait for care 2 weeks longer (2 to 2). Not compared: {chance}clients starting care, clients "
            f"completing care (base is of weeks 0 to 40, other of weeks {weeks}). Means and shares are of its own "
            f"weeks {weeks}."
        )
        outcomes = variants_object(base, [longer])["variants"][0]["outcomes"]
        assert (outcomes[COMPLETED]["verdict"], outcomes[COMPLETED]["difference"]) == ("not_comparable", None)
        assert outcomes[WAIT]["verdict"] == "worse"


def test_a_measure_is_compared_once(tmp_path: Path) -> None:
    text = frames.CAREERS + PUBLISHED.replace("tier.peer.exits.left", "clients.completed")
    careers = frames.scenario(tmp_path, text)
    names = [each.words.name for each in headline_differences(ran(careers, "base", {}), [ran(careers, "other", {})])]
    assert names.count("clients completing care") == 1


@pytest.mark.parametrize(
    ("kpi", "words"),
    [
        ("tier.lay_worker.exits.too_busy", "lay worker exits (too busy)"),
        ("tier.peer.active_at_week_52", "peer active at week 52"),
        ("clients.no_show_share", "clients no show share"),
        ("clients.stream.town.started", "clients stream (town, started)"),
        ("cost.per_completed", "cost per completed"),
    ],
)
def test_a_measure_in_words(kpi: str, words: str) -> None:
    assert kpi_words(kpi) == words


def test_one_run_shows_no_interval(scenario: Scenario) -> None:
    base = ran(scenario, "base", {COMPLETED: [20], WAIT: [math.nan]}, 1)
    (said,) = variant_sentences(base, [ran(scenario, "other", {COMPLETED: [23], WAIT: [2]}, 1)])
    assert said.startswith("other: 3 more clients completing care. Longest binding")


def test_a_measure_that_a_variant_lacks_is_undefined(scenario: Scenario) -> None:
    base = ran(scenario, "base", {COMPLETED: [20, 30, 40, 50]})
    short = replace(base, name="short", kpis=base.kpis.drop(columns=[DELIVERING, "clients.completed_at_week_40"]))
    found = {each.words.name: each.differences[0] for each in headline_differences(base, [short])}
    assert found["peers delivering"].paired.defined == 0
    assert found["clients completing care"].paired.defined == 4
    assert "peers" not in variant_sentences(base, [short])[0]


def test_without_clients_the_last_tier_is_told_of(tmp_path: Path) -> None:
    text = 'schema = 1\nhorizon_weeks = 12\ncascade = ["solo"]\ntier.solo = { initial = 1, hours_per_week = 5 }\n'
    scenario = frames.scenario(tmp_path, text)
    active = "tier.solo.active_at_week_12"
    base, other = (ran(scenario, name, {active: [value] * 4}) for name, value in (("base", 1), ("other", 3)))
    assert variant_sentences(base, [other])[0].startswith("other: 2 more solo workers active at week 12 (2 to 2).")


def test_what_binds_longest_is_the_cause_that_leads(scenario: Scenario) -> None:
    waiting = {"tier.peer.waiting.supervision_place.supervisor_hours": {(0.0, 30.0): 2.0}}
    kpis = frames.kpis(scenario, {}, 2)
    found = variant_run("base", scenario, kpis, frames.trajectories(scenario, [waiting] * 2))
    assert found.binding == "mentor hours for peer supervision (30 weeks)"
    found = variant_run("base", scenario, kpis, frames.trajectories(scenario, [{}] * 2))
    assert found.binding == "none"


def test_the_object_has_every_measure_and_no_nan(scenario: Scenario) -> None:
    base = ran(scenario, "base", {COMPLETED: [20, 30, 40, 50], WAIT: [math.nan] * 4})
    other = ran(scenario, "other", {COMPLETED: [24, 34, 43, 53], WAIT: [1, 2, 3, math.nan]})
    found = variants_object(base, [other])
    (variant,) = found["variants"]
    assert variant["sentence"] == variant_sentences(base, [other])[0]
    assert set(variant["outcomes"]) == set(base.kpis) - {"replication"}
    assert variant["outcomes"][WAIT] == {
        "unit": "weeks",
        "base_mean": None,
        "variant_mean": 2.0,
        "pairs": 0,
        "difference": None,
        "low": None,
        "high": None,
        "margin": 0.1,
        "verdict": "undefined",
        "sd_ratio": None,
    }
    assert variant["outcomes"][COMPLETED] == variant["answers"]["clients completing care"]
    assert variant["answers"]["chance of the target"]["unit"] == "share"
