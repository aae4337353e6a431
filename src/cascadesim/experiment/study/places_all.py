"""Designs whose settings are told one by one: all combinations, a list, one factor at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from cascadesim.experiment.study.factors import AS_IS, BASE, Factor
from cascadesim.experiment.study.table import Place

if TYPE_CHECKING:
    from cascadesim.experiment.study.nouns import Study


def grid_codes(factor: Factor, levels: int) -> list[float]:
    """Every level of a list; of a range so many, from low to high, equally likely ones between each two."""
    if factor.listed:
        return [float(code) for code in range(len(factor.labels))]
    return list(dict.fromkeys(factor.code(place / (levels - 1)) for place in range(levels)))


def grid(study: Study) -> Iterator[Place]:
    """Every combination; the last factor moves fastest."""
    levels = study.design.number("levels")
    for index, codes in enumerate(product(*(grid_codes(factor, levels) for factor in study.factors))):
        yield Place("", 0, index, codes)


def grid_rows(study: Study) -> int:
    """How many combinations there are."""
    levels = study.design.number("levels")
    return math.prod(len(factor.labels) if factor.listed else levels for factor in study.factors)


def listed(study: Study) -> Iterator[Place]:
    """The rows of the list, in its order."""
    for index, codes in enumerate(study.design.given):
        yield Place("", 0, index, tuple(AS_IS if code is None else code for code in codes))


def listed_rows(study: Study) -> int:
    """How many rows the list has."""
    return len(study.design.given)


def oat(study: Study) -> Iterator[Place]:
    """The scenario as it is, then one factor after the other at each of its levels, or at both ends of its range."""
    as_is = tuple(0.0 if factor.kind == BASE else AS_IS for factor in study.factors)
    yield Place("", 0, 0, as_is)
    index = 0
    for place, factor in enumerate(study.factors):
        for code in _ends(factor):
            index += 1
            own = as_is[place] if factor.kind != BASE and factor.level(code) == factor.base else code
            yield Place("", 0, index, (*as_is[:place], own, *as_is[place + 1 :]))


def oat_rows(study: Study) -> int:
    """One, and one for each level."""
    return 1 + sum(len(_ends(factor)) for factor in study.factors)


def _ends(factor: Factor) -> list[float]:
    if factor.kind == BASE:
        return [float(code) for code in range(1, len(factor.labels))]
    return [float(code) for code in range(len(factor.labels))] if factor.listed else [factor.low, factor.high]
