"""The ledger of costs, line by line: integer counts and integrals over a stretch of a run, times unit costs (R9.4).

Hours stand with the tier whose hours they are: what mentors spend on courses for peers is a cost of the mentors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cascadesim.model.codes import HOUR_MINUTES, WEEK_MINUTES
from cascadesim.model.plan import Plan, TierPlan
from cascadesim.model.tally import Snapshot, Tally, snapshot_at

IN_SERVICE = ("apprentice", "active", "absent")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one run, from one reading of its counters to another; `opening` is None for the very start."""

    plan: Plan
    levels: dict[str, int]
    counts: dict[str, int]
    tally: Tally
    opening: Snapshot | None
    closing: Snapshot

    @property
    def begin(self) -> int:
        """Its first minute."""
        return self.opening.minute if self.opening else 0

    @property
    def weeks(self) -> float:
        """Its length."""
        return (self.closing.minute - self.begin) / WEEK_MINUTES

    def count(self, *names: str) -> int:
        """How often any of these happened."""
        places = [self.counts[name] for name in names]
        return sum(self.closing.counts[at] - (self.opening.counts[at] if self.opening else 0) for at in places)

    def newly(self, tier: TierPlan, what: str) -> int:
        """How many were recruited or certified, without those who were there and certified from the start."""
        there = sum(staff.initial for staff in tier.staff) if self.begin == 0 else 0
        return self.count(f"tier.{tier.name}.{what}") - there

    def area(self, *names: str) -> int:
        """The integral of the sum of these levels, in level-minutes."""
        return self._area(self.closing, names) - (self._area(self.opening, names) if self.opening else 0)

    def area_between(self, start: int, end: int, *names: str) -> int:
        """The same, between two minutes only; those inside the run are among the plan's snapshots."""
        start, end = (min(max(minute, self.begin), self.closing.minute) for minute in (start, end))
        return self._until(end, names) - self._until(start, names) if end > start else 0

    def hours(self, tier: TierPlan, *rates: str) -> float:
        """The hours of a tier behind the sum of these levels of minutes a week."""
        return self.area(*(f"tier.{tier.name}.{rate}" for rate in rates)) / (WEEK_MINUTES * HOUR_MINUTES)

    def _until(self, minute: int, names: tuple[str, ...]) -> int:
        if minute == 0:
            return 0
        if minute == self.closing.minute:
            return self._area(self.closing, names)
        return self._area(snapshot_at(self.tally.snapshots, minute), names)

    def _area(self, snapshot: Snapshot, names: tuple[str, ...]) -> int:
        return sum(snapshot.area(self.levels[name]) for name in names)


# --- the programme and its clients ------------------------------------------------------------------------------------


def programme(span: Span) -> float:
    """What it costs once, at the very start, and by the week."""
    costs = span.plan.costs.programme
    return (costs["start_up_cost"] if span.begin == 0 else 0.0) + costs["week_cost"] * span.weeks


def organisation(span: Span) -> float:
    """Trainings of the workplaces."""
    states = zip(span.plan.costs.states, span.plan.organisation, strict=True)
    return sum(cost * span.count(f"organisation.{state.name}.trainings") for cost, state in states)


def _potential(span: Span) -> int:
    return span.count("clients.referred", "clients.screened_out")


def _screening(span: Span) -> float:
    assert span.plan.clients is not None
    hours = span.plan.clients.screening_minutes * _potential(span) / HOUR_MINUTES
    return span.plan.costs.clients["screening_hour_cost"] * hours


def _interpreters(span: Span) -> float:
    hours = span.count("clients.interpreter_minutes") / HOUR_MINUTES
    return span.plan.costs.clients["interpreter_hour_cost"] * hours


CLIENT_LINES: dict[str, Callable[[Span], float]] = {
    "referral": lambda span: span.plan.costs.clients["referral_cost"] * _potential(span),
    "screening": _screening,
    "sessions": lambda span: span.plan.costs.clients["session_cost"] * span.count("clients.sessions_given"),
    "interpreters": _interpreters,
}


# --- tiers ------------------------------------------------------------------------------------------------------------


def recruitment(span: Span, tier: TierPlan) -> float:
    """Recruits from outside: neither those there from the start nor the promoted."""
    outside = span.newly(tier, "recruited") - span.count(f"tier.{tier.name}.promoted_in")
    return span.plan.costs.tiers[tier.level]["recruit_cost"] * outside


def courses(span: Span, tier: TierPlan) -> float:
    """What initial courses for this tier cost besides hours."""
    costs, owner = span.plan.costs.tiers[tier.level], f"tier.{tier.name}."
    started, entered = span.count(owner + "courses_started"), span.count(owner + "entered_course")
    return costs["course_cost"] * started + costs["trainee_cost"] * entered


def paid_hours(span: Span, tier: TierPlan, *purposes: str) -> float:
    """What the hours committed to these purposes cost."""
    return paid(span, tier, *(f"rate.{purpose}" for purpose in purposes))


def paid(span: Span, tier: TierPlan, *rates: str) -> float:
    """What the hours behind these levels cost."""
    return span.plan.costs.tiers[tier.level]["hour_cost"] * span.hours(tier, *rates)


def _training(span: Span, tier: TierPlan) -> float:
    return courses(span, tier) + paid_hours(span, tier, "training_given", "training_taken")


def _refreshers(span: Span, tier: TierPlan) -> float:
    started = span.count(f"tier.{tier.name}.refreshers_started")
    return span.plan.costs.tiers[tier.level]["refresher_cost"] * started


def _in_service(tier: TierPlan) -> tuple[str, ...]:
    return tuple(f"tier.{tier.name}.{state}" for state in IN_SERVICE)


def _service(span: Span, tier: TierPlan) -> float:
    return span.plan.costs.tiers[tier.level]["week_cost"] * (span.area(*_in_service(tier)) / WEEK_MINUTES)


def _engagement(span: Span, tier: TierPlan) -> float:
    total = 0.0
    for each in tier.engagement:
        if each.week_cost:
            minutes = span.area_between(each.from_minute, each.until_minute, *_in_service(tier))
            total += each.week_cost * (minutes / WEEK_MINUTES)
    return total


TIER_LINES: dict[str, Callable[[Span, TierPlan], float]] = {
    "recruitment": recruitment,
    "training": _training,
    "refreshers": _refreshers,
    "supervision": lambda span, tier: paid_hours(span, tier, "supervision_given", "supervision_received"),
    "clients": lambda span, tier: paid_hours(span, tier, "clients"),
    "research": lambda span, tier: paid_hours(span, tier, "research"),
    "other_duties": lambda span, tier: paid_hours(span, tier, "other_duties"),
    "service": _service,
    "engagement": _engagement,
}
