"""How sure of the target: its measure over replications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.answers import target_sentences
from cascadesim.analysis.wording import goal_words, sentence
from cascadesim.report.board import Board
from cascadesim.report.marks import title, whole_numbers, wrapped
from cascadesim.report.style import BLACK, GREEN, GREY
from cascadesim.scenario import defaults

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_BINS = 40


def chance_height(board: Board) -> float:
    """Inches."""
    del board
    return 4.2


def draw_chance(figure: Figure, board: Board) -> None:
    """Runs by the value of the target's measure; those that reach the target stand out."""
    draw_spread(figure.subplots(), board)
    said = " ".join(target_sentences(board.scenario, board.kpis))
    title(figure, "How sure of the target?", said)


def draw_spread(axes: Axes, board: Board) -> None:
    """A histogram in whole numbers, split by whether the target is met."""
    import numpy as np

    goal = defaults.target(board.scenario)
    assert goal is not None
    values = board.kpi(goal.kpi)
    low, high = min(values.min(), goal.number), max(values.max(), goal.number)
    width = max(1, int(np.ceil((high - low + 1) / MOST_BINS)))
    border = goal.number + (0.5 if goal.op in (">", "<=") else -0.5)  # no bar on both sides of the target
    edges = border + width * np.arange(np.floor((low - border) / width), np.ceil((high - border) / width) + 1)
    met = np.array([goal.met(value) for value in values])
    counts = {"reaches the target": values[met], "does not": values[~met]}
    axes.hist(
        list(counts.values()),
        bins=edges,  # type: ignore[arg-type]
        stacked=True,
        color=[GREEN, "#C9C9C9"],
        label=[f"{words} ({len(each)})" for words, each in counts.items()],
        hatch=["", "///"],
        edgecolor="white",
        linewidth=0.6,
    )
    axes.axvline(goal.number, color=BLACK, linewidth=1.6, linestyle="--", label=f"target: {goal.op} {goal.number:g}")
    axes.axvline(
        float(np.median(values)), color=GREY, linewidth=1.6, linestyle=":", label=f"median: {np.median(values):g}"
    )
    people = "clients" if goal.kpi.startswith("clients") else "people"
    axes.set_xlabel(wrapped(sentence(f"{goal_words(goal.measure)} by week {goal.week} ({people})"), 90))
    axes.set_ylabel("Runs")
    whole_numbers(axes.yaxis)
    left = min(float(edges[0]), goal.number)  # nobody counts below 0, but no bar is cut
    axes.set_xlim(left=max(min(-0.5, left), axes.get_xlim()[0]))
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
