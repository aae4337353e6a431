"""Keys that say another unit of time than the language: the key that was meant, and its value in that unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cascadesim.scenario.timed import Timed, ratio, timed
from cascadesim.scenario.words import shown

_FARTHEST = 60
_LONGEST = 120
_LARGEST = 1e15
_SCALED = ("value", "low", "high", "mode", "mean", "sd", "values", "rate")
"""What a quantity, a distribution or a step of a rate has in the unit of its key."""


def other_unit(key: str, known: Iterable[str], around: str = "") -> str | None:
    """The known key that says the same in another unit: `meeting_hours` for `meeting_minutes`.

    A key without a unit has that of the key `around` its table: the `mean` of `patience_weeks`.
    """
    given = timed(key)
    found = [(_apart(given, _asked(name, around)), name) for name in known if name != key]
    close = [(apart, name) for apart, name in found if apart is not None and (apart > 1 or timed(name) == Timed(name))]
    return min(close)[1] if close else None


def _asked(name: str, around: str) -> Timed:
    own, outer = timed(name), timed(around)
    return own if own.amount or own.per else Timed(name, outer.amount, outer.per)


def _apart(given: Timed, asked: Timed) -> float | None:
    """How far apart the units of the same thing are; None for two things, or units that nobody takes for another."""
    same = given.stem == asked.stem and bool(given.amount) == bool(asked.amount) and bool(given.per) == bool(asked.per)
    if not same or not (given.amount or given.per):
        return None
    if {given.amount, asked.amount} == {"hour", "day"}:
        return None  # a day of work has as many hours as people work
    amounts, rates = ratio(given.amount, asked.amount), ratio(asked.per, given.per)
    apart = max(amounts, 1 / amounts), max(rates, 1 / rates)
    return max(apart) if apart[0] <= _FARTHEST and ("cost" not in given.stem or apart[1] <= _FARTHEST) else None


def converted(key: str, close: str, value: Any, around: str = "") -> str:
    """` 90 minutes are 1.5 hours.` where a key of one unit was meant to be a key of another; else nothing."""
    given, asked = timed(key), _asked(close, around)
    if _apart(given, asked) in (None, 1):
        return ""
    new = _scaled(value, ratio(given.amount, asked.amount) * ratio(asked.per, given.per))
    if new is None:
        return ""
    if not isinstance(value, int | float):
        text = _toml(new)
        return f" In that unit: {close} = {text}." if len(text) <= _LONGEST else ""
    named = given.amount != asked.amount
    before, after = _phrase(value, given, named), _phrase(new, asked, named)
    if given.per == "day" or (given.amount == "day" and given.stem == "course"):  # ten of a course are mostly two weeks
        before += ", seven days a week,"
    verb = "is" if value == 1 or not named else "are"
    return f" {before} {verb} {after}{f': {close} = {_toml(new)}' if given.per else ''}."


def _phrase(number: float, unit: Timed, named: bool) -> str:
    """`0.02 a month`, `90 minutes`, `90 minutes a week`."""
    parts = [f"{number:g}"]
    if named:
        parts.append(unit.amount if number == 1 else f"{unit.amount}s")
    if unit.per:
        parts.append(f"{'an' if unit.per == 'hour' else 'a'} {unit.per}")
    return " ".join(parts)


def _scaled(value: Any, times: float) -> Any:
    """A number, a list or a table of them in the other unit; None where there is nothing to scale."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _rounded(value * times) if abs(value) < _LARGEST else None  # nan is not
    if isinstance(value, list):
        new = [_scaled(each, times) for each in value]
        return None if None in new or not new else new
    if isinstance(value, dict):
        found = {key: _scaled(each, times) for key, each in value.items() if key in _SCALED}
        return None if None in found.values() or not found else value | found
    return None


def _rounded(number: float) -> float:
    return float(f"{number:.4g}") if abs(number) < 1000 else round(number)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml(each)}' for key, each in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f"{value:g}" if isinstance(value, float) else shown(value)
