"""Plans side by side: scenarios, variants and results of earlier runs, with the measures that they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.main_measures import main_measures
from cascadesim.analysis.several import Contest, against_first, all_pairs
from cascadesim.errors import UsageError
from cascadesim.lookup import suggestion
from cascadesim.model.measures import TARGET
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan that was run with `seed`: `kpis` has a row a replication, from 0 on. `version` is that of the code."""

    name: str
    scenario: Scenario
    seed: int
    version: str
    kpis: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several plans on some measures. `contests` are by measure; `paired` says whether they had the same luck."""

    plans: tuple[Plan, ...]
    contests: Mapping[str, tuple[Contest, ...]]
    paired: bool

    def frame(self) -> pd.DataFrame:
        """A row a measure and contest."""
        import pandas as pd

        return pd.DataFrame([_row(contest) for found in self.contests.values() for contest in found])


def _row(contest: Contest) -> dict[str, Any]:
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


def compare_plans(plans: Sequence[Plan], measures: Sequence[str] = (), every_pair: bool = False) -> Comparison:
    """All against the first, or every pair, on `measures`: by default the main ones, and the target if they share it.

    Plans are paired by replication where they have one seed and version. Raises `UsageError` for fewer than two plans,
    two of one name, or a measure that none of them has.
    """
    if len(plans) < 2:
        raise UsageError("one plan alone cannot be compared.", hint="Give two or more.", code="plans")
    names = [plan.name for plan in plans]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise UsageError(f"two plans are called {twice}.", hint="Rename a file or folder.", code="plans")
    paired = len({(plan.seed, plan.version) for plan in plans}) == 1
    compared = all_pairs if every_pair else against_first
    chosen = tuple(dict.fromkeys(measures)) or tuple(main_measures([plan.scenario for plan in plans]))
    contests = {}
    for measure in chosen:
        known = list(dict.fromkeys(column for plan in plans for column in plan.kpis.columns[1:]))
        if measure not in known:
            hint = suggestion(measure, known)
            raise UsageError(f"none of the plans has the measure {measure}.", hint=hint, code="measure")
        contests[measure] = compared({plan.name: _column(plan, measure) for plan in plans}, measure, paired=paired)
    return Comparison(tuple(plans), _target(plans, compared, paired) | contests if not measures else contests, paired)


def _column(plan: Plan, measure: str) -> list[float]:
    if measure not in plan.kpis:
        return [float("nan")] * len(plan.kpis)
    return [float(value) for value in plan.kpis[measure]]


def _target(plans: Sequence[Plan], compared: Any, paired: bool) -> dict[str, tuple[Contest, ...]]:
    """The chance of the target, where all plans have the same one and are paired."""
    goals = [defaults.target(plan.scenario) for plan in plans]
    goal = goals[0]
    if not paired or goal is None or any(each != goal for each in goals):
        return {}
    hits = {plan.name: [float(goal.met(value)) for value in _column(plan, goal.kpi)] for plan in plans}
    return {TARGET: compared(hits, TARGET, paired=True, chance=True)}
