"""What `cascadesim bench` prints: the bars first, then everything that was measured, at most 80 wide."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import Any

WIDTH = 80
_NAME = 22
_GROWTH = {
    "clients": "Clients referred in 50 weeks to a queue with patience, workers in step",
    "workers": "Workers of that queue, for the same 10,000 clients",
    "tiers": "Tiers of 20, each trained and supervised by the one above",
    "threads": "Threads (time on the wall, prosper-shaped)",
}
_FIRST = {"cold": "cold compile and first run", "cached": "cached import and first run"}
Heading = Callable[[str], str]


def bench_text(found: dict[str, Any], heading: Heading = str) -> str:
    """All of it, from what `experiment.bench.run.bench` gave."""
    parts = [_about(found, heading), _bars(found, heading), _library(found, heading), _queue(found, heading)]
    parts += [_growth(found, group, heading) for group in _GROWTH]
    return "\n\n".join(["\n".join(part) for part in [*parts, _fresh(found, heading)] if part])


def profile_text(shares: dict[str, dict[str, float]], least: float, heading: Heading = str) -> str:
    """Modules by their share of the time, those that take `least` of it somewhere."""
    modules = {module for spent in shares.values() for module, share in spent.items() if share >= least}
    total = {module: sum(spent.get(module, 0.0) for spent in shares.values()) for module in modules}
    lines = [heading("SimPy engine: each module's own share of the time, profiled")]
    lines.append(f"{'':<24}" + "".join(f"{name:>16}" for name in shares))
    for module in sorted(modules, key=lambda each: -total[each]):
        lines.append(f"  {module:<22}" + "".join(f"{spent.get(module, 0.0):>16.1%}" for spent in shares.values()))
    return "\n".join(lines)


def figure(value: float) -> str:
    """Three digits or so: 0.052, 0.52, 9.42, 31.3, 289,470."""
    if value < 0.1:
        return f"{value:.3f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread_text(spread: dict[str, float] | None, unit: float = 1.0) -> str:
    """`MEDIAN (LOW to HIGH)`, each divided by the unit."""
    if spread is None:
        return "-"
    median, low, high = (figure(spread[each] / unit) for each in ("median", "low", "high"))
    return f"{median} ({low} to {high})"


def _about(found: dict[str, Any], heading: Heading) -> list[str]:
    machine, rounds = found["machine"], found["sizes"]["rounds"]
    versions = [f"{name} {version}" for name, version in machine["libraries"].items() if version]
    facts = [machine["python"], *versions, machine["processor"], f"cores: {machine['cores']}"]
    said = f"Medians of {rounds} rounds in which all take turns, with (smallest to largest)."
    return [heading(f"cascadesim {found['cascadesim']} bench"), *textwrap.wrap(", ".join(facts), WIDTH), said]


def _bars(found: dict[str, Any], heading: Heading) -> list[str]:
    lines = [heading(f"{'Bars':<44}{'must':>5}{'aim':>5} {'measured':>19} holds")]
    for bar in found["bars"]:
        sign = "" if bar["more_is_better"] else "<"
        bounds = [f"{sign}{bar[bound]:g}" for bound in ("must", "aim")]
        lines.append(f"  {bar['what']:<42}{bounds[0]:>5}{bounds[1]:>5} {_measured(bar):>19} {_holds(bar)}".rstrip())
        if bar["why_not"]:
            lines += _reason(bar["why_not"])
    return lines


def _measured(bar: dict[str, Any]) -> str:
    spread = bar["found"]
    if spread is None:
        return "unmeasured"
    return f"{figure(spread['median'])} {bar['unit']} ({figure(spread['low'])}-{figure(spread['high'])})"


def _holds(bar: dict[str, Any]) -> str:
    return "" if bar["holds"] == "unmeasured" else str(bar["holds"])


def _reason(reason: str) -> list[str]:
    return textwrap.wrap(f"unmeasured: {reason}", WIDTH, initial_indent="    ", subsequent_indent="      ")


def _works(found: dict[str, Any], group: str) -> list[dict[str, Any]]:
    return [work for work in found["works"] if work["group"] == group]


def _library(found: dict[str, Any], heading: Heading) -> list[str]:
    """Each scenario on each engine; the kernel is the compiled engine without the reading of its tally."""
    return [
        heading(f"{'Scenarios':<33}{'thousand events a s':>26}{'replications a s':>21}"),
        *_rows(_works(found, "library"), ("events_a_second", "replications_a_second"), lambda work: work["name"], 1e3),
        "  kernel: the compiled engine without reading its memory as a tally",
    ]


def _queue(found: dict[str, Any], heading: Heading) -> list[str]:
    lines = [heading("The queue M/M/20+M: thousand clients whose wait ended, a second")]
    for work in _works(found, "queue"):
        lines.append(f"  {work['by']:<24}{spread_text(work['clients_a_second'], 1e3):>35}".rstrip())
        lines += _reason(work["why_not"]) if work["why_not"] else []
    return lines


def _growth(found: dict[str, Any], group: str, heading: Heading) -> list[str]:
    works = _works(found, group)
    figures = ("microseconds_an_event", "replications_a_second")
    title = heading(_GROWTH[group])
    columns = f"{'':<33}{'microseconds an event':>26}{'replications a s':>21}"
    return [title, columns, *_rows(works, figures, lambda work: f"{int(work['name']):,}")] if works else []


def _rows(
    works: list[dict[str, Any]], figures: tuple[str, str], name: Callable[[dict[str, Any]], str], unit: float = 1.0
) -> Iterator[str]:
    for work in works:
        first, second = (work[each] for each in figures)
        median = "-" if second is None else figure(second["median"])
        yield f"  {name(work):<{_NAME}} {work['by']:<8}{spread_text(first, unit):>27}{median:>20}".rstrip()
        if work["why_not"]:
            yield from _reason(work["why_not"])


def _fresh(found: dict[str, Any], heading: Heading) -> list[str]:
    lines = [heading("Fresh processes: seconds on the wall, most memory held")]
    for each in found["fresh"]:
        what = _FIRST[each["of"]] if each["asks"] == "first" else f"{each['asks']}, {each['of']}"
        lines += [f"  {what:<46}{_told(told)}" for told in each["told"]]
        lines += [f"  {what}", *_reason(each["why_not"])] if each["why_not"] else []
    return lines if len(lines) > 1 else []


def _told(told: dict[str, Any]) -> str:
    if "total" in told:
        return f"{told['total']:.2f} s: import {told['import']:.2f}, run {told['run']:.2f}"
    if told["peak"] is None:
        return "unmeasured: the system does not tell"
    return f"{told['peak'] / 1e6:,.0f} MB, {told['before'] / 1e6:,.0f} before the run"
