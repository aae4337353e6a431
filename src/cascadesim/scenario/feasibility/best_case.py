"""Best"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from cascadesim.scenario import defaults
from cascadesim.scenario.fields import Rate
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Staff, Training


@dataclass(frozen=True, slots=True)
class Prospect:
    """The best that one tier can hope for, at one site or at all; infinite where chance sets no limit.

    `candidates` counts those who need the course, `everybody` all who are ever there, `at_once` the most who are there
    at one time. `courses` are the earliest weeks at which the course of each stage can begin, infinite where no date of
    the calendar can be used; `ready` is the week at which somebody is certified.
    """

    candidates: float
    everybody: float
    at_once: float
    first_candidates: float
    courses: tuple[float, ...]
    ready: float


def prospects(scenario: Scenario) -> list[Prospect]:
    """One for each tier, from the top: people of all sites, weeks of the earliest."""
    return [
        Prospect(
            candidates=sum(each.candidates for each in found.values()),
            everybody=sum(each.everybody for each in found.values()),
            at_once=sum(each.at_once for each in found.values()),
            first_candidates=min(each.first_candidates for each in found.values()),
            courses=tuple(map(min, zip(*(each.courses for each in found.values()), strict=True))),
            ready=min(each.ready for each in found.values()),
        )
        for found in site_prospects(scenario)
    ]


def site_prospects(scenario: Scenario) -> list[dict[str, Prospect]]:
    """One for each site, for each tier from the top."""
    found: list[dict[str, Prospect]] = []
    for level, name in enumerate(scenario.cascade):
        tier = scenario.tier[name]
        staff = defaults.staff(tier)
        here: dict[str, Prospect] = {}
        for site in defaults.sites(scenario):
            above = reachable(found[-1], site, tier.training.across_sites) if found else []
            ready = min((prospect.ready for prospect in above), default=math.inf) if found else 0.0
            here[site] = _prospect(scenario, staff.get(site, Staff()), level, ready)
        found.append(here)
    return found


def reachable(above: dict[str, Prospect], site: str, across_sites: bool) -> list[Prospect]:
    """Those of the tier above who can serve a site: its own, or all."""
    return list(above.values()) if across_sites else [above[site]]


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
    cases = []
    for form in defaults.formats_used(scenario.clients).values():
        assert form.sessions is not None and form.interval_weeks is not None
        cases.append((tier.training.practice_min_sessions or form.sessions) * form.interval_weeks.support[0])
    return rounds * min(cases)


def _prospect(scenario: Scenario, staff: Staff, level: int, above: float) -> Prospect:
    horizon, tier = scenario.horizon_weeks, scenario.tier[scenario.cascade[level]]
    dated = sum(intake.count for intake in staff.intake if intake.week < horizon)
    vacancy = tier.lag_weeks.value if staff.target and tier.lag_weeks.value < horizon else math.inf
    by_chance = min(min(rises(staff.recruits_per_week, horizon), default=math.inf), vacancy)
    outside = min(math.inf if by_chance < math.inf else dated, math.inf if staff.pool is None else staff.pool)
    promoted = tier.promotion is not None and bool(staff.target) and level + 1 < len(scenario.cascade)
    by_chance = 0.0 if promoted else by_chance  # before the lag, and nobody knows when (R9.2)
    candidates = math.inf if promoted else outside
    trained = defaults.trains(tier, level)
    stages = defaults.stages(tier.training)
    first = min(_week_of_recruit(staff, stages[0].min_cohort if trained else 1, horizon), by_chance)
    ready, courses = first, []
    if trained:
        ready = max(first, above)
        for stage in stages:
            courses.append(_course_begins(stage, ready, horizon))
            ready = courses[-1] + (stage.course_weeks or 0)
        ready += fewest_weeks_of_practice(scenario, level)
    by_rate = any(True for _ in rises(staff.recruits_per_week, horizon))
    everybody = candidates + staff.initial
    at_once = min(math.inf if by_rate else max(staff.initial, staff.target or 0) + dated, everybody)
    return Prospect(candidates, everybody, at_once, first, tuple(courses), 0.0 if staff.initial else ready)


def _week_of_recruit(staff: Staff, number: int, horizon: float) -> float:
    """The week by which so many have come by intakes alone."""
    there = 0
    for intake in sorted(staff.intake, key=lambda intake: intake.week):
        there += intake.count
        if there >= number and intake.week < horizon:
            return intake.week
    return math.inf


def _course_begins(training: Training, ready: float, horizon: float) -> float:
    """The first moment at or after `ready` at which a course may begin; infinite where no date is left (R3.5)."""
    if not defaults.on_dates(training):
        return ready
    usable = (week for week in defaults.course_dates(training, horizon) if week + training.window_weeks > ready)
    return max(min(usable, default=math.inf), ready)
