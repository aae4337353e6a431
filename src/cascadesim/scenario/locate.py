"""Where each key of a TOML document stands: `tomllib` gives values without lines, this gives lines without values.

Only for text that `tomllib` has accepted: it follows the grammar and checks nothing.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]

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


class _Reader:
    """Walks through the text once; `lines` maps each path to the line on which it is first named."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.lines: dict[Path, int] = {}
        self.tables_in: dict[Path, int] = {}  # arrays of tables: how many tables so far

    def document(self) -> None:
        """Read the whole text."""
        table: Path = ()
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

    def _note(self, path: Path, line: int) -> None:
        self.lines.setdefault(path, line)

    def _header(self) -> Path:
        """`[a.b]` or `[[a.b]]`: the path of the table that follows."""
        line, start = self._line(), self.at
        array = self.text.startswith("[[", start)
        self.at += 2 if array else 1
        path: Path = ()
        keys = self._key()
        for depth, key in enumerate(keys):
            path = (*path, key)
            self._note(path, line)
            last = depth == len(keys) - 1
            if last and array:
                self.tables_in[path] = self.tables_in.get(path, 0) + 1
            if path in self.tables_in:
                path = (*path, self.tables_in[path] - 1)
                self._note(path, line)
        self.at += 2 if array else 1
        self.lines[path] = line  # its own header says more than the header of a table inside it
        return path

    def _key(self) -> list[str]:
        """`a . "b" . c` as its parts."""
        parts = []
        while True:
            self._skip(_SPACE)
            match = _BARE.match(self.text, self.at) or _STRING.match(self.text, self.at)
            assert match is not None
            part = match.group()
            parts.append(str(tomllib.loads(f"key = {part}")["key"]) if part[0] in "\"'" else part)
            self.at = match.end()
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for key in self._key():
            path = (*path, key)
            self._note(path, line)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        match = _STRING.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
        elif self.text.startswith("[", self.at):
            self._array(path)
        elif self.text.startswith("{", self.at):
            self._inline_table(path)
        else:
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self.at += 1
        for index in range(len(self.text)):
            self._skip(_TRIVIA)
            if self.text.startswith("]", self.at):
                break
            self._note((*path, index), self._line())
            self._value((*path, index))
            self._after_item()
        self.at += 1

    def _inline_table(self, path: Path) -> None:
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


def locate(text: str) -> dict[Path, int]:
    """The line, from 1, of every key and list item in a document that `tomllib` can read.

    A path has the names of tables and keys and the indices of list items: `("tier", "x", "intake", 0, "week")`.
    """
    reader = _Reader(text)
    reader.document()
    return reader.lines
