"""Where the hours go: committed against available, by tier and purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.wording import named, number
from cascadesim.report.board import Board
from cascadesim.report.marks import from_zero, hatched, title, wrapped
from cascadesim.report.style import (
    BLACK,
    BLUE,
    DASH_DOT,
    DASHED,
    DOTTED,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    YELLOW,
    Look,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PURPOSES = {
    "supervision_given": ("supervision given", Look(BLUE, hatch="///")),
    "supervision_received": ("supervision received", Look(SKY, hatch="...")),
    "training_given": ("courses given", Look(ORANGE, hatch="\\\\\\")),
    "clients": ("clients", Look(GREEN, hatch="")),
    "research": ("research", Look(PURPLE, hatch="---")),
    "other_duties": ("other duties", Look(YELLOW, hatch="|||")),
}
LINES = {
    "available": ("available", BLACK, "-"),
    "overtime": ("overtime", VERMILLION, DASHED),
    "run_off": ("beyond the limit, since hours fell", VERMILLION, DASH_DOT),
    "training_taken": ("own initial course (not out of these hours)", GREY, DOTTED),
}
ROW_INCHES = 2.7
COLUMNS = 3


def hours_height(board: Board) -> float:
    """Inches."""
    return 1.5 + ROW_INCHES * -(-len(board.tiers) // COLUMNS)


def draw_hours(figure: Figure, board: Board) -> None:
    """One panel a tier."""
    columns = min(COLUMNS, len(board.tiers))
    rows = -(-len(board.tiers) // columns)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for place, axes in enumerate(grid):
        if place >= len(board.tiers):
            axes.set_axis_off()
            continue
        draw_tier_hours(axes, board, board.tiers[place])
        axes.set_title(wrapped(named(board.tiers[place]), 44))
        board.week_axis(axes, most=4)
        if place % columns == 0:
            axes.set_ylabel("Hours a week, all together")
    named_by = {
        label: handle for axes in grid for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(
        named_by.values(), named_by.keys(), loc="outside lower center", ncols=min(6, len(named_by)), handlelength=2.6
    )
    title(figure, "Hours committed against hours available", f"{board.note}; means of runs")


def draw_tier_hours(axes: Axes, board: Board, tier: str) -> None:
    """Mean hours of a tier: a stack of purposes, and the hours that its certified and practising workers have."""
    prefix = f"tier.{tier}.hours."
    means = {name: board.values(prefix + name).mean(axis=0) for name in PURPOSES if board.has(prefix + name)}
    names = [words if means[name].any() else "" for name, (words, _) in PURPOSES.items() if name in means]
    stack = axes.stackplot(
        board.middles,
        *means.values(),
        colors=[PURPOSES[name][1].color for name in means],
        labels=names,
        linewidth=0,
    )
    for area, name in zip(stack, means, strict=True):
        hatched(area, PURPOSES[name][1])
    for name, (words, color, line) in LINES.items():
        if not board.has(prefix + name):
            continue
        mean = board.values(prefix + name).mean(axis=0)
        if mean.any() or name == "available":  # what never happens is not named
            axes.plot(board.middles, mean, color=color, linestyle=line, label=words)
    from_zero(axes)
    highest = max(1.0, float(board.values(prefix + "available").mean(axis=0).max()), float(sum(means.values()).max()))
    course = float(board.values(prefix + "training_taken").mean(axis=0).max())
    if course > 1.5 * highest:  # a full-time course would leave the working week a thin strip
        axes.set_ylim(0, 1.3 * highest)
        axes.text(
            0.99,
            0.97,
            f"own course: up to {number(course)} hours",
            transform=axes.transAxes,
            ha="right",
            va="top",
            color=GREY,
        )
