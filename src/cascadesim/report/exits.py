"""Who left, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.wording import named, number, part
from cascadesim.report.board import Board
from cascadesim.report.marks import hatched, title, wrapped
from cascadesim.report.style import FAINT, INK, LOOKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def reasons(board: Board, tier: str) -> list[str]:
    """The reasons of a tier, by name."""
    prefix = f"tier.{tier}.exits."
    return [name.removeprefix(prefix) for name in board.kpis.columns if name.startswith(prefix)]


def _shown(board: Board) -> list[str]:
    return [tier for tier in board.tiers if reasons(board, tier)]


def exits_height(board: Board) -> float:
    """Inches."""
    return 1.6 + sum(0.42 + 0.34 * len(reasons(board, tier)) for tier in _shown(board))


def draw_exits(figure: Figure, board: Board) -> None:
    """One panel a tier in which anybody can leave; one bar a reason."""
    tiers = _shown(board)
    heights = [0.4 + len(reasons(board, tier)) for tier in tiers]
    panels = figure.subplots(len(tiers), 1, squeeze=False, sharex=True, height_ratios=heights)[:, 0]
    for axes, tier in zip(panels, tiers, strict=True):
        draw_tier_exits(axes, board, tier)
        axes.set_title(wrapped(named(tier), 100))
    panels[-1].set_xlabel("People who left, by reason")
    panels[0].set_xlim(0, max(1.0, panels[0].get_xlim()[1]))
    spread = "" if board.runs == 1 else ": bar the mean of runs, line the middle 80 % of runs"
    title(figure, "Exits by reason", f"{board.note}{spread}")


def draw_tier_exits(axes: Axes, board: Board, tier: str) -> None:
    """Exits of one tier by reason, the most frequent on top; each bar carries its number and its share of exits."""
    import numpy as np

    everywhere = sorted({reason for each in board.tiers for reason in reasons(board, each)})
    values = {reason: board.kpi(f"tier.{tier}.exits.{reason}") for reason in reasons(board, tier)}
    ordered = sorted(values, key=lambda reason: (values[reason].mean(), reason))
    total = sum(each.mean() for each in values.values())
    for place, reason in enumerate(ordered):
        look, mean = LOOKS[everywhere.index(reason) % len(LOOKS)], float(values[reason].mean())
        hatched(axes.barh(place, mean, height=0.62, color=look.color).patches[0], look)
        low, high = (float(each) for each in np.quantile(values[reason], (0.1, 0.9)))
        if board.runs > 1:
            axes.plot([low, high], [place, place], color=INK, linewidth=1.2, marker="|", markersize=6)
        words = f"{number(mean)} ({part(mean / total)} of exits)" if mean else "nobody"
        axes.annotate(
            words,
            (max(mean, high), place),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=FAINT,
        )
    axes.set_yticks(range(len(ordered)), [wrapped(named(reason), 34) for reason in ordered])
    axes.set_ylim(-0.6, len(ordered) - 0.4)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.14)
