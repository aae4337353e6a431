"""`[clients]`: who is referred, what care they are offered, and how they move through it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cascadesim.scenario.base import Count, Hours, PositiveCount, PositiveHours, Table
from cascadesim.scenario.distributions import Amount, Constant
from cascadesim.scenario.quantity import Quantity, Share
from cascadesim.scenario.tiers import Rate

_ONE_WEEK = Constant(value=Quantity(value=1.0))


class Stream(Table):
    """One stream of referrals: Poisson, constant or in steps."""

    referrals_per_week: Rate


class Clients(Table):
    """The intervention and the people who come for it."""

    sessions: PositiveCount
    session_hours: PositiveHours
    session_overhead_hours: Hours = 0.0
    interval_weeks: Amount = _ONE_WEEK
    start_probability: Share = Quantity(value=1.0)
    continue_probability: Share = Quantity(value=1.0)
    no_show_probability: Share = Quantity(value=0.0)
    max_no_shows: Count | None = None
    patience_weeks: Amount | None = None
    on_worker_exit: Literal["hand_over", "lose"] = "hand_over"
    handover_patience_weeks: Amount | None = None
    stream: Annotated[dict[str, Stream], Field(min_length=1)]
