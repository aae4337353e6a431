"""What is kept of every replication where a study does not say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cascadesim.lookup import nearest
from cascadesim.scenario.words import shown

if TYPE_CHECKING:
    from cascadesim.experiment.study.ask import Ask
    from cascadesim.experiment.study.nouns import Study
    from cascadesim.scenario.schema import Scenario
    from cascadesim.scenario.target import ParsedTarget

MOST_MEASURES = 2_000
_LONGEST_HINT = 200


def main_names(scenario: Scenario) -> Iterator[str]:
    """The measures that `compare` begins with, and that of the target.

    `analysis/main_measures.py` has them with their words; a test holds the two together.
    """
    from cascadesim.scenario import defaults
    from cascadesim.scenario.compile import measure_names

    week, known = defaults.report_weeks(scenario)[-1], measure_names(scenario)
    deliver = [name for level, name in enumerate(scenario.cascade) if defaults.delivers(scenario, level)]
    what = "delivering" if deliver else "active"
    yield from (f"tier.{tier}.{what}_at_week_{week}" for tier in deliver or [scenario.cascade[-1]])
    clients = ("clients.started", "clients.completed", "clients.wait_mean_weeks")
    skills = [f"tier.{tier}.competence_mean_at_week_{week}" for tier in scenario.cascade]
    yield from (name for name in (*clients, *skills, "cost.total", "cost.per_completed") if name in known)
    yield from (figure.measure for figure in scenario.published)
    goal = defaults.target(scenario)
    if goal is not None and goal.kpi in known:
        yield goal.kpi


def read_measures(ask: Ask, bases: Iterable[Scenario]) -> tuple[str, ...]:
    """The measures that the file names, else the main ones of every base."""
    from cascadesim.scenario.compile import measure_names

    bases = list(bases)
    if "measures" not in ask.data:
        return tuple(dict.fromkeys(name for base in bases for name in main_names(base)))
    known = set().union(*map(measure_names, bases))
    return _known(ask, "measures", "clients.completed", known)


def keeps_target(bases: Iterable[Scenario], measures: tuple[str, ...]) -> bool:
    """Whether the scenarios have one target, and its measure is kept."""
    from cascadesim.scenario import defaults

    goals = {defaults.target(base) for base in bases}
    goal = next(iter(goals), None)
    return len(goals) == 1 and goal is not None and goal.kpi in measures


def goal_of(study: Study) -> ParsedTarget | None:
    """The target of the scenarios of a study, which all have the same; None where the first has none."""
    from cascadesim.scenario.target import parse_target

    resolved = next(iter(study.bases.values()))
    if "target" not in resolved:
        return None
    return parse_target(resolved["target"]["reach"], math.floor(resolved["horizon_weeks"]))


def read_trajectories(ask: Ask, bases: Iterable[Scenario]) -> tuple[str, ...]:
    """The columns of the trajectories that the file names; none where it names none."""
    from cascadesim.model.measures.trajectories import trajectory_columns
    from cascadesim.scenario.compile import measured_scope

    if "trajectories" not in ask.data:
        return ()
    known = {name for base in bases for name in trajectory_columns(measured_scope(base))} - {"week"}
    return _known(ask, "trajectories", "clients.waiting", known)


def _known(ask: Ask, key: str, example: str, known: set[str]) -> tuple[str, ...]:
    names = ask.texts((key,), ask.data[key], MOST_MEASURES, f'["{example}"]')
    for place, name in enumerate(ask.data[key] if names else ()):
        if known and isinstance(name, str) and name not in known:
            what = "measure" if key == "measures" else "column"
            ask.fault((key, place), f"a run has no {what} {shown(name)}.", name_hint(name, known), "no_such_measure")
    return tuple(names)


def name_hint(name: str, known: set[str]) -> str:
    """The name that was probably meant, looked for among its like before hundreds of others."""
    head = name.rsplit("_at_week_", 1)[0] if "_at_week_" in name else ""
    like = [each for each in sorted(known) if head and each.startswith(head)]
    close = nearest(name, like) or nearest(name, sorted(known))
    if close:
        return f"Did you mean {close}?"
    listed = f"Known: {', '.join(sorted(known))}."
    return listed if len(listed) <= _LONGEST_HINT else "The tables of a run list every one."
