"""A file's bytes as a `Document`. Whatever is wrong with the file as a file is said here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cascadesim.errors import EnvironmentFault, Problem, ScenarioError
from cascadesim.scenario.document import Document, SourceLocation, locate
from cascadesim.scenario.number_formats import MONEY, NUMERAL, UNIT, number_hint, quoted

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
_ENDLESS_KEY = re.compile(r"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){100}")
_TOO_LONG_NUMBER = re.compile(r"\d[\d_]{4000}")
_POSITION = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_NOT_TEXT = {
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "an archive, or a document of an office program",
    b"PAR1": "a table of results (Parquet)",
}
"""What else is named by mistake, by its first bytes."""

_IN_PLAIN_WORDS = {
    "Cannot overwrite a value": "a key is given twice.",
    "Duplicate inline table key": "a key is given twice.",
    "Cannot mutate immutable namespace": "a table or list written out in full is added to further down.",
    "Cannot redefine namespace": "a table or list written out in full is added to further down.",
    "Expected '=' after a key": "a key must be followed by = and a value.",
    "Invalid value": "this is not a value. Text goes in quotes, truth is true or false.",
    "Expected newline or end": "one key = value to a line.",
    "Invalid statement": "this is neither key = value nor [table].",
    "Unterminated string": "a text in quotes is not closed.",
    "Illegal character '\\n'": "a text in quotes is not closed on its line.",
    "Unclosed array": "a list [ ... ] is not closed.",
    "Unclosed inline table": "a table { ... } is not closed on its line.",
}
"""What the parser says, by its first words, for people who have not met TOML."""

_ENDED = r"(?=\s*(?:[,}\]]|$))"
_SPACED = r"[\w-]+(?:[ \t]+[\w-]+)+"
_SLIPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(rf"^\s*\[\[?[\w.-]*?({_SPACED})[\w. \t-]*\]"),
        lambda match: f"a name has no spaces: write {'_'.join(match[1].split())}.",
    ),
    (
        re.compile(rf"^\s*({_SPACED})\s*="),
        lambda match: f"a key has no spaces: write {'_'.join(match[1].split())}.",
    ),
    (re.compile("[\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019]"), lambda _: 'text goes in straight quotes: "...".'),
    (
        re.compile(r"=\s*(\d{4}-\d{1,2}-\d{1,2})\b"),
        lambda match: f"{match[1]} is no date of the calendar; a date is written 2018-09-03: year, month, day.",
    ),
    (
        re.compile(r"=\s*(\d{1,2}[./]\d{1,2}[./]\d{2,4})\b"),
        lambda match: f"{match[1]} is no date; a date is written 2018-09-03: year, month, day.",
    ),
    (
        re.compile(r"=\s*([-+]?[\d.]+)\s*(?:%|percent\b|per cent\b)"),
        lambda match: f"a share is a number from 0 to 1: write {float(match[1]) / 100:.10g}, without the %.",
    ),
    (
        re.compile(rf"=\s*({NUMERAL}\s*(?:{UNIT})\b|(?:{MONEY}|{NUMERAL}){_ENDED})", re.IGNORECASE),
        lambda match: number_hint(match[1], match.string[: match.start()].rpartition(".")[2].strip()),
    ),
    (
        re.compile(r"=\s*\[\s*([^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)\s*\]"),
        lambda match: f"names go in quotes: [{quoted(match[1])}].",
    ),
)
"""Slips of the pen that TOML cannot read: what a line most likely meant."""


def read_document(path: Path, file: str) -> Document:
    """The file as data with the lines of its keys; `file` is how messages name it.

    Raises `EnvironmentFault` where it cannot be read and `ScenarioError` where it is not TOML.
    """
    text = _text(read_bytes(path), file)
    data = _data(text, file)
    lines = text.split("\n")
    locations = {key: SourceLocation(file, line, lines[line - 1]) for key, line in locate(text).items()}
    return Document(data, locations, file, path.stem)


def _text(raw: bytes, file: str) -> str:
    if len(raw) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES:,} bytes; a scenario has a few thousand."
        raise _refused(file, message, "too_large")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        kind = next((words for magic, words in _NOT_TEXT.items() if raw.startswith(magic)), None)
        if kind is not None:
            hint = "Name the scenario, a text file that ends in .toml."
            raise _refused(file, f"this is {kind}, not a scenario.", "encoding", hint=hint) from None
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused(file, "the file is not UTF-8 text.", "encoding", line, "Save it as UTF-8.") from None
    if not text.strip():
        raise _refused(file, "the file is empty.", "empty", hint="`cascadesim init FILE` writes a starter.")
    return text


def _data(text: str, file: str) -> dict[str, Any]:
    endless = _ENDLESS_KEY.search(text)
    try:
        data = None if endless else tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(text, file, str(error)) from None
    except RecursionError:
        data = None
    except ValueError:
        number = _TOO_LONG_NUMBER.search(text)
        line = _line(text, number) if number else None
        raise _refused(file, "a number has too many digits, or a date does not exist.", "toml", line) from None
    if data is None or is_too_deep(data):
        line = _line(text, endless) if endless else None
        raise _refused(file, f"tables or lists are nested more than {MAX_DEPTH} deep.", "too_deep", line)
    return data


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


def is_too_deep(data: Any) -> bool:
    """Whether tables and lists lie in one another deeper than any scenario needs; found without recursion."""
    layer = [data]
    for _ in range(MAX_DEPTH + 1):
        inner: list[Any] = []
        for item in layer:
            inner += item.values() if isinstance(item, dict) else item
        layer = [item for item in inner if isinstance(item, dict | list)]
    return bool(layer)


def _not_toml(text: str, file: str, message: str) -> ScenarioError:
    """What `tomllib` says, in plain words and at its line."""
    position = _POSITION.search(message)
    lines = text.split("\n")
    line = int(position["line"]) if position and position["line"] else len(lines)
    message = message[: position.start()] if position else message
    twice = re.fullmatch(r"Cannot declare \((.*?),?\) twice", message)
    if twice:
        table = ".".join(re.findall(r"'([^']*)'", twice[1]))
        message = f"the table [{table}] has been given already."
    plain = next((words for first, words in _IN_PLAIN_WORDS.items() if message.startswith(first)), None)
    message = slip(lines[line - 1]) or plain or (message if message.endswith(".") else f"{message}.")
    return _refused(file, f"this is not TOML: {message}", "toml", line, source=lines[line - 1][:200])


def slip(line: str) -> str:
    """What is said of a line that TOML cannot read, where it is known what went wrong; else nothing."""
    code = line.split("#")[0]
    matches = ((pattern.search(code), words) for pattern, words in _SLIPS)
    return next((text for match, words in matches if match and (text := words(match))), "")


def _refused(
    file: str, message: str, code: str, line: int | None = None, hint: str = "", source: str = ""
) -> ScenarioError:
    return ScenarioError((Problem(message, "", file, line, source, hint, code),))


def read_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """The first `most` bytes and one more; an `EnvironmentFault` where the file cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(most + 1)
    except FileNotFoundError:
        raise EnvironmentFault(
            f"there is no file {path}.", hint="`cascadesim init FILE` writes a starter.", code="no_file", file=str(path)
        ) from None
    except IsADirectoryError:
        raise EnvironmentFault(
            f"{path} is a folder; a scenario file is needed.", code="is_folder", file=str(path)
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise EnvironmentFault(f"cannot read {path}: {reason}.", code="unreadable", file=str(path)) from None


def misplaced(named: Any, folder: Path, root: Path, example: str) -> tuple[str, str, str] | None:
    """(code, message, hint) where a file that a scenario in `folder` names does not lie in the folder tree `root`."""
    if not isinstance(named, str) or not named.strip() or "\0" in named:
        return "name", f"it takes the name of one file: {example}.", ""
    try:
        real = (folder / named).resolve()
    except (OSError, RuntimeError):
        return "unreadable", f"the path {named} leads nowhere.", ""
    if Path(named).is_absolute() or not real.is_relative_to(root):
        message = f"{named} lies outside the folder of the scenario ({root})."
        return "outside", message, "Copy it into that folder or one below it."
    return None
