"""`cascadesim run`, as a user meets it: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from cascadesim import read_table
from cascadesim.report.figures import FIGURES

from .conftest import Command

QUICK = ("--no-figures", "--replications", "3")


def _tables(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(Path(folder, "tables").iterdir())}


def test_sentences_then_table_then_where(cascadesim: Command) -> None:
    told = cascadesim("run", "small.toml", "-o", "out", *QUICK)
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0] == "small (3 runs)"
    first, table, last = map(told.out.index, ("Binding constraint", "10th to 90th\n", "Results are in out"))
    assert first < table < last
    assert lines[-1] == "Results are in out"
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in told.out
    assert sorted(path.name for path in Path("out").iterdir()) == ["manifest.json", "summary.md", "tables"]


def test_what_may_make_a_run_useless_is_told_in_full_and_missing_sources_are_counted(cascadesim: Command) -> None:
    idle = ["--set", "tier.beta.lag_weeks=3"]
    folded = "small.toml: 3 warnings about sources and ranges; `cascadesim check small.toml` says more.\n"
    words = "warning: --set tier.beta.lag_weeks=3: tier.beta.lag_weeks: has no effect: there are no vacancies without"
    told = cascadesim("run", "small.toml", *idle, *QUICK)
    assert told.code == 0 and told.err.startswith(words) and told.err.endswith(folded)
    assert cascadesim("run", "small.toml", *idle, "--json", *QUICK).err == ""
    told = cascadesim("capacity", "small.toml", "--no-simulation", *idle)
    assert told.code == 0 and told.err.startswith(words) and len(told.err.splitlines()) == 1
    study = 'scenario = "small.toml"\nset."tier.beta.lag_weeks" = 3\nreplications = 1\n'
    Path("study.toml").write_text(f'{study}outcomes = ["clients.started"]\nfactors."tier.alpha.initial" = [2, 3]\n')
    told = cascadesim("sweep", "study.toml", "--dry-run", "--jobs", 1)
    assert (told.code, len(told.err.splitlines())) == (0, 1)
    assert "warning: with_ tier.beta.lag_weeks = 3: tier.beta.lag_weeks: has no effect" in told.err


def test_the_number_of_replications_is_the_scenario_s_own(cascadesim: Command) -> None:
    assert cascadesim("run", "small.toml", "-o", "out", "--no-figures", "--quiet").code == 0
    assert len(read_table("out/tables/kpis.parquet")) == 4


def test_json_is_one_object(cascadesim: Command) -> None:
    told = cascadesim("run", "small.toml", "-o", "out", "--json", *QUICK)
    assert told.code == 0
    (run,) = told.json["runs"]
    assert told.json["errors"] == []
    assert (run["name"], run["folder"], run["seed"], run["replications"]) == ("small", "out", 1, 3)
    assert run["sentences"]
    assert set(run["kpis"]) >= {"clients.referred", "tier.gamma.certified"}


def test_quiet_is_quiet(cascadesim: Command) -> None:
    told = cascadesim("run", "small.toml", "--quiet", *QUICK)
    assert (told.code, told.out, told.err) == (0, "", "")
    (folder,) = Path("results").iterdir()
    assert folder.name.startswith("small-")


def test_the_same_command_again_gives_the_same_and_replaces(cascadesim: Command) -> None:
    command = ("run", "small.toml", "-o", "out", "--events", "--csv", *QUICK)
    first = cascadesim(*command)
    before = _tables("out")
    assert cascadesim(*command) == first
    assert _tables("out") == before
    assert len(before) == 6


def test_a_manifest_repeats_its_run(cascadesim: Command) -> None:
    cascadesim("run", "small.toml", "-o", "out", "--events", "--seed", "5", "--set", "tier.alpha.initial=3", *QUICK)
    assert cascadesim("run", "--from", "out/manifest.json", "-o", "again", "--no-figures").code == 0
    assert _tables("again") == _tables("out")
    one, two = (json.loads(Path(folder, "manifest.json").read_text()) for folder in ("out", "again"))
    assert one["hash"] == two["hash"]
    assert one["scenario"]["tier"]["alpha"]["initial"] == 3


@pytest.mark.parametrize(
    "extra", [["small.toml"], ["--seed", "2"], ["--replications", "9"], ["--set", "clients.sessions=2"]]
)
def test_a_manifest_takes_no_changes(cascadesim: Command, extra: list[str]) -> None:
    told = cascadesim("run", "--from", "manifest.json", *extra)
    assert told.code == 2
    assert "--from repeats a run as it was" in told.err


def test_a_manifest_that_was_edited_is_refused(cascadesim: Command) -> None:
    cascadesim("run", "small.toml", "-o", "out", *QUICK)
    text = Path("out/manifest.json").read_text()
    Path("edited.json").write_text(text.replace('"seed": 1', '"seed": 2'))
    told = cascadesim("run", "--from", "edited.json")
    assert told.code == 3
    assert told.err.startswith("edited.json: hash: ")
    told = cascadesim("run", "--from", "small.toml")
    assert (told.code, told.err.splitlines()[0]) == (
        4,
        "small.toml: is not a manifest of cascadesim. Give the manifest.json of a result folder.",
    )


def test_an_older_manifest_is_repeated_with_a_warning(cascadesim: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr("cascadesim.experiment.manifest.__version__", "0.0.9")
        cascadesim("run", "small.toml", "-o", "out", *QUICK)
    told = cascadesim("run", "--from", "out/manifest.json", "--no-figures")
    assert told.code == 0
    assert "was made by cascadesim 0.0.9" in told.err


def test_several_files_have_a_folder_each(cascadesim: Command) -> None:
    Path("other.toml").write_text(Path("small.toml").read_text())
    told = cascadesim("run", "small.toml", "other.toml", "-o", "all", *QUICK)
    assert told.code == 0
    assert sorted(path.name for path in Path("all").iterdir()) == ["other", "small"]


def test_some_that_fail_do_not_stop_the_others(cascadesim: Command) -> None:
    Path("bad.toml").write_text("schema = 1\n")
    told = cascadesim("run", "bad.toml", "small.toml", "none.toml", "-o", "all", *QUICK)
    assert told.code == 5
    assert "bad.toml" in told.err
    assert "none.toml" in told.err
    assert [path.name for path in Path("all").iterdir()] == ["small"]
    told = cascadesim("run", "bad.toml", "small.toml", "--json", "-o", "all", *QUICK)
    assert told.code == 5
    assert [run["name"] for run in told.json["runs"]] == ["small"]
    assert {error["file"] for error in told.json["errors"]} == {"bad.toml"}
    assert cascadesim("run", "bad.toml", "none.toml", "-o", "none").code == 3
    assert not Path("none").exists()


def test_two_files_with_one_name_are_refused(cascadesim: Command) -> None:
    Path("b").mkdir()
    Path("b/Small.toml").write_text(Path("small.toml").read_text())
    told = cascadesim("run", "small.toml", "b/Small.toml", "-o", "all", *QUICK)
    assert told.code == 2
    assert "would both be written to all/Small" in told.err
    assert not Path("all").exists()


@pytest.mark.parametrize("place", ["taken", "small.toml", "link", "small.toml/out"])
def test_a_place_that_is_not_ours_is_refused(cascadesim: Command, place: str) -> None:
    Path("taken").mkdir()
    Path("taken/thesis.doc").write_text("years of work")
    Path("link").symlink_to("elsewhere")
    before = sorted(Path().rglob("*"))
    told = cascadesim("run", "small.toml", "-o", place, *QUICK)
    assert told.code == 4
    named = place if "/" not in place else str(Path("small.toml").absolute())
    assert f"\n{named}: is " in told.err
    assert sorted(Path().rglob("*")) == before


def test_an_invalid_scenario_is_refused_before_anything_is_written(cascadesim: Command) -> None:
    told = cascadesim("run", "small.toml", "--set", "tier.alpha.hours_per_week=-1", "-o", "out")
    assert told.code == 3
    assert "tier.alpha.hours_per_week" in told.err
    assert not Path("out").exists()


def test_figures_are_drawn_into_the_new_folder(cascadesim: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def save(*frames: object) -> dict[str, str]:
        folder = frames[3]
        assert isinstance(folder, Path)
        (folder / "staffing.png").write_bytes(b"")
        return {"staffing": "Staff."}

    monkeypatch.setattr("cascadesim.report.figures.save_figures", save)
    assert cascadesim("run", "small.toml", "-o", "out", "--replications", "2").code == 0
    assert Path("out/figures/staffing.png").exists()
    assert "figures/staffing.png" in Path("out/summary.md").read_text()
    assert "figures/staffing.png" in json.loads(Path("out/manifest.json").read_text())["files"]


def _fail(*_: object) -> None:
    raise ValueError("no such hatch")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_picture_that_fails_takes_nothing_with_it(
    cascadesim: Command, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    kinds = {"staffing": replace(FIGURES["staffing"], draw=_fail), "exits": FIGURES["exits"]}
    monkeypatch.setattr("cascadesim.report.figures.FIGURES", kinds)
    monkeypatch.setattr("cascadesim.report.style.DPI", 30)
    told = cascadesim("run", "small.toml", "-o", "out", "--replications", "2", *(["--json"] if form == "json" else []))
    message = "the picture staffing could not be drawn (ValueError: no such hatch)."
    assert told.code == 5
    if form == "json":
        assert [each["message"] for each in told.json["errors"]] == [message] and len(told.json["runs"]) == 1
    else:
        assert message in told.err and "Results are in out" in told.out
    summary = Path("out/summary.md").read_text()
    assert f"- T{message[1:]}" in summary and "figures/staffing.png" not in summary
    assert Path("out/tables/kpis.parquet").exists() and Path("out/manifest.json").exists()
    drawn = {path.stem for path in Path("out/figures").iterdir()}
    assert drawn <= {"exits"} and all(f"figures/{name}.png" in summary for name in drawn)


@pytest.mark.skipif(os.name != "posix", reason="terminals")
@pytest.mark.parametrize("no_color", ["", "1"])
def test_on_a_terminal_there_is_a_bar_and_bold_unless_told_otherwise(
    cascadesim: Command, monkeypatch: pytest.MonkeyPatch, no_color: str
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True, raising=False)
    told = cascadesim("run", "small.toml", "-o", "out", *QUICK)
    assert ("\x1b[1m" in told.out) == (not no_color)
    assert "3/3" in told.err
    assert "3/3" not in cascadesim("run", "small.toml", "-o", "out", "--quiet", *QUICK).err
