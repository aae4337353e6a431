"""How able the workers are: mean competence over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.wording import named
from cascadesim.report.board import Board
from cascadesim.report.marks import fan, label_ends, title, wrapped
from cascadesim.report.style import BLACK, BLUE, DOTTED, FAINT, VERMILLION, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_INCHES = 2.9
COLUMNS = 3


def able_tiers(board: Board) -> list[str]:
    """The tiers whose competence is modelled."""
    return [tier for tier in board.tiers if board.has(f"tier.{tier}.competence")]


def competence_height(board: Board) -> float:
    """Inches."""
    return 1.4 + ROW_INCHES * -(-len(able_tiers(board)) // COLUMNS)


def draw_competence(figure: Figure, board: Board) -> None:
    """One panel for each tier whose competence is modelled."""
    tiers = able_tiers(board)
    columns = min(COLUMNS, len(tiers))
    grid = figure.subplots(-(-len(tiers) // columns), columns, squeeze=False, sharey=True).ravel()
    for place, axes in enumerate(grid):
        if place >= len(tiers):
            axes.set_axis_off()
            continue
        draw_tier_competence(axes, board, tiers[place])
        axes.set_title(wrapped(named(tiers[place]), 40))
        board.week_axis(axes, most=4)
        if place % columns == 0:
            axes.set_ylabel("Mean competence (on the scenario's scale)")
    title(figure, "Competence of the workers in service", board.fan_note)


def draw_tier_competence(axes: Axes, board: Board, tier: str) -> None:
    """The mean at the end of each interval, and what the certificate and teaching ask for."""
    import numpy as np

    values = board.values(f"tier.{tier}.competence")
    fan(axes, board.ends, values, Look(BLUE), "mean")
    plan = board.scenario.tier[tier].competence
    assert plan is not None
    marks = []
    for level, words, color in (
        (plan.certification_threshold.value, "asked for by\nthe certificate", VERMILLION),
        (plan.min_trainer_competence.value, "asked for\nof trainers", BLACK),
    ):
        if level > 0:
            axes.axhline(level, color=color, linestyle=DOTTED, linewidth=1.2)
            marks.append((level, words, color))
    axes.set_ylim(0, 1)
    label_ends(axes, marks, ROW_INCHES * 0.75)
    if not np.isfinite(values).any():
        axes.text(0.5, 0.5, "nobody in service", transform=axes.transAxes, ha="center", color=FAINT)
