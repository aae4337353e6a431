"""`[tier.NAME]`: the people of one tier, how they are trained and supervised, and why they leave."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cascadesim.scenario.base import Count, Flag, Hours, PositiveCount, PositiveWeeks, Table, Text, Weeks
from cascadesim.scenario.distributions import Amount, Shape
from cascadesim.scenario.quantity import NonNegative, Positive, Quantity, Share
from cascadesim.scenario.units import YEAR_WEEKS

RESERVED_REASONS = ("failed_training", "gave_up_waiting", "not_certified", "not_deployed", "promoted")
"""Reasons that the model gives itself, now or later."""


class Intake(Table):
    """A dated group of recruits."""

    week: Weeks
    count: PositiveCount


class Step(Table):
    """A rate that holds from `from_week` until the next step."""

    from_week: Weeks = 0.0
    rate: NonNegative


def _to_steps(value: Any) -> Any:
    """A single rate holds from week 0."""
    if isinstance(value, list | tuple):
        return value
    return [{"from_week": 0.0, "rate": value}]


Rate = Annotated[tuple[Step, ...], BeforeValidator(_to_steps)]
"""A Poisson rate a week: one number or quantity, or a list of `{ from_week, rate }`."""


class ExponentialClock(Table):
    """A constant hazard: `mean_weeks`, or `rate_per_year` (a year is 52 weeks)."""

    dist: Literal["exponential"]
    mean_weeks: Positive | None = None
    rate_per_year: Positive | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _check(self) -> ExponentialClock:
        if (self.mean_weeks is None) == (self.rate_per_year is None):
            raise PydanticCustomError(
                "one_of",
                "exactly one of mean_weeks and rate_per_year is needed",
                {"keys": ("mean_weeks", "rate_per_year")},
            )
        return self

    @property
    def scale_weeks(self) -> float:
        """The mean time to leaving."""
        if self.mean_weeks is not None:
            return self.mean_weeks.value
        assert self.rate_per_year is not None
        return YEAR_WEEKS / self.rate_per_year.value


class WeibullClock(Table):
    """A hazard that falls (shape < 1) or rises (shape > 1) with tenure."""

    dist: Literal["weibull"]
    shape: Shape
    mean_weeks: Positive
    source: Text | None = None

    @property
    def scale_weeks(self) -> float:
        """The scale, at which 63 % have left."""
        return self.mean_weeks.value / math.gamma(1 + 1 / self.shape.value)


class DateClock(Table):
    """Everybody whose clock runs just before this week leaves, or gives notice, at once."""

    dist: Literal["date"]
    week: PositiveWeeks


Clock = Annotated[ExponentialClock | WeibullClock | DateClock, Field(discriminator="dist")]


class Reason(Table):
    """One reason to leave, with its own clock; the earliest of a worker's reasons wins."""

    clock: Clock
    origin: Annotated[Literal["recruitment", "certification"], Field(alias="from")] = "certification"
    notice_weeks: NonNegative = Quantity(value=0.0)


class Training(Table):
    """The course that makes a recruit of this tier an apprentice, given by the tier above."""

    required: Flag | None = None
    when: Literal["ready", "calendar"] | None = None
    at_weeks: tuple[Weeks, ...] = ()
    window_weeks: PositiveWeeks = 1.0
    gather_weeks: Weeks = 0.0
    course_weeks: PositiveWeeks | None = None
    trainers_per_course: PositiveCount = 1
    min_cohort: PositiveCount = 1
    max_cohort: PositiveCount | None = None
    trainer_hours_per_week: Hours | None = None
    trainee_hours_per_week: Hours = 0.0
    preparation_hours: Hours = 0.0
    pass_probability: Share = Quantity(value=1.0)
    practice: Literal["clients", "simulated"] | None = None
    practice_weeks: Weeks = 0.0
    practice_cases: Count = 0
    practice_min_sessions: PositiveCount | None = None
    practice_first: Flag = True
    apprentice_limit_weeks: PositiveWeeks = 52.0


class Supervision(Table):
    """The supervision that this tier receives from the tier above."""

    required: Flag | None = None
    group_size: PositiveCount = 1
    meeting_hours: Hours | None = None
    interval_weeks: PositiveWeeks = 1.0
    preparation_hours: Hours = 0.0
    max_supervisees: PositiveCount | None = None
    grace_weeks: Weeks = 2.0


class Tier(Table):
    """Workers who share a task, a way to be trained and a supervisor tier."""

    hours_per_week: Amount
    overtime_fraction: Share = Quantity(value=0.0)
    initial: Count = 0
    initial_tenure_weeks: Weeks = 0.0
    intake: tuple[Intake, ...] = ()
    recruits_per_week: Rate = ()
    candidate_patience_weeks: Amount | None = None
    delivers: Flag | None = None
    delivers_in_practice: Flag = False
    caseload: PositiveCount = 1
    apprentice_caseload: PositiveCount = 1
    apprentice_extra_hours_per_week: Hours = 0.0
    training: Training = Training()
    supervision: Supervision = Supervision()
    life: dict[str, Reason] = Field(default_factory=dict)
