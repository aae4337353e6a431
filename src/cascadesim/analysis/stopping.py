"""The rule by which a point of a study has enough replications, as the sweep asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.precision import Precision, Target, all_enough, enough
from cascadesim.experiment.study import Study, Until
from cascadesim.experiment.study.measures import goal_of
from cascadesim.experiment.study.nouns import TARGET
from cascadesim.experiment.sweep.task_queue import ReplicationRule

if TYPE_CHECKING:
    import numpy as np


def rule_of(study: Study) -> ReplicationRule:
    """How many replications a point should have, by what it gave so far: as many as the measure that wants most."""
    until = study.replications
    assert isinstance(until, Until)
    targets = targets_of(until)

    def wanted(values: np.ndarray) -> int:
        return all_enough({measure: known(study, measure, target, values) for measure, target in targets.items()})

    return wanted


def known(study: Study, measure: str, target: Target, values: np.ndarray) -> Precision:
    """How well a measure of the study, or the chance of the scenario's target, is known by what a point gave.

    `values` has a row a replication and a column a measure of the study.
    """
    import numpy as np

    if measure != TARGET:
        return enough(values[:, study.measures.index(measure)], target)
    goal = goal_of(study)
    assert goal is not None
    column = values[:, study.measures.index(goal.kpi)]
    met = [float(goal.met(value)) if value == value else np.nan for value in column]
    return enough(met, target, chance=True)


def targets_of(until: Until) -> dict[str, Target]:
    """What is asked of each measure: the relative half-width of those chosen, the absolute of those that name one."""
    absolute = dict(until.absolute)
    chosen = [*(until.measures if until.relative is not None else ()), *absolute]
    return {
        measure: Target(
            until.relative if measure in until.measures else None, absolute.get(measure), until.least, until.most
        )
        for measure in dict.fromkeys(chosen)
    }
