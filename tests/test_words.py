"""The words that users read are those of the field: none of the private ones that the program once had."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import cascadesim
from cascadesim.cli import group

SOURCE = Path(cascadesim.__file__).parent
ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
SCENARIOS = [SOURCE / "scenario/starter.toml", *sorted((ROOT / "scenarios").rglob("*.toml"))]

OLD = {
    r"luck": "random numbers; chance",
    r"told": "shown",
    r"asked for|wanted": "target; required; needed",
    r"found": "has; is",
    r"said": "given",
    r"nothing can be said|cannot be told|not to be told": "no result for; does not differ clearly from",
    r"brought (?:anybody )?through|brought anybody": "trained to certification",
    r"certified to one who left": "attrition replacement ratio",
    r"full complement": "full strength",
    r"between workers": "being reassigned",
    r"hand-over": "transfer",
    r"to make one certified|before the first client|to replace leavers": "cost per certified worker; start-up",
    r"in all(?=[\s.,:;)]*$)": "total",
    r"by hand": "analytical; by the formula",
    r"bind|binds": "binding constraint",
    r"strikes?|struck": "occurs",
    r"contests?": "comparisons",
    r"(?<!-)cells?(?!-)": "task (of a sweep); square (of a picture)",
    r"(?:(?:a|an|the|of|per|each|every|no|all|these|this|single|best|design) )points?": "setting (of a study)",
    r"points? (?:tried|to run|that)": "setting (of a study)",
    r"(?:(?:a|the|no|every|each|one|any|all) )measures?(?! (?:=|key))": "outcome; incentive (of engagement)",
    r"worker workers": "workers",
    r"fine": "OK",
    r"hardly any(?:body)?": "almost nobody",
    r"mend|mended": "repair",
    r"stands? out": "differs clearly",
}
"""Words and phrases that no user reads, as patterns of whole words, and what stands for them now."""

EXCEPTIONS = {
    ("experiment/study/read_design.py", "cells"): "the cells of a CSV file",
    ("experiment/study/constraints.py", "a point"): "the decimal point of a number",
    ("scenario/hints.py", "the point"): "the full stop after a number",
}
"""By file and words: where an old word means something else, and what."""

FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", flags=re.MULTILINE | re.DOTALL)
COMMENTED = ("bash", "python", "toml", "powershell")
"""The languages of blocks whose comments begin with #; other blocks are what a program prints."""
COMMENT = re.compile(r"(?:^|\s)#+\s(.*)$", flags=re.MULTILINE)

SQL = re.compile(r"\b(?:SELECT|FROM|WHERE|GROUP BY|CREATE|INSERT|DELETE|COPY|PRAGMA|JOIN)\b")


def _docstrings(tree: ast.AST) -> set[int]:
    """The strings that are statements: they speak to those who read the code."""
    return {
        id(statement.value)
        for statement in ast.walk(tree)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    }


def _sentences(text: str) -> Iterator[str]:
    """What a module can print: constants with a space, those in f-strings too; without one it is a key or a name."""
    tree = ast.parse(text)
    unread = _docstrings(tree)
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in unread else None
        if isinstance(text, str) and " " in text and not SQL.search(text):
            yield text


def _helps(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[str]:
    """The help of a command and of those below it. Click keeps how help is asked for, so `parent` is the real one."""
    context = command.make_context(name, [], parent, resilient_parsing=True)
    yield command.get_help(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from _helps(found, below, context)


def _page_texts(page: str) -> Iterator[str]:
    """What a page has for its readers: paragraphs, items, rows, and the comments in its examples.

    A table of renames is of inline code, so it is left out with all of that; links are left to their words.
    """
    for block in FENCED.finditer(page):
        if block[1] in COMMENTED:
            yield from COMMENT.findall(block[2])
    prose = re.sub(r"\]\([^)]*\)", "]", FENCED.sub("\n\n", page))
    for part in re.split(r"\n\s*\n|\n(?=\s*(?:[-*|#]|\d+\.) ?)", prose):
        yield " ".join(part.split())


def _scenario_texts(text: str) -> Iterator[str]:
    """What a scenario or study has for its readers: comments, and texts with a space."""
    yield from COMMENT.findall(text)

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, str) and " " in value:
            yield value
        elif isinstance(value, dict | list):
            for inner in value.values() if isinstance(value, dict) else value:
                yield from texts(inner)

    yield from texts(tomllib.loads(text))


def _old_words(text: str) -> list[str]:
    text = re.sub(r"`[^`]*`", "", text)  # keys and commands
    return [match[0].lower() for old in OLD for match in re.finditer(rf"\b(?:{old})\b", text, flags=re.IGNORECASE)]


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_old_word_is_printed(path: Path) -> None:
    file = path.relative_to(SOURCE).as_posix()
    old = {(word, text) for text in _sentences(path.read_text(encoding="utf-8")) for word in _old_words(text)}
    assert not {each for each in old if (file, each[0]) not in EXCEPTIONS}


def test_no_old_word_is_in_the_help_of_a_command() -> None:
    assert not {(word, text) for text in _helps(group, "cascadesim") for word in _old_words(text)}


def test_no_old_word_explains_a_key() -> None:
    keys = tomllib.loads((SOURCE / "scenario/explain.toml").read_text(encoding="utf-8"))
    texts = [text for rows in keys.values() for text in rows.values() if isinstance(text, str)]
    assert texts and not {(word, text) for text in texts for word in _old_words(text)}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_old_word_is_in_a_page(path: Path) -> None:
    texts = _page_texts(path.read_text(encoding="utf-8"))
    assert not {(word, text) for text in texts for word in _old_words(text) if (path.name, word) not in EXCEPTIONS}


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.name)
def test_no_old_word_is_in_a_scenario(path: Path) -> None:
    texts = _scenario_texts(path.read_text(encoding="utf-8"))
    assert not {(word, text) for text in texts for word in _old_words(text)}


def test_old_words_are_seen_where_readers_see_them() -> None:
    page = "A `luck` of *luck*.\n\n```bash\nrun # by hand\n```\n```text\nluck\n```\n- told\n| found | `cell` |\n"
    words = sorted(word for text in _page_texts(page) for word in _old_words(text))
    assert words == ["by hand", "found", "luck", "told"]
    scenario = 'title = "What binds"\nluck = "luck"\n# luck\nweek = 1  # fine'
    words = sorted(word for text in _scenario_texts(scenario) for word in _old_words(text))
    assert words == ["binds", "fine", "luck"]


def test_every_exception_is_needed() -> None:
    for file, word in EXCEPTIONS:
        texts = _sentences((SOURCE / file).read_text(encoding="utf-8"))
        assert any(word in _old_words(text) for text in texts), (file, word)
