"""Where workers come from, by hand: yield of a trainer, recruits that hold a head count, successors of a trainer."""

from __future__ import annotations

import math

from cascadesim.analysis.theory.hours import courses_per_year, span, tier_of, works
from cascadesim.analysis.theory.lifetimes import leaving_per_year, mean_weeks
from cascadesim.analysis.theory.yields import certified_of_apprentices, lead_weeks, passes_of_round, yield_of_recruits
from cascadesim.model.units import YEAR_WEEKS
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.size import dated_recruits


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
    lasting = [staff.recruits_per_week for staff in defaults.staff(tier).values() if staff.recruits_per_week]
    rate *= math.fsum(max(steps, key=lambda step: step.from_week).rate.value for steps in lasting)
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
