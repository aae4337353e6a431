"""A factor: what a study varies. From a level to the changes of a scenario.

Inside a design every level is one number, its code: the place in a list of levels, or the value itself within a range.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from cascadesim.experiment.study.spreads import SPREADS

AS_IS = -math.inf
"""The code of what the scenario has itself, where that is none of the levels."""

LEVELS, RANGE, BASE, DUMMY, CHANCE = "levels", "range", "base", "dummy", "chance"
"""Kinds of factors: listed levels, a range, which scenario or variant, one that changes nothing, the luck."""


@dataclass(frozen=True)
class Factor:
    """One factor. `base` is its level in the scenario itself, None where nothing is given there.

    `paths` are the keys that it changes. With `kind` levels, `labels` has what each level is called (a number or a
    text) and `values` one tuple a level with the value of each path. With `kind` range, `low` and `high` are its ends,
    `spread` and `numbers` a row of `SPREADS` with its numbers, and `spans` the ends for each path. With `times` a level
    multiplies the scenario's own value, which `origins` has for each base and path. `unit` is that of the first path.
    `elsewhere` has the level of each base that has another one itself than `base`.
    """

    name: str
    paths: tuple[str, ...]
    kind: str
    base: Any = None
    unit: str = ""
    labels: tuple[Any, ...] = ()
    values: tuple[tuple[Any, ...], ...] = ()
    low: float = 0.0
    high: float = 1.0
    spread: str = "uniform"
    numbers: tuple[float, ...] = ()
    spans: tuple[tuple[float, float], ...] = ()
    whole: bool = False
    times: bool = False
    origins: tuple[tuple[str, tuple[float, ...]], ...] = ()
    elsewhere: tuple[tuple[str, Any], ...] = ()

    def __hash__(self) -> int:
        return hash((self.name, self.paths, self.kind))

    @property
    def listed(self) -> bool:
        """Whether it has a list of levels."""
        return self.kind in (LEVELS, BASE)

    def code(self, u: float) -> float:
        """The level at u of [0, 1], as its code: each of the listed levels is as likely, a range has its spread."""
        if self.listed:
            return float(min(int(u * len(self.labels)), len(self.labels) - 1))
        return SPREADS[self.spread].level(self, u)

    def level(self, code: float, base: str = "") -> Any:
        """The level as an analysis sees it, in a scenario of this base: a number, or the text of a category."""
        if code == AS_IS:
            return dict(self.elsewhere).get(base, self.base)
        if self.listed:
            return self.labels[int(code)]
        return int(code) if self.whole or self.kind == CHANCE else code

    def changes(self, code: float, base: str) -> tuple[tuple[str, Any], ...]:
        """What the level changes in the scenario of this base: (dotted path, value) for each path."""
        if not self.paths or code == AS_IS:
            return ()
        values = self.values[int(code)] if self.listed else tuple(self._within(code))
        if self.times:
            origins = dict(self.origins)[base]
            values = tuple(_multiplied(origin, value) for origin, value in zip(origins, values, strict=True))
        return tuple(zip(self.paths, values, strict=True))

    def _within(self, code: float) -> list[Any]:
        """The value of each path of a range: as far along its own span as the level is along the first."""
        found: list[Any] = []
        for low, high in self.spans:
            own = code if (low, high) == (self.low, self.high) else low + (code - self.low) * (high - low) / self.width
            found.append(round(own) if self.whole else own)
        return found

    @property
    def width(self) -> float:
        """From low to high."""
        return self.high - self.low


def _multiplied(origin: float, times: float) -> float:
    """A whole number stays whole: the nearest, halves up."""
    return int(origin * times + 0.5) if isinstance(origin, int) else origin * times
