"""What a factor is where a point leaves it as it is, and a variant (or another scenario) has something else there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cascadesim.experiment.study.factor_levels import label
from cascadesim.experiment.study.factors import Factor
from cascadesim.experiment.study.spots import Spot, Spots, plain_number


def with_elsewhere(factors: list[Factor], spots: Spots) -> list[Factor]:
    """The factors, each with its level in every base in which that is another than in the first."""
    if len(spots.bases) < 2:
        return factors
    return [_of(factor, spots) if factor.paths and not factor.times else factor for factor in factors]


def _of(factor: Factor, spots: Spots) -> Factor:
    tables = [any(isinstance(value, dict) for value in column) for column in zip(*factor.values, strict=True)]
    tables = tables or [False] * len(factor.paths)
    found = [spots.find(("factors",), path, table) for path, table in zip(factor.paths, tables, strict=True)]
    here = [spot for spot in found if spot is not None]
    if len(here) < len(found):
        return factor  # which has been told
    levels = {name: _level(factor, here, name) for name in spots.bases}
    return replace(factor, elsewhere=tuple((name, level) for name, level in levels.items() if level != factor.base))


def _level(factor: Factor, spots: list[Spot], base: str) -> Any:
    """One of the labels, else the number or text there; None with several paths, or where nothing is given."""
    numbers = [plain_number(spot.values[base]) for spot in spots]
    own = tuple(
        spot.values[base] if number is None else number for spot, number in zip(spots, numbers, strict=True)
    )
    if own in factor.values:
        return factor.labels[factor.values.index(own)]
    return label(own[0]) if len(own) == 1 and own[0] is not None else None
