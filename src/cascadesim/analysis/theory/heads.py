"""Head counts without chance: who comes, when they are certified where nobody waits, and who is left."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from cascadesim.analysis.theory.hours import stays_in_head_count, tier_of
from cascadesim.analysis.theory.lifetimes import gets_through, left_by_dates, stays
from cascadesim.analysis.theory.yields import certified_of_passed, weeks_of_practice
from cascadesim.model.units import YEAR_WEEKS
from cascadesim.scenario import defaults
from cascadesim.scenario.prospects import prospects
from cascadesim.scenario.rates import Rate
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Tier
from cascadesim.scenario.training import Training

STEP_WEEKS = 0.25
"""The midpoint rule's step for recruits who come one by one."""

MOST_STEPS = 156
"""Of the midpoint rule for time at work; each looks at every cohort."""

_NOBODY = 1e-9
"""A share of a cohort that is left out."""


@dataclass(frozen=True)
class Cohort:
    """People who come together and pass together: when and how many, and when they are apprentices and certified."""

    week: float
    count: float
    passed: float
    certified: float


@dataclass(frozen=True)
class People:
    """One tier, with what does not depend on the week worked out once: chances to be certified and to be a head."""

    tier: Tier
    initial: int
    cohorts: tuple[Cohort, ...]
    certified: float
    stays: float

    def active(self, week: float) -> float:
        """The mean number of certified workers just before this week.

        The sum over cohorts of count x yield x survival since the certificate: the mean of an infinite-server queue
        whose rate varies, Eick, Massey and Whitt (1993), Operations Research 41:731-742.
        """
        tenure = self.tier.initial_tenure_weeks
        there = self.initial * self.stays * stays(self.tier, week, recruited=tenure, certified=tenure)
        there *= left_by_dates(self.tier, week, -tenure, -tenure)
        return there + math.fsum(
            each.count * self.certified * self.stays * self._left(each, week)
            for each in self.cohorts
            if each.certified < week
        )

    def apprentices(self, week: float) -> float:
        """The mean number between the course and the certificate just before this week."""
        return math.fsum(
            each.count * gets_through(self.tier, week - each.week) * left_by_dates(self.tier, week, each.week, math.inf)
            for each in self.cohorts
            if each.passed < week <= each.certified
        )

    def leaving_per_year(self, opens: float, until: float) -> float:
        """Exits a year of each certified head in these weeks: those there or certified and gone / time since then.

        An occurrence-exposure rate; the time by the midpoint rule, in steps of a week or of a part in `MOST_STEPS`.
        """
        came = self.active(opens) + math.fsum(
            each.count * self.certified * self.stays * self._certified(each)
            for each in self.cohorts
            if opens <= each.certified < until
        )
        steps = min(math.ceil(until - opens), MOST_STEPS)
        middles = (opens + (step + 0.5) * (until - opens) / steps for step in range(steps))
        worked = math.fsum(map(self.active, middles)) * (until - opens) / steps
        return YEAR_WEEKS * (came - self.active(until)) / worked if worked else math.nan

    def _certified(self, cohort: Cohort) -> float:
        """The share whom nothing has taken before the certificate."""
        there = gets_through(self.tier, cohort.certified - cohort.week)
        return there * left_by_dates(self.tier, cohort.certified, cohort.week, math.inf)

    def _left(self, cohort: Cohort, week: float) -> float:
        lead = cohort.certified - cohort.week
        there = gets_through(self.tier, lead) * stays(self.tier, week - cohort.certified, recruited=lead)
        return there * left_by_dates(self.tier, week, cohort.week, cohort.certified)


def is_known(scenario: Scenario, level: int) -> bool:
    """Whether it is known beforehand who comes: not where vacancies are filled, or people promoted."""
    tier, below = tier_of(scenario, level), scenario.cascade[level + 1 :]
    vacancies = any(staff.target is not None or staff.pool is not None for staff in defaults.staff(tier).values())
    taken = level > 0 and tier_of(scenario, level - 1).promotion is not None
    return not (vacancies or taken or (tier.promotion is not None and bool(below)))


def people(scenario: Scenario, level: int) -> People:
    """The people of one tier, as they would come through courses without waiting; see `is_known`."""
    tier = tier_of(scenario, level)
    initial = sum(staff.initial for staff in defaults.staff(tier).values())
    certified = certified_of_passed(scenario, level) if defaults.trains(tier, level) else 1.0
    return People(tier, initial, tuple(_cohorts(scenario, level)), certified, stays_in_head_count(tier))


def rate_at(rate: Rate, week: float) -> float:
    """The rate in force at this week (R9.1, R8.3); 0 before the first step."""
    steps = [step for step in rate if step.from_week <= week]
    return max(steps, key=lambda step: step.from_week).rate.value if steps else 0.0


def _cohorts(scenario: Scenario, level: int) -> list[Cohort]:
    """Everybody who comes and passes, of all sites, and when they are certified."""
    tier, horizon = tier_of(scenario, level), scenario.horizon_weeks
    trained = defaults.trains(tier, level)
    above = prospects(scenario)[level - 1].ready if trained and level else 0.0
    practice = weeks_of_practice(scenario, level) if trained else 0.0
    found = []
    for week, count in _arrivals(scenario, level):
        passing = _passing(tier, max(week, above), horizon) if trained else {week: 1.0}
        found += [Cohort(week, count * share, passed, passed + practice) for passed, share in passing.items()]
    return found


def _arrivals(scenario: Scenario, level: int) -> Iterator[tuple[float, float]]:
    """(week, how many): intakes, and recruits one by one by the midpoint rule."""
    horizon = scenario.horizon_weeks
    steps = math.ceil(horizon / STEP_WEEKS)
    for staff in defaults.staff(tier_of(scenario, level)).values():
        yield from ((each.week, float(each.count)) for each in staff.intake if each.week < horizon)
        for step in range(steps if staff.recruits_per_week else 0):
            middle = (step + 0.5) * horizon / steps
            many = scenario.recognition.recruitment_factor.value * rate_at(staff.recruits_per_week, middle)
            yield middle, many * horizon / steps


def _passing(tier: Tier, ready: float, horizon: float) -> dict[float, float]:
    """When which share of those pass the last stage who are ready for the first at this week, unless not selected.

    Whoever fails takes the next course of the stage, as often as there are attempts (R3.8).
    """
    coming = {ready: tier.training.selection_probability.value}
    for stage in defaults.stages(tier.training):
        passing: dict[float, float] = {}
        for week, share in coming.items():
            ends = week
            for attempt in range(stage.attempts):
                ends = _course_ends(stage, ends, horizon)
                now = share * stage.pass_probability.value * (1 - stage.pass_probability.value) ** attempt
                if now > _NOBODY:
                    passing[ends] = passing.get(ends, 0.0) + now
        coming = passing
    return coming


def _course_ends(stage: Training, ready: float, horizon: float) -> float:
    """When a course ends for which somebody is ready at this week; with dates it begins on one (R3.5)."""
    if defaults.on_dates(stage):
        dates = defaults.course_dates(stage, horizon)
        ready = max(min((week for week in dates if week + stage.window_weeks > ready), default=math.inf), ready)
    return ready + (stage.course_weeks or 0.0)
