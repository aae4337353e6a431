"""`cascadesim plot`: from a finished sweep to files, and what it says where there are none to be had."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from cascadesim.cli import run_command
from cascadesim.report.study_figures import STUDY_FIGURES
from cli.conftest import Command

STUDY = """
scenario = "small.toml"
design = "grid"
replications = 5
seed = 1
outcomes = ["clients.completed"]
[factors]
"clients.sessions" = [2, 3]
"clients.session_hours" = [1, 2]
"""


@pytest.fixture(scope="module")
def finished(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep that every test gets a copy of."""
    folder = tmp_path_factory.mktemp("plot")
    shutil.copy(small_file, folder / "small.toml")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    options = ["--jobs", "1", "--engine", "simpy", "-q"]
    assert run_command(["sweep", str(folder / "study.toml"), "-o", str(folder / "out"), *options]) == 0
    return folder / "out"


@pytest.fixture
def swept(cascadesim: Command, finished: Path, tmp_path: Path) -> Command:
    shutil.copytree(finished, tmp_path / "out")
    return cascadesim


def test_all_that_suit(swept: Command, tmp_path: Path) -> None:
    told = swept("plot", "out", "--json")
    assert told.code == 0 and told.err == ""
    kinds = ["heatmap", "multiples", "differences", "cdf", "convergence"]
    assert [(each["kind"], each["outcome"]) for each in told.json["pictures"]] == [
        (kind, "clients.completed") for kind in kinds
    ]
    files = {path.name for path in (tmp_path / "out" / "figures").iterdir()}
    assert files == {f"{kind}-clients.completed{ending}" for kind in kinds for ending in (".png", ".svg")}
    assert swept("doctor", "out").code == 0  # pictures are no damage


def test_a_picture_that_fails_is_reported_and_the_others_are_drawn(
    swept: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise ValueError("no such hatch")

    monkeypatch.setitem(STUDY_FIGURES, "heatmap", replace(STUDY_FIGURES["heatmap"], draw=fail))
    told = swept("plot", "out", "--json")
    message = "the picture heatmap-clients.completed could not be drawn (ValueError: no such hatch)."
    assert told.code == 5 and [each["message"] for each in told.json["errors"]] == [message]
    assert "heatmap" not in {each["kind"] for each in told.json["pictures"]} and len(told.json["pictures"]) == 4
    assert len(list((tmp_path / "out" / "figures").iterdir())) == 8


def test_one_where_it_is_wanted(swept: Command, tmp_path: Path) -> None:
    told = swept("plot", "out", "heatmap", "--x", "clients.session_hours", "--at", 3, "-o", "mine.png")
    assert (told.code, told.out) == (0, "mine.png\n")
    assert (tmp_path / "mine.png").read_bytes().startswith(b"\x89PNG")
    assert not (tmp_path / "out" / "figures").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sobol"], "sobol does not suit this study: the design is grid, and it is for sobol_indices."),
        (["heatmaps"], "Did you mean heatmap?"),
        (["cdf", "--outcome", "clients.complete"], "Did you mean clients.completed?"),
        (["-o", "mine.png"], "-o is for one picture, and these are 5."),
        (["cdf", "-o", "mine.gif"], "a picture ends in .png or .svg"),
        (["cdf", "--y", "clients.sessions"], "cdf does not take --y."),
    ],
)
def test_mistakes_are_said_in_a_sentence(swept: Command, tmp_path: Path, arguments: list[str], said: str) -> None:
    told = swept("plot", "out", *arguments)
    assert told.code == 2 and said in told.err
    assert not (tmp_path / "out" / "figures").exists() and not (tmp_path / "mine.png").exists()


def test_no_sweep(cascadesim: Command) -> None:
    told = cascadesim("plot", "nowhere")
    assert told.code == 4 and "nowhere" in told.err
