"""Which outcomes a table shows, in which words, how their numbers are written, and how a table is laid out.

With columns of fixed width for a terminal, or in Markdown.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cascadesim.analysis.wording import NONE, headline_measures, kpi_words, named, number, span
from cascadesim.errors import printable
from cascadesim.model.measures.clients import KINDS
from cascadesim.scenario import defaults
from cascadesim.scenario.compile import client_mechanisms, measure_names, tier_mechanisms
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    from cascadesim.analysis.intervals import Summary

_STAYS = "\N{NO-BREAK SPACE}"


def filled(text: str, width: int, first: str = "", hanging: str = "  ") -> str:
    """A sentence wrapped at `width`; no line ends between a number and its per cent."""
    kept = text.replace(" %", _STAYS + "%")
    return textwrap.fill(kept, width, initial_indent=first, subsequent_indent=hanging).replace(_STAYS, " ")


def table_line(columns: Sequence[str], cells: Sequence[str]) -> str:
    """One line. A column is the format of its cells: `<37` to the left in 37 letters, `>8` to the right in 8.

    A longer cell pushes the rest to the right rather than losing a letter. There may be fewer cells than columns.
    """
    return " ".join(format(cell, column) for cell, column in zip(cells, columns, strict=False)).rstrip()


def table_row(columns: Sequence[str], name: str, cells: Sequence[str], hanging: str = "  ") -> list[str]:
    """The lines of a row: a name too long for its column takes lines of its own above the cells.

    It begins two letters further to the right than headings do; what goes on begins at `hanging`.
    """
    width = int(columns[0].lstrip("<"))
    *above, last = textwrap.wrap(name, width, initial_indent="  ", subsequent_indent=hanging)
    return [*above, table_line(columns, [last, *cells])]


_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!https?://[^\s<>]*>)")


def markdown_page(parts: Iterable[str]) -> str:
    """Paragraphs as a page in Markdown; names from a file are text in it, never HTML or what acts on a terminal. A
    web address in angle brackets stays one."""
    return _TAG.sub("&lt;", printable("\n\n".join(part for part in parts if part))) + "\n"


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]], numeric: int) -> str:
    """A table in Markdown whose last `numeric` columns are set to the right."""
    rule = ["---"] * (len(head) - numeric) + ["---:"] * numeric
    lines = [head, rule, *([cell.strip().replace("|", "\\|") for cell in cells] for cells in rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


CLIENT_ROWS = {
    "referred": "referred",
    "started": "started care",
    "coverage": "started, of those referred",
    "completed": "completed",
    "reneged": "gave up waiting",
    "never_started": "never started",
    "dropped_out": "dropped out",
    "lost_on_exit": "lost when a worker left",
    "waiting_at_end": "waiting at the end",
    "in_care_at_end": "in care at the end",
    "in_transfer_at_end": "being reassigned at the end",
    "wait_mean_weeks": "mean wait",
    "wait_p90_weeks": "wait, 90th percentile",
    "sessions_unsupervised_share": "sessions unsupervised",
}
TIER_ROWS = {
    "recruited": "recruited",
    "certified": "certified",
    "exited": "left",
    "exits.failed_training": "of them, failed the course",
    "exits.not_certified": "of them, not certified in time",
    "exits.promoted": "of them, promoted",
    "active_mean": "active, mean over time",
    "delivering_mean": "delivering, mean over time",
    "full_strength_week": "week at full strength",
    "courses_held": "courses held",
    "course_yield": "passed the course",
    "supervised_share": "time supervised",
    "utilisation": "hours committed",
    "overtime_share": "overtime",
}
CLIENT_ROWS_OF = {
    "screening": {"screened_out": "not eligible"},
    "own_life": {"left_for_own_reason": "left for their own reasons"},
    "adequate": {"adequate_share": "had enough sessions"},
    "population": {"reach": "started, of those in need"},
    "groups": {
        "client_groups_started": "groups started",
        "group_size_mean": "clients per group, mean",
        "sessions_mean": "sessions attended, mean",
    },
    "interpreter": {"interpreted_share": "sessions with an interpreter"},
}
"""Rows that a table has only where the scenario has the mechanism."""

TIER_ROWS_OF = {
    "absence": {"absent_mean": "away, mean over time"},
    "idle": {"not_deployed_mean": "not deployed, mean over time"},
    "target": {"vacant_mean": "vacancies, mean over time", "replacement_ratio": "attrition replacement ratio"},
    "promotion": {"promoted_in": "promoted from below"},
    "refresher": {"refreshers_missed": "missed a refresher"},
    "run_off": {"run_off_share": "hours above the limit"},
    "trains": {
        "graduates_per_trainer_mean": "certified per trainer, mean",
        "graduates_per_trainer_sd": "certified per trainer, SD",
        "graduates_per_trainer_max": "certified per trainer, largest",
        "never_trained_share": "trainers who trained nobody",
    },
    "competence": {"competence_mean": "competence at the end"},
}
CLASS_ROWS = {"coverage": "started", "wait_mean_weeks": "mean wait"}
COST_ROWS = {
    "total": "total",
    "start_up": "start-up",
    "per_completed": "cost per completed client",
    "per_session": "cost per session",
    "per_certified": "cost per certified worker",
    "replacing_share": "cost of replacement, of the total",
}
_RETAKES = {"course_yield": "training_yield"}
"""What says more where one may enter several courses."""
_ONLY_TRAINED = ("courses_held", "course_yield", "training_yield")


def measure_cells(unit: str, summary: Summary) -> tuple[str, str, str, str]:
    """Of one measure: how many runs define it, mean, interval of the mean, 10th to 90th percentile of runs.

    The first is empty, or `[180/200]` where only 180 of 200 runs define the measure.
    """
    defined = f"[{summary.defined}/{summary.runs}]" if 0 < summary.defined < summary.runs else ""
    spread = span(summary.p10, summary.p90, unit) if summary.runs > 1 else NONE
    high = min(1.0, summary.high) if unit == "share" and summary.p90 <= 1 else summary.high  # no run is above it
    return defined, number(summary.mean, unit), span(summary.low, high, unit), spread


def partly_defined(summaries: dict[str, Summary]) -> bool:
    """Whether any of these is undefined in some runs but not in all."""
    return any(0 < summary.defined < summary.runs and not math.isnan(summary.mean) for summary in summaries.values())


def main_rows(scenario: Scenario) -> list[tuple[str, dict[str, str]]]:
    """The selected measures: (heading, words by KPI), clients first, then tiers from the top, then costs."""
    known = measure_names(scenario)
    sections = []
    if scenario.clients is not None:
        rows = CLIENT_ROWS | _rows_of(CLIENT_ROWS_OF, client_mechanisms(scenario, scenario.clients))
        sections.append(("Clients", {f"clients.{name}": words for name, words in rows.items()}))
        sections += _class_sections(known)
    for level, tier in enumerate(scenario.cascade):
        rows = {f"tier.{tier}.{name}": words for name, words in _tier_rows(scenario, level).items()}
        sections.append((f"Tier {named(tier)}", {kpi: words for kpi, words in rows.items() if kpi in known}))
    costs = {f"cost.{name}": words for name, words in COST_ROWS.items() if f"cost.{name}" in known}
    if costs:
        sections.append((f"Costs ({currency_of(scenario)})", costs))
    return sections


def all_rows(scenario: Scenario, kpis: Iterable[str]) -> list[tuple[str, dict[str, str]]]:
    """Every measure, in words made from its name; in the same sections."""
    prefixes = [("Clients", "clients.")] if scenario.clients is not None else []
    prefixes += [(f"Tier {named(tier)}", f"tier.{tier}.") for tier in scenario.cascade]
    prefixes += [("Organisation", "organisation."), (f"Costs ({currency_of(scenario)})", "cost.")]
    sections = [
        (heading, {kpi: kpi.removeprefix(prefix) for kpi in kpis if kpi.startswith(prefix)})
        for heading, prefix in prefixes
    ]
    return [(heading, rows) for heading, rows in sections if rows]


def class_names(kpis: Iterable[str], kind: str) -> list[str]:
    """The streams, languages or sites (`kind`) whose clients have outcomes of their own."""
    return [name[1] for kpi in kpis if (name := re.fullmatch(rf"clients\.{kind}\.(.+)\.coverage", kpi))]


def currency_of(scenario: Scenario) -> str:
    """What to call a unit of money."""
    return scenario.costs.currency or "money"


def _tier_rows(scenario: Scenario, level: int) -> dict[str, str]:
    """Those of a tier that can differ from nothing, given what it does."""
    tier = scenario.tier[scenario.cascade[level]]
    mechanisms = tier_mechanisms(scenario, level)
    rows = TIER_ROWS | _rows_of(TIER_ROWS_OF, mechanisms)
    if "retakes" in mechanisms:
        rows = {_RETAKES.get(name, name): words for name, words in rows.items()}
    if not defaults.trains(tier, level):
        rows = {name: words for name, words in rows.items() if name not in _ONLY_TRAINED}
    if defaults.independent(tier, level):
        del rows["supervised_share"]
    if not defaults.delivers(scenario, level):
        del rows["delivering_mean"]
    return rows


def _rows_of(table: dict[str, dict[str, str]], mechanisms: frozenset[str]) -> dict[str, str]:
    return {name: words for each, rows in table.items() if each in mechanisms for name, words in rows.items()}


def _class_sections(known: frozenset[str]) -> list[tuple[str, dict[str, str]]]:
    """Two lines for each stream, language and site of clients, where there is more than one."""
    sections = []
    for kind in KINDS:
        names = class_names(sorted(known), kind)
        lines = [(name, what, words) for what, words in CLASS_ROWS.items() for name in names]
        rows = {f"clients.{kind}.{name}.{what}": f"{named(name)}: {words}" for name, what, words in lines}
        if rows:
            sections.append((f"Clients by {kind}", rows))
    return sections


def outcome_words(scenario: Scenario, kpi: str) -> str:
    """An outcome in the words that tables have for it: `mean wait for care`, `TIER: hours committed`; else its name."""
    headlines = headline_measures([scenario])
    if kpi in headlines and "_at_week_" not in kpi:
        return headlines[kpi].name
    for heading, rows in main_rows(scenario):
        if kpi in rows:
            owner = heading.partition(" (")[0].removeprefix("Tier ")
            return f"{owner[:1].lower()}{owner[1:]}: {rows[kpi].removeprefix('of them, ')}"
    return kpi_words(kpi)
