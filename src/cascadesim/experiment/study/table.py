"""The rows and points of a study as plain numbers, so that a million of them fit into memory.

`Rows` and `Points` make each `Row` and `Point` when it is looked at.
"""

from __future__ import annotations

from abc import abstractmethod
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, overload

from cascadesim.experiment.study.factors import BASE, CHANCE, DUMMY, Factor
from cascadesim.experiment.study.nouns import CHANCE as CHANCE_LUCK
from cascadesim.experiment.study.nouns import INDEPENDENT, Point, Row

if TYPE_CHECKING:
    from cascadesim.experiment.study.nouns import Study

T = TypeVar("T", Row, Point)


@dataclass(frozen=True, slots=True)
class Place:
    """A row as a design gives it: the levels as codes, one a factor."""

    block: str
    replicate: int
    index: int
    codes: tuple[float, ...]


@dataclass(frozen=True)
class Table:
    """Row by row: the number of its block in `blocks`, its replicate, index and point, and `width` codes.

    Point by point: the row that first asks for it, and its luck. `problems` has the points that are not run.
    """

    width: int
    blocks: list[str]
    block: array[int]
    replicate: array[int]
    index: array[int]
    point: array[int]
    codes: array[float]
    first: array[int]
    luck: array[int]
    problems: dict[int, str]

    def codes_of(self, row: int) -> Sequence[float]:
        """The levels of a row."""
        return self.codes[row * self.width : (row + 1) * self.width]


def tabulate(study: Study) -> Table:
    """Lay out the design, and find the rows that ask for the same."""
    from cascadesim.experiment.study.conditions import Conditions
    from cascadesim.experiment.study.designs import DESIGNS

    design, conditions = DESIGNS[study.design.kind], Conditions(study)
    shared = study.luck != INDEPENDENT or design.shares
    table = _empty(len(study.factors))
    numbers: dict[str, int] = {}
    known: dict[tuple[float, ...], int] = {}
    for place in design.places(study):
        if place.block not in numbers:
            numbers[place.block] = len(numbers)
            table.blocks.append(place.block)
        luck = _luck(study, place, len(table.first))
        key = (*_setting(study.factors, place.codes), luck if study.luck != INDEPENDENT else 0)
        point = known.setdefault(key, len(table.first)) if shared else len(table.first)
        if point == len(table.first):
            table.first.append(len(table.point))
            table.luck.append(luck)
            problem = conditions.broken(place.codes) if design.marks and conditions.any else ""
            if problem:
                table.problems[point] = problem
        table.block.append(numbers[place.block])
        table.replicate.append(place.replicate)
        table.index.append(place.index)
        table.point.append(point)
        table.codes.extend(place.codes)
    return table


def _empty(width: int) -> Table:
    return Table(width, [], array("q"), array("q"), array("q"), array("q"), array("d"), array("q"), array("q"), {})


def _setting(factors: Sequence[Factor], codes: Sequence[float]) -> tuple[float, ...]:
    """The levels that change the scenario."""
    return tuple(code for factor, code in zip(factors, codes, strict=True) if factor.kind not in (DUMMY, CHANCE))


def _luck(study: Study, place: Place, point: int) -> int:
    """The luck of a row whose point, if it is new, has this number.

    Where luck is common and there is a dummy, each trajectory has its own, and another one once the dummy has moved.
    """
    if study.luck == INDEPENDENT:
        return point
    by_kind = {factor.kind: code for factor, code in zip(study.factors, place.codes, strict=True)}
    if study.luck == CHANCE_LUCK:
        return int(by_kind[CHANCE])
    levels = study.design.number("levels") if DUMMY in by_kind else 1
    return place.replicate * levels + round(by_kind[DUMMY] * (levels - 1)) if levels > 1 else 0


class _Made(Sequence[T]):
    """A sequence whose items are made when they are asked for."""

    @abstractmethod
    def _make(self, number: int) -> T:
        """The item of this number."""

    @overload
    def __getitem__(self, number: int) -> T: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[T]: ...
    def __getitem__(self, number: int | slice) -> T | Sequence[T]:
        if isinstance(number, slice):
            return tuple(self._make(each) for each in range(len(self))[number])
        return self._make(range(len(self))[number])

    def __iter__(self) -> Iterator[T]:
        return map(self._make, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


class Rows(_Made[Row]):
    """The rows of a study."""

    def __init__(self, factors: tuple[Factor, ...], table: Table) -> None:
        self._factors, self._table = factors, table

    def __len__(self) -> int:
        return len(self._table.point)

    def _make(self, number: int) -> Row:
        table = self._table
        codes = table.codes_of(number)
        base = _base(self._factors, codes)
        levels = tuple(factor.level(code, base) for factor, code in zip(self._factors, codes, strict=True))
        block = table.blocks[table.block[number]]
        return Row(number, block, table.replicate[number], table.index[number], table.point[number], levels)


class Points(_Made[Point]):
    """The points of a study."""

    def __init__(self, factors: tuple[Factor, ...], bases: tuple[str, ...], table: Table) -> None:
        self._factors, self._bases, self._table = factors, bases, table

    def __len__(self) -> int:
        return len(self._table.first)

    def _make(self, number: int) -> Point:
        table = self._table
        codes = table.codes_of(table.first[number])
        base, changes = setting(self._factors, self._bases, codes)
        return Point(number, base, changes, table.problems.get(number, ""), table.luck[number])


def setting(
    factors: Sequence[Factor], bases: Sequence[str], codes: Sequence[float]
) -> tuple[str, tuple[tuple[str, Any], ...]]:
    """(base, changes) that these levels ask for."""
    base = _base(factors, codes) or bases[0]
    pairs = zip(factors, codes, strict=True)
    return base, tuple(change for factor, code in pairs for change in factor.changes(code, base))


def _base(factors: Sequence[Factor], codes: Sequence[float]) -> str:
    """The level of the factor that says which; empty where there is none."""
    pairs = zip(factors, codes, strict=True)
    return next((str(factor.level(code)) for factor, code in pairs if factor.kind == BASE), "")
