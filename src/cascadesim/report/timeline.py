"""The bottleneck timeline: what binds when, in how many runs, and the waits behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.constraints import CONSTRAINT_WORDS, WAIT_WORDS, Queue, queue_columns, queues
from cascadesim.analysis.words import named
from cascadesim.report.board import Board
from cascadesim.report.style import GREY, LOOKS, Look, from_zero, title, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_CAUSES = 6
"""Causes with a band of their own; the rest share one."""
MOST_WAITS = 6
"""Waits with a panel of their own."""
LEAST_MEAN = 0.05
"""A queue that is never longer than this on average gets no panel."""
COLUMNS = 3
TOP_INCHES, ROW_INCHES = 3.4, 2.3


def shown_queues(board: Board) -> list[Queue]:
    """The queues worth a panel: those with most waiting, in their usual order."""
    sizes = {}
    for queue in queues(board.scenario):
        weekly = sum(board.values(column).mean(axis=0) for column in queue_columns(board.scenario, queue).values())
        if weekly.max() > LEAST_MEAN:  # type: ignore[union-attr]
            sizes[queue] = float(weekly.sum())  # type: ignore[union-attr]
    most = sorted(sizes, key=lambda queue: -sizes[queue])[:MOST_WAITS]
    return [queue for queue in sizes if queue in most]


def timeline_height(board: Board) -> float:
    """Inches."""
    return 1.2 + TOP_INCHES + ROW_INCHES * -(-len(shown_queues(board)) // COLUMNS)


def draw_timeline(figure: Figure, board: Board) -> None:
    """Above: the root cause by share of runs. Below: who waits, by the constraint booked."""
    shown = shown_queues(board)
    rows = -(-len(shown) // COLUMNS)
    outline = figure.add_gridspec(1 + rows, COLUMNS, height_ratios=[TOP_INCHES, *[ROW_INCHES] * rows])
    draw_causes(figure.add_subplot(outline[0, :]), board)
    for place, queue in enumerate(shown):
        axes = figure.add_subplot(outline[1 + place // COLUMNS, place % COLUMNS])
        draw_queue(axes, board, queue)
    title(
        figure,
        "What binds, and when",
        f"{board.note}; root causes of waiting, traced run by run; queues are means of runs",
    )


def draw_causes(axes: Axes, board: Board) -> None:
    """A stack of causes over time; what is left to 100 % are runs in which hardly anybody waits."""
    import numpy as np

    shares = list(board.bottleneck.shares.items())
    bands = [(cause.words, np.array(share), LOOKS[place]) for place, (cause, share) in enumerate(shares[:MOST_CAUSES])]
    if len(shares) > MOST_CAUSES:
        rest = np.sum([share for _, share in shares[MOST_CAUSES:]], axis=0)
        bands.append((f"{len(shares) - MOST_CAUSES} other causes", rest, Look(GREY, hatch="oo")))
    if bands:
        stack = axes.stackplot(
            board.middles,
            *(100 * share for _, share, _ in bands),
            colors=[look.color for _, _, look in bands],
            labels=[wrapped(words, 38) for words, _, _ in bands],
            linewidth=0,
        )
        for area, (_, _, look) in zip(stack, bands, strict=True):
            area.set_hatch(look.hatch)
            area.set_edgecolor((1, 1, 1, 0.65))
        axes.legend(
            loc="upper left",
            bbox_to_anchor=(1.0, 1.02),
            title="Root cause of waiting",
            alignment="left",
            labelspacing=0.7,
        )
    else:
        axes.text(
            0.5, 0.5, "nobody waits long enough to matter", transform=axes.transAxes, ha="center", color="#777777"
        )
    axes.set_ylim(0, 100)
    axes.set_ylabel("Runs in which it binds (%)")
    axes.set_title("Root cause (white: hardly anybody waits)")
    board.week_axis(axes)


def draw_queue(axes: Axes, board: Board, queue: Queue) -> None:
    """How many wait in one queue, by constraint."""
    wait, level = queue
    words = CONSTRAINT_WORDS[wait]
    columns = queue_columns(board.scenario, queue)
    means = {name: board.values(column).mean(axis=0) for name, column in columns.items()}
    present = {name: mean for name, mean in means.items() if mean.any()}
    looks = {name: LOOKS[place % len(LOOKS)] for place, name in enumerate(columns)}
    stack = axes.stackplot(
        board.middles,
        *present.values(),
        colors=[looks[name].color for name in present],
        labels=[words[name] for name in present],
        linewidth=0,
    )
    for area, name in zip(stack, present, strict=True):
        area.set_hatch(looks[name].hatch)
        area.set_edgecolor((1, 1, 1, 0.65))
    tier = named(board.tiers[level]) if level >= 0 else ""
    heading = WAIT_WORDS[wait].format(tier=tier)
    axes.set_title(wrapped(heading[:1].upper() + heading[1:], 46))
    axes.set_ylabel("Clients" if level < 0 else "People")
    from_zero(axes)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.45)
    axes.legend(loc="upper left", fontsize=7.5, labelspacing=0.3, handlelength=1.6)
    board.week_axis(axes, most=5)
