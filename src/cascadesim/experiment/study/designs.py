"""The designs, one row each: which settings of the factors are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from cascadesim.experiment.study.nouns import COMMON, Design
from cascadesim.experiment.study.table import Place

if TYPE_CHECKING:
    from cascadesim.experiment.study.ask import Ask
    from cascadesim.experiment.study.factors import Factor
    from cascadesim.experiment.study.nouns import Study


@dataclass(frozen=True)
class Kind:
    """`places` gives the rows of a study in order.

    With `shares`, rows that ask for the same always share a point. `luck` and `replications` are the usual ones; without
    the latter the scenario's own number holds.
    """

    places: Callable[[Study], Iterator[Place]]
    shares: bool = True
    luck: str = COMMON
    replications: int | None = None


def read_design(ask: Ask, factors: tuple[Factor, ...]) -> tuple[Design, tuple[Factor, ...]]:
    """The design that the file names, and the factors with those that it adds; a grid where it names none."""
    kind = ask.word(("design",), ask.data.get("design", "grid"), DESIGNS) or "grid"
    return Design(kind), factors


def _grid(study: Study) -> Iterator[Place]:
    """Every combination; the last factor moves fastest."""
    for index, codes in enumerate(product(*(range(len(factor.labels)) for factor in study.factors))):
        yield Place("", 0, index, tuple(map(float, codes)))


DESIGNS = {
    "grid": Kind(_grid),
}
"""By the word after `design =`."""
