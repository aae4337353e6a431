"""Slips of the pen that TOML cannot read, in words of their own: what a line most likely meant."""

from __future__ import annotations

import re
from collections.abc import Callable

from cascadesim.scenario.numerals import MONEY, NUMERAL, UNIT, numeral

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
        lambda match: numeral(match[1], match.string[: match.start()].rpartition(".")[2].strip()),
    ),
    (
        re.compile(r"=\s*\[\s*([^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)\s*\]"),
        lambda match: f"names go in quotes: [{quoted(match[1])}].",
    ),
)


def quoted(names: str) -> str:
    """`a, b` as `"a", "b"`."""
    bare = (name.strip().strip("\"'") for name in names.strip("[] ").split(","))
    return ", ".join(f'"{name}"' for name in bare if name)


def slip(line: str) -> str:
    """What is said of a line that TOML cannot read, where it is known what went wrong; else nothing."""
    code = line.split("#")[0]
    for pattern, words in _SLIPS:
        found = pattern.search(code)
        said = words(found) if found else ""
        if said:
            return said
    return ""
