"""Calendar dates where weeks are asked for: the week that was meant, where the scenario says when week 0 is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from cascadesim.scenario.keys import Node
from cascadesim.scenario.locate import Path
from cascadesim.scenario.timed import timed

_WHEN = ("week", "from_week", "until_week", "dates", "at_weeks")
_MOMENTS = (*_WHEN, "report_weeks", "measure_from_week", "horizon_weeks")
"""Keys that hold points in time; other weeks are lengths of time."""


def week_of_date(data: dict[str, Any], path: Path, node: Node, value: Any) -> str:
    """The hint for a date that stands where a number of weeks may; nothing where it is no date, or no weeks are."""
    day, key = _day(value), next((part for part in reversed(path) if isinstance(part, str)), "")
    weeks = node.kind in ("whole", "number") and key in _MOMENTS
    return _counted(data, day, "", node.kind == "whole") if day is not None and weeks else ""


def key_of_date(data: dict[str, Any], key: str, known: Iterable[str], value: Any) -> tuple[str, str]:
    """(the key that was meant, hint) for an unknown key such as `date` or `from_date`; empty where it is none."""
    day, stem = _day(value), timed(key).stem.replace("date", "week")
    close = next((name for name in _WHEN if name in known and (name == stem or key in ("date", "start_date"))), "")
    return (close, _counted(data, day, close)) if day is not None and close else ("", "")


def _day(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            return None
    return value if isinstance(value, dt.date) else None


def _counted(data: dict[str, Any], day: dt.date, key: str, whole: bool = False) -> str:
    start = _day(data.get("start_date"))
    if start is None:
        return "Weeks count from the start of the programme: 0, 1, 2.5."
    weeks = (day - start).days / 7
    number = f"{round(weeks)}" if whole else f"{weeks:.4g}"
    if weeks < 0:
        return f"{day} lies before week 0, which is {start} (start_date)."
    return f"Write {f'{key} = ' if key else ''}{number}: {day} is {number} weeks after start_date, {start}."
