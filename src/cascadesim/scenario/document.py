"""A file as plain data that remembers where everything came from: the line of every key, or the override that gave it.

`tomllib` gives values without lines, `locate` lines without values. Whatever is wrong with a file as a file is said
here.
"""

from __future__ import annotations

import re
import stat
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from cascadesim.errors import EnvironmentFault, Problem, ScenarioError
from cascadesim.scenario.number_formats import MONEY, NUMERAL, UNIT, number_hint, quoted

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
    return _LineReader(text).lines


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
    return _LineReader(text).tokens


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

    def _header(self) -> KeyPath:
        """`[a.b]` or `[[a.b]]`: the path of the table that follows."""
        line, start = self._line(), self.at
        array = self.text.startswith("[[", start)
        self.at += 2 if array else 1
        path: KeyPath = ()
        keys = self._key()
        for depth, (key, start, end) in enumerate(keys):
            path = (*path, key)
            self.lines.setdefault(path, line)
            self.tokens.append(Token(path, start, end))
            last = depth == len(keys) - 1
            if last and array:
                self.tables_in[path] = self.tables_in.get(path, 0) + 1
            if path in self.tables_in:
                path = (*path, self.tables_in[path] - 1)
                self.lines.setdefault(path, line)
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
        for key, start, end in self._key():
            path = (*path, key)
            self.lines.setdefault(path, line)
            self.tokens.append(Token(path, start, end))
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
        for index in self._items("]"):
            self.lines.setdefault((*path, index), self._line())
            self._value((*path, index))

    def _inline_table(self, path: KeyPath) -> None:
        for _ in self._items("}"):
            self._pair(path)

    def _items(self, closing: str) -> Iterator[int]:
        """The number of each item in brackets, while the reader stands before it."""
        self.at += 1
        for number in count():
            self._skip(_TRIVIA)
            if self.text.startswith(closing, self.at):
                break
            yield number
            self._skip(_TRIVIA)
            if self.text.startswith(",", self.at):
                self.at += 1
        self.at += 1


MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MOST_SLIPS = 20
"""Lines that are no TOML, of one file; more are not shown."""
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
_ODD_SPACES = {
    "\u00a0": "a no-break space",
    "\u2007": "a figure space",
    "\u202f": "a narrow no-break space",
    "\u2009": "a thin space",
    "\u3000": "a wide space",
    "\u200b": "a space of no width",
    "\ufeff": "a mark of byte order",
}
"""Letters that look like a space, or like nothing, and that TOML does not take for one."""


_SLIPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r",\s*\}"), lambda _: "a comma stands before a }: take it out."),
    (re.compile(r"=[^\[{]*,\s*$"), lambda _: "a comma ends the line: take it out."),
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


SAVE_AS_UTF_8 = "In your editor choose Save as, and there the encoding UTF-8."


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
        raise _refused(file, "the file is not UTF-8 text.", "encoding", line, SAVE_AS_UTF_8) from None
    if not text.strip():
        raise _refused(file, "the file is empty.", "empty", hint="`cascadesim init FILE` writes a starter.")
    return text


def _data(text: str, file: str) -> dict[str, Any]:
    endless = _ENDLESS_KEY.search(text)
    try:
        data = None if endless else tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(tuple(_not_toml(text, file, str(error)))) from None
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


def _not_toml(text: str, file: str, message: str) -> Iterator[Problem]:
    """What `tomllib` says, in plain words and at its line; then of the lines further down that are wrong by themselves.

    A line that is wrong by itself is left out, and the rest is read again.
    """
    lines = text.split("\n")
    for _ in range(MOST_SLIPS):
        number, problem = _slip_at(lines, file, message)
        yield problem
        if not _is_wrong_alone(lines[number - 1]):
            return
        lines[number - 1] = ""
        try:
            tomllib.loads("\n".join(lines))
            return
        except (ValueError, RecursionError) as error:
            message = str(error)
        if not _POSITION.search(message) or not _is_wrong_alone(lines[_line_of(lines, message) - 1]):
            return


def _is_wrong_alone(line: str) -> bool:
    """Whether a line is no TOML whatever stands above it and below it."""
    try:
        tomllib.loads(line)
    except ValueError:
        return not re.search(r"[\[{(]\s*(?:#.*)?$|\"\"\"|'''", line)  # it may go on below
    return False


def _line_of(lines: list[str], message: str) -> int:
    position = _POSITION.search(message)
    return int(position["line"]) if position and position["line"] else len(lines)


def _slip_at(lines: list[str], file: str, message: str) -> tuple[int, Problem]:
    """(line, problem) of what `tomllib` says."""
    line, position = _line_of(lines, message), _POSITION.search(message)
    message = message[: position.start()] if position else message
    twice = re.fullmatch(r"Cannot declare \((.*?),?\) twice", message)
    if twice:
        table = ".".join(re.findall(r"'([^']*)'", twice[1]))
        message = f"the table [{table}] has been given already."
    plain = next((words for first, words in _IN_PLAIN_WORDS.items() if message.startswith(first)), None)
    message = slip(lines[line - 1]) or plain or (message if message.endswith(".") else f"{message}.")
    source = lines[line - 1][:200]
    return line, Problem(f"this is not TOML: {message}", "", file, line, source, "", "toml")


def slip(line: str) -> str:
    """What is said of a line that TOML cannot read, where it is known what went wrong; else nothing."""
    code = line.split("#")[0]
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", lambda quoted: "x" * len(quoted[0]), code)
    odd = next((place for place, letter in enumerate(bare) if letter in _ODD_SPACES), None)
    if odd is not None:
        named = f"{_ODD_SPACES[bare[odd]]} (U+{ord(bare[odd]):04X}) stands in column {odd + 1} and looks like a space."
        return f"{named} Put a plain space in its place."
    matches = ((pattern.search(code), words) for pattern, words in _SLIPS)
    return next((text for match, words in matches if match and (text := words(match))), "")


def _refused(
    file: str, message: str, code: str, line: int | None = None, hint: str = "", source: str = ""
) -> ScenarioError:
    return ScenarioError((Problem(message, "", file, line, source, hint, code),))


def read_bytes(
    path: Path,
    most: int = MAX_BYTES,
    what: str = "scenario file",
    hint: str = "`cascadesim init FILE` writes a starter.",
) -> bytes:
    """The first `most` bytes and one more; an `EnvironmentFault` where the file cannot be read.

    A pipe or a device is not opened: reading it might never end.
    """
    try:
        kind = path.stat().st_mode
        if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
            message = f"{path} is a pipe or a device; a file on disk is needed."
            endless = "Write what it gives to a file, and give that."
            raise EnvironmentFault(message, hint=endless, code="no_regular_file", file=str(path))
        with path.open("rb") as stream:
            return stream.read(most + 1)
    except FileNotFoundError:
        raise EnvironmentFault(f"there is no file {path}.", hint=hint, code="no_file", file=str(path)) from None
    except IsADirectoryError:
        raise EnvironmentFault(f"{path} is a folder; a {what} is needed.", code="is_folder", file=str(path)) from None
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
