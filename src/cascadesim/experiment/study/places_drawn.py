"""Designs that fill the space of all factors: Latin hypercube and Sobol sequence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from cascadesim.errors import UsageError
from cascadesim.experiment.study.axes import Axes
from cascadesim.experiment.study.conditions import Conditions
from cascadesim.experiment.study.table import Place
from cascadesim.experiment.study.uniforms import Uniforms, sobol_points

if TYPE_CHECKING:
    from cascadesim.experiment.study.nouns import Study

MOST_DRAWS = 100
"""So many times the points are drawn at most before a design with constraints gives up."""


def latin_hypercube(study: Study) -> Iterator[Place]:
    """Each factor's range in as many slices as there are points, each slice used once, anywhere within it."""
    count, dims = study.design.number("points"), Axes(study).dims

    def batch(number: int) -> Iterator[Sequence[float]]:
        draw = Uniforms(study.seed, number, "latin_hypercube")
        orders = [draw.order(count, 2 * dim) for dim in range(dims)]
        for index in range(count):
            yield [(order[index] + draw(2 * dim + 1, index)) / count for dim, order in enumerate(orders)]

    return _kept(study, count, batch)


def sobol_sequence(study: Study) -> Iterator[Place]:
    """A scrambled Sobol sequence."""
    count, dims = study.design.number("points"), Axes(study).dims

    def batch(number: int) -> Iterator[Sequence[float]]:
        yield from sobol_points(study.seed, number, count.bit_length() - 1, dims).tolist()

    return _kept(study, count, batch)


def _kept(study: Study, count: int, batch: Callable[[int], Iterator[Sequence[float]]]) -> Iterator[Place]:
    """The first `count` points that hold the constraints, from as many batches as it takes.

    Raises `UsageError` where hardly any point holds them.
    """
    axes, conditions = Axes(study), Conditions(study)
    kept = 0
    for number in range(MOST_DRAWS if conditions.any else 1):
        for us in batch(number):
            codes = axes.codes(us)
            if kept < count and not (conditions.any and conditions.broken(codes)):
                yield Place("", 0, kept, codes)
                kept += 1
        if kept == count:
            return
        if kept * MOST_DRAWS < count * (number + 1) and (number + 1) * count >= 1_000:
            break
    raise UsageError(
        f"hardly any setting holds the constraints: {kept} of {(number + 1) * count:,} that were drawn.",
        hint="Narrow the ranges, or put factors in order with `ordered`.",
        code="constraint",
    )
