"""What a plan can come to at best: how many recruits a tier has, and the earliest week of its first certificate."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Rate, Tier, Training


@dataclass(frozen=True, slots=True)
class Prospect:
    """The best that one tier can hope for; infinite where chance sets no limit.

    `dated` counts the recruits of intakes within the horizon, `candidates` those who need the course, `everybody` all.
    `course` is the earliest week at which a course can begin, infinite where no date of the calendar can be used;
    `ready` that at which somebody is certified.
    """

    dated: int
    candidates: float
    everybody: float
    first_candidates: float
    course: float
    ready: float


def prospects(scenario: Scenario) -> list[Prospect]:
    """One for each tier, from the top."""
    found: list[Prospect] = []
    for level, name in enumerate(scenario.cascade):
        above = found[-1].ready if found else 0.0
        found.append(_prospect(scenario, scenario.tier[name], level, above))
    return found


def rises(rate: Rate, horizon: float) -> Iterator[float]:
    """The weeks within the horizon at which a rate above 0 begins."""
    return (step.from_week for step in rate if step.rate.value > 0 and step.from_week < horizon)


def fewest_weeks_of_practice(scenario: Scenario, level: int) -> float:
    """The least time from the end of the course to the certificate."""
    tier = scenario.tier[scenario.cascade[level]]
    kind = defaults.practice(scenario, level)
    if kind == "simulated":
        return tier.training.practice_weeks
    if kind == "none" or scenario.clients is None:
        return 0.0
    rounds = math.ceil(tier.training.practice_cases / tier.apprentice_caseload)
    sessions = tier.training.practice_min_sessions or scenario.clients.sessions
    return rounds * sessions * scenario.clients.interval_weeks.support[0]


def _prospect(scenario: Scenario, tier: Tier, level: int, above: float) -> Prospect:
    horizon = scenario.horizon_weeks
    dated = sum(intake.count for intake in tier.intake if intake.week < horizon)
    by_chance = min(rises(tier.recruits_per_week, horizon), default=math.inf)
    candidates = math.inf if by_chance < math.inf else dated
    trained = defaults.trains(tier, level)
    first = min(_week_of_recruit(tier, tier.training.min_cohort if trained else 1, horizon), by_chance)
    course = ready = first
    if trained:
        course = _course_begins(tier.training, max(first, above))
        ready = course + (tier.training.course_weeks or 0) + fewest_weeks_of_practice(scenario, level)
    return Prospect(dated, candidates, candidates + tier.initial, first, course, 0.0 if tier.initial else ready)


def _week_of_recruit(tier: Tier, number: int, horizon: float) -> float:
    """The week by which so many have come by intakes alone."""
    there = 0
    for intake in sorted(tier.intake, key=lambda intake: intake.week):
        there += intake.count
        if there >= number and intake.week < horizon:
            return intake.week
    return math.inf


def _course_begins(training: Training, ready: float) -> float:
    """The first moment at or after `ready` at which a course may begin; infinite where no date is left (R3.5)."""
    if not training.at_weeks:
        return ready
    usable = [week for week in training.at_weeks if week + training.window_weeks > ready]
    return max(min(usable), ready) if usable else math.inf
