"""Plans that can never work, with the arithmetic: refused where no draw can help, warned of where only luck can.

Each check takes the scenario and yields what it finds; `CHECKS` is all of them. They assume that `checks` has nothing
to say about the keys that they read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cascadesim.scenario.feasibility import dates, hours, own_week, people, practice, promoted, referrals
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.schema import Scenario

CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    people.members,
    people.promotions,
    people.served_sites,
    people.cohorts,
    people.certificates,
    hours.course_hours,
    hours.refresher_hours,
    hours.group_hours,
    promoted.promoted_hours,
    own_week.own_hours,
    own_week.stream_hours,
    referrals.referrals,
    referrals.interpreted,
    referrals.facilitators,
    practice.one_at_a_time,
    dates.past_horizon,
)
