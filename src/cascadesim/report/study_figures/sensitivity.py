"""Pictures of sensitivity: what each factor does by itself, how much effects vary, shares of the variance."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from cascadesim.analysis.intervals import Estimate
from cascadesim.analysis.sensitivity.designed import MorrisEffect, SobolIndex, SobolResult, TornadoBar
from cascadesim.analysis.study.by_design import morris_of, no_shares, sobol_of, tornado_of
from cascadesim.analysis.study.results import too_small
from cascadesim.analysis.wording import count_of, number, sentence
from cascadesim.report.study_figures.data import StudyFigureData, factor_unit, factor_words, level_words
from cascadesim.report.style import (
    BLUE,
    FAINT,
    GREY,
    INK,
    ORANGE,
    SKY,
    STYLES,
    Style,
    folded,
    hatched,
    key_below,
    label_ends,
    margin_band,
    new_figure,
    rows_of_names,
    say_why_empty,
    title,
    wrapped,
)

MOST_BARS = 15


def draw_tornado(data: StudyFigureData) -> Figure:
    """What each factor does by itself from its low to its high end, the widest bars first."""
    every, levels = tornado_of(data.results, data.measure)
    wide = [bar for bar in every if bar.width]
    shown = wide[:MOST_BARS]
    figure = new_figure(1.9 + 0.46 * max(2, len(shown)))
    axes = figure.subplots()
    if shown:
        _draw_tornado(figure, axes, data, shown, levels)
    else:
        say_why_empty(axes, "no factor makes a difference")
    more = f"; the widest {len(shown)} of {count_of(len(every), 'factor')}" if len(shown) < len(wide) else ""
    if len(wide) < len(every):
        more += f"; {count_of(len(every) - len(wide), 'factor')} without any difference or result"
    base = data.estimates[data.results.study.rows[0].point]
    mean = f"; base: {number(base.value)} {data.shown_unit}"
    known = any(not math.isnan(bar.low.paired.low + bar.high.paired.low) for bar in shown)
    lines = "; lines: intervals, 95 % for all bars together" if known else ""
    band = "; grey: too small to matter" if shown and shown[0].swing.margin > 0 else ""
    title(figure, f"One factor at a time: {data.words}", f"{data.note}{more}{mean}{lines}{band}")
    return figure


def _draw_tornado(
    figure: Figure, axes: Axes, data: StudyFigureData, shown: list[TornadoBar], levels: dict[str, tuple[Any, Any]]
) -> None:
    """A bar from each end to what the scenario gives as it is; beside it which level that is."""
    for row, bar in enumerate(shown):
        for index, level in enumerate(levels[bar.factor]):
            _draw_end(axes, data.scale, bar, index, row, level_words(level))
    margin_band(axes, data.scale * shown[0].swing.margin)
    axes.axvline(0, color=INK, linewidth=0.9)
    labels = {factor.name: (factor_words(factor), factor_unit(factor)) for factor in data.results.study.factors}
    names = [words + (f" ({unit})" if unit else "") for words, unit in (labels[bar.factor] for bar in shown)]
    rows_of_names(axes, [folded(name, 52, 2) for name in names])
    axes.margins(x=0.08)
    axes.set_xlabel(sentence(f"change of {data.words} from the base ({data.apart_unit})"))
    ends = {"low level": BLUE, "high level": ORANGE}
    keys = [Patch(facecolor=color) for color in ends.values()]
    for key, style in zip(keys, STYLES, strict=False):
        hatched(key, style)
    key_below(figure, keys, [*ends])


def _draw_end(axes: Axes, scale: float, bar: TornadoBar, index: int, row: int, words: str) -> None:
    """The low (0) or the high (1) end of one factor."""
    end, other = ((bar.low, bar.high), (bar.high, bar.low))[index]
    mean, low, high = (scale * value for value in (end.paired.mean, end.paired.low, end.paired.high))
    if math.isnan(mean):
        return
    y = row + (-0.17, 0.17)[index]
    (patch,) = axes.barh(y, mean, height=0.34, color=STYLES[index].color)
    hatched(patch, STYLES[index])
    axes.hlines(y, low, high, color=INK, linewidth=1.3)
    right = mean > 0 or (mean == 0 and other.paired.mean < 0)
    bounds = [value for value in (mean, low, high) if not math.isnan(value)]
    axes.annotate(
        words,
        (max(0.0, *bounds) if right else min(0.0, *bounds), y),
        (4 if right else -4, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        fontsize=7.5,
    )


MOST_NAMED = 15
_PLANE_INCHES = 6.0
_JUDGES = {"dummy": "a factor that changes nothing", "replications": "the spread of replications", "": "nothing"}


def draw_morris(data: StudyFigureData) -> Figure:
    """The Morris plane: how large the effects of a factor are, how much they vary with the rest."""
    result = morris_of(data.results, data.measure)
    figure = new_figure(_PLANE_INCHES)
    axes = figure.subplots()
    defined = [effect for effect in result.effects if not math.isnan(effect.mu_star.value)]
    if not defined:
        say_why_empty(axes, "no trajectory has results for all its settings")
    elif not any(effect.mu_star.value for effect in defined):
        say_why_empty(axes, "no factor has any effect")
    else:
        _draw_plane(axes, data, defined)
    above, margin = sum(effect.above for effect in defined), data.results.margin(data.measure)
    small = sum(effect.above and effect.mu_star.high <= margin.size for effect in defined)
    little = f", for {small} of them {too_small(margin, data.measure)}" if small else ""
    dropped = f", {result.dropped} more left out" if result.dropped else ""
    count = count_of(result.trajectories, "trajectory", "trajectories")
    title(
        figure,
        f"Which factors matter: {data.words}",
        f"{data.note}; {count}{dropped}; {above} of {count_of(len(defined), 'factor')} have an effect larger than "
        f"chance (blue, filled){little}, judged by {_JUDGES[result.judged_by]}; lines: 95 % intervals",
    )
    return figure


def _draw_plane(axes: Axes, data: StudyFigureData, defined: list[MorrisEffect]) -> None:
    """A dot a factor, with the interval of mu_star; its floor, and names to the right of the plane."""
    scale = data.scale
    for effect in defined:
        color = BLUE if effect.above else GREY
        x, y = scale * effect.mu_star.value, scale * effect.sigma
        axes.hlines(y, scale * effect.mu_star.low, scale * effect.mu_star.high, color=color, linewidth=1.4)
        axes.plot([x], [y], "o", color=color, markerfacecolor=color if effect.above else "white", markersize=7)
    floors = [scale * effect.floor for effect in defined if not math.isnan(effect.floor)]
    if floors:
        label = "by chance alone"
        axes.axvspan(0, max(floors), color=GREY, alpha=0.18, linewidth=0, label=label)
        axes.axvline(max(floors), color=GREY, linewidth=1.2, linestyle="--")
    right = max(scale * effect.mu_star.value for effect in defined)
    high = max((scale * effect.sigma for effect in defined if not math.isnan(effect.sigma)), default=0.0)
    bounds = [scale * effect.mu_star.high for effect in defined if effect.above]
    axes.set_xlim(0, 1.08 * max([right, *floors, *bounds]))
    axes.set_ylim(-0.06 * max(high, right / 3), 1.12 * max(high, right / 3))
    label = "sigma = mu*: effects vary as much as their size"
    axes.axline((0, 0), slope=1, color=FAINT, linewidth=0.9, linestyle=":", label=label)
    _name_dots(axes, data, sorted(defined, key=lambda effect: (not effect.above, -effect.mu_star.value))[:MOST_NAMED])
    axes.set_xlabel(f"Mean size of the effect of the whole range, mu* ({data.apart_unit})")
    axes.set_ylabel(f"How much the effect varies, sigma ({data.apart_unit})")
    axes.grid(visible=True, axis="both")
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, -0.09), ncols=2)


def _name_dots(axes: Axes, data: StudyFigureData, named: list[MorrisEffect]) -> None:
    """Names at the right of the plane, in the order of the dots, with a thin line to each."""
    heights = [0.0 if math.isnan(effect.sigma) else data.scale * effect.sigma for effect in named]
    names = [folded(data.factor_names[effect.factor], 40, 2) for effect in named]
    before = len(axes.texts)
    label_ends(axes, [(height, name, INK) for height, name in zip(heights, names, strict=True)], _PLANE_INCHES - 1.4)
    upwards = sorted(range(len(named)), key=lambda index: heights[index])
    for text, index in zip(axes.texts[before:], upwards, strict=True):
        effect = named[index]
        text.set_color(INK if effect.above else FAINT)
        axes.annotate(
            "",
            xy=(data.scale * effect.mu_star.value, heights[index]),
            xytext=(1.025, text.get_position()[1]),
            textcoords=axes.get_yaxis_transform(),
            arrowprops={"arrowstyle": "-", "color": "#C4C4C4", "linewidth": 0.6, "shrinkB": 4},
            annotation_clip=False,
            zorder=0.5,
        )


MOST_FACTORS = 20
_FIRST, _TOTAL = STYLES[1], STYLES[0]
_CHANCE, _REST = Style(GREY, hatch="..."), Style(SKY)


def draw_sobol(data: StudyFigureData) -> Figure:
    """Above, first and total indices; below, the share of a single run's variance that is chance."""
    result = sobol_of(data.results, data.measure)
    ranked = sorted(result.indices, key=lambda index: -_size(index.total))
    shown = ranked[:MOST_FACTORS]
    tall = 0.5 * len(shown) + 0.7
    figure = new_figure(tall + 2.3)
    above, below = figure.subplots(2, 1, height_ratios=[tall, 0.85])
    _draw_indices(above, data, result, shown)
    key_below(figure, *above.get_legend_handles_labels())
    _draw_chance_share(below, result)
    left = f"; the largest {len(shown)} of {count_of(len(ranked), 'factor')}" if len(ranked) > len(shown) else ""
    title(figure, f"Shares of the variance: {data.words}", f"{data.note}{left}; {result.note}; lines: 95 % intervals")
    return figure


def _size(estimate: Estimate) -> float:
    return -1.0 if math.isnan(estimate.value) else estimate.value


def _draw_indices(axes: Axes, data: StudyFigureData, result: SobolResult, shown: list[SobolIndex]) -> None:
    """Two bars a factor, the largest total first."""
    if all(math.isnan(index.total.value) for index in shown):
        why = no_shares(result) if result.rows else "no index is defined: too few settings have a result"
        say_why_empty(axes, wrapped(why, 110))
        return
    for shift, style, label, estimates in (
        (-0.19, _TOTAL, "total effect", [index.total for index in shown]),
        (0.19, _FIRST, "by itself (first order)", [index.first for index in shown]),
    ):
        for row, bar in enumerate(estimates):
            y = row + shift
            (patch,) = axes.barh(y, 100 * bar.value, height=0.36, color=style.color, label="" if row else label)
            hatched(patch, style)
            axes.hlines(y, 100 * bar.low, 100 * bar.high, color=INK, linewidth=1.3)
    axes.axvline(0, color=INK, linewidth=0.9)
    rows_of_names(axes, [folded(data.factor_names[index.factor], 46, 2) for index in shown])
    axes.set_xlabel("Share of the variance between settings, without chance (%)")


def _draw_chance_share(axes: Axes, result: SobolResult) -> None:
    """One bar: chance, and what is left to the factors, of the variance of a single run."""
    chance = result.chance
    if math.isnan(chance.value):
        say_why_empty(axes, "the share of chance is not known: one replication per setting, or settings do not differ")
        return
    for left, width, style, name in (
        (0.0, 100 * chance.value, _CHANCE, "chance"),
        (100 * chance.value, 100 * (1 - chance.value), _REST, "factors"),
    ):
        (patch,) = axes.barh(0, width, left=left, height=0.6, color=style.color, label=f"{name}: {width:.0f} %")
        hatched(patch, style)
    axes.hlines(0, 100 * chance.low, 100 * chance.high, color=INK, linewidth=1.6)
    axes.set_yticks([0], ["chance"])
    axes.set_xlim(0, 100)
    axes.set_xlabel("Share of the variance of a single run (%)")
    axes.grid(visible=False, axis="y")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.15), labelcolor=FAINT)
