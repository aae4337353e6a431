"""Competence: levels in their order, and thresholds that somebody can reach."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import idle, tiers
from cascadesim.scenario.checks.courses import gives_courses
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.support import Competence


def levels(scenario: Scenario) -> Iterator[Finding]:
    """baseline <= course_level <= ceiling, and nothing is asked for beyond the ceiling."""
    for level, name, tier, path in tiers(scenario):
        competence, here = tier.competence, (*path, "competence")
        if competence is None:
            continue
        low, high = competence.baseline.value, competence.ceiling.value
        initial = competence.initial_competence or competence.course_level
        for key, value in (("course_level", competence.course_level.value), ("initial_competence", initial.value)):
            if not low <= value <= high and (key == "course_level" or competence.initial_competence is not None):
                reads = tuple((*here, each) for each in (key, "baseline", "ceiling"))
                message = f"got {value:g}, which is not between baseline = {low:g} and ceiling = {high:g}."
                yield Finding(reads[0], message, "", reads=reads)
        wanted = {"min_trainer_competence": "give a course"} if gives_courses(scenario, level) else {}
        if defaults.trains(tier, level):
            wanted["certification_threshold"] = "be certified"
        for key, what in wanted.items():
            yield from _reached(competence, key, f"{name} can {what}", initial.value, level, here)


def _reached(competence: Competence, key: str, what: str, initial: float, level: int, here: Path) -> Iterator[Finding]:
    """Whether anybody reaches a threshold: refused above the ceiling, doubted where nobody gains."""
    value, ceiling, course = getattr(competence, key).value, competence.ceiling.value, competence.course_level.value
    gains = competence.gain_per_session.value or competence.noise_sd.value
    reads: tuple[Path, ...] = ((*here, key), (*here, "ceiling"), ("cascade",))
    if value > ceiling:
        message = f"got {value:g}, above ceiling = {ceiling:g}: nobody of {what}."
        yield Finding((*here, key), message, f"At most {ceiling:g}.", "impossible", reads)
        return
    reads = (here, ("cascade",))
    if key == "min_trainer_competence" and level == 0 and value > initial:
        message = f"got {value:g}, and the workers of the first tier have {initial:g}: nobody of {what}."
        yield Finding((*here, key), message, f"At most {initial:g}.", "impossible", reads)
    elif value > course and not gains and (key == "certification_threshold" or value > initial):
        message = f"got {value:g}, above course_level = {course:g}, and nothing raises competence: nobody of {what}."
        yield Finding((*here, key), message, "Add gain_per_session.", "unlikely", reads, warning=True)


def unused(scenario: Scenario) -> Iterator[Finding]:
    """What needs another table, or another key, has it."""
    for level, name, tier, path in tiers(scenario):
        competence, here = tier.competence, (*path, "competence")
        if competence is None:
            continue
        trained = defaults.trains(tier, level)
        if competence.certification_threshold.value and not trained:
            yield idle((*here, "certification_threshold"), f"{name} is not trained", (*path, "training"), ("cascade",))
        if competence.refresher_gain.value and tier.refresher is None:
            yield idle((*here, "refresher_gain"), f"{name} has no [tier.{name}.refresher]", (*path, "refresher"))
        if competence.idle_decay_after_weeks is not None and competence.half_life_weeks is None:
            key = (*here, "half_life_weeks")
            yield idle((*here, "idle_decay_after_weeks"), "nothing decays without half_life_weeks", key)
        if competence.dilution.value and trained and level:
            above = scenario.cascade[level - 1]
            if scenario.tier[above].competence is None:
                why = f"[tier.{above}.competence] is not given"
                yield idle((*here, "dilution"), why, ("tier", above, "competence"), ("cascade",))
