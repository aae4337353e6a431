"""The page of published and simulated figures, in Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from cascadesim.analysis.validation import PublishedComparison, Validation
from cascadesim.analysis.wording import NONE, count_of
from cascadesim.report.tables import markdown_table
from cascadesim.scenario.schema import Source

INTRODUCTION = """\
For researchers who ask how close the model comes to print. Each scenario with published figures is run. The table of a
scenario has the published figure and the simulated one. There are two kinds of figures:

- **predicted**: no input was chosen for the figure, so it shows how well the model does;
- **fitted**: an input was chosen to give the figure, so it checks the arithmetic of the program and says nothing about
  the world.

Simulated is the mean of the runs with its 95 % interval (Student t). The published figure is one history. Compare it
with the spread of single runs, their 10th to 90th percentile. The difference is simulated less published."""

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
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(validation: Validation) -> Iterator[str]:
    scenario = validation.scenario
    yield f"## {scenario.heading}"
    runs = count_of(validation.replications, "run")
    how = f"{runs}, seed {validation.seed}" if validation.replications else "not run"
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
        _number(simulated.mean),
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
