"""Root causes over time: in how many replications each binds and for how long, and which leads when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from cascadesim.analysis.bottleneck.root_causes import Cause

FILTER_WEEKS = 2.0
"""In one replication, a cause counts where it is the most frequent among the weeks this far to either side."""
SHORTEST_WEEKS = 4.0
"""A shorter period is joined to its neighbour."""
LEAST_RUNS = 0.25
"""In fewer replications than this, what makes somebody wait is not said to bind."""

Shares = dict[Cause, tuple[float, ...]]
"""By cause, heaviest first: the share of replications in which it is the cause in each interval."""


@dataclass(frozen=True)
class BindingPeriod:
    """Weeks with one leading cause, or none; `runs` is the share of replications in which it binds, on average."""

    cause: Cause | None
    start_week: float
    end_week: float
    runs: float


def attribute_combinations(causes: Sequence[Cause | None]) -> list[Cause | None]:
    """The same, with each combination of constraints counted as that one of them which binds most often by itself.

    Somebody who waits for two things waits for each of them; otherwise one constraint would lose to another only
    because it sometimes comes with a third. What never binds by itself stays a combination.
    """
    often = Counter(cause for cause in causes if cause is not None)
    into = {
        cause: max(alone, key=lambda part: often[part])
        for cause in often
        if (alone := [part for part in cause.parts if part in often])
    }
    return [into.get(cause, cause) if cause is not None else None for cause in causes]


def majority_filter(
    causes: Sequence[Cause | None], ends: Sequence[float], lengths: Sequence[float]
) -> list[Cause | None]:
    """One replication's causes without what lasts a week or two: a majority filter, which leaves edges in interval.

    An interval in which nobody waits stays one.
    """
    middles = [end - length / 2 for end, length in zip(ends, lengths, strict=True)]
    first = last = 0
    kept: list[Cause | None] = []
    for interval, middle in enumerate(middles):
        while middles[first] < middle - FILTER_WEEKS:
            first += 1
        while last < len(middles) and middles[last] <= middle + FILTER_WEEKS:
            last += 1
        near, own = causes[first:last], causes[interval]
        kept.append(None if own is None else _most_frequent(near, own))
    return kept


def _most_frequent(near: Sequence[Cause | None], own: Cause) -> Cause | None:
    """Of as frequent ones `own`, or else the first."""
    return max(near, key=lambda cause: (near.count(cause), cause == own))


def shares_of(cells: Sequence[Sequence[Cause | None]], lengths: Sequence[float]) -> Shares:
    """The shares from the cause of each replication and interval; the cause of most run-weeks comes first."""
    shares: dict[Cause, list[float]] = {}
    for run in cells:
        for interval, cause in enumerate(run):
            if cause is not None:
                shares.setdefault(cause, [0.0] * len(run))[interval] += 1 / len(cells)
    ordered = sorted(shares, key=lambda cause: (-mean_weeks(shares[cause], lengths), cause))
    return {cause: tuple(shares[cause]) for cause in ordered}


def mean_weeks(shares: Sequence[float], lengths: Sequence[float]) -> float:
    """For how many weeks a cause binds in the average replication."""
    return sum(share * length for share, length in zip(shares, lengths, strict=True))


def binding_periods(shares: Shares, ends: Sequence[float], lengths: Sequence[float]) -> tuple[BindingPeriod, ...]:
    """The leading cause over time, in periods that tile the horizon; short ones are joined to a neighbour.

    Not so the weeks at both ends in which nothing binds in any replication: nobody has waited yet, or any more.
    """
    leading = [_leader(shares, interval) for interval in range(len(ends))]
    quiet = _quiet_ends(shares, len(ends))
    blocks = _blocks(leading)
    while len(blocks) > 1:
        spans = {number: sum(lengths[interval] for interval in block) for number, block in enumerate(blocks)}
        short = [number for number in spans if spans[number] < SHORTEST_WEEKS and quiet.isdisjoint(blocks[number])]
        if not short:
            break
        shortest = min(short, key=lambda number: spans[number])
        into = leading[blocks[shortest - 1 if shortest else 1][0]]
        for interval in blocks[shortest]:
            leading[interval] = into
        blocks = _blocks(leading)
    return tuple(_period(shares, leading[block[0]], block, ends, lengths) for block in blocks)


def _leader(shares: Shares, interval: int) -> Cause | None:
    leader = max(shares, key=lambda cause: shares[cause][interval], default=None)
    return leader if leader is not None and shares[leader][interval] >= LEAST_RUNS else None


def _quiet_ends(shares: Shares, count: int) -> set[int]:
    """The intervals before anything binds in any replication, and after."""
    binding = [interval for interval in range(count) if any(share[interval] > 0 for share in shares.values())]
    return {*range(binding[0]), *range(binding[-1] + 1, count)} if binding else set()


def _blocks(leading: list[Cause | None]) -> list[list[int]]:
    return [list(block) for _, block in groupby(range(len(leading)), key=lambda interval: leading[interval])]


def _period(
    shares: Shares, cause: Cause | None, block: list[int], ends: Sequence[float], lengths: Sequence[float]
) -> BindingPeriod:
    span = sum(lengths[interval] for interval in block)
    runs = sum(shares[cause][interval] * lengths[interval] for interval in block) / span if cause else 0.0
    return BindingPeriod(cause, ends[block[0]] - lengths[block[0]], ends[block[-1]], runs)


@dataclass(frozen=True)
class CauseRow:
    """How long a root cause binds in the average run, and in what share of runs it does for four weeks at least."""

    cause: Cause
    mean_weeks: float
    runs: float


def cause_rows(
    cells: Sequence[Sequence[Cause | None]], shares: Shares, lengths: Sequence[float]
) -> tuple[CauseRow, ...]:
    """One row a cause, heaviest first; `cells` holds the cause of each replication and interval."""
    often = dict.fromkeys(shares, 0)
    for run in cells:
        weeks = dict.fromkeys(shares, 0.0)
        for cause, length in zip(run, lengths, strict=True):
            if cause is not None:
                weeks[cause] += length
        for cause in shares:
            often[cause] += weeks[cause] >= SHORTEST_WEEKS
    return tuple(
        CauseRow(cause, mean_weeks(share, lengths), often[cause] / len(cells)) for cause, share in shares.items()
    )
