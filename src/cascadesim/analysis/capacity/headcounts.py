"""Head counts without chance: planned, what holds them, who comes when, and who is left.

The plan and its upkeep first (the yield of a trainer, recruits that hold a head count, successors of a trainer), then
cohort by cohort who is certified, where nobody waits, and who is left.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from cascadesim.analysis.capacity.hours import courses_per_year, span, stays_in_head_count, tier_of, works
from cascadesim.analysis.capacity.lifetimes import (
    certified_of_apprentices,
    certified_of_passed,
    gets_through,
    lead_weeks,
    leaving_per_year,
    left_by_dates,
    mean_weeks,
    passes_of_round,
    stays,
    weeks_of_practice,
    yield_of_recruits,
)
from cascadesim.model.units import YEAR_WEEKS
from cascadesim.scenario import defaults
from cascadesim.scenario.feasibility.run_size import best_cases, dated_recruits
from cascadesim.scenario.fields import Rate
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Tier, Training

STEP_WEEKS = 0.25
"""The midpoint rule's step for recruits who come one by one."""

MOST_STEPS = 156
"""Of the midpoint rule for time at work; each looks at every cohort."""

_NOBODY = 1e-9
"""A share of a cohort that is left out."""


def planned(scenario: Scenario, level: int) -> int:
    """The full complement: the target, or those of the start and of all intakes; over all sites."""
    return sum(
        staff.target if staff.target is not None else staff.initial + dated_recruits(staff, scenario.horizon_weeks)
        for staff in defaults.staff(tier_of(scenario, level)).values()
    )


def planned_at_work(scenario: Scenario, level: int) -> float:
    """Of the full complement those who are deployed: whoever is idle takes a place in it (R2.6)."""
    return planned(scenario, level) * works(tier_of(scenario, level))


def planned_supervisees(scenario: Scenario, level: int) -> float:
    """How many one supervisor has as planned: planned of this tier / planned at work above, at most a full span.

    Own derivation: an even share. A full span where no number is planned, as for recruits who come one by one.
    """
    below, above = planned_at_work(scenario, level), planned_at_work(scenario, level - 1)
    return min(span(scenario, level), below / above if below and above else math.inf)


def graduates_per_trainer_year(scenario: Scenario, level: int, supervisees: float = 0.0) -> float:
    """People certified for each trainer and year, beside so many supervisees, courses following without a gap.

    courses a year x those who pass all stages, one full course of each (max_cohort x pass) x P(certified).
    Own derivation: the throughput of a server that is never idle is rate x yield; `courses_per_year` is the rate.
    """
    made = passes_of_round(tier_of(scenario, level)) * certified_of_apprentices(scenario, level)
    return courses_per_year(scenario, level, supervisees) * made if made else 0.0


def recruits_per_year(scenario: Scenario, level: int) -> float:
    """Recruits a year that hold the planned head count: planned x renewal rate / yield of recruits (R2.6: deployed).

    A system of fixed size in the long run: Bartholomew, Forbes and McClean (1991), Statistical Techniques for Manpower
    Planning, 2nd ed., on renewal models; the rate by Cox (1962), chapter 4.
    """
    chance = yield_of_recruits(scenario, level)
    leaving = planned(scenario, level) * leaving_per_year(tier_of(scenario, level), lead_weeks(scenario, level))
    return leaving / chance if chance else (math.inf if leaving else 0.0)


def held_by_recruits(scenario: Scenario, level: int) -> float:
    """The head count that the last rate of recruits holds in the long run.

    Little (1961), L = lambda W: recruits a week x yield x mean working life in weeks.
    """
    tier, rate = tier_of(scenario, level), scenario.recognition.recruitment_factor.value
    rate *= math.fsum(rate_at(staff.recruits_per_week, math.inf) for staff in defaults.staff(tier).values())
    return rate * yield_of_recruits(scenario, level) * mean_weeks(tier, lead_weeks(scenario, level)) if rate else 0.0


def successors(scenario: Scenario, level: int) -> float:
    """People of this tier whom one trainer of the tier above certifies in a mean working life, beside those planned.

    graduates a year x mean working life in years: the net reproduction rate of demography, Keyfitz and Caswell (2005),
    Applied Mathematical Demography, 3rd ed., for trainers and those whom they train. Own derivation: at a constant
    output a year the sum over a life is output x its mean length. Below 1, a trainer leaves less behind than one
    worker, and the tier depends on trainers from outside.
    """
    above = level - 1
    years = mean_weeks(tier_of(scenario, above), lead_weeks(scenario, above)) / YEAR_WEEKS
    graduates = graduates_per_trainer_year(scenario, level, planned_supervisees(scenario, level))
    return graduates * years if graduates else 0.0


def replacement(scenario: Scenario, level: int) -> float:
    """Graduates a year of one trainer beside a full span / people of that span who leave a year.

    Below 1, a trainer who supervises as many as the week holds cannot make up for those who leave. Recruitment over
    wastage, as in Bartholomew, Forbes and McClean (1991), Statistical Techniques for Manpower Planning, 2nd ed.; that
    both are those of one trainer's span is own derivation.
    """
    leaving = span(scenario, level) * leaving_per_year(tier_of(scenario, level), lead_weeks(scenario, level))
    graduates = graduates_per_trainer_year(scenario, level, math.inf)
    return graduates / leaving if leaving else (math.inf if graduates else math.nan)


@dataclass(frozen=True)
class Cohort:
    """People who come together and pass together: when and how many, and when they are apprentices and certified."""

    week: float
    count: float
    passed: float
    certified: float


@dataclass(frozen=True)
class TierHeadcount:
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
        initial = self.initial * self.stays * stays(self.tier, week, recruited=tenure, certified=tenure)
        initial *= left_by_dates(self.tier, week, -tenure, -tenure)
        return initial + math.fsum(
            cohort.count * self.certified * self.stays * self._left(cohort, week)
            for cohort in self.cohorts
            if cohort.certified < week
        )

    def apprentices(self, week: float) -> float:
        """The mean number between the course and the certificate just before this week."""
        return math.fsum(
            cohort.count
            * gets_through(self.tier, week - cohort.week)
            * left_by_dates(self.tier, week, cohort.week, math.inf)
            for cohort in self.cohorts
            if cohort.passed < week <= cohort.certified
        )

    def leaving_per_year(self, opens: float, until: float) -> float:
        """Exits a year of each certified head in these weeks: those there or certified and gone / time since then.

        An occurrence-exposure rate; the time by the midpoint rule, in steps of a week or of a part in `MOST_STEPS`.
        """
        came = self.active(opens) + math.fsum(
            cohort.count * self.certified * self.stays * self._certified(cohort)
            for cohort in self.cohorts
            if opens <= cohort.certified < until
        )
        steps = min(math.ceil(until - opens), MOST_STEPS)
        middles = (opens + (step + 0.5) * (until - opens) / steps for step in range(steps))
        worked = math.fsum(map(self.active, middles)) * (until - opens) / steps
        return YEAR_WEEKS * (came - self.active(until)) / worked if worked else math.nan

    def _certified(self, cohort: Cohort) -> float:
        """The share whom nothing has taken before the certificate."""
        share = gets_through(self.tier, cohort.certified - cohort.week)
        return share * left_by_dates(self.tier, cohort.certified, cohort.week, math.inf)

    def _left(self, cohort: Cohort, week: float) -> float:
        lead = cohort.certified - cohort.week
        share = gets_through(self.tier, lead) * stays(self.tier, week - cohort.certified, recruited=lead)
        return share * left_by_dates(self.tier, week, cohort.week, cohort.certified)


def arrivals_known(scenario: Scenario, level: int) -> bool:
    """Whether it is known beforehand who comes: not where vacancies are filled, or people promoted."""
    tier, below = tier_of(scenario, level), scenario.cascade[level + 1 :]
    vacancies = any(staff.target is not None or staff.pool is not None for staff in defaults.staff(tier).values())
    taken = level > 0 and tier_of(scenario, level - 1).promotion is not None
    return not (vacancies or taken or (tier.promotion is not None and bool(below)))


def headcount(scenario: Scenario, level: int) -> TierHeadcount:
    """The heads of one tier, as they would come through courses without waiting; see `arrivals_known`."""
    tier = tier_of(scenario, level)
    initial = sum(staff.initial for staff in defaults.staff(tier).values())
    certified = certified_of_passed(scenario, level) if defaults.trains(tier, level) else 1.0
    return TierHeadcount(tier, initial, tuple(_cohorts(scenario, level)), certified, stays_in_head_count(tier))


def rate_at(rate: Rate, week: float) -> float:
    """The rate in force at this week (R9.1, R8.3); 0 before the first step."""
    steps = [step for step in rate if step.from_week <= week]
    return max(steps, key=lambda step: step.from_week).rate.value if steps else 0.0


def _cohorts(scenario: Scenario, level: int) -> list[Cohort]:
    """Everybody who comes and passes, of all sites, and when they are certified."""
    tier, horizon = tier_of(scenario, level), scenario.horizon_weeks
    trained = defaults.trains(tier, level)
    above = best_cases(scenario)[level - 1].ready if trained and level else 0.0
    practice = weeks_of_practice(scenario, level) if trained else 0.0
    cohorts = []
    for week, count in _arrivals(scenario, level):
        passing = _passing(tier, max(week, above), horizon) if trained else {week: 1.0}
        cohorts += [Cohort(week, count * share, passed, passed + practice) for passed, share in passing.items()]
    return cohorts


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
        dates = defaults.calendar_dates(stage, horizon)
        ready = max(min((week for week in dates if week + stage.window_weeks > ready), default=math.inf), ready)
    return ready + (stage.course_weeks or 0.0)
