"""The answers that a run gives first, as sentences for people and as plain data for programs."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.bottleneck import Bottleneck, find_bottleneck
from cascadesim.analysis.sentences import (
    published_sentences,
    report_sentences,
    target_sentences,
    uncertified_sentences,
)
from cascadesim.analysis.staff_sentences import dates_sentences, idle_sentences, leaving_sentences
from cascadesim.analysis.statistics import Summary, summarise, wilson
from cascadesim.analysis.tables import summaries
from cascadesim.model.measures import unit_of
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd


def answers(scenario: Scenario, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> tuple[str, ...]:
    """The sentences in order: target, report weeks, what binds and why, published figures. One or two lines each."""
    return _sentences(scenario, kpis, find_bottleneck(scenario, trajectories))


def _sentences(scenario: Scenario, kpis: pd.DataFrame, bottleneck: Bottleneck) -> tuple[str, ...]:
    return (*main_sentences(scenario, kpis, bottleneck), *published_sentences(scenario, kpis))


def main_sentences(scenario: Scenario, kpis: pd.DataFrame, bottleneck: Bottleneck) -> tuple[str, ...]:
    """All but those about published figures."""
    return (
        *target_sentences(scenario, kpis),
        *report_sentences(scenario, kpis),
        *leaving_sentences(scenario, kpis),
        *uncertified_sentences(scenario, kpis),
        *(text for text in (bottleneck.sentence, bottleneck.tiers, bottleneck.reason) if text),
        *dates_sentences(scenario, kpis, bottleneck.waits),
        *idle_sentences(scenario, kpis),
    )


def answers_object(scenario: Scenario, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> dict[str, Any]:
    """JSON-ready: `sentences`, `target` (null without one), `bottleneck`, `published`, `kpis`; null where undefined."""
    bottleneck = find_bottleneck(scenario, trajectories)
    return {
        "sentences": list(_sentences(scenario, kpis, bottleneck)),
        "target": _target_object(scenario, kpis),
        "bottleneck": _bottleneck_object(bottleneck),
        "published": [
            {**figure.model_dump(), "simulated": _plain(summarise(kpis[figure.measure]))}
            for figure in scenario.published
        ],
        "kpis": {name: {"unit": unit_of(name), **_plain(summary)} for name, summary in summaries(kpis).items()},
    }


def _plain(summary: Summary) -> dict[str, float | int | None]:
    return {name: None if math.isnan(value) else value for name, value in asdict(summary).items()}


def _target_object(scenario: Scenario, kpis: pd.DataFrame) -> dict[str, Any] | None:
    target, goal = scenario.target, defaults.target(scenario)
    if target is None or goal is None:
        return None
    hits, runs = int(sum(goal.met(value) for value in kpis[goal.kpi])), len(kpis)
    low, high = wilson(hits, runs)
    return {
        "reach": target.reach,
        "kpi": goal.kpi,
        "wanted": target.chance.value,
        "runs": runs,
        "reached": hits,
        "chance": hits / runs,
        "low": low,
        "high": high,
    }


def _bottleneck_object(bottleneck: Bottleneck) -> dict[str, Any]:
    spells = [
        {
            "cause": spell.cause._asdict() if spell.cause else None,
            "words": spell.cause.words if spell.cause else None,
            "start_week": spell.start,
            "end_week": spell.end,
            "runs": spell.runs,
        }
        for spell in bottleneck.spells
    ]
    causes = [
        {"cause": row.cause._asdict(), "words": row.cause.words, "mean_weeks": row.mean_weeks, "runs": row.runs}
        for row in bottleneck.causes
    ]
    waits = [asdict(row) for row in bottleneck.waits]
    return {"sentence": bottleneck.sentence, "spells": spells, "causes": causes, "waits": waits}
