"""How much is measured: the usual sizes, and small ones that only show that it works."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Sizes:
    """`rounds` counted, of turns of about `seconds` each; `full` asks for large scenarios at their full size."""

    rounds: int = 7
    seconds: float = 0.3
    weeks: int = 500
    clients: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    workers: tuple[int, ...] = (200, 2_000, 20_000, 100_000)
    tiers: tuple[int, ...] = (1, 2, 4, 8)
    cold: bool = True
    first_runs: int = 5
    full: bool = False


USUAL = Sizes()
QUICK = Sizes(
    rounds=2,
    seconds=0.0,
    weeks=50,
    clients=(100, 1_000),
    workers=(20, 200),
    tiers=(1, 2),
    cold=False,
    first_runs=1,
)


def sizes(quick: bool, full: bool, rounds: int | None) -> Sizes:
    """What the options of the command ask for."""
    chosen = replace(QUICK if quick else USUAL, full=full)
    return chosen if rounds is None else replace(chosen, rounds=rounds)
