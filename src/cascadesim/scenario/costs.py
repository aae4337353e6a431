"""What things cost, in the programme's own currency: unit costs that the ledger multiplies at the end of a run."""

from __future__ import annotations

from cascadesim.scenario.fields import NOTHING, NonNegative, Quantity, Table, Text


class Costs(Table):
    """`[costs]`: of the programme as a whole."""

    currency: Text = ""
    start_up_cost: NonNegative = NOTHING
    week_cost: NonNegative = NOTHING


class TierCosts(Table):
    """`[tier.NAME.costs]`."""

    recruit_cost: NonNegative = NOTHING
    week_cost: NonNegative = NOTHING
    hour_cost: NonNegative = NOTHING
    course_cost: NonNegative = NOTHING
    trainee_cost: NonNegative = NOTHING
    refresher_cost: NonNegative = NOTHING


class ClientCosts(Table):
    """`[clients.costs]`."""

    referral_cost: NonNegative = NOTHING
    screening_hour_cost: NonNegative = NOTHING
    session_cost: NonNegative = NOTHING
    interpreter_hour_cost: NonNegative = NOTHING


def unit_costs(table: Table) -> dict[str, float]:
    """The quantities of a table of costs, by name."""
    costs = {name: getattr(table, name) for name in type(table).model_fields}
    return {name: cost.value for name, cost in costs.items() if isinstance(cost, Quantity)}
