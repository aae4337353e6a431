"""Two tallies of one replication, compared: the event log row by row, then every other number bit for bit."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from itertools import zip_longest
from typing import Any

from cascadesim.experiment.twin.outcome import Difference
from cascadesim.model.counters import CounterLayout
from cascadesim.model.measures import measure
from cascadesim.model.plan import Plan
from cascadesim.model.replication import LateSnapshots, LogRow, Tally

AROUND = 3
"""So many rows before the one that differs, and after it, are shown."""

_LISTS = (tuple, list, memoryview, array, LateSnapshots)
InWords = Callable[[LogRow], str]


def compare(plan: Plan, layout: CounterLayout, simpy: Tally, compiled: Tally, in_words: InWords) -> Difference | None:
    """The first difference of two tallies, None where there is none; `in_words` tells a row of the log."""
    if simpy.log is not None and compiled.log is not None:
        different = _logs(simpy.log, compiled.log, in_words)
        if different is not None:
            return different
    for where, one, other in _unequal(simpy, compiled, ""):
        return Difference(f"the logs agree, {_named(where, layout)} does not", -1, (str(one),), (str(other),))
    return _kpis(plan, layout, simpy, compiled)


def _logs(simpy: Sequence[LogRow], compiled: Sequence[LogRow], in_words: InWords) -> Difference | None:
    for number, (one, other) in enumerate(zip_longest(simpy, compiled)):
        if one != other:
            what = f"row {number} of the event log differs"
            return Difference(what, number, _around(simpy, number, in_words), _around(compiled, number, in_words))
    return None


def _around(log: Sequence[LogRow], number: int, in_words: InWords) -> tuple[str, ...]:
    """The rows around this one in words, the one itself marked."""
    first = max(0, number - AROUND)
    lines = [f"{'>' if at == number else ' '} {at}: {in_words(row)}" for at, row in enumerate(log) if at >= first]
    shown = lines[: number - first + AROUND + 1]
    return tuple(shown if len(log) > number else [*shown, f"> {number}: the log ends here"])


def _unequal(one: Any, other: Any, where: str) -> Iterator[tuple[str, Any, Any]]:
    """(place, value, value) of whatever is not the same in two values of any shape."""
    if is_dataclass(one) and type(one) is type(other):
        for each in fields(one):
            if each.name != "log":
                yield from _unequal(getattr(one, each.name), getattr(other, each.name), f"{where}.{each.name}")
    elif isinstance(one, _LISTS) and isinstance(other, _LISTS):
        if len(one) != len(other):
            yield f"{where} (how many)", len(one), len(other)
        for place, (first, second) in enumerate(zip(one, other, strict=False)):
            yield from _unequal(first, second, f"{where}[{place}]")
    elif not same(one, other):
        yield where, one, other


def same(one: Any, other: Any) -> bool:
    """Equal to the last bit: of one type, nan equal to nan, 0.0 not equal to -0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        both_nan = math.isnan(one) and math.isnan(other)
        return both_nan or (one == other and math.copysign(1, one) == math.copysign(1, other))
    return bool(one == other)


def _named(where: str, layout: CounterLayout) -> str:
    """`snapshots[3].levels[12] (tier.NAME.active)`: a place among the counters with its name."""
    place = where.removeprefix(".")
    names = {"levels": layout.levels, "change_times": layout.levels, "counts": layout.counts}
    kind, _, number = place.rpartition(".")[2].removesuffix("]").partition("[")
    return f"{place} ({names[kind][int(number)]})" if kind in names and number.isdigit() else place


def _kpis(plan: Plan, layout: CounterLayout, simpy: Tally, compiled: Tally) -> Difference | None:
    ours, theirs = measure(plan, layout, simpy), measure(plan, layout, compiled)
    for name in {**ours, **theirs}:
        one, other = ours.get(name), theirs.get(name)
        if not same(one, other):
            return Difference(f"the counters agree, the KPI {name} does not", -1, (str(one),), (str(other),))
    return None
