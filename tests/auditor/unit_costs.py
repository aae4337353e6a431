"""What things cost, as a resolved scenario says it: unit costs as the decimals that were written (R9.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from auditor.amounts import HOUR, exact, nearest

Table = Mapping[str, Any]
Prices = Mapping[str, Fraction]


@dataclass(frozen=True)
class Costs:
    """Unit costs of the programme, of clients, of each tier, and of one workplace training for each state."""

    programme: Prices
    clients: Prices
    tiers: Mapping[str, Prices]
    trainings: Prices
    screening: int  # minutes for each potential referral


def read_costs(resolved: Table) -> Costs:
    """Every table of costs there is; what a table leaves out costs nothing."""
    clients = resolved.get("clients") or {}
    states = resolved.get("organisation") or {}
    return Costs(
        programme=_prices(resolved.get("costs"), "start_up_cost", "week_cost"),
        clients=_prices(clients.get("costs"), *CLIENT_PRICES),
        tiers={name: _prices(table.get("costs"), *TIER_PRICES) for name, table in resolved["tier"].items()},
        trainings={name: exact(table.get("training_cost") or 0) for name, table in states.items()},
        screening=nearest(exact(clients.get("screening_hours", 0)) * HOUR),
    )


CLIENT_PRICES = ("referral_cost", "screening_hour_cost", "session_cost", "interpreter_hour_cost")
TIER_PRICES = ("recruit_cost", "week_cost", "hour_cost", "course_cost", "trainee_cost", "refresher_cost")


def _prices(table: Table | None, *names: str) -> Prices:
    return {name: exact((table or {}).get(name, 0)) for name in names}
