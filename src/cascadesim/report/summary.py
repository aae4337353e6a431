"""`summary.md`: the answers, what binds, every measure with its unit, and the figures with how to read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cascadesim.analysis.answers import main_sentences, published_sentences
from cascadesim.analysis.bottleneck.detection import Bottleneck, find_bottleneck, nobody_waited
from cascadesim.analysis.intervals import summaries
from cascadesim.analysis.wording import count_of, number, part, percent
from cascadesim.report.figures import FIGURES
from cascadesim.report.rows import every_row, row, undefined
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

FIGURE_FOLDER = "figures"
MOST_CAUSES = 8


def summary_text(
    scenario: Scenario,
    kpis: pd.DataFrame,
    trajectories: pd.DataFrame,
    *,
    command: str = "",
    figures: Sequence[str] = (),
) -> str:
    """Markdown. `figures` are the names that `save_figures` drew into the folder `figures` beside the file."""
    bottleneck = find_bottleneck(scenario, trajectories)
    published = list(published_sentences(scenario, kpis))
    parts = [
        f"# {scenario.heading}",
        scenario.description,
        f"{count_of(len(kpis), 'run')} over {scenario.horizon_weeks:g} weeks."
        + (f" Made by `{command}`." if command else ""),
        "## Answers",
        _bullets(main_sentences(scenario, kpis, bottleneck)),
        *(("## Beside published figures", _bullets(published)) if published else ()),
        "## What binds",
        *_binding(scenario, bottleneck),
        "## Measures",
        *_measures(scenario, kpis),
        *(("## Figures", *_figures(figures)) if figures else ()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _bullets(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {text}" for text in sentences)


def grid(head: Sequence[str], rows: Iterable[Sequence[str]], numeric: int) -> str:
    """A table whose last `numeric` columns are set to the right."""
    rule = ["---"] * (len(head) - numeric) + ["---:"] * numeric
    lines = [head, rule, *([cell.strip().replace("|", "\\|") for cell in cells] for cells in rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _binding(scenario: Scenario, bottleneck: Bottleneck) -> Iterable[str]:
    """Root causes, then who waited under which constraint."""
    if not bottleneck.waits:
        yield nobody_waited(scenario)
        return
    if bottleneck.causes:
        yield (
            "Root causes, traced run by run from who waits back to what they wait for: how many weeks each binds in "
            "the average run, and in how many runs it does so for four weeks or more."
        )
        yield grid(
            ("Root cause", "Weeks", "Runs"),
            (
                (each.cause.words, number(each.mean_weeks), percent(each.runs))
                for each in bottleneck.causes[:MOST_CAUSES]
            ),
            2,
        )
    yield (
        "Waits: person-weeks or client-weeks waited in the average run, by the constraint that stood in the way, and "
        "for how many weeks it was the main one of that wait."
    )
    yield grid(
        ("Who waits", "Constraint", "Person- or client-weeks", "Share of that wait", "Weeks as the main one"),
        (
            (wait.waits, wait.words, number(wait.unit_weeks), part(wait.share), number(wait.weeks_dominant))
            for wait in bottleneck.waits
        ),
        3,
    )


def _measures(scenario: Scenario, kpis: pd.DataFrame) -> Iterable[str]:
    every = summaries(kpis)
    yield (
        "Mean of runs, 95 % Student t interval of the mean, and 10th to 90th percentile of runs; `-` where nothing is "
        "defined or one run shows no spread."
    )
    for heading, rows in every_row(scenario, every):
        found = (row(kpi, words, every[kpi]) for kpi, words in rows.items())
        cells = [(f"{each.words} {each.defined}", each.unit, each.mean, each.interval, each.spread) for each in found]
        yield f"### {heading}"
        yield grid(("Measure", "Unit", "Mean", "95 % interval", "10th to 90th percentile"), cells, 3)
    if undefined(every):
        yield "[n/N]: defined in n of N runs; over those."


def _figures(names: Sequence[str]) -> Iterable[str]:
    for name in names:
        yield f"![{name}]({FIGURE_FOLDER}/{name}.png)"
        yield FIGURES[name].caption
