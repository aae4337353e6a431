"""`[clients]`: who is referred, what care they are offered, and how they move through it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cascadesim.scenario.distributions import Amount, Constant
from cascadesim.scenario.fields import (
    NOTHING,
    ONE,
    Count,
    Hours,
    Names,
    NonNegative,
    Positive,
    PositiveCount,
    PositiveHours,
    Rate,
    Share,
    Table,
    Text,
    Weeks,
)
from cascadesim.scenario.workforce import ClientReason

_ONE_WEEK = Constant(value=ONE)


class Format(Table):
    """Another way to give the intervention: in groups, or as guided self-help. The rest is as in [clients]."""

    sessions: PositiveCount | None = None
    session_hours: PositiveHours | None = None
    session_overhead_hours: Hours | None = None
    interval_weeks: Amount | None = None
    group_min: PositiveCount | None = None
    group_max: PositiveCount = 1
    facilitators: PositiveCount = 1
    adequate_sessions: PositiveCount | None = None


class Stream(Table):
    """One stream of referrals: Poisson (constant or in steps), or a list of dates."""

    referrals_per_week: Rate = ()
    dates: tuple[Weeks, ...] = ()
    dates_csv: Text | None = None
    site: Text | None = None
    language: Text | None = None
    languages: Annotated[dict[str, Share], Names("LANGUAGE")] = Field(default_factory=dict)
    priority: PositiveCount = 1
    urgent_probability: Share = NOTHING
    eligibility_probability: Share | None = None
    format: Text | None = None


class ClientCosts(Table):
    """`[clients.costs]`."""

    referral_cost: NonNegative = NOTHING
    screening_hour_cost: NonNegative = NOTHING
    session_cost: NonNegative = NOTHING
    interpreter_hour_cost: NonNegative = NOTHING


class Clients(Table):
    """The intervention and the people who come for it."""

    sessions: PositiveCount
    session_hours: PositiveHours
    session_overhead_hours: Hours = 0.0
    research_hours_per_client: Hours = 0.0
    interval_weeks: Amount = _ONE_WEEK
    format: Annotated[dict[str, Format], Names("NAME", "format", "group")] = Field(default_factory=dict)
    eligibility_probability: Share = ONE
    screening_hours: Hours = 0.0
    assessment_hours: Hours = 0.0
    start_probability: Share = ONE
    continue_probability: Share = ONE
    no_show_probability: Share = NOTHING
    max_no_shows: Count | None = None
    adequate_sessions: PositiveCount | None = None
    interpreter_hours_factor: Positive | None = None
    patience_weeks: Amount | None = None
    on_worker_exit: Literal["transfer", "lose"] = "transfer"
    transfer_patience_weeks: Amount | None = None
    population_in_need: PositiveCount | None = None
    events: Annotated[dict[str, ClientReason], Names("REASON", "reason", "moving")] = Field(default_factory=dict)
    costs: ClientCosts = ClientCosts()
    stream: Annotated[dict[str, Stream], Names("NAME", "stream", "clinic"), Field(min_length=1)]
