"""What a planner computes by hand, beside the simulation: sentences, then one table, at most 80 wide."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from itertools import groupby

from cascadesim.analysis.capacity.quantities import ComparedQuantity
from cascadesim.analysis.wording import count_of, named, number, sentence, span
from cascadesim.scenario.schema import Scenario

_WIDTH = 80
_NAME, _NUMBER, _INTERVAL, _RATIO = 37, 8, 16, 6
NO_END = "no end"


def theory_text(
    scenario: Scenario, rows: Sequence[ComparedQuantity], runs: int, heading: Callable[[str], str] = str
) -> str:
    """`runs` is how many were simulated, 0 for none; then there is nothing to say beside the numbers by hand."""
    title = f"{scenario.title or scenario.name}: by hand" + (f", and in {count_of(runs, 'run')}" if runs else "")
    lines = [heading(textwrap.fill(title, _WIDTH)), ""]
    told = [row for row in rows if row.simulated is not None and row.why and row.week is None]
    for (tier, why), alike in groupby(told, key=lambda row: (row.tier, row.why)):
        lines += textwrap.wrap(_said(tier, list(alike), why), _WIDTH, subsequent_indent="  ")
    lines += [""] if lines[-1] else []
    lines.append(_line("", "by hand", *(("in runs", "95 % of mean", "ratio") if runs else ())))
    for (dated, tier), group in groupby(rows, key=lambda row: (row.week is not None, row.tier)):
        section = list(group)
        approximate = dated and any(row.excluded for row in section)
        lines += textwrap.wrap(heading(_section(dated, tier) + (", approximate" if approximate else "")), _WIDTH)
        for row in section:
            lines += _cells(row, runs > 0)
    return "\n".join(lines)


def _section(dated: bool, tier: str) -> str:
    owner = f"Tier {named(tier)}" if tier else "Clients" if dated else "The programme"
    return f"{owner}, without chance or waiting for courses" if dated else owner


def _said(tier: str, alike: Sequence[ComparedQuantity], why: str) -> str:
    """`Tier: supervised by one of the tier above, 12 by hand and 3 in the runs. Why.`"""
    parts = []
    for row in alike:
        assert row.simulated is not None
        hand, found = _number(row.analytical, row.unit), number(row.simulated.value, row.unit)
        parts.append(f"{row.words}, {hand} by hand and {found} in the runs")
    return f"{sentence(named(tier) or 'the programme')}: {'; '.join(parts)}. {why}"


def _number(value: float, unit: str) -> str:
    return NO_END if math.isinf(value) else number(value, unit)


def _ratio(ratio: float) -> str:
    """Of a number by hand near 0 nothing is a useful multiple."""
    return ">99" if ratio > 99 else number(ratio)


def _cells(row: ComparedQuantity, runs: bool) -> list[str]:
    """The line of a row; words too long for their column take lines of their own above it."""
    *before, last = textwrap.wrap(row.words, _NAME - 2)
    cells = [_number(row.analytical, row.unit)]
    if runs and row.simulated is not None:
        simulated = row.simulated
        cells += [number(simulated.value, row.unit), span(simulated.low, simulated.high, row.unit), _ratio(row.ratio)]
    return [*(f"  {words}" for words in before), _line(f"  {last}", *cells)]


def _line(name: str, *cells: str) -> str:
    widths = (_NUMBER, _NUMBER, _INTERVAL, _RATIO)
    columns = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=False))
    return " ".join([f"{name:<{_NAME}}", *columns]).rstrip()
