"""The kinds of faults, and which of their figures are harmless."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from faults import damage, kills, limits, locks, same, signals, workers
from faults.scene import Scene

Way = Callable[[Scene, random.Random, Counter[str]], None]


@dataclass(frozen=True)
class Kind:
    """Ways to do harm, tried in turn; `harmless` figures are told for interest, all others must stay 0."""

    ways: tuple[Way, ...]
    harmless: tuple[str, ...] = ()

    def trial(self, scene: Scene, number: int, chance: random.Random, figures: Counter[str]) -> None:
        """The trial of this number."""
        way = self.ways[number % len(self.ways)]
        try:
            way(scene, chance, figures)
        except AssertionError as fault:
            figures[f"{way.__name__} went wrong: {fault}"] += 1


KINDS = {
    "kill": Kind(kills.WAYS),
    "worker": Kind(workers.WAYS),
    "limits": Kind(limits.WAYS, limits.HARMLESS),
    "damage": Kind(damage.WAYS, damage.HARMLESS),
    "lock": Kind(locks.WAYS),
    "signal": Kind(signals.WAYS),
    "same": Kind(same.WAYS),
}
_HARMLESS = ("kills", "acknowledged", "killed before there was a store", "stale locks", "compared", "taken back")


def harm(figures: Counter[str], kind: str) -> dict[str, int]:
    """What must not be."""
    fine = (*_HARMLESS, *KINDS[kind].harmless)
    return {
        name: count
        for name, count in figures.items()
        if count and name not in fine and not name.startswith("of ") and "most" not in name
    }
