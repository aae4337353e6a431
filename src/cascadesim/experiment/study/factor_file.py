"""The factors of a study file: lists of values and ranges, by dotted path."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from cascadesim.experiment.study.bases import SCENARIO, VARIANT, settings
from cascadesim.experiment.study.factors import BASE, LEVELS, Factor
from cascadesim.experiment.study.keys import FACTOR_KEYS
from cascadesim.experiment.study.spots import Spot, Spots, unit_at
from cascadesim.scenario.locate import Path
from cascadesim.scenario.words import shown

if TYPE_CHECKING:
    from cascadesim.experiment.study.ask import Ask
    from cascadesim.scenario.schema import Scenario

MOST_FACTORS = 1_000
MOST_LEVELS = 10_000
_LONGEST_LABEL = 40
FORMS = "a list of values, or a range { low = 1, high = 2 }"


def read_factors(ask: Ask, bases: dict[str, Scenario]) -> tuple[Factor, ...]:
    """The factors that the file names, which scenario first."""
    spots = Spots(ask, bases)
    factors = _which(ask, bases)
    table = ask.data.get("factors", {})
    if not isinstance(table, dict):
        ask.not_one(("factors",), table, "a table [factors] of dotted paths")
        table = {}
    found = list(settings(table, FACTOR_KEYS))
    if len(found) > MOST_FACTORS:
        ask.fault(("factors",), f"{len(found):,} factors; at most {MOST_FACTORS:,}.", code="too_large")
        found = []
    for keys, value in found:
        factor = _read(ask, spots, ("factors", *keys), ".".join(keys), value)
        if factor is not None:
            factors.append(factor)
    return tuple(factors)


def _which(ask: Ask, bases: dict[str, Scenario]) -> list[Factor]:
    """The factor that says from which scenario or variant a point starts, if there are several."""
    if len(bases) < 2:
        return []
    names = tuple(bases)
    return [Factor(VARIANT if "variants" in ask.data else SCENARIO, (), BASE, names[0], labels=names)]


def _read(ask: Ask, spots: Spots, place: Path, key: str, value: Any) -> Factor | None:
    if isinstance(value, list):
        return listed(ask, spots, place, key, (key,), value)
    ask.not_one(place, value, FORMS)
    return None


def listed(ask: Ask, spots: Spots, place: Path, name: str, paths: tuple[str, ...], given: list[Any]) -> Factor | None:
    """A factor with these values of each of its paths."""
    if not given or len(given) > MOST_LEVELS:
        ask.fault(place, f"{len(given):,} values; allowed: 1 to {MOST_LEVELS:,}.", code="too_large")
        return None
    tables = any(isinstance(value, dict) for value in given)
    found = [spots.find(place, path, tables) for path in paths]
    values = tuple(tuple(_plain(value) for _ in paths) for value in given)
    labels = _labels(values)
    if len({json.dumps(value, sort_keys=True) for value in values}) < len(values):
        ask.fault(place, "a value is given twice.", code="twice")
        return None
    if None in found or not spots.bases:
        return None
    here = [spot for spot in found if spot is not None]
    factor = Factor(name, paths, LEVELS, _base(here[0], labels), unit_at(paths[0]), labels=labels, values=values)
    _check(ask, spots, place, factor)
    return factor


def _base(spot: Spot, labels: tuple[Any, ...]) -> Any:
    """The level of the scenario itself: its number, or the text of a category."""
    number = spot.number
    if number is not None:
        return number
    return spot.first if spot.first in labels else label(spot.first) if label(spot.first) in labels else None


def _check(ask: Ask, spots: Spots, place: Path, factor: Factor) -> None:
    """Every level may stand at its key; and at least one of them makes a scenario that could run."""
    before, refused = len(ask.problems), []
    codes = range(len(factor.labels)) if factor.listed else (factor.low, factor.high)
    for base in spots.bases:
        for code in codes:
            changes = dict(factor.changes(float(code), base))
            refused.append(spots.refuses(place, changes, base, f"{shown(factor.level(float(code)))}: "))
    if all(refused) and len(ask.problems) == before:
        ask.fault(place, f"none of its levels can be run: {refused[0]}", code="inconsistent")


def _labels(values: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
    """What the levels are called: by the first path, where that tells them apart."""
    found = tuple(label(value[0]) for value in values)
    return found if len(set(found)) == len(found) else tuple(f"level {place + 1}" for place in range(len(found)))


def label(value: Any) -> Any:
    """A number as it is, a text as it is, anything else as JSON, shortened."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 3] + "..."


def _plain(value: Any) -> Any:
    """A TOML value as JSON has it: dates as texts."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value
