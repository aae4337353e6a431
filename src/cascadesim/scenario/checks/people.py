"""Workers: their hours, where they come from, whether they work once certified, and how they move up."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cascadesim.scenario.checks.common import idle, is_said, repeated, staffs, tiers
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.rates import Rate
from cascadesim.scenario.schema import Scenario

WEEK_HOURS = 168


def hours(scenario: Scenario) -> Iterator[Finding]:
    """A week has 168 hours."""
    for _, _, tier, path in tiers(scenario):
        low, high = tier.hours_per_week.support
        most = high if math.isfinite(high) else tier.hours_per_week.mean_value
        if most > WEEK_HOURS:
            message = f"got {'up to' if low < high else ''} {most:g} hours; a week has {WEEK_HOURS}."
            yield Finding((*path, "hours_per_week"), " ".join(message.split()), "", "wrong_value")


def steps(scenario: Scenario) -> Iterator[Finding]:
    """A rate that changes says so once for each week."""
    rates: list[tuple[Path, Rate]] = [
        ((*path, "recruits_per_week"), staff.recruits_per_week) for _, staff, path in staffs(scenario)
    ]
    for name, stream in scenario.clients.stream.items() if scenario.clients else ():
        rates.append((("clients", "stream", name, "referrals_per_week"), stream.referrals_per_week))
    for path, rate in rates:
        for place, week in repeated([step.from_week for step in rate]):
            hint = "Each step needs a from_week of its own."
            yield Finding((*path, place), f"two rates from week {week:g} on.", hint)


def recruitment(scenario: Scenario) -> Iterator[Finding]:
    """A lag is that of vacancies, and a pool is drawn on by recruits."""
    targets = {path[:2] for _, staff, path in staffs(scenario) if staff.target is not None}
    for _, _, tier, path in tiers(scenario):
        if is_said(tier, "lag_weeks") and path not in targets:
            why = "there are no vacancies without a target"
            yield idle((*path, "lag_weeks"), why, (*path, "target"), (*path, "site"), hint="Add target = ...")
    for _, staff, path in staffs(scenario):
        sources = staff.intake or staff.recruits_per_week or staff.target
        if staff.pool is not None and not sources:
            reads = tuple((*path, key) for key in ("intake", "recruits_per_week", "target"))
            yield idle((*path, "pool"), "nobody is recruited after week 0", *reads)


def filled_twice(scenario: Scenario) -> Iterator[Finding]:
    """Vacancies open at week 0 for whoever is missing then, though a dated intake is still to come (R9.1)."""
    for _, staff, path in staffs(scenario):
        at_once = sum(each.count for each in staff.intake if each.week == 0)
        later = [each.week for each in staff.intake if 0 < each.week < scenario.horizon_weeks]
        missing = (staff.target or 0) - staff.initial - at_once
        if missing > 0 and later:
            reads: tuple[Path, ...] = tuple((*path, key) for key in ("target", "initial", "intake"))
            message = f"{missing} are missing at week 0 and get vacancies; the intake of week {later[0]:g} comes too."
            hint = "Let the intake come at week 0, or leave it out."
            yield Finding(reads[0], message, hint, "unlikely", (*reads, ("horizon_weeks",)), warning=True)


def promotion(scenario: Scenario) -> Iterator[Finding]:
    """Somebody can be promoted, to a vacancy."""
    targets = {path[:2] for _, staff, path in staffs(scenario) if staff.target is not None}
    for level, name, tier, path in tiers(scenario):
        if tier.promotion is None:
            continue
        here: Path = (*path, "promotion")
        if level + 1 == len(scenario.cascade):
            message = f"{name} is the last tier: there is nobody below it to promote."
            yield Finding(here, message, "Take the table out.", reads=(here, ("cascade",)))
            continue
        if path not in targets:
            message = "promotion fills vacancies, and without a target there are none."
            yield Finding(here, message, "Add target = ...", reads=(here, (*path, "target"), (*path, "site")))
        below = scenario.cascade[level + 1]
        least, competence = tier.promotion.min_competence.value, scenario.tier[below].competence
        reads = ((*here, "min_competence"), ("tier", below, "competence"), ("cascade",))
        if least > 0 and competence is None:
            yield idle(reads[0], f"[tier.{below}.competence] is not given", *reads[1:])
        elif competence is not None and least > competence.ceiling.value:
            message = f"got {least:g}, above the ceiling of {below}, {competence.ceiling.value:g}: nobody gets there."
            yield Finding(reads[0], message, "", "impossible", reads)


def deployment(scenario: Scenario) -> Iterator[Finding]:
    """Somebody works, and is selected to."""
    for _, name, tier, path in tiers(scenario):
        if tier.deployment_probability.value == 0:
            message = f"got 0: nobody of {name} would ever work."
            yield Finding((*path, "deployment_probability"), message, "Anything above 0.", "impossible")
        if tier.not_deployed != "exit" and tier.deployment_probability.value == 1:
            why = "everybody is deployed"
            reads = (*path, "deployment_probability")
            yield idle((*path, "not_deployed"), why, reads, hint="Add deployment_probability = ...")
