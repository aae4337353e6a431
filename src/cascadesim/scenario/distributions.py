"""Distributions as a scenario writes them, by mean and sd or cv where a planner would. One class each.

Every class gives `mean_value`, `support` (least and greatest value) and `draw()`, from which the engine samples. To add
a distribution is to add a class to this file, and its name to `AnyDistribution`: its keys are the fields of the class,
and where no formula of `model/distributions.py` is its quantile, that is laid down as a table (see `Gamma`).
Discrete and empirical tables are sorted by value, so that the order in a file cannot matter.

A table is made once, when a plan is compiled. Normal scores from -8.25 to 8.25, beyond which no uniform lies, are cut
into cells. In each the logarithm of the value (on the interval from 0 to 1 its log odds) is the polynomial that agrees
with it at Chebyshev's nodes. A cell in which that leaves a relative error above `TOLERANCE` is halved, so that cells
are small where the function bends: about 70 of them do for a gamma or a beta of any shape from 0.001 on.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from cascadesim.model.distributions import TERMS, Draw, Family
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
    one_of,
    ordered,
    together,
)

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]
    Inverse = Callable[[Array], Array]

TOLERANCE = 1e-11
_NOTHING = 1e-290  # smaller values lose digits
_FARTHEST = 8.25
_FIRST_CELLS = 64
_MOST_CELLS = 512  # where scipy's own last digits jump, halving does not help
_HALVINGS = 20
_LEAST, _MOST = -750.0, 40.0  # exp(-750) is 0; odds of exp(40) are certain


def quantile_table(below: Inverse, above: Inverse, on_interval: bool) -> tuple[float, ...]:
    """The cells of a distribution on (0, inf), or from 0 to 1: their number, first scores, and polynomials.

    `below` gives values by the probability of a smaller one, `above` by that of a larger one: scipy's `ppf` and `isf`,
    or the like. Both take arrays of probabilities up to 1/2.
    """
    import numpy as np

    nodes = np.cos((np.arange(TERMS) + 0.5) * np.pi / TERMS)
    fit = np.linalg.inv(np.vander(nodes, TERMS))
    checked = np.cos(np.arange(TERMS + 1) * np.pi / TERMS)
    powers = np.vander(checked, TERMS)
    edges = np.linspace(-_FARTHEST, _FARTHEST, _FIRST_CELLS + 1)
    left, right = edges[:-1], edges[1:]
    done: list[list[float]] = []
    for halving in range(_HALVINGS + 1):
        middle, half = (left + right) / 2, (right - left) / 2
        polynomials = _transformed(below, above, on_interval, middle[:, None] + half[:, None] * nodes) @ fit.T
        exact = _value(_transformed(below, above, on_interval, middle[:, None] + half[:, None] * checked), on_interval)
        error = np.abs(_value(polynomials @ powers.T, on_interval) - exact)
        good = np.all(error <= TOLERANCE * exact + _NOTHING, axis=1)
        if halving == _HALVINGS or len(done) + 2 * len(left) > _MOST_CELLS:
            good = np.full(len(left), True)
        cells = np.column_stack([left, middle, 1 / half, polynomials])
        done += cells[good].tolist()
        left, right = np.append(left[~good], middle[~good]), np.append(middle[~good], right[~good])
        if not len(left):
            break
    done.sort()
    return (float(len(done)), *(cell[0] for cell in done), *(number for cell in done for number in cell[1:]))


def _transformed(below: Inverse, above: Inverse, on_interval: bool, scores: Array) -> Array:
    """The logarithm or log odds of the value at each normal score, each tail by its own inverse."""
    import numpy as np
    from scipy.special import ndtr  # type: ignore[import-untyped]

    values = np.empty_like(scores)
    lower = scores < 0
    values[lower] = below(ndtr(scores[lower]))
    values[~lower] = above(ndtr(-scores[~lower]))
    with np.errstate(divide="ignore"):
        logarithms = np.log(values) - np.log1p(-values) if on_interval else np.log(values)
    clipped: Array = np.clip(logarithms, _LEAST, _MOST if on_interval else None)
    return clipped


def _value(transformed: Array, on_interval: bool) -> Array:
    import numpy as np

    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-transformed)) if on_interval else np.exp(transformed)


SHAPE = Bounds(0.1, 100.0, "a shape from 0.1 to 100")
SPREAD = Bounds(0.01, 10.0, "sd / mean from 0.01 to 10")
_FAR_LARGER = 1000.0
Shape = Annotated[Measured, AfterValidator(Limits(SHAPE)), AfterValidator(ordered)]
Spread = Annotated[Measured, AfterValidator(Limits(SPREAD)), AfterValidator(ordered)]


def spread(mean: float, sd: Quantity | None, cv: Quantity | None) -> float:
    """The standard deviation, from exactly one of sd and cv (coefficient of variation)."""
    if sd is None and cv is not None:
        return mean * cv.value
    if sd is None or cv is not None:
        raise one_of("sd", "cv")
    if not SPREAD.hold(sd.value / mean):
        raise together("sd / mean from 0.01 to 10 is needed", "mean", "sd")
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

    def draw(self) -> Draw:
        return Draw(Family.CONSTANT, (self.value.value,))


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
            raise together("low < high is needed", "low", "high")
        return self

    @property
    def mean_value(self) -> float:
        return (self.low.value + self.high.value) / 2

    def draw(self) -> Draw:
        return Draw(Family.UNIFORM, (self.low.value, self.high.value))


class Triangular(_Between):
    dist: Literal["triangular"]
    mode: NonNegative

    @model_validator(mode="after")
    def _check(self) -> Triangular:
        if not (self.low.value <= self.mode.value <= self.high.value and self.low.value < self.high.value):
            raise together("low <= mode <= high and low < high are needed", "low", "mode", "high")
        return self

    @property
    def mean_value(self) -> float:
        return (self.low.value + self.mode.value + self.high.value) / 3

    def draw(self) -> Draw:
        return Draw(Family.TRIANGULAR, (self.low.value, self.mode.value, self.high.value))


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

    def draw(self) -> Draw:
        return Draw(Family.EXPONENTIAL, (self.mean.value,))


class Weibull(_Unbounded):
    dist: Literal["weibull"]
    shape: Shape

    def draw(self) -> Draw:
        scale = self.mean.value / math.gamma(1 + 1 / self.shape.value)
        return Draw(Family.WEIBULL, (self.shape.value, scale))


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

    def draw(self) -> Draw:
        shape = 1 / (self.variation * self.variation)
        return gamma_draw(shape, self.mean.value / shape)


def gamma_draw(shape: float, scale: float) -> Draw:
    """A gamma distribution by its shape and scale."""
    return Draw(Family.TABULATED, (0.0, 0.0, scale, *_gamma_table(shape)))


@lru_cache(maxsize=256)
def _gamma_table(shape: float) -> tuple[float, ...]:
    from scipy.special import gammainccinv, gammaincinv

    return quantile_table(partial(gammaincinv, shape), partial(gammainccinv, shape), on_interval=False)


class Lognormal(_Spreading):
    dist: Literal["lognormal"]

    def draw(self) -> Draw:
        log_variance = math.log(1 + self.variation * self.variation)
        return Draw(Family.LOGNORMAL, (math.log(self.mean.value) - log_variance / 2, math.sqrt(log_variance)))


class Beta(_Spreading):
    """On [low, high], 0 to 1 unless said otherwise."""

    dist: Literal["beta"]
    low: NonNegative = Quantity(value=0.0)
    high: Positive = Quantity(value=1.0)

    @model_validator(mode="after")
    def _check(self) -> Beta:
        low, high, mean = self.low.value, self.high.value, self.mean.value
        if not low < mean < high:
            raise together("low < mean < high is needed", "low", "mean", "high")
        sd = spread(mean, self.sd, self.cv)
        if sd * sd >= (mean - low) * (high - mean):
            rule = "sd * sd < (mean - low) * (high - mean) is needed"
            raise together(rule, "mean", "sd", "cv", "low", "high")
        return self

    @property
    def support(self) -> tuple[float, float]:
        return self.low.value, self.high.value

    def draw(self) -> Draw:
        low, width = self.low.value, self.high.value - self.low.value
        mean = (self.mean.value - low) / width
        sd = self.variation * self.mean.value / width
        total = max(mean * (1 - mean) / (sd * sd) - 1, 1e-12)  # rounding may leave nothing of it
        return beta_draw(mean * total, (1 - mean) * total, low, width)


def beta_draw(a: float, b: float, low: float, width: float) -> Draw:
    """A beta distribution by its shapes, from `low` to `low` + `width`."""
    return Draw(Family.TABULATED, (1.0, low, width, *_beta_table(a, b)))


@lru_cache(maxsize=256)
def _beta_table(a: float, b: float) -> tuple[float, ...]:
    return quantile_table(*_beta_inverses(a, b), on_interval=True)


def _beta_inverses(a: float, b: float) -> tuple[Inverse, Inverse]:
    """The values by the probability of smaller ones and of larger ones, on [0, 1].

    Where b is by far the larger shape, scipy's lose digits, and t = -log(1 - x) is nearly a gamma variable: its density
    is proportional to t^(a - 1) e^(-v t) (1 + (a - 1) t^2 / 24 + ...) with v = b + (a - 1) / 2, a gamma density with a
    correction, which shifts the quantile by the last factor. The rest is of order (a / b)^4.
    """
    from scipy import special  # type: ignore[import-untyped]

    if a >= _FAR_LARGER * max(b, 100.0):
        below, above = _beta_inverses(b, a)
        return lambda p: 1.0 - above(p), lambda p: 1.0 - below(p)
    if b < _FAR_LARGER * max(a, 100.0):
        return partial(special.betaincinv, a, b), partial(special.betainccinv, a, b)
    v = b + (a - 1.0) / 2.0

    def value(t: Array) -> Array:
        far: Array = -special.expm1(-t / v * (1.0 + (a - 1.0) * (t + a + 1.0) / (24.0 * v * v)))
        return far

    return lambda p: value(special.gammaincinv(a, p)), lambda p: value(special.gammainccinv(a, p))


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

    def draw(self) -> Draw:
        return Draw(Family.EMPIRICAL, tuple(sorted(self.values)))


class Discrete(_Named):
    """One of `values` with the `probabilities` beside them, which sum to 1."""

    dist: Literal["discrete"]
    values: Values
    probabilities: Annotated[tuple[Annotated[Real, AfterValidator(SHARE)], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Discrete:
        if len(self.values) != len(self.probabilities):
            got = f"got {len(self.values)} values and {len(self.probabilities)} probabilities"
            raise together(f"{got}; as many of one as of the other are needed")
        total = math.fsum(self.probabilities)
        if abs(total - 1) > 1e-9:
            raise together(f"the probabilities sum to {total:.10g}; a sum of 1 is needed")
        return self

    @property
    def mean_value(self) -> float:
        return math.fsum(v * p for v, p in zip(self.values, self.probabilities, strict=True))

    @property
    def support(self) -> tuple[float, float]:
        possible = [v for v, p in zip(self.values, self.probabilities, strict=True) if p > 0]
        return min(possible), max(possible)

    def draw(self) -> Draw:
        pairs = sorted(zip(self.values, self.probabilities, strict=True))
        return Draw(Family.DISCRETE, tuple(v for v, _ in pairs) + tuple(p for _, p in pairs))


AnyDistribution = (
    Constant | Uniform | Triangular | Exponential | Weibull | Gamma | Lognormal | Beta | Empirical | Discrete
)


def _to_table(value: Any) -> Any:
    """A plain number or a quantity is a constant; the rest says which distribution it is by `dist`."""
    if isinstance(value, int | float) or (isinstance(value, dict) and "dist" not in value):
        return {"dist": "constant", "value": value}
    return value


Amount = Annotated[Annotated[AnyDistribution, Field(discriminator="dist")], BeforeValidator(_to_table)]
"""A number, a quantity, or a distribution table with `dist`: drawn once for each thing that it belongs to."""
