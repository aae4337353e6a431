"""What a run says: on a terminal the answers and the main measures, in `summary.md` everything, with its figures."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pandas as pd

from cascadesim.analysis.answers import answers, main_sentences, published_sentences
from cascadesim.analysis.bottleneck.detection import Bottleneck, find_bottleneck, nobody_waited
from cascadesim.analysis.intervals import Summary, summaries, summarise
from cascadesim.analysis.wording import count_of, number, part, percent, sentence
from cascadesim.model.measures import unit_of
from cascadesim.report.measures import (
    all_rows,
    filled,
    main_rows,
    markdown_page,
    markdown_table,
    measure_cells,
    partly_defined,
    table_line,
    table_row,
)
from cascadesim.scenario.schema import Scenario

FIGURE_FOLDER = "figures"
MOST_CAUSES = 8
_LEAST_WIDTH = 60
_COLUMNS = ("<37", ">8", ">16", ">16")
_PARTLY = "[n/N]: only n of N runs have a value; the numbers are of these n runs."


def run_text(
    scenario: Scenario,
    kpis: pd.DataFrame,
    trajectories: pd.DataFrame,
    *,
    width: int = 80,
    heading: Callable[[str], str] = str,
) -> str:
    """Sentences wrapped at `width`, then a table at most 80 wide; `heading` makes a line stand out, or does nothing."""
    title = f"{scenario.heading} ({count_of(len(kpis), 'run')})"
    wrap = max(width, _LEAST_WIDTH)
    sentences = [filled(text, wrap) for text in answers(scenario, kpis, trajectories)]
    return "\n".join([heading(textwrap.fill(title, wrap)), "", *sentences, "", *_table(scenario, kpis, heading)])


def _table(scenario: Scenario, kpis: pd.DataFrame, heading: Callable[[str], str]) -> Iterator[str]:
    """The measures that most planners ask for."""
    sections = main_rows(scenario)
    statistics = {kpi: summarise(kpis[kpi]) for _, rows in sections for kpi in rows}
    yield table_line(_COLUMNS, ("", "mean", "95 % interval", "10th to 90th"))
    for title, rows in sections:
        yield heading(title)
        for kpi, words in rows.items():
            unit = unit_of(kpi)
            defined, *cells = measure_cells(unit, statistics[kpi])
            name = " ".join(part for part in (words, "(weeks)" if unit == "weeks" else "", defined) if part)
            yield from table_row(_COLUMNS, name, cells, hanging="    ")
    yield from _notes(statistics)


def _notes(statistics: dict[str, Summary]) -> Iterator[str]:
    """What marks in the table mean, of those that are there."""
    if partly_defined(statistics):
        yield _PARTLY
    if any(math.isnan(summary.mean) for summary in statistics.values()):
        yield "-: no value. It did not happen, or there was nothing to measure."
    if any(math.isnan(summary.low) and not math.isnan(summary.mean) for summary in statistics.values()):
        yield "- for an interval: an interval needs two runs with a value."


def run_page(
    scenario: Scenario,
    kpis: pd.DataFrame,
    trajectories: pd.DataFrame,
    *,
    command: str = "",
    figures: Mapping[str, str] | None = None,
    not_drawn: Sequence[str] = (),
) -> str:
    """Markdown. `figures` are captions by name, as `save_figures` gives them; they lie in `figures` beside the file.

    `not_drawn` says of others why there are none.
    """
    bottleneck = find_bottleneck(scenario, trajectories)
    published = list(published_sentences(scenario, kpis))
    made = f" Made by `{command}`." if command else ""
    parts = [
        f"# {scenario.heading}",
        scenario.description,
        f"{count_of(len(kpis), 'run')} over {scenario.horizon_weeks:g} weeks.{made}",
        "## Answers",
        _bullets(main_sentences(scenario, kpis, trajectories, bottleneck)),
        *(("## Comparison with published figures", _bullets(published)) if published else ()),
        "## Binding constraints",
        *_binding(scenario, bottleneck),
        "## Outcomes",
        *_measures(scenario, kpis),
    ]
    if figures or not_drawn:
        parts += ["## Figures", _bullets(map(sentence, not_drawn))]
        for name, caption in (figures or {}).items():
            parts += [f"![{name}]({FIGURE_FOLDER}/{name}.png)", caption]
    return markdown_page(parts)


def _bullets(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {text}" for text in sentences)


def _binding(scenario: Scenario, bottleneck: Bottleneck) -> Iterator[str]:
    """Root causes, then who waited under which constraint."""
    if not bottleneck.waits:
        yield nobody_waited(scenario)
        return
    if bottleneck.causes:
        yield (
            "Root causes of waiting. Each run is traced back from those who wait to what they wait for. Weeks: how "
            "long the cause is the binding constraint in the average run. Runs: the share of runs in which that is "
            "four weeks or longer."
        )
        causes = bottleneck.causes[:MOST_CAUSES]
        cells = ((row.cause.words, number(row.mean_weeks), percent(row.runs)) for row in causes)
        yield markdown_table(("Root cause", "Weeks", "Runs"), cells, 2)
    yield (
        "Waits in the average run, by constraint: person-weeks or client-weeks waited, and the weeks in which the "
        "constraint was the main one of that wait."
    )
    yield markdown_table(
        ("Who waits", "Constraint", "Person- or client-weeks", "Share of that wait", "Weeks as main constraint"),
        (
            (wait.waits, wait.words, number(wait.unit_weeks), part(wait.share), number(wait.weeks_dominant))
            for wait in bottleneck.waits
        ),
        3,
    )


def _measures(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    statistics = summaries(kpis)
    yield (
        "Shown are the mean of runs, the 95 % interval of the mean (Student t), and the 10th to 90th percentile of "
        "runs. `-`: no value, or an interval that one run cannot give."
    )
    for heading, rows in all_rows(scenario, statistics):
        lines = []
        for kpi, words in rows.items():
            defined, *cells = measure_cells(unit_of(kpi), statistics[kpi])
            lines.append((f"{words} {defined}", unit_of(kpi), *cells))
        yield f"### {heading}"
        yield markdown_table(("Outcome", "Unit", "Mean", "95 % interval", "10th to 90th percentile"), lines, 3)
    if partly_defined(statistics):
        yield _PARTLY
