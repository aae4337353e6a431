"""How every figure looks, in one place: the palette of Okabe and Ito (2008), line styles and hatches as a second cue.

Figures are made through `Figure` objects; nothing here touches pyplot or its state. The bytes of a saved figure depend
on its input alone.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
class Look:
    """How one thing is drawn wherever it appears."""

    color: str
    line: str | tuple[int, tuple[float, ...]] = "-"
    hatch: str = ""


DASHED, DOTTED, DASH_DOT, LONG = (0, (5, 2)), (0, (1, 1.5)), (0, (5, 1.5, 1, 1.5)), (0, (9, 2))
LOOKS = (
    Look(BLUE, "-", ""),
    Look(ORANGE, DASHED, "///"),
    Look(GREEN, DASH_DOT, "..."),
    Look(VERMILLION, LONG, "\\\\\\"),
    Look(SKY, DOTTED, "xxx"),
    Look(PURPLE, (0, (3, 1, 1, 1, 1, 1)), "---"),
    Look(YELLOW, (0, (2, 1)), "|||"),
    Look(BLACK, (0, (1, 3)), "+++"),
)


SEVERAL_LOOK = Look(GREY, DOTTED, "oo")


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Draw and save inside this: the house style, and no warning about letters that the font does not have."""
    import matplotlib

    with matplotlib.rc_context(RC), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def new_figure(height_inches: float) -> Figure:
    """An empty figure of the house's width."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH_INCHES, height_inches), dpi=DPI, layout="constrained")


def save(figure: Figure, folder: Path, name: str) -> None:
    """Write NAME.png and NAME.svg. Laid out once; `savefig` would lay it out and draw it twice over for each."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    canvas.print_png(folder / f"{name}.png", metadata={"Software": None})  # type: ignore[no-untyped-call]
    without = {"Date": None, "Creator": None}
    FigureCanvasSVG(figure).print_svg(folder / f"{name}.svg", metadata=without)  # type: ignore[no-untyped-call]
