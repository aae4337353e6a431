"""One point beside all others: paired differences, with intervals that hold for all of them at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cascadesim.analysis.study.point_estimates import PointComparisons, point_comparisons
from cascadesim.analysis.wording import count_of
from cascadesim.report.marks import title
from cascadesim.report.study.scene import Scene, folded, nothing
from cascadesim.report.style import BLUE, GREY, INK, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_SHOWN = 25


def draw_differences(scene: Scene) -> Figure:
    """One measure: the best point beside the others, or the base beside what is varied."""
    found = point_comparisons(scene.results, scene.measure)
    shown = min(MOST_SHOWN, len(found.others)) if found else 2
    figure = new_figure(1.7 + 0.32 * max(2, shown))
    axes = figure.subplots()
    if found is None:
        nothing(axes, "fewer than two points have a result")
        title(figure, f"Differences: {scene.words}", scene.note)
        return figure
    draw_dots(axes, scene, found)
    first, contest = scene.point_words(found.point), found.others[0][1]
    more = f"; the {shown} nearest of {len(found.others)}" if found.best and shown < len(found.others) else ""
    if not found.best and shown < len(found.others):
        more = f"; the first {shown} of {len(found.others)}"
    luck = "with the same luck" if contest.paired else "each with its own luck"
    many = contest.family_size
    joint = f"95 % for all {count_of(many, 'comparison')} together" if many > 1 else "95 %"
    bars = f"; bar: its interval ({joint}), blue and filled where it leaves out 0" if scene.has_intervals else ""
    heading = "Beside the best" if found.best else f"Beside {first}"
    note = f"{scene.note}, {luck}{more}; dot: mean difference from {first}{bars}"
    title(figure, f"{heading}: {scene.words}", note)
    return figure


def draw_dots(axes: Axes, scene: Scene, found: PointComparisons) -> None:
    """A dot with its interval for each of the others."""
    others = found.others[:MOST_SHOWN]
    for place, (_, contest) in enumerate(others):
        apart = contest.difference.paired
        mean, low, high = (scene.scale * value for value in (apart.mean, apart.low, apart.high))
        color = BLUE if contest.difference.clear else GREY
        axes.plot([low, high], [place, place], color=color, linewidth=2.2, solid_capstyle="butt")
        face = color if contest.difference.clear else "white"
        axes.plot([mean], [place], marker="o", color=color, markerfacecolor=face, markersize=6)
    if all(contest.difference.same or math.isnan(contest.difference.paired.mean) for _, contest in others):
        axes.set_xlim(-1, 1)  # an axis of its own would show hundredths of nothing
        axes.set_xticks([0])
        axes.annotate("no difference in any run", (0.53, 0.5), xycoords="axes fraction", va="center")
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set_yticks(range(len(others)), [folded(scene.point_words(point), 60, 2) for point, _ in others])
    axes.set_ylim(len(others) - 0.4, -0.6)
    first = "the best" if found.best else scene.point_words(found.point)
    axes.set_xlabel(folded(f"Difference from {first} in {scene.words} ({scene.apart_unit})", 110))
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
