"""The lines of the ledger of costs: those for which a scenario gives a unit cost, and which something can add to."""

from __future__ import annotations

from collections.abc import Mapping

PROGRAMME = {"programme": ("start_up_cost", "week_cost")}
CLIENTS = {
    "referral": ("referral_cost",),
    "screening": ("screening_hour_cost",),
    "sessions": ("session_cost",),
    "interpreters": ("interpreter_hour_cost",),
}
TIER = {
    "recruitment": ("recruit_cost",),
    "training": ("course_cost", "trainee_cost", "hour_cost"),
    "refreshers": ("refresher_cost",),
    "supervision": ("hour_cost",),
    "clients": ("hour_cost",),
    "research": ("hour_cost",),
    "other_duties": ("hour_cost",),
    "service": ("week_cost",),
    "engagement": (),
}
"""Each line and the unit costs that feed it; engagement measures have their own."""

NEEDS = {
    "screening": "screening_hours",
    "interpreters": "interpreter",
    "refreshers": "refresher",
    "clients": "sees_clients",
    "research": "research",
    "other_duties": "duties",
    "engagement": "paid_engagement",
}
"""Lines that only a mechanism (see `mechanisms.py`) adds to."""

TOTALS = ("total", "per_certified", "replacing_share")
CARE_TOTALS = ("start_up", "running", "per_completed", "per_session")


def lines_of(
    table: Mapping[str, tuple[str, ...]], costs: Mapping[str, float], mechanisms: frozenset[str]
) -> tuple[str, ...]:
    """The lines of `PROGRAMME`, `CLIENTS` or `TIER` that there are with these unit costs and mechanisms."""
    return tuple(
        line
        for line, keys in table.items()
        if (not keys or any(costs[key] > 0 for key in keys)) and (line not in NEEDS or NEEDS[line] in mechanisms)
    )
