"""Keys that do not go together: each may stand by itself, but not beside the others that the scenario gives.

Each check takes the scenario and yields what it finds; `CHECKS` is all of them. What concerns one noun of the language
is in one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cascadesim.scenario.checks import (
    clients,
    sites,
    targets,
    training,
    unused_keys,
    workforce,
)
from cascadesim.scenario.diagnostics.problems import Finding
from cascadesim.scenario.schema import Scenario

CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    sites.staff,
    sites.streams,
    sites.across,
    training.care_received,
    training.practice,
    training.delivery,
    training.calendars,
    training.cohorts,
    training.refreshers,
    training.duties,
    workforce.hours,
    workforce.steps,
    workforce.recruitment,
    workforce.filled_twice,
    workforce.promotion,
    workforce.deployment,
    workforce.clocks,
    workforce.consequences,
    workforce.frailty,
    workforce.unused_life,
    workforce.hazard_ratios,
    workforce.lost_hours,
    workforce.engagement,
    workforce.recognition,
    unused_keys.practice,
    unused_keys.tenure,
    unused_keys.clients,
    unused_keys.competence,
    workforce.levels,
    workforce.unused,
    sites.calendars,
    sites.unused,
    sites.reviews,
    clients.formats,
    clients.streams,
    clients.sessions,
    clients.capitals,
    clients.shares_of_one,
    clients.speakers,
    clients.unused,
    unused_keys.unused,
    targets.calendar,
    targets.weeks,
    targets.target,
    targets.published,
)
