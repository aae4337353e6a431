"""How a measure is spread over the runs of a point, and how often it reaches the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.study.known import cumulative, known
from cascadesim.analysis.words import percent, percents, sentence
from cascadesim.experiment.study.nouns import TARGET
from cascadesim.report.marks import title, wrapped
from cascadesim.report.study.scene import Scene, folded, ordered, spread_out
from cascadesim.report.style import INK, LOOKS, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LINES = 6


def draw_cdf(scene: Scene) -> Figure:
    """One measure; where there are many points, some from the lowest mean to the highest."""
    figure = new_figure(5.0)
    axes = figure.subplots()
    good = ordered(scene, range(len(scene.known)))
    shown = [good[at] for at in spread_out(len(good), MOST_LINES)]
    draw_steps(axes, scene, shown)
    some = f"; drawn are {len(shown)}, from the lowest mean to the highest" if len(shown) < len(good) else ""
    goal = scene.results.target
    chance = "; in brackets the chance of the target and its 95 % interval" if _is_goal(scene) and goal else ""
    title(figure, f"Spread over runs: {scene.words}", f"{scene.note}{some}{chance}")
    return figure


def draw_steps(axes: Axes, scene: Scene, points: list[int]) -> None:
    """The share of runs at or below each value, a line for each point."""
    import numpy as np

    cube = scene.scale * scene.results.cube(scene.measure)
    chances = known(scene.results, TARGET) if _is_goal(scene) else []
    found = [cumulative(cube[point]) for point in points]
    marked = [scene.line[0]] if scene.line else []
    low = min([*marked, *(float(values[0]) for values, _ in found)])
    high = max([*marked, *(float(values[-1]) for values, _ in found)])
    margin = 0.04 * (high - low) or 1.0
    for point, look, (values, shares) in zip(points, LOOKS, found, strict=False):
        words = folded(scene.point_words(point), 44)
        if chances:
            each = chances[point]
            words += f"\n({percent(each.value)}; {percents(each.low, each.high)})"
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
