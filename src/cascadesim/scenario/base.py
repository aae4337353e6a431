"""The ground every scenario table stands on: frozen, no key that is not known, and numbers that are numbers."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


class Table(BaseModel):
    """One TOML table. Frozen once read; an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


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


MAX_COUNT = 1_000_000_000
MAX_WEEKS = 400_000
MAX_NUMBER = 1e9
MINUTE_WEEKS = 0.0001
"""No duration is shorter than about a minute, the step of the clock."""


def within(least: float, most: float, words: str, above: bool = False) -> AfterValidator:
    """`Bounds` as a rule for a field."""
    return AfterValidator(Bounds(least, most, words, above))


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
