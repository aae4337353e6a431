"""What the comparison of the engines found, for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from cascadesim.experiment.twin.mechanisms import IN_SCENARIOS, every_name
from cascadesim.experiment.twin.outcome import Outcome
from cascadesim.experiment.twin.search import Search
from cascadesim.scenario.number_formats import counted

_WIDTH = 80
_HEADS = {
    "events": "Events",
    "clocks": "Exits, absences and changes of hours by kind of clock, and by the model's own reasons",
    "constraints": "What bound",
    "hours": "Hours",
    "formats": "Formats in which care was given",
}


def twin_text(found: Search) -> str:
    """How often each mechanism occurred, and what never did."""
    return "\n\n".join(_chapter(chapter, names, found) for chapter, names in every_name().items())


def last_line(found: Search) -> str:
    """The whole of it in one line."""
    share = f"{100 * found.shared / found.rows:.1f} %" if found.rows else "none"
    passed_over = f" ({found.invalid} passed over)" if found.invalid else ""
    verdict = "identical" if found.failed is None else "DIFFERENT"
    scenarios = f"{counted(found.scenarios, 'scenario')}{passed_over}"
    return f"{verdict}: {scenarios}, {found.rows:,} rows, {share} at shared instants; {_mechanisms(found)}"


def _mechanisms(found: Search) -> str:
    times = {
        f"{chapter}.{name}": found.found[chapter][name] for chapter, names in every_name().items() for name in names
    }
    there = {name: number for name, number in times.items() if number}
    if not there:
        return f"none of {len(times)} mechanisms occurred"
    rarest = min(there, key=lambda name: there[name])
    how_many = "all" if len(there) == len(times) else f"{len(there)} of"
    return f"{how_many} {len(times)} mechanisms occurred, {rarest} least often ({there[rarest]:,})"


def difference_text(outcome: Outcome) -> str:
    """The first thing in which the engines differ, each in its own words."""
    subject, different = outcome.subject, outcome.difference
    assert different is not None
    lines = [f"{subject}, seed {subject.seed}, replication {subject.replication}: {different.what}."]
    for engine, rows in (("SimPy", different.simpy), ("compiled", different.compiled)):
        lines += [f"{engine}:", *(f"  {row}" for row in rows)]
    return "\n".join(lines)


def _chapter(chapter: str, names: tuple[str, ...], found: Search) -> str:
    counts = found.found[chapter]
    unit = "scenarios" if chapter in IN_SCENARIOS else "rows of the log"
    lines = [*textwrap.wrap(f"{_HEADS[chapter]} ({unit}):", _WIDTH), *_columns(names, counts)]
    never = [name for name in names if not counts[name]]
    if never:
        said = f"never: {', '.join(never)}"
        lines += textwrap.wrap(said, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False)
    return "\n".join(lines)


def _columns(names: tuple[str, ...], counts: Mapping[str, int]) -> Iterator[str]:
    """Those that occurred, side by side."""
    there = [(name, f"{counts[name]:,}") for name in names if counts[name]]
    if not there:
        return
    long, wide = max(len(name) for name, _ in there), max(len(number) for _, number in there)
    abreast = max(1, _WIDTH // (long + wide + 3))
    cells = [f"  {name:<{long}} {number:>{wide}}" for name, number in there]
    for first in range(0, len(cells), abreast):
        yield "".join(cells[first : first + abreast])
