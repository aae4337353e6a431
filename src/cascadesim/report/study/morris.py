"""The Morris plane: how large the effects of a factor are, and how much they vary with the rest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cascadesim.analysis.sensitivity.one_at_a_time import MorrisEffect
from cascadesim.analysis.study.by_design import morris_of
from cascadesim.analysis.wording import count_of
from cascadesim.report.marks import label_ends, title
from cascadesim.report.study.scene import Scene, factor_words, folded, nothing
from cascadesim.report.style import BLUE, FAINT, GREY, INK, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_NAMED = 15
_HEIGHT = 6.0
_JUDGES = {"dummy": "a factor that changes nothing", "replications": "the spread of replications", "": "nothing"}


def draw_morris(scene: Scene) -> Figure:
    """One measure; factors that rise above luck in blue and named."""
    found = morris_of(scene.results, scene.measure)
    figure = new_figure(_HEIGHT)
    axes = figure.subplots()
    good = [each for each in found.effects if not math.isnan(each.mu_star.value)]
    if not good:
        nothing(axes, "no trajectory has all its points")
    elif not any(each.mu_star.value for each in good):
        nothing(axes, "no factor has any effect")
    else:
        draw_plane(axes, scene, good)
    above = sum(each.above for each in good)
    dropped = f", {found.dropped} more left out" if found.dropped else ""
    count = count_of(found.trajectories, "trajectory", "trajectories")
    title(
        figure,
        f"Which factors matter at all: {scene.words}",
        f"{scene.note}; {count}{dropped}; {above} of {count_of(len(good), 'factor')} rise above luck (blue, filled), "
        f"judged by {_JUDGES[found.judged_by]}; lines: 95 % intervals",
    )
    return figure


def draw_plane(axes: Axes, scene: Scene, good: list[MorrisEffect]) -> None:
    """A dot a factor, with the interval of mu_star; its floor, and names to the right of the plane."""
    scale = scene.scale
    words = {factor.name: factor_words(factor) for factor in scene.results.study.factors}
    floors = [scale * each.floor for each in good if not math.isnan(each.floor)]
    for each in good:
        color = BLUE if each.above else GREY
        x, y = scale * each.mu_star.value, scale * each.sigma
        axes.hlines(y, scale * each.mu_star.low, scale * each.mu_star.high, color=color, linewidth=1.4)
        axes.plot([x], [y], "o", color=color, markerfacecolor=color if each.above else "white", markersize=7)
    if floors:
        axes.axvspan(
            0, max(floors), color=GREY, alpha=0.18, linewidth=0, label="floor of luck: what it shows by chance"
        )
        axes.axvline(max(floors), color=GREY, linewidth=1.2, linestyle="--")
    right = max(scale * each.mu_star.value for each in good)
    high = max((scale * each.sigma for each in good if not math.isnan(each.sigma)), default=0.0)
    axes.set_xlim(0, 1.08 * max([right, *floors, *(scale * each.mu_star.high for each in good if each.above)]))
    axes.set_ylim(-0.06 * max(high, right / 3), 1.12 * max(high, right / 3))
    axes.axline(
        (0, 0), slope=1, color=FAINT, linewidth=0.9, linestyle=":", label="effects vary as much as they are large"
    )
    named = sorted(good, key=lambda each: (not each.above, -each.mu_star.value))[:MOST_NAMED]
    _name(axes, scale, [(each, folded(words.get(each.factor, each.factor), 40, 2)) for each in named])
    axes.set_xlabel(f"Mean size of the effect of the whole range, mu* ({scene.apart_unit})")
    axes.set_ylabel(f"How much the effect varies, sigma ({scene.apart_unit})")
    axes.grid(visible=True, axis="both")
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, -0.09), ncols=2)


def _name(axes: Axes, scale: float, named: list[tuple[MorrisEffect, str]]) -> None:
    """Names at the right of the plane, in the order of the dots, with a thin line to each."""
    ends = [(scale * each.sigma if not math.isnan(each.sigma) else 0.0, text, INK) for each, text in named]
    before = len(axes.texts)
    label_ends(axes, ends, _HEIGHT - 1.4)
    order = sorted(range(len(named)), key=lambda at: ends[at][0])
    for text, at in zip(axes.texts[before:], order, strict=True):
        each = named[at][0]
        spot = (scale * each.mu_star.value, ends[at][0])
        text.set_color(INK if each.above else FAINT)
        axes.annotate(
            "",
            xy=spot,
            xytext=(1.025, text.get_position()[1]),
            textcoords=axes.get_yaxis_transform(),
            arrowprops={"arrowstyle": "-", "color": "#C4C4C4", "linewidth": 0.6, "shrinkB": 4},
            annotation_clip=False,
            zorder=0.5,
        )
