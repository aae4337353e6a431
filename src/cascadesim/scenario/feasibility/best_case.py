"""What a plan can come to at best: how many recruits a tier has, and the earliest week of its first certificate."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from cascadesim.scenario import defaults
from cascadesim.scenario.fields import Rate
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Staff, Training


@dataclass(frozen=True, slots=True)
class BestCase:
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


def best_cases(scenario: Scenario) -> list[BestCase]:
    """One for each tier, from the top: people of all sites, weeks of the earliest."""
    return [
        BestCase(
            candidates=sum(best.candidates for best in sites.values()),
            everybody=sum(best.everybody for best in sites.values()),
            at_once=sum(best.at_once for best in sites.values()),
            first_candidates=min(best.first_candidates for best in sites.values()),
            courses=tuple(map(min, zip(*(best.courses for best in sites.values()), strict=True))),
            ready=min(best.ready for best in sites.values()),
        )
        for sites in best_cases_by_site(scenario)
    ]


def best_cases_by_site(scenario: Scenario) -> list[dict[str, BestCase]]:
    """One for each site, for each tier from the top."""
    tiers: list[dict[str, BestCase]] = []
    for level, name in enumerate(scenario.cascade):
        tier = scenario.tier[name]
        staff = defaults.staff(tier)
        sites: dict[str, BestCase] = {}
        for site in defaults.sites(scenario):
            above = reachable(tiers[-1], site, tier.training.across_sites) if tiers else []
            ready = min((best.ready for best in above), default=math.inf) if tiers else 0.0
            sites[site] = _best_case(scenario, staff.get(site, Staff()), level, ready)
        tiers.append(sites)
    return tiers


def reachable(above: dict[str, BestCase], site: str, across_sites: bool) -> list[BestCase]:
    """Those of the tier above who can serve a site: its own, or all."""
    return list(above.values()) if across_sites else [above[site]]


def arrival_starts(rate: Rate, horizon: float) -> Iterator[float]:
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


def _best_case(scenario: Scenario, staff: Staff, level: int, above: float) -> BestCase:
    """That of the staff of one site, where somebody of the tier above is ready in week `above`."""
    horizon, tier = scenario.horizon_weeks, scenario.tier[scenario.cascade[level]]
    dated = sum(intake.count for intake in staff.intake if intake.week < horizon)
    vacancy = tier.lag_weeks.value if staff.target and tier.lag_weeks.value < horizon else math.inf
    by_chance = min(min(arrival_starts(staff.recruits_per_week, horizon), default=math.inf), vacancy)
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
    by_rate = any(True for _ in arrival_starts(staff.recruits_per_week, horizon))
    everybody = candidates + staff.initial
    at_once = min(math.inf if by_rate else max(staff.initial, staff.target or 0) + dated, everybody)
    return BestCase(candidates, everybody, at_once, first, tuple(courses), 0.0 if staff.initial else ready)


def _week_of_recruit(staff: Staff, number: int, horizon: float) -> float:
    """The week by which so many have come by intakes alone."""
    recruits = 0
    for intake in sorted(staff.intake, key=lambda intake: intake.week):
        recruits += intake.count
        if recruits >= number and intake.week < horizon:
            return intake.week
    return math.inf


def _course_begins(training: Training, ready: float, horizon: float) -> float:
    """The first moment at or after `ready` at which a course may begin; infinite where no date is left (R3.5)."""
    if not defaults.on_dates(training):
        return ready
    usable = (week for week in defaults.calendar_dates(training, horizon) if week + training.window_weeks > ready)
    return max(min(usable, default=math.inf), ready)
