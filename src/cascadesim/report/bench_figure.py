"""The picture of `cascadesim bench`: bars, library, queue, and how an event's cost grows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cascadesim.report.bench import figure
from cascadesim.report.style import BLUE, FAINT, GREEN, GREY, ORANGE, STYLES, VERMILLION, new_figure, save, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

_HEIGHT = 9.5
_HOLDS = {"aim": GREEN, "must": BLUE, "no": VERMILLION}
_MARKS = {"compiled": ("o", BLUE), "kernel": ("^", GREEN), "simpy": ("s", ORANGE)}
_SAID = {"compiled": "compiled", "kernel": "compiled, without its tally", "simpy": "SimPy"}


def save_bench_figure(found: dict[str, Any], path: Path) -> None:
    """Write what `experiment.bench.run.bench` gave as PATH (.png) and as SVG beside it."""
    with styled():
        page = new_figure(_HEIGHT)
        axes = page.subplots(2, 2, gridspec_kw={"height_ratios": [9, 8]})
        _draw_bars(axes[0][0], found["bars"])
        _draw_library(axes[0][1], found["works"])
        _draw_queue(axes[1][0], found["works"])
        _draw_growth(axes[1][1], found["works"])
        for each in axes.flat:
            _powers(each.xaxis)
        _powers(axes[1][1].yaxis)
        save(page, path.parent, path.stem)


def _powers(axis: Axis) -> None:
    """A scale of powers with plain numbers at them; the house style sets no mathematics."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    low, high = axis.get_view_interval()
    narrow = high < 30 * low
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if narrow else (1.0,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.set_minor_formatter(NullFormatter())


def _across(axes: Axes, title: str, names: list[str]) -> None:
    """Names down the side, numbers on a scale of powers."""
    axes.set_title(title)
    axes.set_xscale("log")
    axes.grid(False, axis="y")
    axes.grid(True, axis="x")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.margins(x=0.1)


def _draw_bars(axes: Axes, bars: list[dict[str, Any]]) -> None:
    """How many times better than the "must" each is; the tick beside it is the aim."""
    _across(axes, "Bars: times better than the must (the tick is the aim)", [bar["what"] for bar in bars])
    axes.axvline(1.0, color=FAINT, linewidth=1.0)
    for place, bar in enumerate(bars):
        axes.plot([_better(bar, bar["aim"])], [place], "|", color=FAINT, markersize=14, markeredgewidth=1.5)
        if bar["found"] is None:
            axes.annotate("unmeasured", (1.03, place), va="center", color=FAINT, fontsize=8)
            continue
        low, median, high = (_better(bar, bar["found"][each]) for each in ("low", "median", "high"))
        axes.plot([low, high], [place, place], color=_HOLDS[bar["holds"]], linewidth=2)
        axes.plot([median], [place], "o", color=_HOLDS[bar["holds"]])
        said = f"{figure(bar['found']['median'])} {bar['unit']}"
        axes.annotate(said, (median, place), (0, 6), textcoords="offset points", ha="center", fontsize=8)


def _better(bar: dict[str, Any], value: float) -> float:
    return float(value / bar["must"] if bar["more_is_better"] else bar["must"] / value)


def _draw_library(axes: Axes, works: list[dict[str, Any]]) -> None:
    library = [work for work in works if work["group"] == "library" and work["events_a_second"] is not None]
    names = list(dict.fromkeys(work["name"] for work in library))
    _across(axes, "Scenarios: model events a second", names)
    for by, (mark, color) in _MARKS.items():
        mine = [work for work in library if work["by"] == by]
        _dots(axes, [(names.index(work["name"]), work["events_a_second"]) for work in mine], mark, color, _SAID[by])
    if library:
        axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.08), ncols=3, columnspacing=1.2)


def _draw_queue(axes: Axes, works: list[dict[str, Any]]) -> None:
    queue = [work for work in works if work["group"] == "queue"]
    _across(axes, "The queue M/M/20+M: clients a second", [work["by"] for work in queue])
    for place, work in enumerate(queue):
        if work["clients_a_second"] is None:
            axes.annotate("unmeasured", (0.02, place), xycoords=("axes fraction", "data"), va="center", color=FAINT)
            continue
        ours = work["by"].startswith("cascadesim")
        _dots(axes, [(place, work["clients_a_second"])], "o", BLUE if ours else GREY, "")
        said = figure(work["clients_a_second"]["median"])
        at = (work["clients_a_second"]["median"], place)
        axes.annotate(said, at, (0, 6), textcoords="offset points", ha="center", fontsize=8)


def _dots(axes: Axes, rows: list[tuple[int, dict[str, float]]], mark: str, color: str, label: str) -> None:
    """Medians, with a line from the smallest to the largest."""
    for place, spread in rows:
        axes.plot([spread["low"], spread["high"]], [place, place], color=color, linewidth=2)
    axes.plot([spread["median"] for _, spread in rows], [place for place, _ in rows], mark, color=color, label=label)


def _draw_growth(axes: Axes, works: list[dict[str, Any]]) -> None:
    axes.set_title("Microseconds of a model event, as a scenario grows")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("how many")
    for look, group in zip(STYLES, ("clients", "workers", "tiers", "threads"), strict=False):
        mine = [work for work in works if work["group"] == group and work["microseconds_an_event"] is not None]
        sizes = [int(work["name"]) for work in mine]
        costs = [work["microseconds_an_event"] for work in mine]
        axes.plot(
            sizes, [each["median"] for each in costs], color=look.color, linestyle=look.line, marker="o", label=group
        )
        axes.vlines(sizes, [each["low"] for each in costs], [each["high"] for each in costs], color=look.color)
    axes.legend(loc="best")
