"""Scenarios that grow one way: in clients, in workers, in tiers."""

from __future__ import annotations

from typing import Any

from cascadesim.engine.yardsticks.ours import SCENARIO
from cascadesim.model.plan import Plan
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.load import from_resolved, load

_WEEKS = 50
_CLIENTS = 10_000  # where the workers grow
_TIER_SIZE = 20


def with_clients(clients: int) -> Plan:
    """The queue with patience, with so many referrals to be expected, and workers in step: the load stays 1."""
    return _queue(clients, max(1, clients // _WEEKS))


def with_workers(workers: int) -> Plan:
    """The same queue for the same referrals with more and more workers, most of whom are idle in the end."""
    return _queue(_CLIENTS, workers)


def _queue(clients: int, workers: int) -> Plan:
    changes = {"tier.server.initial": workers, "clients.stream.all.referrals_per_week": clients / _WEEKS}
    return compile_scenario(load(SCENARIO).with_(horizon_weeks=_WEEKS, **changes))


def with_tiers(tiers: int) -> Plan:
    """So many tiers of equal size, each recruited, trained and supervised by the one above; the last sees clients."""
    names = [f"tier_{number}" for number in range(1, tiers + 1)]
    plans: dict[str, Any] = {name: _tier() for name in names}
    plans[names[0]] = {"hours_per_week": 40, "initial": _TIER_SIZE}
    plans[names[-1]]["caseload"] = 2
    clients = {
        "sessions": 4,
        "session_hours": 1,
        "stream": {"all": {"referrals_per_week": 10}},
        "patience_weeks": {"dist": "exponential", "mean": 8},
    }
    whole = {"schema": 1, "horizon_weeks": 4 * _WEEKS, "cascade": names, "tier": plans, "clients": clients}
    return compile_scenario(from_resolved(whole, f"tiers-{tiers}"))


def _tier() -> dict[str, Any]:
    """A tier below the first."""
    return {
        "hours_per_week": 40,
        "initial": _TIER_SIZE,
        "recruits_per_week": 0.4,
        "life": {"leaves": {"clock": {"dist": "exponential", "rate_per_year": 1.0}}},
        "supervision": {"group_size": 5, "meeting_hours": 1, "interval_weeks": 1, "max_supervisees": 20},
        "training": {
            "when": "ready",
            "course_weeks": 2,
            "min_cohort": 2,
            "max_cohort": 8,
            "trainer_hours_per_week": 8,
            "practice": "simulated",
            "practice_weeks": 2,
        },
    }
