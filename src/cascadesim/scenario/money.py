"""What things cost, in the programme's own currency: unit costs that the ledger multiplies at the end of a run."""

from __future__ import annotations

from cascadesim.scenario.base import Table, Text
from cascadesim.scenario.quantity import NonNegative, Quantity

_FREE = Quantity(value=0.0)


class Costs(Table):
    """`[costs]`: of the programme as a whole."""

    currency: Text = ""
    start_up_cost: NonNegative = _FREE
    week_cost: NonNegative = _FREE


class TierCosts(Table):
    """`[tier.NAME.costs]`."""

    recruit_cost: NonNegative = _FREE
    week_cost: NonNegative = _FREE
    hour_cost: NonNegative = _FREE
    course_cost: NonNegative = _FREE
    trainee_cost: NonNegative = _FREE
    refresher_cost: NonNegative = _FREE


class ClientCosts(Table):
    """`[clients.costs]`."""

    referral_cost: NonNegative = _FREE
    screening_hour_cost: NonNegative = _FREE
    session_cost: NonNegative = _FREE
    interpreter_hour_cost: NonNegative = _FREE


def unit_costs(table: Table) -> dict[str, float]:
    """The quantities of a table of costs, by name."""
    costs = {name: getattr(table, name) for name in type(table).model_fields}
    return {name: cost.value for name, cost in costs.items() if isinstance(cost, Quantity)}
