"""The states and flows of a programme, drawn from its scenario: only what can happen in it."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from cascadesim.analysis.wording import named
from cascadesim.report.flows import Flow, Row, in_words, rows_of
from cascadesim.report.style import BLUE, FAINT, GREEN, INK, ORANGE, VERMILLION, new_figure, styled
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BOX_WIDTH, _BOX_HEIGHT = 1.5, 0.56
_COLUMN, _ROW = 2.35, 2.7
_LABEL = 2.6
_LABEL_LETTERS = 21
_EXIT, _LINK = -0.45, 0.62  # ways out leave on the left of a box, help from above comes and goes on the right
_COLORS = {"flow": INK, "back": FAINT, "out": VERMILLION}
_MOST_EXITS = 7
_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}


def draw_diagram(scenario: Scenario, path: Path) -> None:
    """Write the diagram to `path`; its ending says how: .png or .svg. A whole file or none."""
    rows = rows_of(scenario)
    columns = max(len(row.states) for row in rows)
    with styled():
        figure = new_figure(1.0 + 1.9 * len(rows))
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_xlim(-_LABEL, (columns - 1) * _COLUMN + 1.0)
        axes.set_ylim(-len(rows) * _ROW + 0.9, 1.1)
        for place, row in enumerate(rows):
            _draw_row(axes, row, -place * _ROW)
            if row.from_above:
                _draw_link(axes, row, rows[place - 1], place)
        axes.set_title(scenario.title or scenario.name)
        parts = path.with_name(f".{path.name}.part")
        figure.savefig(parts, format=path.suffix.lstrip("."), metadata=_NO_DATE.get(path.suffix, {}))
    parts.replace(path)


_NO_DATE: dict[str, dict[str, str | None]] = {".png": {"Software": None}, ".svg": {"Date": None, "Creator": None}}


def _at(column: int, y: float) -> tuple[float, float]:
    return column * _COLUMN, y


def _draw_row(axes: Axes, row: Row, y: float) -> None:
    axes.text(-_LABEL, y, named(row.name), weight="bold", va="center", fontsize=9.5)
    if row.note:
        note = fill(named(row.note), _LABEL_LETTERS)
        axes.text(-_LABEL, y - 0.2, note, va="top", fontsize=7.5, color=FAINT)
    for column, state in enumerate(row.states):
        _box(axes, column, y, state, GREEN if state == row.goal else BLUE)
    for flow in row.flows:
        _arrow(axes, flow, y)
    for column, words in row.exits.items():
        x = _at(column, y)[0] + _EXIT
        shown = words if len(words) <= _MOST_EXITS else (*words[: _MOST_EXITS - 1], "...")
        axes.annotate(
            "\n".join(map(in_words, shown)),
            xy=(x, y - _BOX_HEIGHT / 2),
            xytext=(x, y - 0.72),
            ha="center",
            va="top",
            fontsize=7,
            color=VERMILLION,
            zorder=4,
            bbox=_WHITE,  # help from above passes behind the words
            arrowprops={"arrowstyle": "<-", "color": VERMILLION, "lw": 0.8},
        )


def _place(row: Row, state: str) -> float:
    return _at(row.states.index(state), 0)[0]


def _box(axes: Axes, column: int, y: float, words: str, color: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, _ = _at(column, y)
    corner = (x - _BOX_WIDTH / 2, y - _BOX_HEIGHT / 2)
    axes.add_patch(
        FancyBboxPatch(
            corner, _BOX_WIDTH, _BOX_HEIGHT, boxstyle="round,pad=0.02,rounding_size=0.1", fc="white", ec=color, lw=1.4
        )
    )
    axes.text(x, y, in_words(words), ha="center", va="center", fontsize=8.5)


def _arrow(axes: Axes, flow: Flow, y: float) -> None:
    """Forward in the line of the boxes; anything else in an arc above them."""
    start, end = _at(flow.start, y)[0], _at(flow.end, y)[0]
    half = _BOX_WIDTH / 2
    straight = flow.end == flow.start + 1 and not flow.back
    if straight:
        ends, style = ((start + half, y), (end - half, y)), "arc3"
    else:
        top = y + _BOX_HEIGHT / 2
        ends, style = ((start, top), (end, top)), f"arc3,rad={-0.32 if end > start else 0.32}"
    color = _COLORS["back" if flow.back else "flow"]
    axes.annotate(
        "", xy=ends[1], xytext=ends[0], arrowprops={"arrowstyle": "->", "color": color, "connectionstyle": style}
    )
    if flow.words:
        height = y + (0.13 if straight else _BOX_HEIGHT / 2 + 0.38 * abs(flow.end - flow.start))
        middle = (start + end) / 2
        axes.text(middle, height, flow.words, ha="center", va="center", fontsize=7, color=FAINT, bbox=_WHITE)


def _draw_link(axes: Axes, row: Row, above: Row, place: int) -> None:
    """What a row receives from the one above it: from its working people, courses, supervision, care."""
    top, bottom = -(place - 1) * _ROW - _BOX_HEIGHT / 2, -place * _ROW + _BOX_HEIGHT / 2
    for words, (sources, targets) in row.from_above.items():
        color = ORANGE if words == "trains" else GREEN
        for source, target in product(sources, targets):
            x, end = _place(above, source) + _LINK, _place(row, target) + _LINK
            style = {"arrowstyle": "->", "color": color, "lw": 1.6, "linestyle": (0, (5, 2))}
            axes.annotate("", xy=(end, bottom), xytext=(x, top), arrowprops=style)
            # What comes from the left of `active` passes behind its ways out, where no word could be read.
            far = 0.5 if source == above.goal else 0.2
            there = (x + far * (end - x), top + far * (bottom - top))
            axes.text(*there, words, color=color, fontsize=8, ha="center", va="center", bbox=_WHITE)
