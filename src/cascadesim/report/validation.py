"""Simulated numbers beside others: beside published figures as a page in Markdown, beside formulas as text."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from cascadesim.analysis.answers import PublishedComparison, Validation
from cascadesim.analysis.capacity.quantities import ComparedQuantity
from cascadesim.analysis.comparison import weeks_measured
from cascadesim.analysis.wording import NONE, count_of, named, number, sentence, span
from cascadesim.report.measures import markdown_page, markdown_table, table_line, table_row
from cascadesim.scenario.schema import Scenario, Source

INTRODUCTION = """\
For researchers who ask how close the model comes to print. Each scenario with published figures is run. The table of a
scenario has the published figure and the simulated one. There are two kinds of figures:

- **predicted**: no input was chosen for the figure, so it shows how well the model does;
- **fitted**: an input was chosen to give the figure, so it checks the arithmetic of the program and says nothing about
  the world.

Simulated is the mean of the runs with its 95 % interval (Student t). The published figure is one history. Compare it
with the spread of single runs, their 10th to 90th percentile. The difference is simulated less published.

What a run counts or spends is of the weeks that stand above its table. Compare it with a published figure of as many
weeks, and of the same currency."""

KINDS = {"predicted": "Predicted", "fitted": "Fitted"}
_HEAD = ("Outcome", "Published", "Simulated", "95 % interval", "10th to 90th of runs", "Difference", "Source and note")


def validation_page(validations: Sequence[Validation], command: str = "") -> str:
    """The page. `command` is what makes it again."""
    rows = [row for validation in validations for row in validation.rows]
    counts = (f"{sum(row.figure.kind == kind for row in rows)} {kind}" for kind in KINDS)
    made = f" Made by `{command}`." if command else ""
    summary = f"{count_of(len(rows), 'figure')} of {count_of(len(validations), 'scenario')}: {', '.join(counts)}.{made}"
    parts = ["# Published and simulated figures", INTRODUCTION, summary]
    for validation in validations:
        parts += _section(validation)
    return markdown_page(parts)


def _section(validation: Validation) -> Iterator[str]:
    scenario = validation.scenario
    yield f"## {scenario.heading}"
    runs = count_of(validation.replications, "run")
    of = weeks_measured(scenario) + (f", in {scenario.costs.currency}" if scenario.costs.currency else "")
    how = f"{runs}, seed {validation.seed}, {of}" if validation.replications else "not run"
    yield f"[{scenario.name}]({validation.file}), {how}. {scenario.description}"
    for kind, heading in KINDS.items():
        rows = [row for row in validation.rows if row.figure.kind == kind]
        if rows:
            yield f"### {heading}: {scenario.name}"
            yield markdown_table(_HEAD, map(_cells, rows), 0)
        else:
            yield f"{heading}: nothing that has been published."
    used = dict.fromkeys(row.figure.source for row in validation.rows)
    yield "\n".join(_sources((name, scenario.sources[name]) for name in used))


def _cells(row: PublishedComparison) -> tuple[str, ...]:
    figure, simulated = row.figure, row.simulated
    measure = f"`{figure.outcome}`" + (f", {row.variant}" if row.variant else "")
    source = f"{figure.source}: {figure.note}" if figure.note else figure.source
    difference = _number(row.difference)
    sign = "+" if row.difference > 0 and difference != "0" else ""
    return (
        measure,
        _number(figure.value),
        _number(simulated.mean) + (f" ({simulated.defined} of {simulated.runs} runs)" if simulated.missing else ""),
        _span(simulated.low, simulated.high),
        _span(simulated.p10, simulated.p90),
        sign + difference,
        source,
    )


def _number(value: float) -> str:
    """With as many digits as a published figure has at most: `1,393.2`, `3.94`, `0.462`; `-` for nan."""
    if math.isnan(value):
        return NONE
    size = abs(value)
    text = f"{value:,.{1 if size >= 99.95 else 2 if size >= 0.9995 else 3}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _span(low: float, high: float) -> str:
    return NONE if math.isnan(low) else f"{_number(low)} to {_number(high)}"


def _sources(used: Iterable[tuple[str, Source]]) -> Iterator[str]:
    for name, source in used:
        link = f"https://doi.org/{source.doi}" if source.doi else source.url
        yield f"- {name}: {source.citation}" + (f" <{link}>" if link else "")


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
        lines += textwrap.wrap(heading(_heading_of(dated, tier) + (", approximate" if approximate else "")), _WIDTH)
        for row in section:
            lines += table_row(_COLUMNS, row.words, _row_cells(row, runs > 0))
    return "\n".join(lines)


def _heading_of(dated: bool, tier: str) -> str:
    owner = f"Tier {named(tier)}" if tier else "Clients" if dated else "The programme"
    return f"{owner}, without chance or waiting for courses" if dated else owner


def _explanation(tier: str, alike: Sequence[ComparedQuantity], why: str) -> str:
    """`Tier, supervised by one of the tier above: 12 analytical, 3 in the runs. Why.`"""
    parts = []
    for row in alike:
        assert row.simulated is not None
        analytical, simulated = _analytical(row.analytical, row.unit), number(row.simulated.value, row.unit)
        parts.append(f"{row.words}: {analytical} analytical, {simulated} in the runs")
    return f"{sentence(named(tier) or 'the programme')}, {'; '.join(parts)}. {why}"


def _row_cells(row: ComparedQuantity, runs: bool) -> list[str]:
    cells = [_analytical(row.analytical, row.unit)]
    if runs and row.simulated is not None:
        mean = row.simulated
        cells += [number(mean.value, row.unit), span(mean.low, mean.high, row.unit), _ratio(row.ratio)]
    return cells


def _analytical(value: float, unit: str) -> str:
    return NO_END if math.isinf(value) else number(value, unit)


def _ratio(ratio: float) -> str:
    """Of an analytical number near 0 nothing is a useful multiple."""
    return ">99" if ratio > 99 else number(ratio)
