"""`[tier.NAME]`: the people of one tier, where they come from, how they are supervised, and what becomes of them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cascadesim.scenario.base import Count, Flag, Hours, PositiveCount, PositiveWeeks, Table, Weeks
from cascadesim.scenario.distributions import Amount
from cascadesim.scenario.life import Reason
from cascadesim.scenario.money import TierCosts
from cascadesim.scenario.quantity import NonNegative, Positive, Quantity, Share
from cascadesim.scenario.rates import Rate
from cascadesim.scenario.support import Absence, Competence, Engagement, Promotion, Strain
from cascadesim.scenario.training import Refresher, Training


class Intake(Table):
    """A dated group of recruits."""

    week: Weeks
    count: PositiveCount


class Supervision(Table):
    """The supervision that this tier receives from the tier above."""

    required: Flag | None = None
    group_size: PositiveCount = 1
    meeting_hours: Hours | None = None
    interval_weeks: PositiveWeeks = 1.0
    preparation_hours: Hours = 0.0
    max_supervisees: PositiveCount | None = None
    grace_weeks: Weeks = 2.0
    attendance_probability: Share = Quantity(value=1.0)
    lapse_stops: tuple[Literal["groups"], ...] = ()
    across_sites: Flag = False
    travel_hours: Hours = 0.0


class Staff(Table):
    """Where workers come from: of a whole tier, or of one of its sites."""

    initial: Count = 0
    intake: tuple[Intake, ...] = ()
    recruits_per_week: Rate = ()
    target: Count | None = None
    pool: Count | None = None


class Tier(Staff):
    """Workers who share a task, a way to be trained and a supervisor tier."""

    hours_per_week: Amount
    overtime_fraction: Share = Quantity(value=0.0)
    other_duties_hours_per_week: NonNegative = Quantity(value=0.0)
    training_reserve_hours_per_week: Hours = 0.0
    priority: tuple[Literal["supervision", "courses"], ...] = ("supervision", "courses")
    initial_tenure_weeks: Weeks = 0.0
    lag_weeks: NonNegative = Quantity(value=0.0)
    site: dict[str, Staff] = Field(default_factory=dict)
    candidate_patience_weeks: Amount | None = None
    delivers: Flag | None = None
    delivers_in_practice: Flag = False
    deployment_probability: Share = Quantity(value=1.0)
    not_deployed: Literal["exit", "idle"] = "exit"
    trains_probability: Share = Quantity(value=1.0)
    caseload: PositiveCount = 1
    apprentice_caseload: PositiveCount = 1
    apprentice_extra_hours_per_week: Hours = 0.0
    languages: dict[str, Share] = Field(default_factory=dict)
    also: dict[str, Share] = Field(default_factory=dict)
    training: Training = Training()
    refresher: Refresher | None = None
    supervision: Supervision = Supervision()
    competence: Competence | None = None
    strain: Strain | None = None
    absence: Absence = Absence()
    promotion: Promotion | None = None
    life: dict[str, Reason] = Field(default_factory=dict)
    hazard_ratios: dict[str, Positive] = Field(default_factory=dict)
    frailty_variance: NonNegative = Quantity(value=0.0)
    lost_hours_per_week: dict[str, NonNegative] = Field(default_factory=dict)
    engagement: dict[str, Engagement] = Field(default_factory=dict)
    costs: TierCosts = TierCosts()
