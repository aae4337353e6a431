"""How the workplaces stand: the published levels of their states over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.wording import named
from cascadesim.report.board import Board
from cascadesim.report.marks import title, wrapped
from cascadesim.report.style import LOOKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_INCHES = 2.7
COLUMNS = 3


def organisation_height(board: Board) -> float:
    """Inches."""
    return 1.4 + ROW_INCHES * -(-len(board.scenario.organisation) // COLUMNS)


def draw_organisation(figure: Figure, board: Board) -> None:
    """One panel for each state, one line for each site; chance plays no part in them."""
    states = sorted(board.scenario.organisation)
    columns = min(COLUMNS, len(states))
    grid = figure.subplots(-(-len(states) // columns), columns, squeeze=False, sharey=True).ravel()
    for place, axes in enumerate(grid):
        if place >= len(states):
            axes.set_axis_off()
            continue
        _draw_state(axes, board, states[place])
        axes.set_title(wrapped(named(states[place]), 40))
        board.week_axis(axes, most=4)
        if place % columns == 0:
            axes.set_ylabel("Level (% of the best there can be)")
    title(figure, "States of the organisation", f"{board.note}; as published at the reviews")


def _draw_state(axes: Axes, board: Board, state: str) -> None:
    sites = sorted(board.scenario.sites) if len(board.scenario.sites) > 1 else [""]
    for look, site in zip(LOOKS * (1 + len(sites) // len(LOOKS)), sites, strict=False):
        column = f"organisation.{state}.{site}".rstrip(".")
        levels = 100 * board.values(column)[0]
        axes.step(board.ends, levels, color=look.color, linestyle=look.line, linewidth=1.8, label=named(site))
    axes.set_ylim(0, 100)
    if len(sites) > 1:
        axes.legend(loc="best", handlelength=2.6)
