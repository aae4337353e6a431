"""Quantities about the world: a value, how far off it might be, and who says so."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from cascadesim.scenario.base import MAX_NUMBER, Bounds, Real, Table, Text

SHARE = Bounds(0.0, 1.0, "a share from 0 to 1")
NOT_NEGATIVE = Bounds(0.0, MAX_NUMBER, "a number, 0 or more")
POSITIVE = Bounds(1 / MAX_NUMBER, MAX_NUMBER, "a number above 0")


class Quantity(Table):
    """`{ value = 0.9, low = 0.7, high = 1.0, source = "swiss" }`; a plain number has no range and no source."""

    value: Real
    low: Real | None = None
    high: Real | None = None
    source: Text | None = None


def _from_number(value: Any) -> Any:
    return value if isinstance(value, dict | Quantity) else {"value": value}


def ordered(quantity: Quantity) -> Quantity:
    """The range surrounds the value."""
    low = quantity.value if quantity.low is None else quantity.low
    high = quantity.value if quantity.high is None else quantity.high
    if not low <= quantity.value <= high:
        raise PydanticCustomError("together", "low <= value <= high is needed", {"keys": ("low", "value", "high")})
    return quantity


class Limits:
    """`bounds` for the value and for both ends of its range; a fault says which of the three it concerns."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds

    def __call__(self, quantity: Quantity) -> Quantity:
        for key in ("value", "low", "high"):
            number = getattr(quantity, key)
            if number is not None and not self.bounds.hold(number):
                raise PydanticCustomError("bounds", "outside what is allowed", {"key": key})
        return quantity


Measured = Annotated[Quantity, BeforeValidator(_from_number)]
Share = Annotated[Measured, AfterValidator(Limits(SHARE)), AfterValidator(ordered)]
NonNegative = Annotated[Measured, AfterValidator(Limits(NOT_NEGATIVE)), AfterValidator(ordered)]
Positive = Annotated[Measured, AfterValidator(Limits(POSITIVE)), AfterValidator(ordered)]
