"""What is read off the results, and what would be good."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from cascadesim.errors import suggestion
from cascadesim.model.measures.clients import CLIENT_REPORTS
from cascadesim.model.measures.tiers import TIER_REPORTS
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import tiers
from cascadesim.scenario.compile import measure_names
from cascadesim.scenario.diagnostics.problems import Finding, presence_of
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.schema import TARGET_GRAMMAR, ParsedTarget, Scenario, target_hint

_LONGEST_HINT = 200


def calendar(scenario: Scenario) -> Iterator[Finding]:
    """Every week of the run has a date."""
    if scenario.start_date is None:
        return
    days = math.ceil(scenario.horizon_weeks * 7)
    latest = dt.date.max.toordinal() - days
    if scenario.start_date.toordinal() > latest:
        message = f"{scenario.horizon_weeks:g} weeks from {scenario.start_date} reach beyond {dt.date.max}."
        hint = f"Allowed: {dt.date.fromordinal(latest)} or earlier." if latest > 0 else "Take it out."
        yield Finding(("start_date",), message, hint, "wrong_value", (("start_date",), ("horizon_weeks",)))


def report_weeks(scenario: Scenario) -> Iterator[Finding]:
    """What is read off the results lies within the horizon."""
    horizon = scenario.horizon_weeks
    limit = f"the horizon of {horizon:g} weeks"
    hint = "Take it out, or raise horizon_weeks."
    for place, week in enumerate(scenario.report_weeks):
        if week > horizon:
            reads: tuple[KeyPath, ...] = (("report_weeks", place), ("horizon_weeks",))
            yield Finding(reads[0], f"week {week} lies past {limit}.", hint, reads=reads)
    if scenario.measure_from_week >= horizon:
        message = f"got {scenario.measure_from_week:g}: nothing is left to measure within {limit}."
        reads = (("measure_from_week",), ("horizon_weeks",))
        yield Finding(reads[0], message, f"Less than {horizon:g}.", reads=reads)


def target(scenario: Scenario) -> Iterator[Finding]:
    """The target is in its grammar, and speaks of something that the run will have."""
    if scenario.target is None:
        return
    path, goal = ("target", "reach"), defaults.target(scenario)
    if goal is None:
        message = f"got {shown(scenario.target.reach)}; allowed: {TARGET_GRAMMAR}."
        yield Finding(path, message, f"{target_hint(scenario.target.reach)} OP is >=, >, <= or <.", "target")
        return
    horizon = scenario.horizon_weeks
    if not 1 <= goal.week <= horizon:
        message = f"week {goal.week} is not within the horizon of {horizon:g} weeks."
        yield Finding(path, message, "", "target", (path, ("horizon_weeks",)))
    yield from _target_measure(scenario, goal, path)


def _target_measure(scenario: Scenario, goal: ParsedTarget, path: KeyPath) -> Iterator[Finding]:
    known = [f"tier.{name}.{what}" for name in scenario.cascade for what in TIER_REPORTS]
    known += CLIENT_REPORTS if scenario.clients is not None else ()
    deliverers = [name for level, name, _, _ in tiers(scenario) if defaults.delivers(scenario, level)]
    reads: tuple[KeyPath, ...] = (path, ("cascade",), presence_of("clients"))
    if goal.measure in CLIENT_REPORTS and goal.measure not in known:
        message = f"{goal.measure} counts clients, and there is no [clients] table."
        yield Finding(path, message, "", "target", (path, presence_of("clients")))
    elif goal.measure not in known:
        yield Finding(path, f"{goal.measure} is not known.", suggestion(goal.measure, known), "target", reads)
    elif goal.measure.endswith(".delivering") and goal.measure.split(".")[1] not in deliverers:
        message = f"{goal.measure} is always 0: this tier sees no clients."
        reads += (("tier", goal.measure.split(".")[1], "delivers"),)
        yield Finding(path, message, "", "target", reads)


def published(scenario: Scenario) -> Iterator[Finding]:
    """A published figure is set beside a measure that the run will have."""
    known = measure_names(scenario) if scenario.published else frozenset()
    for place, figure in enumerate(scenario.published):
        path = ("published", place, "outcome")
        if figure.outcome not in known:
            # A misspelt week or reason is looked for among its like, not among hundreds of other names.
            head = figure.outcome.rsplit("_at_week_", 1)[0] if "_at_week_" in figure.outcome else ""
            like = [name for name in known if head and name.startswith(head)] or list(known)
            close = suggestion(figure.outcome, like)
            hint = close if len(close) < _LONGEST_HINT else "The tables of a run list every outcome."
            message = f"a run of this scenario has no outcome {shown(figure.outcome)}."
            yield Finding(path, message, hint, "no_such_outcome", (path, ("cascade",), ("report_weeks",)))
