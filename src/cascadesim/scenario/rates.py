"""Rates that may change: one number, or steps."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from cascadesim.scenario.base import Table, Weeks
from cascadesim.scenario.quantity import NonNegative


class Step(Table):
    """A rate that holds from `from_week` until the next step."""

    from_week: Weeks = 0.0
    rate: NonNegative


def _to_steps(value: Any) -> Any:
    """A single rate holds from week 0."""
    if isinstance(value, list | tuple):
        return value
    return [{"from_week": 0.0, "rate": value}]


Rate = Annotated[tuple[Step, ...], BeforeValidator(_to_steps)]
"""A Poisson rate a week: one number or quantity, or a list of `{ from_week, rate }`."""
