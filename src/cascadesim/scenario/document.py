"""A scenario file as data that remembers where everything came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cascadesim.errors import Problem
from cascadesim.scenario.locate import Path

_LONGEST_LINE = 160
_BARE_KEY = re.compile(r"[\w-]+")


def dotted(path: Path) -> str:
    """The path as a scenario writes it: `tier.NAME.intake.0.count`; odd names in quotes."""
    return ".".join(str(part) if _BARE_KEY.fullmatch(str(part)) else f'"{part}"' for part in path)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, or the override (`--set ...`) that gave a value."""

    file: str
    line: int | None = None
    text: str = ""


Places = Mapping[Path, Place]


def paths(value: Any, path: Path) -> Iterator[Path]:
    """`path` and every path below it in `value`."""
    yield path
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield from paths(inner, (*path, key))


@dataclass(frozen=True)
class Document:
    """One scenario as plain data, with `places` for each of its paths.

    `name` is the stem of the file; `notes` are warnings about how the data came to be, and `faults` what is wrong with
    other files that it names; `variant` is the name of the variant that it is, if one.
    """

    data: dict[str, Any]
    places: Places = field(default_factory=dict)
    file: str = ""
    name: str = "scenario"
    notes: tuple[Problem, ...] = ()
    faults: tuple[Problem, ...] = ()
    variant: str = ""

    def place(self, path: Path) -> Place:
        """Where this path is written; for what is not there, the nearest table around it."""
        for length in range(len(path), 0, -1):
            found = self.places.get(path[:length])
            if found is not None:
                return found
        return Place(self.file)

    def problem(self, path: Path, message: str, hint: str = "", code: str = "invalid") -> Problem:
        """A problem with the key at `path`, with its file and line."""
        place = self.place(path)
        text = place.text.strip()
        if len(text) > _LONGEST_LINE:
            text = text[:_LONGEST_LINE] + "..."
        return Problem(message, dotted(path), place.file, place.line, text, hint, code)
