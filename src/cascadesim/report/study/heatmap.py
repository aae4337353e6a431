"""The measure over two factors, with the contour along which it reaches the target."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cascadesim.analysis.study.slices import Slice
from cascadesim.analysis.words import sentence
from cascadesim.experiment.study.definition import TARGET
from cascadesim.report.marks import title, wrapped
from cascadesim.report.study.multiples import IN_ROW, axes_of, held_words, panels_of
from cascadesim.report.study.scene import Scene, amount, factor_label, folded, level_words, spread_out
from cascadesim.report.style import INK, VERMILLION, new_figure

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.collections import QuadMesh
    from matplotlib.figure import Figure

MOST_WRITTEN, MOST_TICKS = 64, 12


def draw_heatmap(scene: Scene) -> Figure:
    """A panel, or one for each level of a third factor, all in the same colours."""
    from matplotlib.colors import Normalize

    panels = panels_of(scene, axes_of(scene, 3))
    across = min(IN_ROW, len(panels))
    down = math.ceil(len(panels) / across)
    figure = new_figure(1.6 + (5.0 if across == 1 else 3.6) * down)
    grid = figure.subplots(down, across, squeeze=False)
    values = [scene.known[point].value for _, each in panels for point in each.points.values()]
    good = [value for value in values if not math.isnan(value)] or [0.0]
    colors = Normalize(min(good), max(good) if max(good) > min(good) else min(good) + 1)
    mesh = None
    for at, axes in enumerate(grid.flat):
        if at < len(panels):
            mesh = draw_map(axes, scene, panels[at][1], colors, written=not across > 1)
            axes.set_title(folded(panels[at][0], 110 // across), fontsize=9)
            if at % across:
                axes.set_ylabel("")
        else:
            axes.set_axis_off()
    assert mesh is not None
    bar = figure.colorbar(mesh, ax=grid, aspect=30, pad=0.015)
    bar.set_label(wrapped(scene.label, 60))
    bar.outline.set_visible(False)
    written = across == 1 and scene.has_intervals and len(panels[0][1].points) <= MOST_WRITTEN
    cells = "; in each cell the mean or chance and its 95 % interval" if written else ""
    said = "" if scene.line is None else _line_words(scene, good)
    held = held_words(scene, panels[0][1].held)
    title(figure, sentence(scene.words), f"{scene.note}{held}{said}{cells}")
    return figure


def draw_map(axes: Axes, scene: Scene, points: Slice, colors: object, written: bool) -> QuadMesh:
    """One square a point, whose levels are an even step apart; written in them the mean, where there is room."""
    import numpy as np

    across, up = points.levels
    cells = np.full((len(up), len(across)), math.nan)
    for row, b in enumerate(up):
        for column, a in enumerate(across):
            if (a, b) in points.points:
                cells[row, column] = scene.known[points.points[a, b]].value
    axes.set_facecolor("#DDDDDD")
    mesh = axes.pcolormesh(cells, cmap="cividis", norm=colors, edgecolor="white", linewidth=0.6)  # type: ignore[arg-type]
    if cells.size <= MOST_WRITTEN:
        _write(axes, scene, points, cells, colors, written)
    if scene.line is not None:
        _contour(axes, cells, scene.line[0])
    factors = scene.results.study.factors
    for place, axis, levels in zip(points.places, (axes.xaxis, axes.yaxis), points.levels, strict=True):
        ticks = spread_out(len(levels), MOST_TICKS)
        axis.set_ticks([at + 0.5 for at in ticks], [folded(level_words(levels[at]), 16) for at in ticks])
        axis.set_label_text(wrapped(factor_label(factors[place]), 44))
    axes.grid(visible=False)
    axes.tick_params(length=0)
    return mesh


def _write(axes: Axes, scene: Scene, points: Slice, cells: np.ndarray, colors: object, half: bool) -> None:
    """The mean in each cell, and below it how well it is known."""
    from matplotlib.colors import Normalize

    assert isinstance(colors, Normalize)
    for (row, column), value in _items(cells):
        point = points.points.get((points.levels[0][column], points.levels[1][row]))
        text = "no result" if math.isnan(value) else amount(value)
        if half and point is not None and not math.isnan(scene.known[point].low):
            each = scene.known[point]
            text += f"\n{amount(each.low)} to {amount(each.high)}"
        dark = not math.isnan(value) and colors(value) < 0.55
        axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", color="white" if dark else INK, fontsize=8)


def _items(cells: np.ndarray) -> list[tuple[tuple[int, int], float]]:
    return [((row, column), float(cells[row, column])) for row in range(len(cells)) for column in range(len(cells[0]))]


def _contour(axes: Axes, cells: np.ndarray, level: float) -> None:
    """Straight between the middles of cells; none where they are all on one side."""
    import numpy as np

    if min(cells.shape) < 2 or not (cells < level).any() or not (cells >= level).any():
        return
    middles = [np.concatenate(([0.0], np.arange(size) + 0.5, [size])) for size in cells.shape]
    y, x = middles
    shown = np.ma.masked_invalid(np.pad(cells, 1, mode="edge"))  # as far as the edge of the outer cells
    axes.contour(x, y, shown, levels=[level], colors="white", linewidths=4.5)
    axes.contour(x, y, shown, levels=[level], colors=VERMILLION, linewidths=2.2)


def _line_words(scene: Scene, good: list[float]) -> str:
    assert scene.line is not None
    value, words = scene.line
    if min(good) >= value or max(good) < value:
        return f"; {words}: every cell is {'below' if max(good) < value else 'at it or above'}"
    what = "the chance" if scene.measure == TARGET else "the mean"
    return f"; the line is where {what} comes to {amount(value)} {scene.shown_unit} ({words})"
