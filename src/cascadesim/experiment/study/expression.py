"""Comparisons of factors, `a + 2 * b <= 12 and a < b`: read by this grammar and no other, never as Python.

    condition   comparison { and comparison }
    comparison  sum { <= sum }                   <= < >= > == != , at least one
    sum         product { + product }            + -
    product     sign { * sign }                  * /
    sign        - sign | number | name | ( sum )

A name is a dotted path or the name of a factor; one with other letters stands in quotes.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

LONGEST, DEEPEST = 500, 40

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)(?![\w.])"
    r"|(?P<name>[^\W\d]\w*(?:\.\w+)*)"
    r"|\"(?P<double>[^\"]+)\"|'(?P<single>[^']+)'"
    r"|(?P<sign><=|>=|==|!=|[-+*/()<>]))"
)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
    "!=": operator.ne,
}
_HINTS = {
    "or": "Only `and` joins comparisons; several lines of constraints must all hold.",
    "not": "Turn the comparison round: >= for not <.",
    "=": "Write == for equal.",
    "*": "Only + - * / are known.",
    ",": "A point, not a comma, stands in a number.",
    "%": "Only + - * / are known.",
    "^": "Only + - * / are known.",
}


class NotRead(ValueError):
    """What cannot be read: `message` with the character, and a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class Undefined(ArithmeticError):
    """A sum without a value: something is divided by 0, or too large."""


Sum = tuple["str", "float | str | Sum", "Sum | None"]
"""("number", 3.0, None), ("name", "a", None), ("-", sum, None) or (operator, sum, sum)."""


@dataclass(frozen=True)
class Condition:
    """What a text says: comparisons (sum, word, sum) that must all hold, and the names in them."""

    text: str
    comparisons: tuple[tuple[Sum, str, Sum], ...]
    names: tuple[str, ...]

    def holds(self, values: Mapping[str, float]) -> bool:
        """Whether it is true of these numbers, one for each of `names`. Raises `Undefined`."""
        return all(_COMPARE[word](value(left, values), value(right, values)) for left, word, right in self.comparisons)


def read_condition(text: str) -> Condition:
    """The condition that a text says. Raises `NotRead` where it says none."""
    if len(text) > LONGEST:
        raise NotRead(f"longer than {LONGEST} characters.")
    return _Parser(text).condition()


def value(of: Sum, values: Mapping[str, float]) -> float:
    """The number that a sum makes. Raises `Undefined`."""
    kind, left, right = of
    if kind == "number":
        return left  # type: ignore[return-value]
    if kind == "name":
        return values[left]  # type: ignore[index]
    first = value(left, values)  # type: ignore[arg-type]
    if right is None:
        return -first
    second = value(right, values)
    if kind == "/" and second == 0:
        raise Undefined("something is divided by 0")
    found = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}[kind](first, second)
    if not math.isfinite(found):
        raise Undefined("a number is too large")
    return float(found)


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise NotRead(
                f"character {start + 1}: {text[start : start + 10]!r} cannot be read.", _HINTS.get(text[start], "")
            )
        kind = str(match.lastgroup)
        bare = "and" if match[kind] == "and" else kind
        yield _Token({"double": "name", "single": "name"}.get(kind, bare), match[kind], match.start(kind))
        at = match.end()


class _Parser:
    """One text, read from the left."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [*_tokens(text), _Token("end", "", len(text))]
        self.names: dict[str, None] = {}
        self.at = self.depth = 0

    def condition(self) -> Condition:
        found = self._comparison()
        while self._next().kind == "and":
            self.at += 1
            found += self._comparison()
        if self._next().kind != "end":
            raise self._wrong("`and` or the end")
        return Condition(self.text, tuple(found), tuple(self.names))

    def _comparison(self) -> list[tuple[Sum, str, Sum]]:
        left = self._sum()
        if self._next().text not in _COMPARE:
            raise self._wrong("a comparison: <= < >= > == !=")
        found = []
        while self._next().text in _COMPARE:
            word = self._take().text
            right = self._sum()
            found.append((left, word, right))
            left = right
        return found

    def _sum(self) -> Sum:
        return self._chain("+-", lambda: self._chain("*/", self._sign))

    def _chain(self, words: str, part: Callable[[], Sum]) -> Sum:
        found = part()
        for _ in range(LONGEST):
            if self._next().kind != "sign" or self._next().text not in tuple(words):
                break
            found = (self._take().text, found, self._shallow(part))
        return found

    def _shallow(self, part: Callable[[], Sum]) -> Sum:
        """A chain grows as deep as it is long."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotRead(f"more than {DEEPEST} operations.", "Write it as several constraints.")
        return part()

    def _sign(self) -> Sum:
        token = self._take()
        if token.kind == "number":
            number = float(token.text)
            if not math.isfinite(number):
                raise NotRead(f"character {token.at + 1}: {token.text[:20]} is too large.")
            return ("number", number, None)
        if token.kind == "name" and token.text not in ("or", "not"):
            self.names[token.text] = None
            return ("name", token.text, None)
        if token.text == "-":
            return ("-", self._shallow(self._sign), None)
        if token.text == "(":
            inner = self._shallow(self._sum)
            if self._next().text != ")":
                raise self._wrong("a closing bracket; brackets stand around sums only")
            self.at += 1
            return inner
        self.at -= 1
        raise self._wrong("a number, a name or a bracket")

    def _next(self) -> _Token:
        return self.tokens[self.at]

    def _take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def _wrong(self, wanted: str) -> NotRead:
        token = self._next()
        got = "it ends" if token.kind == "end" else f"got {token.text[:20]!r}"
        return NotRead(f"character {token.at + 1}: {got}; allowed: {wanted}.", _HINTS.get(token.text, ""))
