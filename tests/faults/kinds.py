"""The kinds of faults, and which of their figures are harmless."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from faults.processes import KILLS, LOCKS, SIGNALS, WORKERS
from faults.reference import Reference
from faults.same import WAYS as SAME
from faults.storage import DAMAGE, DAMAGE_HARMLESS, LIMITS, LIMITS_HARMLESS

Way = Callable[[Reference, random.Random, Counter[str]], None]


@dataclass(frozen=True)
class Kind:
    """Ways to do harm, tried in turn; `harmless` figures are told for interest, all others must stay 0."""

    ways: tuple[Way, ...]
    harmless: tuple[str, ...] = ()

    def trial(self, reference: Reference, number: int, chance: random.Random, figures: Counter[str]) -> None:
        """The trial of this number."""
        way = self.ways[number % len(self.ways)]
        try:
            way(reference, chance, figures)
        except AssertionError as fault:
            figures[f"{way.__name__} went wrong: {fault}"] += 1


KINDS = {
    "kill": Kind(KILLS),
    "worker": Kind(WORKERS),
    "limits": Kind(LIMITS, LIMITS_HARMLESS),
    "damage": Kind(DAMAGE, DAMAGE_HARMLESS),
    "lock": Kind(LOCKS),
    "signal": Kind(SIGNALS),
    "same": Kind(SAME),
}
_HARMLESS = ("kills", "acknowledged", "killed before there was a store", "stale locks", "compared", "recovered")


def harm(figures: Counter[str], kind: str) -> dict[str, int]:
    """What must not be."""
    fine = (*_HARMLESS, *KINDS[kind].harmless)
    return {
        name: count
        for name, count in figures.items()
        if count and name not in fine and not name.startswith("of ") and "most" not in name
    }
