"""From content to digests. All are over exact values: a float as its bits, a row of the log as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from oracle.content import LOG, Content, Part

SHORT = 16
_WORDS = LOG[:6]


class Digests(NamedTuple):
    """`whole` is over everything; `log` over the logs alone; `nameless` over everything without any name or word.

    Two contents that differ in names alone, each name standing for one other, have the same `nameless`.
    """

    whole: str
    log: str
    nameless: str


def digests(content: Content) -> Digests:
    """All three of them."""
    whole = _sha(line for part in content for line in _lines(part))
    log = _sha(line for part in content for line in _log(part))
    nameless = _sha(line for part in content for line in _nameless(part))
    return Digests(whole, log[:SHORT], nameless[:SHORT])


def bits(value: Any) -> str:
    """A number to the last bit: nan is nan, -0.0 is not 0.0, and 1.0 is not the whole number 1."""
    return value.hex() if isinstance(value, float) else str(value)


def _sha(lines: Iterable[str]) -> str:
    found = hashlib.sha256()
    for line in lines:
        found.update(line.encode() + b"\n")
    return found.hexdigest()


def _lines(part: Part) -> Iterable[str]:
    yield f"part {len(part.outcomes)} {len(part.table)}"
    yield from (f"{name}\t{bits(part.outcomes[name])}" for name in sorted(part.outcomes))
    yield from (f"{name}\t{_column(part.table[name])}" for name in sorted(part.table))
    yield from _log(part)


def _column(values: list[float]) -> str:
    return " ".join(map(bits, values))


def _log(part: Part) -> Iterable[str]:
    yield "no log" if part.log is None else f"log {len(part.log)}"
    for row in part.log or ():
        yield "\t".join(map(str, row))


def _nameless(part: Part) -> Iterable[str]:
    """Numbers in the order of their size; a word of the log as the place of its first appearance in its column."""
    yield f"part {len(part.outcomes)} {len(part.table)}"
    yield from sorted(map(bits, part.outcomes.values()))
    yield from sorted(map(_column, part.table.values()))
    yield "no log" if part.log is None else f"log {len(part.log)}"
    seen: tuple[dict[str, int], ...] = tuple({} for _ in _WORDS)
    for row in part.log or ():
        places = [first.setdefault(word, len(first)) for first, word in zip(seen, row, strict=False)]
        yield " ".join(map(str, (*places, *row[len(_WORDS) :])))
