"""`[tier.NAME]`: people of one tier: where they come from, how they are trained, supervised and held, how they leave.

`[clients.events.REASON]` has the same clocks.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cascadesim.model.units import YEAR_WEEKS
from cascadesim.scenario.distributions import Amount, Shape
from cascadesim.scenario.fields import (
    NOTHING,
    ONE,
    Count,
    Flag,
    Hours,
    Names,
    NonNegative,
    Positive,
    PositiveCount,
    PositiveWeeks,
    Rate,
    Share,
    StandIn,
    Table,
    Text,
    Weeks,
    one_of,
    together,
)

RESERVED_REASONS = ("failed_training", "gave_up_waiting", "not_certified", "not_deployed", "not_selected", "promoted")
"""Reasons that the model gives itself."""


class ExponentialClock(Table):
    """A constant hazard: `mean_weeks`, or `rate_per_year` (a year is 52 weeks)."""

    dist: Literal["exponential"]
    mean_weeks: Positive | None = None
    rate_per_year: Positive | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _check(self) -> ExponentialClock:
        if (self.mean_weeks is None) == (self.rate_per_year is None):
            raise one_of("mean_weeks", "rate_per_year")
        return self

    @property
    def scale_weeks(self) -> float:
        """The mean time to the event."""
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


class TenureStep(Table):
    """A hazard that holds from this tenure until the next step."""

    from_weeks: Weeks = 0.0
    rate_per_year: NonNegative


class LifeTableClock(Table):
    """A hazard given piece by piece of tenure, as a life table has it."""

    dist: Literal["life_table"]
    table: Annotated[tuple[TenureStep, ...], Field(min_length=1)]
    source: Text | None = None


class DateClock(Table):
    """Everybody whose clock runs just before this week is concerned at once."""

    dist: Literal["date"]
    week: PositiveWeeks


class ShockClock(Table):
    """A wave: of those whose clock runs just before this week a `share` is concerned, spread evenly over the week."""

    dist: Literal["shock"]
    week: PositiveWeeks
    share: Share
    source: Text | None = None


Clock = Annotated[
    ExponentialClock | WeibullClock | LifeTableClock | DateClock | ShockClock,
    Field(discriminator="dist"),
    StandIn({"dist": "date", "week": 1}),
]


class Then(Table):
    """What follows when the event occurs: probabilities of one thing or another; the rest is nothing."""

    exit: Share | None = None
    hours_change: Share | None = None
    hours_factor: NonNegative | None = None
    absence: Share | None = None


class Reason(Table):
    """`[tier.NAME.events.REASON]`: one reason to leave, to be away or to have other hours, and the time to it."""

    time_to_event: Clock
    origin: Annotated[Literal["recruitment", "certification"], Field(alias="from")] = "certification"
    notice_weeks: NonNegative = NOTHING
    external: Flag = False
    recurring: Flag = False
    absence_weeks: Amount | None = None
    then: Then | None = None


class ClientReason(Table):
    """Something in a client's own life that ends their time with the programme; the clock runs from referral."""

    time_to_event: Clock
    leave_probability: Share = ONE


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
    """What makes a recruit of this tier an apprentice, and then a certified worker; given by the tier above."""

    required: Flag | None = None
    selection_probability: Share = ONE
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
    pass_probability: Share = ONE
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


class Supervision(Table):
    """The supervision that this tier receives from the tier above."""

    required: Flag | None = None
    independent: Flag = False
    group_size: PositiveCount = 1
    meeting_hours: Hours | None = None
    interval_weeks: PositiveWeeks = 1.0
    preparation_hours: Hours = 0.0
    max_supervisees: PositiveCount | None = None
    grace_weeks: Weeks = 2.0
    attendance_probability: Share = ONE
    lapse_stops: tuple[Literal["groups"], ...] = ()
    across_sites: Flag = False
    travel_hours: Hours = 0.0

    @model_validator(mode="after")
    def _check(self) -> Supervision:
        if self.required and self.independent:
            raise together("whoever is independent needs no supervision", "required", "independent")
        return self


class Competence(Table):
    """How able the workers of a tier are, as a share of the scale's maximum (ENACT and its like)."""

    course_level: Share
    baseline: Share = NOTHING
    ceiling: Share = ONE
    dilution: Share = NOTHING
    noise_sd: Share = NOTHING
    gain_per_session: Share = NOTHING
    half_life_weeks: Positive | None = None
    idle_decay_after_weeks: PositiveWeeks | None = None
    refresher_gain: Share = NOTHING
    initial_competence: Share | None = None
    certification_threshold: Share = NOTHING
    min_trainer_competence: Share = NOTHING


class Strain(Table):
    """A load that is felt: it rises while the week is too full and recovers when it is not."""

    comfort_utilisation: Share
    strain_half_life_weeks: Positive
    recovery_half_life_weeks: Positive


class Incentive(Table):
    """A named incentive to keep workers, such as a stipend: its cost and its effects."""

    from_week: Weeks = 0.0
    until_week: PositiveWeeks | None = None
    week_cost: NonNegative = NOTHING
    leaving_ratio: Positive = ONE
    absence_ratio: Positive = ONE
    attendance_ratio: Positive = ONE


class Absence(Table):
    """What happens to cases, and to groups, while their worker is away."""

    hold_weeks: Weeks = 2.0


class Promotion(Table):
    """Vacancies of this tier are filled from the tier below before anybody is recruited."""

    min_tenure_weeks: Weeks = 0.0
    min_competence: Share = NOTHING
    promotion_weeks: PositiveWeeks = 8.0


class Intake(Table):
    """A dated group of recruits."""

    week: Weeks
    count: PositiveCount


class Staff(Table):
    """Where workers come from: of a whole tier, or of one of its sites."""

    initial: Count = 0
    intake: tuple[Intake, ...] = ()
    recruits_per_week: Rate = ()
    target: Count | None = None
    pool: Count | None = None


class TierCosts(Table):
    """`[tier.NAME.costs]`."""

    recruit_cost: NonNegative = NOTHING
    week_cost: NonNegative = NOTHING
    hour_cost: NonNegative = NOTHING
    course_cost: NonNegative = NOTHING
    trainee_cost: NonNegative = NOTHING
    refresher_cost: NonNegative = NOTHING


class Tier(Staff):
    """Workers who share a task, a way to be trained and a supervisor tier."""

    hours_per_week: Amount
    overtime_fraction: Share = NOTHING
    other_duties_hours_per_week: NonNegative = NOTHING
    training_reserve_hours_per_week: Hours = 0.0
    priority: tuple[Literal["supervision", "courses"], ...] = ("supervision", "courses")
    initial_tenure_weeks: Weeks = 0.0
    lag_weeks: NonNegative = NOTHING
    site: Annotated[dict[str, Staff], Names("SITE")] = Field(default_factory=dict)
    candidate_patience_weeks: Amount | None = None
    delivers: Flag | None = None
    delivers_in_practice: Flag = False
    deployment_probability: Share = ONE
    not_deployed: Literal["exit", "stay"] = "exit"
    trains_probability: Share = ONE
    caseload: PositiveCount = 1
    apprentice_caseload: PositiveCount = 1
    apprentice_extra_hours_per_week: Hours = 0.0
    languages: Annotated[dict[str, Share], Names("LANGUAGE")] = Field(default_factory=dict)
    also: Annotated[dict[str, Share], Names("LANGUAGE")] = Field(default_factory=dict)
    training: Training = Training()
    refresher: Refresher | None = None
    supervision: Supervision = Supervision()
    competence: Competence | None = None
    strain: Strain | None = None
    absence: Absence = Absence()
    promotion: Promotion | None = None
    events: Annotated[dict[str, Reason], Names("REASON", "reason", "moving")] = Field(default_factory=dict)
    hazard_ratios: Annotated[dict[str, Positive], Names("STATE")] = Field(default_factory=dict)
    frailty_variance: NonNegative = NOTHING
    lost_hours_per_week: Annotated[dict[str, NonNegative], Names("STATE")] = Field(default_factory=dict)
    incentive: Annotated[dict[str, Incentive], Names("INCENTIVE", "incentive", "stipend")] = Field(default_factory=dict)
    costs: TierCosts = TierCosts()
