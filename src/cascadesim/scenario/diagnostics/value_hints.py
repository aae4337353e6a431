"""What is said of a value that may not stand where it does: what is allowed there, and what was probably meant."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from typing import Any

from cascadesim.errors import nearest
from cascadesim.scenario.key_tree import Node
from cascadesim.scenario.number_formats import KeyUnits, key_units, number_hint, quoted, sentence, shown, unit_ratio

_NUMBERS = ("whole", "number", "quantity", "amount", "rate")
_PERCENT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*")
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def wrong_value(node: Node, value: Any) -> tuple[str, str]:
    """(message, hint) for a value that may not stand at `node`."""
    return f"got {shown(value)}; allowed: {_allowed(node, value)}.", _hint(node, value)


def _allowed(node: Node, value: Any) -> str:
    """What is allowed at `node`: for a number out of bounds only the bounds, else every form."""
    bounds = node.bounds
    if bounds is None or isinstance(value, bool) or not isinstance(value, int | float):
        return node.allowed
    has_end = bounds.most <= 1 or " to " in bounds.words
    return f"{bounds.words}, at most {bounds.most:,.10g}" if value > bounds.most and not has_end else bounds.words


def _hint(node: Node, value: Any) -> str:
    if isinstance(value, bool):
        return ""
    share = node.bounds is not None and node.bounds.most == 1
    if isinstance(value, int | float):
        return _hint_for_number(node, value, share)
    if isinstance(value, str):
        return _hint_for_text(node, value, share)
    if isinstance(value, dt.datetime) and node.kind == "date":
        return f"Write {value.date().isoformat()}, without the time."
    if isinstance(value, list) and len(value) == 1 and node.kind not in ("list", "rate"):
        return "Write it without brackets."
    if isinstance(value, dict) and node.kind == "list":
        return "Put brackets around it: [{ ... }]."
    return ""


def _hint_for_number(node: Node, value: float, share: bool) -> str:
    if share and 1 < value <= 100:
        text = f"{value / 100:.2f}" if value == int(value) else f"{value / 100:.10g}"
        return f"Did you mean {text}?"
    if node.kind == "whole" and isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"Write {int(value)}, without the point."
    if node.kind == "flag" and value in (0, 1):
        return f"Write {'true' if value else 'false'}."
    if node.kind == "text":
        return f'Write it in quotes: "{shown(value)}".'
    if node.kind == "list":
        return f"Put brackets around it: [{shown(value)}]."
    return ""


def _hint_for_text(node: Node, value: str, share: bool) -> str:
    percent = _PERCENT.fullmatch(value)
    if percent and share:
        return f"Did you mean {float(percent[1]) / 100:.4g}?"
    if node.kind in _NUMBERS:
        try:
            number = float(value)
        except ValueError:
            return sentence(number_hint(value))
        return f"Write {value.strip()}, without quotes." if math.isfinite(number) else ""
    if node.kind == "flag" and value.lower() in _TRUE + _FALSE:
        return f"Write {'true' if value.lower() in _TRUE else 'false'}, without quotes."
    if node.kind == "choice":
        close = nearest(value.lower(), [str(choice) for choice in node.choices])
        return f"Did you mean {close}?" if close else ""
    if node.kind == "list":
        return f"Put brackets around it: [{quoted(value) if node.item and node.item.kind == 'text' else value}]."
    return ""


# Dates where weeks are asked for.

_WEEK_KEYS = ("week", "from_week", "until_week", "dates", "at_weeks")
_MOMENTS = (*_WEEK_KEYS, "report_weeks", "measure_from_week", "horizon_weeks")
"""Keys that hold points in time; other weeks are lengths of time."""


def week_of_date(data: dict[str, Any], key: str, node: Node, value: Any) -> str:
    """The hint for a date that stands where a number of weeks may; nothing where it is no date, or no weeks are."""
    date = _date(value)
    weeks = node.kind in ("whole", "number") and key in _MOMENTS
    return _weeks_after_start(data, date, whole=node.kind == "whole") if date is not None and weeks else ""


def key_of_date(data: dict[str, Any], key: str, known: Iterable[str], value: Any) -> tuple[str, str]:
    """(the key that was meant, hint) for an unknown key such as `date` or `from_date`; empty where it is none."""
    date, stem = _date(value), key_units(key).stem.replace("date", "week")
    close = next((name for name in _WEEK_KEYS if name in known and (name == stem or key in ("date", "start_date"))), "")
    return (close, _weeks_after_start(data, date, close)) if date is not None and close else ("", "")


def _date(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            return None
    return value if isinstance(value, dt.date) else None


def _weeks_after_start(data: dict[str, Any], date: dt.date, key: str = "", whole: bool = False) -> str:
    start = _date(data.get("start_date"))
    if start is None:
        return "Weeks count from the start of the programme: 0, 1, 2.5."
    weeks = (date - start).days / 7
    number = f"{round(weeks)}" if whole else f"{weeks:.4g}"
    if weeks < 0:
        return f"{date} lies before week 0, which is {start} (start_date)."
    return f"Write {f'{key} = ' if key else ''}{number}: {date} is {number} weeks after start_date, {start}."


# Keys that say another unit of time than the file's.

_FARTHEST = 60
_LONGEST = 120
_LARGEST = 1e15
_SCALED = ("value", "low", "high", "mode", "mean", "sd", "values", "rate")
"""What a quantity, a distribution or a step of a rate has in the unit of its key."""


def key_in_other_unit(key: str, known: Iterable[str], around: str = "") -> str | None:
    """The known key that says the same in another unit: `meeting_hours` for `meeting_minutes`.

    A key without a unit has that of the key `around` its table: the `mean` of `patience_weeks`.
    """
    written = key_units(key)
    distances = [(_distance(written, _units_in(name, around)), name) for name in known if name != key]
    close = [
        (distance, name)
        for distance, name in distances
        if distance is not None and (distance > 1 or key_units(name) == KeyUnits(name))
    ]
    return min(close)[1] if close else None


def converted(key: str, close: str, value: Any, around: str = "") -> str:
    """` 90 minutes are 1.5 hours.` where a key of one unit was meant to be a key of another; else nothing."""
    written, asked = key_units(key), _units_in(close, around)
    if _distance(written, asked) in (None, 1):
        return ""
    new = _scaled(value, unit_ratio(written.amount, asked.amount) * unit_ratio(asked.per, written.per))
    if new is None:
        return ""
    if not isinstance(value, int | float):
        text = _toml(new)
        return f" In that unit: {close} = {text}." if len(text) <= _LONGEST else ""
    named = written.amount != asked.amount
    before, after = _phrase(value, written, named), _phrase(new, asked, named)
    # Ten days of a course are mostly two weeks.
    if written.per == "day" or (written.amount == "day" and written.stem == "course"):
        before += ", seven days a week,"
    verb = "is" if value == 1 or not named else "are"
    return f" {before} {verb} {after}{f': {close} = {_toml(new)}' if written.per else ''}."


def _units_in(key: str, around: str) -> KeyUnits:
    own, outer = key_units(key), key_units(around)
    return own if own.amount or own.per else KeyUnits(key, outer.amount, outer.per)


def _distance(one: KeyUnits, other: KeyUnits) -> float | None:
    """How far apart the units of the same thing are; None for two things, or units that nobody takes for another."""
    same = one.stem == other.stem and bool(one.amount) == bool(other.amount) and bool(one.per) == bool(other.per)
    if not same or not (one.amount or one.per):
        return None
    if {one.amount, other.amount} == {"hour", "day"}:
        return None  # a day of work has as many hours as people work
    amounts, rates = unit_ratio(one.amount, other.amount), unit_ratio(other.per, one.per)
    distances = max(amounts, 1 / amounts), max(rates, 1 / rates)
    near = distances[0] <= _FARTHEST and ("cost" not in one.stem or distances[1] <= _FARTHEST)
    return max(distances) if near else None


def _phrase(number: float, units: KeyUnits, named: bool) -> str:
    """`0.02 a month`, `90 minutes`, `90 minutes a week`."""
    parts = [f"{number:g}"]
    if named:
        parts.append(units.amount if number == 1 else f"{units.amount}s")
    if units.per:
        parts.append(f"{'an' if units.per == 'hour' else 'a'} {units.per}")
    return " ".join(parts)


def _scaled(value: Any, times: float) -> Any:
    """A number, a list or a table of them in the other unit; None where there is nothing to scale."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not abs(value) < _LARGEST:  # nor nan
            return None
        number = value * times
        return float(f"{number:.4g}") if abs(number) < 1000 else round(number)
    if isinstance(value, list):
        new = [_scaled(item, times) for item in value]
        return None if None in new or not new else new
    if isinstance(value, dict):
        scaled = {key: _scaled(item, times) for key, item in value.items() if key in _SCALED}
        return None if None in scaled.values() or not scaled else value | scaled
    return None


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml(item)}' for key, item in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f"{value:g}" if isinstance(value, float) else shown(value)
