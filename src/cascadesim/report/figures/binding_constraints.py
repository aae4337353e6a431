"""What binds when, in how many runs, and the waits behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cascadesim.analysis.bottleneck.queues import Queue, constraint_words, queue_columns, queues, wait_words
from cascadesim.analysis.wording import sentence
from cascadesim.model.constraints import MULTIPLE
from cascadesim.model.enums import Wait
from cascadesim.report.figure_data import RunFigureData
from cascadesim.report.style import FAINT, OTHERS, STYLES, from_zero, hatched_stack, new_figure, title, wrapped

if TYPE_CHECKING:
    Lengths = dict[str, np.ndarray]
    """By constraint, the mean of runs of how many wait under it, an entry an interval."""

MOST_CAUSES = 6
"""Causes with a band of their own; the rest share one."""
MOST_QUEUES = 6
"""Queues with a panel of their own."""
LEAST_MEAN = 0.1
"""A queue that is never longer than this on average gets no panel."""
LEAST_SHARE = 0.01
"""Nor is a constraint drawn with less than this share of a queue."""
MOST_COLUMNS = 4
TOP_INCHES, ROW_INCHES = 3.4, 2.3
KEY_INCHES, PANEL_INCHES = 0.155, 1.25
"""Of one name in a panel, and of the data area of a panel."""


def draw_bottleneck(data: RunFigureData) -> Figure:
    """Above: the root cause by share of runs. Below: who waits, by the constraint booked."""
    shown = shown_queues(data)
    columns = len(shown) if len(shown) <= MOST_COLUMNS else 3  # one row of up to four, else rows of three
    rows = -(-len(shown) // columns) if columns else 0
    heights = [TOP_INCHES if data.bottleneck.shares else TOP_INCHES / 2]  # little to show where nothing binds
    if rows:  # taller where many constraints have to be named above the data
        heights.append(rows * (ROW_INCHES + KEY_INCHES * max(0, max(map(len, shown.values())) - 3)))
    figure = new_figure(sum(heights, 1.2))
    outline = figure.add_gridspec(len(heights), 1, height_ratios=heights)
    top = outline[0].subgridspec(1, 2, width_ratios=[3.2, 1])
    _draw_causes(figure.add_subplot(top[0]), figure.add_subplot(top[1]), data)
    panels = outline[1].subgridspec(rows, columns) if rows else None
    for index, (queue, lengths) in enumerate(shown.items()):
        assert panels is not None
        axes = figure.add_subplot(panels[index // columns, index % columns])
        _draw_queue(axes, data, queue, lengths)
        data.week_axis(axes, most=4 if columns < MOST_COLUMNS else 2)
    title(figure, "Binding constraints over time", f"{data.note}. {data.bottleneck.sentence}")
    return figure


def shown_queues(data: RunFigureData) -> dict[Queue, Lengths]:
    """The queues worth a panel, those with most waiting, in their usual order; of each what is more than a trace."""
    sizes, lengths = {}, {}
    for queue in queues(data.scenario):
        columns = queue_columns(data.scenario, queue)
        lengths[queue] = {name: data.values(column).mean(axis=0) for name, column in columns.items()}
        total = np.sum(list(lengths[queue].values()), axis=0)
        if total.max() > LEAST_MEAN:
            sizes[queue] = float(total.sum())
    most = sorted(sizes, key=lambda queue: -sizes[queue])[:MOST_QUEUES]
    return {queue: _present(lengths[queue]) for queue in sizes if queue in most}


def _present(lengths: Lengths) -> Lengths:
    """Only the constraints under which more than a trace of the queue waits."""
    least = LEAST_SHARE * sum(float(length.sum()) for length in lengths.values())
    return {name: length for name, length in lengths.items() if length.sum() > least}


def _draw_causes(axes: Axes, key: Axes, data: RunFigureData) -> None:
    """A stack of causes over time, named in `key`; what is left to 100 % are runs in which hardly anybody waits."""
    shares = [(cause.words, np.array(share)) for cause, share in data.bottleneck.shares.items()]
    bands = [(*share, style) for share, style in zip(shares[:MOST_CAUSES], STYLES, strict=False)]
    if len(shares) > MOST_CAUSES:
        rest = np.sum([share for _, share in shares[MOST_CAUSES:]], axis=0)
        bands.append((f"other causes ({len(shares) - MOST_CAUSES})", rest, OTHERS))
    key.set_axis_off()
    if bands:
        weeks = np.array([data.bottleneck.periods[0].start_week, *data.bottleneck.weeks])
        percents = [100 * np.concatenate((share[:1], share)) for _, share, _ in bands]
        stack = hatched_stack(axes, weeks, percents, [style for *_, style in bands], step="pre")
        names = [wrapped(words, 34) for words, *_ in bands]
        key.legend(stack[::-1], names[::-1], loc="upper left", bbox_to_anchor=(-0.08, 1.0), labelspacing=0.8)
    else:
        axes.text(0.5, 0.5, "almost nobody waits", transform=axes.transAxes, ha="center", color=FAINT)
    axes.set_ylim(0, 100)
    axes.set_ylabel("Share of runs (%)")
    white = "almost nobody waits" + (", or before the window" if data.scenario.measure_from_week else "")
    axes.set_title(f"Binding constraint: root cause of waiting (white: {white})")
    data.week_axis(axes)


def _draw_queue(axes: Axes, data: RunFigureData, queue: Queue, lengths: Lengths) -> None:
    """How many wait in one queue, by constraint."""
    wait, level = queue
    names = queue_columns(data.scenario, queue)
    styles = {name: STYLES[index % len(STYLES)] for index, name in enumerate(names)} | {MULTIPLE: OTHERS}
    labels = [constraint_words(wait, name) for name in lengths]
    hatched_stack(axes, data.middles, [*lengths.values()], [styles[name] for name in lengths], labels=labels)
    tier = data.tiers[level] if level >= 0 else ""
    axes.set_title(wrapped(sentence(wait_words(wait, tier)), 32))
    who = "Clients" if level < 0 else "People"
    axes.set_ylabel("Vacancies (people)" if wait == Wait.VACANCY else f"{who} waiting")
    from_zero(axes)
    # Room for the names above the data, as far as there is any.
    key_share = min(0.6, 0.05 + KEY_INCHES * len(lengths) / PANEL_INCHES)
    axes.set_ylim(0, axes.get_ylim()[1] / (1 - key_share))
    axes.legend(loc="upper left", fontsize=7.5, labelspacing=0.3, handlelength=1.6)
