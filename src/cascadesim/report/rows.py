"""Which measures a table shows, in which words, and how their numbers are written."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from cascadesim.analysis.statistics import Summary
from cascadesim.analysis.words import NONE, named, number, span
from cascadesim.model.measures import unit_of
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

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
    "in_handover_at_end": "between workers at the end",
    "wait_mean_weeks": "wait, mean",
    "wait_p90_weeks": "wait, 90th pct",
    "sessions_unsupervised_share": "sessions unsupervised",
}
TIER_ROWS = {
    "recruited": "recruited",
    "certified": "certified",
    "exited": "left",
    "active_mean": "active, time mean",
    "delivering_mean": "delivering, time mean",
    "full_complement_week": "full complement",
    "courses_held": "courses held",
    "course_yield": "passed the course",
    "supervised_share": "time supervised",
    "utilisation": "hours committed",
    "overtime_share": "overtime",
}
_ONLY_TRAINED = ("courses_held", "course_yield")
_WEEKS = re.compile(r"_at_week_(\d+)$")


@dataclass(frozen=True)
class Row:
    """A line of a table, as text; `defined` is empty, or `[180/200]` where only 180 of 200 runs define the measure."""

    words: str
    unit: str
    defined: str
    mean: str
    interval: str
    spread: str


def sections(scenario: Scenario) -> list[tuple[str, dict[str, str]]]:
    """The selected measures: (heading, words by KPI), clients first, then tiers from the top."""
    found = []
    if scenario.clients is not None:
        found.append(("Clients", {f"clients.{name}": words for name, words in CLIENT_ROWS.items()}))
    for level, tier in enumerate(scenario.cascade):
        rows = dict(TIER_ROWS)
        if not defaults.trains(scenario.tier[tier], level):
            rows = {name: words for name, words in rows.items() if name not in _ONLY_TRAINED}
        if not defaults.supervises(scenario.tier[tier], level):
            del rows["supervised_share"]
        if not defaults.delivers(scenario, level):
            del rows["delivering_mean"]
        found.append((f"Tier {named(tier)}", {f"tier.{tier}.{name}": words for name, words in rows.items()}))
    return found


def every_row(scenario: Scenario, summaries: dict[str, Summary]) -> list[tuple[str, dict[str, str]]]:
    """All measures, in words made from their names; in the same sections."""
    prefixes = [("Clients", "clients.")] if scenario.clients is not None else []
    prefixes += [(f"Tier {named(tier)}", f"tier.{tier}.") for tier in scenario.cascade]
    return [
        (heading, {kpi: kpi.removeprefix(prefix) for kpi in summaries if kpi.startswith(prefix)})
        for heading, prefix in prefixes
    ]


def row(kpi: str, words: str, summary: Summary) -> Row:
    """One measure: its words, unit, mean, interval of the mean, and 10th to 90th percentile of runs."""
    unit = unit_of(kpi)
    partly = f"[{summary.defined}/{summary.runs}]" if 0 < summary.defined < summary.runs else ""
    spread = span(summary.p10, summary.p90, unit) if summary.runs > 1 else NONE
    high = min(1.0, summary.high) if unit == "share" and summary.p90 <= 1 else summary.high  # no run is above it
    interval = span(summary.low, high, unit)
    return Row(words, unit, partly, number(summary.mean, unit), interval, spread)


def undefined(summaries: dict[str, Summary]) -> bool:
    """Whether any of these is undefined in some runs but not in all."""
    return any(0 < summary.defined < summary.runs and not math.isnan(summary.mean) for summary in summaries.values())
