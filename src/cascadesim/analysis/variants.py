"""What a planner asks of variants first: who delivers, who is reached, what it costs, what binds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cascadesim.analysis.bottleneck.detection import find_bottleneck
from cascadesim.analysis.comparison import (
    Difference,
    chance_difference,
    difference,
    differences,
    margins_of,
    unlike,
    weeks_measured,
)
from cascadesim.analysis.wording import (
    MeasureWording,
    headline_measures,
    json_ready,
    number,
    pairs_of,
    size,
    size_of,
    target_text,
)
from cascadesim.model.measures import TARGET_MET, margin_of, unit_of
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
    measure: str
    differences: tuple[Difference, ...]

    @property
    def unit(self) -> str:
        """That of the measure."""
        return unit_of(self.measure)


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
        paired = (difference(_column(base, kpi), _column(variant, kpi)) for variant in variants)
        answers.append(_judged(words, kpi, base, variants, paired))
    return tuple(answers)


def _judged(
    words: MeasureWording, kpi: str, base: VariantRun, variants: Sequence[VariantRun], paired: Iterable[Difference]
) -> HeadlineDifferences:
    each = (judge(base, variant)(kpi, apart) for variant, apart in zip(variants, paired, strict=True))
    return HeadlineDifferences(words, kpi, tuple(each))


def judge(base: VariantRun, variant: VariantRun) -> Callable[[str, Difference], Difference]:
    """What sets the difference of a KPI beside its margin, and leaves out what the two do not have alike."""
    own = margins_of(base.scenario)

    def judged(kpi: str, apart: Difference) -> Difference:
        why = unlike(kpi, base.scenario, variant.scenario, (base.name, variant.name))
        return apart.judged(margin_of(kpi, own), why)

    return judged


def _column(run: VariantRun, kpi: str) -> Sequence[float]:
    return list(run.kpis[kpi]) if kpi in run.kpis else [math.nan] * len(run.kpis)


def _chance(base: VariantRun, variants: Sequence[VariantRun]) -> HeadlineDifferences:
    """How often the target of the base is reached."""
    goal = defaults.target(base.scenario)
    assert goal is not None

    def hits(run: VariantRun) -> list[bool]:
        return [goal.met(value) for value in _column(run, goal.kpi)]

    paired = (chance_difference(hits(base), hits(variant)) for variant in variants)
    words = size_of("chance of the target")._replace(heading=f"chance that {target_text(base.scenario, goal)}")
    return _judged(words, TARGET_MET, base, variants, paired)


def variant_sentences(base: VariantRun, variants: Sequence[VariantRun]) -> tuple[str, ...]:
    """One for each variant: what differs from the base, what by too little, what the runs cannot tell, what binds."""
    answers = headline_differences(base, variants)
    return tuple(_sentence(base, variant, answers, index) for index, variant in enumerate(variants))


def _sentence(base: VariantRun, variant: VariantRun, answers: Sequence[HeadlineDifferences], index: int) -> str:
    changes, small, perhaps, close, apart = [], [], [], [], dict[str, list[str]]()
    for answer in answers:
        pair, name = answer.differences[index], answer.words.name
        if pair.unlike:
            apart.setdefault(pair.unlike, []).append(name)
        elif pair.same or not pair.paired.defined:
            continue
        elif pair.clear or len(base.kpis) == 1:
            changes.append(_change(answer, pair))
        elif pair.small:
            small.append(f"{name} (less than {size(pair.margin, answer.unit)})")
        elif pair.paired.beyond(0):
            perhaps.append(f"{_change(answer, pair)}, margin {size(pair.margin, answer.unit)}")
        else:
            close.append(name)
    rest = small or perhaps or close or apart
    text = ", ".join(changes) or ("no clear difference from base" if rest else _NO_DIFFERENCE)
    text += f". Perhaps too small to matter: {'; '.join(perhaps)}" if perhaps else ""
    text += f". A difference too small to matter in: {', '.join(small)}" if small else ""
    text += f". No clear difference in: {', '.join(close)}" if close else ""
    text += "".join(f". Not compared: {', '.join(names)} ({why})" for why, names in apart.items())
    weeks = weeks_measured(variant.scenario)
    text += f". Means and shares are of its own {weeks}" if weeks != weeks_measured(base.scenario) else ""
    as_base = ", as in base" if variant.binds == base.binds else ""
    return f"{variant.name}: {text}. Longest binding constraint: {variant.binding}{as_base}."


def _change(answer: HeadlineDifferences, pair: Difference) -> str:
    """`8.3 more clients completed (6.1 to 10.5)`; without the interval where one run shows none.

    How many pairs of runs there are where some have no value in both.
    """
    mean, low, high = pair.paired.mean, pair.paired.low, pair.paired.high
    plain = answer.unit if answer.unit == "share" else ""  # words of weeks have their unit
    words = (answer.words.more if mean > 0 else answer.words.less).format(size(mean, plain))
    if math.isnan(low):
        return words
    ends = (size(end, plain).partition(" ")[0] for end in sorted((abs(low), abs(high))))
    fewer = f"; {pairs_of(pair.paired.defined, pair.paired.runs)}" if pair.paired.missing else ""
    return f"{words} ({' to '.join(ends)}{fewer})"


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
                    answer.words.name: json_ready(answer.differences[index].row(answer.measure)) for answer in answers
                },
                "outcomes": {
                    kpi: json_ready(apart.row(kpi))
                    for kpi, apart in differences(base.kpis, variant.kpis, judge(base, variant)).items()
                },
            }
            for index, variant in enumerate(variants)
        ],
    }
