"""How every figure looks: the palette of Okabe and Ito (2008), line styles and hatches as a second cue, shared shapes.

Figures are made through `Figure` objects; nothing here touches pyplot or its state. The bytes of a saved figure depend
on its input alone.
"""

from __future__ import annotations

import contextlib
import math
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import Collection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, Formatter, FuncFormatter, MaxNLocator

from cascadesim.errors import CascadeError, UsageError, printable

if TYPE_CHECKING:
    from cascadesim.analysis.comparison import Difference

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILLION, PURPLE, GREY = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
    "#8C8C8C",
)
INK, FAINT = "#222222", "#666666"
WIDTH_INCHES = 12.0
ENDINGS = (".png", ".svg")
DPI = 150

RC: Any = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#999999",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "figure.facecolor": "white",
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.7,
    "hatch.linewidth": 0.5,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "cascadesim",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": FAINT,
    "xtick.labelsize": 8.5,
    "ytick.color": FAINT,
    "ytick.labelsize": 8.5,
}


@dataclass(frozen=True)
class Style:
    """How one thing is drawn wherever it appears."""

    color: str
    line: str | tuple[int, tuple[float, ...]] = "-"
    hatch: str = ""


DASHED, DOTTED, DASH_DOT, LONG = (0, (5, 2)), (0, (1, 1.5)), (0, (5, 1.5, 1, 1.5)), (0, (9, 2))
STYLES = (
    Style(BLUE, "-", ""),
    Style(ORANGE, DASHED, "///"),
    Style(GREEN, DASH_DOT, "..."),
    Style(VERMILLION, LONG, "\\\\\\"),
    Style(SKY, DOTTED, "xxx"),
    Style(PURPLE, (0, (3, 1, 1, 1, 1, 1)), "---"),
    Style(YELLOW, (0, (2, 1)), "|||"),
    Style(BLACK, (0, (1, 3)), "+++"),
)
OTHERS = Style(GREY, DOTTED, "oo")
"""Of several things that are drawn as one."""


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Draw inside this: the house style alone, whatever settings a user has for pictures of their own.

    No warning about letters that the font does not have.
    """
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(RC)
        yield


def attempt(name: str, draw: Callable[[], None]) -> CascadeError | None:
    """Draw and save one picture by `draw`. Returns what went wrong, to be reported: no picture takes results with it.

    A `CascadeError` is raised as it is: the request was at fault and not the drawing.
    """
    try:
        with styled():
            draw()
    except CascadeError:
        raise
    except Exception as fault:
        what = (str(fault).strip().splitlines() or [""])[0].rstrip(".")
        message = f"the picture {name} could not be drawn ({type(fault).__name__}{': ' if what else ''}{what})."
        return CascadeError(message, hint="Everything else is complete. Please report this.", code="not_drawn")
    return None


class AxisNumbers(Formatter):
    """Numbers at the ticks of an axis, grouped, all with one ending: 20,000, but 150k, and 2M."""

    def __call__(self, value: float, pos: int | None = None) -> str:
        """One number, as it stands alone; `pos` is not heeded."""
        del pos
        return self.format_ticks([value])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """All of an axis."""
        largest = max((abs(value) for value in values), default=0.0)
        size, ending = (1e6, "M") if largest >= 1e6 else (1e3, "k") if largest >= 1e5 else (1.0, "")
        # Of what is left of 0 by rounding a locator's steps nothing is shown.
        plain = [0.0 if abs(value) < 1e-9 * largest else value for value in values]
        return [f"{value / size:,.10g}{ending if value else ''}" for value in plain]


class _HouseFigure(Figure):
    """A figure whose axes have the numbers of the house."""

    def add_subplot(self, *args: Any, **kwargs: Any) -> Any:
        """As Matplotlib has it."""
        axes = super().add_subplot(*args, **kwargs)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(AxisNumbers())
        return axes


def new_figure(height_inches: float) -> Figure:
    """An empty figure of the house's width."""
    return _HouseFigure(figsize=(WIDTH_INCHES, height_inches), dpi=DPI, layout="constrained")


def key_below(figure: Figure, handles: Sequence[Any], labels: Sequence[str]) -> None:
    """The names of what is drawn, in columns below the panels: there they cover no data."""
    longest = max(map(len, labels), default=1)
    columns = max(1, min(len(labels), int(WIDTH_INCHES / (0.6 + 0.075 * longest))))
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, handlelength=2.6)


def save(figure: Figure, folder: Path, name: str) -> None:
    """Write NAME.png and NAME.svg. Laid out once; `savefig` would lay it out and draw it twice over for each."""
    for words in figure.findobj(Text):
        words.set_text(printable(words.get_text()))
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            _print_ticks(axis.get_major_formatter())
    canvas = FigureCanvasAgg(figure)
    with styled():
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        canvas.print_png(folder / f"{name}.png", metadata={"Software": None})  # type: ignore[no-untyped-call]
        without = {"Date": None, "Creator": None}
        FigureCanvasSVG(figure).print_svg(folder / f"{name}.svg", metadata=without)  # type: ignore[no-untyped-call]


def _print_ticks(formatter: Formatter) -> None:
    """Labels of an axis are made anew whenever it is drawn."""
    if isinstance(formatter, FixedFormatter):
        formatter.seq = list(map(printable, formatter.seq))
    elif isinstance(formatter, FuncFormatter):
        words = formatter.func
        formatter.func = lambda value, position: printable(words(value, position))


def check_picture(path: Path) -> None:
    """A `UsageError` where the ending of a file is that of no picture."""
    if path.suffix not in ENDINGS:
        raise UsageError(f"-o: got {path.name}; a picture ends in {' or '.join(ENDINGS)}.", code="wrong_value")


def panel_grid(figure: Figure, count: int, columns: int, *, sharex: bool = False, sharey: bool = False) -> np.ndarray:
    """`count` panels in rows of at most `columns`, as an array [row, column]; places that are left over stay blank."""
    columns = max(1, min(columns, count))
    panels: np.ndarray = figure.subplots(
        max(1, -(-count // columns)), columns, squeeze=False, sharex=sharex, sharey=sharey
    )
    for axes in panels.flat[count:]:
        axes.set_axis_off()
    return panels


def title(figure: Figure, text: str, note: str) -> None:
    """The figure's title, and below it in grey what it shows and how many runs."""
    note = wrapped(note, 160)
    figure.suptitle(f"{text}\n" + "\n" * note.count("\n"), x=0.008, ha="left", fontsize=14, fontweight="bold")
    figure.text(0.008, 1 - 0.36 / figure.get_figheight(), note, ha="left", va="top", fontsize=9, color=FAINT)


def wrapped(text: str, width: int) -> str:
    """A long name on several lines."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=True)) or text


def folded(text: str, width: int, lines: int = 3) -> str:
    """On several lines of at most `width`; what does not fit in so many is cut off and marked."""
    return "\n".join(textwrap.wrap(text, width, max_lines=lines, placeholder=" ..."))


def hatched(area: Collection | Patch, style: Style) -> None:
    """The second cue of a filled area: its hatch, light on dark colors and dark on light ones."""
    area.set_hatch(style.hatch)
    area.set_edgecolor((0, 0, 0, 0.35) if style.color in (YELLOW, SKY) else (1, 1, 1, 0.65))
    area.set_linewidth(0)


def hatched_stack(
    axes: Axes, x: np.ndarray, layers: Sequence[np.ndarray], styles: Sequence[Style], **more: Any
) -> list[PolyCollection]:
    """Areas on top of each other, the first at the bottom; `more` is for `stackplot`."""
    areas = axes.stackplot(x, *layers, colors=[style.color for style in styles], linewidth=0, **more)
    for area, style in zip(areas, styles, strict=True):
        hatched(area, style)
    return areas


def fan(axes: Axes, x: Sequence[float] | np.ndarray, values: np.ndarray, style: Style, label: str = "") -> None:
    """The median over replications, a dark band with the middle half and a light one with the middle 80 %.

    `values[replication, index]` goes with `x[index]`; nan where a replication has no value there. One replication is a
    line.
    """
    if len(values) > 1:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="All-NaN slice encountered")
            p10, p25, median, p75, p90 = np.nanquantile(values, (0.1, 0.25, 0.5, 0.75, 0.9), axis=0)
        axes.fill_between(x, p10, p90, color=style.color, alpha=0.16, linewidth=0)
        axes.fill_between(x, p25, p75, color=style.color, alpha=0.30, linewidth=0)
    else:
        median = values[0]
    axes.plot(x, median, color=style.color, linestyle=style.line, linewidth=1.8, label=label)


def bar_with_spread(axes: Axes, y: float, values: np.ndarray, style: Style, height: float, words: str) -> None:
    """A bar as long as the mean of runs, a line over the middle 80 % of several, and `words` beside them."""
    mean = float(values.mean())
    low, high = (float(bound) for bound in np.quantile(values, (0.1, 0.9)))
    hatched(axes.barh(y, mean, height=height, color=style.color).patches[0], style)
    if len(values) > 1:
        spread_line(axes, y, low, high)
    note_beside(axes, max(mean, high), y, words)


def spread_line(axes: Axes, y: float, low: float, high: float) -> None:
    """From one value to another, with its ends marked."""
    axes.plot([low, high], [y, y], color=INK, linewidth=1.2, marker="|", markersize=6)


def note_beside(axes: Axes, x: float, y: float, words: str, apart: float = 7, size: float = 8.5) -> None:
    """Words to the right of what ends at (x, y), `apart` points from it."""
    axes.annotate(words, (x, y), xytext=(apart, 0), textcoords="offset points", va="center", fontsize=size, color=FAINT)


BEYOND_MARGIN = ", blue and filled where it is beyond the margin (grey), the smallest difference that matters"
"""What a picture of differences says of them."""


def margin_band(axes: Axes, margin: float) -> None:
    """The differences from 0 that are too small to matter, in grey."""
    if margin > 0:
        axes.axvspan(-margin, margin, color=GREY, alpha=0.18, linewidth=0, zorder=0)


def difference_dots(axes: Axes, differences: Sequence[Difference], scale: float, ink: str) -> None:
    """Down a panel, a dot on its interval, blue and filled where that is beyond the margin, and an upright line at 0.

    Beside it how many pairs of runs there are, where some have no value in both. Where there are no differences, `ink`
    says so: an axis of its own would show hundredths of nothing.
    """
    for index, each in enumerate(differences):
        mean, low, high = (scale * value for value in (each.paired.mean, each.paired.low, each.paired.high))
        color = BLUE if each.clear else GREY
        axes.plot([low, high], [index, index], color=color, linewidth=2.2, solid_capstyle="butt")
        face = color if each.clear else "white"
        axes.plot([mean], [index], marker="o", color=color, markerfacecolor=face, markersize=6)
        if each.paired.missing:
            pairs = f"{each.paired.defined} of {each.paired.runs} pairs"
            note_beside(axes, mean if math.isnan(high) else high, index, pairs, size=7.5)
        elif each.unlike:
            note_beside(axes, 0.0, index, "not comparable", size=7.5)
    if all(each.same or not each.paired.defined for each in differences):
        axes.set_xlim(-1, 1)
        axes.set_xticks([-1, 0, 1])
        if not any(each.unlike for each in differences):
            axes.text(0.53, 0.5, "no difference in any run", transform=axes.transAxes, va="center", color=ink)
    else:
        margin_band(axes, scale * max(each.margin for each in differences))
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)  # behind the dots, none of which it strikes through


def rows_of_names(axes: Axes, names: Sequence[str]) -> None:
    """Names down the left side, the first on top, and lines across for the numbers."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    lines_upright(axes)


def lines_upright(axes: Axes) -> None:
    """The numbers are along the bottom: lines of the grid stand at them."""
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")


def label_ends(axes: Axes, ends: Sequence[tuple[float, str, str]], height_inches: float) -> None:
    """Names at the right end of lines, (value, words, color), moved apart where they would cover each other."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.15 / height_inches
    upwards = sorted(ends, key=lambda end: end[0])
    lines = [1 + words.count("\n") for _, words, _ in upwards]
    heights = [value for value, _, _ in upwards]
    for index in range(1, len(heights)):
        least = heights[index - 1] + gap * (lines[index - 1] + lines[index]) / 2
        heights[index] = max(heights[index], least)
    if heights and heights[-1] > high:  # push down from the top, as far as needed
        heights[-1] = high
        for index in range(len(heights) - 2, -1, -1):
            most = heights[index + 1] - gap * (lines[index] + lines[index + 1]) / 2
            heights[index] = min(heights[index], most)
    for height, (_, words, color) in zip(heights, upwards, strict=True):
        transform = axes.get_yaxis_transform()
        axes.text(1.03, height, words, transform=transform, color=color, va="center", fontsize=8.5, clip_on=False)


def say_why_empty(axes: Axes, text: str) -> None:
    """Say in a panel why there is nothing in it."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=FAINT)
    axes.set_axis_off()


def from_zero(axes: Axes, least: float = 1.0) -> None:
    """The vertical axis begins at 0 and reaches at least `least`, so that nothing looks like something."""
    axes.set_ylim(0, max(least, axes.get_ylim()[1]))
    axes.margins(y=0)


def whole_numbers(axis: Axis) -> None:
    """Ticks at whole numbers, two or more: there is no half a person."""
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=2))
