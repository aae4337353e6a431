"""`[organisation.NAME]`: states of the workplaces, such as readiness or role clarity, and `[recognition]`."""

from __future__ import annotations

from pydantic import Field

from cascadesim.scenario.base import Hours, PositiveWeeks, Table, Weeks
from cascadesim.scenario.quantity import NonNegative, Positive, Quantity, Share

_ONE = Quantity(value=1.0)
_NOTHING = Quantity(value=0.0)


class SiteState(Table):
    """What is different at one site."""

    initial: Share | None = None
    lift: Share | None = None
    at_weeks: tuple[Weeks, ...] | None = None
    every_weeks: PositiveWeeks | None = None


class State(Table):
    """A level from 0 to 1 that decays and is lifted by each whole-of-workplace training."""

    initial: Share = _ONE
    half_life_weeks: Positive | None = None
    lift: Share = _NOTHING
    at_weeks: tuple[Weeks, ...] = ()
    every_weeks: PositiveWeeks | None = None
    staff_hours: Hours = 0.0
    training_cost: NonNegative = _NOTHING
    referral_ratio: Positive = _ONE
    site: dict[str, SiteState] = Field(default_factory=dict)


class Recognition(Table):
    """How the work is seen (standing, stigma): constant factors."""

    recruitment_factor: NonNegative = _ONE
    referral_factor: NonNegative = _ONE
    leaving_ratio: Positive = _ONE
