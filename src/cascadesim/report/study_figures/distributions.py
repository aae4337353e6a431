"""Pictures of what replications give: their spread, the mean that settles, differences between points, week by week."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cascadesim.analysis.wording import count_of, kpi_words, percent, percents, sentence
from cascadesim.experiment.study.definition import TARGET
from cascadesim.model.measures.trajectories import CLIENT_TOTALS, CLIENT_TOTALS_OF, TIER_TOTALS
from cascadesim.report.figure_data import RunFigureData
from cascadesim.report.study_figures.data import (
    PointComparisons,
    StudyFigureData,
    cumulative,
    ordered,
    paths,
    point_comparisons,
    point_estimates,
    running_estimates,
    spread_out,
)
from cascadesim.report.style import (
    BEYOND_MARGIN,
    BLUE,
    INK,
    STYLES,
    Style,
    difference_dots,
    fan,
    folded,
    new_figure,
    panel_grid,
    rows_of_names,
    say_why_empty,
    title,
    whole_numbers,
    wrapped,
)

IN_ROW = 3
MOST_LINES = 6
_LINE_INCHES, _LINES_BESIDE = 0.2, 5
"""Of the legend: the height of a line, and how many there are for its title, the target and what stands apart."""


def draw_cdf(data: StudyFigureData) -> Figure:
    """How one measure is spread over runs; of many points some, from the lowest mean to the highest."""
    points = ordered(data)
    shown = [points[index] for index in spread_out(len(points), MOST_LINES)]
    labels = {point: _point_label(data, point) for point in shown}
    lines = sum(text.count("\n") + 1 for text in labels.values()) + _LINES_BESIDE
    figure = new_figure(max(5.0, 1.2 + _LINE_INCHES * lines))
    _draw_steps(figure.subplots(), data, labels)
    some = f"; shown are {len(shown)}, from the lowest mean to the highest" if len(shown) < len(points) else ""
    chance = "; in brackets: chance of the target with 95 % interval" if _is_goal(data) else ""
    title(figure, f"Spread over runs: {data.words}", f"{data.note}{some}{chance}")
    return figure


def _is_goal(data: StudyFigureData) -> bool:
    return data.results.target is not None and data.measure == data.results.target.kpi and data.at is None


def _point_label(data: StudyFigureData, point: int) -> str:
    """A point in words, with the chance of the target where the measure is the target's."""
    words = folded(data.point_words(point), 44)
    if not _is_goal(data):
        return words
    chance = point_estimates(data.results, TARGET)[point]
    return f"{words}\n({percent(chance.value)}; {percents(chance.low, chance.high)})"


def _draw_steps(axes: Axes, data: StudyFigureData, labels: dict[int, str]) -> None:
    """The share of runs at or below each value, a line for each point, which has a label in the legend."""
    cube = data.scale * data.results.cube(data.measure)
    steps = [cumulative(cube[point]) for point in labels]
    marked = [data.line[0]] if data.line else []
    low = min([*marked, *(float(values[0]) for values, _ in steps)])
    high = max([*marked, *(float(values[-1]) for values, _ in steps)])
    margin = 0.04 * (high - low) or 1.0
    for label, style, (values, shares) in zip(labels.values(), STYLES, steps, strict=False):
        x = np.concatenate(([low - margin], values, [high + margin]))
        y = 100 * np.concatenate(([0.0], shares, [1.0]))
        axes.step(x, y, where="post", color=style.color, linestyle=style.line, linewidth=1.8, label=label)
    if data.line:
        axes.axvline(data.line[0], color=INK, linewidth=1.4, linestyle="--", label=data.line[1])
    axes.set_xlim(low - margin, high + margin)
    axes.set_ylim(0, 101)
    axes.set_xlabel(wrapped(data.label, 90))
    axes.set_ylabel("Runs at or below (%)")
    axes.grid(visible=True, axis="both")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=3, labelspacing=0.8, title="Settings")


MOST_MEANS = 6


def draw_convergence(data: StudyFigureData) -> Figure:
    """How a mean settles as replications are added: a panel a point; of many those whose means are known least well."""
    points = ordered(data)
    shown = sorted(sorted(points, key=lambda point: (-_width(data, point), point))[:MOST_MEANS])
    across = min(IN_ROW, len(shown))
    figure = new_figure(1.3 + 2.7 * -(-len(shown) // IN_ROW))
    grid = panel_grid(figure, len(shown), IN_ROW)
    for index, (axes, point) in enumerate(zip(grid.flat, shown, strict=False)):
        _draw_running(axes, data, point)
        axes.set_title(folded(data.point_words(point), 120 // across, 2), fontsize=9)
        axes.set_xlabel("Replications" if index + across >= len(shown) else "")
    for row in grid:
        row[0].set_ylabel(wrapped(data.label, 30))
    some = f"; shown are the {len(shown)} least precise means" if len(shown) < len(points) else ""
    how = "line: mean of the replications so far, band: its 95 % interval, dashed: the final mean"
    title(figure, f"Convergence of the mean: {data.words}", f"{data.note}{some}; {how}")
    return figure


def _width(data: StudyFigureData, point: int) -> float:
    estimate = data.estimates[point]
    return 0.0 if math.isnan(estimate.high) else estimate.high - estimate.low


def _draw_running(axes: Axes, data: StudyFigureData, point: int) -> None:
    """The running mean of one point with its interval."""
    means = running_estimates(data.scale * data.results.cube(data.measure)[point])
    runs = range(1, len(means) + 1)
    low, high = [mean.low for mean in means], [mean.high for mean in means]
    axes.fill_between(runs, low, high, color=BLUE, alpha=0.2, linewidth=0)
    axes.plot(runs, [mean.value for mean in means], color=BLUE, linewidth=1.8)
    axes.axhline(means[-1].value, color=INK, linestyle="--", linewidth=0.9)
    # The interval of the first two or three is so wide that nothing else would be seen.
    bounds = [bound for mean in means[min(4, len(means) - 1) :] for bound in (mean.low, mean.high)]
    values = [mean.value for mean in means] + [bound for bound in bounds if not math.isnan(bound)]
    least, most = min(values), max(values)
    margin = 0.08 * (most - least) or 0.05 * abs(most) or 1.0
    axes.set_ylim(least - margin, most + margin)
    axes.set_xlim(1, max(2, runs[-1]))
    whole_numbers(axes.xaxis)


MOST_DIFFERENCES = 25


def draw_differences(data: StudyFigureData) -> Figure:
    """Paired differences of the best point from the others, or of the base from what is varied.

    Their intervals hold for all of them at once.
    """
    compared = point_comparisons(data.results, data.measure)
    count = len(compared.others) if compared else 2
    shown = min(MOST_DIFFERENCES, count)
    figure = new_figure(1.7 + 0.32 * max(2, shown))
    axes = figure.subplots()
    if compared is None:
        say_why_empty(axes, "fewer than two settings have a result")
        title(figure, f"Differences: {data.words}", data.note)
        return figure
    _draw_differences(axes, data, compared)
    first, contest = data.point_words(compared.point), compared.others[0][1]
    some = f"; the {shown} nearest of {count}" if compared.best else f"; the first {shown} of {count}"
    numbers = "common random numbers" if contest.paired else "independent random numbers"
    many = contest.family_size
    joint = f"95 % for all {count_of(many, 'comparison')} together" if many > 1 else "95 %"
    bars = f"; bar: its interval ({joint}){BEYOND_MARGIN}" if data.has_intervals else ""
    heading = "Compared with the best" if compared.best else f"Compared with {first}"
    note = f"{data.note}, {numbers}{some if shown < count else ''}; dot: mean difference from {first}{bars}"
    title(figure, f"{heading}: {data.words}", note)
    return figure


def _draw_differences(axes: Axes, data: StudyFigureData, compared: PointComparisons) -> None:
    """A dot with its interval for each of the others."""
    others = compared.others[:MOST_DIFFERENCES]
    difference_dots(axes, [contest.difference for _, contest in others], data.scale, INK)
    rows_of_names(axes, [folded(data.point_words(point), 60, 2) for point, _ in others])
    first = "the best" if compared.best else data.point_words(compared.point)
    axes.set_xlabel(folded(f"Difference from {first} in {data.words} ({data.apart_unit})", 110))


MOST_FANS = 9
_TOTALS = {"tier": TIER_TOTALS, "clients": (*CLIENT_TOTALS, *CLIENT_TOTALS_OF.values())}


def draw_fan(data: StudyFigureData) -> Figure:
    """One column of the trajectories week by week, a panel for each point that has some, the first for comparison."""
    column = data.measure
    table = paths(data.results, column)
    every = [int(point) for point in table["setting"].unique()]
    shown = [every[index] for index in spread_out(len(every), MOST_FANS)]
    across = min(IN_ROW, max(1, len(shown)))
    figure = new_figure(1.3 + 2.9 * max(1, -(-len(shown) // IN_ROW)))
    grid = panel_grid(figure, len(shown), IN_ROW, sharey=True)
    first: tuple[np.ndarray, np.ndarray] | None = None
    lowest = float(table[column].min())
    for index, (axes, point) in enumerate(zip(grid.flat, shown, strict=False)):
        trajectories = table[table["setting"] == point]
        kpis = pd.DataFrame({"replication": trajectories["replication"].unique()})
        run = RunFigureData(data.results.base, kpis, trajectories)
        first = _draw_weeks(axes, run, column, first)
        axes.set_title(folded(data.point_words(point), 120 // across, 2), fontsize=9)
        run.week_axis(axes, named=index + across >= len(shown), most=9 if across == 1 else 4)
    low, high = grid[0][0].get_ylim()  # of all panels, once all are drawn
    grid[0][0].set_ylim(min(0.0, low) if lowest < 0 else 0.0, high if high > 0 else 1)
    if not shown:
        say_why_empty(grid[0][0], "no setting has a result")
    for row in grid:
        row[0].set_ylabel(wrapped(sentence(f"{kpi_words(column)} ({column_unit(column)})"), 34))
    some = f"; {len(shown)} of {len(every)} settings" if len(shown) < len(every) else ""
    dashed = "; dashed: the median of the first panel" if len(shown) > 1 else ""
    how = "line: median of runs, dark band: the middle 50 %, light: the middle 80 %"
    title(figure, f"Week by week: {kpi_words(column)}", f"{data.note}{some}; {how}{dashed}")
    return figure


def _draw_weeks(
    axes: Axes, run: RunFigureData, column: str, first: tuple[np.ndarray, np.ndarray] | None
) -> tuple[np.ndarray, np.ndarray]:
    """The fan of one point; returns (weeks, median) of the first, which the later ones show dashed."""
    values, x = run.values(column), run.middles
    if is_total(column):
        x = np.concatenate(([0.0], run.ends))
        values = np.concatenate((np.zeros((len(values), 1)), values), axis=1)
    fan(axes, x, values, Style(BLUE))
    line = axes.lines[-1]
    if first is not None:
        axes.plot(*first, color=INK, linestyle="--", linewidth=1.1)
    return first or (np.asarray(line.get_xdata()), np.asarray(line.get_ydata()))


def is_total(column: str) -> bool:
    """Whether a column counts from the beginning on, rather than being a mean over its interval."""
    owner, last = column.partition(".")[0], column.rpartition(".")[2]
    return last in _TOTALS.get(owner, ()) or ".exits." in column


def column_unit(column: str) -> str:
    """The unit of a column of the trajectories."""
    owner = column.partition(".")[0]
    if ".hours." in column:
        return "hours a week"
    if column.endswith(".competence"):
        return "on the scale of the scenario"
    return {"clients": "clients", "organisation": "on a scale from 0 to 1"}.get(owner, "people")
