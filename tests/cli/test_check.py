"""`cascadesim check` and `schema` of study files, as the shell sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cascadesim.cli import run_command

STUDY = """
title = "Two by three"
scenario = "small.toml"
replications = 5
constraints = ["groups * load <= 12"]
[factors]
"tier.gamma.caseload" = { name = "load", levels = [1, 2, 40] }
"tier.gamma.supervision.group_size" = { name = "groups", levels = [3, 4] }
"""


@pytest.fixture(autouse=True)
def folder(small_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "small.toml").write_bytes(small_file.read_bytes())
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_study_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["check", "study.toml"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "study.toml: OK (Two by three). A study, grid.",
        "  6 settings; 4 x 5 replications = 20 runs; seed 1, common random numbers",
        "  2 settings not run: they break a constraint",
        "  load: 1, 2, 40 clients (now 2)",
        "  groups: 3, 4 people (now 4)",
        "  outcomes: tier.gamma.delivering_at_week_30, clients.started, clients.completed, clients.wait_mean_weeks",
    ]


def test_as_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["check", "small.toml", "study.toml", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [plan["file"] for plan in told["plans"]] == ["small.toml"] and told["errors"] == []
    (plan,) = told["studies"]
    assert (plan["settings"], plan["rows"], plan["not_run"], plan["runs_most"], plan["refused"]) == (6, 6, 2, 20, 0)
    assert plan["factors"][0] == {
        "name": "load",
        "kind": "levels",
        "paths": ["tier.gamma.caseload"],
        "unit": "clients",
        "base": 2,
        "levels": [1, 2, 40],
    }


def test_points_that_cannot_be_run_are_told_of(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = 'scenario = "small.toml"\nreplications = { relative = 0.1, most = 40 }\n[factors]\n'
    text += '"tier.gamma.training.min_cohort" = [2, 6]\n"tier.gamma.training.max_cohort" = [5, 12]\n'
    (folder / "study.toml").write_text(text, encoding="utf-8")
    assert run_command(["check", "study.toml"]) == 0
    out = capsys.readouterr().out
    assert "4 settings; 10 to 40 replications of each: 40 to 160 runs" in out
    assert "1 of 4 settings tried cannot be run, for example setting 2: tier.gamma.training" in out


def test_faults_end_with_3(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "study.toml").write_text(STUDY.replace("gamma.caseload", "gamma.caselaod"), encoding="utf-8")
    assert run_command(["check", "study.toml"]) == 3
    said = capsys.readouterr().err
    assert "study.toml:7: " in said and "unknown key caselaod in [tier.gamma]. Did you mean caseload?" in said
    assert said.endswith("1 error.\n")


def test_sets_are_for_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["check", "study.toml", "--set", "tier.gamma.caseload=3"]) == 2
    assert "--set changes scenarios; study.toml is a study. Write set = " in capsys.readouterr().err


def test_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["schema", "--study"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "cascadesim study"
