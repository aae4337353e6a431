"""Weeks and hours as the whole minutes that the clock and the ledger count in."""

from cascadesim.scenario.units import (
    FAR_MINUTES,
    HOUR_MINUTES,
    at_minute,
    hours_nearest,
    rate_nearest,
    rate_up,
    to_minutes,
)

__all__ = ["FAR_MINUTES", "HOUR_MINUTES", "at_minute", "hours_nearest", "rate_nearest", "rate_up", "to_minutes"]
