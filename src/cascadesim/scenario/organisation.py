"""`[organisation.NAME]`: states of the workplaces, such as readiness or role clarity, and `[recognition]`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cascadesim.scenario.fields import (
    NOTHING,
    ONE,
    Hours,
    Names,
    NonNegative,
    Positive,
    PositiveWeeks,
    Share,
    Table,
    Weeks,
)


class SiteState(Table):
    """What is different at one site."""

    initial: Share | None = None
    lift: Share | None = None
    at_weeks: tuple[Weeks, ...] | None = None
    every_weeks: PositiveWeeks | None = None


class State(Table):
    """A level from 0 to 1 that decays and is lifted by each whole-of-workplace training."""

    initial: Share = ONE
    half_life_weeks: Positive | None = None
    lift: Share = NOTHING
    at_weeks: tuple[Weeks, ...] = ()
    every_weeks: PositiveWeeks | None = None
    staff_hours: Hours = 0.0
    training_cost: NonNegative = NOTHING
    referral_ratio: Positive = ONE
    site: Annotated[dict[str, SiteState], Names("SITE")] = Field(default_factory=dict)


class Recognition(Table):
    """How the work is seen (standing, stigma): constant factors."""

    recruitment_factor: NonNegative = ONE
    referral_factor: NonNegative = ONE
    leaving_ratio: Positive = ONE
