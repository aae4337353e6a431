"""How much of the variance each factor is responsible for, and how much is chance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cascadesim.analysis.intervals import Estimate
from cascadesim.analysis.sensitivity.sobol import SobolIndex, SobolResult
from cascadesim.analysis.study.by_design import sobol_of
from cascadesim.analysis.wording import count_of
from cascadesim.report.marks import hatched, title
from cascadesim.report.study.scene import Scene, factor_words, folded, nothing
from cascadesim.report.style import FAINT, GREY, INK, LOOKS, SKY, Look, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_FACTORS = 20
_ALONE, _ALL = LOOKS[1], LOOKS[0]
_CHANCE, _REST = Look(GREY, hatch="..."), Look(SKY)


def draw_sobol(scene: Scene) -> Figure:
    """Above, first and total indices; below, the share of a single run's variance that is chance."""
    found = sobol_of(scene.results, scene.measure)
    ranked = sorted(found.indices, key=lambda each: -_size(each.total))
    shown = ranked[:MOST_FACTORS]
    tall = 0.5 * len(shown) + 0.7
    figure = new_figure(tall + 2.3)
    above, below = figure.subplots(2, 1, height_ratios=[tall, 0.85])
    draw_indices(above, scene, shown)
    draw_chance_share(below, found)
    left = f"; the largest {len(shown)} of {count_of(len(ranked), 'factor')}" if len(ranked) > len(shown) else ""
    title(figure, f"Shares of the variance: {scene.words}", f"{scene.note}{left}; {found.note}; lines: 95 % intervals")
    return figure


def draw_indices(axes: Axes, scene: Scene, shown: list[SobolIndex]) -> None:
    """Two bars a factor, the largest total first."""
    if all(math.isnan(each.total.value) for each in shown):
        nothing(axes, "no index is defined: the points do not differ, or too few have a result")
        return
    words = {factor.name: factor_words(factor) for factor in scene.results.study.factors}
    for shift, look, name, pick in (
        (-0.19, _ALL, "with all that it takes part in (total)", "total"),
        (0.19, _ALONE, "by itself (first order)", "first"),
    ):
        for place, each in enumerate(shown):
            bar: Estimate = getattr(each, pick)
            (patch,) = axes.barh(
                place + shift, 100 * bar.value, height=0.36, color=look.color, label="" if place else name
            )
            hatched(patch, look)
            axes.hlines(place + shift, 100 * bar.low, 100 * bar.high, color=INK, linewidth=1.3)
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set_yticks(range(len(shown)), [folded(words.get(each.factor, each.factor), 46, 2) for each in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlabel("Share of the variance between points, without chance (%)")
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.legend(loc="lower right")


def draw_chance_share(axes: Axes, found: SobolResult) -> None:
    """One bar: chance, and what is left to the factors, of the variance of a single run."""
    chance = found.chance
    if math.isnan(chance.value):
        nothing(axes, "the share of chance is not known: one replication a point, or nothing varies")
        return
    for left, width, look, name in (
        (0.0, 100 * chance.value, _CHANCE, "chance"),
        (100 * chance.value, 100 * (1 - chance.value), _REST, "factors"),
    ):
        (patch,) = axes.barh(0, width, left=left, height=0.6, color=look.color, label=f"{name}: {width:.0f} %")
        hatched(patch, look)
    axes.hlines(0, 100 * chance.low, 100 * chance.high, color=INK, linewidth=1.6)
    axes.set_yticks([0], ["chance"])
    axes.set_xlim(0, 100)
    axes.set_xlabel("Share of the variance of a single run (%)")
    axes.grid(visible=False, axis="y")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.15), labelcolor=FAINT)


def _size(found: Estimate) -> float:
    return -1.0 if math.isnan(found.value) else found.value
