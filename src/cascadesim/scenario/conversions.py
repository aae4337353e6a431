"""What tiers and clients of a plan have in common: rates, clocks, draws and tables of shares in minutes and levels."""

from __future__ import annotations

from collections.abc import Mapping

from cascadesim.model.distributions import Draw
from cascadesim.model.plan import Clock as ClockKind
from cascadesim.model.plan import ClockPlan, Piece, Share
from cascadesim.model.units import WEEK_MINUTES, YEAR_WEEKS, at_minute
from cascadesim.scenario.distributions import Amount
from cascadesim.scenario.fields import Quantity, Rate
from cascadesim.scenario.workforce import Clock, DateClock, LifeTableClock, ShockClock, WeibullClock


def pieces(rate: Rate, factor: float = 1.0) -> tuple[Piece, ...]:
    """The rate from minute 0 on, 0 before its first step; nothing where it is never above 0."""
    steps = sorted((at_minute(step.from_week), step.rate.value * factor / WEEK_MINUTES) for step in rate)
    if not any(rate_per_minute > 0 for _, rate_per_minute in steps):
        return ()
    start = () if steps[0][0] == 0 else (Piece(0, 0.0),)
    return start + tuple(Piece(minute, rate_per_minute) for minute, rate_per_minute in steps)


def clock_plan(clock: Clock) -> ClockPlan:
    """A clock in minutes."""
    shape, scale_weeks, minute, share = 1.0, 0.0, 0, 1.0
    table: tuple[Piece, ...] = ()
    if isinstance(clock, DateClock):
        minute = at_minute(clock.week)
    elif isinstance(clock, ShockClock):
        minute, share = at_minute(clock.week), clock.share.value
    elif isinstance(clock, LifeTableClock):
        year = YEAR_WEEKS * WEEK_MINUTES
        steps = ((at_minute(step.from_weeks), step.rate_per_year.value / year) for step in clock.table)
        table = tuple(Piece(tenure, rate) for tenure, rate in sorted(steps))
    else:
        scale_weeks = clock.scale_weeks
        if isinstance(clock, WeibullClock):
            shape = clock.shape.value
    return ClockPlan(ClockKind[clock.dist.upper()], shape, scale_weeks * WEEK_MINUTES, table, minute, share)


def optional_draw(amount: Amount | None) -> Draw | None:
    """A distribution to draw from, or None."""
    return None if amount is None else amount.draw()


def shares(table: Mapping[str, Quantity], languages: tuple[str, ...]) -> tuple[Share, ...]:
    """Shares of languages, by their index among `languages`, in sorted order of the names (R11.2)."""
    cumulative, total = [], 0.0
    for name in sorted(table):
        total += table[name].value
        cumulative.append(Share(total, languages.index(name)))
    return tuple(cumulative)
