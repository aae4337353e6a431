"""From the tables of a study to what they say: known formulas in the place of runs, so that the answers are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from analysis.made_up_results import MEASURE, made_up, made_up_study
from cascadesim import read_study
from cascadesim.analysis.sequential_precision import rule_of
from cascadesim.analysis.study.by_design import (
    ANALYSES,
    analyse,
    best_and_others,
    given_data,
    main_effects,
    morris_of,
    sobol_of,
    tornado_of,
)
from cascadesim.analysis.study.results import Section, state_of_points, target
from cascadesim.errors import UsageError
from cascadesim.experiment.study.designs import DESIGNS
from cascadesim.scenario.schema import ParsedTarget

SOBOL = 'design = { kind = "sobol_indices", settings = 64, scrambles = 8 }\nreplications = 2\n'
GRID = """
[factors]
"tier.gamma.caseload" = { name = "caseload", levels = [1, 2, 4] }
"tier.beta.hours_per_week" = { name = "week", levels = [10, 12] }
"""


def _luck(levels: Mapping[str, Any], luck: np.ndarray) -> np.ndarray:
    """Luck alone."""
    del levels
    return luck


def _linear(levels: Mapping[str, Any], luck: np.ndarray) -> np.ndarray:
    """3, 2 and 0 times a uniform: shares 9/13, 4/13 and 0 of their variance, and luck with a quarter of it."""
    hours, referrals = (levels["hours"] - 4) / 4, (levels["referrals"] - 1) / 2
    return 3 * hours + 2 * referrals + np.sqrt(13 / 48) * luck


def test_every_design_is_analysed() -> None:
    assert list(ANALYSES) == list(DESIGNS)


def test_a_design_without_an_analysis_says_so(small_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new design has to have a row; with one, what every study says comes after its own."""
    monkeypatch.setitem(DESIGNS, "spiral", DESIGNS["grid"])
    grid = made_up_study(small_file, 'design = "grid"\nreplications = 12\n', GRID)
    results = made_up(replace(grid, design=replace(grid.design, kind="spiral")), _luck)
    with pytest.raises(UsageError, match=r"studies of the design spiral have no analysis\. Give it a row in ANALYSES"):
        analyse(results)
    monkeypatch.setitem(ANALYSES, "spiral", lambda results: [Section("Spiral", (f"{len(results.points)} turns.",))])
    first, *_, last = analyse(results)
    assert (first.title, last.title) == ("Spiral", "Settings")


def test_sobol_indices_are_those_of_the_formula(small_file: Path) -> None:
    """Known: 9/13, 4/13, 0 and a fifth of a single run's variance. Off by 0.1 would be seen."""
    found = sobol_of(made_up(made_up_study(small_file, SOBOL), _linear), MEASURE)
    assert [each.factor for each in found.indices] == ["hours", "referrals", "leaving"]
    for each, exact in zip(found.indices, (9 / 13, 4 / 13, 0), strict=True):
        assert each.total.value == pytest.approx(exact, abs=0.08)
        assert each.first.value == pytest.approx(exact, abs=0.08)
    assert found.chance.value == pytest.approx(0.2, abs=0.03)
    assert (found.rows, found.dropped, found.scrambles) == (8 * 64, 0, 8)


def test_a_failed_point_drops_its_whole_row(small_file: Path) -> None:
    """Point 7 is the block AB of the first row's second point: five blocks a row."""
    found = sobol_of(made_up(made_up_study(small_file, SOBOL), _linear, {7: "failed"}), MEASURE)
    assert (found.rows, found.dropped) == (8 * 64 - 1, 1)
    assert "1 rows of the design left out" in found.note


def test_replications_that_not_all_points_have_are_left_out(small_file: Path) -> None:
    results = made_up(made_up_study(small_file, SOBOL.replace("= 2\n", "= 3\n")), _linear)
    table = results.replications
    short = results.points.assign(replications=[2 if point == 11 else 3 for point in results.points["setting"]])
    kept = table[(table["setting"] != 11) | (table["replication"] < 2)]
    fewer = type(results)(results.folder, results.study, short, kept)
    found = sobol_of(fewer, MEASURE)
    assert (found.replications, found.dropped) == (2, 0)


def test_morris_effects_are_slopes(small_file: Path) -> None:
    """Of the whole range: 3, 2 and 0, without luck to the last digit but for rounding."""
    study = made_up_study(small_file, 'design = { kind = "morris", trajectories = 6 }\nreplications = 2\n')
    found = morris_of(made_up(study, lambda levels, luck: _linear(levels, 0 * luck)), MEASURE)
    slopes = {each.factor: round(each.mu.value, 9) for each in found.effects}
    assert slopes == {"hours": 3, "referrals": 2, "leaving": 0}
    noisy = morris_of(made_up(study, lambda levels, luck: _linear(levels, 0.01 * luck)), MEASURE)
    assert [each.factor for each in noisy.effects if each.above] == ["hours", "referrals"]


def test_a_tornado_goes_from_end_to_end(small_file: Path) -> None:
    results = made_up(made_up_study(small_file, 'design = "oat"\nreplications = 20\n'), _as_is)
    found, levels = tornado_of(results, MEASURE)
    assert [bar.factor for bar in found] == ["hours", "referrals", "leaving"]
    assert [round(bar.swing.paired.mean, 9) for bar in found] == [3, 2, 0]
    assert levels == {"hours": (4, 8), "referrals": (1, 3), "leaving": (0.1, 0.9)}


def _as_is(levels: Mapping[str, Any], luck: np.ndarray) -> np.ndarray:
    """`_linear` where the scenario itself may stand for a level: hours 6, referrals 1.5."""
    told = {"hours": levels["hours"] or 6, "referrals": levels["referrals"] or 1.5}
    return _linear(told, luck)


def test_a_grid_names_the_best_and_what_each_factor_does(small_file: Path) -> None:
    """The second factor adds 1, and the caseload 0, 2 and 3; luck is common, so that differences have none."""
    study = made_up_study(small_file, 'design = "grid"\nreplications = 12\n', GRID)

    def formula(levels: Mapping[str, Any], luck: np.ndarray) -> np.ndarray:
        return {1: 0, 2: 2, 4: 3}[levels["caseload"]] + (levels["week"] == 12) + luck

    results = made_up(study, formula)
    best, found = best_and_others(results, MEASURE)
    assert results.label(best) == "caseload 4, week 12"
    assert [each.second for each in found.values()][-1] == "caseload 1, week 10"
    assert [round(each.difference.paired.mean, 9) for each in found.values()] == [-1, -1, -2, -3, -4]
    # Pairs of six points: the best is seen from the same runs.
    assert {each.family_size for each in found.values()} == {15}
    effects = {(row["factor"], row["to"]): round(row["effect"], 9) for row in main_effects(results, MEASURE)}
    assert effects == {("caseload", "2"): 2, ("caseload", "4"): 3, ("week", "12"): 1}
    (first, *_) = analyse(results)
    assert first.sentences[0].startswith("Highest at caseload 4, week 12: ")


def test_the_best_by_chance_is_not_told_from_its_equals(small_file: Path) -> None:
    """Ten points that are alike, 200 times: in at most 5 % is any told from the best, so in 10 on average.

    By the binomial distribution more than 26 come up once in 100,000 tries where it is 5 %. Intervals for nine
    comparisons only would tell about one study in six.
    """
    levels = ", ".join(str(number) for number in range(1, 11))
    one = f'[factors]\n"tier.gamma.caseload" = {{ name = "caseload", levels = [{levels}] }}\n'
    study = made_up_study(small_file, 'design = "grid"\nreplications = 30\n', one)
    told = 0
    for number in range(200):

        def alike(levels: Mapping[str, Any], luck: np.ndarray, number: int = number) -> np.ndarray:
            return np.random.default_rng([number, levels["caseload"]]).standard_normal(len(luck))

        _, found = best_and_others(made_up(study, alike), MEASURE)
        told += any(each.verdict in ("better", "worse") for each in found.values())
    assert told <= 26


def test_points_that_read_alike_are_told_apart(small_file: Path) -> None:
    one = '[factors]\n"tier.gamma.hours_per_week" = { name = "hours", levels = [5.0, 5.00000001] }\n'
    results = made_up(made_up_study(small_file, 'design = "grid"\nreplications = 12\n', one), _luck)
    best, found = best_and_others(results, MEASURE)
    assert (best, list(found)) == (0, [1])
    assert found[1].second == "hours 5 (point 1)"


def test_no_difference_is_said(small_file: Path) -> None:
    study = made_up_study(small_file, 'design = "grid"\nreplications = 12\n', GRID)
    (first, *_) = analyse(made_up(study, _luck))
    assert first.sentences[0].startswith("There is no difference between settings: ")


def test_a_design_that_fills_space_finds_what_matters(small_file: Path) -> None:
    study = made_up_study(small_file, 'design = { kind = "latin_hypercube", settings = 80 }\nreplications = 4\n')
    frame = given_data(made_up(study, lambda levels, luck: _linear(levels, 0.2 * luck)))[0].frame
    assert frame is not None
    above = frame[frame["above"]]
    assert set(zip(above["index_of"], above["factor"], strict=True)) == {
        ("rank", "hours"),
        ("rank", "referrals"),
        ("distribution", "hours"),
        ("distribution", "referrals"),
    }


def test_points_without_numbers_are_told_of(small_file: Path) -> None:
    study = made_up_study(small_file, 'design = "grid"\nreplications = 2\n', GRID)
    results = made_up(study, _luck, {1: "invalid", 2: "died"})
    assert state_of_points(results).sentences == (
        "4 settings of 6 have results, from 10 replications.",
        "1 died; the first is setting 2: it broke",
        "1 invalid; the first is setting 1: it broke",
    )
    assert np.isnan(results.cube(MEASURE)[[1, 2]]).all()


def test_an_unknown_measure_gets_the_nearest(small_file: Path) -> None:
    study = made_up_study(small_file, 'design = "grid"\nreplications = 2\n', GRID)
    results = made_up(study, _luck)
    with pytest.raises(UsageError, match=r"Did you mean clients\.completed"):
        results.cube("clients.complete")


def test_luck_as_a_factor_is_said_and_nothing_is_taken_off(small_file: Path) -> None:
    """The level of chance stands for the luck: a quarter of 13/12 of the factors' variance is a share of 1/5."""
    design = 'design = { kind = "sobol_indices", settings = 64, scrambles = 8, seed_as_factor = true }\n'
    study = made_up_study(small_file, f"{design}replications = 1\n")

    def formula(levels: Mapping[str, Any], luck: np.ndarray) -> np.ndarray:
        own = np.random.default_rng([3, levels["chance"]]).standard_normal(len(luck))
        return _linear(levels, own)

    results = made_up(study, formula)
    shares = {each.factor: each.total.value for each in sobol_of(results, MEASURE).indices}
    assert shares["chance"] == pytest.approx(0.2, abs=0.06)
    assert shares["hours"] == pytest.approx(0.8 * 9 / 13, abs=0.08)
    said = analyse(results)[0].sentences
    assert said[0].startswith("The random numbers are a factor")
    assert "no noise is subtracted" in said[-1]


def test_quantiles_of_runs_lie_between_two_of_them(small_file: Path) -> None:
    study = made_up_study(small_file, 'design = "grid"\nreplications = 60\n', GRID)
    results = made_up(study, _luck)
    section = next(each for each in analyse(results) if each.name == "quantiles")
    assert section.frame is not None
    row = section.frame.query("setting == 3 and quantile == 0.5").iloc[0]
    runs = np.sort(results.cube(MEASURE)[3])
    assert (row["value"], row["runs"]) == (np.median(runs), 60)
    assert row["low"] in runs and row["high"] in runs and row["low"] < row["value"] < row["high"]


def test_a_narrow_range_of_whole_numbers_is_no_riddle(small_file: Path) -> None:
    """Both ends of a step may round to one number; which factor moved is known from the design all the same."""
    factors = """
[factors]
"tier.gamma.caseload" = { name = "caseload", low = 2, high = 4, dist = "triangular", mode = 3 }
"clients.stream.town.referrals_per_week" = { name = "referrals", low = 1, high = 3 }
"""
    design = 'design = { kind = "morris", trajectories = 8, levels = 6 }\nreplications = 2\n'
    study = made_up_study(small_file, design, factors)
    found = morris_of(made_up(study, lambda levels, luck: levels["referrals"] + 0 * luck), MEASURE)
    assert {each.factor: round(each.mu.value, 9) for each in found.effects} == {"caseload": 0, "referrals": 2}


def test_replications_until_the_chance_of_the_target_is_known(small_file: Path, tmp_path: Path) -> None:
    """Wilson's interval: a half-width of 0.12 takes more than a dozen runs where about half of them meet it."""
    target = '\n[target]\nreach = "completed >= 36 by week 30"\nchance = 0.8\n'
    (tmp_path / "small.toml").write_text(small_file.read_text() + target)
    (tmp_path / "study.toml").write_text(
        'scenario = "small.toml"\noutcomes = ["clients.completed_at_week_30"]\n'
        "replications = { least = 10, most = 200, absolute = { target = 0.12 } }\n"
        '[factors]\n"tier.gamma.caseload" = [1, 2]\n'
    )
    study = read_study(tmp_path / "study.toml")
    wanted = rule_of(study)
    assert wanted(np.array([[30.0], [40.0]] * 10)) > 20
    assert wanted(np.array([[30.0], [40.0]] * 60)) == 120


@pytest.mark.parametrize(("runs", "told"), [(10, True), (15, True), (16, False)])
def test_how_many_runs_a_clear_chance_needs_is_told(runs: int, told: bool) -> None:
    """Where all of n runs meet it, Wilson's interval begins at n / (n + 1.96^2): above 80 % from 16 on."""
    asked = SimpleNamespace(reach="completed >= 50", chance=SimpleNamespace(value=0.8))
    goal = ParsedTarget("completed", ">=", 50, 13)
    base = SimpleNamespace(target=asked, start_date=None)
    made = SimpleNamespace(target=goal, base=base, hits=lambda: ([runs, 3], [runs, 10]), label=str)
    section = target(made)  # type: ignore[arg-type]
    assert section is not None
    assert section.title == "Chance that at least 50 clients complete care by month 3 (by week 13)"
    said = f"With {runs} runs per setting, none can clearly reach it: 16 or more are needed."
    assert (said in section.sentences) == told
    assert f"Of 2 settings, {int(not told)} clearly reach it" in section.sentences[0]


def test_a_target_that_the_study_does_not_keep_is_told_of(small_file: Path) -> None:
    text = '[factors]\n"tier.gamma.caseload" = [1, 2]\n'
    study = made_up_study(small_file, "replications = 10\n", text)
    goal = {"reach": "completed >= 50 by week 13", "chance": {"value": 0.8}}
    study = replace(study, bases={name: base | {"target": goal} for name, base in study.bases.items()})
    sections = analyse(made_up(study, _luck))
    (section,) = (each for each in sections if each.title == "Chance of the target")
    assert section.sentences == ("No result for the target: add clients.completed_at_week_13 to `measures`.",)


def test_levels_without_any_result_are_told(small_file: Path) -> None:
    """Indices come from the other levels, and a level that cannot be run would seem to do no harm."""
    study = made_up_study(small_file, "replications = 10\n", GRID)
    lost = {point.number: "invalid" for point in study.points if dict(point.changes)["tier.gamma.caseload"] == 1}
    section = state_of_points(made_up(study, _luck, lost))
    assert section.sentences[-1] == "No setting with caseload 1 has a result. The results are for its other levels."
    some = state_of_points(made_up(study, _luck, {min(lost): "invalid"}))
    assert not any("No setting with" in text for text in some.sentences)
