"""`sweep`, `analyse` and `compare` as their users meet them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cascadesim import read_results, read_study, read_table, run_study
from cascadesim._version import __version__
from cascadesim.cli import run_command
from cascadesim.experiment.files import code_version

HEAD = """
scenario = "small.toml"
design = "grid"
replications = 12
outcomes = ["clients.completed", "clients.wait_mean_weeks"]
"""
QUICK = """
[quick]
replications = 3
factors = { "tier.gamma.caseload" = [1, 2] }
"""
FACTORS = """
[factors]
"tier.gamma.caseload" = [1, 2, 4]
"""
STUDY = HEAD + QUICK + FACTORS


@pytest.fixture(scope="module")
def place(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small scenario and a study of it, which has been run into `done`."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "small.toml").write_text(small_file.read_text() + _VARIANT)
    (folder / "study.toml").write_text(STUDY)
    assert run_command(["sweep", str(folder / "study.toml"), "-o", str(folder / "done"), "--jobs", "1", "-q"]) == 0
    return folder


_VARIANT = """
[[variant]]
name = "more sessions"
set = { "clients.sessions" = 6 }
"""


def test_what_a_sweep_says(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["sweep", str(place / "study.toml"), "-o", str(place / "done"), "--jobs", "1"]) == 0
    said = capsys.readouterr()
    assert said.out == f"Nothing to do: all 6 tasks are finished. Tables are in {place / 'done' / 'tables'}\n"
    assert said.err == ""


def test_the_small_size_is_another_study(place: Path) -> None:
    quick, full = read_study(place / "study.toml", quick=True), read_study(place / "study.toml")
    assert (len(quick.points), quick.replications.most, quick.name) == (2, 3, "study-quick")
    assert (len(full.points), full.replications.most, full.name) == (3, 12, "study")


def test_no_small_size(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "plain.toml").write_text(HEAD + FACTORS)
    assert run_command(["sweep", str(place / "plain.toml"), "--quick", "-o", str(place / "never")]) == 2
    assert "has no small size. Give one: [quick]" in capsys.readouterr().err
    assert not (place / "never").exists()


def test_a_fault_in_the_small_size_is_told_at_its_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "wrong.toml").write_text(STUDY.replace("replications = 3\n", "replications = 0\n"))
    assert run_command(["sweep", str(place / "wrong.toml"), "--quick", "-o", str(place / "never")]) == 3
    assert "wrong.toml:8: replications: got 0" in capsys.readouterr().err


def test_an_unknown_key_of_the_small_size(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "wrong.toml").write_text(STUDY.replace("replications = 3\n", "replication = 3\n"))
    assert run_command(["check", str(place / "wrong.toml")]) == 3
    assert "wrong.toml:8: quick.replication: unknown key. Did you mean replications?" in capsys.readouterr().err


def test_a_dry_run_writes_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(place.iterdir())
    assert run_command(["sweep", str(place / "study.toml"), "--dry-run", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["settings"], found["runs"], found["most_runs"], found["bad"]) == (3, 36, 36, 0)
    assert found["seconds"] > 0
    assert sorted(place.iterdir()) == before


def test_analyse_prints_sentences_and_writes_tables(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["analyse", str(place / "done")]) == 0
    said = capsys.readouterr().out
    assert "Settings compared: clients completed" in said
    assert "Highest at tier.gamma.caseload " in said
    assert max(map(len, said.splitlines()[:-1])) <= 80
    effects = read_table(place / "done" / "analysis" / "effects-clients.completed.parquet")
    assert list(effects["to"]) == ["2", "4"]
    cube = read_results(place / "done").cube("clients.completed")
    assert effects["effect"][0] == pytest.approx((cube[1] - cube[0]).mean())
    page = (place / "done" / "analysis" / "analysis.md").read_text()
    assert "Table: `effects-clients.completed.csv`" in page


def test_analyse_one_measure_as_an_object(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["analyse", str(place / "done"), "--outcome", "clients.completed", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    tables = ["effects-clients.completed", "comparisons-clients.completed", "quantiles", "precision", ""]
    assert [each["table"] for each in found["sections"]] == tables


def test_analyse_an_unknown_measure(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["analyse", str(place / "done"), "--outcome", "clients.complete"]) == 2
    assert "this study did not keep clients.complete. Did you mean clients.completed?" in capsys.readouterr().err


def test_python_gives_the_same(place: Path) -> None:
    """And where all is done it only reads."""
    results = run_study(read_study(place / "study.toml"), place / "done")
    assert results.replications.equals(read_results(place / "done").replications)
    assert results.label(2) == "tier.gamma.caseload 4"


def test_replications_until_a_half_width(place: Path) -> None:
    """A coarse one is met at once, a fine one never: the least and the most are run, in whole cells."""
    for asked, runs in (("relative = 0.9", 10), ('absolute = { "clients.completed" = 0.001 }', 30)):
        until = HEAD.replace("= 12", f"= {{ least = 10, most = 30, {asked} }}")
        (place / "until.toml").write_text(until + FACTORS.replace(", 4", ""))
        results = run_study(read_study(place / "until.toml"), place / f"until-{runs}")
        assert list(results.points["replications"]) == [runs, runs]


def test_compare_a_file_with_its_variants(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["compare", str(place / "small.toml"), "--replications", "20", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [plan["name"] for plan in found["plans"]] == ["base", "more sessions"]
    assert found["paired"] is True
    row = next(each for each in found["comparisons"] if each["outcome"] == "clients.completed")
    assert row["difference"] == pytest.approx(row["second_mean"] - row["first_mean"])
    assert row["pairs"] == 20


def test_compare_says_first_what_is_better_in_what(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["compare", str(place / "small.toml"), "--replications", "20"]
    assert run_command([*arguments, "--json"]) == 0
    found = {each["outcome"]: each["verdict"] for each in json.loads(capsys.readouterr().out)["comparisons"]}
    assert run_command(arguments) == 0
    told = capsys.readouterr().out
    head = " ".join(told.partition("Run by run")[0].split())
    words = {"clients.started": "clients starting care", "clients.completed": "clients completing care"}
    for side in ("better", "worse"):
        (listed,) = re.findall(rf"{side} in ([^;.]*)", head) or [""]
        for measure, name in words.items():
            assert (name in listed.split(", ")) == (found[measure] == side)
    assert {"better", "worse"} & {found[measure] for measure in words}


def test_compare_says_how_often_each_reaches_the_target(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    goal = '[target]\nreach = "completed >= 0 by week 30"\nchance = 0.8\n'
    text = (place / "small.toml").read_text()
    (place / "goal.toml").write_text(goal + text if text.lstrip().startswith("[") else text + "\n" + goal)
    assert run_command(["compare", str(place / "goal.toml"), "--replications", "16"]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("Chance of the target")
    assert [" ".join(line.split()) for line in lines[at + 1 : at + 3]] == [
        "base 100 % (81 to 100 %; 16 runs)",
        "more sessions 100 % (81 to 100 %; 16 runs)",
    ]


def test_compare_result_folders(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those of one seed are paired; with another seed in between they are not, and it is said."""
    for name, seed in (("one", "1"), ("two", "1"), ("other", "2")):
        more = ["--variant", "more sessions"] if name == "two" else []
        run = ["run", str(place / "small.toml"), "--seed", seed, "--replications", "6", "-o", str(place / name), "-q"]
        assert run_command([*run, "--no-figures", *more]) == 0
    assert run_command(["compare", str(place / "one"), str(place / "two"), "-o", str(place / "c.csv")]) == 0
    assert "All plans are run with common random numbers." in capsys.readouterr().out
    assert (place / "c.csv").read_text("utf-8-sig").startswith("outcome,first,second,")
    assert run_command(["compare", str(place / "one"), str(place / "other")]) == 0
    assert "not paired (seeds differ)" in capsys.readouterr().out


def test_compare_says_what_matters_and_what_is_unlike(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (place / "small.toml").read_text().partition("[[variant]]")[0]
    longer = text.replace("horizon_weeks = 30", "horizon_weeks = 40")
    assert longer != text
    (place / "longer.toml").write_text(longer)
    arguments = ["compare", str(place / "small.toml"), str(place / "longer.toml"), "--replications", "4"]
    margin = ["--margin", "clients.wait_mean_weeks=1000", "--outcome", "clients.wait_mean_weeks"]
    assert run_command([*arguments, *margin, "--outcome", "clients.completed", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {each["outcome"]: each["verdict"] for each in found["comparisons"]} == {
        "clients.wait_mean_weeks": "too_small",
        "clients.completed": "not_comparable",
    }
    assert found["margins"] == {"clients.wait_mean_weeks": 1000}
    assert run_command([*arguments, *margin]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "measured over different weeks: small over weeks 0 to 30, longer over weeks 0 to 40." in told
    assert "The smallest differences that matter: clients wait mean weeks 1,000 weeks; 1 point of a share" in told
    for wrong, words in (("clients.completed=few", "OUTCOME=AMOUNT"), ("clients.complete=3", "clients.completed")):
        assert run_command([*arguments, "--margin", wrong]) == 2
        assert words in capsys.readouterr().err


def test_analyse_takes_margins_of_its_own(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["analyse", str(place / "done"), "--outcome", "clients.completed"]
    for margin, told in (("clients.completed=1e6", True), ("clients.completed=0", False)):
        assert run_command([*arguments, "--margin", margin]) == 0
        assert ("too small to matter (less than 1.00M)" in " ".join(capsys.readouterr().out.split())) == told
    assert run_command([*arguments, "--margin", "clients.complete=1"]) == 2
    assert "this study did not keep clients.complete. Did you mean clients.completed?" in capsys.readouterr().err


def test_compare_knows_versions_of_the_code_that_have_one_number(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One folder is of other code, then of code that nobody noted, beside a plan that is run now."""
    arguments = ["compare", str(place / "coded"), str(place / "small.toml"), "--replications", "4"]
    assert run_command(["run", str(place / "small.toml"), "-o", str(place / "coded"), "-q", "--no-figures"]) == 0
    capsys.readouterr()
    assert run_command(arguments) == 0
    told = capsys.readouterr()
    assert "All plans are run with common random numbers." in told.out
    assert told.err == ""
    manifest = place / "coded" / "manifest.json"
    content = json.loads(manifest.read_text())
    assert content["code"] == code_version()
    manifest.write_text(json.dumps(content | {"code": f"{__version__}+000000000000"}))
    assert run_command(arguments) == 0
    assert "not paired (they come from different versions of cascadesim)" in capsys.readouterr().out
    del content["code"]
    manifest.write_text(json.dumps(content))
    assert run_command(arguments) == 0
    told = capsys.readouterr()
    assert "All plans are run with common random numbers." in told.out
    assert told.err == f"coded: it was not noted which code ran this; paired by version {__version__} alone.\n"


def test_compare_what_is_not_there(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["compare", f"{place / 'small.toml'}::more session"]) == 2
    assert "more sessions" in capsys.readouterr().err
    assert run_command(["compare", str(place / "done"), str(place / "small.toml")]) == 4
    assert "holds a sweep, not a run. cascadesim analyse" in capsys.readouterr().err
    assert run_command(["compare", f"{place / 'small.toml'}::base"]) == 2
    assert "one plan alone cannot be compared" in capsys.readouterr().err
