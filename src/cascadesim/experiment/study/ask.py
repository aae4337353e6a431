"""Reading the keys of a study file, every fault noted and none raised."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from cascadesim.errors import CascadeError, Problem
from cascadesim.lookup import nearest
from cascadesim.scenario.document import Document, KeyPath
from cascadesim.scenario.number_formats import shown

MOST_FAULTS = 200
_FEW = 20


class Ask:
    """A study file being read: what each key gives, and what is wrong so far.

    Every method gives None for what is wrong, which it notes with the line. `lost` are names of what could not be read.
    The only part of this package that changes.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.data = document.data
        self.problems: list[Problem] = []
        self.lost: set[str] = set()

    def fault(self, path: KeyPath, message: str, hint: str = "", code: str = "wrong_value") -> None:
        """Note a fault of the key at `path`."""
        if len(self.problems) < MOST_FAULTS:
            self.problems.append(self.document.problem(path, message, hint, code))

    def passed_on(self, path: KeyPath, fault: CascadeError, said: str = "", key: str = "") -> None:
        """Note what somebody else found wrong with the value at `path`, at its line here; `key` is known from it."""
        for problem in fault.problems:
            self.fault(path, said + about(problem, key), problem.hint, problem.code)

    def others(self, fault: CascadeError) -> None:
        """Note the faults of another file."""
        self.problems += [replace(problem) for problem in fault.problems[: MOST_FAULTS - len(self.problems)]]

    def known(self, path: KeyPath, table: dict[str, Any], keys: Collection[str]) -> None:
        """Note the keys of a table that are none."""
        for key in table:
            if key not in keys:
                close = nearest(key, keys)
                hint = f"Did you mean {close}?" if close else f"Known: {', '.join(sorted(keys))}."
                self.fault((*path, key), "unknown key.", hint, "unknown_key")

    def unknown(self, path: KeyPath, name: str, names: Collection[str], what: str) -> None:
        """Note a name that is none of those that there are, unless it is of something that could not be read."""
        if name in self.lost:
            return
        close = nearest(name, names)
        listed = f"Known: {', '.join(names)}." if len(names) <= _FEW else ""
        self.fault(
            path, f"there is no {what} {shown(name)}.", f"Did you mean {close}?" if close else listed, "unknown_name"
        )

    def not_one(self, path: KeyPath, value: Any, allowed: str, hint: str = "") -> None:
        """Note a value that is not what it should be."""
        self.fault(path, f"got {shown(value)}; allowed: {allowed}.", hint)

    def whole(self, path: KeyPath, value: Any, least: int, most: int) -> int | None:
        """A whole number within bounds, ends included."""
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.not_one(path, value, f"a whole number from {least:,} to {most:,}")
        return None

    def number(self, path: KeyPath, value: Any, allowed: str = "a number") -> float | None:
        """A finite number, as it is written: whole or not."""
        if isinstance(value, int | float) and not isinstance(value, bool) and is_finite(value):
            return value
        self.not_one(path, value, allowed, "Write it without quotes." if _in_quotes(value) else "")
        return None

    def positive(self, path: KeyPath, value: Any) -> float | None:
        """A finite number above 0."""
        if isinstance(value, int | float) and not isinstance(value, bool) and is_finite(value) and value > 0:
            return float(value)
        self.not_one(path, value, "a number above 0")
        return None

    def flag(self, path: KeyPath, value: Any) -> bool | None:
        """true or false."""
        if isinstance(value, bool):
            return value
        self.not_one(path, value, "true or false")
        return None

    def text(self, path: KeyPath, value: Any, allowed: str = "a text in quotes") -> str | None:
        """A text that is not empty."""
        if isinstance(value, str) and value.strip():
            return value
        self.not_one(path, value, allowed)
        return None

    def word(self, path: KeyPath, value: Any, words: Collection[str]) -> str | None:
        """One of a few words."""
        if isinstance(value, str) and value in words:
            return value
        close = nearest(value, words) if isinstance(value, str) else None
        self.not_one(path, value, ", ".join(words), f"Did you mean {close}?" if close else "")
        return None

    def texts(self, path: KeyPath, value: Any, most: int, example: str) -> list[str]:
        """A list of texts, each once; what is wrong is left out."""
        if not isinstance(value, list) or not value:
            self.not_one(path, value, f"a list of names, {example}")
            return []
        if len(value) > most:
            self.fault(path, f"{len(value):,} names; at most {most:,}.", code="too_large")
            return []
        found: list[str] = []
        for place, each in enumerate(value):
            text = self.text((*path, place), each)
            if text is not None and text in found:
                self.fault((*path, place), f"{shown(text)} is named twice.", code="twice")
            elif text is not None:
                found.append(text)
        return found


def about(problem: Problem, *known: str) -> str:
    """What a problem of a scenario says, with the key that it says it of, if that is none of those `known`."""
    message = problem.message
    for key in known:
        message = message.removeprefix(f"{key}: ")
    path = problem.path.removesuffix(".value")
    return f"{problem.path}: {message}" if path and path not in known else message


def is_finite(number: float) -> bool:
    """Whether it is a number that a float can hold."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def _in_quotes(value: Any) -> bool:
    try:
        return isinstance(value, str) and math.isfinite(float(value))
    except ValueError:
        return False
