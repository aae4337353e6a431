"""Chance, as the generator uses it: everything comes from one function that gives whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

WEEK = 10_080
LETTERS = "abcdefghijklmnopqrstuvwxyz_0123456789"
Document = dict[str, Any]
SHARES = {1: ((1.0,),), 2: ((0.5, 0.5), (0.25, 0.75)), 3: ((0.5, 0.25, 0.25), (0.25, 0.25, 0.5))}


@dataclass(frozen=True)
class Choices:
    """Draws within one scenario. `whole(least, most)` is all chance; `grain` is the unit of durations in minutes."""

    whole: Callable[[int, int], int]
    grain: int

    def one_of(self, *values: Any) -> Any:
        """One of `values`, the simplest first."""
        return values[self.whole(0, len(values) - 1)]

    def often(self, chances: int = 3) -> bool:
        """True `chances` times of 4."""
        return self.whole(1, 4) > 4 - chances

    def rarely(self, of: int) -> bool:
        """True once in `of` times."""
        return self.whole(1, of) == of

    def weeks(self, least: float, most: float) -> float:
        """A duration or date: a multiple of the grain between these, or the first one above `least`."""
        first = max(1, -(-int(least * WEEK) // self.grain))
        last = max(first, int(most * WEEK) // self.grain)
        return self.whole(first, last) * self.grain / WEEK

    def dates(self, most: int, first: float, last: float) -> list[float]:
        """One to `most` different dates in their order."""
        return sorted({self.weeks(first, last) for _ in range(self.whole(1, most))})

    def hours(self, least: float, most: float) -> float:
        """Hours, to a quarter."""
        return self.whole(int(least * 4), int(most * 4)) / 4

    def quantity(self, *shares: float) -> Any:
        """A probability or ratio: one of these, now and then with a range and a source."""
        value = self.one_of(*shares)
        if not self.rarely(8):
            return value
        return {"value": value, "low": value / 2, "high": value, "source": "guess"}

    def names(self, least: int, most: int) -> list[str]:
        """So many different random names of two to six letters."""
        names: list[str] = []
        number = self.whole(least, most)
        while len(names) < number:
            word = "".join(LETTERS[self.whole(0, len(LETTERS) - 1)] for _ in range(self.whole(2, 6)))
            names += [word] if word not in names else [f"{word}{len(names)}"]
        return names

    def shares_of(self, names: list[str]) -> dict[str, float]:
        """Shares of a whole for these names, three at most."""
        return dict(zip(names, self.one_of(*SHARES[len(names)]), strict=True))

    def duration(self, least: float, most: float) -> Any:
        """A distribution of weeks: mostly on the grain, sometimes spread over the minutes between."""
        kind = self.one_of("constant", "discrete", "constant", "empirical", "exponential", "uniform", "of mean")
        if kind == "constant":
            return self.weeks(least, most)
        if kind in ("discrete", "empirical"):
            values = sorted({self.weeks(least, most), self.weeks(least, most)})
            even = {"probabilities": [1 / len(values)] * len(values)} if kind == "discrete" else {}
            return {"dist": kind, "values": values} | even
        if kind == "uniform":
            return {"dist": kind, "low": least, "high": most}
        mean = self.weeks(least, most)
        if kind == "exponential":
            return {"dist": kind, "mean": mean}
        wide = {"dist": "triangular", "low": least, "mode": least, "high": most}
        shaped = {"dist": "weibull", "mean": mean, "shape": 1.5}
        bounded = {"dist": "beta", "mean": (least + most) / 2, "cv": 0.2, "low": least, "high": most}
        return self.one_of({"dist": "lognormal", "mean": mean, "cv": 0.5}, wide, shaped, bounded)


def least_weeks(amount: Any) -> float:
    """The least that a distribution of `Choices.duration` gives."""
    if isinstance(amount, dict):
        return float(min(amount.get("values", [amount.get("low", 0.0)])))
    return float(amount)
