"""How much a worker's week holds and what each duty takes of it, in minutes a week as the ledger counts them (R2.4)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Tier
from cascadesim.scenario.units import HOUR_MINUTES, rate_nearest, rate_up


@dataclass(frozen=True, slots=True)
class Week:
    """The minutes that a worker's week can hold: `available`, and `limit` with overtime. `words` is the arithmetic."""

    available: float
    limit: float
    words: str


def is_trained(tier: Tier, level: int) -> bool:
    """Whether the tier takes a course of which everything is known that its arithmetic needs."""
    training = tier.training
    known = training.trainer_hours_per_week is not None and training.course_weeks is not None
    return level > 0 and defaults.trains(tier, level) and known


def is_supervised(tier: Tier, level: int) -> bool:
    """Whether the tier is supervised, and by how much is known."""
    return level > 0 and defaults.supervises(tier, level) and tier.supervision.meeting_hours is not None


def week_of(tier: Tier, average: bool = False) -> Week:
    """The longest week that anybody of the tier can have, or the average one; without end where hours have none."""
    amount = tier.hours_per_week
    hours = amount.mean_value if average else amount.support[1]
    if not math.isfinite(hours):
        return Week(math.inf, math.inf, "any number of hours")
    available, share = rate_up(hours), tier.overtime_fraction.value
    limit = math.floor(available * (1 + share) + 1e-6)
    which = "on average" if average else "at most"
    overtime = f" x (1 + {share:g} overtime) = {in_hours(limit)}" if share else ""
    return Week(available, limit, f"{which} {in_hours(available)}{overtime}")


def in_hours(minutes: float) -> str:
    """Minutes a week as hours, for a message."""
    return f"{minutes / HOUR_MINUTES:.4g} h"


def course_minutes(tier: Tier) -> int:
    """What a course for this tier takes of each trainer's week (R3.1)."""
    training = tier.training
    assert training.trainer_hours_per_week is not None and training.course_weeks is not None
    return rate_up(training.trainer_hours_per_week + training.preparation_hours / training.course_weeks)


def course_words(tier: Tier) -> str:
    """The arithmetic of `course_minutes`."""
    training = tier.training
    total = in_hours(course_minutes(tier))
    if not training.preparation_hours:
        return total
    preparation = f"{training.preparation_hours:g} h / {training.course_weeks:g}"
    return f"{training.trainer_hours_per_week:g} h + {preparation} = {total}"


def group_minutes(tier: Tier) -> int:
    """What a supervision group of this tier takes of the supervisor's week (R4.1)."""
    supervision = tier.supervision
    assert supervision.meeting_hours is not None
    return rate_nearest(supervision.meeting_hours + supervision.preparation_hours, supervision.interval_weeks)


def group_words(tier: Tier) -> str:
    """The arithmetic of `group_minutes`."""
    supervision, total = tier.supervision, in_hours(group_minutes(tier))
    if supervision.interval_weeks == 1 and not supervision.preparation_hours:
        return total
    hours = f"{supervision.meeting_hours:g} h + {supervision.preparation_hours:g} h"
    return f"({hours}) / {supervision.interval_weeks:g} = {total}"


def seat_minutes(tier: Tier) -> int:
    """What being supervised takes of this tier's own week (R4.1)."""
    assert tier.supervision.meeting_hours is not None
    return rate_nearest(tier.supervision.meeting_hours, tier.supervision.interval_weeks)


def episode_minutes(scenario: Scenario) -> int:
    """What one client takes of a worker's week (R8.1)."""
    clients = scenario.clients
    assert clients is not None
    return rate_up((clients.session_hours + clients.session_overhead_hours) / clients.interval_weeks.mean_value)
