"""Plans side by side: scenarios, variants and results of earlier runs, with the measures that they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.main_measures import main_measures
from cascadesim.analysis.several import Contest, against_first, all_pairs, contest_row
from cascadesim.errors import UsageError
from cascadesim.experiment.past_runs import PastRun
from cascadesim.lookup import suggestion
from cascadesim.model.measures import TARGET
from cascadesim.scenario import defaults

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several plans on some measures. `contests` are by measure; `paired` says whether they had the same luck."""

    plans: Mapping[str, PastRun]
    contests: Mapping[str, tuple[Contest, ...]]
    paired: bool

    def frame(self) -> pd.DataFrame:
        """A row a measure and contest."""
        import pandas as pd

        return pd.DataFrame([contest_row(contest) for found in self.contests.values() for contest in found])


def compare_plans(plans: Mapping[str, PastRun], measures: Sequence[str] = (), every_pair: bool = False) -> Comparison:
    """All against the first, or every pair, on `measures`: by default the main ones, and the target if they share it.

    `plans` are by name. They are paired by replication where they have one seed, version and code; one whose code was
    not noted may have that of the others. Raises `UsageError` for fewer than two plans, or a measure that none of them
    has.
    """
    if len(plans) < 2:
        raise UsageError("one plan alone cannot be compared.", hint="Give two or more.", code="plans")
    codes = {plan.code for plan in plans.values()} - {""}
    paired = len({(plan.seed, plan.version) for plan in plans.values()}) == 1 and len(codes) <= 1
    compared = all_pairs if every_pair else against_first
    chosen = tuple(dict.fromkeys(measures)) or tuple(main_measures([plan.scenario for plan in plans.values()]))
    contests = {}
    for measure in chosen:
        known = list(dict.fromkeys(column for plan in plans.values() for column in plan.kpis.columns[1:]))
        if measure not in known:
            hint = suggestion(measure, known)
            raise UsageError(f"none of the plans has the measure {measure}.", hint=hint, code="measure")
        columns = {name: _column(plan, measure) for name, plan in plans.items()}
        contests[measure] = compared(columns, measure, paired=paired)
    return Comparison(plans, _target(plans, compared, paired) | contests if not measures else contests, paired)


def _column(plan: PastRun, measure: str) -> list[float]:
    if measure not in plan.kpis:
        return [float("nan")] * len(plan.kpis)
    return [float(value) for value in plan.kpis[measure]]


def _target(plans: Mapping[str, PastRun], compared: Any, paired: bool) -> dict[str, tuple[Contest, ...]]:
    """The chance of the target, where all plans have the same one and are paired."""
    goals = [defaults.target(plan.scenario) for plan in plans.values()]
    goal = goals[0]
    if not paired or goal is None or any(each != goal for each in goals):
        return {}
    hits = {
        name: [float(goal.met(value)) for value in _column(plan, goal.kpi)] for name, plan in plans.items()
    }
    return {TARGET: compared(hits, TARGET, paired=True, chance=True)}
