"""Which of several plans is better: differences of one measure, with intervals that hold for all of them at once.

Replication k draws the same random numbers in every plan, so plans are paired by replication, and what chance does to
both alike drops out of the difference: common random numbers (Law 2015, Simulation Modeling and Analysis, 5th edition,
section 11.2). Intervals of one difference are those of the paired t. With m comparisons each interval has a confidence
of 1 - 0.05/m, so that with 95 % all of them hold: Bonferroni, whatever the measure and however the plans depend on each
other (section 10.3).

A difference also has to matter. The interval is set beside a margin, the smallest difference that matters (in ranking
and selection the indifference zone, Law section 10.4; in trials the margin of equivalence): all of it beyond the margin
is a difference, all of it within the margin is one that is too small to matter, and anything else stays open.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from types import MappingProxyType
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
from cascadesim.analysis.wording import headline_measures, kpi_words, pairs_of, signed_span, size
from cascadesim.errors import UsageError
from cascadesim.experiment.result_folder import PastRun
from cascadesim.model.measures import TARGET_MET, better, depends_on, margin_of, unit_of
from cascadesim.model.measures.types import MARGINS, OTHER_MARGIN, Margin
from cascadesim.scenario import defaults
from cascadesim.scenario.renames import outcome_hint
from cascadesim.scenario.schema import Scenario


@dataclass(frozen=True)
class Difference:
    """One measure in the base and in a variant. `paired` is of the differences, variant minus base, run by run.

    Each is over the replications that define it: for `paired`, those that do so in both. `sd_ratio` is the standard
    deviation of the differences over the one that independent runs would give: at 0.5 the interval is half as wide, and
    a quarter of the runs show as much. It is nan where nothing varies. `margin` is the smallest difference that
    matters; `unlike` says why the two cannot be compared, and then there is no difference.
    """

    base: MeanInterval
    variant: MeanInterval
    paired: MeanInterval
    sd_ratio: float
    margin: float = 0.0
    unlike: str = ""

    @property
    def clear(self) -> bool:
        """Whether all of the interval of the mean difference is beyond the margin."""
        return self.paired.beyond(self.margin)

    @property
    def small(self) -> bool:
        """Whether all of it is within the margin: if there is any difference, it is too small to matter."""
        return self.paired.within(self.margin)

    @property
    def same(self) -> bool:
        """Whether no run differs."""
        return self.paired.mean == 0 and not self.sd_ratio > 0

    def verdict(self, direction: str) -> str:
        """On the variant, where the `direction` that is better is `higher`, `lower` or none.

        `better`, `worse` or `different` (beyond the margin), `too_small` (within it), `undecided`, `same` (in every
        run), `undefined` (no run has a value in both), `not_comparable`.
        """
        if self.unlike:
            return "not_comparable"
        if not self.paired.defined:
            return "undefined"
        if self.same and not self.paired.low < 0:
            return "same"
        if not self.clear:
            return "too_small" if self.small else "undecided"
        if not direction:
            return "different"
        return "better" if (self.paired.mean > 0) == (direction == "higher") else "worse"

    def judged(self, margin: Margin, unlike: str = "") -> Difference:
        """The same with the margin of its measure, or without a difference where the two are `unlike`."""
        judged = replace(self, margin=margin.at(self.base.mean), unlike=unlike)
        nothing = MeanInterval(self.paired.runs, 0, *(math.nan,) * 3)
        return replace(judged, paired=nothing, sd_ratio=math.nan) if unlike else judged

    def row(self, measure: str) -> dict[str, Any]:
        """What a table of differences says of a measure; nan where undefined."""
        return {
            "unit": unit_of(measure),
            "base_mean": self.base.mean,
            "variant_mean": self.variant.mean,
            "pairs": self.paired.defined,
            "difference": self.paired.mean,
            "low": self.paired.low,
            "high": self.paired.high,
            "margin": self.margin,
            "verdict": self.verdict(better(measure)),
            "sd_ratio": self.sd_ratio,
        }


def margins_of(scenario: Scenario) -> dict[str, float]:
    """The smallest differences that matter which a scenario gives itself, by outcome and in its unit."""
    return {margin.outcome: margin.value for margin in scenario.margin}


def margins_text(own: Mapping[str, float]) -> str:
    """The smallest differences that matter in words, those first that are not the usual ones."""
    given = [f"{kpi_words(name)} {size(value, unit_of(name))}" for name, value in own.items()]
    share, week, weeks = (size(MARGINS[unit].size, unit) for unit in ("share", "week", "weeks"))
    usual = f"{share} of a share, {MARGINS['level'].size:g} of a competence, {weeks} of a duration, {week} of a date"
    return "; ".join([*given, f"{usual}, {100 * OTHER_MARGIN.size:g} % of the mean of anything else"])


def unlike(measure: str, first: Scenario, second: Scenario, names: tuple[str, str] = ("one", "the other")) -> str:
    """Why a measure of two plans is not of one kind: counted over other weeks, or in another currency; else nothing."""
    if unit_of(measure) == "money":
        currencies = [each.costs.currency for each in (first, second)]
        if len(set(currencies)) > 1:
            one, other = (currency or "no currency that is named" for currency in currencies)
            return f"{names[0]} is in {one}, {names[1]} in {other}"
    goal = defaults.target(first)
    begins, ends = depends_on(goal.kpi if measure == TARGET_MET and goal else measure)
    begin = begins and first.measure_from_week != second.measure_from_week
    if begin or (ends and first.horizon_weeks != second.horizon_weeks):
        return f"{names[0]} is of {weeks_measured(first)}, {names[1]} of {weeks_measured(second)}"
    return ""


def weeks_measured(scenario: Scenario) -> str:
    """The weeks that the outcomes of a scenario are of."""
    return f"weeks {scenario.measure_from_week:g} to {scenario.horizon_weeks:g}"


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


def differences(
    base: pd.DataFrame, variant: pd.DataFrame, judge: Callable[[str, Difference], Difference] = lambda _, apart: apart
) -> dict[str, Difference]:
    """Every KPI of either by name, those of the base first. A KPI that one of the two does not have is undefined there.

    Both have one row a replication; a `UsageError` where these are not the same replications. `judge` sets each beside
    the margin of its KPI.
    """
    if list(base["replication"]) != list(variant["replication"]):
        raise UsageError("only the same replications can be paired.", code="replications")
    nothing = [math.nan] * len(base)
    names = [name for name in dict.fromkeys([*base.columns, *variant.columns]) if name != "replication"]
    return {name: judge(name, difference(base.get(name, nothing), variant.get(name, nothing))) for name in names}


def comparison_frame(variants: Mapping[str, Mapping[str, Difference]]) -> pd.DataFrame:
    """The table of a comparison: `variants[variant][kpi]` has a row each, in that order."""
    rows = [
        {"variant": variant, "outcome": kpi, **apart.row(kpi)}
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
        """On the second: see `Difference.verdict`."""
        return self.difference.verdict(better(self.measure))

    @property
    def pairs(self) -> str:
        """How many pairs of runs there are, and of how many where some have no value in both, in words."""
        apart = self.difference.paired
        if not self.paired:
            return "runs that are not paired"
        return pairs_of(apart.defined, apart.runs + self.unpaired)

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
            "margin": apart.margin,
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
    margins: Mapping[str, float] = MappingProxyType({}),
) -> Comparisons:
    """Every plan beside the first, or with `every_pair` beside every other.

    `plans` has a list for each, an entry a replication from 0 on; nan if undefined. Where one list is longer than the
    other the rest of it has no pair; it is counted and left out. With `paired` false the plans were not given the same
    random numbers: Welch's interval. With `chance` the entries are 0 and 1: Newcombe's interval of paired chances.
    `family_size` is how many comparisons the intervals have to hold for, if these are not all that could have been
    made: where the first is the best of the same runs, all pairs. `margins` has the smallest differences that matter
    where these are not the usual ones, by measure.
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
    margin = margin_of(measure, margins)
    return tuple(
        PairwiseComparison(measure, first, second, apart.judged(margin), p, joint, many, unpaired, paired)
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
    unit, verdict, margin = unit_of(comparison.measure), comparison.verdict, comparison.difference.margin
    on = "" if brief else f" on {kpi_words(comparison.measure)}"
    about = f"{second} and {first}{on}"
    if verdict == "not_comparable":
        return f"{second} and {first} cannot be compared{on}: {comparison.difference.unlike}."
    if verdict == "undefined":
        return f"No result for {about}: no run has a value in both."
    if verdict == "same":
        return f"There is no difference between {about} in any run ({comparison.pairs})."
    if math.isnan(apart.low):
        return f"One pair of runs cannot show a difference between {about}."
    fewer = f"; {comparison.pairs}" if " of " in comparison.pairs else ""
    span = signed_span(apart.low, apart.high, unit) + (fewer if brief else f", {comparison.joint}; {comparison.pairs}")
    side = "higher" if apart.mean > 0 else "lower"
    if verdict == "too_small":
        return f"{second} differs from {first}{on} by too little to matter, less than {size(margin, unit)} ({span})."
    if verdict == "undecided":
        if apart.beyond(0):
            perhaps = f"but perhaps by less than {size(margin, unit)}, too little to matter"
            return f"{second} is {side} than {first}{on}, {perhaps} ({span})."
        return f"{second} does not differ clearly from {first}{on} ({span})."
    than = f"{verdict} than" if verdict != "different" else "different from"
    return f"{second} is {than} {first}{on}: {size(apart.mean, unit)} {side} ({span})."


@dataclass(frozen=True, eq=False)
class PlanComparison:
    """Several plans on some outcomes: the comparisons `by_measure`; `paired` if they had the same random numbers.

    `margins` are the smallest differences that matter, by outcome, where these are not the usual ones.
    """

    plans: Mapping[str, PastRun]
    by_measure: Mapping[str, Comparisons]
    paired: bool
    margins: Mapping[str, float]

    def frame(self) -> pd.DataFrame:
        """A row a measure and comparison."""
        return pd.DataFrame([each.row() for comparisons in self.by_measure.values() for each in comparisons])


def compare_plans(
    plans: Mapping[str, PastRun],
    outcomes: Sequence[str] = (),
    every_pair: bool = False,
    margins: Mapping[str, float] = MappingProxyType({}),
) -> PlanComparison:
    """All against the first, or every pair, on `outcomes`: by default the headlines, and the target if they share it.

    `plans`, scenarios, variants and results of earlier runs, are by name. They are paired by replication where they
    have one seed, version and code; one whose code was not noted may have that of the others. `margins` go before those
    of the first plan. What is counted over other weeks or in another currency is not compared. Raises `UsageError` for
    fewer than two plans, or a measure that none of them has.
    """
    if len(plans) < 2:
        raise UsageError("one plan alone cannot be compared.", hint="Give two or more.", code="plans")
    codes = {plan.code for plan in plans.values()} - {""}
    paired = len({(plan.seed, plan.version) for plan in plans.values()}) == 1 and len(codes) <= 1
    own = margins_of(next(iter(plans.values())).scenario) | dict(margins)
    compared = partial(beside_first, every_pair=every_pair, margins=own)
    known = list(dict.fromkeys(column for plan in plans.values() for column in plan.kpis.columns[1:]))
    chosen = tuple(dict.fromkeys(outcomes)) or tuple(headline_measures([plan.scenario for plan in plans.values()]))
    for measure in (*chosen, *(name for name in margins if name != TARGET_MET)):
        if measure not in known:
            hint = outcome_hint(measure, known)
            raise UsageError(f"no plan has the outcome {measure}.", hint=hint, code="outcome")
    comparisons = {}
    for measure in chosen:
        columns = {name: _column(plan, measure) for name, plan in plans.items()}
        comparisons[measure] = compared(columns, measure, paired=paired)
    target = {} if outcomes or not paired else _target(plans, compared)
    every = {measure: _of_one_kind(plans, each) for measure, each in (target | comparisons).items()}
    return PlanComparison(plans, every, paired, own)


def _of_one_kind(plans: Mapping[str, PastRun], comparisons: Comparisons) -> Comparisons:
    """The same without a difference between plans that are unlike in this measure, or of which one does not have it."""
    judged = []
    for each in comparisons:
        names = (each.first, each.second)
        first, second = (plans[name] for name in names)
        why = unlike(each.measure, first.scenario, second.scenario, names)
        missing = [name for name in names if each.measure not in plans[name].kpis and each.measure != TARGET_MET]
        if missing:
            why = f"{' and '.join(missing)} {'have' if len(missing) > 1 else 'has'} no such outcome"
        if why:
            none = each.difference.judged(Margin(each.difference.margin), why)
            each = replace(each, difference=none, p_value=math.nan, p_adjusted=math.nan)
        judged.append(each)
    return tuple(judged)


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
