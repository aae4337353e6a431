"""The names of the measures (KPIs) that a run of a scenario will have.

The model layer computes them (`model/measure_rows.py`); this layer lies below it and has to know their names, to check
`[[published]]` before anything runs. A test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

_CLIENTS = (
    "referred",
    "started",
    "completed",
    "dropped_out",
    "never_started",
    "reneged",
    "lost_on_exit",
    "waiting_at_end",
    "in_handover_at_end",
    "in_care_at_end",
    "handed_over",
    "sessions_attended",
    "sessions_unsupervised_share",
    "no_show_share",
    "coverage",
    "wait_mean_weeks",
    "wait_median_weeks",
    "wait_p90_weeks",
    "still_waiting_mean_weeks",
    "first_start_week",
    "waiting_mean",
    "in_care_mean",
)
_TIER = (
    "recruited",
    "entered_course",
    "passed",
    "certified",
    "exited",
    "courses_started",
    "courses_held",
    "courses_cancelled",
    "courses_lapsed",
    "candidate_mean",
    "in_training_mean",
    "apprentice_mean",
    "active_mean",
    "unsupervised_mean",
    "delivering_mean",
    "utilisation",
    "overtime_share",
    "share.supervision_given",
    "share.supervision_received",
    "share.training_given",
    "share.training_taken",
    "share.clients",
    "supervised_share",
    "course_yield",
    "certified_yield",
    "full_complement_week",
)
_CLIENTS_BY_WEEK = ("referred", "started", "completed")
_TIER_BY_WEEK = ("active", "certified", "delivering")
_CARE = ("too_few_workers", "caseload", "worker_hours", "worker_unsupervised", "several")
_TIER_WAITS = {
    "course": (
        "too_few_candidates",
        "too_few_trainers",
        "trainer_hours",
        "trainer_unsupervised",
        "calendar",
        "gathering",
        "several",
    ),
    "seat": (
        "too_few_supervisors",
        "supervisor_hours",
        "supervisor_span",
        "supervisor_unsupervised",
        "own_hours",
        "several",
    ),
    "practice": ("no_client", "several"),
}


def measure_names(scenario: Scenario) -> frozenset[str]:
    """The name of every measure of a run of this scenario."""
    names = set(_client_names(scenario)) if scenario.clients is not None else set()
    for level in range(len(scenario.cascade)):
        names.update(_tier_names(scenario, level))
    return frozenset(names)


def _client_names(scenario: Scenario) -> Iterator[str]:
    weeks = defaults.report_weeks(scenario)
    yield from (f"clients.{what}" for what in _CLIENTS)
    yield from (f"clients.{what}_at_week_{week}" for week in weeks for what in _CLIENTS_BY_WEEK)
    yield from (f"clients.waiting.care.{constraint}_weeks" for constraint in _CARE)


def _tier_names(scenario: Scenario, level: int) -> Iterator[str]:
    tier = f"tier.{scenario.cascade[level]}"
    weeks = defaults.report_weeks(scenario)
    yield from (f"{tier}.{what}" for what in _TIER)
    if defaults.delivers(scenario, level):
        yield f"{tier}.idle_trained_share"
    yield from (f"{tier}.exits.{reason}" for reason in defaults.exit_names(scenario, level))
    yield from (f"{tier}.{what}_at_week_{week}" for week in weeks for what in _TIER_BY_WEEK)
    for wait, constraints in _TIER_WAITS.items():
        yield from (f"{tier}.waiting.{wait}.{constraint}_weeks" for constraint in constraints)
