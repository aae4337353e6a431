"""Clients by stream, language and site: who is reached, and after what wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.words import named, number, part
from cascadesim.model.measures.clients import KINDS
from cascadesim.report.board import Board
from cascadesim.report.marks import hatched, title, whole_numbers, wrapped
from cascadesim.report.style import FAINT, GREEN, GREY, INK, SKY, VERMILLION, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PATH = {
    "referred": ("referred", Look(GREY)),
    "started": ("started care", Look(SKY, hatch="...")),
    "completed": ("completed", Look(GREEN, hatch="///")),
}
WAIT = Look(VERMILLION, hatch="\\\\\\")
ROW_INCHES = 0.62
_STEP = 0.26


def names(board: Board, kind: str) -> list[str]:
    """The streams, languages or sites that are reported, by name; none where there is only one."""
    prefix, suffix = f"clients.{kind}.", ".coverage"
    columns = [name for name in board.kpis.columns if name.startswith(prefix) and name.endswith(suffix)]
    return [name.removeprefix(prefix).removesuffix(suffix) for name in columns]


def _shown(board: Board) -> list[str]:
    return [kind for kind in KINDS if names(board, kind)]


def classes_height(board: Board) -> float:
    """Inches."""
    return 2.0 + sum(0.5 + ROW_INCHES * len(names(board, kind)) for kind in _shown(board))


def draw_classes(figure: Figure, board: Board) -> None:
    """A row for each way to tell clients apart: on the left what became of them, on the right how long they waited."""
    kinds = _shown(board)
    heights = [0.8 + len(names(board, kind)) for kind in kinds]
    grid = figure.subplots(
        len(kinds), 2, squeeze=False, sharex="col", height_ratios=heights, gridspec_kw={"width_ratios": [3, 2]}
    )
    for (left, right), kind in zip(grid, kinds, strict=True):
        draw_path(left, board, kind)
        draw_waits(right, board, kind)
        left.set_title(f"By {kind}")
        right.set_title("Mean wait for care")
        for axes in (left, right):
            axes.set_ylim(-len(names(board, kind)) + 0.4, 0.6)
            axes.grid(axis="x")
            axes.grid(visible=False, axis="y")
    whole_numbers(grid[-1][0].xaxis)
    for axes, label in zip(grid[-1], ("Clients", "Weeks"), strict=True):
        axes.set_xlabel(label)
        axes.set_xlim(0, max(1.0, axes.get_xlim()[1]) * 1.15)
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    spread = "" if board.runs == 1 else ": bars the means of runs, lines the middle 80 % of runs"
    title(figure, "Clients by where they come from", f"{board.note}{spread}")


def draw_path(axes: Axes, board: Board, kind: str) -> None:
    """Referred, started and completed, with the share that began care."""
    for place, name in enumerate(names(board, kind)):
        for row, (what, (words, look)) in enumerate(PATH.items()):
            mean = float(board.kpi(f"clients.{kind}.{name}.{what}").mean())
            bar = axes.barh(_STEP * (1 - row) - place, mean, height=_STEP * 0.9, color=look.color)
            hatched(bar.patches[0], look)
            if place == 0:
                bar.set_label(words)
            if what == "started":
                _say(axes, mean, _STEP * (1 - row) - place, _coverage(board, kind, name))
    _name(axes, board, kind)


def draw_waits(axes: Axes, board: Board, kind: str) -> None:
    """The mean wait of those who began care."""
    import numpy as np

    for place, name in enumerate(names(board, kind)):
        values = board.kpi(f"clients.{kind}.{name}.wait_mean_weeks")
        known = values[~np.isnan(values)]
        if not len(known):
            _say(axes, 0.0, -place, "nobody started")
            continue
        mean, (low, high) = float(known.mean()), (float(each) for each in np.quantile(known, (0.1, 0.9)))
        hatched(axes.barh(-place, mean, height=0.6, color=WAIT.color).patches[0], WAIT)
        if board.runs > 1:
            axes.plot([low, high], [-place, -place], color=INK, linewidth=1.2, marker="|", markersize=6)
        _say(axes, max(mean, high), -place, number(mean))
    axes.set_yticks([])


def _coverage(board: Board, kind: str, name: str) -> str:
    import numpy as np

    values = board.kpi(f"clients.{kind}.{name}.coverage")
    known = values[~np.isnan(values)]
    return f"{part(float(known.mean()))} of those referred" if len(known) else ""


def _name(axes: Axes, board: Board, kind: str) -> None:
    found = names(board, kind)
    axes.set_yticks([-place for place in range(len(found))], [wrapped(named(name), 30) for name in found])


def _say(axes: Axes, x: float, y: float, words: str) -> None:
    axes.annotate(
        words, (x, y), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8.0, color=FAINT
    )
