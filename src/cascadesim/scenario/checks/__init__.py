"""Keys that do not go together: each may stand by itself, but not beside the others that the scenario gives.

Each check takes the scenario and yields what it finds; `CHECKS` is all of them. What concerns one noun of the language
is in one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cascadesim.scenario.checks import clients, programme, training, unused_keys, workforce
from cascadesim.scenario.problems import Finding
from cascadesim.scenario.schema import Scenario

CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    programme.horizon_in_other_unit,
    programme.limits,
    programme.site_staff,
    programme.stream_sites,
    programme.across_sites,
    training.received,
    training.practice,
    training.delivery,
    training.calendars,
    training.cohort_sizes,
    training.refresher_windows,
    training.trainers,
    workforce.hours,
    workforce.rate_steps,
    workforce.recruitment,
    workforce.filled_twice,
    workforce.promotion,
    workforce.deployment,
    workforce.life_tables,
    workforce.consequences,
    workforce.unused_consequences,
    workforce.frailty,
    workforce.hazard_ratios,
    workforce.lost_hours,
    workforce.incentive,
    workforce.recognition,
    workforce.competence_levels,
    unused_keys.practice,
    unused_keys.tenure,
    unused_keys.of_clients,
    unused_keys.competence_changes,
    unused_keys.competence_needs,
    unused_keys.unit_costs,
    programme.state_trainings,
    programme.unused_states,
    programme.reviews,
    clients.formats,
    clients.referred,
    clients.adequate_sessions,
    clients.language_capitals,
    clients.language_shares,
    clients.speakers,
    clients.unused_languages,
    programme.calendar,
    programme.report_weeks,
    programme.weeks_before_the_window,
    programme.target,
    programme.outcomes,
)
