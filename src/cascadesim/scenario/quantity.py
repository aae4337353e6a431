"""Quantities about the world: a value, how far off it might be, and who says so."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from cascadesim.scenario.base import Table, Text


def real(value: Any) -> float:
    """A finite number as a float; anything else (true, "3", nan) is a fault."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("number", "must be a number")
    if not math.isfinite(value):
        raise PydanticCustomError("finite", "must be a finite number")
    return float(value)


Real = Annotated[float, BeforeValidator(real)]


class Quantity(Table):
    """`{ value = 0.9, low = 0.7, high = 1.0, source = "swiss" }`, or a plain number, which has no range and no source."""

    value: Real
    low: Real | None = None
    high: Real | None = None
    source: Text | None = None


def _from_number(value: Any) -> Any:
    return value if isinstance(value, dict | Quantity) else {"value": value}


def _ordered(quantity: Quantity) -> Quantity:
    low = quantity.value if quantity.low is None else quantity.low
    high = quantity.value if quantity.high is None else quantity.high
    if not low <= quantity.value <= high:
        raise PydanticCustomError("range_order", "needs low <= value <= high")
    return quantity


def _within(least: float, most: float, open_below: bool = False) -> Any:
    def check(quantity: Quantity) -> Quantity:
        for number in (quantity.value, quantity.low, quantity.high):
            if number is None:
                continue
            if number < least or number > most or (open_below and number == least):
                raise PydanticCustomError(
                    "bounds",
                    "{number} is outside what is allowed",
                    {"number": number, "least": least, "most": most, "open_below": open_below},
                )
        return quantity

    return check


Measured = Annotated[Quantity, BeforeValidator(_from_number), AfterValidator(_ordered)]
Share = Annotated[Measured, AfterValidator(_within(0.0, 1.0))]
NonNegative = Annotated[Measured, AfterValidator(_within(0.0, math.inf))]
Positive = Annotated[Measured, AfterValidator(_within(0.0, math.inf, open_below=True))]
