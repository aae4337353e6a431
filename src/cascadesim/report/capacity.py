"""Capacity as formulas give it, beside the simulation: sentences, then one table, at most 80 wide."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from itertools import groupby

from cascadesim.analysis.capacity.quantities import ComparedQuantity
from cascadesim.analysis.wording import count_of, named, number, sentence, span
from cascadesim.report.measures import table_line, table_row
from cascadesim.scenario.schema import Scenario

_WIDTH = 80
_COLUMNS = ("<37", ">8", ">8", ">16", ">6")
NO_END = "no end"


def capacity_text(
    scenario: Scenario, rows: Sequence[ComparedQuantity], runs: int, heading: Callable[[str], str] = str
) -> str:
    """`runs` is how many were simulated, 0 for none; then there is nothing to say beside the analytical numbers."""
    how = f"analytical and in {count_of(runs, 'run')}" if runs else "analytical"
    title = f"{scenario.title or scenario.name}: capacity, {how}"
    lines = [heading(textwrap.fill(title, _WIDTH)), ""]
    explained = [row for row in rows if row.simulated is not None and row.why and row.week is None]
    for (tier, why), alike in groupby(explained, key=lambda row: (row.tier, row.why)):
        lines += textwrap.wrap(_explanation(tier, list(alike), why), _WIDTH, subsequent_indent="  ")
    lines += [""] if lines[-1] else []
    lines.append(table_line(_COLUMNS, ("", "formula", *(("in runs", "95 % interval", "ratio") if runs else ()))))
    for (dated, tier), group in groupby(rows, key=lambda row: (row.week is not None, row.tier)):
        section = list(group)
        approximate = dated and any(row.excluded for row in section)
        lines += textwrap.wrap(heading(_section(dated, tier) + (", approximate" if approximate else "")), _WIDTH)
        for row in section:
            lines += table_row(_COLUMNS, row.words, _cells(row, runs > 0))
    return "\n".join(lines)


def _section(dated: bool, tier: str) -> str:
    owner = f"Tier {named(tier)}" if tier else "Clients" if dated else "The programme"
    return f"{owner}, without chance or waiting for courses" if dated else owner


def _explanation(tier: str, alike: Sequence[ComparedQuantity], why: str) -> str:
    """`Tier, supervised by one of the tier above: 12 analytical, 3 in the runs. Why.`"""
    parts = []
    for row in alike:
        assert row.simulated is not None
        analytical, simulated = _number(row.analytical, row.unit), number(row.simulated.value, row.unit)
        parts.append(f"{row.words}: {analytical} analytical, {simulated} in the runs")
    return f"{sentence(named(tier) or 'the programme')}, {'; '.join(parts)}. {why}"


def _cells(row: ComparedQuantity, runs: bool) -> list[str]:
    cells = [_number(row.analytical, row.unit)]
    if runs and row.simulated is not None:
        mean = row.simulated
        cells += [number(mean.value, row.unit), span(mean.low, mean.high, row.unit), _ratio(row.ratio)]
    return cells


def _number(value: float, unit: str) -> str:
    return NO_END if math.isinf(value) else number(value, unit)


def _ratio(ratio: float) -> str:
    """Of an analytical number near 0 nothing is a useful multiple."""
    return ">99" if ratio > 99 else number(ratio)
