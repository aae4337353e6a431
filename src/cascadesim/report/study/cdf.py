"""How a measure is spread over the runs of a point, and how often it reaches the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.study.known import cumulative, known
from cascadesim.analysis.words import percent, percents, sentence
from cascadesim.experiment.study.definition import TARGET
from cascadesim.report.marks import title, wrapped
from cascadesim.report.study.scene import Scene, folded, ordered, spread_out
from cascadesim.report.style import INK, LOOKS, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LINES = 6
_LINE_INCHES, _LINES_BESIDE = 0.2, 5
"""Of the legend: the height of a line, and how many there are for its title, the target and what stands apart."""


def draw_cdf(scene: Scene) -> Figure:
    """One measure; where there are many points, some from the lowest mean to the highest."""
    good = ordered(scene, range(len(scene.known)))
    shown = [good[at] for at in spread_out(len(good), MOST_LINES)]
    labels = {point: _label(scene, point) for point in shown}
    lines = sum(text.count("\n") + 1 for text in labels.values()) + _LINES_BESIDE
    figure = new_figure(max(5.0, 1.2 + _LINE_INCHES * lines))
    draw_steps(figure.subplots(), scene, labels)
    some = f"; drawn are {len(shown)}, from the lowest mean to the highest" if len(shown) < len(good) else ""
    goal = scene.results.target
    chance = "; in brackets the chance of the target and its 95 % interval" if _is_goal(scene) and goal else ""
    title(figure, f"Spread over runs: {scene.words}", f"{scene.note}{some}{chance}")
    return figure


def _label(scene: Scene, point: int) -> str:
    """A point in words, with the chance of the target where the measure is the target's."""
    words = folded(scene.point_words(point), 44)
    if not _is_goal(scene):
        return words
    each = known(scene.results, TARGET)[point]
    return f"{words}\n({percent(each.value)}; {percents(each.low, each.high)})"


def draw_steps(axes: Axes, scene: Scene, labels: dict[int, str]) -> None:
    """The share of runs at or below each value, a line for each point, which has a label in the legend."""
    import numpy as np

    cube = scene.scale * scene.results.cube(scene.measure)
    found = [cumulative(cube[point]) for point in labels]
    marked = [scene.line[0]] if scene.line else []
    low = min([*marked, *(float(values[0]) for values, _ in found)])
    high = max([*marked, *(float(values[-1]) for values, _ in found)])
    margin = 0.04 * (high - low) or 1.0
    for words, look, (values, shares) in zip(labels.values(), LOOKS, found, strict=False):
        x = np.concatenate(([low - margin], values, [high + margin]))
        y = 100 * np.concatenate(([0.0], shares, [1.0]))
        axes.step(x, y, where="post", color=look.color, linestyle=look.line, linewidth=1.8, label=words)
    if scene.line:
        axes.axvline(scene.line[0], color=INK, linewidth=1.4, linestyle="--", label=scene.line[1])
    axes.set_xlim(low - margin, high + margin)
    axes.set_ylim(0, 101)
    axes.set_xlabel(wrapped(scene.label, 90))
    axes.set_ylabel("Runs at or below (%)")
    axes.grid(visible=True, axis="both")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=3, labelspacing=0.8, title=sentence("points"))


def _is_goal(scene: Scene) -> bool:
    return scene.results.target is not None and scene.measure == scene.results.target.kpi and scene.at is None
