"""The answers as plain data, for programs: what `--json` prints."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.answers import answers
from cascadesim.analysis.bottleneck import Bottleneck, find_bottleneck
from cascadesim.analysis.statistics import Summary, summarise, wilson
from cascadesim.analysis.tables import summaries
from cascadesim.model.measures import unit_of
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd


def answers_object(scenario: Scenario, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> dict[str, Any]:
    """JSON-ready: `sentences`, `target` (null without one), `bottleneck`, `published`, `kpis`; null where undefined."""
    bottleneck = find_bottleneck(scenario, trajectories)
    return {
        "sentences": list(answers(scenario, kpis, trajectories)),
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
            "cause": asdict(spell.cause) if spell.cause else None,
            "words": spell.cause.words if spell.cause else None,
            "start_week": spell.start,
            "end_week": spell.end,
            "mean_waiting": spell.waiting,
        }
        for spell in bottleneck.spells
    ]
    waits = bottleneck.table.to_dict("records")
    return {"spells": spells, "agreement": bottleneck.agreement, "waits": waits}
