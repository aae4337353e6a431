"""What a row of the tables of measures is, what it reads, and the usual ways to read it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cascadesim.model.constraints import constraints_of
from cascadesim.model.counters import CounterLayout
from cascadesim.model.enums import Wait
from cascadesim.model.plan import Plan, Scope
from cascadesim.model.replication import Snapshot, Tally, snapshot_at
from cascadesim.model.units import HOUR_MINUTES, WEEK_MINUTES

HIGHER, LOWER, NEITHER = "higher", "lower", ""


@dataclass(frozen=True, slots=True)
class Window:
    """The counters of one owner, or of all, between two snapshots of one run.

    `owner` is the beginning of their names: `tier.NAME.`, `clients.`, `organisation.` or nothing, and `level` the
    tier's, else -1. `opening` is None where the window begins at minute 0, when everything is 0.
    """

    plan: Plan
    layout: CounterLayout
    tally: Tally
    opening: Snapshot | None
    closing: Snapshot
    owner: str = ""
    level: int = -1

    def tier(self, level: int) -> Window:
        """The same window, of one tier."""
        return replace(self, owner=f"tier.{self.plan.tiers[level].name}.", level=level)

    @property
    def begin(self) -> int:
        """The first minute."""
        return self.opening.minute if self.opening else 0

    @property
    def minutes(self) -> int:
        """The length."""
        return self.closing.minute - self.begin

    @property
    def unit_costs(self) -> dict[str, float]:
        """Those of the owner."""
        scope = self.plan.scope
        if self.level >= 0:
            return scope.tiers[self.level].unit_costs
        return scope.clients.unit_costs if self.owner == "clients." and scope.clients else scope.unit_costs

    def count(self, *names: str) -> int:
        """How often any of these happened."""
        indices = [self.layout.count_at[self.owner + name] for name in names]
        opened = sum(self.opening.counts[index] for index in indices) if self.opening else 0
        return sum(self.closing.counts[index] for index in indices) - opened

    def newly(self, name: str) -> int:
        """The same, of recruits and certificates: without those who were there and certified from the start."""
        initial = sum(staff.initial for staff in self.plan.tiers[self.level].staff)
        return self.count(name) - (0 if self.opening else initial)

    def integral(self, *levels: str) -> int:
        """The integral of the sum of these levels, in level-minutes."""
        opened = self._integral(self.opening, levels) if self.opening else 0
        return self._integral(self.closing, levels) - opened

    def integral_between(self, start: int, end: int, *levels: str) -> int:
        """The same between two minutes only; those inside the run are among the plan's snapshots."""
        start, end = (min(max(minute, self.begin), self.closing.minute) for minute in (start, end))
        return self._until(end, levels) - self._until(start, levels) if end > start else 0

    def hours(self, *rates: str) -> float:
        """The hours behind the sum of these levels of minutes a week."""
        return self.integral(*rates) / (WEEK_MINUTES * HOUR_MINUTES)

    def snapshot(self, minute: int) -> Snapshot:
        """The counters just before the events of one of the plan's minutes."""
        return snapshot_at(self.tally.snapshots, minute)

    def _until(self, minute: int, levels: tuple[str, ...]) -> int:
        if minute == 0:
            return 0
        return self._integral(self.closing if minute == self.closing.minute else self.snapshot(minute), levels)

    def _integral(self, snapshot: Snapshot, levels: tuple[str, ...]) -> int:
        return sum(snapshot.integral(self.layout.level_at[self.owner + level]) for level in levels)


def whole_window(plan: Plan, layout: CounterLayout, tally: Tally) -> Window:
    """From `measure_from_week` to the end of the run (R1.6)."""
    opening = snapshot_at(tally.snapshots, plan.measure_from) if plan.measure_from else None
    return Window(plan, layout, tally, opening, tally.snapshots[-1])


Value = Callable[[Window], float]


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: `value` reads the owner's window, by default the count of the measure's own name.

    `better` is higher, lower or empty where neither is; `needs` is the mechanism (`scenario/compile.py`) without
    which there is no such measure.
    """

    unit: str
    better: str
    meaning: str
    value: Value | None = None
    needs: str = ""


Measures = dict[str, Measure]


class Margin(NamedTuple):
    """The smallest difference that matters: `size` in the unit of the outcome, or a share of the mean if `of_mean`."""

    size: float
    of_mean: bool = False

    def at(self, mean: float) -> float:
        """In the unit of the outcome, for a plan with this mean; 0 where that is undefined."""
        return self.size * abs(mean) if self.of_mean and mean == mean else 0.0 if self.of_mean else self.size


ANY_DIFFERENCE = Margin(0.0)
MARGINS = {"share": Margin(0.01), "level": Margin(0.01), "weeks": Margin(0.1), "week": Margin(1.0)}
OTHER_MARGIN = Margin(0.01, of_mean=True)
"""By unit, where the scenario gives no other: counts, hours and money go by the mean of the plan compared with."""


def brought_about(table: Measures, mechanisms: frozenset[str]) -> Measures:
    """The rows that there are with these mechanisms."""
    return {name: row for name, row in table.items() if not row.needs or row.needs in mechanisms}


def at_reports(scope: Scope, table: Measures) -> Measures:
    """`NAME_at_week_W`: the level or count of each row's name at each report week."""
    return {
        f"{name}_at_week_{week}": replace(row, value=reading(name, minute))
        for week, minute in scope.reports
        for name, row in table.items()
    }


def waiting(wait: Wait, mechanisms: frozenset[str], unit: str) -> Measures:
    """Time spent waiting in the window, by the constraint that it is booked under (R12.1)."""
    levels = [f"waiting.{wait.name.lower()}.{constraint}" for constraint in constraints_of(wait, mechanisms)]
    return {f"{level}_weeks": Measure(unit, LOWER, "time spent waiting", level_weeks(level)) for level in levels}


def count(name: str) -> Value:
    """How often something happened in the window."""
    return lambda window: float(window.count(name))


def mean(level: str) -> Value:
    """The time average of a level over the window."""
    return lambda window: ratio(window.integral(level), window.minutes)


def quotient(part: str, *whole: str) -> Value:
    """One count over the sum of others, over the window."""
    return lambda window: ratio(window.count(part), window.count(*whole))


def share_of(part: str, *whole: str) -> Value:
    """The integral of one level over that of others, over the window."""
    return lambda window: ratio(window.integral(part), window.integral(*whole))


def reading(name: str, minute: int) -> Value:
    """A level, or a count since week 0, just before the events of a minute."""

    def read(window: Window) -> float:
        snapshot, layout, full = window.snapshot(minute), window.layout, window.owner + name
        if full in layout.level_at:
            return float(snapshot.levels[layout.level_at[full]])
        return float(snapshot.counts[layout.count_at[full]])

    return read


def level_weeks(level: str) -> Value:
    """The integral of a level over the window, in level-weeks."""
    return lambda window: window.integral(level) / WEEK_MINUTES


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
    index, rest = divmod((len(ordered) - 1) * numerator, denominator)
    above = ordered[min(index + 1, len(ordered) - 1)]
    return (ordered[index] * (denominator - rest) + above * rest) / (denominator * unit)
