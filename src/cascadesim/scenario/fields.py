"""What the tables of a file are made of: numbers within bounds, text, dates, quantities with a range, rates in steps.

A table is frozen, knows all its keys, and reads numbers strictly: true, "3" and nan are none.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field
from pydantic_core import PydanticCustomError

MAX_COUNT = 1_000_000_000
MAX_WEEKS = 400_000
MAX_NUMBER = 1e9
MINUTE_WEEKS = 0.0001
"""No duration is shorter than about a minute, the step of the clock."""


class Table(BaseModel):
    """One TOML table. Frozen once read; an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


@dataclass(frozen=True)
class Names:
    """Marks a table whose keys are names that the file chooses: `Annotated[dict[str, Tier], Names("NAME", ...)]`.

    `placeholder` is how a pattern writes such a name. Where there is an `example`, a key in the place of the name is
    told of by it: `noun` is what the name is the name of. `dotted` names may be dotted paths.
    """

    placeholder: str
    noun: str = ""
    example: str = ""
    dotted: bool = False


@dataclass(frozen=True)
class StandIn:
    """Marks a union of tables with a harmless `value` for the place of a wrong one, so that the rest can be read."""

    value: Any


def refusal(message: str, hint: str = "", code: str = "wrong_value", key: str = "") -> PydanticCustomError:
    """What a validator raises to say in its own words what is wrong with a value, or with one `key` of a table."""
    return PydanticCustomError("refused", "{message}", {"message": message, "hint": hint, "code": code, "key": key})


def one_of(*keys: str) -> PydanticCustomError:
    """What a validator raises where exactly one of these keys is needed."""
    return PydanticCustomError("one_of", f"exactly one of {' and '.join(keys)} is needed", {"keys": keys})


def together(rule: str, *keys: str) -> PydanticCustomError:
    """What a validator raises where keys that are each sound break a rule between them."""
    return PydanticCustomError("together", rule, {"keys": keys})


def toml_type(value: Any) -> str:
    """The type that TOML has for a value: flag, number, text, list, table or date."""
    if isinstance(value, bool):
        return "flag"
    types = {"number": int | float, "text": str, "list": list | tuple, "table": dict | BaseModel, "date": dt.date}
    return next((name for name, kind in types.items() if isinstance(value, kind)), "")


BY_TOML_TYPE = Discriminator(toml_type)
"""Marks a union of forms that are told apart by their TOML type.

`Annotated[Annotated[PositiveCount, Tag("number")] | Annotated[Until, Tag("table")], BY_TOML_TYPE]` is a whole number or
a table.
"""


@dataclass(frozen=True)
class Bounds:
    """What a number may be, ends included unless `above`; `words` says it in a sentence, with the unit."""

    least: float
    most: float
    words: str
    above: bool = False

    def hold(self, number: float) -> bool:
        """Whether the number lies within."""
        return (number > self.least if self.above else number >= self.least) and number <= self.most

    def __call__(self, number: Any) -> Any:
        if not self.hold(number):
            raise PydanticCustomError("bounds", "outside what is allowed")
        return number


def within(least: float, most: float, words: str, above: bool = False) -> AfterValidator:
    """`Bounds` as a rule for a field."""
    return AfterValidator(Bounds(least, most, words, above))


def whole(value: Any) -> int:
    """A whole number; true, 3.0 and "3" are not."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise PydanticCustomError("whole_number", "must be a whole number")
    return value


def real(value: Any) -> float:
    """A finite number as a float; anything else (true, "3", nan, a whole number beyond all floats) is a fault."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("number", "must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise PydanticCustomError("finite", "must be a finite number")
    return number


def calendar_date(value: Any) -> dt.date:
    """A date, as TOML has it or as `2018-09-03` in JSON; not a date with a time of day."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("date", "must be a date") from None
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise PydanticCustomError("date", "must be a date")
    return value


# Programme choices are plain numbers, read strictly.
Count = Annotated[int, BeforeValidator(whole), within(0, MAX_COUNT, "a whole number, 0 or more")]
PositiveCount = Annotated[int, BeforeValidator(whole), within(1, MAX_COUNT, "a whole number, 1 or more")]
Weeks = Annotated[float, BeforeValidator(real), within(0, MAX_WEEKS, "a number of weeks, 0 or more")]
PositiveWeeks = Annotated[float, BeforeValidator(real), within(MINUTE_WEEKS, MAX_WEEKS, "a number of weeks above 0")]
Hours = Annotated[float, BeforeValidator(real), within(0, MAX_NUMBER, "a number of hours, 0 or more")]
PositiveHours = Annotated[float, BeforeValidator(real), within(0, MAX_NUMBER, "a number of hours above 0", above=True)]
Real = Annotated[float, BeforeValidator(real)]
Flag = Annotated[bool, Field(strict=True)]
Text = Annotated[str, Field(strict=True)]
Date = Annotated[dt.date, BeforeValidator(calendar_date)]


class Quantity(Table):
    """Something about the world: `{ value = 0.9, low = 0.7, high = 1.0, source = "swiss" }`, or a plain number.

    How far off the value may be is said by low and high, and who says so by the source.
    """

    value: Real
    low: Real | None = None
    high: Real | None = None
    source: Text | None = None


def ordered(quantity: Quantity) -> Quantity:
    """The range surrounds the value."""
    low = quantity.value if quantity.low is None else quantity.low
    high = quantity.value if quantity.high is None else quantity.high
    if not low <= quantity.value <= high:
        raise together("low <= value <= high is needed", "low", "value", "high")
    return quantity


@dataclass(frozen=True)
class Limits:
    """`bounds` for the value and for both ends of its range; a fault says which of the three it concerns."""

    bounds: Bounds

    def __call__(self, quantity: Quantity) -> Quantity:
        for key in ("value", "low", "high"):
            number = getattr(quantity, key)
            if number is not None and not self.bounds.hold(number):
                raise PydanticCustomError("bounds", "outside what is allowed", {"key": key})
        return quantity


def _quantity_table(value: Any) -> Any:
    return value if isinstance(value, dict | Quantity) else {"value": value}


SHARE = Bounds(0.0, 1.0, "a share from 0 to 1")
NOT_NEGATIVE = Bounds(0.0, MAX_NUMBER, "a number, 0 or more")
POSITIVE = Bounds(1 / MAX_NUMBER, MAX_NUMBER, "a number above 0")

Measured = Annotated[Quantity, BeforeValidator(_quantity_table)]
Share = Annotated[Measured, AfterValidator(Limits(SHARE)), AfterValidator(ordered)]
NonNegative = Annotated[Measured, AfterValidator(Limits(NOT_NEGATIVE)), AfterValidator(ordered)]
Positive = Annotated[Measured, AfterValidator(Limits(POSITIVE)), AfterValidator(ordered)]

NOTHING = Quantity(value=0.0)
ONE = Quantity(value=1.0)


class Step(Table):
    """A rate that holds from `from_week` until the next step."""

    from_week: Weeks = 0.0
    rate: NonNegative


def _steps(value: Any) -> Any:
    """A single rate holds from week 0."""
    return value if isinstance(value, list | tuple) else [{"from_week": 0.0, "rate": value}]


Rate = Annotated[tuple[Step, ...], BeforeValidator(_steps)]
"""A Poisson rate a week: one number or quantity, or a list of `{ from_week, rate }`."""
