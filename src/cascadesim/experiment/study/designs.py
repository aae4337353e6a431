"""The designs, one row each: which settings of the factors are asked for, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cascadesim.experiment.study.nouns import COMMON, INDEPENDENT
from cascadesim.experiment.study.places_all import grid, grid_rows, listed, listed_rows, oat, oat_rows
from cascadesim.experiment.study.places_drawn import latin_hypercube, sobol_sequence
from cascadesim.experiment.study.places_moved import morris, morris_rows, sobol_indices, sobol_rows
from cascadesim.experiment.study.table import Place

if TYPE_CHECKING:
    from cascadesim.experiment.study.nouns import Study

MOST_ROWS = 3_000_000
MOST_CELLS = 50_000_000
"""Rows times factors: what a table of them takes, at eight bytes each, is 400 MB."""


@dataclass(frozen=True)
class Number:
    """One number of a design: what holds without it, and what is allowed. `power` asks for a power of two."""

    usual: int
    least: int
    most: int
    power: bool = False


@dataclass(frozen=True)
class Kind:
    """`places` gives the rows of a study in order, `rows` how many there are. `numbers` are keys of the file.

    With `shares`, rows that ask for the same always share a point. `luck` and `replications` are the usual ones; where
    the latter is None the scenario's own number holds. `marks` says that settings which break a constraint stay in the
    design, marked, and `refuses` why a design cannot have any. With `by_default` it goes over the ranges that the
    scenario marks. `grouped` designs move factors one at a time, or groups of them.
    """

    places: Callable[[Study], Iterator[Place]]
    rows: Callable[[Study], int]
    numbers: Mapping[str, Number] = field(default_factory=dict)
    shares: bool = True
    luck: str = COMMON
    replications: int | None = None
    marks: bool = False
    refuses: str = ""
    by_default: bool = False
    grouped: bool = False


def _points(study: Study) -> int:
    return study.design.number("points")


_REFUSES = "it compares settings that differ in one factor, and leaving some of them out would break that"

DESIGNS = {
    "grid": Kind(grid, grid_rows, {"levels": Number(0, 2, 1_000)}, marks=True),
    "list": Kind(listed, listed_rows, marks=True),
    "oat": Kind(oat, oat_rows, marks=True, by_default=True),
    "latin_hypercube": Kind(latin_hypercube, _points, {"points": Number(64, 2, 1_000_000)}, by_default=True),
    "sobol_sequence": Kind(sobol_sequence, _points, {"points": Number(64, 2, 1 << 20, power=True)}, by_default=True),
    "morris": Kind(
        morris,
        morris_rows,
        {"trajectories": Number(20, 2, 10_000), "levels": Number(4, 4, 100)},
        shares=False,
        luck=INDEPENDENT,
        replications=10,
        refuses=_REFUSES,
        by_default=True,
        grouped=True,
    ),
    "sobol_indices": Kind(
        sobol_indices,
        sobol_rows,
        {"points": Number(128, 2, 1 << 20, power=True), "scrambles": Number(8, 1, 1_000)},
        shares=False,
        luck=INDEPENDENT,
        replications=2,
        refuses=_REFUSES,
        by_default=True,
        grouped=True,
    ),
}
"""By the word after `design =`.

| design | rows | without numbers |
|---|---|---|
| grid | every combination of levels; of a range `levels` evenly spread ones, its ends among them | no ranges |
| list | those of the CSV file `file` | |
| oat | the scenario itself, then each factor at every level, or at both ends of its range | |
| latin_hypercube | `points`, each factor's range cut into so many slices, each used once | 64 points |
| sobol_sequence | `points`, a power of two, of a scrambled Sobol sequence | 64 points |
| morris | `trajectories` of one row more than there are groups; `levels` of each factor | 20, on 4 levels |
| sobol_indices | `scrambles` x `points` x (groups + 2) | 8 scrambles of 128 points |
"""
