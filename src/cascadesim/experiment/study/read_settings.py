"""What is kept of every replication, when there are enough of them, and which constraints hold."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence

from cascadesim.errors import UsageError, nearest, suggestion
from cascadesim.experiment.study.constraints import UnreadableConstraint, read_constraint
from cascadesim.experiment.study.definition import TARGET, Fixed, StudyDefinition, Until
from cascadesim.experiment.study.factors import Factor, plain_number
from cascadesim.experiment.study.file_schema import MOST, UntilTable
from cascadesim.experiment.study.reader import BaseScenarios, Reader
from cascadesim.scenario import defaults
from cascadesim.scenario.compile import measure_names, measured_scope
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.renames import new_outcome, outcome_hint
from cascadesim.scenario.schema import ParsedTarget, Scenario, parse_target

_LONGEST_HINT = 200


def main_names(scenario: Scenario) -> Iterator[str]:
    """The outcomes that `compare` begins with, and that of the target.

    `analysis/wording.py` has them with their words; a test holds the two together.
    """
    week, known = defaults.report_weeks(scenario)[-1], measure_names(scenario)
    deliver = [name for level, name in enumerate(scenario.cascade) if defaults.delivers(scenario, level)]
    what = "delivering" if deliver else "active"
    yield from (f"tier.{tier}.{what}_at_week_{week}" for tier in deliver or [scenario.cascade[-1]])
    clients = ("clients.started", "clients.completed", "clients.wait_mean_weeks")
    skills = [f"tier.{tier}.competence_mean_at_week_{week}" for tier in scenario.cascade]
    yield from (name for name in (*clients, *skills, "cost.total", "cost.per_completed") if name in known)
    yield from (figure.outcome for figure in scenario.published)
    goal = defaults.target(scenario)
    if goal is not None and goal.kpi in known:
        yield goal.kpi


def goal_of(study: StudyDefinition) -> ParsedTarget | None:
    """The target of the scenarios of a study, which all have the same; None where the first has none."""
    resolved = next(iter(study.bases.values()))
    if "target" not in resolved:
        return None
    return parse_target(resolved["target"]["reach"], math.floor(resolved["horizon_weeks"]))


def read_outcomes(reader: Reader, scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """The outcomes that the file names, else the main ones of every base."""
    if reader.file.outcomes is None:
        return tuple(dict.fromkeys(name for scenario in scenarios for name in main_names(scenario)))
    if not reader.is_sound(("outcomes",)):
        return ()
    _check_names(reader, "outcomes", reader.file.outcomes, set().union(*map(measure_names, scenarios)))
    return reader.file.outcomes


def read_trajectories(reader: Reader, scenarios: Iterable[Scenario]) -> tuple[str, ...]:
    """The columns of the trajectories that the file names; none where it names none."""
    from cascadesim.model.measures.trajectories import trajectory_columns

    if reader.file.trajectories is None:
        return ()
    known = {name for scenario in scenarios for name in trajectory_columns(measured_scope(scenario))} - {"week"}
    _check_names(reader, "trajectories", reader.file.trajectories, known)
    return reader.file.trajectories


def _check_names(reader: Reader, key: str, names: Sequence[str], known: Collection[str]) -> None:
    what = "outcome" if key == "outcomes" else "column"
    for index, name in enumerate(names if known else ()):
        if name not in known:
            hint = name_hint(name, known)
            reader.fault((key, index), f"a run has no {what} {shown(name)}.", hint, "no_such_outcome")


def name_hint(name: str, known: Collection[str]) -> str:
    """What an old name is today; else the name that was probably meant, sought among its like before all others."""
    if new_outcome(name) != name:
        return outcome_hint(name, known)
    head = name.rsplit("_at_week_", 1)[0] if "_at_week_" in name else ""
    like = [other for other in sorted(known) if head and other.startswith(head)]
    close = nearest(name, like) or nearest(name, sorted(known))
    if close:
        return f"Did you mean {close}?"
    listed = f"Known: {', '.join(sorted(known))}."
    return listed if len(listed) <= _LONGEST_HINT else "The tables of a run list every one."


def read_replications(
    reader: Reader, usual: int, outcomes: tuple[str, ...], scenarios: Sequence[Scenario]
) -> Fixed | Until:
    """How many of each point; `usual` where the file does not say. With a target its chance can be asked for too."""
    asked = reader.file.replications
    if not isinstance(asked, UntilTable):
        return Fixed(usual if asked is None else asked)
    most = max(MOST, asked.least) if asked.most is None else asked.most
    if most < asked.least:
        message = f"got {most}; it must be at least `least`, which is {asked.least}."
        reader.fault(("replications", "most"), message)
    if asked.relative is None and asked.absolute is None:
        hint = "Write relative = 0.05 for 5 % of the mean, or absolute = { NAME = 2.0 } in the unit of the outcome."
        reader.fault(("replications",), "a half-width to reach is needed.", hint, "missing")
    kept = (*outcomes, TARGET) if _keeps_target(scenarios, outcomes) else outcomes
    for name, width in (asked.absolute or {}).items():
        at = ("replications", "absolute", name)
        _check_kept(reader, at, name, kept)
        if name == TARGET and width >= 1:
            reader.fault(at, f"got {shown(width)}; allowed: a share, below 1.", "0.05 is 5 percentage points.")
    for index, name in enumerate(asked.outcomes or ()):
        _check_kept(reader, ("replications", "outcomes", index), name, outcomes)
    absolute = tuple((asked.absolute or {}).items())
    judged = tuple(name for name, _ in absolute) if asked.relative is None else asked.outcomes or outcomes
    return Until(asked.least, most, asked.relative, absolute, judged)


def _keeps_target(scenarios: Iterable[Scenario], outcomes: tuple[str, ...]) -> bool:
    """Whether the scenarios have one target, and its measure is kept."""
    goals = {defaults.target(scenario) for scenario in scenarios}
    goal = next(iter(goals), None)
    return len(goals) == 1 and goal is not None and goal.kpi in outcomes


def _check_kept(reader: Reader, at: KeyPath, name: str, outcomes: tuple[str, ...]) -> None:
    if outcomes and name not in outcomes:
        hint = suggestion(name, outcomes) if len(outcomes) <= 10 else name_hint(name, outcomes)
        hint = "Add the outcome of the scenario's [target] to outcomes." if name == TARGET else hint
        reader.fault(at, f"{shown(name)} is not among the outcomes that are kept.", hint, "no_such_outcome")


def read_constraints(reader: Reader, scenarios: BaseScenarios, factors: Sequence[Factor]) -> tuple[str, ...]:
    """The constraints of a file, each of which can be read, and whose names are known and stand for numbers."""
    for index, text in enumerate(reader.file.constraints or ()):
        at = ("constraints", index)
        try:
            names = read_constraint(text).names
        except UnreadableConstraint as error:
            reader.fault(at, error.message, error.hint, "constraint")
            continue
        for name in names:
            _check_number(reader, scenarios, at, name, factors)
    return reader.file.constraints or ()


def _check_number(reader: Reader, scenarios: BaseScenarios, at: KeyPath, name: str, factors: Sequence[Factor]) -> None:
    named = {factor.name: factor for factor in factors}
    if name in named:
        if any(plain_number(level) is None for level in named[name].labels):
            reader.fault(at, f"the levels of {shown(name)} are no numbers.", code="constraint")
        return
    if "." not in name and named:
        reader.unknown(at, name, [*named], "factor")
        return
    try:
        path = scenarios.find(at, name)
    except UsageError:
        return
    varied = any(name in factor.paths for factor in factors)
    if path is not None and not varied and any(plain_number(value) is None for value in path.values.values()):
        reader.fault(at, f"the scenario has no number at {name}.", code="constraint")
