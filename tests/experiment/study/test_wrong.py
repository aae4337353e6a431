"""Wrong study files: every fault is found, at its line, in these words, and nothing else is said.

A line that is at fault ends in `# !! WORDS`, as in `tests/scenario/wrong`.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from scenario.test_wrong import expected

from cascadesim.errors import CascadeError, EnvironmentFault, ScenarioError
from cascadesim.experiment.study.read import read_study

HERE = Path(__file__).parent
FILES = sorted((HERE / "wrong").glob("*.toml"))
PLAN = HERE.parents[1] / "scenario" / "plan.toml"


def refusal(path: Path) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        read_study(path)
    return caught.value


def one(tmp_path: Path, text: str, scenario: Path = PLAN) -> str:
    """What is said of a study of this text, in one line."""
    path = tmp_path / "study.toml"
    path.write_text(f'scenario = "{scenario}"\n{text}', encoding="utf-8")
    with pytest.raises(CascadeError) as caught:
        read_study(path)
    return " ".join(replace(problem, source="").text() for problem in caught.value.problems)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fault_and_no_other(path: Path) -> None:
    left = [(problem.line, replace(problem, source="").text()) for problem in refusal(path).problems]
    for line, words in expected(path.read_text(encoding="utf-8")):
        said = words.replace("tests/experiment/study/wrong", str(path.parent))
        match = next((found for found in left if found[0] == line and said in found[1]), None)
        assert match is not None, f"line {line} does not say {said!r}; left are:\n" + "\n".join(map(str, left))
        left.remove(match)
    assert not left


def test_there_are_enough_of_them() -> None:
    assert sum(len(refusal(path).problems) for path in FILES) >= 80


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="there is no file"):
        read_study(tmp_path / "none.toml")


def test_a_file_that_is_not_toml(tmp_path: Path) -> None:
    assert "study.toml:2: this is not TOML" in one(tmp_path, "design =\n")


def test_faults_of_the_scenario_are_told_with_its_own_lines(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(PLAN.read_text(encoding="utf-8").replace("caseload = 3", "caselaod = 3"), encoding="utf-8")
    said = one(tmp_path, "", bad)
    assert "is a scenario at fault, see there" in said
    assert f"{bad}:59: tier.peer.caselaod: unknown key. Did you mean caseload?" in said


def test_a_scenario_that_nobody_may_read_or_that_never_ends(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    if hasattr(os, "mkfifo"):
        os.mkfifo(pipe)
        assert "is no file" in one(tmp_path, "", pipe)
    assert "is no file" in one(tmp_path, "", Path("a\\u0000b"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("", "points.csv:1: 0 rows below the header; allowed: 1 to 200,000."),
        ("tier.peer.caseload\n", "0 rows below the header"),
        ("tier.peer.caseload,tier.mentor.initial\n2\n", "points.csv:2: 1 cells under 2 headings."),
        ("tier.peer.caseload,tier.peer.caseload\n2,3\n", 'two columns are headed "tier.peer.caseload".'),
        ("tier.peer.caseload,\n2,3\n", "a column has no heading."),
        ("tier.peer.caselaod\n2\n", "points.csv:1: tier.peer.caselaod: unknown key caselaod in [tier.peer]."),
        ("tier.peer.caseload\n2\ntwo\n", 'points.csv:3: tier.peer.caseload: at "two": got "two"; allowed: a whole'),
        ("tier.peer.caseload;tier.mentor.initial\n2;1\n", "the columns are separated by semicolons; commas"),
        ("tier.peer.caseload\ttier.mentor.initial\n2\t1\n", "the columns are separated by tabs; commas are needed."),
        ('tier.peer.caseload\n"2\n', "this is not CSV: unexpected end of data"),
    ],
)
def test_faults_of_a_list_are_told_with_its_own_lines(tmp_path: Path, rows: str, said: str) -> None:
    (tmp_path / "points.csv").write_text(rows, encoding="utf-8")
    assert said in one(tmp_path, 'design = { kind = "list", file = "points.csv" }\n')


def test_a_list_has_a_column_for_every_factor_with_levels_that_it_has(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("a\n2\n5\nx\n", encoding="utf-8")
    text = 'design = { kind = "list", file = "points.csv" }\n[factors]\n'
    text += '"tier.peer.caseload" = { name = "a", low = 1, high = 4 }\n"tier.mentor.initial" = [1, 2]\n'
    said = one(tmp_path, text)
    assert 'points.csv:1: there is no column for the factor "tier.mentor.initial".' in said
    assert "points.csv:3: a: got 5; allowed: 1 to 4." in said
    assert 'points.csv:4: a: got "x"; allowed: 1 to 4.' in said


def test_no_number_of_faults_is_too_many_to_tell(tmp_path: Path) -> None:
    rows = "".join(f'"tier.peer.nothing{number}" = [1, 2]\n' for number in range(900))
    with pytest.raises(ScenarioError) as caught:
        (tmp_path / "study.toml").write_text(f'scenario = "{PLAN}"\n[factors]\n{rows}', encoding="utf-8")
        read_study(tmp_path / "study.toml")
    assert len(caught.value.problems) == 200
