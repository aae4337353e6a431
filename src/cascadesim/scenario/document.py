"""A file as plain data that remembers where everything came from: the line of every key, or the override that gave it.

`tomllib` gives values without lines, `locate` lines without values.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cascadesim.errors import Problem

KeyPath = tuple[str | int, ...]
"""The names of tables and keys and the indices of list items: `("tier", "x", "intake", 0, "week")`."""

_LONGEST_LINE = 160
_BARE_KEY = re.compile(r"[\w-]+")


def dotted(path: KeyPath) -> str:
    """The path as a scenario writes it: `tier.NAME.intake.0.count`; odd names in quotes."""
    return ".".join(str(part) if _BARE_KEY.fullmatch(str(part)) else f'"{part}"' for part in path)


def header(path: KeyPath) -> str:
    """A table as its header in the file: `[tier.NAME.training]`."""
    return f"[{dotted(path)}]"


def paths(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    """`path` and every path below it in `value`."""
    yield path
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*path, key))


def value_at(data: Any, path: KeyPath, default: Any = None) -> Any:
    """What a document has at a path, or `default`."""
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return default
    return data


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A line of a file, or the override (`--set ...`) that gave a value."""

    file: str
    line: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Document:
    """One file as plain data, with the `locations` of its paths.

    `name` is the stem of the file; `notes` are warnings about how the data came to be, and `faults` what is wrong with
    other files that it names; `variant` is the name of the variant that it is, if one.
    """

    data: dict[str, Any]
    locations: Mapping[KeyPath, SourceLocation] = field(default_factory=dict)
    file: str = ""
    name: str = "scenario"
    notes: tuple[Problem, ...] = ()
    faults: tuple[Problem, ...] = ()
    variant: str = ""

    def location(self, path: KeyPath) -> SourceLocation:
        """Where this path is written; for what is not there, the nearest table around it."""
        for length in range(len(path), 0, -1):
            location = self.locations.get(path[:length])
            if location is not None:
                return location
        return SourceLocation(self.file)

    def problem(self, path: KeyPath, message: str, hint: str = "", code: str = "invalid") -> Problem:
        """A problem with the key at `path`, with its file and line."""
        location = self.location(path)
        text = location.text.strip()
        if len(text) > _LONGEST_LINE:
            text = text[:_LONGEST_LINE] + "..."
        return Problem(message, dotted(path), location.file, location.line, text, hint, code)


_SPACE = re.compile(r"[ \t]*+")
_TRIVIA = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"""{1,3}'
    r"|'''(?:[^']|'(?!''))*+'''{1,3}"
    r'|"(?:[^"\\\n]|\\.)*+"'
    r"|'[^'\n]*+'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


def locate(text: str) -> dict[KeyPath, int]:
    """The line, from 1, of every key and list item in a document that `tomllib` can read."""
    reader = _LineReader(text)
    reader.read()
    return reader.lines


@dataclass(frozen=True, slots=True)
class Token:
    """A key as the file has it, or a text in quotes where `is_text`: the characters from `start` up to `end`."""

    path: KeyPath
    start: int
    end: int
    is_text: bool = False


def tokens(text: str) -> list[Token]:
    """Every key and every text of a document that `tomllib` can read, in the order of the file.

    A key that is part of several headers is there once for each.
    """
    reader = _LineReader(text)
    reader.read()
    return reader.tokens


class _LineReader:
    """Walks once through text that `tomllib` has accepted, by the grammar, and checks nothing.

    `lines` has the line on which each path is first named, `tokens` where keys and texts are.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.lines: dict[KeyPath, int] = {}
        self.tokens: list[Token] = []
        self.tables_in: dict[KeyPath, int] = {}  # arrays of tables: how many tables so far

    def read(self) -> None:
        """Read the whole text."""
        table: KeyPath = ()
        while self._skip(_TRIVIA) < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _line(self) -> int:
        return bisect_right(self.starts, self.at)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        assert match is not None
        self.at = match.end()
        return self.at

    def _note(self, path: KeyPath, line: int) -> None:
        self.lines.setdefault(path, line)

    def _header(self) -> KeyPath:
        """`[a.b]` or `[[a.b]]`: the path of the table that follows."""
        line, start = self._line(), self.at
        array = self.text.startswith("[[", start)
        self.at += 2 if array else 1
        path: KeyPath = ()
        keys = self._key()
        for depth, (key, *span) in enumerate(keys):
            path = (*path, key)
            self._note(path, line)
            self.tokens.append(Token(path, *span))
            last = depth == len(keys) - 1
            if last and array:
                self.tables_in[path] = self.tables_in.get(path, 0) + 1
            if path in self.tables_in:
                path = (*path, self.tables_in[path] - 1)
                self._note(path, line)
        self.at += 2 if array else 1
        self.lines[path] = line  # its own header says more than the header of a table inside it
        return path

    def _key(self) -> list[tuple[str, int, int]]:
        """`a . "b" . c` as its parts, each with where it begins and ends."""
        parts = []
        while True:
            self._skip(_SPACE)
            match = _BARE.match(self.text, self.at) or _STRING.match(self.text, self.at)
            assert match is not None
            part = match.group()
            name = str(tomllib.loads(f"key = {part}")["key"]) if part[0] in "\"'" else part
            parts.append((name, *match.span()))
            self.at = match.end()
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = table
        for key, *span in self._key():
            path = (*path, key)
            self._note(path, line)
            self.tokens.append(Token(path, *span))
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        match = _STRING.match(self.text, self.at)
        if match is not None:
            self.tokens.append(Token(path, *match.span(), is_text=True))
            self.at = match.end()
        elif self.text.startswith("[", self.at):
            self._array(path)
        elif self.text.startswith("{", self.at):
            self._inline_table(path)
        else:
            self._skip(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        for index in range(len(self.text)):
            self._skip(_TRIVIA)
            if self.text.startswith("]", self.at):
                break
            self._note((*path, index), self._line())
            self._value((*path, index))
            self._after_item()
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while True:
            self._skip(_TRIVIA)
            if self.text.startswith("}", self.at):
                break
            self._pair(path)
            self._after_item()
        self.at += 1

    def _after_item(self) -> None:
        self._skip(_TRIVIA)
        if self.text.startswith(",", self.at):
            self.at += 1
