"""Files that are no scenario at all: missing, of another kind, empty, huge, too deep, or not TOML."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cascadesim import load
from cascadesim.errors import EnvironmentFault, Problem, ScenarioError
from cascadesim.scenario.document import MOST_SLIPS
from scenario.helpers import PLAN


def refused(path: Path, content: bytes) -> Problem:
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert caught.value.exit_code == 3
    (problem,) = caught.value.problems
    assert problem.file == str(path)
    return problem


@pytest.mark.parametrize("make", [lambda _: None, lambda path: path.mkdir()], ids=["missing", "folder"])
def test_a_file_that_cannot_be_read_is_a_fault_of_the_environment(tmp_path: Path, make: object) -> None:
    path = tmp_path / "plan.toml"
    make(path)  # type: ignore[operator]
    with pytest.raises(EnvironmentFault) as caught:
        load(path)
    assert caught.value.exit_code == 4
    assert str(path) in caught.value.problems[0].message


@pytest.mark.parametrize("name", ["a\0b.toml", "x" * 300 + ".toml"])
def test_a_name_that_no_file_can_have(name: str) -> None:
    with pytest.raises(EnvironmentFault, match="cannot read"):
        load(name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    path.chmod(0)
    with pytest.raises(EnvironmentFault, match="cannot read"):
        load(path)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", None, "the file is empty. `cascadesim init FILE` writes a starter."),
        (b" \n\n", None, "the file is empty."),
        (b"a = 1\n" * 200_000, None, "the file is larger than 1,000,000 bytes"),
        (b"schema = 1\ntitle = '\xff'\n", 2, "the file is not UTF-8 text. In your editor choose Save as"),
        (b"\x89PNG\r\n\x1a\n", None, "this is a picture (PNG), not a scenario. Name the scenario, a text file that"),
        (b"PK\x03\x04\xff", None, "this is an archive, or a document of an office program, not a scenario."),
        ("schema = 1".encode("utf-16"), 1, "the file is not UTF-8 text."),
        (b"a = " + b"[" * 30 + b"]" * 30, None, "tables or lists are nested more than 20 deep."),
        (b"a = " + b"[" * 100_000, None, "tables or lists are nested more than 20 deep."),
        (b"\na" + b".a" * 100_000 + b" = 1", 2, "tables or lists are nested more than 20 deep."),
        (b"a" + b".a" * 50 + b" = 1", None, "tables or lists are nested more than 20 deep."),
        (b"a = 1\n\nb = " + b"9" * 5_000, 3, "a number has too many digits"),
        (b"\x00", 1, "this is not TOML"),
        (b"a = 1\na = 2", 2, "this is not TOML: a key is given twice."),
        (b"a = { b = 1, b = 2 }", 1, "this is not TOML: a key is given twice."),
        (b"[a]\n[b]\n[a]", 3, "this is not TOML: the table [a] has been given already."),
        (b"[a.b]\n[a.'c.d']\n[a.b]", 3, "this is not TOML: the table [a.b] has been given already."),
        (b"a = {b = 1}\n[a.c]\n", 2, "this is not TOML: the table [a.c] has been given already."),
        (b"a = 'x", 1, "this is not TOML"),
        (b"a = [1, 2", 1, "this is not TOML: a list [ ... ] is not closed."),
        (b"a = yes", 1, "this is not TOML: this is not a value."),
        (b"a = 1 b = 2", 1, "this is not TOML: one key = value to a line."),
        (b"= 1", 1, "this is not TOML: this is neither key = value nor [table]."),
        (b"d = 2018-02-30", 1, "this is not TOML: 2018-02-30 is no date of the calendar; a date is written 2018-09-03"),
        (b"d = 2018-13-45", 1, "this is not TOML: 2018-13-45 is no date of the calendar"),
        (b"d = 3.9.2018", 1, "this is not TOML: 3.9.2018 is no date; a date is written 2018-09-03: year, month, day."),
        (b"a = 1\nb = 1,5  # hours", 2, "this is not TOML: a decimal point, not a comma: write 1.5."),
        (b"b = { value = 0,5, source = 'x' }", 1, "a decimal point, not a comma: write 0.5."),
        (b"[tier.peer mentor]", 1, "this is not TOML: a name has no spaces: write peer_mentor."),
        (b"hours per week = 8", 1, "this is not TOML: a key has no spaces: write hours_per_week."),
        (b"a = 10,000", 1, "a number has no comma: write 10_000 (or 10000) for thousands, 10.0 for a fraction."),
        (b"a = { b = 1,500, c = 'x' }", 1, "write 1_500 (or 1500) for thousands, 1.5 for a fraction."),
        (b"a = 1,040", 1, "write 1_040 (or 1040) for thousands, 1.04 for a fraction."),
        (b"a = 0,125", 1, "a decimal point, not a comma: write 0.125."),
        (b"a = 1,234,567.5", 1, "only _ sets thousands apart: write 1_234_567.5."),
        (b"a = 1.234,50", 1, "only _ sets thousands apart: write 1_234.50."),
        (b"a = 10'000", 1, "only _ sets thousands apart: write 10_000."),
        ("a = €20".encode(), 1, "money is a plain number, and [costs] names its currency: write 20."),
        (b"hours_per_week = 1,5 hours a week", 1, "the key says the unit; take the word out: write 1.5."),
        (b"course_weeks = 2 weeks", 1, "this is not TOML: the key says the unit; take the word out: write 2."),
        (b"horizon_weeks = 18 months", 1, "the key is in weeks: write 78."),
        (b"meeting_hours = 90 minutes", 1, "the key is in hours: write 1.5."),
        (b"course_weeks = 10 days", 1, "the key says the unit: write a number alone, in that unit."),
        (b"course = 2 weeks", 1, "the key says the unit: write a number alone, in that unit."),
        (b"cost = 1.000 EUR", 1, "names its currency: write 1_000 or 1.0."),
        (b"share = 95 %", 1, "this is not TOML: a share is a number from 0 to 1: write 0.95, without the %."),
        ("a = \u201cx\u201d".encode(), 1, 'this is not TOML: text goes in straight quotes: "...".'),
        ("a = 1\nb\u00a0= 'x\u00a0y'".encode(), 2, "a no-break space (U+00A0) stands in column 2 and"),
        ("a = 'x\u00a0y' b".encode(), 1, "one key = value to a line."),
        ("a\u200b = 1".encode(), 1, "a space of no width (U+200B) stands in column 2"),
        (b"a = [{ b = 1, }]", 1, "this is not TOML: a comma stands before a }: take it out."),
        (b"a = 52,", 1, "this is not TOML: a comma ends the line: take it out."),
        (b"cascade = [boss, helper]", 1, 'this is not TOML: names go in quotes: ["boss", "helper"].'),
    ],
)
def test_what_is_no_document(tmp_path: Path, content: bytes, line: int | None, words: str) -> None:
    problem = refused(tmp_path / "plan.toml", content)
    assert words in problem.text()
    assert problem.line == line


def test_every_line_that_is_wrong_by_itself_is_told_at_once(tmp_path: Path) -> None:
    """A list that is not closed makes everything below it wrong: that is told once."""
    path = tmp_path / "plan.toml"
    lines = ["a = 5%", "b = 1", "c d = 2", "e = { f = 1, }", "[g]", "h = 3 weeks", "i = [1, 2", "j = [3,, 4]", "k = 1"]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert [problem.line for problem in caught.value.problems] == [1, 3, 4, 6, 8]
    path.write_text("a = 5%\n" * 100, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert len(caught.value.problems) == MOST_SLIPS


def test_windows_line_ends_and_byte_order_marks_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    plain = load(path)
    path.write_bytes(b"\xef\xbb\xbf" + PLAN.replace("\n", "\r\n").encode())
    assert load(path) == plain
    text = PLAN.replace("caseload = 3", "caseload = -3").replace("\n", "\r\n")
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert caught.value.problems[0].line == 1 + PLAN.split("\n").index("caseload = 3")


@pytest.mark.parametrize("number", ["0x" + "F" * 6_000, "1" + "0" * 400, "1e400", "-" + "9" * 4_000])
def test_absurd_numbers_are_refused_in_few_words(tmp_path: Path, number: str) -> None:
    for key in ("caseload = 3", "hours_per_week = 16", "practice_weeks = 2", "rate_per_year = 0.1"):
        text = PLAN.replace(key, f"{key.split('=')[0]}= {number}", 1)
        problem = refused(tmp_path / "plan.toml", text.encode())
        assert "allowed:" in problem.message and len(problem.text()) < 400


def test_a_name_that_results_cannot_have(tmp_path: Path) -> None:
    path = tmp_path / "my plan.v2.toml"
    path.write_text(PLAN, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"letters, digits, _ and -, at most 60 of them\. Rename the file\."):
        load(path)
    path = tmp_path / "Jalapeño-план_3.toml"
    path.write_text(PLAN, encoding="utf-8")
    assert load(path).name == "Jalapeño-план_3"


def test_five_hundred_faults_are_enough(tmp_path: Path) -> None:
    text = "\n".join(f"key_{i} = 1" for i in range(20_000)) + "\n" + PLAN
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "plan.toml")
    assert 400 <= len(caught.value.problems) <= 600
