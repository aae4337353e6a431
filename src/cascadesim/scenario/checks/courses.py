"""Courses and refreshers: their dates, their size, and what is kept free for them by those who give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import idle, is_said, repeated, tiers
from cascadesim.scenario.findings import Finding, there
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Tier
from cascadesim.scenario.training import Training
from cascadesim.scenario.words import shown

MAX_STAGES = 15


def gives_courses(scenario: Scenario, level: int) -> bool:
    """Whether the tier below takes courses or refreshers, which this one gives."""
    if level + 1 == len(scenario.cascade):
        return False
    below = scenario.tier[scenario.cascade[level + 1]]
    return defaults.trains(below, level + 1) or below.refresher is not None


def calendars(scenario: Scenario) -> Iterator[Finding]:
    """Dates go with when = "calendar", lie before the horizon, and are not given twice."""
    for _, _, tier, path in tiers(scenario):
        training, here = tier.training, (*path, "training")
        yield from _when(training, here)
        yield from twice(training.at_weeks, (*here, "at_weeks"), "For more courses on a date write courses_per_date.")
        for place, stage in enumerate(training.stages):
            yield from twice(stage.at_weeks or (), (*here, "stages", place, "at_weeks"))
        yield from every(training.every_weeks, training.at_weeks, scenario.horizon_weeks, here)
        if not any(defaults.on_dates(stage) for stage in defaults.stages(training)):
            keys = [key for key in ("window_weeks", "courses_per_date") if is_said(training, key)]
            yield from (idle((*here, key), "courses start when they are ready", here) for key in keys)
        if training.every_weeks is not None and training.window_weeks >= training.every_weeks:
            yield _always_open(training, here)


def _always_open(training: Training, here: Path) -> Finding:
    """Dates whose windows leave no time between them: a calendar in name only."""
    reads = ((*here, "window_weeks"), (*here, "every_weeks"))
    message = f"got {training.window_weeks:g}, not less than every_weeks = {training.every_weeks:g}: from the first"
    message += " date on a window is always open, and courses start when they are ready, not on dates."
    hint = f"Less than {training.every_weeks:g}: how long a date waits for candidates and trainers."
    return Finding(reads[0], message, hint, "unlikely", reads, warning=True)


def _when(training: Training, here: Path) -> Iterator[Finding]:
    at_weeks: Path = (*here, "at_weeks")
    reads = ((*here, "when"), at_weeks, (*here, "every_weeks"), (*here, "stages"))
    for stage in defaults.stages(training):
        dated = bool(stage.at_weeks) or stage.every_weeks is not None
        if training.when == "calendar" and not dated:
            hint = "Add at_weeks = [...] or every_weeks."
            yield Finding(reads[0], 'when = "calendar" needs dates.', hint, reads=reads)
            return
        if training.when == "ready" and dated:
            key = reads[2] if training.every_weeks is not None else at_weeks if training.at_weeks else reads[3]
            message = f'{key[-1]} has dates, and when = "ready" has none.'
            yield Finding(key, message, "Take one of the two out.", reads=reads)
            return


def twice(weeks: Sequence[float], path: Path, hint: str = "") -> Iterator[Finding]:
    """A date stands in a list once."""
    for place, week in repeated(weeks):
        yield Finding((*path, place), f"week {week:g} is given twice.", hint)


def every(every_weeks: float | None, at_weeks: Sequence[float], horizon_weeks: float, here: Path) -> Iterator[Finding]:
    """Dates that come back have one before the horizon, and not more than a calendar can hold."""
    if every_weeks is None:
        return
    key = (*here, "every_weeks")
    reads = (key, ("horizon_weeks",))
    if every_weeks >= horizon_weeks and not at_weeks:
        message = f"no date lies before the horizon of {horizon_weeks:g} weeks."
        yield Finding(key, message, f"Less than {horizon_weeks:g}.", "impossible", reads)
    elif horizon_weeks / every_weeks > defaults.MAX_DATES:
        message = f"makes {horizon_weeks / every_weeks:,.0f} dates; at most {defaults.MAX_DATES:,}."
        yield Finding(key, message, "", "too_large", reads)


def cohorts(scenario: Scenario) -> Iterator[Finding]:
    """The size of courses, and the number of stages."""
    for _, _, tier, path in tiers(scenario):
        training, here = tier.training, (*path, "training")
        if len(training.stages) > MAX_STAGES:
            yield Finding((*here, "stages"), f"more than {MAX_STAGES} stages.", "", "too_large")
        for place, stage in enumerate(defaults.stages(training)):
            if stage.max_cohort is not None and stage.min_cohort > stage.max_cohort:
                message = f"got {stage.min_cohort}, more than max_cohort = {stage.max_cohort}."
                reads: tuple[Path, ...] = ((*here, "min_cohort"), (*here, "max_cohort"))
                if training.stages:
                    message = f"min_cohort: {message}"
                    reads = ((*here, "stages", place), *reads)
                yield Finding(reads[0], message, "Lower it, or raise max_cohort.", reads=reads)


def refreshers(scenario: Scenario) -> Iterator[Finding]:
    """There is a time before the window opens."""
    for _, _, tier, path in tiers(scenario):
        refresher = tier.refresher
        if refresher is not None and refresher.window_weeks >= refresher.every_weeks:
            reads = ((*path, "refresher", "window_weeks"), (*path, "refresher", "every_weeks"))
            message = f"got {refresher.window_weeks:g}, not less than every_weeks = {refresher.every_weeks:g}."
            yield Finding(reads[0], message, "The window opens so long before the refresher is due.", reads=reads)


def duties(scenario: Scenario) -> Iterator[Finding]:
    """What concerns trainers stands in a tier that gives courses."""
    for level, name, tier, path in tiers(scenario):
        if sorted(tier.priority) != ["courses", "supervision"]:
            message = f"got {', '.join(map(shown, tier.priority)) or 'an empty list'}; both are needed, each once."
            hint = 'Write ["supervision", "courses"] or ["courses", "supervision"].'
            yield Finding((*path, "priority"), message, hint, "wrong_value")
        if not gives_courses(scenario, level):
            why = f"{name} gives no courses"
            yield from (idle(key, why, ("tier",), ("cascade",)) for key in _trainer_keys(tier, path))
        elif tier.trains_probability.value == 0:
            below = ("tier", scenario.cascade[level + 1])
            reads = ((*path, "trains_probability"), (*below, "training", "required"), there(*below), ("cascade",))
            message = f"got 0: nobody of {name} can ever give a course."
            yield Finding(reads[0], message, "Anything above 0.", "impossible", reads)


def _trainer_keys(tier: Tier, path: Path) -> Iterator[Path]:
    for key in ("training_reserve_hours_per_week", "trains_probability"):
        if is_said(tier, key):
            yield (*path, key)
    if sorted(tier.priority) == ["courses", "supervision"] and tier.priority[0] == "courses":
        yield (*path, "priority")
    if tier.competence is not None and tier.competence.min_trainer_competence.value > 0:
        yield (*path, "competence", "min_trainer_competence")
