"""What the measures read: one owner's integers, from the opening of the window to the end of the run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cascadesim.model.codes import WEEK_MINUTES
from cascadesim.model.layout import Layout
from cascadesim.model.plan import Plan
from cascadesim.model.tally import Snapshot, Tally, snapshot_at


def ratio(numerator: float, denominator: float) -> float:
    """The quotient, nan where the denominator is 0; of two integers it is correctly rounded."""
    return numerator / denominator if denominator else math.nan


def spread(number: int, total: int, squares: int) -> float:
    """The sample standard deviation of integers from their number, sum and sum of squares; nan of fewer than two."""
    if number < 2:
        return math.nan
    return math.sqrt((number * squares - total * total) / (number * (number - 1)))


def weeks_or_never(minute: int) -> float:
    """A minute in weeks, nan for -1 (it never happened)."""
    return minute / WEEK_MINUTES if minute >= 0 else math.nan


def mean_weeks(minutes: Sequence[int]) -> float:
    """The mean of integer minutes, in weeks; nan of nothing."""
    return ratio(sum(minutes), len(minutes) * WEEK_MINUTES)


def quantile_weeks(minutes: Sequence[int], numerator: int, denominator: int) -> float:
    """The quantile of order numerator / denominator of integer minutes, in weeks; nan of nothing."""
    return quantile(minutes, numerator, denominator, WEEK_MINUTES)


def quantile(values: Sequence[int], numerator: int, denominator: int, unit: int) -> float:
    """The quantile of order numerator / denominator of integers, in `unit`s; nan of nothing.

    Linear interpolation between order statistics: with x(0) <= ... <= x(n - 1) and h = (n - 1) p, the value is
    x(floor h) + (h - floor h) (x(floor h + 1) - x(floor h)): definition 7 of Hyndman and Fan (1996), The American
    Statistician 50:361-365, the default of numpy and R. In integers up to the one division at the end.
    """
    if not values:
        return math.nan
    ordered = sorted(values)
    place, rest = divmod((len(ordered) - 1) * numerator, denominator)
    above = ordered[min(place + 1, len(ordered) - 1)]
    return (ordered[place] * (denominator - rest) + above * rest) / (denominator * unit)


@dataclass(frozen=True, slots=True)
class Readings:
    """The counters of one owner. `opening` is None where the window opens at minute 0, when everything is 0."""

    plan: Plan
    layout: Layout
    tally: Tally
    level_at: dict[str, int]
    count_at: dict[str, int]
    owner: str  # `tier.NAME.`, `clients.` or `organisation.`
    opening: Snapshot | None
    closing: Snapshot
    level: int  # of the tier, -1 for others

    @property
    def minutes(self) -> int:
        """Length of the window."""
        return self.closing.minute - (self.opening.minute if self.opening else 0)

    def count(self, what: str) -> int:
        """How often in the window."""
        place = self.count_at[self.owner + what]
        return self.closing.counts[place] - (self.opening.counts[place] if self.opening else 0)

    def newly(self, what: str) -> int:
        """The same, of recruits and certificates: without those who were there and certified from the start."""
        there = sum(staff.initial for staff in self.plan.tiers[self.level].staff)
        return self.count(what) - (0 if self.opening else there)

    def area(self, *what: str) -> int:
        """The integral over the window of the sum of these levels, in level-minutes."""
        places = [self.level_at[self.owner + each] for each in what]
        opened = sum(self.opening.area(place) for place in places) if self.opening else 0
        return sum(self.closing.area(place) for place in places) - opened

    def mean(self, what: str) -> float:
        """The time average of a level over the window."""
        return ratio(self.area(what), self.minutes)

    def snapshot(self, minute: int) -> Snapshot:
        """The counters just before the events of one of the plan's minutes."""
        return snapshot_at(self.tally.snapshots, minute)

    def reading(self, what: str, minute: int) -> int:
        """A level, or a count since week 0, just before the events of a report's minute."""
        snapshot = self.snapshot(minute)
        if self.owner + what in self.level_at:
            return snapshot.levels[self.level_at[self.owner + what]]
        return snapshot.counts[self.count_at[self.owner + what]]


def opening_of(plan: Plan, tally: Tally) -> Snapshot | None:
    """The counters as the window opens; None where it opens at minute 0, when everything is 0."""
    return snapshot_at(tally.snapshots, plan.measure_from) if plan.measure_from else None


def read(plan: Plan, layout: Layout, tally: Tally) -> list[Readings]:
    """The readings of the clients (where the plan has any), of each tier from the top, then of the organisation."""
    opening = opening_of(plan, tally)
    owners = [("clients.", -1)] if plan.clients else []
    owners += [(f"tier.{tier.name}.", tier.level) for tier in plan.tiers]
    owners += [("organisation.", -1)] if plan.organisation else []
    closing = tally.snapshots[-1]
    return [
        Readings(plan, layout, tally, layout.level_at, layout.count_at, owner, opening, closing, level)
        for owner, level in owners
    ]
