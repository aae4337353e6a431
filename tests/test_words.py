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
    ("experiment/sweep/parts.py", "cell"): "a column of the record, in a query",
    ("scenario/hints.py", "the point"): "the full stop after a number",
}
"""By file and words: where an old word means something else, and what."""

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


def _helps(command: click.Command, name: str) -> Iterator[str]:
    """The help of a command and of those below it."""
    context = click.Context(command, info_name=name)
    yield command.get_help(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from _helps(found, below)


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


def test_every_exception_is_needed() -> None:
    for file, word in EXCEPTIONS:
        texts = _sentences((SOURCE / file).read_text(encoding="utf-8"))
        assert any(word in _old_words(text) for text in texts), (file, word)
