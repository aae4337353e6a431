"""The bottleneck timeline: what binds when, in how many runs, and the waits behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.constraints import CONSTRAINT_WORDS, WAIT_WORDS, Queue, queue_columns, queues
from cascadesim.analysis.words import named, sentence
from cascadesim.model.constraints import SEVERAL
from cascadesim.model.enums import Wait
from cascadesim.report.board import Board
from cascadesim.report.marks import from_zero, hatched, title, wrapped
from cascadesim.report.style import FAINT, LOOKS, SEVERAL_LOOK

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_CAUSES = 6
"""Causes with a band of their own; the rest share one."""
MOST_WAITS = 6
"""Waits with a panel of their own."""
LEAST_MEAN = 0.1
"""A queue that is never longer than this on average gets no panel."""
LEAST_SHARE = 0.01
"""Nor is a constraint drawn with less than this share of a queue."""
MOST_COLUMNS = 4
TOP_INCHES, ROW_INCHES = 3.4, 2.3
KEY_INCHES, PANEL_INCHES = 0.155, 1.25
"""Of one name in a panel, and of the data area of a panel."""


def shown_queues(board: Board) -> list[Queue]:
    """The queues worth a panel: those with most waiting, in their usual order."""
    import numpy as np

    sizes = {}
    for queue in queues(board.scenario):
        total = np.sum(list(queue_means(board, queue).values()), axis=0)
        if total.max() > LEAST_MEAN:
            sizes[queue] = float(total.sum())
    most = sorted(sizes, key=lambda queue: -sizes[queue])[:MOST_WAITS]
    return [queue for queue in sizes if queue in most]


def queue_means(board: Board, queue: Queue) -> dict[str, np.ndarray]:
    """By constraint, the mean of runs of how many wait under it, an entry an interval."""
    return {name: board.values(column).mean(axis=0) for name, column in queue_columns(board.scenario, queue).items()}


def present_means(board: Board, queue: Queue) -> dict[str, np.ndarray]:
    """Of these, the constraints under which more than a trace of the queue waits."""
    means = queue_means(board, queue)
    least = LEAST_SHARE * sum(float(mean.sum()) for mean in means.values())
    return {name: mean for name, mean in means.items() if mean.sum() > least}


def timeline_height(board: Board) -> float:
    """Inches."""
    rows, _ = _shape(len(shown_queues(board)))
    return 1.2 + _top_inches(board) + _row_inches(board) * rows


def _row_inches(board: Board) -> float:
    """Of a row of queues: taller where many constraints have to be named above the data."""
    most = max((len(present_means(board, queue)) for queue in shown_queues(board)), default=0)
    return ROW_INCHES + KEY_INCHES * max(0, most - 3)


def _key_share(names: int) -> float:
    """How much of a panel its names take, as far as there is room for data below them."""
    return min(0.6, 0.05 + KEY_INCHES * names / PANEL_INCHES)


def _top_inches(board: Board) -> float:
    """There is little to show where nothing binds."""
    return TOP_INCHES if board.bottleneck.shares else TOP_INCHES / 2


def _shape(panels: int) -> tuple[int, int]:
    """Rows and columns: one row of up to four, else rows of three."""
    columns = panels if panels <= MOST_COLUMNS else 3
    return -(-panels // columns) if columns else 0, columns


def draw_timeline(figure: Figure, board: Board) -> None:
    """Above: the root cause by share of runs. Below: who waits, by the constraint booked."""
    shown = shown_queues(board)
    rows, columns = _shape(len(shown))
    outline = figure.add_gridspec(
        2 if rows else 1, 1, height_ratios=[_top_inches(board), _row_inches(board) * rows][: 1 + bool(rows)]
    )
    top = outline[0].subgridspec(1, 2, width_ratios=[3.2, 1])
    draw_causes(figure.add_subplot(top[0]), figure.add_subplot(top[1]), board)
    panels = outline[1].subgridspec(rows, columns) if rows else None
    for place, queue in enumerate(shown):
        assert panels is not None
        axes = figure.add_subplot(panels[place // columns, place % columns])
        draw_queue(axes, board, queue)
        board.week_axis(axes, most=4 if columns < MOST_COLUMNS else 2)
    title(figure, "What binds, and when", f"{board.note}. {board.bottleneck.sentence}")


def draw_causes(axes: Axes, key: Axes, board: Board) -> None:
    """A stack of causes over time, named in `key`; what is left to 100 % are runs in which hardly anybody waits."""
    import numpy as np

    shares = list(board.bottleneck.shares.items())
    bands = [(cause.words, np.array(share), LOOKS[place]) for place, (cause, share) in enumerate(shares[:MOST_CAUSES])]
    if len(shares) > MOST_CAUSES:
        rest = np.sum([share for _, share in shares[MOST_CAUSES:]], axis=0)
        bands.append((f"other causes ({len(shares) - MOST_CAUSES})", rest, SEVERAL_LOOK))
    key.set_axis_off()
    if bands:
        stack = axes.stackplot(
            np.concatenate(([0.0], board.ends)),
            *(100 * np.concatenate((share[:1], share)) for _, share, _ in bands),
            colors=[look.color for *_, look in bands],
            linewidth=0,
            step="pre",
        )
        for area, (*_, look) in zip(stack, bands, strict=True):
            hatched(area, look)
        names = [wrapped(words, 34) for words, *_ in bands]
        key.legend(stack[::-1], names[::-1], loc="upper left", bbox_to_anchor=(-0.08, 1.0), labelspacing=0.8)
    else:
        axes.text(0.5, 0.5, "hardly anybody waits", transform=axes.transAxes, ha="center", color=FAINT)
    axes.set_ylim(0, 100)
    axes.set_ylabel("Runs in which it binds (%)")
    axes.set_title("Root cause of waiting, traced run by run (white: hardly anybody waits)")
    board.week_axis(axes)


def draw_queue(axes: Axes, board: Board, queue: Queue) -> None:
    """How many wait in one queue, by constraint."""
    wait, level = queue
    present = present_means(board, queue)
    names = queue_columns(board.scenario, queue)
    looks = {name: LOOKS[place % len(LOOKS)] for place, name in enumerate(names)} | {SEVERAL: SEVERAL_LOOK}
    stack = axes.stackplot(
        board.middles,
        *present.values(),
        colors=[looks[name].color for name in present],
        labels=[CONSTRAINT_WORDS[wait][name] for name in present],
        linewidth=0,
    )
    for area, name in zip(stack, present, strict=True):
        hatched(area, looks[name])
    tier = named(board.tiers[level]) if level >= 0 else ""
    axes.set_title(wrapped(sentence(WAIT_WORDS[wait].format(tier=tier)), 32))
    who = "Clients" if level < 0 else "People"
    axes.set_ylabel("Vacancies (people)" if wait == Wait.VACANCY else f"{who} waiting")
    from_zero(axes)
    axes.set_ylim(0, axes.get_ylim()[1] / (1 - _key_share(len(present))))  # room for the names
    axes.legend(loc="upper left", fontsize=7.5, labelspacing=0.3, handlelength=1.6)
