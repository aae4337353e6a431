"""Wrong scenario files: every fault is found, at its line, in these words, and nothing else is said.

A line that is at fault ends in `# !! WORDS`, with another `!! WORDS` for each further fault; WORDS is a part of what is
said. `# !! 0 WORDS` is for what has no line of its own.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cascadesim.errors import ScenarioError
from cascadesim.scenario.load import load

FILES = sorted((Path(__file__).parent / "wrong").glob("*.toml"))


def expected(text: str) -> list[tuple[int | None, str]]:
    """(line, words) of every fault that the file says it has."""
    found: list[tuple[int | None, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        for words in line.split(" !! ")[1:]:
            found.append((None, words[2:]) if words.startswith("0 ") else (number, words.strip()))
    return found


def refusal(path: Path) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fault_and_no_other(path: Path) -> None:
    # The line itself, which shows the comment, is no part of what is said.
    left = [(problem.line, replace(problem, source="").text()) for problem in refusal(path).problems]
    for line, words in expected(path.read_text(encoding="utf-8")):
        match = next((said for said in left if said[0] == line and words in said[1]), None)
        assert match is not None, f"line {line} does not say {words!r}; left are:\n" + "\n".join(map(str, left))
        left.remove(match)
    assert not left


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_fault_shows_its_file_and_line(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    for problem in refusal(path).problems:
        assert problem.file == str(path)
        if problem.line is not None:
            assert problem.text().startswith(f"{path}:{problem.line}: ")
            assert lines[problem.line - 1].strip().startswith(problem.source.removesuffix("...").strip())


def test_there_are_enough_of_them() -> None:
    problems = [refusal(path).problems for path in FILES]
    assert len(problems) >= 30
    mixed = [found for found in problems if len(found) >= 5 and len({problem.code for problem in found}) >= 5]
    assert len(mixed) >= 10
