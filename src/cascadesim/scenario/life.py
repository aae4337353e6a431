"""`[tier.NAME.life.REASON]` and `[clients.life.REASON]`: events with clocks of their own, and what follows."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cascadesim.model.units import YEAR_WEEKS
from cascadesim.scenario.base import Flag, PositiveWeeks, Table, Text, Weeks
from cascadesim.scenario.distributions import Amount, Shape
from cascadesim.scenario.quantity import NonNegative, Positive, Quantity, Share

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
            raise PydanticCustomError(
                "one_of",
                "exactly one of mean_weeks and rate_per_year is needed",
                {"keys": ("mean_weeks", "rate_per_year")},
            )
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
    """Everybody whose clock runs just before this week is struck at once."""

    dist: Literal["date"]
    week: PositiveWeeks


class ShockClock(Table):
    """A wave: of those whose clock runs just before this week a `share` is struck, spread evenly over the week."""

    dist: Literal["shock"]
    week: PositiveWeeks
    share: Share
    source: Text | None = None


Clock = Annotated[
    ExponentialClock | WeibullClock | LifeTableClock | DateClock | ShockClock, Field(discriminator="dist")
]


class Then(Table):
    """What follows when the clock strikes: probabilities of one thing or another; the rest is nothing."""

    exit: Share | None = None
    hours_change: Share | None = None
    hours_factor: NonNegative | None = None
    absence: Share | None = None


class Reason(Table):
    """One reason to leave, to be away or to have other hours, with its own clock."""

    clock: Clock
    origin: Annotated[Literal["recruitment", "certification"], Field(alias="from")] = "certification"
    notice_weeks: NonNegative = Quantity(value=0.0)
    external: Flag = False
    recurring: Flag = False
    absence_weeks: Amount | None = None
    then: Then | None = None


class ClientReason(Table):
    """Something in a client's own life that ends their time with the programme; the clock runs from referral."""

    clock: Clock
    leave_probability: Share = Quantity(value=1.0)
