"""`cascadesim validate`, and the page that it made of the library."""

from __future__ import annotations

import json
import math
import re
import shlex
import shutil
from pathlib import Path

import pytest

from cascadesim.analysis.answers import compare_published, published_cases
from cascadesim.cli import run_command
from library.shelf import ROOT, SCENARIOS, shipped

PAGE = ROOT / "docs" / "explanation" / "validation.md"


def _command() -> list[str]:
    """The command that the page says it was made by, without the name of the program."""
    made = re.search(r"Made by `([^`]+)`", PAGE.read_text(encoding="utf-8"))
    assert made is not None
    return shlex.split(made[1])[1:]


def test_page_is_of_the_whole_library() -> None:
    """Of the national programme there is nothing to compare but its size."""
    files = {Path(word).stem for word in _command() if word.endswith(".toml")}
    assert files == {path.stem for path in SCENARIOS if not path.stem.startswith("national")}


@pytest.mark.slow
def test_page_is_what_its_command_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    (tmp_path / "docs" / "explanation").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert run_command(_command()) == 0
    again = (tmp_path / "docs" / "explanation" / "validation.md").read_text(encoding="utf-8")
    assert again == PAGE.read_text(encoding="utf-8"), "run the command that docs/explanation/validation.md names"


def test_variants_with_figures_of_their_own_are_compared_and_no_others() -> None:
    assert list(published_cases(shipped("skill-decay"))) == ["", "no coaching", "4 coachings"]
    assert list(published_cases(shipped("prosper-shaped"))) == [""]


def test_a_row_holds_the_published_figure_and_what_runs_give() -> None:
    """Everybody is the average counsellor: no run differs from another, and 0.76 goes in."""
    first, last = compare_published(shipped("skill-decay"), 2)
    assert (first.figure.value, first.simulated.mean, first.difference) == (0.76, 0.76, 0.0)
    assert math.isclose(last.difference, last.simulated.mean - 0.79)
    assert first.simulated.low == first.simulated.high == 0.76


def test_json_keeps_fitted_and_predicted_apart(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(ROOT / "scenarios" / "swiss-attendance.toml")
    assert run_command(["validate", file, "--replications", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["scenarios"][0]
    assert (told["name"], told["replications"], told["seed"]) == ("swiss-attendance", 3, 1)
    kinds = {row["outcome"]: row["kind"] for row in told["rows"]}
    fitted = dict.fromkeys(("clients.sessions_mean", "clients.sessions_sd"), "fitted")
    assert kinds == {**fitted, "clients.completed": "predicted"}
    for row in told["rows"]:
        assert math.isclose(row["difference"], row["simulated"]["mean"] - row["value"])
        assert row["simulated"]["low"] < row["simulated"]["mean"] < row["simulated"]["high"]


def test_a_page_of_a_file_without_published_figures_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = tmp_path / "plain.toml"
    plain.write_text('horizon_weeks = 4\ncascade = ["one"]\n[tier.one]\ninitial = 1\nhours_per_week = 1\n')
    page = tmp_path / "page.md"
    assert run_command(["validate", str(plain), "-o", str(page), "--replications", "1"]) == 0
    assert capsys.readouterr().out == f"Wrote {page}.\n"
    text = page.read_text(encoding="utf-8")
    assert "0 figures of 1 scenario: 0 predicted, 0 fitted" in text
    assert "[plain](plain.toml)" in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.md", "plain.toml"]


def test_wrong_files_are_refused_before_anything_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    good = str(ROOT / "scenarios" / "national-scale.toml")
    assert run_command(["validate", good, str(tmp_path / "nowhere.toml"), "-o", str(page)]) == 4
    assert not page.exists()
    assert "nowhere.toml" in capsys.readouterr().err
