"""What a run prints: the answers in sentences, then the measures that most planners ask for."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING

from cascadesim.analysis.answers import answers
from cascadesim.analysis.intervals import Summary, summarise
from cascadesim.analysis.wording import count_of
from cascadesim.report.rows import row, sections, undefined
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

_LEAST_WIDTH = 60
_NAME, _MEAN, _INTERVAL, _SPREAD = 37, 8, 16, 16


def terminal_text(
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
    said = [textwrap.fill(text, wrap, subsequent_indent="  ") for text in answers(scenario, kpis, trajectories)]
    return "\n".join([heading(textwrap.fill(title, wrap)), "", *said, "", *_table(scenario, kpis, heading)])


def _table(scenario: Scenario, kpis: pd.DataFrame, heading: Callable[[str], str]) -> list[str]:
    shown = sections(scenario)
    summaries = {kpi: summarise(kpis[kpi]) for _, rows in shown for kpi in rows}
    lines = [_line("", "mean", "95 % of the mean", "10th to 90th")]
    for title, rows in shown:
        lines.append(heading(title))
        for kpi, words in rows.items():
            cells = row(kpi, words, summaries[kpi])
            unit = f"({cells.unit})" if cells.unit in ("weeks", "week") else ""
            name = " ".join(part for part in (cells.words, unit, cells.defined) if part)
            *before, last = textwrap.wrap(name, _NAME, initial_indent="  ", subsequent_indent="    ")
            lines += [*before, _line(last, cells.mean, cells.interval, cells.spread)]
    return lines + notes(summaries)


def notes(summaries: dict[str, Summary]) -> list[str]:
    """What marks in the table mean, of those that are there."""
    lines = ["[n/N]: defined in n of N runs; over those."] if undefined(summaries) else []
    if any(math.isnan(summary.mean) for summary in summaries.values()):
        lines.append("-: it never came, or there was nothing to measure (a wait, if nobody came).")
    if any(math.isnan(summary.low) and not math.isnan(summary.mean) for summary in summaries.values()):
        lines.append("- for an interval: it takes two runs that define the measure.")
    return lines


def _line(name: str, mean: str, interval: str, spread: str) -> str:
    """One line of the table."""
    return f"{name:<{_NAME}} {mean:>{_MEAN}} {interval:>{_INTERVAL}} {spread:>{_SPREAD}}".rstrip()
