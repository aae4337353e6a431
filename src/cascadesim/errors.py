"""What can go wrong, in words a planner can act on: the name that was meant, the number that is allowed."""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar


def printable(text: str) -> str:
    """`text` with whatever acts on a terminal or turns the order of letters shown as an escape, such as `\\x1b`.

    Names, titles and notes come from files that others wrote. Control characters (but for line breaks and tabs),
    marks of direction, line separators and halves of surrogate pairs are what is shown so.
    """
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(letter if _is_plain(letter) else ascii(letter)[1:-1] for letter in text)


def _is_plain(letter: str) -> bool:
    """Joiners (U+200C, U+200D) are plain: several scripts cannot be written without them."""
    hidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return letter in "\n\t\u200c\u200d" or unicodedata.category(letter) not in hidden


@dataclass(frozen=True)
class Problem:
    """One fault (or warning): where it is, what it says, what to do about it.

    `path` is the dotted path of the key (`tier.NAME.caseload`), `line` counts from 1 in `file`, `source` is the text of
    that line, `code` a stable short name such as `unknown_key`.
    """

    message: str
    path: str = ""
    file: str = ""
    line: int | None = None
    source: str = ""
    hint: str = ""
    code: str = "invalid"

    def text(self) -> str:
        """`file:line: path: message hint`, then the offending line itself, indented."""
        where = ":".join(str(part) for part in (self.file, self.line) if part)
        said = " ".join(part for part in (self.message, self.hint) if part)
        head = ": ".join(part for part in (where, self.path, said) if part)
        return printable(f"{head}\n    {self.source.strip()}" if self.source.strip() else head)


class CascadeError(Exception):
    """A fault to be shown to the user as it is, without a traceback; `exit_code` is what the command ends with."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", code: str = "error", file: str = "") -> None:
        problem = Problem(message, file=file, hint=hint, code=code)
        super().__init__(problem.text())
        self.problems: tuple[Problem, ...] = (problem,)


class UsageError(CascadeError):
    """The command or call was given something that it does not take."""

    exit_code = 2


class EnvironmentFault(CascadeError):
    """A missing file, a full disk, a permission, a folder that is not ours."""

    exit_code = 4


@dataclass
class ScenarioError(CascadeError):
    """A scenario file that cannot be run; holds every fault that was found, not only the first."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = field(default=())
    exit_code = 3

    def __post_init__(self) -> None:
        Exception.__init__(self, "\n".join(problem.text() for problem in self.problems))


T = TypeVar("T")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when nothing is close."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """`Did you mean X?` where one name is close, else the list of what is allowed."""
    names = sorted(known)
    close = nearest(name, names)
    return f"Did you mean {close}?" if close else f"Known: {', '.join(names)}."


def pick(table: Mapping[str, T], name: str, what: str) -> T:
    """`table[name]`, or a `UsageError` that names `what` was looked for, the nearest name and the known ones."""
    if name in table:
        return table[name]
    raise UsageError(f"unknown {what} {name!r}.", hint=suggestion(name, table), code="unknown_name")


MAX_REPLICATIONS = 1_000_000
MAX_JOBS = 1_024
"""The most replications of a run, and the most processes or threads that it may take."""


def whole_number(name: str, value: int, least: int, most: int) -> int:
    """`value` as an int (NumPy's too) from `least` to `most`; a `UsageError` says what is allowed otherwise."""
    try:
        number = -1 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = -1
    if not least <= number <= most:
        hint = f"Give a whole number from {least} to {most}."
        raise UsageError(f"{name}: {value!r} is not allowed.", hint=hint, code=name)
    return number
