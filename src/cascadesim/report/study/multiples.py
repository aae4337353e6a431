"""Small multiples of a grid: the measure along one factor, a line for each level of a second, a panel of a third."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.study.point_estimates import Slice, slice_along, varied_factors
from cascadesim.analysis.wording import sentence
from cascadesim.report.marks import title, wrapped
from cascadesim.report.study.scene import (
    Scene,
    factor_label,
    factor_words,
    folded,
    level_words,
    spread_out,
)
from cascadesim.report.style import FAINT, INK, LOOKS, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LINES, MOST_PANELS, IN_ROW = 6, 6, 3
MARKS = "osD^vP"


def axes_of(scene: Scene, dims: int) -> list[int]:
    """The places of x, y and what panels are of: those chosen, then the factors that vary."""
    chosen = [at for at in (scene.x, scene.y) if at is not None]
    rest = [at for at in varied_factors(scene.results) if at not in chosen]
    if scene.x is None and scene.y is not None:
        return [rest[0], scene.y, *rest[1:]][:dims]
    return [*chosen, *rest][:dims]


def panels_of(scene: Scene, places: list[int]) -> list[tuple[str, Slice]]:
    """(heading, the points) of each panel: one for each level of the third place, else one in all."""
    whole = slice_along(scene.results, places)
    if len(places) < 3:
        return [("", whole)]
    factor = scene.results.study.factors[places[2]]
    found = []
    for at in spread_out(len(whole.levels[2]), MOST_PANELS):
        level = whole.levels[2][at]
        points = {levels[:2]: point for levels, point in whole.points.items() if levels[2] == level}
        words = f"{sentence(factor_label(factor))}: {level_words(level)}"
        found.append((words, Slice(whole.factors[:2], whole.levels[:2], points, whole.held)))
    return found


def held_words(scene: Scene, held: dict[str, Any]) -> str:
    """What the other factors are at, for the note of a picture."""
    if not held:
        return ""
    words = {factor.name: factor_words(factor) for factor in scene.results.study.factors}
    return "; with " + ", ".join(f"{words[name]} {level_words(level)}" for name, level in held.items())


def draw_multiples(scene: Scene) -> Figure:
    """All panels with one vertical scale."""
    places = axes_of(scene, 3)
    panels = panels_of(scene, places)
    across = min(IN_ROW, len(panels))
    down = math.ceil(len(panels) / across)
    figure = new_figure(1.5 + 3.1 * down)
    grid = figure.subplots(down, across, squeeze=False, sharey=True, sharex=True)
    for at, axes in enumerate(grid.flat):
        if at < len(panels):
            draw_lines(axes, scene, panels[at][1])
            axes.set_title(folded(panels[at][0], 110 // across), fontsize=9)
        else:
            axes.set_axis_off()
    factors = scene.results.study.factors
    for at in range(len(panels)):
        grid.flat[at].set_xlabel(wrapped(factor_label(factors[places[0]]), 110 // across))
        if at + across < len(panels):
            grid.flat[at].set_xlabel("")
        grid.flat[at].tick_params(axis="x", labelbottom=at + across >= len(panels))
    for row in grid:
        row[0].set_ylabel(wrapped(scene.label, 36))
    lines, names = grid.flat[0].get_legend_handles_labels()
    if len(names) > 1 or scene.line:
        key = factor_label(factors[places[1]]) if len(places) > 1 else None
        figure.legend(
            lines, names, title=key, loc="outside lower left", ncols=len(names), handlelength=3, alignment="left"
        )
    held = held_words(scene, panels[0][1].held)
    bars = "; dot: mean or chance, bar: its 95 % interval" if scene.has_intervals else ""
    title(figure, sentence(scene.words), f"{scene.note}{held}{bars}")
    return figure


def draw_lines(axes: Axes, scene: Scene, points: Slice) -> None:
    """A line with intervals for each level of the second factor, along the first."""
    names = points.levels[1] if len(points.factors) > 1 else (None,)
    numbers = all(isinstance(level, int | float) for level in points.levels[0])
    spots: list[float] = [*points.levels[0]] if numbers else [*range(len(points.levels[0]))]
    step = min((b - a for a, b in pairwise(spots)), default=1.0)
    shown = spread_out(len(names), MOST_LINES)
    for place, at in enumerate(shown):
        found = []
        for spot, level in zip(spots, points.levels[0], strict=True):
            point = points.points.get((level,) if names == (None,) else (level, names[at]))
            if point is not None and not math.isnan(scene.known[point].value):
                found.append((spot + 0.03 * step * (place - (len(shown) - 1) / 2), scene.known[point]))
        x = [spot for spot, _ in found]
        look = LOOKS[place]
        axes.plot(
            x,
            [each.value for _, each in found],
            color=look.color,
            linestyle=look.line,
            marker=MARKS[place],
            markersize=4.5,
            label=level_words(names[at]) if names != (None,) else "mean",
        )
        axes.vlines(x, [each.low for _, each in found], [each.high for _, each in found], color=look.color, linewidth=1)
    if scene.line:
        axes.axhline(scene.line[0], color=INK, linewidth=1.2, linestyle="--", label=scene.line[1])
    ticks = [level_words(level) for level in points.levels[0]]
    if not numbers or len(spots) <= 8:
        axes.set_xticks(spots, [folded(tick, 14) for tick in ticks])
    if axes.get_ylim()[0] < 0 and all(not each.low < 0 for each in scene.known):
        axes.set_ylim(bottom=0)
    if not axes.lines:
        axes.text(0.5, 0.5, "no result", transform=axes.transAxes, ha="center", color=FAINT)
