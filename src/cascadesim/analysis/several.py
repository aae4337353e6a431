"""Which of several plans is better: differences of one measure, with intervals that hold for all of them at once.

Replication k draws the same luck in every plan, so plans are paired by replication, as in `comparison`. With m
comparisons each interval has a confidence of 1 - 0.05/m, so that with 95 % all of them hold: Bonferroni, whatever the
measure and however the plans depend on each other (Law 2015, Simulation Modeling and Analysis, 5th edition, section
10.3). Chances that a difference is luck are adjusted by Holm (1979), Scandinavian Journal of Statistics 6:65-70.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.comparison import Difference, chance_difference, difference
from cascadesim.analysis.main_measures import kpi_words
from cascadesim.analysis.statistics import CONFIDENCE, Summary, summarise
from cascadesim.analysis.words import count_of, signed_span
from cascadesim.analysis.words import number as words_of
from cascadesim.errors import UsageError
from cascadesim.model.measures import better, unit_of

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Contest:
    """One plan beside another: `second` minus `first` in `found.paired`, whose interval holds for all `of` contests.

    `p_value` is the chance of a difference as large by luck alone, `p_adjusted` the same for all contests together.
    `unpaired` counts replications that only one of the two has.
    """

    measure: str
    first: str
    second: str
    found: Difference
    p_value: float
    p_adjusted: float
    of: int
    unpaired: int
    paired: bool

    @property
    def variance_reduction(self) -> float:
        """The share of the variance that pairing took away; below 0 where it added some; nan without pairing."""
        return 1 - self.found.sd_ratio**2 if self.paired else math.nan

    @property
    def verdict(self) -> str:
        """`better` or `worse` (of the second), `different` where no direction is, `same`, `undecided`, `undefined`."""
        mean = self.found.paired.mean
        if math.isnan(mean):
            return "undefined"
        if self.found.same and not self.found.paired.low < 0:
            return "same"
        if not self.found.clear:
            return "undecided"
        wanted = better(self.measure)
        if not wanted:
            return "different"
        return "better" if (mean > 0) == (wanted == "higher") else "worse"

    @property
    def joint(self) -> str:
        """What the interval is, in words."""
        together = f"for all {self.of} comparisons together, Bonferroni" if self.of > 1 else "interval"
        return f"95 % {together}"


def against_first(
    plans: Mapping[str, Sequence[float]], measure: str, *, paired: bool = True, chance: bool = False, of: int = 0
) -> tuple[Contest, ...]:
    """Every plan beside the first. `plans` has a list for each, an entry a replication from 0 on; nan if undefined.

    Where one list is longer than the other the rest of it has no pair; it is counted and left out. With `paired` false
    the plans were not given the same luck: Welch's interval. With `chance` the entries are 0 and 1: Newcombe's interval
    of paired chances. `of` is how many comparisons the intervals have to hold for, if these are not all that could have
    been told: where the first is the best of the same runs, all pairs.
    """
    names = list(plans)
    return _contests(plans, [(names[0], name) for name in names[1:]], measure, paired, chance, of)


def all_pairs(
    plans: Mapping[str, Sequence[float]], measure: str, *, paired: bool = True, chance: bool = False
) -> tuple[Contest, ...]:
    """Every plan beside every other; as `against_first`."""
    return _contests(plans, list(combinations(plans, 2)), measure, paired, chance)


def contest_sentence(contest: Contest, brief: bool = False) -> str:
    """Is the second better than the first? By how much, and how sure is that; `brief` where it stands among others."""
    first, second, found = contest.first, contest.second, contest.found.paired
    unit = unit_of(contest.measure)
    pairs = count_of(found.defined, "pair") if contest.paired else "runs that are not paired"
    measure = kpi_words(contest.measure)
    on = "" if brief else f" on {measure}"
    about = f"{second} and {first}{on}"
    if contest.verdict == "undefined":
        return f"Nothing can be said of {about}: no run defines it in both."
    if contest.verdict == "same":
        return f"No run differs between {about} ({pairs})."
    span = signed_span(found.low, found.high, unit) + ("" if brief else f", {contest.joint}; {pairs}")
    if contest.verdict == "undecided":
        if math.isnan(found.low):
            return f"One pair of runs cannot tell {about} apart."
        return f"{second} cannot be told from {first}{on} ({span})."
    side = "higher" if found.mean > 0 else "lower"
    size = f"{words_of(100 * abs(found.mean))} points" if unit == "share" else words_of(abs(found.mean))
    verdict = f"{contest.verdict} than" if contest.verdict != "different" else "different from"
    return f"{second} is {verdict} {first}{on}: {size} {side} ({span})."


def contest_row(contest: Contest) -> dict[str, Any]:
    """A comparison as the row of a table."""
    found = contest.found
    return {
        "measure": contest.measure,
        "first": contest.first,
        "second": contest.second,
        "first_mean": found.base.mean,
        "second_mean": found.variant.mean,
        "pairs": found.paired.defined,
        "difference": found.paired.mean,
        "low": found.paired.low,
        "high": found.paired.high,
        "p_adjusted": contest.p_adjusted,
        "verdict": contest.verdict,
        "variance_reduction": contest.variance_reduction,
    }


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted for all of them together, in their order; nan stays and does not count."""
    known = sorted((p, place) for place, p in enumerate(p_values) if not math.isnan(p))
    adjusted, worst = [math.nan] * len(p_values), 0.0
    for rank, (p, place) in enumerate(known):
        worst = max(worst, min(1.0, p * (len(known) - rank)))
        adjusted[place] = worst
    return adjusted


def _contests(
    plans: Mapping[str, Sequence[float]],
    pairs: list[tuple[str, str]],
    measure: str,
    paired: bool,
    chance: bool,
    of: int = 0,
) -> tuple[Contest, ...]:
    if len(plans) < 2:
        raise UsageError("one plan alone cannot be compared.", hint="Give two or more.", code="plans")
    if chance and not paired:
        raise UsageError("chances are compared by pairs of runs only.", code="plans")
    many = max(of, len(pairs))
    level = 1 - (1 - CONFIDENCE) / many
    found = [_difference(plans[first], plans[second], level, paired, chance) for first, second in pairs]
    p_values = [p for _, p, _ in found]
    adjusted = holm(p_values) if many == len(pairs) else [min(1.0, p * many) for p in p_values]
    return tuple(
        Contest(measure, first, second, each, p, joint, many, left, paired)
        for (first, second), (each, p, left), joint in zip(pairs, found, adjusted, strict=True)
    )


def _difference(
    first: Sequence[float], second: Sequence[float], level: float, paired: bool, chance: bool
) -> tuple[Difference, float, int]:
    """(difference, p-value, replications without a pair)."""
    import numpy as np

    if not paired:
        return (*_welch(np.asarray(first, dtype=float), np.asarray(second, dtype=float), level), 0)
    shared = min(len(first), len(second))
    one, other = np.asarray(first[:shared], dtype=float), np.asarray(second[:shared], dtype=float)
    left = abs(len(first) - len(second))
    if not chance:
        return difference(list(one), list(other), level), _paired_p(other - one), left
    both = ~np.isnan(one + other)
    hits, others = (list(values[both].astype(bool)) for values in (one, other))
    return chance_difference(hits, others, level), _sign_p(other - one), left


def _paired_p(apart: np.ndarray) -> float:
    """Two-sided, of the paired t; 1 where nothing differs, nan with fewer than two pairs."""
    import numpy as np
    from scipy.special import stdtr  # type: ignore[import-untyped]

    known = apart[~np.isnan(apart)]
    if len(known) < 2:
        return math.nan
    error = float(known.std(ddof=1)) / math.sqrt(len(known))
    if error == 0:
        return float(known[0] == 0)
    return float(2 * stdtr(len(known) - 1, -abs(float(known.mean())) / error))


def _sign_p(apart: np.ndarray) -> float:
    """Two-sided and exact, of the runs that come true in one only: McNemar (1947), Psychometrika 12:153-157."""
    from scipy.special import bdtr

    gained, lost = int((apart > 0).sum()), int((apart < 0).sum())
    return min(1.0, 2 * float(bdtr(min(gained, lost), gained + lost, 0.5))) if gained + lost else 1.0


def _welch(one: np.ndarray, other: np.ndarray, level: float) -> tuple[Difference, float]:
    """Of runs that are not paired, with Satterthwaite's degrees of freedom: Welch (1938), Biometrika 29:350-362."""
    import numpy as np
    from scipy.special import stdtr, stdtrit

    one, other = one[~np.isnan(one)], other[~np.isnan(other)]
    base, variant = summarise(one, level), summarise(other, level)
    runs = min(len(one), len(other))
    mean, half, p = variant.mean - base.mean, math.nan, math.nan
    if runs > 1:
        errors = one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)
        error = math.sqrt(sum(errors))
        bottom = errors[0] ** 2 / (len(one) - 1) + errors[1] ** 2 / (len(other) - 1)
        freedom = error**4 / bottom if bottom > 0 else runs - 1
        half = float(stdtrit(freedom, (1 + level) / 2)) * error
        p = float(2 * stdtr(freedom, -abs(mean) / error)) if error > 0 else float(mean == 0)
    summary = Summary(runs, runs if not math.isnan(mean) else 0, mean, mean - half, mean + half, math.nan, math.nan)
    return Difference(base, variant, summary, math.nan), p
