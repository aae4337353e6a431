"""Workers needed, by the WISN method: WHO (2010), Workload Indicators of Staffing Need: User's Manual, steps 2 to 7.

ISBN 978 92 4 150019 7. Its year is 52 weeks here, its available working time what `hours_per_week` gives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from cascadesim.analysis.theory import care
from cascadesim.analysis.theory.formats import hours_of_a_client, places_of_a_worker
from cascadesim.analysis.theory.hours import available_hours, is_supervised_level, standing, tier_of
from cascadesim.analysis.theory.hours import trains_and_is_known as trained
from cascadesim.analysis.theory.people import planned_at_work, recruits_per_year
from cascadesim.analysis.theory.yields import seats_of_recruits
from cascadesim.model.units import HOUR_MINUTES, YEAR_WEEKS
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.week import group_minutes, trainer_minutes


@dataclass(frozen=True)
class Need:
    """Workers required, and what they come from: clients a year, clients that one worker can see a year, allowances."""

    workload: float
    standard_workload: float
    category_factor: float
    individual_workers: float

    @property
    def workers(self) -> float:
        return required(self.workload, self.standard_workload, self.category_factor, self.individual_workers)


def category_allowance_factor(share: float) -> float:
    """1 / (1 - the share of everybody's time that goes to support activities); infinite where nothing is left.

    WHO (2010), step 6.
    """
    return 1 / (1 - share) if share < 1 else math.inf


def required(
    workload: float, standard_workload: float, category_factor: float = 1.0, individual_workers: float = 0.0
) -> float:
    """Workers: workload / standard workload x category allowance factor + individual allowance factor.

    `workload` is clients a year, `standard_workload` those whom one worker sees in a year of nothing else. The
    individual allowance factor is in workers: hours a year of the additional activities / available hours of one.
    WHO (2010), steps 5 to 7.
    """
    if not workload:
        return individual_workers
    return workload / standard_workload * category_factor + individual_workers if standard_workload else math.inf


def need(scenario: Scenario, level: int) -> Need:
    """What the referrals of a delivering tier ask for, with supervision and other duties as category allowance.

    Several formats of care are one activity, with the mean hours of a client by the referrals to each: workload /
    standard workload is then the sum over the formats. Several delivering tiers share the referrals by their places.
    Groups led and courses given to the tier below, for its full complement, are individual allowances. WHO (2010),
    steps 2 to 6.
    """
    hours, each = available_hours(scenario, level) * YEAR_WEEKS, hours_of_a_client(scenario)
    levels = care.delivering(scenario)
    offered = {other: planned_at_work(scenario, other) * places_of_a_worker(scenario, other) for other in levels}
    share = offered[level] / sum(offered.values()) if sum(offered.values()) else 1 / len(offered)
    return Need(
        workload=care.referrals_per_week(scenario) * YEAR_WEEKS * share,
        standard_workload=hours / each,
        category_factor=category_allowance_factor(standing(scenario, level) / HOUR_MINUTES * YEAR_WEEKS / hours),
        individual_workers=_hours_for_the_tier_below(scenario, level + 1) / hours,
    )


def _hours_for_the_tier_below(scenario: Scenario, level: int) -> float:
    """Hours a year of supervising the full complement of this tier and of the courses that hold it, all of them full.

    groups x hours of a group x 52 + courses x trainers x hours a week x weeks, courses = recruits a year x seats of a
    recruit / max_cohort, stage by stage. Own derivation from R3.1 and R4.1, for WISN's individual allowance.
    """
    if level >= len(scenario.cascade):
        return 0.0
    tier, minutes = tier_of(scenario, level), 0.0
    if is_supervised_level(scenario, level):
        groups = math.ceil(planned_at_work(scenario, level) / tier.supervision.group_size)
        minutes += groups * group_minutes(tier) * YEAR_WEEKS
    stages = zip(defaults.stages(tier.training), seats_of_recruits(tier), strict=True)
    for stage, seats in stages if trained(scenario, level) else ():
        assert stage.max_cohort is not None and stage.course_weeks is not None
        courses = recruits_per_year(scenario, level) * seats / stage.max_cohort
        minutes += courses * trainer_minutes(stage) * stage.course_weeks * stage.trainers_per_course
    return minutes / HOUR_MINUTES
