"""What `cascadesim bench` prints, at most 80 wide, and draws: the bars first, then everything that was measured."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cascadesim.report.style import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    ORANGE,
    STYLES,
    VERMILLION,
    new_figure,
    rows_of_names,
    save,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

WIDTH = 80
_NAME = 22
_LEAST_SHARE = 0.01
_GROWTH = {
    "clients": "Clients referred in 50 weeks to a queue with patience, workers in step",
    "workers": "Workers of that queue, for the same 10,000 clients",
    "tiers": "Tiers of 20, each trained and supervised by the one above",
    "threads": "Threads (time on the wall, prosper-shaped)",
}
_FIRST = {"cold": "cold compile and first run", "cached": "cached import and first run"}
Heading = Callable[[str], str]

_HEIGHT = 9.5
_COLORS = {"aim": GREEN, "must": BLUE, "no": VERMILLION}
_MARKERS = {"compiled": ("o", BLUE), "kernel": ("^", GREEN), "simpy": ("s", ORANGE)}
_LABELS = {"compiled": "compiled", "kernel": "compiled, without its tally", "simpy": "SimPy"}


def benchmark_text(result: dict[str, Any], heading: Heading = str) -> str:
    """All of it, from what `run.benchmark` gave: parts whose first line is their heading."""
    parts = [_about(result), _bars(result), _library(result), _queue(result)]
    parts += [_growth(result, group) for group in _GROWTH]
    return "\n\n".join("\n".join([heading(part[0]), *part[1:]]) for part in [*parts, _fresh(result)] if part)


def profile_text(shares: dict[str, dict[str, float]], heading: Heading = str) -> str:
    """Modules by their share of the time, those that take a hundredth of it somewhere."""
    modules = {module for spent in shares.values() for module, share in spent.items() if share >= _LEAST_SHARE}
    total = {module: sum(spent.get(module, 0.0) for spent in shares.values()) for module in modules}
    lines = [heading("SimPy engine: each module's own share of the time, profiled")]
    lines.append(f"{'':<28}" + "".join(f"{name:>16}" for name in shares))
    for module in sorted(modules, key=lambda module: -total[module]):
        lines.append(f"  {module:<26}" + "".join(f"{spent.get(module, 0.0):>16.1%}" for spent in shares.values()))
    return "\n".join(lines)


def figure(value: float, small: int = 3) -> str:
    """Three digits or so: 0.052 (with `small` decimals), 0.52, 9.42, 31.3, 289,470."""
    if value < 0.1:
        return f"{value:.{small}f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread_text(spread: dict[str, float] | None, unit: float = 1.0) -> str:
    """`MEDIAN (LOW to HIGH)`, each divided by the unit."""
    if spread is None:
        return "-"
    median, low, high = (figure(spread[value] / unit) for value in ("median", "low", "high"))
    return f"{median} ({low} to {high})"


def _about(result: dict[str, Any]) -> list[str]:
    machine, rounds = result["machine"], result["sizes"]["rounds"]
    versions = [f"{name} {version}" for name, version in machine["libraries"].items() if version]
    facts = [machine["python"], *versions, machine["processor"], f"cores: {machine['cores']}"]
    how = f"Medians of {rounds} rounds in which all take turns, with (smallest to largest)."
    return [f"cascadesim {result['cascadesim']} bench", *textwrap.wrap(", ".join(facts), WIDTH), how]


def _bars(result: dict[str, Any]) -> list[str]:
    lines = [f"{'Bars':<42}{'must':>5}{'aim':>5} {'measured':>21} holds"]
    for bar in result["bars"]:
        sign = "" if bar["more_is_better"] else "<"
        bounds = [f"{sign}{bar[bound]:g}" for bound in ("must", "aim")]
        lines.append(f"  {bar['what']:<40}{bounds[0]:>5}{bounds[1]:>5} {_measured(bar):>21} {_holds(bar)}".rstrip())
        if bar["why_not"]:
            lines += _reason(bar["why_not"])
    return lines


def _measured(bar: dict[str, Any]) -> str:
    spread = bar["found"]
    if spread is None:
        return "unmeasured"
    median, low, high = (figure(spread[value], small=2) for value in ("median", "low", "high"))
    return f"{median} {bar['unit']} ({low}-{high})"


def _holds(bar: dict[str, Any]) -> str:
    return "" if bar["holds"] == "unmeasured" else str(bar["holds"])


def _reason(reason: str) -> list[str]:
    return textwrap.wrap(f"unmeasured: {reason}", WIDTH, initial_indent="    ", subsequent_indent="      ")


def _works(result: dict[str, Any], group: str) -> list[dict[str, Any]]:
    return [work for work in result["works"] if work["group"] == group]


def _library(result: dict[str, Any]) -> list[str]:
    """Each scenario on each engine; the kernel is the compiled engine without the reading of its tally."""
    return [
        f"{'Scenarios':<33}{'thousand events a s':>26}{'replications a s':>21}",
        *_rows(_works(result, "library"), ("events_a_second", "replications_a_second"), lambda work: work["name"], 1e3),
        "  kernel: the compiled engine without reading its memory as a tally",
    ]


def _queue(result: dict[str, Any]) -> list[str]:
    lines = ["The queue M/M/20+M: thousand clients whose wait ended, a second"]
    for work in _works(result, "queue"):
        lines.append(f"  {work['by']:<24}{spread_text(work['clients_a_second'], 1e3):>35}".rstrip())
        lines += _reason(work["why_not"]) if work["why_not"] else []
    return lines


def _growth(result: dict[str, Any], group: str) -> list[str]:
    works = _works(result, group)
    figures = ("microseconds_an_event", "replications_a_second")
    columns = f"{'':<33}{'microseconds an event':>26}{'replications a s':>21}"
    return [_GROWTH[group], columns, *_rows(works, figures, lambda work: f"{int(work['name']):,}")] if works else []


def _rows(
    works: list[dict[str, Any]], figures: tuple[str, str], label: Callable[[dict[str, Any]], str], unit: float = 1.0
) -> Iterator[str]:
    for work in works:
        first, second = (work[name] for name in figures)
        median = "-" if second is None else figure(second["median"])
        yield f"  {label(work):<{_NAME}} {work['by']:<8}{spread_text(first, unit):>27}{median:>20}".rstrip()
        if work["why_not"]:
            yield from _reason(work["why_not"])


def _fresh(result: dict[str, Any]) -> list[str]:
    lines = ["Fresh processes: time taken, most memory held"]
    for process in result["fresh"]:
        what = _FIRST[process["of"]] if process["asks"] == "first" else f"{process['asks']}, {process['of']}"
        lines += [f"  {what:<38}{_answer(answer)}" for answer in process["told"]]
        lines += [f"  {what}", *_reason(process["why_not"])] if process["why_not"] else []
    return lines if len(lines) > 1 else []


def _answer(answer: dict[str, Any]) -> str:
    if "total" in answer:
        return f"{answer['total']:.2f} s on the wall, {answer['processor']:.2f} of processor"
    if answer["peak"] is None:
        return "unmeasured: the system does not tell"
    return f"{answer['peak'] / 1e6:,.0f} MB, {answer['before'] / 1e6:,.0f} before the run"


def save_benchmark_figure(result: dict[str, Any], path: Path) -> None:
    """Write what `run.benchmark` gave as PATH (.png) and as SVG beside it."""
    with styled():
        page = new_figure(_HEIGHT)
        axes = page.subplots(2, 2, gridspec_kw={"height_ratios": [9, 8]})
        _draw_bars(axes[0][0], result["bars"])
        _draw_library(axes[0][1], result["works"])
        _draw_queue(axes[1][0], result["works"])
        _draw_growth(axes[1][1], result["works"])
        for part in axes.flat:
            _powers(part.xaxis)
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
    rows_of_names(axes, names)
    axes.margins(x=0.1)


def _draw_bars(axes: Axes, bars: list[dict[str, Any]]) -> None:
    """How many times better than the "must" each is; the tick beside it is the aim."""
    _across(axes, "Bars: times better than the must (the tick is the aim)", [bar["what"] for bar in bars])
    axes.axvline(1.0, color=FAINT, linewidth=1.0)
    for row, bar in enumerate(bars):
        axes.plot([_better(bar, bar["aim"])], [row], "|", color=FAINT, markersize=14, markeredgewidth=1.5)
        if bar["found"] is None:
            axes.annotate("unmeasured", (1.03, row), va="center", color=FAINT, fontsize=8)
            continue
        low, median, high = (_better(bar, bar["found"][value]) for value in ("low", "median", "high"))
        axes.plot([low, high], [row, row], color=_COLORS[bar["holds"]], linewidth=2)
        axes.plot([median], [row], "o", color=_COLORS[bar["holds"]])
        _write(axes, median, row, f"{figure(bar['found']['median'])} {bar['unit']}")


def _better(bar: dict[str, Any], value: float) -> float:
    return float(value / bar["must"] if bar["more_is_better"] else bar["must"] / value)


def _draw_library(axes: Axes, works: list[dict[str, Any]]) -> None:
    library = [work for work in works if work["group"] == "library" and work["events_a_second"] is not None]
    names = list(dict.fromkeys(work["name"] for work in library))
    _across(axes, "Scenarios: model events a second", names)
    for by, (mark, color) in _MARKERS.items():
        rows = [(names.index(work["name"]), work["events_a_second"]) for work in library if work["by"] == by]
        _dots(axes, rows, mark, color, _LABELS[by])
    if library:
        axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.08), ncols=3, columnspacing=1.2)


def _draw_queue(axes: Axes, works: list[dict[str, Any]]) -> None:
    queue = [work for work in works if work["group"] == "queue"]
    _across(axes, "The queue M/M/20+M: clients a second", [work["by"] for work in queue])
    for row, work in enumerate(queue):
        if work["clients_a_second"] is None:
            axes.annotate("unmeasured", (0.02, row), xycoords=("axes fraction", "data"), va="center", color=FAINT)
            continue
        ours = work["by"].startswith("cascadesim")
        _dots(axes, [(row, work["clients_a_second"])], "o", BLUE if ours else GREY, "")
        median = work["clients_a_second"]["median"]
        _write(axes, median, row, figure(median))


def _write(axes: Axes, value: float, row: int, text: str) -> None:
    """Text just above a dot."""
    axes.annotate(text, (value, row), (0, 6), textcoords="offset points", ha="center", fontsize=8)


def _dots(axes: Axes, rows: list[tuple[int, dict[str, float]]], mark: str, color: str, label: str) -> None:
    """Medians, with a line from the smallest to the largest."""
    for row, spread in rows:
        axes.plot([spread["low"], spread["high"]], [row, row], color=color, linewidth=2)
    axes.plot([spread["median"] for _, spread in rows], [row for row, _ in rows], mark, color=color, label=label)


def _draw_growth(axes: Axes, works: list[dict[str, Any]]) -> None:
    axes.set_title("Microseconds of a model event, as a scenario grows")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("how many")
    for style, group in zip(STYLES, ("clients", "workers", "tiers", "threads"), strict=False):
        grown = [work for work in works if work["group"] == group and work["microseconds_an_event"] is not None]
        sizes = [int(work["name"]) for work in grown]
        low, median, high = (
            [work["microseconds_an_event"][value] for work in grown] for value in ("low", "median", "high")
        )
        axes.plot(sizes, median, color=style.color, linestyle=style.line, marker="o", label=group)
        axes.vlines(sizes, low, high, color=style.color)
    axes.legend(loc="best")
