"""What the name of a key says about time: `course_weeks`, `rate_per_year`, `week_cost`."""

from __future__ import annotations

from dataclasses import dataclass

_MINUTES = {
    "minute": 1.0,
    "hour": 60.0,
    "day": 1440.0,
    "week": 10_080.0,
    "month": 10_080 * 52 / 12,
    "year": 10_080 * 52.0,
}
"""A month is a twelfth of a year of 52 weeks, as everywhere in the language."""


@dataclass(frozen=True)
class Timed:
    """A key as `course_weeks` (an amount of time), `rate_per_year` and `week_cost` (per a time), or both."""

    stem: str
    amount: str = ""
    per: str = ""


def timed(key: str) -> Timed:
    """What a key says about time."""
    words, amount, per = key.split("_"), "", ""
    if len(words) > 2 and words[-2] == "per" and _unit(words[-1]):
        words, per = words[:-2], _unit(words[-1])
    elif len(words) > 1 and words[-1] == "cost" and _unit(words[-2]):
        return Timed("_".join([*words[:-2], "cost"]), per=_unit(words[-2]))
    if _unit(words[-1]):
        words, amount = words[:-1], _unit(words[-1])
    return Timed("_".join(words), amount, per)


def _unit(word: str) -> str:
    single = word.removesuffix("s")
    return single if single in _MINUTES else ""


def is_time(unit: str) -> bool:
    """Whether it is a unit of time."""
    return unit in _MINUTES


def times(one: str, other: str) -> float:
    """How many of the other unit of time one of this one is; 0 where either is none, or a day of work may be meant."""
    if one not in _MINUTES or other not in _MINUTES or (one != other and "day" in (one, other)):
        return 0.0
    return ratio(one, other)


def ratio(one: str, other: str) -> float:
    """How many of the other unit of time one of this one is; 1 where there is none."""
    return _MINUTES[one] / _MINUTES[other] if one and other else 1.0
