"""Designs for sensitivity: Morris trajectories, and the blocks of Saltelli for Sobol indices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cascadesim.experiment.study.axes import Axes
from cascadesim.experiment.study.table import Place
from cascadesim.experiment.study.uniforms import Uniforms, sobol_points

if TYPE_CHECKING:
    from cascadesim.experiment.study.nouns import Study

TRAJECTORY = "trajectory"


def morris(study: Study) -> Iterator[Place]:
    """Trajectories: each a start on the grid of levels, then every group moved once, in an order of its own.

    M. Morris, Technometrics 33 (1991) 161-174: with p levels, an even number, every uniform lies on 0, 1 / (p - 1), ...
    1, and moves up or down by p / (2 (p - 1)), so that all levels are equally likely. The dummy among the factors is
    moved like any other. Of a group all uniforms move at once.
    """
    axes = Axes(study)
    levels = study.design.number("levels")
    half = levels // 2
    for number in range(study.design.number("trajectories")):
        up, order = morris_moves(study, axes, number)
        draw = Uniforms(study.seed, number, "morris")
        low = [draw.below(half, 0, dim) for dim in range(axes.dims)]
        steps = [place if rises else place + half for place, rises in zip(low, up, strict=True)]
        yield Place(TRAJECTORY, number, 0, axes.codes([step / (levels - 1) for step in steps]))
        for index, group in enumerate(order, start=1):
            for dim in axes.groups[group].uniforms:
                steps[dim] += half if up[dim] else -half
            yield Place(TRAJECTORY, number, index, axes.codes([step / (levels - 1) for step in steps]))


def morris_moves(study: Study, axes: Axes, number: int) -> tuple[list[bool], list[int]]:
    """(whether each uniform moves up, the groups in the order in which they move) of one trajectory."""
    draw = Uniforms(study.seed, number, "morris")
    return [draw.below(2, 1, dim) == 1 for dim in range(axes.dims)], list(draw.order(len(axes.groups), 2))


def morris_rows(study: Study) -> int:
    """One more than there are groups, for each trajectory."""
    return study.design.number("trajectories") * (len(Axes(study).groups) + 1)


def sobol_indices(study: Study) -> Iterator[Place]:
    """For every scramble and point: a row A, a row B, and for each group A with that group taken from B (`AB:NAME`).

    A. Saltelli et al., Computer Physics Communications 181 (2010) 259-270, radial by point. A and B are the two halves
    of one scrambled Sobol sequence of twice as many dimensions. All rows of a point follow one another, so that a study
    that is stopped has whole points.
    """
    axes = Axes(study)
    log2, dims = study.design.number("points").bit_length() - 1, axes.dims
    blocks = [(f"AB:{group.name}", group.factors) for group in axes.groups]
    for scramble in range(study.design.number("scrambles")):
        for index, us in enumerate(sobol_points(study.seed, scramble, log2, 2 * dims).tolist()):
            a, b = axes.codes(us[:dims]), axes.codes(us[dims:])
            yield Place("A", scramble, index, a)
            yield Place("B", scramble, index, b)
            for block, moved in blocks:
                codes = list(a)
                for place in moved:
                    codes[place] = b[place]
                yield Place(block, scramble, index, tuple(codes))


def sobol_rows(study: Study) -> int:
    """Two more than there are groups, for each point of each scramble."""
    return study.design.number("scrambles") * study.design.number("points") * (len(Axes(study).groups) + 2)
