"""Factors with listed levels."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cascadesim.experiment.study.factors import LEVELS, Factor
from cascadesim.experiment.study.spots import Spot, Spots, origins, plain_number, unit_at
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.number_formats import counted, shown

if TYPE_CHECKING:
    from cascadesim.experiment.study.ask import Ask

MOST_LEVELS = 10_000
_LONGEST_LABEL = 40


def listed(
    ask: Ask, spots: Spots, place: KeyPath, name: str, columns: Mapping[str, list[Any]], called: Any, times: bool
) -> Factor | None:
    """A factor whose level k gives each path the k-th value of its list; `called` is what its levels are called."""
    before, paths = len(ask.problems), tuple(columns)
    count = len(columns[paths[0]])
    if not 1 <= count <= MOST_LEVELS:
        ask.fault(place, f"a list of {counted(count, 'value')}; allowed: 1 to {MOST_LEVELS:,}.", code="too_large")
        return None
    found = [spots.find(place, path, any(isinstance(each, dict) for each in columns[path])) for path in paths]
    values = tuple(zip(*(map(_plain, columns[path]) for path in paths), strict=True))
    if len({json.dumps(value, sort_keys=True) for value in values}) < count:
        ask.fault(place, "a level is given twice.", code="twice")
    if times:
        for value in values:
            ask.number(place, value[0], "numbers, which the scenario's own is multiplied by")
    labels = _labels(values) if called is None else _called(ask, place, called, count)
    here = [spot for spot in found if spot is not None]
    if len(ask.problems) > before or not here:
        return None
    own = origins(ask, place, here) if times else ()
    base = 1 if times else own_level(here, labels, values, next(iter(spots.bases)))
    unit = "times the scenario's own" if times else unit_at(paths[0])
    factor = Factor(name, paths, LEVELS, base, unit, labels=labels, values=values, times=times, origins=own)
    if len(ask.problems) == before:
        check_levels(ask, spots, place, factor)
    return factor


def own_level(spots: list[Spot], labels: tuple[Any, ...], values: tuple[tuple[Any, ...], ...], base: str) -> Any:
    """The level of a scenario itself: one of the labels, else the number or text there; None with several paths."""
    numbers = [plain_number(spot.values[base]) for spot in spots]
    own = tuple(spot.values[base] if each is None else each for spot, each in zip(spots, numbers, strict=True))
    if own in values:
        return labels[values.index(own)]
    return label(own[0]) if len(own) == 1 and own[0] is not None else None


def check_levels(ask: Ask, spots: Spots, place: KeyPath, factor: Factor) -> None:
    """Every level may stand at its keys, and at least one of them makes a scenario that could run.

    The ends are looked at of ranges and of long lists.
    """
    before, refused = len(ask.problems), []
    codes = [float(code) for code in range(len(factor.labels))] if factor.listed else [factor.low, factor.high]
    if len(codes) > 100:
        codes = [*codes[:50], *codes[-50:]]
    for base in spots.bases:
        for code in codes:
            said = f"at {shown(factor.level(code))}: "
            refused.append(spots.refuses(place, dict(factor.changes(code, base)), base, said))
    if all(refused) and len(ask.problems) == before:
        ask.fault(place, f"none of its levels can be run: {refused[0]}", code="inconsistent")


def _labels(values: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
    """What the levels are called: by the first path, where that tells them apart; all numbers or all texts."""
    found = tuple(label(value[0]) for value in values)
    if any(isinstance(each, str) for each in found):
        found = tuple(map(str, found))
    if len(set(found)) == len(found):
        return found
    return tuple(f"level {place + 1}" for place in range(len(found)))


def _called(ask: Ask, place: KeyPath, called: Any, count: int) -> tuple[str, ...]:
    before = len(ask.problems)
    names = ask.texts((*place, "labels"), called, MOST_LEVELS, '["few", "many"]')
    if len(names) != count and len(ask.problems) == before:
        said = f"{counted(len(names), 'label')} for {counted(count, 'level')}."
        ask.fault((*place, "labels"), said, code="conflict")
    return tuple(names)


def label(value: Any) -> Any:
    """A number as it is, a text as it is, anything else as JSON, shortened."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 3] + "..."


def _plain(value: Any) -> Any:
    """A TOML value as JSON has it: dates as texts, and no number that is none."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value - value != 0:
        return str(value)  # nan and inf, of which no key takes one: the scenario says so of the text
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value
