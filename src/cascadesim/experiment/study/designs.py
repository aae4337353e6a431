"""The designs: which settings of the factors are asked for, in which order, and what a study file may say of each.

A new design is a function that gives its rows, the table of its settings, and a row of `DESIGNS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from cascadesim.errors import UsageError
from cascadesim.experiment.study.constraints import Constraints
from cascadesim.experiment.study.definition import AS_IS, BASE, COMMON, INDEPENDENT, Factor, StudyDefinition
from cascadesim.experiment.study.dependence import SamplingSpace
from cascadesim.model.rng import MASK, counter_of, replication_key, squares64, stable_hash, uniform
from cascadesim.scenario.fields import Flag, Names, Table, refusal, whole, within

MOST_ROWS = 3_000_000
MOST_CELLS = 50_000_000
"""Rows times factors: what a table of them takes, at eight bytes each, is 400 MB."""

MOST_DRAWS = 100
"""So many times the points are drawn at most before a design with constraints gives up."""

LOOK_EARLY = 10_000
"""After so many draws it is known whether there is any hope: half as many as are needed hold, or more."""

TRAJECTORY = "trajectory"
_SOBOL_BITS = 30


@dataclass(frozen=True, slots=True)
class DesignRow:
    """A row as a design gives it: the levels as codes, one a factor."""

    block: str
    replicate: int
    index: int
    codes: tuple[float, ...]


# All combinations, one factor at a time, a list.


def grid_codes(factor: Factor, levels: int) -> list[float]:
    """Every level of a list; of a range so many, from low to high, equally likely ones between each two."""
    if factor.listed:
        return factor.codes()
    return list(dict.fromkeys(factor.code(index / (levels - 1)) for index in range(levels)))


def _grid(study: StudyDefinition) -> Iterator[DesignRow]:
    """Every combination; the last factor moves fastest."""
    levels = study.design.number("levels")
    for index, codes in enumerate(product(*(grid_codes(factor, levels) for factor in study.factors))):
        yield DesignRow("", 0, index, codes)


def _grid_rows(study: StudyDefinition) -> int:
    levels = study.design.number("levels")
    return math.prod(len(factor.labels) if factor.listed else levels for factor in study.factors)


def _list(study: StudyDefinition) -> Iterator[DesignRow]:
    """The rows of the list, in its order."""
    for index, codes in enumerate(study.design.list_rows):
        yield DesignRow("", 0, index, tuple(AS_IS if code is None else code for code in codes))


def _oat(study: StudyDefinition) -> Iterator[DesignRow]:
    """The scenario as it is, then one factor after the other at each of its levels, or at both ends of its range."""
    as_is = tuple(0.0 if factor.kind == BASE else AS_IS for factor in study.factors)
    yield DesignRow("", 0, 0, as_is)
    index = 0
    for at, factor in enumerate(study.factors):
        for code in factor.codes()[factor.kind == BASE :]:
            index += 1
            own = as_is[at] if factor.kind != BASE and factor.level(code) == factor.base else code
            yield DesignRow("", 0, index, (*as_is[:at], own, *as_is[at + 1 :]))


def _oat_rows(study: StudyDefinition) -> int:
    return 1 + sum(len(factor.codes()) - (factor.kind == BASE) for factor in study.factors)


# Points spread over the space of all factors.


def _latin_hypercube(study: StudyDefinition) -> Iterator[DesignRow]:
    """Each factor's range in as many slices as there are points, each slice used once, anywhere within it."""
    count, dims = study.design.number("settings"), SamplingSpace(study).dims

    def batch(number: int) -> Iterator[Sequence[float]]:
        draw = Uniforms(study.seed, number, "latin_hypercube")
        orders = [draw.order(count, 2 * dim) for dim in range(dims)]
        for index in range(count):
            yield [(order[index] + draw(2 * dim + 1, index)) / count for dim, order in enumerate(orders)]

    return _first_that_hold(study, count, batch)


def _sobol_sequence(study: StudyDefinition) -> Iterator[DesignRow]:
    """A scrambled Sobol sequence."""
    count, dims = study.design.number("settings"), SamplingSpace(study).dims

    def batch(number: int) -> Iterator[Sequence[float]]:
        yield from sobol_points(study.seed, number, count.bit_length() - 1, dims).tolist()

    return _first_that_hold(study, count, batch)


def _first_that_hold(
    study: StudyDefinition, count: int, batch: Callable[[int], Iterator[Sequence[float]]]
) -> Iterator[DesignRow]:
    """The first `count` points that hold the constraints, from as many batches as it takes.

    Raises `UsageError` where hardly any point holds them.
    """
    space, constraints = SamplingSpace(study), Constraints(study)
    kept = drawn = 0
    for number in range(MOST_DRAWS if constraints.any else 1):
        for us in batch(number):
            codes = space.codes(us)
            drawn += 1
            if kept < count and not (constraints.any and constraints.broken(codes)):
                yield DesignRow("", 0, kept, codes)
                kept += 1
            if drawn == LOOK_EARLY and 2 * kept * MOST_DRAWS < drawn:
                break
        if kept == count:
            return
        if kept * MOST_DRAWS < drawn and drawn >= 1_000:
            break
    raise UsageError(
        f"almost no setting meets the constraints: {kept} of {drawn:,} that were drawn.",
        hint="Narrow the ranges, or put factors in order with `ordered`.",
        code="constraint",
    )


def _points(study: StudyDefinition) -> int:
    return study.design.number("settings")


# Which factors matter: Morris trajectories, and the blocks of Saltelli for Sobol indices.


def _morris(study: StudyDefinition) -> Iterator[DesignRow]:
    """Trajectories: each a start on the grid of levels, then every group moved once, in an order of its own.

    M. Morris, Technometrics 33 (1991) 161-174: with p levels, an even number, every uniform lies on 0, 1 / (p - 1), ...
    1, and moves up or down by p / (2 (p - 1)), so that all levels are equally likely. The dummy among the factors is
    moved like any other. Of a group all uniforms move at once.
    """
    space = SamplingSpace(study)
    levels = study.design.number("levels")
    half = levels // 2
    for number in range(study.design.number("trajectories")):
        up, order = morris_moves(study, space, number)
        draw = Uniforms(study.seed, number, "morris")
        low = [draw.below(half, 0, dim) for dim in range(space.dims)]
        steps = [step if rises else step + half for step, rises in zip(low, up, strict=True)]
        yield DesignRow(TRAJECTORY, number, 0, space.codes([step / (levels - 1) for step in steps]))
        for index, group in enumerate(order, start=1):
            for dim in space.groups[group].uniforms:
                steps[dim] += half if up[dim] else -half
            yield DesignRow(TRAJECTORY, number, index, space.codes([step / (levels - 1) for step in steps]))


def morris_moves(study: StudyDefinition, space: SamplingSpace, number: int) -> tuple[list[bool], list[int]]:
    """(whether each uniform moves up, the groups in the order in which they move) of one trajectory."""
    draw = Uniforms(study.seed, number, "morris")
    return [draw.below(2, 1, dim) == 1 for dim in range(space.dims)], list(draw.order(len(space.groups), 2))


def _morris_rows(study: StudyDefinition) -> int:
    return study.design.number("trajectories") * (len(SamplingSpace(study).groups) + 1)


def _sobol_indices(study: StudyDefinition) -> Iterator[DesignRow]:
    """For every scramble and point: a row A, a row B, and for each group A with that group taken from B (`AB:NAME`).

    A. Saltelli et al., Computer Physics Communications 181 (2010) 259-270, radial by point. A and B are the two halves
    of one scrambled Sobol sequence of twice as many dimensions. All rows of a point follow one another, so that a study
    that is stopped has whole points.
    """
    space = SamplingSpace(study)
    log2, dims = study.design.number("settings").bit_length() - 1, space.dims
    blocks = [(f"AB:{group.name}", group.factors) for group in space.groups]
    for scramble in range(study.design.number("scrambles")):
        for index, us in enumerate(sobol_points(study.seed, scramble, log2, 2 * dims).tolist()):
            a, b = space.codes(us[:dims]), space.codes(us[dims:])
            yield DesignRow("A", scramble, index, a)
            yield DesignRow("B", scramble, index, b)
            for block, moved in blocks:
                codes = list(a)
                for at in moved:
                    codes[at] = b[at]
                yield DesignRow(block, scramble, index, tuple(codes))


def _sobol_rows(study: StudyDefinition) -> int:
    points = study.design.number("scrambles") * study.design.number("settings")
    return points * (len(SamplingSpace(study).groups) + 2)


# Random numbers, keyed as those of runs are, so that they are the same on every machine.


class Uniforms:
    """Draws for one use (`what`) of one seed and replicate, each named by two numbers."""

    def __init__(self, seed: int, replicate: int, what: str) -> None:
        self._key = replication_key(seed, replicate)
        self._stream = stable_hash(f"study {what}")

    def __call__(self, column: int, index: int) -> float:
        """A uniform of (0, 1); columns and indices from 0, indices below 2^32."""
        return uniform(self._key, self._stream, 1, column << 32 | index)

    def bits(self, column: int, index: int) -> int:
        """64 random bits, unlike those of the same names in `__call__`."""
        return squares64(counter_of(self._stream, 2, column << 32 | index), self._key)

    def below(self, count: int, column: int, index: int) -> int:
        """A whole number from 0 to count - 1."""
        return min(count - 1, int(self(column, index) * count))

    def order(self, count: int, column: int) -> list[int]:
        """The numbers from 0 to count - 1, shuffled."""
        return sorted(range(count), key=lambda index: (self(column, index), index))


def sobol_points(seed: int, replicate: int, log2: int, dims: int) -> Any:
    """2^log2 points of the scrambled Sobol sequence: an array of shape (points, dims) of numbers in (0, 1).

    The sequence is scipy's (S. Joe and F. Kuo, SIAM J. Sci. Comput. 30, 2008); the scrambling is a random linear one
    with a digital shift (J. Matousek, J. Complexity 14, 1998), with keyed bits: scipy's own depends on its version.
    """
    import numpy as np
    from scipy.stats import qmc  # type: ignore[import-untyped]

    plain = qmc.Sobol(dims, scramble=False).random_base2(log2)
    words = np.round(plain * 2.0**_SOBOL_BITS).astype(np.uint64)
    draw = Uniforms(seed, replicate, "sobol")
    points = np.empty((len(words), dims))
    for dim in range(dims):
        mixed = np.zeros(len(words), dtype=np.uint64)
        for bit in range(_SOBOL_BITS):  # from the highest down: each keeps itself and takes in some of those above
            own = 1 << (_SOBOL_BITS - 1 - bit)
            above = (MASK << (_SOBOL_BITS - bit)) & ((1 << _SOBOL_BITS) - 1)
            taken = words[:, dim] & np.uint64(own | (draw.bits(dim, bit) & above))
            for shift in (16, 8, 4, 2, 1):
                taken ^= taken >> np.uint64(shift)
            mixed |= (taken & np.uint64(1)) * np.uint64(own)
        shift_by = np.uint64(draw.bits(dim, _SOBOL_BITS) & ((1 << _SOBOL_BITS) - 1))
        points[:, dim] = ((mixed ^ shift_by).astype(float) + 0.5) * 2.0**-_SOBOL_BITS
    return points


# What a study file may say of each.


def from_to(least: int, most: int) -> AfterValidator:
    """Bounds of a whole number, ends included."""
    return within(least, most, f"a whole number from {least:,} to {most:,}")


def _power_of_two(number: int) -> int:
    if number & (number - 1):
        below = 1 << (number.bit_length() - 1)
        raise refusal(f"got {number}; a power of two is needed.", f"{below} or {2 * below}.")
    return number


def _even(number: int) -> int:
    if number % 2:
        raise refusal("an even number of levels is needed.", "4 is usual.")
    return number


def at_most(count: int) -> AfterValidator:
    """A bound on how long a list of names is."""

    def checked(names: tuple[str, ...]) -> tuple[str, ...]:
        if len(names) > count:
            raise refusal(f"{len(names):,} names; at most {count:,}.", code="too_large")
        return names

    return AfterValidator(checked)


WHOLE = BeforeValidator(whole)
Words = Annotated[str, Field(strict=True, min_length=1, pattern=r"\S")]
NameList = Annotated[tuple[Words, ...], Field(min_length=1)]
PowerOfTwo = Annotated[int, WHOLE, from_to(2, 1 << 20), AfterValidator(_power_of_two)]


class GridSettings(Table):
    kind: Literal["grid"]
    levels: Annotated[int, WHOLE, from_to(2, 1_000)] = 0


class ListSettings(Table):
    kind: Literal["list"]
    file: Words


class OatSettings(Table):
    kind: Literal["oat"]


class LatinHypercubeSettings(Table):
    kind: Literal["latin_hypercube"]
    settings: Annotated[int, WHOLE, from_to(2, 1_000_000)] = 64


class SobolSequenceSettings(Table):
    kind: Literal["sobol_sequence"]
    settings: PowerOfTwo = 64


class GroupedSettings(Table):
    """Of designs that move factors one at a time, or groups of them."""

    groups: Annotated[dict[str, NameList], Names("NAME"), Field(min_length=1)] | None = None


class MorrisSettings(GroupedSettings):
    kind: Literal["morris"]
    trajectories: Annotated[int, WHOLE, from_to(2, 10_000)] = 20
    levels: Annotated[int, WHOLE, from_to(4, 100), AfterValidator(_even)] = 4


class SobolIndicesSettings(GroupedSettings):
    kind: Literal["sobol_indices"]
    settings: PowerOfTwo = 128
    scrambles: Annotated[int, WHOLE, from_to(1, 1_000)] = 8
    seed_as_factor: Flag = False


@dataclass(frozen=True)
class DesignKind:
    """`rows` gives the rows of a study in order, `count` how many there are; `settings` is its table in a study file.

    With `shares`, rows that ask for the same always share a point. `random_numbers` and `replications` are the usual
    ones; where the latter is None the scenario's own number holds. `marks` says that settings which break a constraint
    stay in the design, marked, and `refuses` why a design cannot have any. With `by_default` it goes over the ranges
    that the scenario marks. `dummy` adds a factor that changes nothing but the random numbers.
    """

    rows: Callable[[StudyDefinition], Iterator[DesignRow]]
    count: Callable[[StudyDefinition], int]
    settings: type[Table]
    shares: bool = True
    random_numbers: str = COMMON
    replications: int | None = None
    marks: bool = False
    refuses: str = ""
    by_default: bool = False
    dummy: bool = False

    @property
    def grouped(self) -> bool:
        """Whether it moves factors one at a time, or groups of them."""
        return issubclass(self.settings, GroupedSettings)


_REFUSES = "it compares settings that differ in one factor, and without some of them the comparison is not valid"

_of_sensitivity = partial(DesignKind, shares=False, random_numbers=INDEPENDENT, refuses=_REFUSES, by_default=True)

DESIGNS = {
    "grid": DesignKind(_grid, _grid_rows, GridSettings, marks=True),
    "list": DesignKind(_list, lambda study: len(study.design.list_rows), ListSettings, marks=True),
    "oat": DesignKind(_oat, _oat_rows, OatSettings, marks=True, by_default=True),
    "latin_hypercube": DesignKind(_latin_hypercube, _points, LatinHypercubeSettings, by_default=True),
    "sobol_sequence": DesignKind(_sobol_sequence, _points, SobolSequenceSettings, by_default=True),
    "morris": _of_sensitivity(_morris, _morris_rows, MorrisSettings, replications=10, dummy=True),
    "sobol_indices": _of_sensitivity(_sobol_indices, _sobol_rows, SobolIndicesSettings, replications=2),
}
"""By the word after `design =`.

| design | rows |
|---|---|
| grid | every combination of levels; of a range `levels` evenly spread ones, its ends among them |
| list | those of the CSV file `file` |
| oat | the scenario itself, then each factor at every level, or at both ends of its range |
| latin_hypercube | `settings`, each factor's range cut into so many slices, each used once |
| sobol_sequence | `settings`, a power of two, of a scrambled Sobol sequence |
| morris | `trajectories` of one row more than there are groups; `levels` of each factor |
| sobol_indices | `scrambles` x `settings` x (groups + 2) |
"""
