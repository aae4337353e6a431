"""How many replications are enough: until every mean or chance is known as closely as was asked.

Looking again and again and stopping at the first interval that is narrow enough favours runs that happen to spread
little: at 95 % a look, what is stopped at covers about 93 % with normal data and 85 % with skewed. So each look is at
97 %, looks are few (each at least half as many runs again), and the interval of a mean allows for skewness. What it
then covers is measured by tests/analysis/test_sequential_precision.py; docs/explanation/methods.md gives the figures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cascadesim.analysis.intervals import skewed_mean, wilson
from cascadesim.errors import UsageError
from cascadesim.experiment.study.definition import TARGET, Until
from cascadesim.experiment.study.read_design import goal_of
from cascadesim.experiment.study.study import Study
from cascadesim.experiment.sweep.task_queue import ReplicationRule

LOOK = 0.97  # the level of each look, for 95 % where it stops
GROWTH = 1.5  # each look has at least so many times the runs of the last
LEAP = 3.0  # and at most so many times, since a forecast from few runs is a poor one
LEAST = 10
UNVARIED = 60  # runs after which what never differed may stop: what differs in 5 % of runs would have shown (95.4 %)


@dataclass(frozen=True)
class PrecisionTarget:
    """What is asked: a half-width of at most `absolute`, or of at most `relative` times the mean; either will do.

    Between `least` and `most` runs. The relative half-width is that of every mean within the interval, not only of its
    middle: Law (2015), Simulation Modeling and Analysis, 5th edition, section 9.4.1. So it cannot be met where the
    interval holds 0.
    """

    relative: float | None = None
    absolute: float | None = None
    least: int = LEAST
    most: int = 1_000

    def __post_init__(self) -> None:
        if self.relative is None and self.absolute is None:
            raise UsageError("replications until what? Give a relative or an absolute half-width.", code="target")
        if any(half is not None and not (0 < half < math.inf) for half in (self.relative, self.absolute)):
            raise UsageError("a half-width must be above 0.", code="target")
        if not LEAST <= self.least <= self.most:
            raise UsageError(
                f"replications from {self.least} to {self.most}: not allowed.",
                hint=f"At least {LEAST}, and no more at first than at most.",
                code="target",
            )


@dataclass(frozen=True)
class Precision:
    """How well a mean (or chance) is known after `runs` replications, of which `defined` gave a number.

    `low` and `high` bound it with a confidence of 95 % that is corrected for repeated looks. `met` is "absolute",
    "relative" or empty; `next_runs` is how many there should be in all at the next look, `runs` where no more are
    needed or allowed. `why` says so in words.
    """

    runs: int
    defined: int
    mean: float
    low: float
    high: float
    met: str
    next_runs: int
    why: str


def enough(values: Sequence[float] | np.ndarray, target: PrecisionTarget, *, chance: bool = False) -> Precision:
    """What the replications so far, in their order, say of a mean, and whether they are enough.

    nan values are left out. With `chance` they are 0 and 1 and have Wilson's interval. The answer depends on these
    values alone, so that an interrupted study asks for the same runs as one that was not.
    """
    every = np.asarray(values, dtype=float)
    known = every[~np.isnan(every)]
    runs, defined = len(every), len(known)
    if defined < 2:
        mean = float(known.mean()) if defined else math.nan
        return Precision(runs, defined, mean, math.nan, math.nan, "", *_undefined(runs, defined, target))
    mean = float(known.mean())
    low, high = wilson(int(known.sum()), defined, LOOK) if chance else skewed_mean(known, LOOK)
    flat = low == high
    allowed = _allowed(low, high, target)
    met = next((name for name, half in allowed.items() if (high - low) / 2 <= half), "")
    if defined < target.least or (flat and defined < UNVARIED):
        met = ""
    more = runs if met or runs >= target.most else _next(runs, defined, (high - low) / 2, allowed, target)
    return Precision(runs, defined, mean, low, high, met, more, _why(met, flat, low <= 0 <= high, runs, target))


def all_enough(looks: Mapping[str, Precision]) -> int:
    """How many replications there should be in all: the most that any measure asks for; no more if as many as now."""
    return max((look.next_runs for look in looks.values()), default=0)


def _allowed(low: float, high: float, target: PrecisionTarget) -> dict[str, float]:
    """The half-widths that would do, by name."""
    allowed = {}
    if target.absolute is not None:
        allowed["absolute"] = target.absolute
    if target.relative is not None and (low > 0 or high < 0):
        allowed["relative"] = target.relative * min(abs(low), abs(high))
    return allowed


def _next(runs: int, defined: int, half: float, allowed: Mapping[str, float], target: PrecisionTarget) -> int:
    """How many runs at the next look: what the spread so far makes likely, within GROWTH and LEAP."""
    if runs < target.least:
        return target.least
    widest = max(allowed.values(), default=0.0)
    forecast = runs * (half / widest) ** 2 if widest > 0 else math.inf
    needed = max(target.least, UNVARIED if half == 0 else 0) * runs / defined
    aim = min(max(forecast, needed, GROWTH * runs), LEAP * runs)
    return min(math.ceil(aim), target.most)


def _undefined(runs: int, defined: int, target: PrecisionTarget) -> tuple[int, str]:
    why = f"defined in {defined} of {runs} runs: too few for an interval"
    more = target.least if runs < target.least else math.ceil(LEAP * runs)
    return min(max(more, runs), max(target.most, runs)), why


def _why(met: str, flat: bool, holds_zero: bool, runs: int, target: PrecisionTarget) -> str:
    if met and flat:
        return "no two runs differ"
    if met:
        return f"the {met} half-width is reached"
    text = "not reached within the most runs allowed" if runs >= target.most else "not reached yet"
    if holds_zero and target.relative is not None:
        return f"{text}; the interval contains 0, so only an absolute half-width counts" + (
            "" if target.absolute is not None else ", and none is given"
        )
    return text


def rule_of(study: Study) -> ReplicationRule:
    """How many replications a point of a study should have, by what it gave so far, as the sweep asks for it."""
    until = study.replications
    assert isinstance(until, Until)
    targets = targets_of(until)

    def replications(values: np.ndarray) -> int:
        return all_enough(
            {measure: precision_of(study, measure, target, values) for measure, target in targets.items()}
        )

    return replications


def precision_of(study: Study, measure: str, target: PrecisionTarget, values: np.ndarray) -> Precision:
    """How well a measure of the study, or the chance of the scenario's target, is known by what a point gave.

    `values` has a row a replication and a column a measure of the study.
    """
    if measure != TARGET:
        return enough(values[:, study.outcomes.index(measure)], target)
    goal = goal_of(study)
    assert goal is not None
    column = values[:, study.outcomes.index(goal.kpi)]
    met = [float(goal.met(value)) if value == value else np.nan for value in column]
    return enough(met, target, chance=True)


def targets_of(until: Until) -> dict[str, PrecisionTarget]:
    """What is asked of each measure: the relative half-width of those chosen, the absolute of those that name one."""
    absolute = dict(until.absolute)
    chosen = [*(until.outcomes if until.relative is not None else ()), *absolute]
    return {
        measure: PrecisionTarget(
            until.relative if measure in until.outcomes else None, absolute.get(measure), until.least, until.most
        )
        for measure in dict.fromkeys(chosen)
    }
