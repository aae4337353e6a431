"""Which of several plans is better: differences of one measure, with intervals that hold for all of them at once.

Replication k draws the same random numbers in every plan, so plans are paired by replication, and what chance does to
both alike drops out of the difference: common random numbers (Law 2015, Simulation Modeling and Analysis, 5th edition,
section 11.2). Intervals of one difference are those of the paired t. With m comparisons each interval has a confidence
of 1 - 0.05/m, so that with 95 % all of them hold: Bonferroni, whatever the measure and however the plans depend on each
other (section 10.3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from cascadesim.analysis.intervals import (
    CONFIDENCE,
    MeanInterval,
    holm,
    mcnemar,
    mean_interval,
    newcombe,
    t_test,
    welch,
    wilson,
)
from cascadesim.analysis.wording import count_of, headline_measures, kpi_words, number, signed_span
from cascadesim.errors import UsageError
from cascadesim.experiment.result_folder import PastRun
from cascadesim.model.measures import TARGET_MET, better, unit_of
from cascadesim.scenario import defaults
from cascadesim.scenario.renames import outcome_hint


@dataclass(frozen=True)
class Difference:
    """One measure in the base and in a variant. `paired` is of the differences, variant minus base, run by run.

    Each is over the replications that define it: for `paired`, those that do so in both. `sd_ratio` is the standard
    deviation of the differences over the one that independent runs would give: at 0.5 the interval is half as wide, and
    a quarter of the runs show as much. It is nan where nothing varies.
    """

    base: MeanInterval
    variant: MeanInterval
    paired: MeanInterval
    sd_ratio: float

    @property
    def clear(self) -> bool:
        """Whether the interval of the mean difference leaves out 0."""
        return self.paired.low > 0 or self.paired.high < 0

    @property
    def same(self) -> bool:
        """Whether no run differs."""
        return self.paired.mean == 0 and not self.sd_ratio > 0

    def row(self, unit: str) -> dict[str, Any]:
        """What a table of differences says of a measure in this unit; nan where undefined."""
        return {
            "unit": unit,
            "base_mean": self.base.mean,
            "variant_mean": self.variant.mean,
            "pairs": self.paired.defined,
            "difference": self.paired.mean,
            "low": self.paired.low,
            "high": self.paired.high,
            "sd_ratio": self.sd_ratio,
        }


def difference(base: Sequence[float], variant: Sequence[float], confidence: float = CONFIDENCE) -> Difference:
    """Two lists of one measure, an entry a replication, in the same order; nan where undefined."""
    one, other = np.asarray(base, dtype=float), np.asarray(variant, dtype=float)
    first, second, paired = (mean_interval(values, confidence) for values in (one, other, other - one))
    return Difference(first, second, paired, _sd_ratio(one, other))


def _sd_ratio(one: np.ndarray, other: np.ndarray) -> float:
    both = ~np.isnan(one - other)
    if both.sum() < 2:
        return math.nan
    apart = float(one[both].var(ddof=1) + other[both].var(ddof=1))
    return math.sqrt(float((other - one)[both].var(ddof=1)) / apart) if apart > 0 else math.nan


def chance_difference(base: Sequence[bool], variant: Sequence[bool], confidence: float = CONFIDENCE) -> Difference:
    """The same for what comes true or does not, run by run: intervals of chances, which few runs do not break.

    Each chance has its Wilson interval, their difference that of Newcombe. One run gives no interval.
    """
    plain = difference([float(hit) for hit in base], [float(hit) for hit in variant], confidence)
    runs = len(base)
    if runs < 2:
        return plain
    both = sum(one and other for one, other in zip(base, variant, strict=True))
    first, second = sum(base), sum(variant)
    low, high = newcombe(both, second - both, first - both, runs, confidence)
    bounds = [wilson(hits, runs, confidence) for hits in (first, second)]
    return Difference(
        replace(plain.base, low=bounds[0][0], high=bounds[0][1]),
        replace(plain.variant, low=bounds[1][0], high=bounds[1][1]),
        replace(plain.paired, low=low, high=high),
        plain.sd_ratio,
    )


def differences(base: pd.DataFrame, variant: pd.DataFrame) -> dict[str, Difference]:
    """Every KPI of either by name, those of the base first. A KPI that one of the two does not have is undefined there.

    Both have one row a replication; a `UsageError` where these are not the same replications.
    """
    if list(base["replication"]) != list(variant["replication"]):
        raise UsageError("only the same replications can be paired.", code="replications")
    nothing = [math.nan] * len(base)
    names = [name for name in dict.fromkeys([*base.columns, *variant.columns]) if name != "replication"]
    return {name: difference(base.get(name, nothing), variant.get(name, nothing)) for name in names}


def comparison_frame(variants: Mapping[str, Mapping[str, Difference]]) -> pd.DataFrame:
    """The table of a comparison: `variants[variant][kpi]` has a row each, in that order."""
    rows = [
        {"variant": variant, "outcome": kpi, **apart.row(unit_of(kpi))}
        for variant, measures in variants.items()
        for kpi, apart in measures.items()
    ]
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class PairwiseComparison:
    """One plan beside another, by `difference`: `second` minus `first`.

    Its interval holds for all comparisons of the family together, which are `family_size`. `p_value` is the chance of a
    difference as large by chance alone, `p_adjusted` the same for the family. `unpaired` counts replications that only
    one of the two has.
    """

    measure: str
    first: str
    second: str
    difference: Difference
    p_value: float
    p_adjusted: float
    family_size: int
    unpaired: int
    paired: bool

    @property
    def variance_reduction(self) -> float:
        """The share of the variance that pairing took away; below 0 where it added some; nan without pairing."""
        return 1 - self.difference.sd_ratio**2 if self.paired else math.nan

    @property
    def verdict(self) -> str:
        """`better` or `worse` (of the second), `different` where no direction is, `same`, `undecided`, `undefined`."""
        mean = self.difference.paired.mean
        if math.isnan(mean):
            return "undefined"
        if self.difference.same and not self.difference.paired.low < 0:
            return "same"
        if not self.difference.clear:
            return "undecided"
        direction = better(self.measure)
        if not direction:
            return "different"
        return "better" if (mean > 0) == (direction == "higher") else "worse"

    @property
    def joint(self) -> str:
        """What the interval is, in words."""
        many = self.family_size
        return f"95 % {f'for all {many} comparisons together, Bonferroni' if many > 1 else 'interval'}"

    def row(self) -> dict[str, Any]:
        """As the row of a table."""
        apart = self.difference
        return {
            "outcome": self.measure,
            "first": self.first,
            "second": self.second,
            "first_mean": apart.base.mean,
            "second_mean": apart.variant.mean,
            "pairs": apart.paired.defined,
            "difference": apart.paired.mean,
            "low": apart.paired.low,
            "high": apart.paired.high,
            "p_adjusted": self.p_adjusted,
            "verdict": self.verdict,
            "variance_reduction": self.variance_reduction,
        }


Comparisons = tuple[PairwiseComparison, ...]


def beside_first(
    plans: Mapping[str, Sequence[float]],
    measure: str,
    *,
    every_pair: bool = False,
    paired: bool = True,
    chance: bool = False,
    family_size: int = 0,
) -> Comparisons:
    """Every plan beside the first, or with `every_pair` beside every other.

    `plans` has a list for each, an entry a replication from 0 on; nan if undefined. Where one list is longer than the
    other the rest of it has no pair; it is counted and left out. With `paired` false the plans were not given the same
    random numbers: Welch's interval. With `chance` the entries are 0 and 1: Newcombe's interval of paired chances.
    `family_size` is how many comparisons the intervals have to hold for, if these are not all that could have been
    made: where the first is the best of the same runs, all pairs.
    """
    if len(plans) < 2:
        raise UsageError("one plan alone cannot be compared.", hint="Give two or more.", code="plans")
    if chance and not paired:
        raise UsageError("chances are compared by pairs of runs only.", code="plans")
    pairs = [pair for pair in combinations(plans, 2) if every_pair or pair[0] == next(iter(plans))]
    many = max(family_size, len(pairs))
    confidence = 1 - (1 - CONFIDENCE) / many
    results = [_difference(plans[first], plans[second], confidence, paired, chance) for first, second in pairs]
    p_values = [p for _, p, _ in results]
    adjusted = holm(p_values) if many == len(pairs) else [min(1.0, p * many) for p in p_values]
    return tuple(
        PairwiseComparison(measure, first, second, apart, p, joint, many, unpaired, paired)
        for (first, second), (apart, p, unpaired), joint in zip(pairs, results, adjusted, strict=True)
    )


def _difference(
    first: Sequence[float], second: Sequence[float], confidence: float, paired: bool, chance: bool
) -> tuple[Difference, float, int]:
    """(difference, p-value, replications without a pair)."""
    if not paired:
        return (*_unpaired(np.asarray(first, dtype=float), np.asarray(second, dtype=float), confidence), 0)
    shared, unpaired = min(len(first), len(second)), abs(len(first) - len(second))
    one, other = np.asarray(first[:shared], dtype=float), np.asarray(second[:shared], dtype=float)
    if not chance:
        return difference(list(one), list(other), confidence), t_test(other - one), unpaired
    both = ~np.isnan(one + other)
    hits, others = (list(values[both].astype(bool)) for values in (one, other))
    return chance_difference(hits, others, confidence), mcnemar(other - one), unpaired


def _unpaired(one: np.ndarray, other: np.ndarray, confidence: float) -> tuple[Difference, float]:
    one, other = one[~np.isnan(one)], other[~np.isnan(other)]
    apart, p = welch(one, other, confidence)
    return Difference(mean_interval(one, confidence), mean_interval(other, confidence), apart, math.nan), p


def comparison_sentence(comparison: PairwiseComparison, brief: bool = False) -> str:
    """Is the second better than the first? By how much, and how sure is that; `brief` where it stands among others."""
    first, second, apart = comparison.first, comparison.second, comparison.difference.paired
    unit, verdict = unit_of(comparison.measure), comparison.verdict
    pairs = count_of(apart.defined, "pair") if comparison.paired else "runs that are not paired"
    on = "" if brief else f" on {kpi_words(comparison.measure)}"
    about = f"{second} and {first}{on}"
    if verdict == "undefined":
        return f"No result for {about}: no run has a value in both."
    if verdict == "same":
        return f"There is no difference between {about} in any run ({pairs})."
    span = signed_span(apart.low, apart.high, unit) + ("" if brief else f", {comparison.joint}; {pairs}")
    if verdict == "undecided":
        if math.isnan(apart.low):
            return f"One pair of runs cannot show a difference between {about}."
        return f"{second} does not differ clearly from {first}{on} ({span})."
    side = "higher" if apart.mean > 0 else "lower"
    size = f"{number(100 * abs(apart.mean))} points" if unit == "share" else number(abs(apart.mean))
    than = f"{verdict} than" if verdict != "different" else "different from"
    return f"{second} is {than} {first}{on}: {size} {side} ({span})."


@dataclass(frozen=True, eq=False)
class PlanComparison:
    """Several plans on some outcomes: the comparisons `by_measure`; `paired` if they had the same random numbers."""

    plans: Mapping[str, PastRun]
    by_measure: Mapping[str, Comparisons]
    paired: bool

    def frame(self) -> pd.DataFrame:
        """A row a measure and comparison."""
        return pd.DataFrame([each.row() for comparisons in self.by_measure.values() for each in comparisons])


def compare_plans(
    plans: Mapping[str, PastRun], outcomes: Sequence[str] = (), every_pair: bool = False
) -> PlanComparison:
    """All against the first, or every pair, on `outcomes`: by default the headlines, and the target if they share it.

    `plans`, scenarios, variants and results of earlier runs, are by name. They are paired by replication where they
    have one seed, version and code; one whose code was not noted may have that of the others. Raises `UsageError` for
    fewer than two plans, or a measure that none of them has.
    """
    if len(plans) < 2:
        raise UsageError("one plan alone cannot be compared.", hint="Give two or more.", code="plans")
    codes = {plan.code for plan in plans.values()} - {""}
    paired = len({(plan.seed, plan.version) for plan in plans.values()}) == 1 and len(codes) <= 1
    compared = partial(beside_first, every_pair=every_pair)
    known = list(dict.fromkeys(column for plan in plans.values() for column in plan.kpis.columns[1:]))
    chosen = tuple(dict.fromkeys(outcomes)) or tuple(headline_measures([plan.scenario for plan in plans.values()]))
    comparisons = {}
    for measure in chosen:
        if measure not in known:
            hint = outcome_hint(measure, known)
            raise UsageError(f"no plan has the outcome {measure}.", hint=hint, code="outcome")
        columns = {name: _column(plan, measure) for name, plan in plans.items()}
        comparisons[measure] = compared(columns, measure, paired=paired)
    target = {} if outcomes or not paired else _target(plans, compared)
    return PlanComparison(plans, target | comparisons, paired)


def _column(plan: PastRun, measure: str) -> list[float]:
    if measure not in plan.kpis:
        return [math.nan] * len(plan.kpis)
    return [float(value) for value in plan.kpis[measure]]


def _target(plans: Mapping[str, PastRun], compared: Callable[..., Comparisons]) -> dict[str, Comparisons]:
    """The chance of the target, where all plans have the same one."""
    goal, *others = (defaults.target(plan.scenario) for plan in plans.values())
    if goal is None or any(other != goal for other in others):
        return {}
    hits = {name: [float(goal.met(value)) for value in _column(plan, goal.kpi)] for name, plan in plans.items()}
    return {TARGET_MET: compared(hits, TARGET_MET, chance=True)}
