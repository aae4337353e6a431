"""How much a worker's week holds and what each duty takes of it, in minutes a week as the ledger counts them (R2.4)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from cascadesim.model.units import HOUR_MINUTES, rate_nearest, rate_up
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients, Format
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Refresher, Tier, Training


@dataclass(frozen=True, slots=True)
class Week:
    """The minutes that a worker's week can hold: `available`, and `limit` with overtime. `words` is the arithmetic.

    `plain` says only what is available.
    """

    available: float
    limit: float
    words: str
    plain: str


def is_trained(tier: Tier, level: int) -> bool:
    """Whether the tier takes a course of which everything is known that its arithmetic needs."""
    stages = defaults.stages(tier.training)
    known = all(stage.trainer_hours_per_week is not None and stage.course_weeks is not None for stage in stages)
    return level > 0 and defaults.trains(tier, level) and known


def is_supervised(tier: Tier, level: int) -> bool:
    """Whether the tier is supervised, and by how much is known."""
    return level > 0 and defaults.supervises(tier, level) and tier.supervision.meeting_hours is not None


def week_of(tier: Tier, average: bool = False) -> Week:
    """The longest week that anybody of the tier can have, or the average one; without end where hours have none."""
    amount = tier.hours_per_week
    hours = amount.mean_value if average else amount.support[1]
    if not math.isfinite(hours):
        return Week(math.inf, math.inf, "any number of hours", "any number of hours")
    available, share = rate_up(hours), tier.overtime_fraction.value
    limit = math.floor(available * (1 + share) + 1e-6)
    which = "on average" if average else "at most"
    overtime = f" x (1 + {share:g} overtime) = {in_hours(limit)}" if share else ""
    plain = f"{which} {in_hours(available)}"
    return Week(available, limit, plain + overtime, plain)


def week_of_promoted(tier: Tier, below: Tier) -> Week:
    """The longest week of whoever comes to a tier from the one below, whose hours they keep (R9.2)."""
    return week_of(tier.model_copy(update={"hours_per_week": below.hours_per_week}))


def can_get_longer(tier: Tier) -> bool:
    """Whether an event of their lives can give workers of a tier more hours."""
    factors = (reason.then.hours_factor for reason in tier.events.values() if reason.then is not None)
    return any(factor is not None and factor.value > 1 for factor in factors)


def longest_week(scenario: Scenario, level: int) -> Week:
    """The longest week that anybody of a tier can have: of their own, as promoted (R9.2), or by a life event."""
    tier = scenario.tier[scenario.cascade[level]]
    weeks, sources = [week_of(tier)], [tier]
    for below in range(level + 1, len(scenario.cascade)):
        if scenario.tier[scenario.cascade[below - 1]].promotion is None:
            break
        sources.append(scenario.tier[scenario.cascade[below]])
        weeks.append(week_of_promoted(tier, sources[-1]))
    if any(map(can_get_longer, sources)):
        return replace(weeks[0], available=math.inf, limit=math.inf)
    return max(weeks, key=lambda week: week.limit)


def in_hours(minutes: float) -> str:
    """Minutes a week as hours, for a message."""
    return f"{minutes / HOUR_MINUTES:.4g} h"


def trainer_minutes(course: Training | Refresher, travel_hours: float = 0.0) -> int:
    """What a course, a stage of one or a refresher takes of each trainer's week, with hours of travel (R3.1)."""
    assert course.trainer_hours_per_week is not None and course.course_weeks is not None
    own = rate_up(course.trainer_hours_per_week + course.preparation_hours / course.course_weeks)
    return own + rate_up(travel_hours)


def trainer_words(course: Training | Refresher, travel_hours: float = 0.0) -> str:
    """The arithmetic of `trainer_minutes`."""
    total = in_hours(trainer_minutes(course, travel_hours))
    if not course.preparation_hours and not travel_hours:
        return total
    preparation = f" + {course.preparation_hours:g} h / {course.course_weeks:g}" if course.preparation_hours else ""
    way = f" + {travel_hours:g} h of travel" if travel_hours else ""
    return f"{course.trainer_hours_per_week:g} h{preparation}{way} = {total}"


def group_minutes(tier: Tier, travel_hours: float = 0.0) -> int:
    """What a supervision group of this tier takes of the supervisor's week, with hours of travel to it (R4.1)."""
    supervision = tier.supervision
    assert supervision.meeting_hours is not None
    hours = supervision.meeting_hours + supervision.preparation_hours + travel_hours
    return rate_nearest(hours, supervision.interval_weeks)


def group_words(tier: Tier, travel_hours: float = 0.0) -> str:
    """The arithmetic of `group_minutes`."""
    supervision, total = tier.supervision, in_hours(group_minutes(tier, travel_hours))
    if supervision.interval_weeks == 1 and not supervision.preparation_hours and not travel_hours:
        return total
    hours = f"{supervision.meeting_hours:g} h + {supervision.preparation_hours:g} h"
    hours += f" + {travel_hours:g} h of travel" if travel_hours else ""
    return f"({hours}) / {supervision.interval_weeks:g} = {total}"


def supervision_minutes(tier: Tier) -> int:
    """What being supervised takes of this tier's own week (R4.1)."""
    assert tier.supervision.meeting_hours is not None
    return rate_nearest(tier.supervision.meeting_hours, tier.supervision.interval_weeks)


def own_supervision_minutes(tier: Tier, level: int) -> int:
    """`supervision_minutes`, or 0 where the tier is not supervised."""
    return supervision_minutes(tier) if is_supervised(tier, level) else 0


def client_minutes(clients: Clients, form: Format, interpreted: bool = False) -> int:
    """What one client, or a full group, takes of a worker's week at its start: session, research, assessment (R8.1)."""
    assert form.sessions is not None and form.session_hours is not None
    assert form.session_overhead_hours is not None and form.interval_weeks is not None
    factor = clients.interpreter_hours_factor.value if interpreted and clients.interpreter_hours_factor else 1.0
    interval = form.interval_weeks.mean_value
    minutes = rate_up((form.session_hours * factor + form.session_overhead_hours) / interval)
    research = rate_up(clients.research_hours_per_client / (form.sessions * interval))
    if form.group_max == 1:
        return minutes + research + rate_up(clients.assessment_hours * factor / interval)
    return minutes + -(-research * form.group_max // form.facilitators)  # every member's, shared (R8.6)


OTHER_DUTIES, RESERVE, SUPERVISED = "of other duties", "kept for courses", "of being supervised"


def taken_before(tier: Tier, reserve: bool) -> dict[str, int]:
    """What is gone of every week before anything else."""
    taken = {OTHER_DUTIES: rate_up(tier.other_duties_hours_per_week.value)}
    return taken | ({RESERVE: rate_up(tier.training_reserve_hours_per_week)} if reserve else {})


def beside(taken: dict[str, int], word: str = ", besides") -> str:
    """`, besides 12 h of other duties and 1 h of being supervised`: what else takes of a week; empty where nothing."""
    listed = " and ".join(f"{in_hours(minutes)} {what}" for what, minutes in taken.items() if minutes)
    return f"{word} {listed}" if listed else ""
