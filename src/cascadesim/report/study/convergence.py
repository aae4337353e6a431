"""How a mean settles as replications are added."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cascadesim.analysis.study.point_estimates import running_estimates
from cascadesim.report.marks import title, whole_numbers, wrapped
from cascadesim.report.study.scene import Scene, folded, ordered
from cascadesim.report.style import BLUE, INK, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS, IN_ROW = 6, 3


def draw_convergence(scene: Scene) -> Figure:
    """A panel a point; of many points those whose means are known least well."""
    good = ordered(scene, range(len(scene.known)))
    widest = sorted(good, key=lambda point: (-_half(scene, point), point))[:MOST_PANELS]
    shown = sorted(widest)
    across = min(IN_ROW, len(shown))
    down = math.ceil(len(shown) / across)
    figure = new_figure(1.3 + 2.7 * down)
    grid = figure.subplots(down, across, squeeze=False)
    for at, axes in enumerate(grid.flat):
        if at < len(shown):
            draw_running(axes, scene, shown[at])
            axes.set_title(folded(scene.point_words(shown[at]), 120 // across, 2), fontsize=9)
            axes.set_xlabel("Replications" if at + across >= len(shown) else "")
        else:
            axes.set_axis_off()
    for row in grid:
        row[0].set_ylabel(wrapped(scene.label, 30))
    some = f"; the {len(shown)} whose mean is known least well" if len(shown) < len(good) else ""
    said = "line: mean of the first so many replications, band: its 95 % interval at that moment, dashed: the last mean"
    title(figure, f"How the mean settles: {scene.words}", f"{scene.note}{some}; {said}")
    return figure


def draw_running(axes: Axes, scene: Scene, point: int) -> None:
    """The running mean of one point with its interval."""
    found = running_estimates(scene.scale * scene.results.cube(scene.measure)[point])
    runs = [each.runs for each in found]
    low, high = [each.low for each in found], [each.high for each in found]
    axes.fill_between(runs, low, high, color=BLUE, alpha=0.2, linewidth=0)
    axes.plot(runs, [each.value for each in found], color=BLUE, linewidth=1.8)
    axes.axhline(found[-1].value, color=INK, linestyle="--", linewidth=0.9)
    # The interval of the first two or three is so wide that nothing else would be seen.
    later = [bound for each in found[min(4, len(found) - 1) :] for bound in (each.low, each.high)]
    every = [each.value for each in found] + [bound for bound in later if not math.isnan(bound)]
    least, most = min(every), max(every)
    margin = 0.08 * (most - least) or 0.05 * abs(most) or 1.0
    axes.set_ylim(least - margin, most + margin)
    axes.set_xlim(1, max(2, runs[-1]))
    whole_numbers(axes.xaxis)


def _half(scene: Scene, point: int) -> float:
    each = scene.known[point]
    return 0.0 if math.isnan(each.high) else each.high - each.low
