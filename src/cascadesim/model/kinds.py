"""What a row of the tables of measures is, and the usual ways to read one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cascadesim.model.readings import Readings, ratio

HIGHER, LOWER, NEITHER = "higher", "lower", ""
Value = Callable[[Readings], float]


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: `value` takes the owner's readings; `better` is higher, lower or empty where neither is."""

    unit: str
    better: str
    value: Value


Rows = dict[str, Measure]


def counted(unit: str, better: str, *names: str) -> Rows:
    """How often each of these counts went up in the window."""
    return {name: Measure(unit, better, _count(name)) for name in names}


def mean_of(unit: str, better: str, *levels: str) -> Rows:
    """`LEVEL_mean`: the time average of each of these levels over the window."""
    return {f"{level}_mean": Measure(unit, better, _mean(level)) for level in levels}


def quotient(better: str, part: str, *whole: str, unit: str = "share") -> Measure:
    """One count over the sum of others, over the window."""
    return Measure(unit, better, lambda readings: ratio(readings.count(part), sum(map(readings.count, whole))))


def share_of(better: str, part: str, *whole: str) -> Measure:
    """The integral of one level over that of others, over the window."""
    return Measure("share", better, lambda readings: ratio(readings.area(part), readings.area(*whole)))


def at_minute(what: str, minute: int) -> Value:
    """A level, or a count since week 0, just before the events of a minute."""
    return lambda readings: float(readings.reading(what, minute))


def _count(name: str) -> Value:
    return lambda readings: float(readings.count(name))


def _mean(level: str) -> Value:
    return lambda readings: readings.mean(level)
