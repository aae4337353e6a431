"""Keys that do not go together: each may stand by itself, but not beside the others that the scenario gives.

Each check takes the scenario and yields what it finds; `CHECKS` is all of them. What concerns one noun of the language
is in one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cascadesim.scenario.checks import (
    care,
    clients,
    competence,
    costs,
    courses,
    effectless,
    effects,
    goals,
    languages,
    life,
    organisation,
    people,
    sites,
)
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.schema import Scenario

CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    sites.staff,
    sites.streams,
    sites.across,
    care.care_received,
    care.practice,
    care.delivery,
    courses.calendars,
    courses.cohorts,
    courses.refreshers,
    courses.duties,
    people.hours,
    people.steps,
    people.recruitment,
    people.filled_twice,
    people.promotion,
    people.deployment,
    life.clocks,
    life.consequences,
    life.frailty,
    life.unused,
    effects.hazard_ratios,
    effects.lost_hours,
    effects.engagement,
    effects.recognition,
    effectless.practice,
    effectless.tenure,
    effectless.clients,
    effectless.competence,
    competence.levels,
    competence.unused,
    organisation.calendars,
    organisation.unused,
    organisation.reviews,
    clients.formats,
    clients.streams,
    clients.sessions,
    languages.capitals,
    languages.shares_of_one,
    languages.speakers,
    languages.unused,
    costs.unused,
    goals.calendar,
    goals.weeks,
    goals.target,
    goals.published,
)
