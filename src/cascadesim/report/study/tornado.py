"""What each factor does by itself, from its low to its high end: the widest bars first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.sensitivity.one_at_a_time import TornadoBar
from cascadesim.analysis.study.by_design import tornado_of
from cascadesim.analysis.wording import count_of, sentence
from cascadesim.report.marks import hatched, title
from cascadesim.report.study.scene import Scene, amount, factor_unit, factor_words, folded, level_words, nothing
from cascadesim.report.style import BLUE, INK, LOOKS, ORANGE, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_BARS = 15


def draw_tornado(scene: Scene) -> Figure:
    """The widest bars of one measure."""
    found, levels = tornado_of(scene.results, scene.measure)
    wide = [bar for bar in found if bar.width]
    shown = wide[:MOST_BARS]
    figure = new_figure(1.9 + 0.46 * max(2, len(shown)))
    axes = figure.subplots()
    if not shown:
        nothing(axes, "no factor makes any difference")
    else:
        draw_bars(axes, scene, shown, levels)
    base = scene.known[scene.results.study.rows[0].point]
    more = f"; the widest {len(shown)} of {count_of(len(found), 'factor')}" if len(shown) < len(wide) else ""
    if len(wide) < len(found):
        more += f"; {count_of(len(found) - len(wide), 'factor')} without any difference or result"
    mean = f"; as the scenario is: {amount(base.value)} {scene.shown_unit}"
    lines = "; lines: intervals, 95 % for all bars together" if any(_known(bar) for bar in shown) else ""
    title(figure, f"One factor at a time: {scene.words}", f"{scene.note}{more}{mean}{lines}")
    return figure


def draw_bars(axes: Axes, scene: Scene, shown: list[TornadoBar], levels: dict[str, tuple[Any, Any]]) -> None:
    """A bar from each end to what the scenario gives as it is; beside it which level that is."""
    from matplotlib.patches import Patch

    factors = {factor.name: factor for factor in scene.results.study.factors}
    for place, bar in enumerate(shown):
        ends = zip(levels[bar.factor], (bar.low, bar.high), (bar.high, bar.low), (-0.17, 0.17), LOOKS, strict=False)
        for level, end, other, shift, look in ends:
            mean, low, high = (scene.scale * each for each in (end.paired.mean, end.paired.low, end.paired.high))
            if math.isnan(mean):
                continue
            (patch,) = axes.barh(place + shift, mean, height=0.34, color=look.color)
            hatched(patch, look)
            axes.hlines(place + shift, low, high, color=INK, linewidth=1.3)
            right = mean > 0 or (mean == 0 and other.paired.mean < 0)
            bounds = [each for each in (mean, low, high) if not math.isnan(each)]
            spot = max(0.0, *bounds) if right else min(0.0, *bounds)
            axes.annotate(
                level_words(level),
                (spot, place + shift),
                (4 if right else -4, 0),
                textcoords="offset points",
                ha="left" if right else "right",
                va="center",
                fontsize=7.5,
            )
    axes.axvline(0, color=INK, linewidth=0.9)
    names = [folded(_factor(factors[bar.factor]), 52, 2) for bar in shown]
    axes.set_yticks(range(len(shown)), names)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.margins(x=0.08)
    axes.set_xlabel(sentence(f"change of {scene.words} from the scenario as it is ({scene.apart_unit})"))
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    keys = [Patch(facecolor=color, label=words) for color, words in ((BLUE, "low end"), (ORANGE, "high end"))]
    for key, look in zip(keys, LOOKS, strict=False):
        hatched(key, look)
    axes.legend(handles=keys, loc="lower right")


def _factor(factor: Any) -> str:
    unit = factor_unit(factor)
    return factor_words(factor) + (f" ({unit})" if unit else "")


def _known(bar: TornadoBar) -> bool:
    return not math.isnan(bar.low.paired.low + bar.high.paired.low)
