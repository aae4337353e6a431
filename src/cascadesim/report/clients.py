"""What becomes of clients: who waits, who is in care, who got what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cascadesim.report.board import Board
from cascadesim.report.marks import fan, from_zero, label_ends, title, whole_numbers
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
    Look,
)
from cascadesim.scenario import defaults

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NOW = {
    "in_care": ("in care", Look(BLUE)),
    "waiting": ("waiting", Look(VERMILLION, DASHED)),
    "in_handover": ("between workers", Look(PURPLE, DOTTED)),
}
REACHED = {
    "referred": ("referred", Look(GREY, DASHED)),
    "started": ("started", Look(SKY, DASH_DOT)),
    "completed": ("completed", Look(GREEN)),
}
LOST = {
    "reneged": ("gave up waiting", Look(VERMILLION)),
    "never_started": ("never started", Look(ORANGE, DASHED)),
    "dropped_out": ("dropped out", Look(BLUE, DASH_DOT)),
    "lost_on_exit": ("lost when\na worker left", Look(PURPLE, LONG)),
    "left_for_own_reason": ("left for their\nown reason", Look(GREEN, DOTTED)),
}
HEIGHT_INCHES = 4.6
_PANEL_INCHES = 3.0


def clients_height(board: Board) -> float:
    """Inches."""
    del board
    return HEIGHT_INCHES


def draw_clients(figure: Figure, board: Board) -> None:
    """Now; so far; and those who left without completing."""
    panels = figure.subplots(1, 3)
    for axes, heading, looks, cumulative in zip(
        panels,
        ("Waiting and in care", "Reached so far", "Left without completing, so far"),
        (NOW, REACHED, LOST),
        (False, True, True),
        strict=True,
    ):
        draw_levels(axes, board, looks, cumulative)
        axes.set_title(heading)
        whole_numbers(axes.yaxis)
        board.week_axis(axes, most=4 if board.scenario.start_date is None else 3.5)  # dates need room
    panels[0].set_ylabel("Clients (mean of the interval)")
    opened = board.scenario.measure_from_week
    for axes in panels[1:]:
        axes.set_ylabel(f"Clients referred since week {opened:g} (total)" if opened else "Clients (total since week 0)")
    mark_target(panels[1], board)
    title(figure, "Clients", board.fan_note)


def draw_levels(axes: Axes, board: Board, looks: dict[str, tuple[str, Look]], cumulative: bool) -> None:
    """A fan and a name for each; totals begin at 0 and stand at the end of their interval."""
    import numpy as np

    ends = []
    for name, (words, look) in looks.items():
        if not board.has(f"clients.{name}"):
            continue
        x, values = board.middles, board.values(f"clients.{name}")
        if cumulative:
            x = np.concatenate(([0.0], board.ends))
            values = np.concatenate((np.zeros((board.runs, 1)), values), axis=1)
        if looks is not REACHED and not values.any():
            continue  # what happens to nobody is not named
        fan(axes, x, values, look, words)
        ends.append((float(np.median(values[:, -1])), words, look.color))
    from_zero(axes)
    label_ends(axes, ends, _PANEL_INCHES)


def mark_target(axes: Axes, board: Board) -> None:
    """The scenario's target as a diamond, where it is about clients reached."""
    goal = defaults.target(board.scenario)
    if goal is None or re.fullmatch(r"clients\.(referred|started|completed)_at_week_\d+", goal.kpi) is None:
        return
    axes.plot([goal.week], [goal.number], "D", color=BLACK, markersize=5, fillstyle="none", clip_on=False, zorder=5)
    from_zero(axes, goal.number * 1.08)
    axes.annotate(
        f"target: {goal.number:g} {goal.measure}",
        (goal.week, goal.number),
        xytext=(-8, 6),
        textcoords="offset points",
        ha="right",
        fontsize=8.5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0},
    )
