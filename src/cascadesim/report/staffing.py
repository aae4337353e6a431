"""Who is where: staff by tier and state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.wording import named
from cascadesim.report.board import Board
from cascadesim.report.marks import fan, from_zero, title, whole_numbers, wrapped
from cascadesim.report.style import (
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
    Look,
)
from cascadesim.scenario import defaults

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STATES = {
    "active": ("Active (certified)", Look(BLUE)),
    "candidate": ("Waiting for a course", Look(ORANGE)),
    "in_training": ("On a course", Look(PURPLE)),
    "apprentice": ("In practice after it", Look(GREEN)),
    "absent": ("Away for a while", Look(SKY)),
}
AT_WORK = {
    "delivering": ("delivering", Look(GREEN, DASHED)),
    "unsupervised": ("unsupervised", Look(VERMILLION, DOTTED)),
    "not_deployed": ("not deployed", Look(PURPLE, LONG)),
    "vacant": ("vacant", Look(GREY, DASH_DOT)),
}
LEAST_MEAN = 0.05
"""What is never more than this many people on average gets no line."""
ROW_INCHES = 2.15
MANY_COLUMNS = 4
"""So many leave room for the first and the last week only."""


def staffing_height(board: Board) -> float:
    """Inches."""
    return 1.6 + ROW_INCHES * len(board.tiers)


def draw_staffing(figure: Figure, board: Board) -> None:
    """One row a tier, one column a state."""
    states = [state for state in STATES if any(_has(board, level, state) for level in range(len(board.tiers)))]
    grid = figure.subplots(len(board.tiers), len(states), squeeze=False, sharex=True, sharey="row")
    for level, tier in enumerate(board.tiers):
        for column, state in enumerate(states):
            axes = grid[level][column]
            if level == 0:
                axes.set_title(STATES[state][0])
            if _has(board, level, state):
                draw_state(axes, board, tier, state)
            else:
                axes.text(0.5, 0.5, "not in this tier", transform=axes.transAxes, ha="center", color="#999999")
                axes.set_axis_off()
            board.week_axis(axes, named=level == len(board.tiers) - 1, most=3 if len(states) < MANY_COLUMNS else 1)
        from_zero(grid[level][0])
        whole_numbers(grid[level][0].yaxis)
        grid[level][0].set_ylabel(f"{wrapped(named(tier), 22)}\n(people)")
    keys = {name: line for row in grid for line, name in zip(*row[0].get_legend_handles_labels(), strict=True)}
    if len(keys) > 1:
        figure.legend(keys.values(), keys.keys(), loc="outside lower left", ncols=len(keys), handlelength=2.6)
    title(figure, "Staff by tier and state", board.fan_note)


def draw_state(axes: Axes, board: Board, tier: str, state: str) -> None:
    """People of one tier in one state; among the active also who delivers and who lacks supervision."""
    look = STATES[state][1]
    fan(axes, board.middles, board.values(f"tier.{tier}.{state}"), look, "active" if state == "active" else "")
    if state != "active":
        return
    level = board.tiers.index(tier)
    overlays = [name for name in AT_WORK if name != "delivering" or defaults.delivers(board.scenario, level)]
    for name in overlays:
        column = f"tier.{tier}.{name}"
        means = board.values(column).mean(axis=0) if board.has(column) else board.middles * 0.0
        if means.max() > LEAST_MEAN:
            words, overlay = AT_WORK[name]
            axes.plot(board.middles, means, color=overlay.color, linestyle=overlay.line, label=f"{words} (mean)")


def _has(board: Board, level: int, state: str) -> bool:
    """Whether workers of a tier can be in a state at all."""
    tier = board.scenario.tier[board.tiers[level]]
    if state == "active":
        return True
    if state == "absent":
        return board.has(f"tier.{board.tiers[level]}.absent")
    if state == "apprentice":
        return defaults.practice(board.scenario, level) != "none"
    return defaults.trains(tier, level)
