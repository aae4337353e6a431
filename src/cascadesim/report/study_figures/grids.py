"""Pictures of a grid or list of settings along two or three factors: the heat map and small multiples."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from cascadesim.analysis.wording import number, sentence
from cascadesim.experiment.study.definition import TARGET
from cascadesim.report.study_figures.data import (
    Slice,
    StudyFigureData,
    factor_label,
    level_words,
    short_words,
    slice_along,
    spread_out,
    varied_factors,
)
from cascadesim.report.style import (
    FAINT,
    INK,
    STYLES,
    VERMILLION,
    AxisNumbers,
    folded,
    new_figure,
    panel_grid,
    title,
    wrapped,
)

MOST_PANELS, IN_ROW = 6, 3


def _panels(data: StudyFigureData) -> list[tuple[str, Slice]]:
    """(heading, the points) of each panel: one for each level of a third factor, else one in all.

    The factors are those chosen for x and y, then those that vary.
    """
    chosen = [index for index in (data.x, data.y) if index is not None]
    rest = [index for index in varied_factors(data.results) if index not in chosen]
    indices = [rest.pop(0), *chosen, *rest] if data.x is None and data.y is not None else [*chosen, *rest]
    whole = slice_along(data.results, indices[:3])
    if len(whole.factors) < 3:
        return [("", whole)]
    label = sentence(factor_label(data.results.study.factors[whole.factors[2]]))
    panels = []
    for index in spread_out(len(whole.levels[2]), MOST_PANELS):
        level = whole.levels[2][index]
        points = {levels[:2]: point for levels, point in whole.points.items() if levels[2] == level}
        slice_of_level = Slice(whole.factors[:2], whole.levels[:2], points, whole.held)
        panels.append((f"{label}: {level_words(level)}", slice_of_level))
    return panels


def _held_words(data: StudyFigureData, held: dict[str, Any]) -> str:
    """What the other factors are at, for the note of a picture."""
    if not held:
        return ""
    words = {factor.name: short_words(factor) for factor in data.results.study.factors}
    return "; with " + ", ".join(f"{words[name]} {level_words(level)}" for name, level in held.items())


MOST_LINES = 6
MARKERS = "osD^vP"


def draw_multiples(data: StudyFigureData) -> Figure:
    """The measure along one factor, a line for each level of a second, a panel of a third, all with one scale."""
    panels = _panels(data)
    across = min(IN_ROW, len(panels))
    figure = new_figure(1.5 + 3.1 * -(-len(panels) // IN_ROW))
    grid = panel_grid(figure, len(panels), IN_ROW, sharey=True, sharex=True)
    labels = [factor_label(data.results.study.factors[index]) for index in panels[0][1].factors]
    for index, (axes, (heading, points)) in enumerate(zip(grid.flat, panels, strict=False)):
        _draw_lines(axes, data, points)
        axes.set_title(folded(heading, 110 // across), fontsize=9)
        lowest = index + across >= len(panels)
        axes.set_xlabel(wrapped(labels[0], 110 // across) if lowest else "")
        axes.tick_params(axis="x", labelbottom=lowest)
    for row in grid:
        row[0].set_ylabel(wrapped(data.label, 36))
    lines, names = grid[0][0].get_legend_handles_labels()
    if len(names) > 1 or data.line:
        key = labels[1] if len(labels) > 1 else None
        figure.legend(
            lines, names, title=key, loc="outside lower left", ncols=len(names), handlelength=3, alignment="left"
        )
    held = _held_words(data, panels[0][1].held)
    bars = "; dot: mean or chance, bar: its 95 % interval" if data.has_intervals else ""
    title(figure, sentence(data.words), f"{data.note}{held}{bars}")
    return figure


def _draw_lines(axes: Axes, data: StudyFigureData, points: Slice) -> None:
    """A line with intervals for each level of the second factor, along the first."""
    single = len(points.factors) == 1
    names = (None,) if single else points.levels[1]
    numbers = all(isinstance(level, int | float) for level in points.levels[0])
    places: list[float] = [*points.levels[0]] if numbers else [*range(len(points.levels[0]))]
    step = min((b - a for a, b in pairwise(places)), default=1.0)
    shown = spread_out(len(names), MOST_LINES)
    for line, index in enumerate(shown):
        x, estimates = [], []
        for at, level in zip(places, points.levels[0], strict=True):
            point = points.points.get((level,) if single else (level, names[index]))
            if point is not None and not math.isnan(data.estimates[point].value):
                x.append(at + 0.03 * step * (line - (len(shown) - 1) / 2))
                estimates.append(data.estimates[point])
        style = STYLES[line]
        axes.plot(
            x,
            [each.value for each in estimates],
            color=style.color,
            linestyle=style.line,
            marker=MARKERS[line],
            markersize=4.5,
            label="mean" if single else level_words(names[index]),
        )
        low, high = [each.low for each in estimates], [each.high for each in estimates]
        axes.vlines(x, low, high, color=style.color, linewidth=1)
    if data.line:
        axes.axhline(data.line[0], color=INK, linewidth=1.2, linestyle="--", label=data.line[1])
    if not numbers or len(places) <= 8:
        axes.set_xticks(places, [folded(level_words(level), 14) for level in points.levels[0]])
    if axes.get_ylim()[0] < 0 and all(not each.low < 0 for each in data.estimates):
        axes.set_ylim(bottom=0)
    if not axes.lines:
        axes.text(0.5, 0.5, "no result", transform=axes.transAxes, ha="center", color=FAINT)


MOST_WRITTEN, MOST_TICKS = 64, 12
CMAP, NO_RESULT = "cividis", "#DDDDDD"


def draw_heatmap(data: StudyFigureData) -> Figure:
    """The measure over two factors, with the contour along which it reaches the target; panels have one scale."""
    panels = _panels(data)
    single = len(panels) == 1
    across = min(IN_ROW, len(panels))
    figure = new_figure(1.6 + (5.0 if single else 3.6) * -(-len(panels) // IN_ROW))
    grid = panel_grid(figure, len(panels), IN_ROW)
    values = [data.estimates[point].value for _, points in panels for point in points.points.values()]
    defined = [value for value in values if not math.isnan(value)] or [0.0]
    least, most = min(defined), max(defined)
    colors = Normalize(least, most if most > least else least + 1)
    for index, (axes, (heading, points)) in enumerate(zip(grid.flat, panels, strict=False)):
        mesh = _draw_map(axes, data, points, colors, intervals=single)
        axes.set_title(folded(heading, 110 // across), fontsize=9)
        if index % across:
            axes.set_ylabel("")
    bar = figure.colorbar(mesh, ax=grid, aspect=30, pad=0.015, format=AxisNumbers())
    bar.set_label(wrapped(data.label, 60))
    bar.outline.set_visible(False)
    written = single and data.has_intervals and len(panels[0][1].points) <= MOST_WRITTEN
    cells = "; in each square: mean or chance with 95 % interval" if written else ""
    held = _held_words(data, panels[0][1].held)
    title(figure, sentence(data.words), f"{data.note}{held}{_contour_words(data, least, most)}{cells}")
    return figure


def _draw_map(axes: Axes, data: StudyFigureData, points: Slice, colors: Normalize, intervals: bool) -> QuadMesh:
    """One square a point, whose levels are an even step apart; written in them the mean, where there is room."""
    across, up = points.levels
    cells = np.full((len(up), len(across)), math.nan)
    for row, b in enumerate(up):
        for column, a in enumerate(across):
            if (a, b) in points.points:
                cells[row, column] = data.estimates[points.points[a, b]].value
    axes.set_facecolor(NO_RESULT)
    mesh = axes.pcolormesh(cells, cmap=CMAP, norm=colors, edgecolor="white", linewidth=0.6)
    if cells.size <= MOST_WRITTEN:
        _write_cells(axes, data, points, cells, colors, intervals)
    if data.line is not None:
        _draw_contour(axes, cells, data.line[0])
    for index, axis, levels in zip(points.factors, (axes.xaxis, axes.yaxis), points.levels, strict=True):
        ticks = spread_out(len(levels), MOST_TICKS)
        axis.set_ticks([tick + 0.5 for tick in ticks], [folded(level_words(levels[tick]), 16) for tick in ticks])
        axis.set_label_text(wrapped(factor_label(data.results.study.factors[index]), 44))
    axes.grid(visible=False)
    axes.tick_params(length=0)
    return mesh


def _write_cells(
    axes: Axes, data: StudyFigureData, points: Slice, cells: np.ndarray, colors: Normalize, intervals: bool
) -> None:
    """The mean in each cell, and below it how well it is known."""
    for row, up in enumerate(points.levels[1]):
        for column, across in enumerate(points.levels[0]):
            value = float(cells[row, column])
            text = "no result" if math.isnan(value) else number(value)
            point = points.points.get((across, up))
            if intervals and point is not None and not math.isnan(data.estimates[point].low):
                text += f"\n{number(data.estimates[point].low)} to {number(data.estimates[point].high)}"
            color = "white" if not math.isnan(value) and colors(value) < 0.55 else INK
            # On the color of its cell, so that the line of the target passes behind the numbers.
            ground = NO_RESULT if math.isnan(value) else colormaps[CMAP](colors(value))
            box = {"facecolor": ground, "edgecolor": "none", "pad": 1.5}
            place = (column + 0.5, row + 0.5)
            axes.text(*place, text, ha="center", va="center", color=color, fontsize=8, bbox=box, zorder=4)


def _draw_contour(axes: Axes, cells: np.ndarray, level: float) -> None:
    """Straight between the middles of cells; none where they are all on one side."""
    if min(cells.shape) < 2 or not (cells < level).any() or not (cells >= level).any():
        return
    y, x = (np.concatenate(([0.0], np.arange(size) + 0.5, [size])) for size in cells.shape)
    padded = np.ma.masked_invalid(np.pad(cells, 1, mode="edge"))  # as far as the edge of the outer cells
    axes.contour(x, y, padded, levels=[level], colors="white", linewidths=4.5)
    axes.contour(x, y, padded, levels=[level], colors=VERMILLION, linewidths=2.2)


def _contour_words(data: StudyFigureData, least: float, most: float) -> str:
    if data.line is None:
        return ""
    value, words = data.line
    if least >= value or most < value:
        return f"; {words}: every square is {'below' if most < value else 'at it or above'}"
    what = "the chance" if data.measure == TARGET else "the mean"
    return f"; line: where {what} is {number(value)} {data.shown_unit} ({words})"
