"""Old names to new ones (`renames.toml`), so that the same numbers under other names have the same digest."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from oracle.content import Content, Part, Row

TABLE = Path(__file__).with_name("renames.toml")
_TABLES = ("scenarios", "names", "words", "events", "kinds", "keys", "details")
_WORD = re.compile(r"\w+")
_Change = Callable[[str], str]
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Renames:
    """The tables of `renames.toml` by name, and which names are left out on either side."""

    tables: Mapping[str, Mapping[str, str]]
    left_out: Mapping[str, list[str]] = field(default_factory=dict)

    def old(self, content: Content) -> Content:
        """What an older checkout gave, in the names of today."""
        return [
            Part(
                _renamed(_without(part.outcomes, self._dropped("old")), self._name),
                _renamed(_without(part.table, self._dropped("old")), self._name),
                None if part.log is None else list(map(self._row, part.log)),
            )
            for part in content
        ]

    def new(self, content: Content) -> Content:
        """What this checkout gave, without what is left out."""
        dropped = self._dropped("new")
        return [Part(_without(part.outcomes, dropped), _without(part.table, dropped), part.log) for part in content]

    def scenario(self, name: str) -> str:
        """The name of a scenario today."""
        stem, plus, variant = name.partition("+")
        return self._whole("scenarios")(stem) + plus + variant

    def _dropped(self, side: str) -> re.Pattern[str] | None:
        patterns = self.left_out.get(side, [])
        return re.compile("|".join(_pattern(each) for each in patterns)) if patterns else None

    @functools.cached_property
    def _name(self) -> _Change:
        whole, words = self._whole("names"), self._words("words")
        return functools.cache(lambda name: words(whole(name)))

    @functools.cached_property
    def _row(self) -> Callable[[Row], Row]:
        events, kinds, keys = self._whole("events"), self._whole("kinds"), self._words("keys")
        details = self._details()

        @functools.cache
        def key(text: str) -> str:
            first, colon, rest = text.partition(":")
            return first + colon + keys(rest)

        def changed(row: Row) -> Row:
            event, kind, who, tier, other, detail, *numbers = row
            return (events(event), kinds(kind), key(who), tier, key(other), details(event, detail), *numbers)

        return changed

    def _details(self) -> Callable[[str, str], str]:
        everywhere = {**self.tables["words"], **self.tables["details"]}

        @functools.cache
        def words(event: str) -> _Change:
            return _change({word.removeprefix(f"{event}:"): new for word, new in everywhere.items()})

        @functools.cache
        def changed(event: str, text: str) -> str:
            return _WORD.sub(lambda found: words(event)(found[0]), text)

        return changed

    def _whole(self, table: str) -> _Change:
        return _change(self.tables[table])

    def _words(self, table: str) -> _Change:
        change = _change(self.tables[table])
        return functools.cache(lambda text: _WORD.sub(lambda found: change(found[0]), text))


def read_renames(path: Path = TABLE) -> Renames:
    """The table as it is now; a `ValueError` where it cannot be used."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    left_out = data.pop("left_out", {})
    unknown = [*(data.keys() - set(_TABLES)), *(left_out.keys() - {"old", "new"})]
    if unknown:
        raise ValueError(f"{path.name}: unknown tables {', '.join(sorted(unknown))}")
    tables = {name: data.get(name, {}) for name in _TABLES}
    for table in tables.values():
        for old, new in table.items():
            if old.count("*") != new.count("*"):
                raise ValueError(f"{path.name}: {old} and {new} have not as many *")
    return Renames(tables, left_out)


def _pattern(name: str) -> str:
    return "[^.]*".join(map(re.escape, name.split("*")))


def _change(table: Mapping[str, str]) -> _Change:
    """A whole text to what it is called now; the first line of the table that fits is the one that holds."""
    lines = [(re.compile("([^.]*)".join(map(re.escape, old.split("*")))), new) for old, new in table.items()]

    @functools.cache
    def changed(text: str) -> str:
        for pattern, new in lines:
            found = pattern.fullmatch(text)
            if found:
                first, *others = new.split("*")
                return first + "".join(star + part for star, part in zip(found.groups(), others, strict=True))
        return text

    return changed


def _without(named: dict[str, V], dropped: re.Pattern[str] | None) -> dict[str, V]:
    return named if dropped is None else {name: each for name, each in named.items() if not dropped.fullmatch(name)}


def _renamed(named: dict[str, V], change: _Change) -> dict[str, V]:
    found = {change(name): each for name, each in named.items()}
    if len(found) != len(named):
        raise ValueError("two names have become one: see renames.toml")
    return found
