"""Distributions as a scenario writes them, by mean and sd or cv where a planner would. One class and one row each.

Every class gives `mean_value`, `support` (least and greatest value) and `standard()`: the name and the plain numbers
that `model/distributions.py` draws from.
Discrete and empirical tables are sorted by value, so that the order in a file cannot matter.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from cascadesim.scenario.fields import (
    NOT_NEGATIVE,
    SHARE,
    Bounds,
    Limits,
    Measured,
    NonNegative,
    Positive,
    Quantity,
    Real,
    Table,
    Text,
    ordered,
)

SHAPE = Bounds(0.1, 100.0, "a shape from 0.1 to 100")
SPREAD = Bounds(0.01, 10.0, "sd / mean from 0.01 to 10")
Shape = Annotated[Measured, AfterValidator(Limits(SHAPE)), AfterValidator(ordered)]
Spread = Annotated[Measured, AfterValidator(Limits(SPREAD)), AfterValidator(ordered)]


class Standard(NamedTuple):
    """A distribution as numbers: `name`, and `numbers` as `model/distributions.py` documents them for that name."""

    name: str
    numbers: tuple[float, ...]


def spread(mean: float, sd: Quantity | None, cv: Quantity | None) -> float:
    """The standard deviation, from exactly one of sd and cv (coefficient of variation)."""
    if sd is None and cv is not None:
        return mean * cv.value
    if sd is None or cv is not None:
        raise PydanticCustomError("one_of", "exactly one of sd and cv is needed", {"keys": ("sd", "cv")})
    if not SPREAD.hold(sd.value / mean):
        raise PydanticCustomError("together", "sd / mean from 0.01 to 10 is needed", {"keys": ("mean", "sd")})
    return sd.value


class _Named(Table):
    source: Text | None = None


class Constant(_Named):
    dist: Literal["constant"] = "constant"
    value: NonNegative

    @property
    def mean_value(self) -> float:
        return self.value.value

    @property
    def support(self) -> tuple[float, float]:
        return self.value.value, self.value.value

    def standard(self) -> Standard:
        return Standard("constant", (self.value.value,))


class _Between(_Named):
    """Nothing below low, nothing above high."""

    low: NonNegative
    high: NonNegative

    @property
    def support(self) -> tuple[float, float]:
        return self.low.value, self.high.value


class Uniform(_Between):
    dist: Literal["uniform"]

    @model_validator(mode="after")
    def _check(self) -> Uniform:
        if not self.low.value < self.high.value:
            raise PydanticCustomError("together", "low < high is needed", {"keys": ("low", "high")})
        return self

    @property
    def mean_value(self) -> float:
        return (self.low.value + self.high.value) / 2

    def standard(self) -> Standard:
        return Standard("uniform", (self.low.value, self.high.value))


class Triangular(_Between):
    dist: Literal["triangular"]
    mode: NonNegative

    @model_validator(mode="after")
    def _check(self) -> Triangular:
        if not (self.low.value <= self.mode.value <= self.high.value and self.low.value < self.high.value):
            raise PydanticCustomError(
                "together", "low <= mode <= high and low < high are needed", {"keys": ("low", "mode", "high")}
            )
        return self

    @property
    def mean_value(self) -> float:
        return (self.low.value + self.mode.value + self.high.value) / 3

    def standard(self) -> Standard:
        return Standard("triangular", (self.low.value, self.mode.value, self.high.value))


class _Unbounded(_Named):
    """Any number above 0, with this mean."""

    mean: Positive

    @property
    def mean_value(self) -> float:
        return self.mean.value

    @property
    def support(self) -> tuple[float, float]:
        return 0.0, math.inf


class Exponential(_Unbounded):
    dist: Literal["exponential"]

    def standard(self) -> Standard:
        return Standard("exponential", (self.mean.value,))


class Weibull(_Unbounded):
    dist: Literal["weibull"]
    shape: Shape

    def standard(self) -> Standard:
        scale = self.mean.value / math.gamma(1 + 1 / self.shape.value)
        return Standard("weibull", (self.shape.value, scale))


class _Spreading(_Unbounded):
    """By mean, and sd or cv."""

    sd: Positive | None = None
    cv: Spread | None = None

    @model_validator(mode="after")
    def _check(self) -> _Spreading:
        spread(self.mean.value, self.sd, self.cv)
        return self

    @property
    def variation(self) -> float:
        """The coefficient of variation."""
        return spread(self.mean.value, self.sd, self.cv) / self.mean.value


class Gamma(_Spreading):
    dist: Literal["gamma"]

    def standard(self) -> Standard:
        shape = 1 / (self.variation * self.variation)
        return Standard("gamma", (shape, self.mean.value / shape))


class Lognormal(_Spreading):
    dist: Literal["lognormal"]

    def standard(self) -> Standard:
        log_variance = math.log(1 + self.variation * self.variation)
        return Standard("lognormal", (math.log(self.mean.value) - log_variance / 2, math.sqrt(log_variance)))


class Beta(_Spreading):
    """On [low, high], 0 to 1 unless said otherwise."""

    dist: Literal["beta"]
    low: NonNegative = Quantity(value=0.0)
    high: Positive = Quantity(value=1.0)

    @model_validator(mode="after")
    def _check(self) -> Beta:
        low, high, mean = self.low.value, self.high.value, self.mean.value
        if not low < mean < high:
            raise PydanticCustomError("together", "low < mean < high is needed", {"keys": ("low", "mean", "high")})
        sd = spread(mean, self.sd, self.cv)
        if sd * sd >= (mean - low) * (high - mean):
            raise PydanticCustomError(
                "together",
                "sd * sd < (mean - low) * (high - mean) is needed",
                {"keys": ("mean", "sd", "cv", "low", "high")},
            )
        return self

    @property
    def support(self) -> tuple[float, float]:
        return self.low.value, self.high.value

    def standard(self) -> Standard:
        low, width = self.low.value, self.high.value - self.low.value
        mean = (self.mean.value - low) / width
        sd = self.variation * self.mean.value / width
        total = mean * (1 - mean) / (sd * sd) - 1
        return Standard("beta", (mean * total, (1 - mean) * total, low, width))


Values = Annotated[tuple[Annotated[Real, AfterValidator(NOT_NEGATIVE)], ...], Field(min_length=1)]


class Empirical(_Named):
    """One of the observed `values`, each equally likely."""

    dist: Literal["empirical"]
    values: Values

    @property
    def mean_value(self) -> float:
        return math.fsum(self.values) / len(self.values)

    @property
    def support(self) -> tuple[float, float]:
        return min(self.values), max(self.values)

    def standard(self) -> Standard:
        return Standard("empirical", tuple(sorted(self.values)))


class Discrete(_Named):
    """One of `values` with the `probabilities` beside them, which sum to 1."""

    dist: Literal["discrete"]
    values: Values
    probabilities: Annotated[tuple[Annotated[Real, AfterValidator(SHARE)], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Discrete:
        if len(self.values) != len(self.probabilities):
            got = f"got {len(self.values)} values and {len(self.probabilities)} probabilities"
            raise PydanticCustomError("together", f"{got}; as many of one as of the other are needed", {"keys": ()})
        total = math.fsum(self.probabilities)
        if abs(total - 1) > 1e-9:
            message = f"the probabilities sum to {total:.10g}; a sum of 1 is needed"
            raise PydanticCustomError("together", message, {"keys": ()})
        return self

    @property
    def mean_value(self) -> float:
        return math.fsum(v * p for v, p in zip(self.values, self.probabilities, strict=True))

    @property
    def support(self) -> tuple[float, float]:
        possible = [v for v, p in zip(self.values, self.probabilities, strict=True) if p > 0]
        return min(possible), max(possible)

    def standard(self) -> Standard:
        pairs = sorted(zip(self.values, self.probabilities, strict=True))
        return Standard("discrete", tuple(v for v, _ in pairs) + tuple(p for _, p in pairs))


DISTRIBUTIONS: dict[str, type[Table]] = {
    "constant": Constant,
    "uniform": Uniform,
    "triangular": Triangular,
    "exponential": Exponential,
    "weibull": Weibull,
    "gamma": Gamma,
    "lognormal": Lognormal,
    "beta": Beta,
    "empirical": Empirical,
    "discrete": Discrete,
}


def _to_table(value: Any) -> Any:
    """A plain number or a quantity is a constant; the rest says which distribution it is by `dist`."""
    if isinstance(value, int | float) or (isinstance(value, dict) and "dist" not in value):
        return {"dist": "constant", "value": value}
    return value


Amount = Annotated[
    Annotated[
        Constant | Uniform | Triangular | Exponential | Weibull | Gamma | Lognormal | Beta | Empirical | Discrete,
        Field(discriminator="dist"),
    ],
    BeforeValidator(_to_table),
]
"""A number, a quantity, or a distribution table with `dist`: drawn once for each thing that it belongs to."""
