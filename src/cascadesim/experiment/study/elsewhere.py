"""What a factor is where a point leaves it as it is, and a variant (or another scenario) has something else there."""

from __future__ import annotations

from dataclasses import replace

from cascadesim.experiment.study.factor_levels import own_level
from cascadesim.experiment.study.factors import Factor
from cascadesim.experiment.study.spots import Spots


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
    levels = {name: own_level(here, factor.labels, factor.values, name) for name in spots.bases}
    return replace(factor, elsewhere=tuple((name, level) for name, level in levels.items() if level != factor.base))
