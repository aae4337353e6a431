"""What figures are made of: fans, hatched areas, names at the ends of lines, titles."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cascadesim.report.style import FAINT, SKY, YELLOW, Look

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.collections import Collection
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch


def hatched(area: Collection | Patch, look: Look) -> None:
    """The second cue of a filled area: its hatch, light on dark colors and dark on light ones."""
    area.set_hatch(look.hatch)
    area.set_edgecolor((0, 0, 0, 0.35) if look.color in (YELLOW, SKY) else (1, 1, 1, 0.65))
    area.set_linewidth(0)


def wrapped(name: str, width: int) -> str:
    """A long name on several lines."""
    return "\n".join(textwrap.wrap(name, width, break_long_words=True)) or name


def title(figure: Figure, text: str, note: str) -> None:
    """The figure's title, and below it in grey what it shows and how many runs."""
    note = wrapped(note, 160)
    figure.suptitle(f"{text}\n" + "\n" * note.count("\n"), x=0.008, ha="left", fontsize=14, fontweight="bold")
    figure.text(0.008, 1 - 0.36 / figure.get_figheight(), note, ha="left", va="top", fontsize=9, color=FAINT)


def fan(axes: Axes, x: Sequence[float] | np.ndarray, values: np.ndarray, look: Look, label: str = "") -> None:
    """The median over replications, a dark band with the middle half and a light one with the middle 80 %.

    `values[replication, place]` goes with `x[place]`; nan where a replication has no value there. One replication is a
    line.
    """
    import numpy as np

    if len(values) > 1:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="All-NaN slice encountered")
            p10, p25, median, p75, p90 = np.nanquantile(values, (0.1, 0.25, 0.5, 0.75, 0.9), axis=0)
        axes.fill_between(x, p10, p90, color=look.color, alpha=0.16, linewidth=0)
        axes.fill_between(x, p25, p75, color=look.color, alpha=0.30, linewidth=0)
    else:
        median = values[0]
    axes.plot(x, median, color=look.color, linestyle=look.line, linewidth=1.8, label=label)


def label_ends(axes: Axes, ends: Sequence[tuple[float, str, str]], height_inches: float) -> None:
    """Names at the right end of lines, (value, words, color), moved apart where they would cover each other."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.15 / height_inches
    placed = sorted(ends, key=lambda end: end[0])
    lines = [1 + words.count("\n") for _, words, _ in placed]
    spots = [value for value, _, _ in placed]
    for place in range(1, len(spots)):
        least = spots[place - 1] + gap * (lines[place - 1] + lines[place]) / 2
        spots[place] = max(spots[place], least)
    over = spots[-1] - high if spots else 0.0
    if over > 0:  # push down from the top, as far as needed
        spots[-1] = high
        for place in range(len(spots) - 2, -1, -1):
            spots[place] = min(spots[place], spots[place + 1] - gap * (lines[place] + lines[place + 1]) / 2)
    for spot, (_, words, color) in zip(spots, placed, strict=True):
        axes.text(
            1.03,
            spot,
            words,
            transform=axes.get_yaxis_transform(),
            color=color,
            va="center",
            fontsize=8.5,
            clip_on=False,
        )


def from_zero(axes: Axes, least: float = 1.0) -> None:
    """The vertical axis begins at 0 and reaches at least `least`, so that nothing looks like something."""
    axes.set_ylim(0, max(least, axes.get_ylim()[1]))
    axes.margins(y=0)


def whole_numbers(axis: Axis) -> None:
    """Ticks at whole numbers: there is no half a person."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
