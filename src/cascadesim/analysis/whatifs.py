"""What a planner asks of variants first: who delivers, who is reached, what it costs, what binds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.bottleneck import find_bottleneck
from cascadesim.analysis.comparison import Difference, chance_difference, difference, differences
from cascadesim.analysis.main_measures import main_measures
from cascadesim.analysis.words import goal_words, number
from cascadesim.model.measures import unit_of
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Case:
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
class Contrast:
    """One of the main answers. `differences` has an entry for each variant, in their order.

    `heading` is `name` with what a table needs to know besides. `more` and `less` tell of a difference in a sentence;
    `{}` stands for its size.
    """

    name: str
    heading: str
    unit: str
    more: str
    less: str
    differences: tuple[Difference, ...]


def case(name: str, scenario: Scenario, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> Case:
    """A scenario that was run, with what binds in it."""
    found = find_bottleneck(scenario, trajectories)
    leading = {spell.cause for spell in found.spells}
    main = next((row for row in found.causes if row.cause in leading), None)
    if main is None:
        some = "nothing in most runs" if any(row.runs > 0 for row in found.causes) else "nothing for long"
        return Case(name, scenario, kpis, some if found.causes else "nothing")
    return Case(name, scenario, kpis, main.cause.words, main.mean_weeks)


def contrasts(base: Case, variants: Sequence[Case]) -> tuple[Contrast, ...]:
    """The main answers, in the order in which a run gives them. A measure that a variant lacks is undefined there."""
    found = [_chance(base, variants)] if base.scenario.target is not None else []
    for kpi, words in main_measures([each.scenario for each in (base, *variants)]).items():
        paired = tuple(difference(_column(base, kpi), _column(each, kpi)) for each in variants)
        found.append(Contrast(words.name, words.heading, unit_of(kpi), words.more, words.less, paired))
    return tuple(found)


def _column(each: Case, kpi: str) -> Sequence[float]:
    return list(each.kpis[kpi]) if kpi in each.kpis else [math.nan] * len(each.kpis)


def _chance(base: Case, variants: Sequence[Case]) -> Contrast:
    """How often the target of the base is reached."""
    goal = defaults.target(base.scenario)
    assert goal is not None

    def hits(each: Case) -> list[bool]:
        return [goal.met(value) for value in _column(each, goal.kpi)]

    paired = tuple(chance_difference(hits(base), hits(each)) for each in variants)
    heading = f"chance that {goal_words(goal.measure)} {goal.op} {goal.number:g} by week {goal.week}"
    name = "chance of the target"
    return Contrast(name, heading, "share", f"{name} {{}} higher", f"{name} {{}} lower", paired)


def whatif_sentences(base: Case, variants: Sequence[Case]) -> tuple[str, ...]:
    """One for each variant: what differs from the base beyond chance, what the runs cannot tell, what binds."""
    found = contrasts(base, variants)
    return tuple(_sentence(base, each, found, place) for place, each in enumerate(variants))


def _sentence(base: Case, variant: Case, found: Sequence[Contrast], place: int) -> str:
    told, close = [], []
    for contrast in found:
        pair = contrast.differences[place]
        if pair.same or not pair.paired.defined:
            continue
        if pair.clear or len(base.kpis) == 1:
            told.append(_told(contrast, pair))
        else:
            close.append(contrast.name)
    text = ", ".join(told) or ("no clear difference from base" if close else "no difference in the answers below")
    text += f". Too close to call: {', '.join(close)}" if close else ""
    as_base = ", as in base" if variant.binds == base.binds else ""
    return f"{variant.name}: {text}. What binds longest: {variant.binding}{as_base}."


def _told(contrast: Contrast, pair: Difference) -> str:
    """`8.3 more clients completed (6.1 to 10.5)`; without the interval where one run shows none."""
    mean, low, high = pair.paired.mean, pair.paired.low, pair.paired.high
    words = (contrast.more if mean > 0 else contrast.less).format(_size(mean, contrast.unit))
    if math.isnan(low):
        return words
    ends = sorted((abs(low), abs(high)))
    return f"{words} ({' to '.join(_size(end, contrast.unit).removesuffix(' points') for end in ends)})"


def _size(value: float, unit: str) -> str:
    size = 100 * abs(value) if unit == "share" else abs(value)
    told = number(size)
    if told == "0" and size > 0:
        told = f"{size:.1g}"  # it stands out from chance, so it is not nothing
    return f"{told} points" if unit == "share" else told


def whatifs_object(base: Case, variants: Sequence[Case]) -> dict[str, Any]:
    """JSON-ready. For each variant its sentence, and rows for its `answers` and all `measures`; null if undefined."""
    sentences, found = whatif_sentences(base, variants), contrasts(base, variants)
    return {
        "replications": len(base.kpis),
        "base": {"binds": base.binds, "binds_weeks": base.binds_weeks},
        "variants": [
            {
                "name": each.name,
                "sentence": sentences[place],
                "binds": each.binds,
                "binds_weeks": each.binds_weeks,
                "answers": {one.name: _plain(one.differences[place].row(one.unit)) for one in found},
                "measures": {
                    kpi: _plain(one.row(unit_of(kpi))) for kpi, one in differences(base.kpis, each.kpis).items()
                },
            }
            for place, each in enumerate(variants)
        ],
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}
