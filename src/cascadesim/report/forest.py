"""The picture of a comparison: for each main answer, how far every variant is from the base, with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cascadesim.analysis.variants import HeadlineDifferences, VariantRun, headline_differences
from cascadesim.analysis.wording import count_of, sentence
from cascadesim.report.marks import title, wrapped
from cascadesim.report.style import BLUE, FAINT, GREY, INK, new_figure, save, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "comparison"
MOST_IN_ROW = 3
_UNITS = {"share": "percentage points", "level": "on the scenario's scale"}


def draw_comparison(base: VariantRun, variants: Sequence[VariantRun]) -> Figure:
    """A panel for each main answer, a line for each variant. Save it within `style.styled()`, with `style.save`."""
    with styled():
        return _draw(base, variants)


def save_comparison(base: VariantRun, variants: Sequence[VariantRun], folder: Path) -> None:
    """Draw it into `folder` (which exists), as comparison.png and comparison.svg."""
    with styled():
        save(_draw(base, variants), folder, NAME)


def _draw(base: VariantRun, variants: Sequence[VariantRun]) -> Figure:
    found = headline_differences(base, variants)
    across = min(MOST_IN_ROW, len(found))
    down = math.ceil(len(found) / across)
    figure = new_figure(0.9 + down * (1.1 + 0.32 * len(variants)))
    grid = figure.subplots(down, across, squeeze=False)
    for place, axes in enumerate(grid.flat):
        if place < len(found):
            _panel(axes, found[place], [each.name for each in variants] if place % across == 0 else [])
        else:
            axes.set_axis_off()
    runs = len(base.kpis)
    note = f"{base.scenario.heading}; {count_of(runs, 'run')} each, with the same luck"
    dots = "; dot: mean change, bar: its 95 % interval, blue and filled where it leaves out 0" if runs > 1 else ""
    title(figure, "What does each variant change?", note + dots)
    return figure


def _panel(axes: Axes, contrast: HeadlineDifferences, names: Sequence[str]) -> None:
    scale = 100 if contrast.unit == "share" else 1
    for place, each in enumerate(contrast.differences):
        mean, low, high = (scale * value for value in (each.paired.mean, each.paired.low, each.paired.high))
        color = BLUE if each.clear else GREY
        axes.plot([low, high], [place, place], color=color, linewidth=2.2, solid_capstyle="butt")
        axes.plot(mean, place, marker="o", color=color, markerfacecolor=color if each.clear else "white", markersize=6)
    if all(each.same or not each.paired.defined for each in contrast.differences):
        axes.set_xlim(-1, 1)  # an axis of its own would show hundredths of nothing
        axes.set_xticks([0])
        axes.text(0.53, 0.5, "no difference in any run", transform=axes.transAxes, va="center", color=FAINT)
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set_title(wrapped(sentence(contrast.heading), 40))
    axes.set_xlabel(f"Change from base ({_UNITS.get(contrast.unit, contrast.unit)})")
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    axes.set_ylim(len(contrast.differences) - 0.4, -0.6)
    axes.set_yticks(range(len(contrast.differences)), [wrapped(name, 24) for name in names] or None)
    if not names:
        axes.tick_params(axis="y", labelleft=False, length=0)
