"""Plans that can never work, with the arithmetic: refused where no draw can help, warned of where only chance can.

Each check takes the scenario and yields what it finds; `CHECKS` is all of them. They assume that `checks` has nothing
to say about the keys that they read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cascadesim.scenario.feasibility import hours, people
from cascadesim.scenario.problems import Finding
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
    hours.promoted_hours,
    hours.own_hours,
    hours.stream_hours,
    people.referrals,
    people.in_need,
    people.interpreted,
    people.facilitators,
    people.practice_cases,
    people.past_horizon,
)
