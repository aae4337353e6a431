"""A file's bytes as a `Document`. Whatever is wrong with the file as a file is said here."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path as FilePath
from typing import Any

from cascadesim.errors import EnvironmentFault, Problem, ScenarioError
from cascadesim.scenario.document import Document, Place
from cascadesim.scenario.locate import locate
from cascadesim.scenario.slips import slip

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
_ENDLESS_KEY = re.compile(r"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){100}")
_TOO_LONG_NUMBER = re.compile(r"\d[\d_]{4000}")
_TOML_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_NO_TEXT = {
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "an archive, or a document of an office program",
    b"PAR1": "a table of results (Parquet)",
}
"""What else is named by mistake, by its first bytes."""

_PLAIN_WORDS = {
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


def read_bytes(path: FilePath, most: int = MAX_BYTES) -> bytes:
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


def misplaced(named: Any, folder: FilePath, root: FilePath, example: str) -> tuple[str, str, str] | None:
    """(code, message, hint) where a file that a scenario in `folder` names does not lie in the folder tree `root`."""
    if not isinstance(named, str) or not named.strip() or "\0" in named:
        return "name", f"it takes the name of one file: {example}.", ""
    try:
        real = (folder / named).resolve()
    except (OSError, RuntimeError):
        return "unreadable", f"the path {named} leads nowhere.", ""
    if FilePath(named).is_absolute() or not real.is_relative_to(root):
        message = f"{named} lies outside the folder of the scenario ({root})."
        return "outside", message, "Copy it into that folder or one below it."
    return None


def read_document(path: FilePath, file: str) -> Document:
    """The file as data with places; `file` is how messages name it.

    Raises `EnvironmentFault` where it cannot be read and `ScenarioError` where it is not TOML.
    """
    text = _text(read_bytes(path), file)
    data = _data(text, file)
    lines = text.split("\n")
    places = {key: Place(file, line, lines[line - 1]) for key, line in locate(text).items()}
    return Document(data, places, file, path.stem)


def _text(raw: bytes, file: str) -> str:
    if len(raw) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES:,} bytes; a scenario has a few thousand."
        raise _refused(file, message, "too_large")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        kind = next((words for magic, words in _NO_TEXT.items() if raw.startswith(magic)), None)
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
        found = _TOO_LONG_NUMBER.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else None
        raise _refused(file, "a number has too many digits, or a date does not exist.", "toml", line) from None
    if data is None or is_too_deep(data):
        line = text.count("\n", 0, endless.start()) + 1 if endless else None
        raise _refused(file, f"tables or lists are nested more than {MAX_DEPTH} deep.", "too_deep", line)
    return data


def is_too_deep(data: Any) -> bool:
    """Whether tables and lists lie in one another deeper than any scenario needs; found without recursion."""
    layer = [data]
    for _ in range(MAX_DEPTH + 1):
        inner: list[Any] = []
        for item in layer:
            inner += item.values() if isinstance(item, dict) else item
        layer = [item for item in inner if isinstance(item, dict | list)]
    return bool(layer)


def _not_toml(text: str, file: str, said: str) -> ScenarioError:
    place = _TOML_PLACE.search(said)
    lines = text.split("\n")
    line = int(place["line"]) if place and place["line"] else len(lines)
    said = said[: place.start()] if place else said
    said = re.sub(
        r"^Cannot declare \((.*?),?\) twice$", lambda m: f"the table [{_joined(m[1])}] has been given already.", said
    )
    plain = next((words for first, words in _PLAIN_WORDS.items() if said.startswith(first)), None)
    message = slip(lines[line - 1]) or plain or (said if said.endswith(".") else f"{said}.")
    return _refused(file, f"this is not TOML: {message}", "toml", line, source=lines[line - 1][:200])


def _joined(names: str) -> str:
    return ".".join(re.findall(r"'([^']*)'", names))


def _refused(
    file: str, message: str, code: str, line: int | None = None, hint: str = "", source: str = ""
) -> ScenarioError:
    return ScenarioError((Problem(message, "", file, line, source, hint, code),))
