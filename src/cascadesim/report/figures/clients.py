"""What becomes of clients: over time, by where they come from, and how sure it is that the target is reached."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cascadesim.analysis.answers import target_sentences
from cascadesim.analysis.wording import amount_text, by, in_words, named, number, part, sentence, workers_of
from cascadesim.model.measures.clients import KINDS
from cascadesim.report.figure_data import BARS, FAN, MOST_ROWS, RunFigureData
from cascadesim.report.measures import class_names
from cascadesim.report.style import (
    BLACK,
    BLUE,
    DASH_DOT,
    DASHED,
    DOTTED,
    GREEN,
    GREY,
    LONG,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    Style,
    fan,
    from_zero,
    hatched,
    key_below,
    label_ends,
    new_figure,
    note_beside,
    rows_of_names,
    spread_line,
    title,
    whole_numbers,
    wrapped,
)
from cascadesim.scenario import defaults

NOW = {
    "in_care": ("in care", Style(BLUE)),
    "waiting": ("waiting", Style(VERMILLION, DASHED)),
    "in_transfer": ("being reassigned", Style(PURPLE, DOTTED)),
}
REACHED = {
    "referred": ("referred", Style(GREY, DASHED)),
    "started": ("started", Style(SKY, DASH_DOT)),
    "completed": ("completed", Style(GREEN)),
}
LOST = {
    "reneged": ("gave up waiting", Style(VERMILLION)),
    "never_started": ("never started", Style(ORANGE, DASHED)),
    "dropped_out": ("dropped out", Style(BLUE, DASH_DOT)),
    "lost_on_exit": ("lost when\na worker left", Style(PURPLE, LONG)),
    "left_for_own_reason": ("left for their\nown reasons", Style(GREEN, DOTTED)),
}
HEIGHT_INCHES = 4.6
_PANEL_INCHES = 3.0


def draw_clients(data: RunFigureData) -> Figure:
    """Now; so far; and those who left without completing."""
    figure = new_figure(HEIGHT_INCHES)
    panels = figure.subplots(1, 3)
    headings = ("Waiting and in care", "Started and completed so far", "Left without completing, so far")
    for axes, heading, lines in zip(panels, headings, (NOW, REACHED, LOST), strict=True):
        _draw_lines(axes, data, lines)
        axes.set_title(heading)
        whole_numbers(axes.yaxis)
        data.week_axis(axes, most=4 if data.scenario.start_date is None else 3.5)  # dates need room
    panels[0].set_ylabel("Clients (mean of the interval)")
    opened = data.scenario.measure_from_week
    for axes in panels[1:]:
        axes.set_ylabel(f"Clients referred since week {opened:g} (total)" if opened else "Clients (total since week 0)")
    title(figure, "Clients", data.note_with(FAN))
    return figure


def _draw_lines(axes: Axes, data: RunFigureData, lines: dict[str, tuple[str, Style]]) -> None:
    """A fan and a name for each; totals begin at 0 and stand at the end of their interval."""
    ends = []
    for name, (words, style) in lines.items():
        if not data.has(f"clients.{name}"):
            continue
        x, values = data.middles, data.values(f"clients.{name}")
        if lines is not NOW:
            x = np.concatenate(([0.0], data.ends))
            values = np.concatenate((np.zeros((data.runs, 1)), values), axis=1)
        if lines is not REACHED and not values.any():
            continue  # what happens to nobody is not named
        fan(axes, x, values, style, words)
        ends.append((float(np.median(values[:, -1])), words, style.color))
    from_zero(axes)
    if lines is REACHED:
        ends += _mark_target(axes, data)
    label_ends(axes, ends, _PANEL_INCHES)


def _mark_target(axes: Axes, data: RunFigureData) -> list[tuple[float, str, str]]:
    """The scenario's target as a diamond, where it is about clients reached; its name is for the end of the panel."""
    goal = defaults.target(data.scenario)
    if goal is None or re.fullmatch(r"clients\.(referred|started|completed)_at_week_\d+", goal.kpi) is None:
        return []
    axes.plot([goal.week], [goal.number], "D", color=BLACK, markersize=5, fillstyle="none", clip_on=False, zorder=5)
    from_zero(axes, goal.number * 1.08)
    return [(goal.number, f"\N{WHITE DIAMOND} target:\n  {amount_text(goal)}\n  {goal.measure}", BLACK)]


PATH = {
    "referred": ("referred", Style(GREY)),
    "started": ("started care", Style(SKY, hatch="...")),
    "completed": ("completed", Style(GREEN, hatch="///")),
}
WAIT = Style(VERMILLION, hatch="\\\\\\")
_WAIT = "wait_mean_weeks"
CLASS_INCHES = 0.62
_BAR = 0.26
"""How far apart the bars of one class are."""


def classes(data: RunFigureData) -> dict[str, list[str]]:
    """By kind, the streams, languages or sites that are reported; no kind of which there is only one."""
    names = {kind: class_names(data.kpis.columns, kind) for kind in KINDS}
    return {kind: each for kind, each in names.items() if each}


def _told_apart(data: RunFigureData, kinds: dict[str, list[str]]) -> dict[tuple[str, ...], list[str]]:
    """The same with kinds of the same names and numbers as one: streams that are the sites, and called like them."""
    alike: dict[tuple[Any, ...], tuple[str, ...]] = {}
    for kind, names in kinds.items():
        values = [data.kpi(f"clients.{kind}.{name}.{what}").tobytes() for name in names for what in (*PATH, _WAIT)]
        alike[*names, *values] = (*alike.get((*names, *values), ()), kind)
    return {each: kinds[each[0]] for each in alike.values()}


def draw_classes(data: RunFigureData) -> Figure:
    """A row for each way to tell clients apart: on the left what became of them, on the right how long they waited."""
    every = _told_apart(data, classes(data))
    kinds = {alike: _most_referred(data, alike[0], names) for alike, names in every.items()}
    figure = new_figure(2.0 + sum(0.5 + CLASS_INCHES * len(names) for names in kinds.values()))
    heights = [0.8 + len(names) for names in kinds.values()]
    grid = figure.subplots(
        len(kinds), 2, squeeze=False, sharex="col", height_ratios=heights, gridspec_kw={"width_ratios": [3, 2]}
    )
    for (left, right), (alike, names) in zip(grid, kinds.items(), strict=True):
        _draw_path(left, data, alike[0], names)
        _draw_waits(right, data, alike[0], names)
        left.set_title(f"By {in_words(alike)}")
        right.set_title("Mean wait for care")
        for axes in (left, right):
            rows_of_names(axes, [wrapped(named(name), 30) for name in names])
        right.set_yticks([])
    whole_numbers(grid[-1][0].xaxis)
    for axes, label in zip(grid[-1], ("Clients", "Weeks"), strict=True):
        axes.set_xlabel(label)
        axes.set_xlim(0, max(1.0, axes.get_xlim()[1]) * 1.15)
    key_below(figure, *grid[0][0].get_legend_handles_labels())
    shown, number_of_all = (sum(map(len, each.values())) for each in (kinds, every))
    note = data.note_of_most(BARS, shown, number_of_all, "those with most referrals")
    title(figure, "Clients by stream, language and site", note)
    return figure


def _most_referred(data: RunFigureData, kind: str, names: list[str]) -> list[str]:
    """Those with most referrals, in their order, as many as a figure has room for."""
    referred = {name: float(data.kpi(f"clients.{kind}.{name}.referred").mean()) for name in names}
    most = set(sorted(names, key=lambda name: -referred[name])[:MOST_ROWS])
    return [name for name in names if name in most]


def _draw_path(axes: Axes, data: RunFigureData, kind: str, names: list[str]) -> None:
    """Referred, started and completed, with the share that began care."""
    for row, name in enumerate(names):
        for line, (what, (words, style)) in enumerate(PATH.items()):
            y, mean = row + _BAR * (line - 1), float(data.kpi(f"clients.{kind}.{name}.{what}").mean())
            bar = axes.barh(y, mean, height=_BAR * 0.9, color=style.color)
            hatched(bar.patches[0], style)
            if row == 0:
                bar.set_label(words)
            if what == "started":
                coverage = data.defined(f"clients.{kind}.{name}.coverage")
                share = f"{part(float(coverage.mean()))} of those referred" if len(coverage) else ""
                note_beside(axes, mean, y, share, 6, 8.0)


def _draw_waits(axes: Axes, data: RunFigureData, kind: str, names: list[str]) -> None:
    """The mean wait of those who began care."""
    for row, name in enumerate(names):
        waits = data.defined(f"clients.{kind}.{name}.{_WAIT}")
        if not len(waits):
            note_beside(axes, 0.0, row, "nobody started", 6, 8.0)
            continue
        mean, (low, high) = float(waits.mean()), (float(bound) for bound in np.quantile(waits, (0.1, 0.9)))
        hatched(axes.barh(row, mean, height=0.6, color=WAIT.color).patches[0], WAIT)
        if data.runs > 1:
            spread_line(axes, row, low, high)
        note_beside(axes, max(mean, high), row, number(mean), 6, 8.0)


MOST_BINS = 40


def draw_target(data: RunFigureData) -> Figure:
    """Runs by the value of the target's measure; those that reach the target stand out."""
    figure = new_figure(4.2)
    _draw_histogram(figure.subplots(), data)
    title(figure, "Chance of the target", " ".join(target_sentences(data.scenario, data.kpis)))
    return figure


def _draw_histogram(axes: Axes, data: RunFigureData) -> None:
    """In whole numbers, split by whether the target is met."""
    goal = defaults.target(data.scenario)
    assert goal is not None
    values = data.kpi(goal.kpi)
    low, high = min(values.min(), goal.number), max(values.max(), goal.number)
    width = max(1, int(np.ceil((high - low + 1) / MOST_BINS)))
    border = goal.number + (0.5 if goal.op in (">", "<=") else -0.5)  # no bar on both sides of the target
    edges = border + width * np.arange(np.floor((low - border) / width), np.ceil((high - border) / width) + 1)
    met = np.array([goal.met(value) for value in values])
    parts = {"reaches the target": values[met], "does not": values[~met]}
    _, _, bars = axes.hist(
        list(parts.values()),
        bins=edges,  # type: ignore[arg-type]
        stacked=True,
        color=[GREEN, "#C9C9C9"],
        label=[f"{words} ({len(runs):,})" for words, runs in parts.items()],
        edgecolor="white",
        linewidth=0.6,
    )
    for patch in bars[1]:  # type: ignore[index, union-attr]
        patch.set_hatch("///")  # older versions of Matplotlib take no list of hatches
    median = float(np.median(values))
    axes.axvline(goal.number, color=BLACK, linewidth=1.6, linestyle="--", label=f"target: {amount_text(goal)}")
    axes.axvline(median, color=GREY, linewidth=1.6, linestyle=":", label=f"median: {number(median)}")
    *owner, what = goal.measure.split(".")
    who = workers_of(owner[-1]) if owner else "clients"
    axes.set_xlabel(wrapped(sentence(f"{who} {what} {by(data.scenario, goal.week)}"), 90))
    axes.set_ylabel("Runs")
    whole_numbers(axes.yaxis)
    left = min(float(edges[0]), goal.number)  # nobody counts below 0, but no bar is cut
    axes.set_xlim(left=max(min(-0.5, left), axes.get_xlim()[0]))
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
