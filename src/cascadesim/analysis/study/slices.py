"""A grid of settings, or a list, seen along some of its factors while the others stay where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cascadesim.analysis.study.results import Results
from cascadesim.experiment.study.factors import BASE


@dataclass(frozen=True)
class Slice:
    """`points` by the levels of the factors at `places`; `levels` has those of each in order, `held` the others."""

    places: tuple[int, ...]
    levels: tuple[tuple[Any, ...], ...]
    points: dict[tuple[Any, ...], int]
    held: dict[str, Any]


def varied(results: Results) -> list[int]:
    """The places of the factors with several levels: numbers before names, else in the order of the study."""
    places = range(len(results.study.factors))
    return sorted((at for at in places if len(levels_at(results, at)) > 1), key=lambda at: _named(results, at))


def levels_at(results: Results, place: int) -> tuple[Any, ...]:
    """The levels of one factor, numbers ascending, names as they come."""
    found = dict.fromkeys(row.levels[place] for row in results.study.rows)
    return tuple(found) if _named(results, place) else tuple(sorted(found, key=lambda level: (level is None, level)))


def cut(results: Results, places: Sequence[int]) -> Slice:
    """The points along the factors at `places`; every other is at its level in the scenario, else at a middle one."""
    study = results.study
    levels = {at: levels_at(results, at) for at in range(len(study.factors))}
    held = {}
    for at, factor in enumerate(study.factors):
        if at not in places:
            held[at] = factor.base if factor.base in levels[at] else levels[at][(len(levels[at]) - 1) // 2]
    points = {
        tuple(row.levels[at] for at in places): row.point
        for row in study.rows
        if all(row.levels[at] == level for at, level in held.items())
    }
    told = {study.factors[at].name: level for at, level in held.items() if len(levels[at]) > 1}
    return Slice(tuple(places), tuple(levels[at] for at in places), points, told)


def _named(results: Results, place: int) -> bool:
    factor = results.study.factors[place]
    return factor.kind == BASE or any(isinstance(label, str) for label in factor.labels)
