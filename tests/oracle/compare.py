"""Two lists of digests beside each other, and where values were kept, what it is that differs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from oracle.content import Content, Part, file_of, kept, read
from oracle.digest import Digests
from oracle.renames import Renames

SMALL = 1e-3
"""A difference is relative to the larger of two numbers, or to this if both are smaller."""
AROUND = 2
"""So many rows before the first one that differs are shown."""


class Gap(NamedTuple):
    """By how much two numbers differ, and where they stand."""

    size: float
    where: str


def read_list(path: Path) -> dict[str, Digests | str]:
    """A file of digests by the names of scenarios; a word where there is none, such as `invalid`."""
    found: dict[str, Digests | str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, *fields = line.split(" ")
            found[name] = Digests(*fields) if len(fields) == 3 else " ".join(fields)
    return found


def verdict(old: Digests | str, new: Digests | str) -> str:
    """What differs, in words; empty for nothing."""
    if old == new:
        return ""
    if isinstance(old, str) or isinstance(new, str):
        return f"{_told(old)}, now {_told(new)}"
    if old.nameless == new.nameless:
        return "the same numbers under other names"
    return "numbers differ, the logs agree" if old.log == new.log else "numbers and logs differ"


def _told(digests: Digests | str) -> str:
    return digests if isinstance(digests, str) else "numbers"


def gap(old: Content, new: Content) -> Gap:
    """The largest difference of two numbers of one name; infinite where a name is on one side alone."""
    return max(_gaps(old, new), key=lambda each: each.size, default=Gap(0.0, "nowhere"))


def _gaps(old: Content, new: Content) -> Iterator[Gap]:
    if len(old) != len(new):
        yield Gap(math.inf, f"{len(old)} parts, now {len(new)}")
    for place, (one, other) in enumerate(zip(old, new, strict=False)):
        ours = {**{name: [each] for name, each in one.outcomes.items()}, **_marked(one)}
        theirs = {**{name: [each] for name, each in other.outcomes.items()}, **_marked(other)}
        for name in {**ours, **theirs}:
            if name not in ours or name not in theirs:
                yield Gap(math.inf, f"part {place}: {name} is {'new' if name in theirs else 'missing'}")
            else:
                yield from _of_values(f"part {place}: {name}", ours[name], theirs[name])


def _marked(part: Part) -> dict[str, list[float]]:
    return {f"column {name}": values for name, values in part.table.items()}


def _of_values(where: str, old: list[float], new: list[float]) -> Iterator[Gap]:
    for row, (one, other) in enumerate(zip_longest(old, new)):
        if one is None or other is None:
            yield Gap(math.inf, f"{where}: {len(old)} rows, now {len(new)}")
            return
        size = relative(one, other)
        if size:
            yield Gap(size, f"{where}{f' row {row}' if len(old) > 1 else ''}: {one!r}, now {other!r}")


def relative(one: float, other: float) -> float:
    """How far two numbers are apart, relative to the larger one; infinite where just one is nan."""
    if one == other or (math.isnan(one) and math.isnan(other)):
        return 0.0
    size = abs(one - other) / max(abs(one), abs(other), SMALL)
    return math.inf if math.isnan(size) else size


def first_row(old: Content, new: Content) -> str:
    """The first row of a log that differs, with those before it; empty where the logs agree."""
    for place, (one, other) in enumerate(zip(old, new, strict=False)):
        for number, (ours, theirs) in enumerate(zip_longest(one.log or (), other.log or ())):
            if ours != theirs:
                before = (one.log or [])[max(0, number - AROUND) : number]
                lines = [*(f"      {row}" for row in before), f"  old {ours}", f"  new {theirs}"]
                return "\n".join([f"  part {place}, row {number} of the log:", *lines])
    return ""


class Values:
    """Two folders of values, the first one of an older checkout."""

    def __init__(self, old: Path, new: Path, renames: Renames) -> None:
        self.old, self.new, self.renames = old, new, renames
        self._kept = {renames.scenario(name): name for name in kept(old)}

    def explain(self, name: str) -> tuple[float, str]:
        """(the largest relative difference, infinite where the logs differ; in words what differs) of one scenario."""
        if name not in self._kept or not file_of(self.new, name).exists():
            return math.inf, "  its values were not kept on both sides"
        old, new = self.renames.old(read(self.old, self._kept[name])), self.renames.new(read(self.new, name))
        most, row = gap(old, new), first_row(old, new)
        told = f"  largest relative difference {most.size:.3g}: {most.where}"
        return (math.inf if row else most.size), f"{told}\n{row}" if row else told
