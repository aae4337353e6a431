"""What a program can see of a picture that cannot be read: words over words or data, too few ticks, needless digits."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter
from matplotlib.transforms import Bbox

from cascadesim.report.style import styled

KEY = re.compile(r"\b[a-z_]+\.[a-z_]{2,}")
DATE = re.compile(r"([A-Z][a-z]{2}|of)\s\d{4}")
NEEDLESS = re.compile(r"(?<![\d,.])\d{4,}|\d{3,}\.\d(?![\dkM]*[kM])|\.\d{4,}|\de[+-]?\d")
"""A number that is not grouped, has more decimals than tell anything, or is written with a power."""


def illegible(figure: Figure) -> list[str]:
    """What is wrong with a figure, in words; empty where nothing is."""
    with styled():
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        figure.draw_without_rendering()
    words = _words(figure)
    faults = [f"{text.get_text()!r} leaves the picture" for text in words if not _inside(text, figure)]
    faults += [
        f"{one.get_text()!r} over {other.get_text()!r}" for one, other in combinations(words, 2) if _touch(one, other)
    ]
    for axes in figure.axes:
        if axes.axison:
            faults += _over_data(axes)
            faults += [
                f"{axis.axis_name} of {axes.get_title('left')!r} has one tick"
                for axis in (axes.xaxis, axes.yaxis)
                if _lacks_ticks(axis)
            ]
    for text in words:
        for pattern, what in ((KEY, "a key"), (NEEDLESS, "needless digits")):
            if pattern.search(DATE.sub("", text.get_text())):
                faults.append(f"{what} in {text.get_text()!r}")
    return faults


def _words(figure: Figure) -> list[Text]:
    """What is drawn; the title, behind which room is left for its note, is looked at by eye."""
    hidden: set[Text | None] = {figure._suptitle}
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            seen = _ticks(axis) if axes.axison else []
            out = [tick for tick in (*axis.majorTicks, *axis.minorTicks) if tick not in seen]
            hidden |= {label for tick in out for label in (tick.label1, tick.label2)}
            hidden |= set() if axes.axison else {axis.label, axis.offsetText}
    return [
        each for each in figure.findobj(Text) if each.get_text().strip() and each.get_visible() and each not in hidden
    ]


def _ticks(axis: Axis) -> list[object]:
    """Those in view."""
    low, high = sorted(axis.get_view_interval())
    slack = 1e-9 * (high - low)
    return [tick for tick in axis.get_major_ticks() if low - slack <= tick.get_loc() <= high + slack]


def _lacks_ticks(axis: Axis) -> bool:
    """Whether a scale of numbers has fewer than two."""
    if isinstance(axis.get_major_formatter(), FixedFormatter | FuncFormatter) or not axis.get_visible():
        return False
    return len(axis.get_majorticklocs()) > 0 and len(_ticks(axis)) < 2


def _box(artist: Text | Legend) -> Bbox:
    """Without the half dot that rounding takes."""
    box = Text.get_window_extent(artist) if isinstance(artist, Text) else artist.get_window_extent()
    return Bbox.from_extents(box.x0 + 1, box.y0 + 1, box.x1 - 1, box.y1 - 1)


def _inside(text: Text, figure: Figure) -> bool:
    box, page = _box(text), figure.bbox
    return bool(box.x0 >= -1 and box.y0 >= -1 and box.x1 <= page.x1 + 1 and box.y1 <= page.y1 + 1)


def _touch(one: Text, other: Text) -> bool:
    return bool(_box(one).overlaps(_box(other)))


def _over_data(axes: Axes) -> list[str]:
    """Words and keys on lines or bars; words on a ground of their own are in front of what is there."""
    legend = axes.get_legend()
    boxes = [(text.get_text(), _box(text)) for text in axes.texts if text.get_text() and text.get_bbox_patch() is None]
    boxes += [("the legend", _box(legend))] if legend is not None else []
    spots = [_along(line.get_transform().transform(line.get_xydata())) for line in axes.lines if len(line.get_xydata())]
    bars = [
        bar.get_window_extent()
        for bar in axes.patches
        if isinstance(bar, Rectangle) and bar.get_width() * bar.get_height() and bar.get_zorder() > 0  # else a ground
    ]
    faults = []
    for words, box in boxes:
        if any(box.contains(*spot) for line in spots for spot in line):
            faults.append(f"{words!r} over a line of {axes.get_title('left')!r}")
        if any(box.overlaps(bar) for bar in bars):
            faults.append(f"{words!r} over a bar of {axes.get_title('left')!r}")
    return faults


def _along(corners: np.ndarray) -> np.ndarray:
    """Points of a line some dots apart."""
    steps = np.linspace(0, 1, 60)[:, None, None]
    between = (1 - steps) * corners[:-1] + steps * corners[1:]
    return np.concatenate([corners, between.reshape(-1, 2)])
