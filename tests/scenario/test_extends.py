"""`extends`: what is merged, what is replaced, where faults are said to be, and what may not be extended."""

from __future__ import annotations

from pathlib import Path

import pytest

from cascadesim import load
from cascadesim.errors import Problem, ScenarioError
from scenario.helpers import PLAN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.toml").write_text(PLAN, encoding="utf-8")
    return tmp_path


def child(folder: Path, text: str, name: str = "child.toml", base: str = "base.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'extends = "{base}"\n{text}', encoding="utf-8")
    return path


def refused(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert caught.value.exit_code == 3
    return caught.value.problems


def test_an_empty_child_is_its_base(folder: Path) -> None:
    scenario = load(child(folder, ""))
    assert scenario == load(folder / "base.toml")
    assert scenario.name == "child"


def test_tables_merge_and_everything_else_replaces(folder: Path) -> None:
    scenario = load(
        child(
            folder,
            """
report_weeks = [104]
[tier.mentor]
intake = [{ week = 2, count = 9 }]
[tier.peer.training]
pass_probability = { value = 0.85 }
[tier.peer.events.funding_ends]
time_to_event = { dist = "date", week = 60 }
""",
        )
    )
    assert scenario.report_weeks == (104,)
    assert [intake.count for intake in scenario.tier["mentor"].intake] == [9]
    quantity = scenario.tier["peer"].training.pass_probability
    assert (quantity.value, quantity.low, quantity.source) == (0.85, 0.8, "guess")
    assert set(scenario.tier["peer"].events) == {"decision", "moving", "funding_ends"}
    assert scenario.tier["peer"].training.course_weeks == 3


@pytest.mark.parametrize(
    "hours", ['{ dist = "exponential", mean = 9, source = "guess" }', '{ value = 9, source = "guess" }', "9"]
)
def test_another_distribution_keeps_nothing_of_the_old_one(folder: Path, hours: str) -> None:
    """A triangular one stands in the base: its low, mode and high would be unknown keys of any other."""
    scenario = load(child(folder, f"tier.peer.hours_per_week = {hours}"))
    assert scenario.tier["peer"].hours_per_week.mean_value == 9


def test_the_same_distribution_is_changed_in_one_number(folder: Path) -> None:
    scenario = load(child(folder, "tier.peer.hours_per_week.high = 30"))
    assert scenario.tier["peer"].hours_per_week.support == (5, 30)


def test_faults_are_where_they_are_written(folder: Path) -> None:
    base, path = folder / "base.toml", folder / "child.toml"
    base.write_text(PLAN.replace("caseload = 3", "caseload = -3"), encoding="utf-8")
    child(folder, "[tier.peer]\napprentice_caseload = 0\nlanguages = 1\n[tier.mentor.training]\nmax_cohort = 1\n")
    found = {(problem.file, problem.line, problem.path) for problem in refused(path)}
    assert found == {
        (str(path), 3, "tier.peer.apprentice_caseload"),
        (str(path), 4, "tier.peer.languages"),
        (str(base), base.read_text().split("\n").index("caseload = -3") + 1, "tier.peer.caseload"),
        (str(base), base.read_text().split("\n").index("min_cohort = 2") + 1, "tier.mentor.training.min_cohort"),
    }


def test_what_is_missing_from_a_merged_table_is_missing_where_it_was_last_added_to(folder: Path) -> None:
    (folder / "base.toml").write_text(PLAN.replace("meeting_hours = 2\n", ""), encoding="utf-8")
    path = child(folder, "\n[tier.peer.supervision]\ngrace_weeks = 1\n")
    (problem,) = refused(path)
    assert (problem.file, problem.line, problem.path) == (str(path), 3, "tier.peer.supervision.meeting_hours")


def test_faults_of_the_scenario_itself_come_first(folder: Path) -> None:
    base = folder / "base.toml"
    base.write_text(PLAN.replace("caseload = 3", "caseload = -3"), encoding="utf-8")
    path = child(folder, "a = 1\n" * 0 + "tier.peer.apprentice_caseload = 0\n", "zzz.toml")
    assert [problem.file for problem in refused(path)] == [str(path), str(base)]


@pytest.mark.parametrize("base", ["missing.toml", "sub", "/etc/passwd", "../base.toml", "sub/../../base.toml"])
def test_what_cannot_be_extended(folder: Path, base: str) -> None:
    (folder / "inner" / "sub").mkdir(parents=True)
    (problem,) = refused(child(folder, "", "inner/child.toml", base))
    assert (problem.path, problem.line) == ("extends", 1)
    assert problem.code in ("extends_unreadable", "extends_outside")


def test_a_link_does_not_lead_out(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    try:
        (inner / "base.toml").symlink_to(folder / "base.toml")
        (inner / "deep").symlink_to(folder, target_is_directory=True)
    except OSError:
        pytest.skip("no symbolic links here")
    for base in ("base.toml", "deep/base.toml"):
        (problem,) = refused(child(inner, "", base=base))
        assert "lies outside the folder of the scenario" in problem.message


def test_a_link_that_stays_inside_is_fine(folder: Path) -> None:
    try:
        (folder / "link.toml").symlink_to(folder / "base.toml")
    except OSError:
        pytest.skip("no symbolic links here")
    assert load(child(folder, "", base="link.toml")) == load(folder / "base.toml")


@pytest.mark.parametrize("base", ["child.toml", "./child.toml", "other.toml"])
def test_circles(folder: Path, base: str) -> None:
    child(folder, "", "other.toml", "child.toml")
    problem = refused(child(folder, "", base=base))[0]
    assert "a circle: child.toml -> " in problem.message


@pytest.mark.parametrize("value", ["3", '""', '["base.toml"]', '"a\\u0000b"'])
def test_extends_names_one_file(folder: Path, value: str) -> None:
    path = folder / "child.toml"
    path.write_text(f"extends = {value}\n", encoding="utf-8")
    (problem,) = refused(path)
    assert 'extends = "base.toml"' in problem.message


def test_ten_files_may_stand_on_one_another_and_no_more(folder: Path) -> None:
    for number in range(1, 12):
        child(folder, "", f"layer{number}.toml", f"layer{number - 1}.toml" if number > 1 else "base.toml")
    assert load(folder / "layer10.toml").horizon_weeks == 104
    assert "more than 10 files" in refused(folder / "layer11.toml")[0].message


def test_languages_are_replaced_as_a_whole(folder: Path) -> None:
    child(folder, "[tier.peer]\nlanguages = { Farsi = 0.5, Arabic = 0.5 }", "middle.toml")
    scenario = load(child(folder, "[tier.peer]\nlanguages = { Dari = 1.0 }", base="middle.toml"))
    assert set(scenario.tier["peer"].languages) == {"Dari"}


def test_a_base_in_a_folder_below(folder: Path) -> None:
    (folder / "sub").mkdir()
    child(folder, "every_weeks = 4", "sub/middle.toml", "own.toml")
    (folder / "sub" / "own.toml").write_text(PLAN, encoding="utf-8")
    assert load(child(folder, "", base="sub/middle.toml")).every_weeks == 4


def test_a_base_that_is_not_toml(folder: Path) -> None:
    (folder / "base.toml").write_text("a = \n", encoding="utf-8")
    (problem,) = refused(child(folder, ""))
    assert (problem.file, problem.line, problem.code) == (str(folder / "base.toml"), 1, "toml")
