"""What goes on week by week, a panel for each variant or point: fans over replications, the first for comparison."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cascadesim.analysis.main_measures import kpi_words
from cascadesim.analysis.study.known import paths
from cascadesim.analysis.words import sentence
from cascadesim.model.measures.trajectories import CLIENT_TOTALS, CLIENT_TOTALS_OF, TIER_TOTALS
from cascadesim.report.board import Board
from cascadesim.report.marks import fan, title, wrapped
from cascadesim.report.study.scene import Scene, folded, nothing, spread_out
from cascadesim.report.style import BLUE, INK, Look, new_figure

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS, IN_ROW = 9, 3
_TOTALS = {"tier": TIER_TOTALS, "clients": (*CLIENT_TOTALS, *CLIENT_TOTALS_OF.values())}


def draw_fan(scene: Scene) -> Figure:
    """One column of the trajectories, at the points that have some."""
    import pandas as pd

    table = paths(scene.results, scene.measure)
    every = [int(point) for point in table["point"].unique()]
    points = [every[at] for at in spread_out(len(every), MOST_PANELS)]
    across = min(IN_ROW, max(1, len(points)))
    down = max(1, math.ceil(len(points) / across))
    figure = new_figure(1.3 + 2.9 * down)
    grid = figure.subplots(down, across, squeeze=False, sharey=True)
    first: tuple[np.ndarray, np.ndarray] | None = None
    for at, axes in enumerate(grid.flat):
        if at >= len(points):
            axes.set_axis_off()
            continue
        own = table[table["point"] == points[at]]
        kpis = pd.DataFrame({"replication": own["replication"].unique()})
        board = Board(scene.results.base, kpis, own)
        first = draw_panel(axes, board, scene.measure, first)
        axes.set_title(folded(scene.point_words(points[at]), 120 // across, 2), fontsize=9)
        board.week_axis(axes, named=at + across >= len(points), most=9 if across == 1 else 4)
    if not points:
        nothing(grid[0][0], "no point has a result")
    for row in grid:
        row[0].set_ylabel(wrapped(sentence(f"{kpi_words(scene.measure)} ({column_unit(scene.measure)})"), 34))
    some = f"; {len(points)} of {len(every)} points" if len(points) < len(every) else ""
    dashed = "; dashed: the median of the first panel" if len(points) > 1 else ""
    said = "line: median of runs, dark band: the middle 50 %, light: the middle 80 %"
    title(figure, f"Week by week: {kpi_words(scene.measure)}", f"{scene.note}{some}; {said}{dashed}")
    return figure


def draw_panel(
    axes: Axes, board: Board, column: str, first: tuple[np.ndarray, np.ndarray] | None
) -> tuple[np.ndarray, np.ndarray]:
    """The fan of one point; returns (weeks, median) of the first, which the later ones show dashed."""
    import numpy as np

    values, x = board.values(column), board.middles
    if is_total(column):
        x = np.concatenate(([0.0], board.ends))
        values = np.concatenate((np.zeros((len(values), 1)), values), axis=1)
    fan(axes, x, values, Look(BLUE))
    line = axes.lines[-1]
    if first is not None:
        axes.plot(*first, color=INK, linestyle="--", linewidth=1.1)
    low, high = axes.get_ylim()
    axes.set_ylim(
        min(0.0, low) if values.size and np.nanmin(values) < 0 else 0.0, max(high, 1e-9) if values.any() else 1
    )
    return first or (np.asarray(line.get_xdata()), np.asarray(line.get_ydata()))


def is_total(column: str) -> bool:
    """Whether a column counts from the beginning on, rather than being a mean over its interval."""
    owner, last = column.partition(".")[0], column.rpartition(".")[2]
    return last in _TOTALS.get(owner, ()) or ".exits." in column


def column_unit(column: str) -> str:
    """The unit of a column of the trajectories."""
    owner = column.partition(".")[0]
    if ".hours." in column:
        return "hours a week"
    if column.endswith(".competence"):
        return "on the scenario's scale"
    return {"clients": "clients", "organisation": "on a scale from 0 to 1"}.get(owner, "people")
