"""What the comparison of the engines found, for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from cascadesim.devtools.engine_comparison.compare import IN_SCENARIOS, Comparison, mechanism_names
from cascadesim.devtools.engine_comparison.search import SearchResult
from cascadesim.scenario.number_formats import counted

_WIDTH = 80
_HEADINGS = {
    "events": "Events",
    "clocks": "Exits, absences and changes of hours by kind of clock, and by the model's own reasons",
    "constraints": "What bound",
    "hours": "Hours",
    "formats": "Formats in which care was given",
}


def mechanisms_text(result: SearchResult) -> str:
    """How often each mechanism occurred, and what never did."""
    chapters = mechanism_names().items()
    return "\n\n".join(_chapter(chapter, names, result.occurred[chapter]) for chapter, names in chapters)


def last_line(result: SearchResult) -> str:
    """The whole of it in one line."""
    share = f"{100 * result.shared / result.rows:.1f} %" if result.rows else "none"
    passed_over = f" ({result.invalid} passed over)" if result.invalid else ""
    verdict = "identical" if result.failed is None else "DIFFERENT"
    scenarios = f"{counted(result.scenarios, 'scenario')}{passed_over}"
    return f"{verdict}: {scenarios}, {result.rows:,} rows, {share} at shared instants; {_rarest(result)}"


def _rarest(result: SearchResult) -> str:
    every = [(chapter, name) for chapter, names in mechanism_names().items() for name in names]
    counts = {f"{chapter}.{name}": result.occurred[chapter][name] for chapter, name in every}
    occurred = [name for name, count in counts.items() if count]
    if not occurred:
        return f"none of {len(counts)} mechanisms occurred"
    rarest = min(occurred, key=lambda name: counts[name])
    how_many = "all" if len(occurred) == len(counts) else f"{len(occurred)} of"
    return f"{how_many} {len(counts)} mechanisms occurred, {rarest} least often ({counts[rarest]:,})"


def difference_text(comparison: Comparison) -> str:
    """The first thing in which the engines differ, each in its own words."""
    request, difference = comparison.request, comparison.difference
    assert difference is not None
    lines = [f"{request}, seed {request.seed}, replication {request.replication}: {difference.what}."]
    for engine, rows in (("SimPy", difference.simpy), ("compiled", difference.compiled)):
        lines += [f"{engine}:", *(f"  {row}" for row in rows)]
    return "\n".join(lines)


def _chapter(chapter: str, names: tuple[str, ...], counts: Mapping[str, int]) -> str:
    unit = "scenarios" if chapter in IN_SCENARIOS else "rows of the log"
    lines = [*textwrap.wrap(f"{_HEADINGS[chapter]} ({unit}):", _WIDTH), *_columns(names, counts)]
    never = [name for name in names if not counts[name]]
    if never:
        text = f"never: {', '.join(never)}"
        lines += textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False)
    return "\n".join(lines)


def _columns(names: tuple[str, ...], counts: Mapping[str, int]) -> Iterator[str]:
    """Those that occurred, side by side."""
    occurred = [(name, f"{counts[name]:,}") for name in names if counts[name]]
    if not occurred:
        return
    name_width, count_width = (max(map(len, column)) for column in zip(*occurred, strict=True))
    abreast = max(1, _WIDTH // (name_width + count_width + 3))
    cells = [f"  {name:<{name_width}} {count:>{count_width}}" for name, count in occurred]
    for first in range(0, len(cells), abreast):
        yield "".join(cells[first : first + abreast])
