"""`[tier.NAME.training]` and `[tier.NAME.refresher]`: the courses of a tier, given by the tier above."""

from __future__ import annotations

from typing import Literal

from cascadesim.scenario.base import Count, Flag, Hours, PositiveCount, PositiveWeeks, Table, Weeks
from cascadesim.scenario.quantity import Quantity, Share


class Stage(Table):
    """One of several courses taken in order. What a stage leaves out is as in the training table around it."""

    course_weeks: PositiveWeeks | None = None
    trainers_per_course: PositiveCount | None = None
    min_cohort: PositiveCount | None = None
    max_cohort: PositiveCount | None = None
    trainer_hours_per_week: Hours | None = None
    trainee_hours_per_week: Hours | None = None
    preparation_hours: Hours | None = None
    pass_probability: Share | None = None
    at_weeks: tuple[Weeks, ...] | None = None


class Training(Table):
    """What makes a recruit of this tier an apprentice, and then a certified worker."""

    required: Flag | None = None
    selection_probability: Share = Quantity(value=1.0)
    when: Literal["ready", "calendar"] | None = None
    at_weeks: tuple[Weeks, ...] = ()
    every_weeks: PositiveWeeks | None = None
    window_weeks: PositiveWeeks = 1.0
    courses_per_date: PositiveCount = 1
    parallel_courses: PositiveCount | None = None
    gather_weeks: Weeks = 0.0
    course_weeks: PositiveWeeks | None = None
    trainers_per_course: PositiveCount = 1
    min_cohort: PositiveCount = 1
    max_cohort: PositiveCount | None = None
    trainer_hours_per_week: Hours | None = None
    trainee_hours_per_week: Hours = 0.0
    preparation_hours: Hours = 0.0
    pass_probability: Share = Quantity(value=1.0)
    attempts: PositiveCount = 1
    stages: tuple[Stage, ...] = ()
    across_sites: Flag = False
    travel_hours: Hours = 0.0
    practice: Literal["clients", "simulated"] | None = None
    practice_weeks: Weeks = 0.0
    practice_cases: Count = 0
    practice_min_sessions: PositiveCount | None = None
    practice_first: Flag = True
    apprentice_limit_weeks: PositiveWeeks = 52.0


class Refresher(Table):
    """A short course that certified workers of this tier take again and again, given by the tier above."""

    every_weeks: PositiveWeeks
    window_weeks: Weeks = 4.0
    course_weeks: PositiveWeeks
    trainers_per_course: PositiveCount = 1
    max_cohort: PositiveCount
    trainer_hours_per_week: Hours
    trainee_hours_per_week: Hours = 0.0
    preparation_hours: Hours = 0.0
