"""What a planner asks of variants first: who delivers, who is reached, what it costs, what binds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cascadesim.analysis.bottleneck.detection import find_bottleneck
from cascadesim.analysis.comparison import Difference, chance_difference, difference, differences
from cascadesim.analysis.wording import MeasureWording, headline_measures, json_ready, number, size_of, target_text
from cascadesim.model.measures import unit_of
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

_NO_DIFFERENCE = "no difference from base in the answers below"


@dataclass(frozen=True)
class VariantRun:
    """The base or a variant, run.

    `kpis` has one row a replication; `binds` is what binds longest, for `binds_weeks` of the average run.
    """

    name: str
    scenario: Scenario
    kpis: pd.DataFrame
    binds: str
    binds_weeks: float = 0.0

    @property
    def binding(self) -> str:
        """What binds, with its weeks."""
        return f"{self.binds} ({number(self.binds_weeks)} weeks)" if self.binds_weeks else self.binds


@dataclass(frozen=True)
class HeadlineDifferences:
    """One of the main answers, with an entry in `differences` for each variant, in their order."""

    words: MeasureWording
    unit: str
    differences: tuple[Difference, ...]


def variant_run(name: str, scenario: Scenario, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> VariantRun:
    """A scenario that was run, with what binds in it."""
    bottleneck = find_bottleneck(scenario, trajectories)
    main = bottleneck.main
    if main is None:
        some = "none in most runs" if any(row.runs > 0 for row in bottleneck.causes) else "none for long"
        return VariantRun(name, scenario, kpis, some if bottleneck.causes else "none")
    return VariantRun(name, scenario, kpis, main.cause.words, main.mean_weeks)


def headline_differences(base: VariantRun, variants: Sequence[VariantRun]) -> tuple[HeadlineDifferences, ...]:
    """The main answers, in the order in which a run gives them. A measure that a variant lacks is undefined there."""
    answers = [_chance(base, variants)] if base.scenario.target is not None else []
    for kpi, words in headline_measures([run.scenario for run in (base, *variants)]).items():
        paired = tuple(difference(_column(base, kpi), _column(variant, kpi)) for variant in variants)
        answers.append(HeadlineDifferences(words, unit_of(kpi), paired))
    return tuple(answers)


def _column(run: VariantRun, kpi: str) -> Sequence[float]:
    return list(run.kpis[kpi]) if kpi in run.kpis else [math.nan] * len(run.kpis)


def _chance(base: VariantRun, variants: Sequence[VariantRun]) -> HeadlineDifferences:
    """How often the target of the base is reached."""
    goal = defaults.target(base.scenario)
    assert goal is not None

    def hits(run: VariantRun) -> list[bool]:
        return [goal.met(value) for value in _column(run, goal.kpi)]

    paired = tuple(chance_difference(hits(base), hits(variant)) for variant in variants)
    words = size_of("chance of the target")._replace(heading=f"chance that {target_text(base.scenario, goal)}")
    return HeadlineDifferences(words, "share", paired)


def variant_sentences(base: VariantRun, variants: Sequence[VariantRun]) -> tuple[str, ...]:
    """One for each variant: what differs from the base beyond chance, what the runs cannot tell, what binds."""
    answers = headline_differences(base, variants)
    return tuple(_sentence(base, variant, answers, index) for index, variant in enumerate(variants))


def _sentence(base: VariantRun, variant: VariantRun, answers: Sequence[HeadlineDifferences], index: int) -> str:
    changes, close = [], []
    for answer in answers:
        pair = answer.differences[index]
        if pair.same or not pair.paired.defined:
            continue
        if pair.clear or len(base.kpis) == 1:
            changes.append(_change(answer, pair))
        else:
            close.append(answer.words.name)
    text = ", ".join(changes) or ("no clear difference from base" if close else _NO_DIFFERENCE)
    text += f". No clear difference in: {', '.join(close)}" if close else ""
    as_base = ", as in base" if variant.binds == base.binds else ""
    return f"{variant.name}: {text}. Longest binding constraint: {variant.binding}{as_base}."


def _change(answer: HeadlineDifferences, pair: Difference) -> str:
    """`8.3 more clients completed (6.1 to 10.5)`; without the interval where one run shows none."""
    mean, low, high = pair.paired.mean, pair.paired.low, pair.paired.high
    words = (answer.words.more if mean > 0 else answer.words.less).format(_size(mean, answer.unit))
    if math.isnan(low):
        return words
    ends = sorted((abs(low), abs(high)))
    return f"{words} ({' to '.join(_size(end, answer.unit).removesuffix(' points') for end in ends)})"


def _size(value: float, unit: str) -> str:
    size = 100 * abs(value) if unit == "share" else abs(value)
    text = number(size)
    if text == "0" and size > 0:
        text = f"{size:.1g}"  # it stands out from chance, so it is not nothing
    return f"{text} points" if unit == "share" else text


def variants_object(base: VariantRun, variants: Sequence[VariantRun]) -> dict[str, Any]:
    """JSON-ready. For each variant its sentence, and rows for its `answers` and all `measures`; null if undefined."""
    sentences, answers = variant_sentences(base, variants), headline_differences(base, variants)
    return {
        "replications": len(base.kpis),
        "base": {"binding_constraint": base.binds, "binding_weeks": base.binds_weeks},
        "variants": [
            {
                "name": variant.name,
                "sentence": sentences[index],
                "binding_constraint": variant.binds,
                "binding_weeks": variant.binds_weeks,
                "answers": {
                    answer.words.name: json_ready(answer.differences[index].row(answer.unit)) for answer in answers
                },
                "outcomes": {
                    kpi: json_ready(apart.row(unit_of(kpi)))
                    for kpi, apart in differences(base.kpis, variant.kpis).items()
                },
            }
            for index, variant in enumerate(variants)
        ],
    }
