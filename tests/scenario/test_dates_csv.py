"""`dates_csv`: read beside the scenario, checked row by row, and gone once it is read."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cascadesim import load
from cascadesim.errors import Problem, ScenarioError
from cascadesim.scenario import includes
from cascadesim.scenario.load import from_resolved

TEXT = """schema = 1
horizon_weeks = 52
cascade = ["peer"]
[tier.peer]
initial = 3
hours_per_week = 8
[clients]
sessions = 2
session_hours = 1
[clients.stream.town]
dates = [3.5]
dates_csv = "town.csv"
"""
LINE = TEXT.split("\n").index('dates_csv = "town.csv"') + 1


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(TEXT, encoding="utf-8")
    (tmp_path / "town.csv").write_text("count,week\n1,5\n\n1, 7.25\n1.0,5\n", encoding="utf-8")
    return path


def dates(path: Path, *sets: str) -> tuple[float, ...]:
    clients = load(path, sets).clients
    assert clients is not None
    assert clients.stream["town"].dates_csv is None
    return clients.stream["town"].dates


def refused(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value.problems


def test_its_weeks_stand_beside_the_dates(file: Path) -> None:
    assert dates(file) == (3.5, 5, 7.25, 5)


def test_empty_fields_at_the_end_of_a_row_say_nothing(file: Path) -> None:
    (file.parent / "town.csv").write_text("week,count\n1,2,,\n,,\n2,0\n3,1\n", encoding="utf-8")
    assert dates(file) == (3.5, 1, 1, 3)


def test_a_stored_scenario_needs_no_file(file: Path) -> None:
    scenario = load(file)
    (file.parent / "town.csv").unlink()
    assert from_resolved(scenario.resolved()) == scenario
    assert scenario.with_(**{"tier.peer.initial": 4}).clients == scenario.clients


def test_an_override_replaces_what_there_was(file: Path) -> None:
    (file.parent / "more.csv").write_text("\ufeffweek\n9\n", encoding="utf-8")
    assert dates(file, "clients.stream.town.dates_csv=more.csv") == (9,)
    assert dates(file, "clients.stream.town.dates=[1, 2]") == (1, 2)
    changed = load(file).with_(**{"clients.stream.town.dates_csv": "more.csv"})
    assert changed.clients is not None and changed.clients.stream["town"].dates == (9,)


def test_it_is_looked_for_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "plan.toml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "base" / "town.csv").write_text("week\n5\n", encoding="utf-8")
    child = tmp_path / "child.toml"
    child.write_text('extends = "base/plan.toml"\n', encoding="utf-8")
    assert dates(child) == (3.5, 5)
    child.write_text('extends = "base/plan.toml"\n[clients.stream.town]\ndates = [8]\n', encoding="utf-8")
    assert dates(child) == (8,)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("week\n1\nx\n", 3, 'week: got "x"; allowed: a number of weeks, 0 or more, at most 400,000.'),
        ("week\n-0.5\n", 2, 'got "-0.5"'),
        ("week\nnan\n", 2, 'got "nan"'),
        ("week\n1e9\n", 2, 'got "1e9"'),
        ('week\n"3,5"\n', 2, "A decimal point, not a comma: write 3.5."),
        ("week\n2\n1,5\n", 3, 'got "1,5": 2 fields, for 1 column. A decimal point, not a comma: write 1.5.'),
        ("week\n1,040\n", 2, "write 1_040 (or 1040) for thousands, 1.04 for a fraction."),
        ("count,week\n1,30,75\n", 2, 'got "1,30,75": 3 fields, for 2 columns. A fraction takes a decimal point'),
        ("week,\n1,5\n", 2, 'got "1,5": 2 fields, for 1 column.'),
        ("week\n2026-01-05\n", 2, "Weeks count from the start of the programme: 0, 1, 2.5. Calendar dates are not"),
        ("week\n5.1.2026\n", 2, "Weeks count from the start"),
        ("week\n5 Jan 2026\n", 2, "Weeks count from the start"),
        ("count,week\n7\n", 2, 'got ""'),
        ('week,count\nx,"1\n"\n', 3, 'got "x"'),
        ("week,id\n1,5\n", 1, 'column "id" is not read. Columns that are read: week, and count (clients'),
        ("week,week\n1,5\n", 1, 'a column stands twice; the columns are "week", "week". Keep one of them.'),
        ("week,count\n1,2.5\n", 2, 'count: got "2.5"; allowed: a whole number of clients, 0 or more.'),
        ("week,count\n1,-2\n", 2, 'count: got "-2"'),
        ("week,count\n1,inf\n", 2, 'count: got "inf"'),
        ("week,count\n1\n", 2, 'count: got ""'),
        ("week,count\n1,600000\n2,600000\n", 3, "more than 1,000,000 clients."),
        ("weeks\n1\n", 1, 'there is no column week; the columns are "weeks".'),
        ("id,weeks\n1,2\n", 1, "with commas between them."),
        ("week;count\n1;2\n", 1, "The columns are separated by semicolons or tabs; commas are needed."),
        ("", 1, "the columns are none."),
        ("week\n\n", 1, "there are no rows."),
        ("week\n1\n" + "\udce4", 3, "the file is not UTF-8 text. In your editor choose Save as"),
        ("week\n" + "9" * 200_000, 2, "this is not CSV"),
    ],
)
def test_what_is_wrong_in_it_is_told_with_its_line(file: Path, text: str, line: int, words: str) -> None:
    csv = file.parent / "town.csv"
    csv.write_text(text, encoding="utf-8", errors="surrogateescape")
    (problem,) = refused(file)
    assert (problem.file, problem.line) == (str(csv), line)
    assert words in problem.text()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.csv", "there is no file none.csv. It is looked for beside the scenario, in /"),
        ("../town.csv", "../town.csv lies outside the folder of the scenario"),
        ("/etc/hostname", "/etc/hostname lies outside the folder"),
        ("", 'it takes the name of one file: dates_csv = "referrals.csv".'),
        (".", '. is a folder; a CSV file is needed. Name a file in it: dates_csv = "./referrals.csv".'),
    ],
)
def test_where_it_may_lie(file: Path, name: str, words: str) -> None:
    file.write_text(TEXT.replace("town.csv", name), encoding="utf-8")
    (problem,) = refused(file)
    assert (problem.file, problem.line, problem.path) == (str(file), LINE, "clients.stream.town.dates_csv")
    assert words in problem.text()


def test_a_link_does_not_lead_out(file: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "town.csv"
    outside.write_text("week\n1\n", encoding="utf-8")
    (file.parent / "town.csv").unlink()
    (file.parent / "town.csv").symlink_to(outside)
    assert "lies outside the folder" in refused(file)[0].message


def test_its_faults_are_told_with_all_others_and_not_without_end(file: Path) -> None:
    (file.parent / "town.csv").write_text("week\n" + "x\n" * 500, encoding="utf-8")
    file.write_text(TEXT.replace("initial = 3", "initial = -3"), encoding="utf-8")
    problems = refused(file)
    assert problems[0].path == "tier.peer.initial"
    assert len(problems) == 1 + includes.MOST_FAULTS + 1
    assert problems[-1].message == "there are further faults."


def test_it_has_a_largest_size(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(includes, "MAX_ROWS", 3)
    assert len(dates(file)) == 4
    monkeypatch.setattr(includes, "MAX_ROWS", 2)
    assert refused(file)[0].message == "more than 2 clients."
    monkeypatch.setattr(includes, "MAX_BYTES", 10)
    assert refused(file)[0].message == "town.csv is larger than 10 bytes."


def test_one_warning_tells_of_all_dates_past_the_horizon(file: Path) -> None:
    (file.parent / "town.csv").write_text("week\n60\n52\n51.9\n", encoding="utf-8")
    (warning,) = load(file).warnings
    assert "2 of 4 dates, from week 52 on, lie past the horizon of 52 weeks: they never happen." in warning.message
    assert warning.line == LINE


def test_a_scenario_from_no_file_names_none() -> None:
    with pytest.raises(ScenarioError, match="this scenario was not read from one"):
        from_resolved(tomllib.loads(TEXT))
